"""The lines of a batch while they are written, as arrays: what has been, what is to come, what may be chosen next.

Letters in shapes: D lines, S slots, T events, N of the lines.

Offers: ``Lines``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.engines.lstm.config import END, LONGEST_WAIT, NO_PITCH, PITCHES, REST, WAITS
from models.engines.lstm.context import LineContext
from models.engines.lstm.events import NO_DURATION, NO_WAIT
from models.engines.lstm.hypothesis import FAR, Event, LineHypothesis
from models.engines.lstm.memory import intervals_of, recalled
from models.sampling.grid import DURATIONS

_STEERING, _FEW, _HALF = 2.0, 2.0, 0.5
"""Nats against a wait that leaves no room for what is wished for, or that begins ``_FEW`` notes more than are."""
_WAITS, _NOTES = np.arange(WAITS), np.arange(REST)


class Lines:
    """All lines of a context, each with as many events; what comes behind the end of one doesn't count.

    Of each slot, (D, S): index, onset and pitch (-1: open), duration, old, low, high as ``Slot`` has them; whole: it
    stays as it is. coming (D,): the slot that is next.
    """

    def __init__(self, context: LineContext, hypotheses: Sequence[LineHypothesis], most: int) -> None:
        self.context, self.hypotheses = context, hypotheses
        self.rows, self.count = np.arange(len(hypotheses)), np.array([len(one.slots) for one in hypotheses])
        # Two more behind the end: what is asked for after a line has ended.
        shape = (len(hypotheses), self.count.max() + 2)
        self.index, self.duration = np.full(shape, -1), np.zeros(shape, int)
        self.onset, self.pitch, self.old = np.full(shape, context.end), np.full(shape, END), np.full(shape, END)
        self.low, self.high = np.full(shape, -1), np.full(shape, FAR)
        self.contours: dict[tuple[int, int], tuple[int | None, int | None]] = {}
        for row, one in enumerate(hypotheses):
            for number, slot in enumerate(one.slots):
                at = row, number
                self.index[at], self.duration[at], self.old[at] = slot.index, slot.duration, slot.old
                self.onset[at] = -1 if slot.onset is None else slot.onset
                self.pitch[at] = -1 if slot.pitch is None else slot.pitch
                self.low[at], self.high[at] = slot.low, slot.high
                if slot.neighbours is not None:
                    self.contours[at] = slot.neighbours
        self.whole = (self.onset >= 0) & (self.pitch >= 0) & (np.arange(shape[1]) < self.count[:, None])
        self.next_whole = _next(self.whole, self.count - 1)
        self.next_onset = np.take_along_axis(self.onset, _next(self.onset >= 0, self.count - 1), 1)
        beyond = ((0, 0), (0, WAITS))
        self.open = np.pad(np.stack([one.open for one in hypotheses]), beyond)
        self.places = np.pad(context.open[None], beyond)[0]  # where a note whose place is open may go
        wished = [one.wished for one in hypotheses if one.wished is not None]
        self.wished = np.stack(wished) if wished else None

        self.coming, self.added = (np.zeros(len(hypotheses), int) for _ in range(2))
        self.written, self.length = 0, np.zeros(len(hypotheses), int)
        self.events = np.zeros((len(hypotheses), most, 4), int)  # wait, pitch, duration, interval
        self.onsets, self.indices = np.zeros((2, len(hypotheses), most), int)
        self.sung = np.full((len(hypotheses), 2), NO_PITCH)  # the last note but one, and the last
        self.last, self.free_from = (np.zeros(len(hypotheses), int) for _ in range(2))
        # The event being chosen: its onset, whether it is the next slot, or a rest on the way to a far one.
        self.now = self.last
        self.is_slot = self.rests = np.zeros(len(hypotheses), bool)

    @property
    def ended(self) -> np.ndarray:
        """(D,), True where every slot has come."""
        return self.coming >= self.count

    def _coming(self, table: np.ndarray, ahead: int = 0) -> np.ndarray:
        """What a table (D, S) says of the next slot, or of one so many later, (D,)."""
        return table[self.rows, self.coming + ahead]

    def before(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Wait, pitch and duration of the last event, as the network reads them, (D,) each."""
        if not self.written:
            wait, pitch, duration = (np.full(len(self.rows), none) for none in (NO_WAIT, NO_PITCH, NO_DURATION))
            return wait, pitch, duration
        wait, pitch, duration, _ = self.events[:, self.written - 1].T
        return wait, pitch, duration

    def recalled(self) -> tuple[np.ndarray, np.ndarray]:
        """See ``memory.recalled``."""
        events, onsets = self.events[:, : self.written], self.onsets[:, : self.written]
        written = np.full(len(self.rows), self.written)
        return recalled(events, onsets, self.sung[:, 1], written, self.context.bar)

    def waits(self) -> np.ndarray:
        """Which waits may come next, (D, WAITS): a single one where nothing is open, none at the end."""
        onset, first = self._coming(self.onset), self.last + bool(self.written)
        sure = onset >= 0
        low = np.where(sure, np.maximum(first, self.free_from), np.maximum(self._coming(self.low) + 1, first))
        high = np.where(sure, onset, np.minimum(self._coming(self.high), self._coming(self.next_onset, 1)))
        steps = self.last[:, None] + _WAITS
        places = self.open[self.rows[:, None], steps]
        if not sure.all():
            places = np.where(sure[:, None], places, self.places[steps])
        legal = places & (steps >= low[:, None]) & (steps < high[:, None])
        legal[self.rows[sure], np.clip(onset - self.last, 0, LONGEST_WAIT)[sure]] = True
        legal[self.ended] = False
        return legal

    def steering(self, lines: np.ndarray) -> np.ndarray | float:
        """What to add to the logits of the waits, (N, WAITS), to come to as many new notes as are wished for."""
        if self.wished is None:
            return 0.0
        following = self._coming(self.next_onset)[lines]
        wished = self.wished[lines, np.minimum(following, self.wished.shape[1] - 1)]
        missing, room = (wished - self.added[lines])[:, None], np.maximum(1, following - self.last[lines])[:, None]
        late = np.clip(_WAITS / (room / np.maximum(missing + _HALF, 1)) - 1, 0, _FEW)
        early = np.where(room > _WAITS, np.clip(1 - missing, 0, _FEW), 0.0)
        return -_STEERING * np.where(missing < _HALF, early, late) / _FEW

    def take_waits(self, waits: np.ndarray) -> None:
        """The waits (D,) were chosen."""
        onset = self._coming(self.onset)
        self.now = self.last + waits
        self.is_slot = (onset < 0) | (onset == self.now)
        self.rests = ~self.is_slot & ~self.open[self.rows, self.now]

    def pitches(self) -> np.ndarray:
        """Which pitches may come next, (D, PITCHES)."""
        legal = np.zeros((len(self.rows), PITCHES), bool)
        pitch = self._coming(self.pitch)
        sure = self.rests | (self.is_slot & (pitch >= 0))
        legal[self.rows[sure], np.where(self.rests, REST, pitch)[sure]] = True
        choose = self.rows[~sure & ~self.ended]
        legal[choose, :REST] = self.context.legal[np.minimum(self.now[choose], len(self.context.legal) - 1)]
        for row in choose.tolist() if self.contours else ():
            neighbours = self.contours.get((row, int(self.coming[row])))
            if neighbours is not None:
                legal[row, :REST] &= self._along(row, *neighbours)
        none = choose[~legal[choose].any(1) & self.is_slot[choose]]
        legal[none, self.old[none, self.coming[none]]] = True
        return legal

    def _along(self, row: int, before: int | None, after: int | None) -> np.ndarray:
        """Pitches that rise and fall as the old one did, whatever its neighbours become, (REST,)."""
        own, written = self.old[row, self.coming[row]], self.sung[row, 1]
        legal = np.ones(REST, bool)
        for old, new in ((before, before), (after, after), (before, written)):
            if old is not None and new is not None and new < REST:
                legal &= np.sign(_NOTES - new) == np.sign(own - old)
        return legal

    def durations(self) -> np.ndarray:
        """Which durations may come next, (D, durations)."""
        onset, number, now = self._coming(self.onset), np.arange(len(DURATIONS)), self.now
        following = np.where(self.is_slot, self._coming(self.next_onset, 1), onset)
        end = np.minimum(following, np.maximum(self.context.span[1], now + 1))
        fitting = (end - now)[:, None] >= DURATIONS
        legal = fitting & (self.context.shortest <= DURATIONS)
        longest = np.where(self.is_slot & (onset >= 0), self._coming(self.duration), np.maximum(0, fitting.sum(1) - 1))
        sure = (self.is_slot & (onset >= 0)) | ~legal.any(1)
        return np.where(sure[:, None], number == longest[:, None], legal) & ~self.ended[:, None]

    def write(self, pitches: np.ndarray, durations: np.ndarray) -> None:
        """Put the events down, (D,) each."""
        index, at, ended = np.where(self.is_slot, self._coming(self.index), -1), self.written, self.ended
        pitches = np.where(self.is_slot & (index < 0), END, pitches)
        note = pitches < REST
        durations = np.where(note, durations, NO_DURATION)
        row = (self.now - self.last, pitches, durations, intervals_of(pitches, self.sung[:, 1]))
        self.events[:, at], self.onsets[:, at], self.indices[:, at] = np.stack(row, axis=1), self.now, index
        self.sung = np.where(note[:, None], np.stack([self.sung[:, 1], pitches], axis=1), self.sung)
        self.free_from = np.where(index >= 0, self.now + DURATIONS[np.minimum(durations, len(DURATIONS) - 1)], 0)
        self.added += ~ended & ~self.is_slot & note
        self.coming += ~ended & self.is_slot
        self.last, self.written = self.now, at + 1
        self.length += ~ended

    def put_down(self) -> None:
        """Give every hypothesis its notes."""
        for row, one in enumerate(self.hypotheses):
            columns = (self.indices[row], self.onsets[row], self.events[row, :, 1], self.events[row, :, 2])
            every = map(Event, *(column[: self.length[row]].tolist() for column in columns))
            one.events, one.added = [event for event in every if event.pitch < REST], int(self.added[row])


def _next(there: np.ndarray, last: np.ndarray) -> np.ndarray:
    """The number of the first place at or behind each that is ``there``, (D, S); ``last`` (D,) where none is."""
    numbers = np.where(there, np.arange(there.shape[1]), there.shape[1])
    return np.minimum(np.minimum.accumulate(numbers[:, ::-1], axis=1)[:, ::-1], last[:, None])
