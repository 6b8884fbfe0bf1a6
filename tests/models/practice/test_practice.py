"""Exercises get harder with the level, stay in the hands that are asked for, and are pages that others can read."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from bridge.command_line.commands.examples import EXAMPLES
from bridge.command_line.main import main
from models import midi_file
from models.arrangement.arranged import rank_correlation
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.errors import EmptyClip
from models.music.note import Note
from models.music.scale import Scale
from models.practice.difficulty import difficulty, fifths_of
from models.practice.exercises import LEVELS, SKILLS, exercise
from models.practice.musicxml import musicxml

LEAD = midi_file.read(EXAMPLES / "lead.mid")
C_MAJOR = Scale.parse("C major")


def a_clip(*pitches: int, step: float = 1.0) -> Clip:
    return Clip(
        tuple(Note(pitch, place * step, step) for place, pitch in enumerate(pitches)), max(4.0, len(pitches) * step)
    )


@pytest.mark.parametrize("name", ["lead", "answer", "bass"])
@pytest.mark.parametrize(("skill", "hands"), [("reading", "right"), ("ear", "left"), ("rhythm", "right")])
def test_each_level_is_harder(name: str, skill: str, hands: str) -> None:
    clip = midi_file.read(EXAMPLES / f"{name}.mid")
    hard = [exercise(clip, level, hands, skill).difficulty for level in LEVELS]
    assert rank_correlation(list(LEVELS), hard) >= 0.9


def test_the_measure_counts_what_makes_hard() -> None:
    plain = difficulty((a_clip(60, 62, 64, 65),), C_MAJOR)
    assert difficulty((a_clip(60, 72, 60, 72),), C_MAJOR) > plain
    assert difficulty((a_clip(60, 62, 64, 65, 67, 65, 64, 62, step=0.5),), C_MAJOR) > plain
    assert difficulty((a_clip(60, 61, 63, 65),), C_MAJOR) > plain
    assert difficulty((a_clip(60, 62, 64, 65), a_clip(48, 48, 48, 48)), C_MAJOR) > plain


def test_hands_play_what_they_are_asked_to() -> None:
    right, left = exercise(LEAD, 4, "right").hands
    assert right.notes
    assert not left.notes
    right, left = exercise(LEAD, 4, "both").hands
    assert right.notes
    assert left.notes
    right, left = exercise(LEAD, 4, "left").hands
    assert not right.notes
    assert all(note.pitch < 62 for note in left.notes)


def test_for_the_ear_one_note_is_changed() -> None:
    made = exercise(LEAD, 5, "right", "ear", seed=3)
    pairs = list(zip(made.hands[0].notes, made.answer[0].notes, strict=True))
    assert sum(given.pitch != meant.pitch for given, meant in pairs) == 1
    assert "was" in made.told


def test_transposition_moves_every_note_alike() -> None:
    made = exercise(LEAD, 3, "right", "transposition")
    pairs = zip(made.hands[0].notes, made.answer[0].notes, strict=True)
    assert {moved.pitch - given.pitch for given, moved in pairs} == {5}


def test_a_page_holds_every_note_with_ties_over_bar_lines() -> None:
    clip = Clip((Note(60, 0.0, 1.5), Note(66, 3.0, 2.0), Note(70, 3.0, 2.0)), 8.0, tempo=96.0)
    page = ET.fromstring(musicxml([("Right hand", clip)], Scale.parse("G major"), "t", "Play it."))
    assert page.findtext(".//fifths") == "1"
    assert len(page.findall(".//measure")) == 2
    for measure in page.findall(".//measure"):
        notes = [note for note in measure.findall("note") if note.find("chord") is None]
        assert sum(int(note.findtext("duration") or 0) for note in notes) == 64
    assert [note.findtext("pitch/step") for note in page.findall(".//note") if note.find("pitch") is not None] == [
        "C", "F", "A", "F", "A",
    ]  # fmt: skip
    assert [tie.get("type") for tie in page.findall(".//tie")] == ["start", "start", "stop", "stop"]


@pytest.mark.parametrize("metre", ["3/4", "6/8", "7/8", "12/8"])
def test_the_easy_levels_lie_on_the_pulses_of_any_metre(metre: str) -> None:
    felt = Metre.parse(metre)
    clip = replace(a_clip(*(60 + number % 7 for number in range(int(8 * felt.bar))), step=0.5), metre=felt)
    for level in (1, 2):
        right, left = exercise(clip, level, "both").hands
        assert all(min(abs(felt.in_bar(note.onset) - pulse) for pulse in felt.pulses) < 1e-6 for note in right.notes)
        assert {felt.in_bar(note.onset) for note in left.notes} <= set(felt.pulses)
    hard = [exercise(clip, level, "both").difficulty for level in LEVELS]
    assert rank_correlation(list(LEVELS), hard) >= 0.95


def test_two_hands_are_one_piano_with_one_tempo_and_an_end() -> None:
    page = ET.fromstring(musicxml([("Right hand", a_clip(60)), ("Left hand", a_clip(48))], C_MAJOR, "t", "Play it."))
    assert [group.get("type") for group in page.findall("part-list/part-group")] == ["start", "stop"]
    assert len(page.findall(".//metronome")) == 1
    assert [bar[-1].findtext("bar-style") for bar in page.findall(".//measure")] == ["light-heavy"] * 2


def test_what_is_transposed_is_written_in_its_own_key() -> None:
    made = exercise(LEAD, 3, "right", "transposition")
    assert (made.answer_scale.root - made.scale.root) % 12 == 5
    assert exercise(LEAD, 3).answer_scale == exercise(LEAD, 3).scale


@pytest.mark.parametrize(
    ("key", "fifths"), [("C major", 0), ("A minor", 0), ("F major", -1), ("E major", 4), ("C minor", -3)]
)
def test_key_signatures(key: str, fifths: int) -> None:
    assert fifths_of(Scale.parse(key)) == fifths


def test_the_command_writes_music_and_a_page(tmp_path, capsys) -> None:
    words = ["practise", str(EXAMPLES / "lead.mid"), "--level", "4", "--hands", "both", "--out", str(tmp_path)]
    assert main(words) == 0
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".mid", ".musicxml"]
    (written,) = tmp_path.glob("*.mid")
    right, left, count = midi_file.read_tracks(written)
    assert min(note.onset for note in (*right.notes, *left.notes)) >= 4
    assert [note.onset for note in count.notes] == [0, 1, 2, 3]
    assert "Difficulty" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--level", "9"], "1 to 8"), (["--skill", "x"], "rhythm, reading"), (["--hands", "x"], "right, left, both")],
)
def test_bad_input_is_one_sentence(words, said, tmp_path, capsys) -> None:
    assert main(["practise", str(EXAMPLES / "lead.mid"), "--out", str(tmp_path / "out"), *words]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_drums_have_no_tune() -> None:
    with pytest.raises(EmptyClip, match="no tune"):
        exercise(midi_file.read(EXAMPLES / "beat.mid"), 1)


def test_the_benchmark_measures_every_skill(capsys) -> None:
    assert main(["benchmark", "practice", "--clips", "2", "--json"]) == 0
    figures = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert figures["clips"]["value"] == 2
    assert all(figures[skill]["value"] >= 0.95 and figures[skill]["goal"] for skill in SKILLS)
