"""``clipkin render`` and ``clipkin play``."""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import pytest

from bridge.command_line.main import main

EXAMPLES = Path(__file__).parents[3] / "bridge" / "examples"


def test_render_writes_a_wave_file_and_never_over_one(tmp_path, capsys):
    out = tmp_path / "beat.wav"
    assert main(["render", str(EXAMPLES / "beat.mid"), "--out", str(out)]) == 0
    with wave.open(str(out)) as file:
        assert file.getnframes() / file.getframerate() > 16 * 60 / 118 - 0.01
    written = out.read_bytes()
    assert main(["render", str(EXAMPLES / "lead.mid"), "--out", str(out)]) == 2
    assert "there already" in capsys.readouterr().err
    assert out.read_bytes() == written


@pytest.mark.parametrize("command", ["play", "render"])
def test_what_is_no_midi_file_is_a_sentence(tmp_path, capsys, command):
    (tmp_path / "x.mid").write_bytes(b"no music")
    assert main([command, str(tmp_path / "x.mid"), *(["--out", "y.wav"] if command == "render" else [])]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_rendering_loads_neither_torch_nor_qt(tmp_path):
    code = (
        "import sys; from bridge.command_line.main import main; "
        f"main(['render', {str(EXAMPLES / 'lead.mid')!r}, '--out', {str(tmp_path / 'x.wav')!r}]); "
        "sys.exit(bool({'torch', 'PyQt6'} & set(sys.modules)))"
    )
    assert subprocess.call([sys.executable, "-c", code], cwd=Path(__file__).parents[3]) == 0
