"""``--picture``: what a task made, as piano rolls one below the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.command_line.main import main
from models import midi_file
from tests.strategies import a_tune, some_chords

EXAMPLES = Path(__file__).parents[3] / "bridge" / "examples"


def titles(picture: Path) -> list[str]:
    return re.findall(r'font-weight="bold">([^<]*)<', picture.read_text(encoding="utf-8"))


def test_a_morph_is_drawn_step_by_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "morph.svg"
    assert (
        main(
            [
                "morph",
                str(EXAMPLES / "lead.mid"),
                str(EXAMPLES / "bass.mid"),
                "--steps",
                "4",
                "--seed",
                "1",
                "--out",
                str(tmp_path),
                "--picture",
                str(picture),
            ]
        )
        == 0
    )
    drawn = titles(picture)
    assert len(drawn) == 4
    assert drawn[-1].startswith("step 4 of 4, 1.00")
    assert drawn == sorted(drawn)


def test_variations_are_drawn_below_their_clip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "lead.svg"
    assert (
        main(
            [
                "vary",
                str(EXAMPLES / "lead.mid"),
                "--engine",
                "rules",
                "--count",
                "2",
                "--seed",
                "1",
                "--out",
                str(tmp_path),
                "--picture",
                str(picture),
            ]
        )
        == 0
    )
    assert [title.split(",")[0] for title in titles(picture)] == ["the clip", "vary 1", "vary 2"]


def test_an_analysis_is_drawn_with_chords_and_sections(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture, clip = tmp_path / "chords.svg", tmp_path / "chords.mid"
    midi_file.write(clip, some_chords())
    assert main(["analyse", str(clip), "--picture", str(picture)]) == 0
    drawn = re.findall(r">([^<>]+)</text>", picture.read_text(encoding="utf-8"))
    assert drawn[0].startswith("chords.mid: chords, ")
    assert {"A:min", "F:maj", "C:maj/5", "G:maj"} & set(drawn)
    assert {"A", "B", "C", "D"} <= set(drawn)
    assert "new" not in drawn  # nothing in it is new


def test_a_clip_too_short_to_tell_says_so_in_its_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture, clip = tmp_path / "short.svg", tmp_path / "short.mid"
    midi_file.write(clip, a_tune().with_notes(a_tune().notes[:4]))
    assert main(["analyse", str(clip), "--picture", str(picture)]) == 0
    assert "too short to tell" in titles(picture)[0]
    assert "too short to tell; perhaps" in capsys.readouterr().out
