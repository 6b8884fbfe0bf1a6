"""A line while it is being written: what has been, what is sure to come, and what may be chosen next.

A *slot* is a note that is sure to come: a kept one, or a place of a locked rhythm whose pitch is open, or a pitch of
a locked row whose place is open. Between slots new notes may be written, where the locks allow it.

Offers: ``Slot``, ``Draft``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.engines.lstm.config import END, LONGEST_WAIT, PITCHES, REST, WAITS
from models.engines.lstm.echoes import Echoes
from models.engines.lstm.events import NO_DURATION, NO_PITCH, NO_WAIT, look_back
from models.engines.lstm.scene import Scene
from models.sampling.grid import DURATIONS

_STEERING, _FEW, _HALF = 2.0, 2.0, 0.5
"""Nats against a wait that leaves no room for what is wished for, or that begins ``_FEW`` notes more than are."""


@dataclass(frozen=True)
class Slot:
    """A note to come.

    index      in ``constraints.notes``; -1 for the end
    onset      steps; None: open between ``low`` and ``high``, both left out
    pitch      at home; None: open
    neighbours old pitches before and after it where the contour is locked, with its own old one: (before, own, after)
    """

    index: int
    onset: int | None
    pitch: int | None
    duration: int
    low: int = -1
    high: int = 10**9
    neighbours: tuple[int | None, int, int | None] | None = None

    @property
    def whole(self) -> bool:
        """A note that stays as it is."""
        return self.onset is not None and self.pitch is not None


@dataclass
class Draft:
    """A line from its first event on; ``slots`` end with the end; ``added`` counts the new notes.

    open    (steps + 1,) where a new note may begin, as ``Scene.open``
    wished  (steps + 1,) how many new notes are wished for before each step; None: as the network likes
    """

    scene: Scene
    slots: Sequence[Slot]
    open: np.ndarray
    wished: np.ndarray | None = None
    onsets: list[int] = field(default_factory=list)
    pitches: list[int] = field(default_factory=list)
    durations: list[int] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)
    echoes: Echoes = field(default_factory=Echoes)
    coming: int = 0
    added: int = 0
    # The event being chosen.
    onset: int = 0
    slot: Slot | None = None
    pitch: int = REST

    @property
    def ended(self) -> bool:
        """True when every slot has come."""
        return self.coming >= len(self.slots)

    @property
    def last(self) -> int:
        """Step of the last event."""
        return self.onsets[-1] if self.onsets else 0

    @property
    def before(self) -> tuple[int, int, int, int]:
        """The last event, as the network reads it."""
        if not self.onsets:
            return NO_WAIT, NO_PITCH, NO_DURATION, 0
        earlier = self.onsets[-2] if len(self.onsets) > 1 else 0
        return self.onsets[-1] - earlier, self.pitches[-1], self.durations[-1], self.onsets[-1]

    def memory(self) -> tuple[list[tuple[int, int, int]], list[int]]:
        """What the line did some bars ago, and where it went as it goes now, (L, 3); how far it did, (E,)."""
        echoes, depths = self.echoes.next()
        return look_back(self.onsets, self.pitches, self.durations, self.scene.bar) + echoes, depths

    @property
    def next_whole(self) -> int:
        """Number of the next slot that stays as it is."""
        return next(number for number in range(self.coming, len(self.slots)) if self.slots[number].whole)

    def legal_waits(self) -> np.ndarray:
        """Which waits may be chosen, (WAITS,); a single one where nothing is open."""
        slot, last = self.slots[self.coming], self.last
        legal = np.zeros(WAITS, bool)
        if slot.onset is None:
            low = max(slot.low, last if self.onsets else -1) + 1
            high = min(slot.high, self._next_onset(self.coming + 1), last + WAITS)
            places = np.flatnonzero(self.scene.open[low:high]) + low
            legal[places - last] = True
            return legal
        wait = min(slot.onset - last, LONGEST_WAIT)
        legal[max(0, wait)] = True
        first = max(last + 1 if self.onsets else 0, self._free_from())
        places = np.flatnonzero(self.open[first : min(slot.onset, last + WAITS)]) + first
        legal[places - last] = True
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
        if not self.onsets or self.indices[-1] < 0:
            return 0
        return self.last + int(DURATIONS[self.durations[-1]])

    def _next_onset(self, first: int) -> int:
        """Onset of the next slot, from the ``first`` on, whose onset is known, or the end."""
        known = (slot.onset for slot in self.slots[first:] if slot.onset is not None)
        return next(known, self.scene.end)

    def take_wait(self, wait: int) -> None:
        """The wait was chosen: is the event a slot, a new note, or a rest on the way to a far one?"""
        slot = self.slots[self.coming]
        self.onset = self.last + wait
        self.slot = slot if slot.onset in (None, self.onset) else None
        is_rest = self.slot is None and not self.open[self.onset]
        self.pitch = REST if is_rest else -1

    def legal_pitches(self) -> np.ndarray:
        """Which pitches may be chosen, (PITCHES,)."""
        legal = np.zeros(PITCHES, bool)
        if self.pitch == REST:
            legal[REST] = True
        elif self.slot is not None and self.slot.pitch is not None:
            legal[self.slot.pitch] = True
        else:
            legal[:128] = self.scene.legal[min(self.onset, len(self.scene.legal) - 1)]
            if self.slot is not None and self.slot.neighbours is not None:
                legal[:128] &= self._along(self.slot.neighbours)
            if self.slot is not None and not legal.any():
                legal[self.scene.pitch[list(self.scene.line).index(self.slot.index)]] = True
        return legal

    def _along(self, neighbours: tuple[int | None, int, int | None]) -> np.ndarray:
        """Pitches that rise and fall as the old one did, whatever the notes beside it become."""
        before, own, after = neighbours
        pitches = np.arange(128)
        legal = np.ones(128, bool)
        for pitch in (before, after):
            if pitch is not None:
                legal &= np.sign(pitches - pitch) == np.sign(own - pitch)
        written = next((pitch for pitch in reversed(self.pitches) if pitch < 128), None)
        if before is not None and written is not None:
            legal &= np.sign(pitches - written) == np.sign(own - before)
        return legal

    def legal_durations(self) -> np.ndarray:
        """Which durations may be chosen, (41,)."""
        slot = self.slot
        if slot is not None and slot.onset is not None:
            return np.arange(len(DURATIONS)) == slot.duration
        following = self.slots[self.coming].onset if slot is None else self._next_onset(self.coming + 1)
        end = min(self.scene.end if following is None else following, max(self.scene.span[1], self.onset + 1))
        fitting = (end - self.onset) >= DURATIONS
        legal = fitting & (self.scene.shortest <= DURATIONS)
        if legal.any():
            return legal
        return np.arange(len(DURATIONS)) == max(0, fitting.sum() - 1)

    def write(self, pitch: int, duration: int) -> None:
        """Put the event down."""
        self.onsets.append(self.onset)
        self.pitches.append(pitch)
        self.durations.append(NO_DURATION if pitch in (REST, END) else duration)
        self.indices.append(-1 if self.slot is None else self.slot.index)
        self.echoes.add(*self.before[:3])
        if self.slot is not None:
            self.coming += 1
        elif pitch < REST:
            self.added += 1
