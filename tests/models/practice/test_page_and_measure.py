"""What makes an exercise hard, to the number, and what a page of one says, element by element."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from models.music.beats import Metre
from models.music.clip import Clip
from models.music.errors import BadValue
from models.music.note import Note
from models.music.scale import Scale
from models.practice.difficulty import Demands, demands_of, difficulty, fifths_of, is_minor
from models.practice.exercises import HANDS, LEVELS, SKILLS, exercise
from models.practice.musicxml import musicxml
from tests.strategies import a_clip, a_note, a_tune

C = Scale.parse("C")


def line(*pitches: int, step: float = 1.0, length: float = 4.0) -> Clip:
    return a_clip(*(a_note(pitch, at * step, step) for at, pitch in enumerate(pitches)), length=length)


# ---- the measure


def test_each_demand_is_a_share_of_what_is_most() -> None:
    found = demands_of((line(60, 62, 64, 66),), C)
    assert found == Demands(
        speed=0.25, rhythm=0.0, range=pytest.approx(6 / 36), leaps=pytest.approx(2 / 12),
        accidentals=pytest.approx(0.5 * 1 / 4), together=0.0, hands=0.0,
    )  # fmt: skip
    quick = demands_of((line(*[60] * 32, step=0.125),), Scale.parse("F# major"))
    assert (quick.speed, quick.leaps, quick.rhythm) == (1.0, 0.0, 28 / 32)
    assert quick.accidentals == pytest.approx(0.5 * 6 / 7 + 0.5)
    chords = a_clip(*(a_note(pitch, 0, 4) for pitch in (60, 64, 67, 72)), length=4.0)
    both = demands_of((chords, line(36, 72)), C)
    assert (both.together, both.hands, both.range, both.leaps) == (1.0, 1.0, 1.0, 1.0)


def test_the_difficulty_is_the_weighted_mean_and_nothing_is_not_hard() -> None:
    assert difficulty((line(60, 62, 64, 66),), C) == pytest.approx((2 * 0.25 + 6 / 36 + 1.5 * 2 / 12 + 1.5 / 8) / 10)
    assert demands_of((a_clip(),), C) == Demands(0, 0, 0, 0, 0, 0, 0)
    assert difficulty((a_clip(), a_clip()), C) == 0


def test_signatures_are_counted_in_fifths_of_the_major_with_these_notes() -> None:
    keys = {"C": 0, "G": 1, "F": -1, "Bb": -2, "F#": 6, "Ab": -4, "A minor": 0, "E minor": 1, "C minor": -3, "B": 5}
    assert {key: fifths_of(Scale.parse(key)) for key in keys} == keys
    assert is_minor(Scale.parse("D dorian"))
    assert not is_minor(Scale.parse("D mixolydian"))


# ---- the page


def page(*clips: tuple[str, Clip], scale: Scale = C, words: str = "") -> ElementTree.Element:
    return ElementTree.fromstring(musicxml(clips, scale, "Title", words))


def written(root: ElementTree.Element) -> list[tuple]:
    """Units, kind, dots, ties and pitch of each note or rest, in order."""
    rows = []
    for note in root.iter("note"):
        pitch = note.find("pitch")
        name = "" if pitch is None else pitch.findtext("step") + pitch.findtext("octave")
        alter = {"1": "#", "-1": "b", None: ""}[None if pitch is None else pitch.findtext("alter")]
        ties = "".join({"start": "(", "stop": ")"}[tie.get("type")] for tie in note.findall("tie"))
        kind = note.findtext("type") + "." * len(note.findall("dot"))
        rows.append((int(note.findtext("duration")), kind, ties, name + alter + "+" * (note.find("chord") is not None)))
    return rows


@pytest.mark.parametrize(
    ("duration", "kinds"),
    [
        (4, ["whole"]), (3, ["half."]), (2, ["half"]), (1.5, ["quarter."]), (1, ["quarter"]), (0.75, ["eighth."]),
        (0.5, ["eighth"]), (0.375, ["16th."]), (0.25, ["16th"]), (0.125, ["32nd"]), (0.0625, ["64th"]),
        (2.5, ["half", "eighth"]), (3.5, ["half.", "eighth"]),
    ],
)  # fmt: skip
def test_lengths_are_written_as_the_longest_notes_that_hold_them(duration: float, kinds: list[str]) -> None:
    rows = written(page(("R", a_clip(a_note(60, 0, duration), length=4.0))))
    sounding = [row for row in rows if row[3]]
    assert [row[1] for row in sounding] == kinds
    assert [row[2] for row in sounding] == ([""] if len(kinds) == 1 else ["(", ")"])
    assert sum(row[0] for row in rows) == 64  # the bar is full, rests and all


def test_a_note_over_the_bar_line_is_tied_and_gaps_are_rests() -> None:
    clip = a_clip(a_note(60, 1, 1), a_note(64, 3, 2), length=8.0)
    assert written(page(("R", clip))) == [
        (16, "quarter", "", ""), (16, "quarter", "", "C4"), (16, "quarter", "", ""), (16, "quarter", "(", "E4"),
        (16, "quarter", ")", "E4"), (48, "half.", "", ""),
    ]  # fmt: skip


def test_notes_struck_together_are_a_chord_and_a_later_one_cuts_it() -> None:
    clip = a_clip(a_note(60, 0, 4), a_note(64, 0, 1), a_note(67, 2, 2), length=4.0)
    assert written(page(("R", clip))) == [
        (32, "half", "", "C4"), (32, "half", "", "E4+"), (32, "half", "", "G4"),
    ]  # fmt: skip


def test_names_are_those_of_the_key() -> None:
    black = a_clip(*(a_note(pitch, at, 1) for at, pitch in enumerate((61, 63, 66, 70))), length=4.0)
    assert [row[3] for row in written(page(("R", black), scale=Scale.parse("Db")))] == ["D4b", "E4b", "G4b", "B4b"]
    assert [row[3] for row in written(page(("R", black), scale=Scale.parse("B")))] == ["C4#", "D4#", "F4#", "A4#"]


def test_a_page_says_key_metre_clef_tempo_and_what_to_do() -> None:
    tune = Clip((Note(72, 0, 1),), 3.0, "tune", 90.0, Metre(3, 4))
    low = Clip((Note(40, 0, 1),), 3.0, "low", 90.0, Metre(3, 4))
    root = page(("Right", tune), ("Left", low), scale=Scale.parse("A minor"), words="Play.")
    assert root.findtext("work/work-title") == "Title"
    assert [name.text for name in root.iter("part-name")] == ["Right", "Left"]
    assert [sign.text for sign in root.iter("sign")] == ["G", "F"]
    assert (root.findtext(".//fifths"), root.findtext(".//mode")) == ("0", "minor")
    assert (root.findtext(".//beats"), root.findtext(".//beat-type")) == ("3", "4")
    assert [words.text for words in root.iter("words")] == ["Play."]
    assert [minute.text for minute in root.iter("per-minute")] == ["90"]
    first = root.find("part/measure")
    assert [child.tag for child in first][:3] == ["attributes", "direction", "direction"]
    assert [bar.findtext("bar-style") for bar in root.iter("barline")] == ["light-heavy"] * 2
    alone = page(("Right", tune), ("Left", low.with_notes(())))
    assert [name.text for name in alone.iter("part-name")] == ["Right"]
    assert not list(alone.iter("part-group"))


# ---- exercises


@pytest.mark.parametrize("skill", SKILLS)
@pytest.mark.parametrize("hands", HANDS)
def test_every_exercise_lies_in_its_hands_and_its_bars(skill: str, hands: str) -> None:
    for level in (1, 4, 8):
        made = exercise(a_tune(), level, hands, skill, seed=level)
        assert [bool(hand.notes) for hand in made.hands] == [hands != "left", hands != "right"]
        for hand in (*made.hands, *made.answer):
            assert hand.length == 16.0
            assert all(note.onset >= 0 and note.end <= hand.length + 1e-6 for note in hand.notes)
        assert made == exercise(a_tune(), level, hands, skill, seed=level)
        if skill in ("rhythm", "reading"):
            assert made.hands == made.answer
        if skill == "rhythm":
            assert len({note.pitch for note in made.hands[hands == "left"].notes}) == 1


def test_what_is_asked_for_is_checked() -> None:
    for asked in ({"level": 0}, {"level": 9}, {"level": 1, "hands": "feet"}, {"level": 1, "skill": "patience"}):
        with pytest.raises(BadValue) as caught:
            exercise(a_tune(), **asked)
        assert caught.value.field in asked
    assert list(LEVELS) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_the_farther_a_changed_note_is_the_lower_the_level() -> None:
    far = []
    for level in LEVELS:
        made = exercise(a_tune(), level, skill="ear", seed=3)
        ((given, right),) = [
            (one.pitch, other.pitch)
            for one, other in zip(made.hands[0].notes, made.answer[0].notes, strict=True)
            if one != other
        ]
        far.append(abs(given - right))
        assert made.told.startswith("Which note changed? The answer: note ")
    assert far[0] > far[-1]
    assert far[0] >= 5
    assert far[-1] <= 2
