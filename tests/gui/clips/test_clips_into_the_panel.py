"""How a clip comes into the panel: a file that is opened or dropped, one of its tracks, a variation of its own."""

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent

from models import midi_file
from models.music.clip import Clip
from models.music.note import Note


@pytest.fixture
def lead(tmp_path, a_clip):
    path = tmp_path / "lead.mid"
    midi_file.write(path, a_clip(32, name="lead"))
    return path


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: None, "can't be opened"),
        (lambda path: path.write_bytes(b"RIFF"), "not a MIDI file"),
        (lambda path: midi_file.write(path, Clip((), 4.0)), "no notes"),
    ],
)
def test_a_file_that_can_not_be_taken(a_panel, qtbot, tmp_path, make, sentence):
    panel, path = a_panel(), tmp_path / "odd.mid"
    make(path)
    panel.open(path)
    qtbot.waitUntil(lambda: bool(panel.state.error), timeout=5000)
    assert sentence in panel.state.error
    assert panel.state.prompt is None


def test_a_file_is_dropped_in(a_panel, qtbot, lead):
    panel, mime = a_panel(), QMimeData()
    panel.window.show()
    mime.setUrls([QUrl.fromLocalFile(str(lead))])
    panel.window.dropEvent(
        QDropEvent(
            QPointF(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    qtbot.waitUntil(lambda: panel.state.prompt is not None, timeout=5000)
    assert panel.state.prompt.path == lead
    assert panel.state.prompt.key


@pytest.mark.parametrize(
    ("over", "own", "where"),
    [
        ("variations", False, "prompt"),
        ("prompt", True, "prompt"),
        ("context", True, "context"),
        ("variations", True, None),
    ],
)
def test_a_variation_is_dropped_only_where_a_clip_belongs(a_panel, qtbot, lead, over, own, where):
    panel, mime = a_panel(), QMimeData()
    panel.window.show()
    mime.setUrls([QUrl.fromLocalFile(str(lead))])

    class Drop(QDropEvent):
        def source(self):
            return panel.window.variations if own else None

    place = getattr(panel.window, over)
    drop = Drop(
        QPointF(place.mapTo(panel.window, place.rect().center())),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    dropped = []
    panel.window.clips_dropped.connect(lambda where, paths: dropped.append((where, paths)))
    panel.window.dropEvent(drop)
    assert dropped == ([(where, [lead])] if where else [])


def test_a_track_is_chosen(a_panel, qtbot, tmp_path, a_clip):
    panel, path = a_panel(), tmp_path / "song.mid"
    midi_file.write(path, [a_clip(8, name="Lead"), a_clip(5, name=""), a_clip(4, role="drums", name="")])
    panel.window.show()
    panel.open(path)
    qtbot.waitUntil(lambda: panel.state.prompt is not None, timeout=5000)
    menu = panel.window.prompt.track
    assert [menu.itemText(place) for place in range(menu.count())] == ["1 · Lead", "track 2", "3 · drums"]
    assert menu.isVisible()
    menu.activated.emit(2)
    qtbot.waitUntil(lambda: panel.state.prompt.track == 2, timeout=5000)
    assert (len(panel.state.prompt.clip.notes), panel.state.prompt.clip.drums) == (4, True)
    assert menu.currentText() == "3 · drums"


def test_a_drum_clip_has_no_key(a_panel, qtbot, tmp_path, a_clip):
    panel, path = a_panel(), tmp_path / "beat.mid"
    notes = [Note((36, 42, 38)[index % 3], index * 0.5, 0.25) for index in range(16)]
    midi_file.write(path, a_clip(16, role="drums").with_notes(notes))
    panel.open(path)
    qtbot.waitUntil(lambda: panel.state.prompt is not None, timeout=5000)
    assert (panel.state.prompt.key, panel.state.prompt.clip.drums) == ("", True)
