"""The tables of chords by what musicians know of them: stacked thirds, degrees, spellings."""

from __future__ import annotations

from itertools import accumulate

import pytest

from models.music.chord import QUALITIES, Chord, TimedChord, chord_at
from models.music.chord_track import parse_chord_track, parse_symbol
from models.music.errors import BadValue

DEGREES = {"1": 0, "b2": 1, "2": 2, "b3": 3, "3": 4, "4": 5, "b5": 6, "5": 7, "b6": 8, "6": 9, "b7": 10, "7": 11}


@pytest.mark.parametrize(
    ("quality", "thirds"),
    [
        ("maj", "Mm"), ("min", "mM"), ("dim", "mm"), ("aug", "MM"),
        ("7", "Mmm"), ("maj7", "MmM"), ("min7", "mMm"), ("minmaj7", "mMM"), ("dim7", "mmm"), ("hdim7", "mmM"),
        ("9", "MmmM"), ("maj9", "MmMm"), ("min9", "mMmM"), ("11", "MmmMm"), ("min11", "mMmMm"),
    ],
)  # fmt: skip
def test_chords_are_thirds_upon_thirds(quality, thirds):
    steps = accumulate((4 if third == "M" else 3 for third in thirds), initial=0)
    assert QUALITIES[quality] == tuple(step % 12 for step in steps)


@pytest.mark.parametrize(
    ("quality", "base", "added"),
    [("maj6", "maj", 9), ("min6", "min", 9), ("13", "9", 9), ("maj13", "maj9", 9), ("min13", "min9", 9)],
)
def test_sixths_and_thirteenths_lie_a_sixth_above_the_root(quality, base, added):
    assert QUALITIES[quality] == (*QUALITIES[base], added)


def test_what_has_no_third():
    assert [QUALITIES[name] for name in ("1", "5", "sus2", "sus4")] == [(0,), (0, 7), (0, 2, 7), (0, 5, 7)]
    assert len(QUALITIES) == 24


def test_every_bass_has_the_name_of_its_degree():
    labels = {degree: Chord.of(0, "maj", place).label for degree, place in DEGREES.items()}
    assert labels == {degree: "C:maj" if degree == "1" else f"C:maj/{degree}" for degree in DEGREES}
    assert {degree: Chord.parse(label).bass for degree, label in labels.items()} == DEGREES


@pytest.mark.parametrize(
    ("degree", "place"),
    [*DEGREES.items(), ("9", 2), ("11", 5), ("13", 9), ("b9", 1), ("#9", 3), ("#11", 6), ("b13", 8)],
)
def test_degrees_are_counted_in_the_major_scale_of_the_root(degree, place):
    assert Chord.parse(f"E:({degree})") == Chord(4, tuple(dict.fromkeys((0, place))), 4)


def test_a_degree_can_be_taken_away():
    assert Chord.parse("C:maj7(*3,*5)") == Chord(0, (0, 11), 0)


def test_what_is_added_to_a_seventh_is_named_an_octave_higher():
    sevenths = {1: "b9", 2: "9", 3: "#9", 5: "11", 6: "#11", 8: "b13", 9: "13"}
    for place, name in sevenths.items():
        assert Chord(0, (0, 4, 7, 10, place), 0).quality in (f"7({name})", "9" if place == 2 else "")
    assert [Chord(0, (0, 4, 7, place), 0).quality for place in (2, 5, 6)] == ["maj(9)", "maj(4)", "maj(b5)"]
    assert [Chord(0, (0, 4, 7, 11, place), 0).quality for place in (6, 9)] == ["maj7(#11)", "maj7(13)"]


@pytest.mark.parametrize(("semitones", "root", "bass"), [(3, 1, 8), (-1, 9, 4), (12, 10, 5), (14, 0, 7)])
def test_a_chord_is_transposed_with_its_bass(semitones, root, bass):
    assert Chord.of(10, "min7", 5).transposed(semitones) == Chord(root, QUALITIES["min7"], bass)


def test_roots_and_basses_are_pitch_classes():
    assert Chord.of(14, "min", 31) == Chord(2, (0, 3, 7), 7)
    assert Chord.of(14) == Chord.spelled(26, {0, 4, 7}) == Chord(2, (0, 4, 7), 2)
    assert Chord.spelled(0, {0, 4, 7}, 16).bass == 4
    assert (64 in Chord.of(0), 65 in Chord.of(0), 2 in Chord.of(0, "maj", 2)) == (True, False, True)


def test_only_three_roots_are_flat_without_a_key():
    names = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
    assert [Chord.of(root).label for root in range(12)] == [f"{name}:maj" for name in names]


def test_a_hair_before_a_chord_belongs_to_it():
    row = (TimedChord(0.0, 2.0, Chord.of(0)), TimedChord(2.0, 1.0, Chord.of(5)))
    assert [chord_at(row, at).root for at in (2 - 5e-7, 2 - 5e-6, 2.5)] == [5, 0, 5]
    assert (row[1].end, chord_at(row, 3 - 5e-7)) == (3.0, None)


@pytest.mark.parametrize(
    ("symbols", "quality"),
    [
        ("C Cmaj CM", "maj"), ("Cm Cmin Cmi C-", "min"), ("Cdim Co C°", "dim"), ("Caug C+", "aug"),
        ("C6 Cmaj6", "maj6"), ("Cm6 Cmin6", "min6"), ("C7", "7"), ("Cmaj7 CM7 Cma7 CΔ CΔ7 C^ C^7", "maj7"),
        ("Cm7 C-7 Cmin7", "min7"), ("CmM7 Cmmaj7", "minmaj7"), ("Cdim7 Co7 C°7", "dim7"), ("Cø Cø7 Chdim7", "hdim7"),
        ("C9", "9"), ("Cmaj9 CM9", "maj9"), ("Cm9", "min9"), ("C11", "11"), ("Cm11", "min11"), ("C13", "13"),
        ("Cmaj13 CM13", "maj13"), ("Cm13", "min13"), ("Csus Csus4", "sus4"), ("Csus2", "sus2"), ("C5", "5"),
    ],
)  # fmt: skip
def test_every_spelling_of_a_quality_is_read(symbols, quality):
    for symbol in symbols.split():
        assert parse_symbol(symbol) == Chord.of(0, quality), symbol


@pytest.mark.parametrize(
    ("symbol", "tones"),
    [
        ("C+7", {0, 4, 8, 10}), ("C69", {0, 4, 7, 9, 2}), ("C6/9", {0, 4, 7, 9, 2}), ("Cm69", {0, 3, 7, 9, 2}),
        ("Calt", {0, 4, 10, 1, 3, 8}), ("C7alt", {0, 4, 10, 1, 3, 8}), ("C7b5", {0, 4, 6, 10}), ("C7#5", {0, 4, 8, 10}),
        ("C7b13", {0, 4, 7, 10, 8}), ("Cadd2", {0, 2, 4, 7}), ("Cadd4", {0, 4, 5, 7}), ("Cadd11", {0, 4, 5, 7}),
        ("Cno3", {0, 7}), ("C7no5", {0, 4, 10}), ("Cmaj7#11", {0, 4, 6, 7, 11}), ("C9sus4", {0, 2, 5, 7, 10}),
        ("C7sus2", {0, 2, 7, 10}),
    ],
)  # fmt: skip
def test_alterations_change_what_they_name(symbol, tones):
    assert parse_symbol(symbol).classes == tones


def test_a_bar_holds_so_many_chords_and_no_more():
    sixteenth_of_a_beat = parse_chord_track(" ".join(["C", "G"] * 32), 4, 4)
    assert len(sixteenth_of_a_beat) == 64
    with pytest.raises(BadValue, match="at most 64 chords"):
        parse_chord_track(" ".join(["C"] * 65), 4, 4)


def test_a_chord_that_would_begin_at_the_end_is_none():
    assert [timed.onset for timed in parse_chord_track("C G", 4, 2)] == [0]
    assert [(timed.onset, timed.duration) for timed in parse_chord_track("C G | F", 4, 6)] == [(0, 2), (2, 2), (4, 2)]
