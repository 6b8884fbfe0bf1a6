"""Whatever is asked of whichever engine: clips come, or a sentence for people; never another error."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.engines import registry
from models.generator import Request
from models.music.errors import ClipkinError
from models.music.tasks import TASKS
from models.studio import AUTO, Studio
from tests.strategies import strange_requests

NAMES = (AUTO, *(card.name for card in registry.cards() if card.available))


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.mark.parametrize("task", TASKS)
def test_what_cannot_be_done_is_said(studio: Studio, task) -> None:
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strange_requests(task), st.sampled_from(NAMES))
    def hold(request: Request, engine: str) -> None:
        try:
            found = list(studio.generate(request, engine))
        except ClipkinError as problem:
            assert problem.sentence.endswith(".")  # noqa: PT017 - a sentence is one of two good outcomes
        else:
            assert all(variation.clip.length > 0 for variation in found)

    hold()
