"""A line while it is being written: what has been, what is sure to come, and what may be chosen next.

A *slot* is a note that is sure to come: a kept one, or a place of a locked rhythm whose pitch is open, or a pitch of
a locked row whose place is open. Between slots new notes may be written, where the locks allow it.

Offers: ``Slot``, ``LineHypothesis``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.engines.lstm.config import DURATION_COUNT, END, LONGEST_WAIT, NO_PITCH, PITCHES, REST, WAITS
from models.engines.lstm.context import LineContext
from models.engines.lstm.events import NO_DURATION, NO_WAIT
from models.engines.lstm.memory import Memory
from models.sampling.grid import DURATIONS

_STEERING, _FEW, _HALF = 2.0, 2.0, 0.5
"""Nats against a wait that leaves no room for what is wished for, or that begins ``_FEW`` notes more than are."""
_SIZES = (WAITS, PITCHES, DURATION_COUNT)


@dataclass(frozen=True)
class Slot:
    """A note to come.

    index      in ``constraints.notes``; -1 for the end
    onset      steps; None: open between ``low`` and ``high``, both left out
    pitch      at home; None: open
    old        the pitch that it had
    neighbours old pitches before and after it where the contour is locked; None at the line's ends
    """

    index: int
    onset: int | None
    pitch: int | None
    duration: int
    old: int = END
    low: int = -1
    high: int = 10**9
    neighbours: tuple[int | None, int | None] | None = None

    @property
    def whole(self) -> bool:
        """A note that stays as it is."""
        return self.onset is not None and self.pitch is not None


@dataclass
class LineHypothesis:
    """A line from its first event on; ``slots`` end with the end; ``added`` counts the new notes.

    open     (steps + 1,) where a new note may begin, as ``LineContext.open``
    wished   (steps + 1,) how many new notes are wished for before each step; None: as the network likes
    indices  of each event written: its slot's, -1 for a new note or a rest
    """

    context: LineContext
    slots: Sequence[Slot]
    open: np.ndarray
    wished: np.ndarray | None = None
    indices: list[int] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    coming: int = 0
    added: int = 0
    # The event being chosen.
    onset: int = 0
    slot: Slot | None = None
    rests: bool = False

    @property
    def ended(self) -> bool:
        """True when every slot has come."""
        return self.coming >= len(self.slots)

    @property
    def last(self) -> int:
        """Step of the last event."""
        return self.memory.onsets[-1] if self.memory.onsets else 0

    @property
    def before(self) -> tuple[int, int, int, int]:
        """The last event, as the network reads it."""
        return (*self.memory.events[-1], self.last) if self.memory.events else (NO_WAIT, NO_PITCH, NO_DURATION, 0)

    @property
    def next_whole(self) -> int:
        """Number of the next slot that stays as it is; of the end behind it."""
        numbers = range(self.coming, len(self.slots))
        return next((number for number in numbers if self.slots[number].whole), len(self.slots) - 1)

    def legal(self, part: int) -> np.ndarray:
        """Which values may be chosen of the event's wait (0), pitch (1) or duration (2), (size,); none at the end."""
        if self.ended:
            return np.zeros(_SIZES[part], bool)
        return (self._legal_waits, self._legal_pitches, self._legal_durations)[part]()

    def _legal_waits(self) -> np.ndarray:
        """A single one where nothing is open."""
        slot, last = self.slots[self.coming], self.last
        legal = np.zeros(WAITS, bool)
        first = last + 1 if self.memory.onsets else 0
        if slot.onset is None:
            low = max(slot.low + 1, first)
            high = min(slot.high, self._next_onset(self.coming + 1), last + WAITS)
            legal[np.flatnonzero(self.context.open[low:high]) + low - last] = True
            return legal
        legal[max(0, min(slot.onset - last, LONGEST_WAIT))] = True
        first = max(first, self._free_from())
        legal[np.flatnonzero(self.open[first : min(slot.onset, last + WAITS)]) + first - last] = True
        return legal

    def steering(self) -> np.ndarray:
        """What to add to the logits of the waits, (WAITS,), to come to as many new notes as are wished for."""
        if self.wished is None or self.ended:
            return np.zeros(WAITS)
        following = self._next_onset(self.coming)
        missing = float(self.wished[min(following, len(self.wished) - 1)]) - self.added
        waits, room = np.arange(WAITS), max(1, following - self.last)
        if missing < _HALF:
            return -_STEERING * np.where(waits < room, np.clip(1 - missing, 0, _FEW) / _FEW, 0.0)
        usual = room / (missing + _HALF)
        return -_STEERING * np.clip(waits / usual - 1, 0, _FEW) / _FEW

    def _free_from(self) -> int:
        """Where the last note, if it is a kept one, has stopped."""
        if not self.indices or self.indices[-1] < 0:
            return 0
        return self.last + int(DURATIONS[self.memory.events[-1][2]])

    def _next_onset(self, first: int) -> int:
        """Onset of the next slot, from the ``first`` on, whose onset is known, or the end."""
        known = (slot.onset for slot in self.slots[first:] if slot.onset is not None)
        return next(known, self.context.end)

    def take_wait(self, wait: int) -> None:
        """The wait was chosen: is the event a slot, a new note, or a rest on the way to a far one?"""
        if self.ended:
            return
        slot = self.slots[self.coming]
        self.onset = self.last + wait
        self.slot = slot if slot.onset in (None, self.onset) else None
        self.rests = self.slot is None and not self.open[self.onset]

    def _legal_pitches(self) -> np.ndarray:
        legal, slot = np.zeros(PITCHES, bool), self.slot
        if self.rests:
            legal[REST] = True
        elif slot is not None and slot.pitch is not None:
            legal[slot.pitch] = True
        else:
            legal[:128] = self.context.legal[min(self.onset, len(self.context.legal) - 1)]
            if slot is not None and slot.neighbours is not None:
                legal[:128] &= self._along(slot.old, *slot.neighbours)
            if slot is not None and not legal.any():
                legal[slot.old] = True
        return legal

    def _along(self, own: int, before: int | None, after: int | None) -> np.ndarray:
        """Pitches that rise and fall as the old one did, whatever its neighbours become."""
        pitches = np.arange(128)
        legal = np.ones(128, bool)
        for pitch in (before, after):
            if pitch is not None:
                legal &= np.sign(pitches - pitch) == np.sign(own - pitch)
        written = self.memory.sung[1]
        if before is not None and written < REST:
            legal &= np.sign(pitches - written) == np.sign(own - before)
        return legal

    def _legal_durations(self) -> np.ndarray:
        slot = self.slot
        if slot is not None and slot.onset is not None:
            return np.arange(len(DURATIONS)) == slot.duration
        following = self.slots[self.coming].onset if slot is None else self._next_onset(self.coming + 1)
        end = min(self.context.end if following is None else following, max(self.context.span[1], self.onset + 1))
        fitting = (end - self.onset) >= DURATIONS
        legal = fitting & (self.context.shortest <= DURATIONS)
        return legal if legal.any() else np.arange(len(DURATIONS)) == max(0, fitting.sum() - 1)

    def write(self, pitch: int, duration: int) -> None:
        """Put the event down."""
        if self.ended:
            return
        pitch = END if self.slot is not None and self.slot.index < 0 else pitch
        self.indices.append(-1 if self.slot is None else self.slot.index)
        self.memory.add(self.onset - self.last, pitch, NO_DURATION if pitch in (REST, END) else duration)
        if self.slot is not None:
            self.coming += 1
        elif pitch < REST:
            self.added += 1
