"""Chords, scales, drums and bars to the letter and to the number: what everything else counts on."""

import pytest

from models.music.beats import Metre, strength
from models.music.chord import QUALITIES, Chord, chord_at, family_of
from models.music.chord import TimedChord as Timed
from models.music.clip import ROLES
from models.music.drum_kit import lane_of, main_pitch, part_of
from models.music.note import Note
from models.music.pitch import class_name, name, parse
from models.music.scale import Scale


@pytest.mark.parametrize(
    ("label", "classes"),
    [
        ("C:7(#9)", {0, 4, 7, 10, 3}),
        ("F:7(b9,b13)", {5, 9, 0, 3, 6, 1}),
        ("C:maj6(9)", {0, 4, 7, 9, 2}),
        ("G:sus4(b7,9)", {7, 0, 2, 5, 9}),
        ("Bb:13", {10, 2, 5, 8, 0, 7}),
        ("D:min7(11)", {2, 5, 9, 0, 7}),
        ("C:maj7(#11)", {0, 4, 7, 11, 6}),
        ("G:maj/b7", {7, 11, 2, 5}),
        ("A:minmaj7", {9, 0, 4, 8}),
        ("C:maj(9)", {0, 4, 7, 2}),
    ],
)
def test_a_label_says_its_tones_and_is_written_as_it_was_read(label, classes):
    chord = Chord.parse(label)
    assert chord.classes == classes
    written = Chord.spelled(chord.root, chord.intervals, chord.bass)
    assert Chord.parse(written.label) == written
    assert written.classes == classes
    assert Chord.parse(written.label).label == written.label


def test_colours_are_named_by_what_they_stand_on():
    assert [Chord.spelled(0, tones).quality for tones in ({0, 4, 7, 10, 3}, {0, 4, 7, 10, 6}, {0, 4, 7, 10, 8})] == [
        "7(#9)",
        "7(#11)",
        "7(b13)",
    ]
    assert Chord.spelled(0, {0, 3, 7, 8}).quality == "min(b6)"
    assert Chord.spelled(0, {0, 4, 7, 9, 2}).quality == "maj6(9)"
    assert Chord.spelled(0, {0, 4, 6}).quality == "(1,3,b5)"


@pytest.mark.parametrize(
    ("scale", "chord", "label"),
    [
        ("Ab major", Chord.of(1, "maj7"), "Db:maj7"),
        ("A major", Chord.of(1, "min"), "C#:min"),
        ("Db major", Chord.of(6, "maj9"), "Gb:maj9"),
        ("E minor", Chord.of(6, "hdim7"), "F#:hdim7"),
        ("C major", Chord.of(10), "Bb:maj"),
        ("C major", Chord.of(1, "dim7"), "C#:dim7"),
        ("D dorian", Chord.of(3), "Eb:maj"),
        ("G dorian", Chord.of(10), "Bb:maj"),
    ],
)
def test_chords_are_spelled_in_the_key(scale, chord, label):
    assert chord.label_in(Scale.parse(scale)) == label


@pytest.mark.parametrize(
    ("intervals", "family"),
    [
        ((0, 4, 7), "maj"), ((0, 4, 7, 10, 2), "7"), ((0, 4, 7, 11), "maj7"), ((0, 3, 7, 10, 5), "min7"),
        ((0, 3, 6, 10), "hdim7"), ((0, 3, 6, 9), "dim7"), ((0, 3, 6), "dim"), ((0, 4, 8), "aug"),
        ((0, 5, 7, 10), "sus4"), ((0, 2, 7), "sus2"), ((0, 7), "5"), ((0, 4, 7, 10, 3), "7"), ((0, 4, 8, 10), "7"),
    ],
)  # fmt: skip
def test_families_go_by_third_fifth_and_seventh(intervals, family):
    assert family_of(intervals) == family


def test_a_chord_sounds_from_its_onset_to_before_its_end():
    row = (Timed(0.0, 2.0, Chord.of(0)), Timed(3.0, 1.0, Chord.of(5)))
    found = [chord_at(row, at) for at in (0.0, 1.99, 2.0, 2.5, 3.0, 4.0)]
    assert [chord and chord.root for chord in found] == [0, 0, None, None, 5, None]


def test_pads_are_the_drums_of_general_midi():
    lanes = {36: "kick", 35: "kick", 38: "snare", 40: "snare", 39: "snare", 42: "closed hat", 44: "closed hat"}
    lanes |= {46: "open hat", 43: "low tom", 47: "mid tom", 50: "high tom", 49: "crash", 57: "crash", 51: "ride"}
    assert {pitch: lane_of(pitch) for pitch in lanes} == lanes
    assert lane_of(100) is None
    assert [main_pitch(lane) for lane in ("kick", "snare", "closed hat", "open hat", "crash", "ride")] == [
        36, 38, 42, 46, 49, 51,
    ]  # fmt: skip
    assert [part_of(pitch) for pitch in (36, 40, 46, 47, 1)] == ["kick", "snare", "cymbals", "toms", None]


def test_the_pads_of_every_lane_and_the_order_of_the_roles():
    pads = {pitch: lane_of(pitch) for pitch in range(128) if lane_of(pitch)}
    by_lane = {
        lane: sorted(pitch for pitch, its in pads.items() if its == lane) for lane in dict.fromkeys(pads.values())
    }
    assert by_lane == {
        "kick": [35, 36], "snare": [37, 38, 39, 40], "closed hat": [22, 42, 44, 54, 69, 70], "open hat": [26, 46],
        "low tom": [41, 43, 58, 64], "mid tom": [45, 47, 61], "high tom": [48, 50, 60, 62, 63],
        "crash": [49, 52, 55, 57], "ride": [51, 53, 56, 59],
    }  # fmt: skip
    assert ROLES == ("melody", "chords", "bass", "drums")


def test_bars_have_their_strong_beats():
    four, six, five = Metre(), Metre(6, 8), Metre(5, 4)
    assert [strength(at, four) for at in (0, 1, 2, 3, 0.5, 0.25, 0.125, 4)] == [1, 0.6, 0.8, 0.6, 0.4, 0.2, 0, 1]
    assert [strength(at, six) for at in (0, 1.5, 0.5)] == [1, 0.8, 0.4]
    assert strength(2.0, five) == 0.6
    assert six.pulses == (0, 1.5)
    assert Metre(7, 8).pulses == (0, 1, 2)
    assert [four.bar_of(at) for at in (0, 3.99, 4)] == [0, 0, 1]
    assert [four.bars(length) for length in (0.5, 4, 4.1, 8)] == [1, 1, 2, 2]
    assert four.in_bar(5.5) == 1.5


def test_pitches_have_lives_names():
    assert [name(pitch) for pitch in (0, 60, 61, 127)] == ["C-2", "C3", "C#3", "G8"]
    assert name(61, flats=True) == "Db3"
    assert [parse(text) for text in ("C3", "Cb3", "B#2", "60", "G8")] == [60, 59, 60, 60, 127]
    assert class_name(10) == "A#"
    assert class_name(10, flats=True) == "Bb"


def test_scales_step_and_round_inside_themselves():
    minor = Scale.parse("A minor")
    assert [minor.nearest(pitch) for pitch in (61, 66, 68, 69)] == [60, 65, 67, 69]
    assert [minor.step(60, steps) for steps in (1, 2, 7, -1, 0)] == [62, 64, 72, 59, 60]
    assert minor.step(61, 1) == 62
    assert minor.step(127, 1) == 127
    assert minor.pitches(57, 64) == [57, 59, 60, 62, 64]
    assert [str(Scale.parse(text)) for text in ("Bb minor", "F major", "F# major", "C# dorian")] == [
        "Bb minor", "F major", "F# major", "C# Dorian",
    ]  # fmt: skip


def test_a_scale_is_spelled_as_its_signature_is():
    flat = "Eb minor, D minor, D phrygian, A phrygian, C dorian, F dorian, F phrygian dominant, Db major, C locrian"
    assert {Scale.parse(text).flats for text in flat.split(", ")} == {True}
    sharp = "F# major, B minor, B phrygian, C# phrygian, E dorian, E phrygian dominant, G lydian, B locrian"
    assert {Scale.parse(text).flats for text in sharp.split(", ")} == {False}
    assert {Scale.parse(text).flats for text in ("C major", "A minor", "E phrygian", "D dorian")} == {None}


def test_uneven_metres_are_felt_in_their_groups():
    felt = {numerator: Metre(numerator, 8).pulses for numerator in (5, 7, 8, 10, 11)}
    assert felt == {5: (0, 1.5), 7: (0, 1, 2), 8: (0, 1.5, 3), 10: (0, 1.5, 3, 4), 11: (0, 1.5, 3, 4.5)}
    assert Metre(5, 4).pulses == (0, 1, 2, 3, 4)
    assert Metre(12, 8).pulses == (0, 1.5, 3, 4.5)


def test_a_note_ends_after_its_duration():
    assert Note(60, 1.5, 0.25).end == 1.75
    assert Note(60, 1.5, 0.25).order == (1.5, 60)


def test_every_quality_rises_from_its_root():
    assert all(tones[0] == 0 and list(tones[:4]) == sorted(tones[:4]) for tones in QUALITIES.values())
    assert (QUALITIES["9"][4:], QUALITIES["11"][4:], QUALITIES["13"][4:]) == ((2,), (2, 5), (2, 9))
    thirds = {name: tones[:3] for name, tones in QUALITIES.items() if name in ("maj", "min", "dim", "aug")}
    assert thirds == {"maj": (0, 4, 7), "min": (0, 3, 7), "dim": (0, 3, 6), "aug": (0, 4, 8)}
