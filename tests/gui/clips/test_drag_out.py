"""A variation is dragged into another program, for real: two processes, an X server without a screen, a hand."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

PANEL = """
import sys
from pathlib import Path
from PyQt6.QtWidgets import QApplication
from gui.clips.variation_card import VariationCard
from gui.state.values import Result
from models.generator import Report, Variation
from models.music.clip import Clip
from models.music.note import Note
application = QApplication([])
clip = Clip((Note(60, 0.0, 1.0),), 4.0)
card = VariationCard(Result(1, Variation(clip, 1, (None,), Report(0.5)), Path(sys.argv[1])))
card.setGeometry(0, 0, 500, 300)
card.show()
print("shown", flush=True)
application.exec()
"""

TARGET = """
import sys
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QLabel
class Target(QLabel):
    def dragEnterEvent(self, event):
        event.acceptProposedAction()
    def dropEvent(self, event):
        event.acceptProposedAction()
        print([url.toLocalFile() for url in event.mimeData().urls()], flush=True)
application = QApplication([])
target = Target("here")
target.setAcceptDrops(True)
target.setGeometry(600, 0, 300, 300)
target.show()
QTimer.singleShot(15_000, application.quit)
print("shown", flush=True)
application.exec()
"""


@pytest.fixture
def screen():
    """The number of an X display that is only there for this test."""
    missing = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} can't be found; install the packages xvfb and xdotool")
    with subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1000x400x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield f":{process.stdout.readline().strip()}"
        process.terminate()


@pytest.fixture
def start(screen):
    """Starts a program there, and waits until it is shown."""
    started = []
    environment = os.environ | {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"}

    def begin(code, *arguments):
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", code, *arguments],
                cwd=ROOT,
                env=environment,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        )
        if started[-1].stdout.readline() != "shown\n":
            pytest.skip(f"Qt can't use the X server here: {started[-1].stderr.read()[:200]}")
        return started[-1]

    begin.hand = lambda *words: subprocess.run(["xdotool", *words], env=environment, check=True)
    yield begin
    for process in started:
        process.terminate()
        process.communicate()


def test_a_file_arrives_in_another_program(start, tmp_path):
    path = tmp_path / "größer lead-1.mid"
    path.write_bytes(b"MThd")
    start(PANEL, str(path))
    target = start(TARGET)
    time.sleep(0.3)  # both windows are mapped once they have drawn themselves
    start.hand("mousemove", "200", "150", "mousedown", "1")
    for x in range(220, 740, 40):
        start.hand("mousemove", str(x), "150")
        time.sleep(0.03)  # a hand takes its time; a jump is no gesture
    time.sleep(0.2)
    start.hand("mouseup", "1")
    assert target.stdout.readline() == f"{[str(path)]}\n"
