"""The README's commands run as they stand, one after the other, in a folder that was empty."""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest

from bridge.command_line.main import build_parser, main

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
ELSEWHERE = {
    "serve": "it goes on until it is stopped",
    "demo": "test_command_line runs it",
    "follow": "its demo takes half a minute",
    "live": "it changes Live's folder",
    "benchmark": "it measures for a minute",
    "play": "there may be no sound device",
}
"""Commands whose words are only read here, and why."""
SUNG = "hum.wav"
"""The user's own recording, of which the extra ``audio`` makes a clip."""
OF_START = ("", "test")
"""What ``start.py`` does itself."""


def commands() -> list[str]:
    """What stands behind ``python3 start.py``, in code blocks up to the words of explanation, in the text in quotes."""
    blocks = re.findall(r"^python3 start\.py ?(.*?)(?:\s{2,}.*)?$", README, re.MULTILINE)
    quoted = re.findall(r"`(?:python3 start\.py|clipkin) ([a-z]+ [^`]+)`", README)
    return [each for each in dict.fromkeys((*blocks, *quoted)) if each not in OF_START and "NAME" not in each]


def test_every_command_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    ran = []
    for command in commands():
        words = shlex.split(command)
        if words[0] in ELSEWHERE or (SUNG in words and find_spec("soundfile") is None):
            build_parser().parse_args(words)
            continue
        if SUNG in words and not Path(SUNG).exists():
            main(["render", "lead.mid", "--out", SUNG])
        before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        assert main(words) == 0, (command, capsys.readouterr().err)
        assert all(path.read_bytes() == data for path, data in before.items() if "data" not in path.parts)
        ran.append(words[0])
    assert {"vary", "morph", "voice", "harmonise", "accompany", "drums", "arrange", "analyse", "score"} <= set(ran)
