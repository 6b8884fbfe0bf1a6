"""A panel with a clip, at a server that does as the test says."""

import pytest
from PyQt6.QtWidgets import QFileDialog

from bridge.server.serve import Server
from gui.link.settings import PanelSettings
from gui.state.wish import Wish
from models import midi_file
from models.music.clip import Clip
from models.music.note import Note


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
    panel.files.open(lead)
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


@pytest.fixture
def files(tmp_path, a_clip):
    """Three clips, the chords Am, F, C, G, and a file with two tracks."""
    for name, notes in (("lead", 16), ("bass", 8), ("pad", 4)):
        midi_file.write(tmp_path / f"{name}.mid", a_clip(notes, name=name))
    beat = a_clip(6, name="", role="drums").with_notes(Note(36, number * 0.5, 0.25) for number in range(6))
    midi_file.write(tmp_path / "scene.mid", [a_clip(16, name="Keys"), beat])
    chords = ((57, 60, 64), (53, 57, 60), (48, 52, 55), (55, 59, 62))
    triads = (Note(pitch, bar * 4.0, 4.0) for bar, chord in enumerate(chords) for pitch in chord)
    midi_file.write(tmp_path / "triads.mid", Clip(tuple(triads), 16.0, name="triads"))
    return {path.stem: path for path in tmp_path.glob("*.mid")}


@pytest.fixture
def saved_as(monkeypatch):
    """Says which file the user chooses when asked where to save."""
    return lambda path: monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(path), ""))
