"""Notes: Live's eight values, the wire's eight numbers, and how one becomes the other.

Times are in beats with Live (from the clip's bar 1), in ticks on the wire (from the loop's start).
Offers: ``Note``, ``to_wire``, ``from_wire``, ``is_note``, ``without_overlaps``, ``same``.
"""

from __future__ import annotations

from typing import NamedTuple, Sequence, Tuple

TICKS = 13440
Wire = Tuple[int, ...]


class Note(NamedTuple):
    """The values of one of Live's notes, as ``MidiNoteSpecification`` takes them."""

    pitch: int
    start_time: float
    duration: float
    velocity: float
    mute: bool
    probability: float
    velocity_deviation: float
    release_velocity: float

    @property
    def end(self) -> float:
        """Where it ends, in beats."""
        return self.start_time + self.duration


def to_wire(note: Note, start: float, length: int) -> Wire:
    """A note's numbers in a clip of ``length`` ticks from beat ``start``; what rings past the end is cut there."""
    onset = _within(round((note.start_time - start) * TICKS), 0, length - 1)
    return (
        int(note.pitch),
        onset,
        _within(round(note.duration * TICKS), 1, length - onset),
        _within(round(note.velocity), 1, 127),
        int(note.mute),
        _within(round(note.probability * 1000), 0, 1000),
        _within(round(note.velocity_deviation), -127, 127),
        _within(round(note.release_velocity), 0, 127),
    )


def from_wire(numbers: Wire, start: float) -> Note:
    """The note that eight numbers mean; the reverse of ``to_wire``."""
    pitch, onset, duration, velocity, mute, chance, deviation, release = numbers
    return Note(
        pitch,
        start + onset / TICKS,
        duration / TICKS,
        float(velocity),
        bool(mute),
        chance / 1000,
        float(deviation),
        float(release),
    )


def is_note(numbers: Wire, length: int) -> bool:
    """Are these eight numbers a note within a clip of ``length`` ticks?"""
    low, high = (0, 0, 1, 1, 0, 0, -127, 0), (127, length - 1, length, 127, 1, 1000, 127, 127)
    return len(numbers) == 8 and all(a <= value <= b for a, value, b in zip(low, numbers, high))


def _within(value: int, low: int, high: int) -> int:
    return max(low, min(high, value))


def without_overlaps(notes: Sequence[tuple[Note, bool]]) -> list[Note]:
    """The notes by pitch and onset, none over another of its pitch, because Live would cut them its own way.

    Each comes with whether it was kept from the prompt. Rounding to ticks may lay a new note a hair over a kept one:
    then the new one gives way, else the earlier one ends where the later begins.
    """
    clean: list[tuple[Note, bool]] = []
    for note, kept in sorted(notes, key=lambda one: (one[0].pitch, one[0].start_time, not one[1])):
        before, before_kept = clean[-1] if clean else (note, False)
        over = before.end - note.start_time if clean and before.pitch == note.pitch else 0.0
        if over > 0 and before_kept and not kept and over < 2 / TICKS:
            note = note._replace(start_time=before.end, duration=note.duration - over)
        elif over > 0:
            clean[-1] = before._replace(duration=note.start_time - before.start_time), before_kept
            if clean[-1][0].duration <= 0:
                clean.pop()
        if note.duration > 0:
            clean.append((note, kept))
    return [note for note, _ in clean]


def same(there: Sequence[Note], wanted: Sequence[Note]) -> bool:
    """Do two lists by pitch and onset agree, to half a tick and the precision of Live's 32-bit values?"""
    return len(there) == len(wanted) and all(
        one.pitch == other.pitch
        and one.mute == other.mute
        and max(abs(one.start_time - other.start_time), abs(one.duration - other.duration)) <= 0.5 / TICKS
        and all(abs(a - b) < 1e-4 for a, b in zip(one[3:], other[3:]))
        for one, other in zip(there, wanted)
    )
