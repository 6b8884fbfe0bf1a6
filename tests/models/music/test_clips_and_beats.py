"""Notes, clips, metres."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.music.beats import TIGHT, Metre, snap, strength
from models.music.clip import Clip, without_overlaps
from models.music.drum_kit import LANES, lane_of, main_pitch
from models.music.errors import BadValue
from models.music.note import check_note
from tests.strategies import a_clip, a_note, a_tune, clips


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pitch", 128),
        ("pitch", -1),
        ("velocity", 0),
        ("velocity", 128),
        ("probability", 1.5),
        ("onset", -0.1),
        ("onset", float("nan")),
        ("duration", 0.0),
        ("duration", float("inf")),
        ("release_velocity", 128),
    ],
)
def test_an_impossible_note_is_refused_by_field(field: str, value: float) -> None:
    with pytest.raises(BadValue) as caught:
        check_note(a_note().moved(**{field: value}))
    assert caught.value.field == field


def test_a_clip_sorts_its_notes() -> None:
    clip = a_clip(a_note(64, 2), a_note(67, 0), a_note(60, 0))
    assert [note.pitch for note in clip.notes] == [60, 67, 64]


@pytest.mark.parametrize("length", [0.0, -1.0, float("nan")])
def test_a_clip_has_a_length(length: float) -> None:
    with pytest.raises(BadValue, match="length"):
        Clip((), length)


def test_a_cut_starts_at_zero_and_shortens_what_rings_on() -> None:
    cut = a_clip(a_note(60, 0, 1), a_note(62, 5, 4), a_note(64, 9, 1)).cut(4, 8)
    assert cut.length == 4
    assert [(note.pitch, note.onset, note.duration) for note in cut.notes] == [(62, 1, 3)]


def test_a_loop_fills_its_length() -> None:
    looped = a_clip(a_note(60, 1, 1), length=4).looped(10)
    assert [note.onset for note in looped.notes] == [1, 5, 9]
    assert looped.length == 10


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(a_note, st.integers(60, 62), st.floats(0, 8), st.floats(0.1, 4))))
def test_overlaps_are_cut(notes: list) -> None:
    clean = without_overlaps(notes, 8.0)
    for pitch in (60, 61, 62):
        line = [note for note in clean if note.pitch == pitch]
        assert all(first.end < second.onset + 2 * TIGHT for first, second in zip(line, line[1:], strict=False))
    assert all(note.onset < 8 and note.end <= 8 + 1e-9 for note in clean)
    assert without_overlaps(clean, 8.0) == clean


@given(clips())
def test_a_clean_clip_stays_as_it_is(clip: Clip) -> None:
    assert without_overlaps(clip.notes, clip.length) == clip.notes


@pytest.mark.parametrize(
    ("text", "bar", "pulses"),
    [
        ("4/4", 4, (0, 1, 2, 3)),
        ("6/8", 3, (0, 1.5)),
        ("7/8", 3.5, (0, 1, 2)),
        ("3/4", 3, (0, 1, 2)),
        ("5/8", 2.5, (0, 1.5)),
        ("2/2", 4, (0, 2)),
    ],
)
def test_a_metre_has_bars_and_pulses(text: str, bar: float, pulses: tuple) -> None:
    metre = Metre.parse(text)
    assert (metre.bar, metre.pulses, str(metre)) == (bar, pulses, text)


@pytest.mark.parametrize("text", ["", "4", "0/4", "4/3", "100/4", "a/b"])
def test_what_is_no_metre_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="metre"):
        Metre.parse(text)


@pytest.mark.parametrize(
    ("onset", "metre", "expected"),
    [
        (0, "4/4", 1.0),
        (4, "4/4", 1.0),
        (2, "4/4", 0.8),
        (1, "4/4", 0.6),
        (0.5, "4/4", 0.4),
        (0.25, "4/4", 0.2),
        (1 / 3, "4/4", 0.0),
        (2.02, "4/4", 0.8),
        (3.99, "4/4", 1.0),
        (1.5, "6/8", 0.8),
        (1, "3/4", 0.6),
    ],
)
def test_strong_and_weak_places(onset: float, metre: str, expected: float) -> None:
    assert strength(onset, Metre.parse(metre)) == expected


def test_bars_are_counted() -> None:
    metre = Metre(3, 4)
    assert (metre.bar_of(2.9), metre.bar_of(3), metre.bars(6), metre.bars(6.5), metre.bars(0.1)) == (0, 1, 2, 3, 1)
    assert metre.in_bar(7) == pytest.approx(1)
    assert snap(0.27, 0.25) == 0.25


def test_every_lane_knows_its_pitches() -> None:
    for lane, pitches in LANES.items():
        assert main_pitch(lane) == pitches[0]
        assert {lane_of(pitch) for pitch in pitches} == {lane}
    assert lane_of(0) is None


def test_the_example_tune_has_four_bars() -> None:
    assert a_tune().metre.bars(a_tune().length) == 4
