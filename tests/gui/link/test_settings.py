"""The settings file: written whole, never lost, a bad one set aside."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gui.link.settings import PanelSettings, read, write
from gui.state.wish import Wish

FULL = PanelSettings(Wish(temperature=1.5, seed=3), b"\x00\x01geometry", "music", True)


def test_round_trip(tmp_path):
    write(tmp_path / "new" / "folder", FULL)
    assert read(tmp_path / "new" / "folder") == (FULL, "")


def test_none_yet(tmp_path):
    assert read(tmp_path) == (PanelSettings(), "")


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b"\xff\xfe\x00", b"null", b'{"wish":', b"[" * 100_000, b"NaN x"])
def test_a_damaged_file_is_set_aside(tmp_path, damaged):
    (tmp_path / "panel.json").write_bytes(damaged)
    settings, notice = read(tmp_path)
    assert settings == PanelSettings()
    assert "begin anew" in notice
    (aside,) = tmp_path.glob("panel.json.corrupt-*")
    assert aside.read_bytes() == damaged
    assert read(tmp_path) == (PanelSettings(), "")


@pytest.mark.parametrize(
    "odd", [{}, {"version": 99, "new": [1]}, {"wish": 3, "window": "###", "folder": None, "log_shown": "yes"}]
)
def test_another_version_is_read_as_far_as_it_makes_sense(tmp_path, odd):
    (tmp_path / "panel.json").write_text(json.dumps(odd))
    settings, notice = read(tmp_path)
    assert (settings, bool(notice)) == (PanelSettings(), odd.get("version") == 99)


def test_a_folder_instead_of_a_file(tmp_path):
    (tmp_path / "panel.json").mkdir()
    settings, notice = read(tmp_path)
    assert settings == PanelSettings()
    assert notice.startswith("The settings can't be read")


def test_an_unwritable_place_raises_and_leaves_nothing(tmp_path):
    place = tmp_path / "file"
    place.write_text("in the way")
    with pytest.raises(OSError, match="file"):
        write(place, FULL)
    assert place.read_text() == "in the way"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_killed_while_saving(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom gui.link.settings import *\nfrom gui.state.wish import Wish\n"
        "print('begun', flush=True)\nn = 0\n"
        "while True:\n n = (n + 1) % 64\n"
        " write(Path(sys.argv[1]), PanelSettings(Wish(count=n + 1), b'x' * 9000))\n"
    )
    root = Path(__file__).parents[3]
    for moment in range(8):
        with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=root, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(0.003 * moment + 0.01)
            process.kill()
        settings, notice = read(tmp_path)
        assert notice == ""
        assert settings == PanelSettings() or settings.window == b"x" * 9000
