"""What all tests share: how hypothesis searches, and a home of their own."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

settings.register_profile("here", deadline=None, suppress_health_check=list(HealthCheck))
# The same examples each time, so that a change is judged by what it changed; shrinking could outlast the time limit.
settings.register_profile(
    "ci", settings.get_profile("here"), derandomize=True, database=None, phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's folders, or talks to the server that may run on the usual port."""
    home = tmp_path_factory.getbasetemp() / "home"
    for kind in ("DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind))
    monkeypatch.setattr("bridge.client.client.DEFAULT_PORT", 0)
