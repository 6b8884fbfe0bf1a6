"""Files that leave by hand: what is dragged, and how a file is shown in its folder on each system."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from PyQt6.QtCore import QMimeData, QUrl

from gui.clips import dragging
from gui.clips.dragging import FirstScreen, folder_commands, mime_of, paths_in, show_in_folder
from gui.state.values import LiveState
from models.music.errors import BadValue

ODD = Path("/tmp/Süße Clips #1/lead 1%.mid")


def test_what_is_dragged_comes_out_as_it_went_in():
    assert paths_in(mime_of(ODD, Path("/tmp/a.mid"))) == [ODD, Path("/tmp/a.mid")]
    assert paths_in(None) == []
    foreign = QMimeData()
    foreign.setUrls([QUrl("https://example.org/a.mid"), QUrl.fromLocalFile("/tmp/b.mid")])
    assert paths_in(foreign) == [Path("/tmp/b.mid")]  # nothing is ever fetched


@pytest.mark.parametrize(
    ("platform", "first"),
    [("darwin", ["open", "-R", str(ODD)]), ("win32", ["explorer", f"/select,{ODD}"]), ("linux", None)],
)
def test_each_system_has_its_way_to_show_a_file(platform, first):
    commands = folder_commands(ODD, platform)
    if first is not None:
        assert commands == [first]
        return
    asking, opening = commands
    assert asking[0] == "dbus-send"
    assert "array:string:file:///tmp/S%C3%BC%C3%9Fe%20Clips%20%231/lead%201%25.mid" in asking
    assert opening == ["xdg-open", str(ODD.parent)]


def test_where_one_program_fails_the_next_is_asked_and_at_last_the_path_is_said(monkeypatch):
    asked = []

    def run(command, **how):
        asked.append(command[0])
        if command[0] == "dbus-send":
            raise FileNotFoundError(command[0])
        if command[0] == "slow":
            raise subprocess.TimeoutExpired(command, 5)
        return SimpleNamespace(returncode=3)

    monkeypatch.setattr(dragging.subprocess, "run", run)
    monkeypatch.setattr(dragging, "folder_commands", lambda path: [["dbus-send"], ["slow"], ["xdg-open"]])
    with pytest.raises(BadValue, match=r"No file manager answers here; the file is /tmp/.*lead 1%\.mid\."):
        show_in_folder(ODD)
    assert asked == ["dbus-send", "slow", "xdg-open"]


def test_the_first_screen_says_where_live_is(qtbot, state):
    first = FirstScreen(state)
    qtbot.addWidget(first)
    first.show()
    assert first.live.text() == "Waiting for Live: the device shows here."
    assert not first.take.isVisible()
    state.set_live(LiveState(1, "Live 12.1", "My set", "Bass", "verse"))
    assert first.live.text() == "Live 12.1 · My set · Bass · verse"
    assert first.take.isVisible()
    state.set_live(None)
    assert not first.take.isVisible()
