"""The limits of notes, clips, metres, scales and locks: the last value that is allowed, and the first that is not."""

from __future__ import annotations

import math

import pytest

from models.music.beats import TICKS_PER_BEAT, Metre, off_grid, snap, strength
from models.music.clip import Clip, without_overlaps
from models.music.errors import BadValue
from models.music.locks import FLAGS, Locks
from models.music.note import Note, check_note
from models.music.scale import CHROMATIC, SCALES, Scale
from models.music.similarity import matches, similarity
from tests.strategies import a_clip, a_note


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [("pitch", 0, 127), ("velocity", 1, 127), ("velocity_deviation", -127, 127), ("release_velocity", 0, 127)],
)
def test_both_ends_of_a_fields_range_are_in_it(field, low, high):
    for value in (low, high):
        assert getattr(check_note(a_note().moved(**{field: value})), field) == value
    for value in (low - 1, high + 1):
        with pytest.raises(BadValue, match=f"{low} to {high}"):
            check_note(a_note().moved(**{field: value}))


def test_probabilities_onsets_and_durations_have_ends_too():
    assert check_note(a_note(probability=0.0, onset=0.0, duration=1e-9)) == a_note(60, 0.0, 1e-9, probability=0.0)
    for field, value in (("probability", -0.1), ("probability", 1.1), ("onset", math.inf), ("duration", -1.0)):
        with pytest.raises(BadValue):
            check_note(a_note().moved(**{field: value}))


def test_a_note_is_heard_as_live_has_it_where_nobody_says_otherwise():
    plain = Note(60, 0.0, 1.0)
    assert (plain.velocity, plain.mute, plain.probability, plain.velocity_deviation, plain.release_velocity) == (
        100, False, 1.0, 0, 64,
    )  # fmt: skip


def test_a_moved_note_keeps_all_that_is_not_named():
    full = Note(60, 1.0, 2.0, 90, True, 0.5, 7, 30)
    moved = full.moved(pitch=0, onset=0.0, velocity=1, mute=False)
    assert moved == Note(0, 0.0, 2.0, 1, False, 0.5, 7, 30)
    assert full.moved(duration=0.5, release_velocity=9) == Note(60, 1.0, 0.5, 90, True, 0.5, 7, 9)
    assert full.moved() == full


def test_a_clip_is_in_four_four_at_120_where_nobody_says_otherwise():
    clip = Clip((), 4.0)
    assert (clip.tempo, clip.metre, clip.role, clip.key, clip.pickup, clip.name) == (
        120.0,
        Metre(4, 4),
        None,
        None,
        0,
        "",
    )
    assert not clip.drums
    assert a_clip(role="drums").drums


def test_a_pickup_is_counted_from_the_cut_and_silence_fills_its_bar():
    clip = a_clip(a_note(60, 0, 1), length=9.0, pickup=1.0)
    assert clip.silence_before == 3.0
    assert clip.cut(0.5, 9.0).pickup == 0.5
    assert clip.cut(2.0, 9.0).pickup == 3.0
    assert a_clip(a_note(60, 0, 1)).cut(2.0, 9.0).pickup == 0.0
    later = clip.later(3.0)
    assert (later.length, later.pickup, later.silence_before, later.notes[0].onset) == (12.0, 0.0, 0.0, 3.0)
    assert a_clip(length=4.0).silence_before == 0.0


def test_a_cut_takes_what_begins_a_hair_early_at_its_start():
    cut = a_clip(a_note(60, 4 - 5e-7, 1), a_note(62, 8 - 5e-7, 1)).cut(4, 8)
    assert [(note.pitch, note.onset) for note in cut.notes] == [(60, 0.0)]


def test_a_loop_is_as_long_as_asked_and_cuts_what_rings_on():
    looped = a_clip(a_note(60, 3, 4), length=4.0).looped(6.0)
    assert [(note.onset, note.duration) for note in looped.notes] == [(3, 3)]
    assert [note.onset for note in a_clip(a_note(60, 1, 1), length=4.0).looped(4.0).notes] == [1]
    assert [note.onset for note in a_clip(a_note(60, 1, 1), length=4.0).looped(8.0).notes] == [1, 5]


def test_of_two_that_begin_together_the_longer_stays_and_an_earlier_one_is_cut():
    clean = without_overlaps([a_note(60, 0, 1), a_note(60, 0, 3), a_note(60, 2, 1), a_note(60, 4, 9)], 8.0)
    assert [(note.onset, note.duration) for note in clean] == [(0, 2), (2, 1), (4, 4)]
    assert without_overlaps([a_note(60, -0.5, 2), a_note(60, 8, 1), a_note(60, -5e-7, 1)], 8.0) == (
        a_note(60, -5e-7, 1),
    )
    touching = (a_note(60, 0, 1 + 5e-7), a_note(60, 1, 1))
    assert without_overlaps(touching, 2.0) == touching


@pytest.mark.parametrize(
    ("text", "possible"), [("1/1", 1), ("99/32", 1), ("4/2", 1), ("3/16", 1), ("3/64", 0), ("0/8", 0)]
)
def test_metres_reach_from_one_whole_note_to_ninety_nine_thirtyseconds(text, possible):
    if possible:
        assert str(Metre.parse(f" {text.replace('/', ' / ')} ")) == text
    else:
        with pytest.raises(BadValue) as caught:
            Metre.parse(text)
        assert caught.value.field == "metre"


def test_compound_bars_of_sixteenths_are_weighed_from_the_pulse_before():
    metre = Metre(9, 16)  # felt in dotted 8ths: 0, 0.75, 1.5
    assert metre.pulses == (0, 0.75, 1.5)
    assert [strength(at, metre) for at in (0, 0.75, 1.25, 1.0, 1.5, 2.0)] == [1.0, 0.6, 0.4, 0.2, 0.6, 0.4]
    assert Metre(3, 8).pulses == (0, 0.5, 1.0)  # three are no compound
    assert Metre(6, 4).pulses == (0, 1, 2, 3, 4, 5)
    assert Metre(13, 8).pulses == tuple(number / 2 for number in range(13))
    assert strength(2.5, Metre(5, 4)) == 0.4


def test_bars_are_counted_from_a_hair_before_the_line():
    metre = Metre(3, 4)
    assert [metre.bar_of(at) for at in (3 - 5e-7, 3 - 5e-6)] == [1, 0]
    assert metre.in_bar(3 - 5e-7) == 0.0
    assert [metre.bars(length) for length in (3 + 5e-7, 3 + 5e-6)] == [1, 2]
    assert (snap(0.6, 0.25), snap(-0.1, 0.25), off_grid(0.6, 0.25), off_grid(0.4, 0.25)) == pytest.approx(
        (0.5, 0.0, 0.1, -0.1)
    )
    assert all(TICKS_PER_BEAT % parts == 0 for parts in (2**7, 3, 5, 7, 512 // 4))
    assert TICKS_PER_BEAT == 13_440


@pytest.mark.parametrize(("root", "mask"), [(-1, 1), (12, 1), (0, 0), (0, 2), (0, 0x1001), (0, 0x1000)])
def test_what_is_no_scale_can_not_be_made(root, mask):
    with pytest.raises(BadValue) as caught:
        Scale(root, mask)
    assert caught.value.field == "scale"


def test_a_scale_has_its_root_and_its_tones_and_no_others():
    assert Scale.from_intervals(14, (3, 7)) == Scale(2, 0b10001001)
    assert Scale.from_intervals(11, ()).classes == {11}
    assert CHROMATIC.classes == set(range(12))
    minor = Scale.parse("A minor")
    assert [pitch for pitch in range(57, 70) if pitch in minor] == [57, 59, 60, 62, 64, 65, 67, 69]
    assert (minor.pitches()[0], minor.pitches()[-1], len(minor.pitches())) == (0, 127, 75)
    assert (Scale.parse("C#").nearest(127), Scale.parse("Db").nearest(2)) == (126, 1)
    assert [Scale.parse("C major pentatonic").nearest(pitch) for pitch in (5, 6, 10, 11)] == [4, 7, 9, 12]
    assert [minor.step(0, -1), minor.step(0, -3), minor.step(125, 9), minor.step(61, -1), minor.step(61, 2)] == [
        0, 0, 127, 60, 64,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("ionian", "Major"), ("maj", "Major"), ("M", "Major"), ("aeolian", "Minor"), ("natural minor", "Minor"),
        ("min", "Minor"), ("m", "Minor"), ("blues", "Minor Blues"), ("pentatonic", "Minor Pentatonic"),
        ("diminished", "Half-whole Dim."), ("octatonic", "Half-whole Dim."), ("altered", "Super Locrian"),
        ("half-whole diminished", "Half-whole Dim."), ("whole-half diminished", "Whole-half Dim."),
        ("whole-tone", "Whole Tone"), ("wholetone", "Whole Tone"), ("pentatonic major", "Major Pentatonic"),
        ("Pentatonic Minor", "Minor Pentatonic"),
    ],
)  # fmt: skip
def test_the_other_names_of_scales_are_known(alias, name):
    assert Scale.parse(f"D {alias}") == Scale.from_intervals(2, SCALES[name])


def test_locks_are_read_and_written_in_one_order():
    locks = Locks.parse(" bass, lane:42,RHYTHM ,lane:0")
    assert locks == Locks(rhythm=True, bass=True, lanes=frozenset({0, 42}))
    assert str(locks) == "rhythm,bass,lane:0,lane:42"
    assert Locks.parse(",".join((*FLAGS, "lane:127"))).names == (*FLAGS, "lane:127")
    assert Locks.parse("") == Locks()
    for text in ("lane:128", "lane:", "lane:x", "rythm", "lane:-1"):
        with pytest.raises(BadValue, match="is not known") as caught:
            Locks.parse(text)
        assert caught.value.field == "locks"


def test_each_note_is_matched_once_the_best_pair_first_and_ties_by_what_they_are():
    one, other = [a_note(60, 0), a_note(62, 0.25)], [a_note(62, 0.2), a_note(60, 0.3)]
    assert [(match.a, match.b) for match in matches(one, other)] == [(1, 0), (0, 1)]
    # Two of ours want the same note of theirs as much: the lower goes, whichever clip is the first.
    pair, single = [a_note(60, 0), a_note(64, 0)], [a_note(62, 0)]
    assert [(match.a, match.credit) for match in matches(pair, single)] == [(0, 0.25)]
    assert similarity(pair, single) == similarity(single, pair) == pytest.approx(2 * 0.25 / 3)


@pytest.mark.parametrize(("drums", "window"), [(False, 0.5), (True, 0.25)])
def test_nothing_is_matched_across_the_window(drums, window):
    for shift, expected in ((window, 0.0), (0.8 * window, 0.2), (-0.6 * window, 0.4)):
        found = similarity([a_note(36, 4)], [a_note(36, 4 + shift)], drums=drums)
        assert found == pytest.approx(expected)


def test_an_octave_is_half_a_match_wherever_it_lies() -> None:
    for pitch in range(30, 42):
        assert similarity([a_note(pitch)], [a_note(pitch + 24)]) == 0.5
        assert similarity([a_note(pitch)], [a_note(pitch + 25)]) == 0.25


def test_equal_notes_are_matched_as_often_as_both_have_them():
    twice = [a_note(60, 0), a_note(60, 0, 0.5)]
    assert similarity(twice, [a_note(60, 0)]) == pytest.approx(2 / 3)
    assert similarity([a_note(60, 0), a_note(60, 0)], [a_note(60, 0)] * 3) == pytest.approx(4 / 5)
    assert similarity([a_note(36, 0, 1)], [a_note(36, 0, 3)], drums=True) == 1
