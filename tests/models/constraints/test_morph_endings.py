"""How steps between two clips end, meet and lead on."""

from __future__ import annotations

import pytest

from models.constraints.morphing.endings import closed, joined, leading, nearest, settled
from models.music.scale import Scale
from tests.models.constraints.test_morph import _line, _pitches
from tests.strategies import a_note


def test_a_last_note_lies_within_reach_near_to_the_one_before() -> None:
    line = [a_note(45, 0.0, 1.0), a_note(50, 1.0, 3.0)]
    assert _pitches(tuple(closed(line, [5], (45, 60)))) == [45, 53]
    assert _pitches(tuple(closed(line, [5], (40, 50)))) == [45, 41]
    assert _pitches(tuple(closed(line, [0, 5, 9], (46, 60)))) == [45, 48]


def test_a_tune_rests_half_way_on_the_tonic_or_the_dominant() -> None:
    half = _line("60:0 62:1", "64:0 65:1", "64:0 62:1", "60:0")  # F hangs over the half of C major
    assert [note.pitch for note in settled(list(half.notes), 16.0, 0, Scale.parse("C"))] == [60, 62, 64, 64, 64, 62, 60]
    on = _line("60:0 62:1", "64:0 65:3", "64:0 62:1", "60:0")
    assert settled(list(on.notes), 16.0, 0, Scale.parse("C")) == list(on.notes)


def test_parts_meet_within_a_fifth() -> None:
    before, after = [a_note(70, 0.0, 1.0)], [a_note(61, 4.0, 1.0), a_note(56, 5.0, 1.0)]
    assert [note.pitch for note in joined(before, after, reach=(55, 75))] == [70, 73, 68]
    assert joined(before, after, reach=(55, 72)) == []
    assert joined(before, after[1:] + after[:1], reach=(40, 70)) == []


def test_a_bass_leads_to_another_root_and_does_not_take_it_away() -> None:
    clip = _line("30:0 30:2", "31:0 31:2")
    taken, fourth = _line("30:0 31:3", "31:0 34:3"), _line("30:0 35:3", "31:0 38:3")  # F# to G, G to F#
    scale = Scale.parse("E minor")
    for line, tone in ((taken, 33), (fourth, 33)):
        led = leading(list(line.notes), (clip, clip), scale)
        assert [note.pitch for note in led[:3]] == [30, tone, 31]
    assert leading(list(taken.notes), (taken, clip), scale) == list(taken.notes)  # as one of them plays it
    still = _line("30:0 35:3", "30:0 35:3")
    assert leading(list(still.notes), (clip, clip), scale) == list(still.notes)  # no other root follows


@pytest.mark.parametrize(
    ("scale", "rests"),
    [
        ("C major", {60: 60, 62: 62, 64: 64, 65: 64, 67: 67, 69: 67, 71: 71}),
        ("C minor", {60: 60, 62: 62, 63: 63, 65: 63, 67: 67, 68: 67, 70: 70}),
        ("C harmonic minor", {65: 63, 68: 67, 71: 71}),
    ],
)
def test_half_way_a_tune_rests_on_tones_of_tonic_and_dominant(scale: str, rests: dict[int, int]) -> None:
    for pitch, expected in rests.items():
        notes = [a_note(67, 0, 1), a_note(pitch, 6, 1), a_note(60, 8, 1)]
        assert settled(notes, 16.0, 0, Scale.parse(scale))[1].pitch == expected
    moving = [a_note(67, 0, 1), a_note(65, 7, 1), a_note(60, 8, 1)]  # no rest: it goes on at once
    assert settled(moving, 16.0, 0, Scale.parse(scale)) == moving


@pytest.mark.parametrize(
    ("before", "last", "tones", "reach", "closes"),
    [
        (60, 67, {0}, (48, 84), 60),
        (72, 67, {0}, (48, 84), 72),
        (64, 67, {0, 7}, (48, 84), 67),
        (71, 66, {0, 7}, (48, 84), 67),
        (62, 61, {0}, (61, 84), 72),  # in reach, though farther
        (62, 61, {0}, (61, 71), 60),  # nothing in reach: the nearest
    ],
)
def test_a_line_closes_near_to_where_it_was_and_to_the_note_before(before, last, tones, reach, closes) -> None:
    ended = closed([a_note(before, 0, 1), a_note(last, 1, 1)], tones, reach)
    assert [note.pitch for note in ended] == [before, closes]
    assert closed([a_note(last, 0, 1)], {last % 12}, reach)[-1].pitch % 12 == last % 12


@pytest.mark.parametrize(
    ("pitch", "classes", "found"),
    [(2, {11}, 11), (126, {0}, 120), (60, {0}, 60), (66, {0}, 60), (67, {0}, 72), (61, {0, 2}, 60), (60, set(), 60)],
)
def test_the_nearest_of_some_pitch_classes_is_a_pitch_there_is(pitch, classes, found) -> None:
    assert nearest(pitch, classes) == found
