"""The one definition of similarity."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.music.similarity import credit_of, similarity
from tests.strategies import a_note, clips

QUICK = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (a_note(60, 0, 1), 1.0),
        (a_note(72, 0, 1), 0.5),
        (a_note(61, 0, 1), 0.25),
        (a_note(60, 0.25, 1), 0.5),
        (a_note(60, 0.5, 1), 0.0),
        (a_note(60, 0, 0.5), 0.75),
        (a_note(72, 0.25, 2), 0.5 * 0.5 * 0.75),
    ],
)
def test_the_credit_of_two_notes(other, expected: float) -> None:
    assert credit_of((0, 60, 1), (other.onset, other.pitch, other.duration)) == pytest.approx(expected)
    assert similarity([a_note(60, 0, 1)], [other]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("other", "expected"),
    [(a_note(36, 0, 4), 1.0), (a_note(38, 0, 1), 0.0), (a_note(36, 0.125, 1), 0.5), (a_note(36, 0.25, 1), 0.0)],
)
def test_a_drum_is_its_lane_and_has_no_duration(other, expected: float) -> None:
    assert credit_of((0, 36, 1), (other.onset, other.pitch, other.duration), drums=True) == pytest.approx(expected)
    assert similarity([a_note(36, 0, 1)], [other], drums=True) == pytest.approx(expected)


def test_the_best_credit_goes_first() -> None:
    one = [a_note(60, 0), a_note(60, 0.4)]
    other = [a_note(60, 0.4)]
    assert similarity(one, other) == pytest.approx(2 / 3)


def test_nothing_is_like_nothing_and_unlike_something() -> None:
    assert similarity([], []) == 1
    assert similarity([], [a_note()]) == 0


@QUICK
@given(clips(), st.sampled_from((False, True)))
def test_a_clip_is_itself(clip, drums: bool) -> None:
    assert similarity(clip.notes, clip.notes, drums=drums) == pytest.approx(1)


@QUICK
@given(clips(), clips(), st.sampled_from((False, True)))
def test_it_is_symmetric_and_a_share(one, other, drums: bool) -> None:
    value = similarity(one.notes, other.notes, drums=drums)
    assert 0 <= value <= 1
    assert value == pytest.approx(similarity(other.notes, one.notes, drums=drums), abs=1e-12)


@QUICK
@given(clips(fewest=2), st.data())
def test_kept_notes_are_the_floor(clip, data) -> None:
    kept = data.draw(st.sets(st.sampled_from(range(len(clip.notes))), min_size=1))
    part = [clip.notes[index] for index in sorted(kept)]
    assert similarity(clip.notes, part) >= 2 * len(part) / (len(clip.notes) + len(part)) - 1e-12


@given(st.lists(st.integers(40, 80), min_size=1, max_size=16), st.integers(1, 11))
def test_a_change_of_pitch_alone_keeps_a_quarter(pitches: list[int], semitones: int) -> None:
    before = [a_note(pitch, place / 2, 0.5) for place, pitch in enumerate(pitches)]
    moved = [note.moved(pitch=note.pitch + semitones) for note in before]
    assert similarity(before, moved) >= 0.25 - 1e-12
