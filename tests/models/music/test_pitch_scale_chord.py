"""Names and sets of pitches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.music import pitch
from models.music.chord import QUALITIES, Chord, TimedChord, chord_at
from models.music.errors import BadValue
from models.music.scale import SCALES, Scale


@pytest.mark.parametrize(("number", "name"), [(60, "C3"), (0, "C-2"), (127, "G8"), (69, "A3"), (61, "C#3")])
def test_a_pitch_has_a_name(number: int, name: str) -> None:
    assert pitch.name(number) == name
    assert pitch.parse(name) == number


@given(st.integers(0, 127), st.booleans())
def test_every_name_is_read_back(number: int, flats: bool) -> None:
    assert pitch.parse(pitch.name(number, flats=flats)) == number


@pytest.mark.parametrize(("text", "number"), [("60", 60), ("Db3", 61), ("Cb3", 59), ("B#2", 60), ("f#1", 42)])
def test_other_spellings_are_read(text: str, number: int) -> None:
    assert pitch.parse(text) == number


@pytest.mark.parametrize("text", ["", "H2", "C", "C9", "128", "-1", "C#-3", "Cb-2"])
def test_what_is_no_pitch_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="pitch"):
        pitch.parse(text)


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("A minor", {9, 11, 0, 2, 4, 5, 7}),
        ("C", {0, 2, 4, 5, 7, 9, 11}),
        ("Dm", {2, 4, 5, 7, 9, 10, 0}),
        ("Eb Minor Pentatonic", {3, 6, 8, 10, 1}),
        ("c# blues", {1, 4, 6, 7, 8, 11}),
        ("G 100000010000", {7, 2}),
    ],
)
def test_a_scale_is_read(text: str, classes: set[int]) -> None:
    assert Scale.parse(text).classes == classes


@given(st.integers(0, 11), st.sampled_from(sorted(SCALES)))
def test_a_scale_is_read_back(root: int, kind: str) -> None:
    scale = Scale.from_intervals(root, SCALES[kind])
    assert Scale.parse(str(scale)) == scale


@pytest.mark.parametrize("text", ["", "H minor", "A funny", "A 01010101"])
def test_what_is_no_scale_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="scale"):
        Scale.parse(text)


@given(st.integers(0, 11), st.sampled_from(sorted(SCALES)), st.integers(0, 127), st.integers(-12, 12))
def test_steps_stay_in_the_scale(root: int, kind: str, start: int, steps: int) -> None:
    scale = Scale.from_intervals(root, SCALES[kind])
    first = scale.nearest(start)
    there = scale.step(first, steps)
    assert there in scale
    assert (there - first) * steps >= 0
    assert scale.nearest(there) == there


@pytest.mark.parametrize(
    ("label", "classes"),
    [
        ("C:maj", {0, 4, 7}),
        ("Bb:min7", {10, 1, 5, 8}),
        ("G:sus4(b7,9)", {7, 0, 2, 5, 9}),
        ("C:maj/3", {0, 4, 7}),
        ("C:(3,b5)", {0, 4, 6}),
        ("A", {9, 1, 4}),
        ("F#:7(*5)", {6, 10, 4}),
        ("D:min/b7", {2, 5, 9, 0}),
    ],
)
def test_a_label_is_read(label: str, classes: set[int]) -> None:
    chord = Chord.parse(label)
    assert chord is not None
    assert chord.classes == classes


def test_no_chord_is_none() -> None:
    assert Chord.parse("N") is None


@given(st.integers(0, 11), st.sampled_from(sorted(QUALITIES)), st.integers(0, 11))
def test_a_label_is_read_back(root: int, quality: str, bass: int) -> None:
    chord = Chord.of(root, quality, bass)
    again = Chord.parse(chord.label)
    assert again is not None
    assert (again.root, again.classes, again.bass) == (chord.root, chord.classes, chord.bass)


@pytest.mark.parametrize("label", ["", "H:maj", "C:funny", "C:maj/x"])
def test_what_is_no_label_is_refused(label: str) -> None:
    with pytest.raises(BadValue, match="chord label"):
        Chord.parse(label)


def test_the_chord_at_a_beat() -> None:
    chords = [TimedChord(0, 4, Chord.of(0)), TimedChord(8, 4, Chord.of(7))]
    assert [chord_at(chords, beat) for beat in (0, 3.9, 4, 8)] == [Chord.of(0), Chord.of(0), None, Chord.of(7)]
