"""Notes outside the scale: snapped to the nearest place that nobody has, dropped, or kept."""

from __future__ import annotations

import pytest

from models.constraints.outside import treat_outside_notes
from models.generator import Locks, Request
from models.music.errors import Refused
from models.music.note import Note
from models.music.scale import Scale
from tests.strategies import a_clip, a_note

C_MAJOR = Scale.parse("C Major")


def treated(*notes: Note, outside: str = "snap", free: frozenset[int] | None = None, **others: object):
    request = Request(
        prompts=(a_clip(*notes, length=4.0),),
        role="melody",
        scale=C_MAJOR,
        outside=outside,  # type: ignore[arg-type]
        **others,  # type: ignore[arg-type]
    )
    return treat_outside_notes(request, "melody", free if free is not None else frozenset(range(len(notes))))


def pitches(found) -> list[int]:
    return [note.pitch for note in found[0]]


def test_a_note_goes_to_the_nearest_pitch_and_down_where_two_are_as_near():
    found = treated(a_note(61, 0.0, 1.0), a_note(66, 1.0, 1.0))
    assert pitches(found) == [60, 65]
    assert found[1] == [(0, False), (1, False)]


@pytest.mark.parametrize(("onset", "pitch"), [(0.0, 62), (0.5, 62), (1.0, 60), (2.5, 60)])
def test_only_what_sounds_meanwhile_has_a_pitch_already(onset, pitch):
    """A C that sounds while C# does keeps it from C; one before or after doesn't."""
    other = a_note(60, onset, 0.9)
    first = treated(a_note(61, 0.0, 1.0), other)
    assert next(note.pitch for note in first[0] if note is not other) == pitch


def test_a_range_bounds_what_is_snapped_and_nothing_in_it_leaves_the_note():
    assert pitches(treated(a_note(61, 0.0, 1.0), range=(61, 70))) == [62]
    assert treated(a_note(61, 0.0, 1.0), range=(61, 61))[1] == [(0, True)]


def test_what_may_not_change_stays_and_what_is_dropped_is_gone():
    notes = (a_note(61, 0.0, 1.0), a_note(63, 1.0, 1.0), a_note(64, 2.0, 1.0))
    assert pitches(treated(*notes, free=frozenset({1, 2}))) == [61, 62, 64]
    found = treated(*notes, outside="drop")
    assert pitches(found) == [64]
    assert found[1] == [(2, True)]
    assert pitches(treated(*notes, outside="keep")) == [61, 63, 64]


def test_a_locked_top_stays_the_top_and_a_locked_bass_the_bass():
    chord = (a_note(60, 0.0, 2.0), a_note(66, 0.0, 2.0), a_note(67, 0.0, 2.0))
    inner = frozenset({1})
    assert pitches(treated(*chord, free=inner, locks=Locks(top=True))) == [60, 65, 67]
    low = (a_note(60, 0.0, 2.0), a_note(61, 0.0, 2.0), a_note(72, 0.0, 2.0))
    assert sorted(pitches(treated(*low, free=inner, locks=Locks(bass=True)))) == [60, 62, 72]


@pytest.mark.parametrize(
    ("locks", "outside"),
    [
        (Locks(pitch=True), "snap"),
        (Locks(contour=True), "snap"),
        (Locks(rhythm=True), "drop"),
        (Locks(velocity=True), "drop"),
    ],
)
def test_a_lock_that_forbids_it_is_named(locks, outside):
    with pytest.raises(Refused, match=locks.names[0]):
        treated(a_note(61, 0.0, 1.0), a_note(62, 1.0, 1.0), outside=outside, locks=locks)
    assert treated(a_note(61, 0.0, 1.0), locks=Locks(rhythm=True))[1] == [(0, False)]


def test_locked_velocities_do_not_change_places():
    """Notes that begin together are told apart by pitch, so C# stays above C and doesn't fall to it or below."""
    found = treated(a_note(60, 0.0, 1.0, velocity=40), a_note(61, 0.0, 1.0, velocity=90), locks=Locks(velocity=True))
    assert [(note.pitch, note.velocity) for note in found[0]] == [(60, 40), (62, 90)]


@pytest.mark.parametrize(("pitch", "tone", "snapped"), [(127, 8, 116), (0, 11, 11), (126, 7, 127), (1, 0, 0)])
def test_snapped_notes_stay_among_the_pitches_there_are(pitch, tone, snapped):
    request = Request(
        prompts=(a_clip(a_note(pitch), length=4.0),),
        scale=Scale.from_intervals(tone, ()),
        outside="snap",
        role="melody",
    )
    assert pitches(treat_outside_notes(request, "melody", frozenset({0}))) == [snapped]
