"""Whatever is asked of whichever engine: clips come, or a sentence for people; never another error."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.analysis.role import find_role
from models.engines import registry
from models.generator import Request
from models.music.clip import Clip
from models.music.errors import ClipkinError, Refused
from models.music.note import Note
from models.studio import AUTO, Studio
from models.tasks.table import TASKS
from tests.strategies import a_bass_line, a_clip, a_note, a_tune, examples, some_chords, strange_requests

NAMES = (AUTO, *(card.name for card in registry.cards() if card.available))


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.mark.parametrize("task", TASKS)
def test_what_cannot_be_done_is_said(studio: Studio, task) -> None:
    @settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))
    @given(strange_requests(task), st.sampled_from(NAMES))
    def hold(request: Request, engine: str) -> None:
        try:
            found = list(studio.generate(request, engine))
        except ClipkinError as problem:
            assert problem.sentence.endswith(".")  # noqa: PT017 - a sentence is one of two good outcomes
        else:
            assert all(variation.clip.length > 0 for variation in found)

    hold()


def test_kin_plays_drums_beside_other_clips(studio: Studio) -> None:
    # There is no beat yet that the new one could be measured by.
    found = list(studio.generate(Request(task="accompany", prompts=(some_chords(),), role="drums", count=2), "kin"))
    assert len(found) == 2
    assert all(variation.clip.role == "drums" and variation.clip.notes for variation in found)


@pytest.mark.parametrize("semitones", range(12))
def test_lstm_hears_pitches_at_both_ends_of_the_range(studio: Studio, semitones) -> None:
    for end in (0, 127):
        line = (end, *(60 + semitones + step for step in (0, 4, 7, 5, 4, 2, 0)))
        clip = a_clip(*(a_note(pitch, float(place)) for place, pitch in enumerate(line)), length=8.0, role="melody")
        assert list(studio.generate(Request(prompts=(clip,), count=1), "lstm"))


def test_a_stroke_of_dead_notes_alone_is_varied(studio: Studio) -> None:
    dead = Clip(tuple(Note(0, 0.0, 0.01, velocity) for velocity in (1, 1, 2, 1)), 0.25, tempo=20.0)
    assert list(studio.generate(Request(prompts=(dead,)), "kin"))


def test_kin_hears_a_clip_whose_role_nobody_can_tell(studio: Studio) -> None:
    silent = a_clip(a_note(mute=True), length=16.0)
    assert find_role(silent) is None
    assert list(studio.generate(Request(prompts=(a_bass_line(),), context=(silent,), count=1), "kin"))


@pytest.mark.parametrize("engine", NAMES)
def test_a_selection_outside_the_region_is_refused(studio: Studio, engine) -> None:
    request = Request(prompts=(a_tune(),), selected=frozenset({0}), region=(8.0, 9.0))
    with pytest.raises(Refused, match=r"^Nothing may change in the chosen region|can't vary"):
        list(studio.generate(request, engine))
