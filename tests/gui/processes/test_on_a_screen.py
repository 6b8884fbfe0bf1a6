"""A session on a real X server with a window manager: drop, type, walk by keys, drag out, a server killed, undo."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TOOLS = ("Xvfb", "openbox", "xdotool")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason="needs Xvfb, openbox and xdotool"),
]

ROOT = Path(__file__).parents[3]
LEAD = ROOT / "bridge" / "examples" / "lead.mid"

PANEL = """
import json, os, sys
from pathlib import Path
from PyQt6.QtCore import QPoint, QTimer
from PyQt6.QtWidgets import QApplication, QWidget
import gui.__main__ as start
from gui.link.link import UserFolders
from gui.link.server import ServerProcess
from gui.window import Window

place = Path(sys.argv[1])
application = QApplication(sys.argv[:1])

def middle(widget):
    at = widget.mapToGlobal(widget.rect().center())
    return [at.x(), at.y()]

def tell():
    windows = [each for each in application.topLevelWidgets() if isinstance(each, Window)]
    if not windows:
        return
    window = windows[0]
    state, focus = window._state, application.focusWidget()
    said = {
        "frame": [window.frameGeometry().right(), window.frameGeometry().bottom()],
        "active": window.isActiveWindow(),
        "focus": focus.accessibleName() if focus else "",
        "mood": state.wish.mood,
        "prompt": str(state.prompt.path) if state.prompt else "",
        "rounds": [len(made.results) if made.ended else -1 for made in state.rounds],
        "file": str(state.chosen_result.path) if state.chosen_result else "",
        "errors": list(state.errors),
        "server": state.server.standing,
        "places": {name: middle(widget) for name, widget in {
            "mood": window.form.mood, "handle": window.result.handle, "pages": window.pages}.items()},
    }
    (place / "said.new").write_text(json.dumps(said))
    os.replace(place / "said.new", place / "said.json")

timer = QTimer()
timer.timeout.connect(tell)
timer.start(100)
ServerProcess.__init__.__defaults__ = ((sys.executable, "-c", sys.argv[2], str(place / "server")), None)
folders = UserFolders(place / "settings", place / "server", place / "variations")
sys.exit(start._run(application, folders, None))
"""
SERVER = """
import sys
from pathlib import Path
from bridge.server.serve import serve
from models.studio import Studio
sys.exit(serve(0, Studio(), folder=Path(sys.argv[1])))
"""
OTHER = """
import sys
from PyQt6.QtCore import QMimeData, Qt, QUrl
from PyQt6.QtGui import QDrag
from PyQt6.QtWidgets import QApplication, QWidget

class Other(QWidget):
    def mousePressEvent(self, event):
        carried, mime = QDrag(self), QMimeData()
        mime.setUrls([QUrl.fromLocalFile(sys.argv[1])])
        carried.setMimeData(mime)
        carried.exec(Qt.DropAction.CopyAction)
    def dragEnterEvent(self, event):
        event.acceptProposedAction()
    def dropEvent(self, event):
        print(event.dropAction().name, event.mimeData().urls()[0].toLocalFile(), flush=True)
        event.acceptProposedAction()

application = QApplication([])
other = Other()
other.setAcceptDrops(True)
other.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
other.setGeometry(1124, 40, 140, 140)
other.show()
print("shown", flush=True)
application.exec()
"""


@pytest.fixture
def screen(tmp_path):
    """The environment of a screen of its own, 1280 × 600, with a window manager and an empty home."""
    number = f":{90 + os.getpid() % 900}"
    home = tmp_path / "home"
    home.mkdir()
    own = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    place = {**own, "DISPLAY": number, "HOME": str(home), "QT_QPA_PLATFORM": "xcb", "TMPDIR": str(tmp_path)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen(["Xvfb", number, "-screen", "0", "1280x600x24"], **quiet)]
    time.sleep(1)
    started.append(subprocess.Popen(["openbox"], env=place, **quiet))
    yield place
    for process in reversed(started):
        process.terminate()
        process.wait()


class Hand:
    """Mouse and keys on that screen, and what the panel says of itself."""

    def __init__(self, place, folder):
        self._place, self._folder = place, folder

    def __call__(self, *words):
        subprocess.run(["xdotool", *map(str, words)], env=self._place, check=True)
        time.sleep(0.15)

    def keys(self, *keys):
        self("key", "--clearmodifiers", *keys)

    def carry(self, start, end):
        self("mousemove", *start, "mousedown", 1)
        for step in range(1, 11):
            self("mousemove", *(round(a + (b - a) * step / 10) for a, b in zip(start, end, strict=True)))
        time.sleep(0.3)
        self("mouseup", 1)

    @property
    def said(self):
        try:
            return json.loads((self._folder / "said.json").read_text())
        except FileNotFoundError:
            return {}

    def until(self, holds, timeout_s=60.0):
        end = time.monotonic() + timeout_s
        while not holds(said := self.said):
            assert time.monotonic() < end, said
            time.sleep(0.1)
        return said


@pytest.fixture
def start(screen):
    """Starts Python code as a process on that screen; all of them are ended at the end."""
    processes = []

    def run(code, *words, **more):
        process = subprocess.Popen([sys.executable, "-c", code, *words], cwd=ROOT, env=screen, text=True, **more)
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.communicate()


def test_a_session_on_a_screen(screen, start, tmp_path, wait_for):
    hand = Hand(screen, tmp_path)
    other = start(OTHER, str(LEAD), stdout=subprocess.PIPE)
    server = start(SERVER, str(tmp_path / "server"), stdout=subprocess.DEVNULL)
    assert other.stdout.readline() == "shown\n"
    wait_for((tmp_path / "server" / "server.json").exists, timeout_s=30)
    panel = start(PANEL, str(tmp_path), SERVER, stderr=subprocess.DEVNULL)
    said = hand.until(lambda said: said.get("active") and said["server"] == "online")
    assert said["frame"][1] < 600

    hand.carry((1190, 110), said["places"]["pages"])  # dropped from another program
    hand.until(lambda said: said["prompt"] == str(LEAD))

    hand("mousemove", *said["places"]["mood"], "click", 1)
    hand("type", "dark")
    hand.until(lambda said: said["mood"] == "dark" and said["focus"] == "Mood in words")
    hand.keys("Escape")
    seen = [hand.said["focus"]]
    for _ in range(4):
        hand.keys("Tab")
        seen.append(hand.until(lambda said: said["focus"] != seen[-1])["focus"])
    assert seen[1:3] == ["Keep every onset and duration.", "Keep the pitches and their order."]

    hand.keys("ctrl+Return")
    said = hand.until(lambda said: said["rounds"] == [4])
    hand.keys("ctrl+3", "Right", "space")  # there is no sound device: it says so
    said = hand.until(lambda said: said["file"].endswith("-2.mid") and said["errors"])
    assert "sound" in said["errors"][-1].lower()

    hand.carry(said["places"]["handle"], (1190, 110))  # dragged into another program
    assert other.stdout.readline() == f"CopyAction {said['file']}\n"
    assert Path(said["file"]).is_file()

    server.send_signal(signal.SIGKILL)
    server.wait()
    hand.until(lambda said: said["server"] != "online", timeout_s=5)
    hand.until(lambda said: said["server"] == "online")
    hand.keys("ctrl+Return")
    hand.until(lambda said: said["rounds"] == [4, 4])
    hand.keys("ctrl+z")
    hand.until(lambda said: len(said["rounds"]) == 1)
    hand.keys("ctrl+q")
    assert panel.wait(timeout=20) == 0
    assert not (tmp_path / "server" / "server.json").exists()  # it ends what it has started
