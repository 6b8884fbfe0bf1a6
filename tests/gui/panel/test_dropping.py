"""Files dropped on their places: clips, scenes, folders of others, recordings; and what is refused, by name."""

import math
import wave

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragMoveEvent, QDropEvent

from gui.link.settings import PanelSettings
from gui.state.wish import Wish
from models import midi_file
from models.music.clip import Clip
from models.music.note import Note


def drop(window, part, paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place = QPointF(part.mapTo(window, part.rect().center()))
    window.dropEvent(
        QDropEvent(place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    )


@pytest.mark.parametrize(
    ("task", "part", "names", "given"),
    [
        ("vary", "context", ["bass", "pad"], (None, None, ["bass", "pad"])),
        ("vary", "pages", ["lead", "bass", "scene"], ("lead", None, ["bass", "scene · 1 · Keys", "scene · 2 · drums"])),
        ("voice", "pages", ["lead", "bass"], ("lead", None, [])),
        ("morph", "second", ["bass"], (None, "bass", [])),
        ("morph", "pages", ["lead"], ("lead", None, [])),
    ],
)
def test_clips_are_dropped_on_their_places(a_panel, qtbot, files, task, part, names, given):
    panel = a_panel(settings=PanelSettings(Wish(task=task)))
    panel.window.show()
    drop(panel.window, getattr(panel.window, part), [files[name] for name in names])
    state = panel.state
    qtbot.waitUntil(
        lambda: (
            (
                state.prompt and state.prompt.path.stem,
                state.second and state.second.path.stem,
                [clip.label for clip in state.context],
            )
            == given
        ),
        timeout=5000,
    )


def test_the_same_file_is_not_in_the_context_twice(a_panel, qtbot, files):
    panel = a_panel()
    for name in ("bass", "bass", "pad"):
        panel.files.open_context(files[name])
    qtbot.waitUntil(lambda: [clip.label for clip in panel.state.context] == ["bass", "pad"], timeout=5000)


def test_a_file_that_can_not_be_context_is_said(a_panel, qtbot, tmp_path):
    panel = a_panel()
    panel.files.open_context(tmp_path / "nothing.mid")
    qtbot.waitUntil(lambda: "can't be opened" in "".join(panel.state.errors), timeout=5000)
    assert panel.state.context == ()


def test_the_part_that_would_take_it_is_framed(a_panel, files):
    window = a_panel(settings=PanelSettings(Wish(task="morph"))).window
    window.show()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(files["bass"]))])
    place = window.second.mapTo(window, window.second.rect().center())
    window.dragMoveEvent(
        QDragMoveEvent(place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    )
    assert window._mark.isVisible()
    assert window._mark.geometry().center() == place
    drop(window, window.second, [files["bass"]])
    assert not window._mark.isVisible()


def test_many_files_are_dropped_and_each_refusal_is_named(a_panel, qtbot, files, tmp_path):
    panel = a_panel()
    panel.window.show()
    (tmp_path / "song.doc").touch()
    drop(panel.window, panel.window.pages, [files["lead"], tmp_path / "song.doc", files["bass"]])
    qtbot.waitUntil(lambda: bool(panel.state.prompt and panel.state.context), timeout=5000)
    assert (panel.state.prompt.path.stem, panel.state.context[0].label) == ("lead", "bass")
    assert "song.doc" in panel.state.errors[0]
    drop(panel.window, panel.window.context, [files["pad"]])
    qtbot.waitUntil(lambda: len(panel.state.context) == 2, timeout=5000)
    drop(panel.window, panel.window.pages, [files["pad"], files["lead"]])  # a scene in place of the other
    qtbot.waitUntil(lambda: [clip.label for clip in panel.state.context] == ["lead"], timeout=5000)


def test_a_recording_is_heard_as_a_prompt_or_says_what_it_needs(panel, qtbot, tmp_path):
    with wave.open(str(tmp_path / "hum.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22_050)
        for hertz in (220, 330, 262, 440, 220, 330):
            tones = (round(9000 * math.sin(2 * math.pi * hertz * place / 22_050)) for place in range(11_025))
            file.writeframes(b"".join(tone.to_bytes(2, "little", signed=True) for tone in tones))
    panel.files.open(tmp_path / "hum.wav")
    qtbot.waitUntil(lambda: panel.state.prompt.path.suffix == ".wav" or bool(panel.state.errors), timeout=30_000)
    if not panel.state.errors:
        assert panel.state.prompt.clip.notes
    else:
        assert "clipkin[audio]" in panel.state.errors[0]


def test_a_thousand_files_and_a_long_clip_are_dropped(a_panel, qtbot, files, tmp_path):
    notes = tuple(Note(36 + place % 60, place * 0.05, 0.05) for place in range(50_000))
    midi_file.write(tmp_path / "aaa.mid", Clip(notes, 2_500.0))
    panel = a_panel()
    panel.window.show()
    drop(panel.window, panel.window.pages, [tmp_path / "aaa.mid", *[files["bass"]] * 999])
    qtbot.waitUntil(lambda: bool(panel.state.prompt and panel.state.errors), timeout=20_000)
    assert panel.state.errors == ("Of 1000 files the first 16 were taken.",)
    assert len(panel.state.prompt.clip.notes) == 50_000
    qtbot.waitUntil(lambda: len(panel.state.context) == 1, timeout=20_000)
