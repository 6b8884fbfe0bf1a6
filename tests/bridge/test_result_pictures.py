"""``--picture``: what a task made, as piano rolls one below the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.command_line.main import main

EXAMPLES = Path(__file__).parents[2] / "bridge" / "examples"


def titles(picture: Path) -> list[str]:
    return re.findall(r'font-weight="bold">([^<]*)<', picture.read_text(encoding="utf-8"))


def test_a_morph_is_drawn_step_by_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "morph.svg"
    assert main(["morph", str(EXAMPLES / "lead.mid"), str(EXAMPLES / "bass.mid"), "--steps", "4", "--seed", "1",
                 "--out", str(tmp_path), "--picture", str(picture)]) == 0
    drawn = titles(picture)
    assert len(drawn) == 4
    assert drawn[-1].startswith("step 4 of 4, 1.00")
    assert drawn == sorted(drawn)


def test_variations_are_drawn_below_their_clip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "lead.svg"
    assert main(["vary", str(EXAMPLES / "lead.mid"), "--engine", "rules", "--count", "2", "--seed", "1",
                 "--out", str(tmp_path), "--picture", str(picture)]) == 0
    assert [title.split(",")[0] for title in titles(picture)] == ["the clip", "vary 1", "vary 2"]
