"""A fake Live with the control surface in it, and the real server beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.server.serve import Server
from models.studio import Studio
from tests.max_for_live.live_script.stage import Stage


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(0, Studio(), folder=tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def stage(server: Server) -> Iterator[Callable[..., Stage]]:
    """Opens a Live beside the server; at the end no undo step is open, and nothing went wrong."""
    opened: list[Stage] = []

    def opens(profile: str = "12.4", folder: Path | None = None, **settings: Any) -> Stage:
        opened.append(Stage(folder or server._folder, profile, **settings))
        return opened[-1]

    yield opens
    for one in opened:
        one.close()
