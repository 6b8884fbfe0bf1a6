"""The panel as a process: what it has loaded when its window comes, and that nobody dies with it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PyQt6.QtGui import QImage

from bridge.client.client import Client
from bridge.port_file import PortFile
from bridge.server.serve import Server
from gui.__main__ import _asked, main
from gui.status.screenshot import take
from tests.gui.processes.panel_benchmark import _GOALS, _run

ROOT = Path(__file__).parents[3]
SERVE = (
    "import sys\nfrom pathlib import Path\n"
    "from bridge.server.serve import serve\nfrom models.studio import Studio\n"
    "sys.exit(serve(0, Studio(), folder=Path(sys.argv[1])))"
)

UNTIL_SHOWN = """
import os, sys
from pathlib import Path
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication
import gui.__main__ as start
from gui.link.link import UserFolders
from gui.appearance import dress
from gui.window import Window

def shown():
    # The first event after the window was shown and painted.
    print(" ".join(sorted({name.split(".")[0] for name in sys.modules})), flush=True)
    os._exit(0)

Window.showEvent = lambda window, event: QTimer.singleShot(0, shown)
place = Path(sys.argv[1])
application = QApplication([])
dress(application)
start._run(application, UserFolders(place / "settings", place / "server", place / "variations"), None)
"""


def test_the_window_comes_before_anything_heavy_is_loaded(tmp_path):
    code = [sys.executable, "-c", UNTIL_SHOWN, str(tmp_path)]
    # Its socket goes with the folder: the process ends without a goodbye.
    place = {**os.environ, "TMPDIR": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(code, cwd=ROOT, env=place, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()).isdisjoint({"torch", "numpy", "mido", "pythonosc", "scipy"})


def test_the_panel_never_loads_torch():
    code = (
        "import pkgutil, sys, importlib, gui\n"
        "for found in pkgutil.walk_packages(gui.__path__, 'gui.'):\n"
        "    if not found.name.endswith('__main__'): importlib.import_module(found.name)\n"
        "from gui.link import clip_files\nfrom gui.link.settings import EXAMPLE\nclip_files.read_prompt(EXAMPLE)\n"
        "import bridge.client.client\nprint('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "False\n", done.stderr


def test_the_benchmark_starts_paints_and_plays():
    figures = dict(zip((row[0] for row in _GOALS), _run(), strict=True))
    assert not any(value <= 0 for name, value in figures.items() if name != "torch imported")
    assert figures["torch imported"] == 0
    assert not figures["memory"] > 160  # Windows tells none


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_the_server_lives_on_when_the_panel_is_killed(tmp_path, wait_for):
    code = (
        "import os, signal, sys, time\nfrom pathlib import Path\n"
        "from gui.link.server import ServerProcess\n"
        f"ServerProcess((sys.executable, '-c', {SERVE!r}, sys.argv[1]), Path(sys.argv[1])).start()\n"
        "while not (Path(sys.argv[1]) / 'server.json').exists(): time.sleep(0.02)\n"
        "os.killpg(os.getpgrp(), signal.SIGKILL)"
    )
    panel = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, timeout=30, start_new_session=True)
    assert panel.returncode == -signal.SIGKILL
    server = PortFile.read(tmp_path).pid
    try:
        with Client.connect(folder=tmp_path) as client:
            assert client.status.online
    finally:
        os.kill(server, signal.SIGTERM)
        wait_for(lambda: not (tmp_path / "server.json").exists())


@pytest.mark.parametrize(
    ("command", "ending"),
    [
        ("import sys; sys.exit('Port 11800 can\\'t be used.')", "Port 11800 can't be used."),
        ("raise SystemExit(3)", "The server ended at once (code 3); try clipkin doctor."),
    ],
)
def test_why_a_server_ended(tmp_path, wait_for, command, ending):
    from gui.link.server import ServerProcess

    process = ServerProcess((sys.executable, "-c", command), tmp_path)
    assert process.ending == ""
    process.start()
    wait_for(lambda: not process.running)
    assert process.ending == ending


def test_a_server_that_runs_is_not_started_twice(tmp_path):
    from gui.link.server import ServerProcess

    process = ServerProcess((sys.executable, "-c", "import time; time.sleep(60)"), tmp_path / "file" / "below")
    (tmp_path / "file").write_text("no folder: nothing can be logged")
    process.start()
    first = process._process
    process.start()
    assert process._process is first
    assert process.running
    process.stop()
    assert not process.running


def test_the_picture(qtbot, tmp_path, rules_studio):
    with Server(0, rules_studio, folder=tmp_path):
        assert take(tmp_path / "panel.png", server=tmp_path) == 0
    picture = QImage(str(tmp_path / "panel.png"))
    assert picture.width() > 600
    assert len({picture.pixel(x, y) for x in range(picture.width()) for y in range(0, picture.height(), 8)}) > 10


def test_a_picture_that_can_not_be_written_is_said(qtbot, tmp_path, capsys, rules_studio):
    with Server(0, rules_studio, folder=tmp_path):
        assert take(tmp_path / "nowhere" / "panel.png", server=tmp_path) == 1
    assert "can't be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ([], (None, None, None)),
        (["a.mid", "--look", "dark"], (Path("a.mid"), "dark", None)),
        (["--screenshot", "b.png"], (None, None, Path("b.png"))),
    ],
)
def test_arguments(words, asked):
    found = _asked(words)
    assert (found.clip, found.look, found.screenshot) == asked


def test_a_wrong_argument_ends_with_2(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--look", "pink"])
    assert "light" in capsys.readouterr().err
