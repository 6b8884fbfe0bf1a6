"""A panel with a clip, at a server that does as the test says."""

import pytest

from bridge.server.serve import Server
from gui.link.settings import PanelSettings
from gui.state.wish import Wish
from models import midi_file


@pytest.fixture
def lead(tmp_path, a_clip):
    path = tmp_path / "lead.mid"
    midi_file.write(path, a_clip(32, name="lead"))
    return path


@pytest.fixture
def server(studio, places):
    with Server(0, studio, folder=places.server) as server:
        yield server


@pytest.fixture
def panel(a_panel, qtbot, lead, server):
    """A panel with the clip, at a server that does as the test says."""
    panel = a_panel(settings=PanelSettings(Wish(seed=5, seed_locked=True)))
    panel.window.show()
    panel.link.begin()
    panel.open(lead)
    qtbot.waitUntil(lambda: bool(panel.state.engines and panel.state.prompt), timeout=5000)
    return panel


@pytest.fixture
def vary(panel, qtbot):
    """Presses the button and waits; gives back what came."""

    def press():
        panel.window.progress.start.click()
        qtbot.waitUntil(lambda: panel.state.work is None, timeout=10_000)
        return panel.state.rounds[-1].results

    return press
