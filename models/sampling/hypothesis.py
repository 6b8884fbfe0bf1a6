"""A variation while it is being written, note by note in order of time, then pitch.

Times are whole steps of the grid from the start of what the network sees. A *given* is a note that is already known,
in part or whole: a kept note (all fields), a place of a locked rhythm (onset and duration), a pitch of a locked row.
Givens come in order; a field that is None is chosen.

Offers: ``NoteHypothesis``, ``Given``, ``Written``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

PITCHES = 128
FARTHEST = 20
"""Beats beyond the end up to which a hypothesis knows that nothing may come."""


_NO_ROOM = np.zeros(PITCHES, bool)


@dataclass(frozen=True)
class Given:
    """A note to come, as far as it is known.

    index             the prompt's
    earliest, latest  where its onset may lie, in steps, both counted in
    below             its pitch stays under this one (the next note's at the same onset)
    whole             True: a kept note, copied as it is
    """

    index: int
    onset: int | None
    pitch: int | None
    duration: int | None
    velocity: int | None = None
    micro: int | None = None
    earliest: int = 0
    latest: int = 10**9
    below: int = PITCHES
    whole: bool = False


@dataclass(frozen=True)
class Written:
    """A note that stands: steps, pitch, numbers of the other fields, and the given it came from (-1: none)."""

    onset: int
    pitch: int
    duration: int
    velocity: int
    micro: int
    given: int = -1


@dataclass
class NoteHypothesis:
    """What is written so far, what is given, and the note being chosen.

    begin      step at which the stream opens
    end        step at which it ends
    room       (end, 128), True where a new note of that pitch may begin; the masks close it
    givens     in order of time, then pitch
    open_count True: notes may be written that aren't given
    durations  steps, by the number of the field "duration"
    sounding   (N, 3) onset, end, pitch of the given notes that are sure to sound
    voices     (T,), how many notes sound at each step, those that are written among them
    """

    begin: int
    end: int
    room: np.ndarray
    givens: Sequence[Given]
    open_count: bool
    durations: np.ndarray
    steps: int = 24
    sounding: list[tuple[int, int, int]] = field(default_factory=list)
    voices: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    written: list[Written] = field(default_factory=list)
    next_given: int = 0
    ended: bool = False
    # The note being chosen, field by field.
    beat: int = 0
    onset: int = 0
    pitch: int = -1
    duration: int = 0
    _open: np.ndarray | None = None

    def __post_init__(self) -> None:
        if not len(self.voices):
            self.voices = np.zeros(self.end + FARTHEST * self.steps + int(self.durations[-1]), int)

    def another(self) -> NoteHypothesis:
        """The same, to be written apart from it."""
        room, voices = self.room.copy(), self.voices.copy()
        opened = None if self._open is None else self._open.copy()
        return replace(self, room=room, voices=voices, sounding=[*self.sounding], written=[], _open=opened)

    @property
    def open_steps(self) -> np.ndarray:
        """Where a new note of any pitch may begin, (end + FARTHEST beats,)."""
        if self._open is None:
            self._open = np.append(np.logical_or.reduce(self.room, axis=1), np.zeros(FARTHEST * self.steps, bool))
        return self._open

    @property
    def free(self) -> bool:
        """May the next note be any that there is room for?"""
        return self.open_count and self.next_given >= len(self.givens)

    def room_at(self, onset: int) -> np.ndarray:
        """Which new notes may begin at a step, (128,)."""
        return self.room[onset] if onset < self.end else _NO_ROOM

    @property
    def may_grow(self) -> bool:
        """May a new note begin together with the last one, above it?"""
        onset, pitch = self.last
        return bool(self.room_at(onset)[pitch + 1 :].any())

    @property
    def last(self) -> tuple[int, int]:
        """Onset and pitch of the last note written; (begin, -1) before the first."""
        return (self.written[-1].onset, self.written[-1].pitch) if self.written else (self.begin, -1)

    @property
    def coming(self) -> Given | None:
        """The next given."""
        return self.givens[self.next_given] if self.next_given < len(self.givens) else None

    @property
    def bound(self) -> Given | None:
        """The given that the note being chosen is sure to be, as far as can be said yet."""
        coming = self.coming
        if coming is None or not self.open_count:
            return coming
        return coming if (coming.onset, coming.pitch) == (self.onset, self.pitch) else None

    def legal_onsets(self, first: int, last: int) -> np.ndarray:
        """Which steps of [first, last) the next note may begin at, (last - first,)."""
        legal = np.zeros(last - first, bool)
        onset, pitch = self.last
        coming = self.coming
        if coming is not None and coming.onset is not None:
            if first <= coming.onset < last:
                legal[coming.onset - first] = True
        elif coming is not None:
            after = onset + 1 if self.written else onset
            low, high = max(coming.earliest, after, first), min(coming.latest + 1, last)
            legal[max(0, low - first) : max(0, high - first)] = True
            return legal
        if self.open_count:
            high = self.end if coming is None or coming.onset is None else coming.onset
            low = max(onset + 1, first)
            if low < min(high, last):
                legal[low - first : min(high, last) - first] |= self.open_steps[low : min(high, last)]
            # A chord goes on upwards, under the given note of the same onset where there is one.
            for step in {onset, high} if high < self.end else {onset}:
                if first <= step < last and step >= onset:
                    low_pitch = pitch + 1 if step == onset else 0
                    top = coming.pitch if coming is not None and step == coming.onset else PITCHES
                    legal[step - first] |= bool(self.room[step, low_pitch:top].any()) if step < self.end else False
        return legal

    def write(self, velocity: int, micro: int) -> Written:
        """Put the chosen note down."""
        given = self.bound
        note = Written(self.onset, self.pitch, self.duration, velocity, micro, -1 if given is None else given.index)
        self.written.append(note)
        if given is not None:
            self.next_given += 1
        if given is None or not given.whole:
            self._fill(note.onset, note.onset + int(self.durations[note.duration]), note.pitch)
        return note

    def sound(self, onset: int, end: int, pitch: int) -> None:
        """A given note sounds from ``onset`` to ``end``: no other of its pitch may begin there."""
        self.sounding.append((onset, end, pitch))
        self._fill(onset, end, pitch)

    def _fill(self, onset: int, end: int, pitch: int) -> None:
        self.voices[max(0, onset) : max(0, end)] += 1
        self.room[max(0, onset) : end, pitch] = False
        if self._open is not None:
            self._open[max(0, onset) : min(end, self.end)] = self.room[max(0, onset) : end].any(axis=1)
