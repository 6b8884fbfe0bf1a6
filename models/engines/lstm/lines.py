"""The lines of a batch while they are written, as arrays: what has been, what is to come, what may be chosen next.

Letters in shapes: D lines, S slots, T events, N of the lines.

Offers: ``Lines``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from models.engines.lstm.config import END, LONGEST_WAIT, NO_PITCH, PITCHES, REST, WAITS
from models.engines.lstm.context import LineContext
from models.engines.lstm.events import NO_DURATION, NO_WAIT, PITCH_CLASSES, interval_number
from models.engines.lstm.hypothesis import NONE, Event, LineHypothesis
from models.engines.lstm.memory import intervals_of, recalled
from models.sampling.grid import DURATIONS

_STEERING, _FEW, _HALF = 2.0, 2.0, 0.5
"""Nats against a wait that leaves no room for what is wished for, or that begins ``_FEW`` notes more than are."""
_WAITS, _NOTES, _LENGTHS = np.arange(WAITS), np.arange(REST), np.arange(len(DURATIONS))


class _Slot(NamedTuple):
    """What is known of one slot of each line, (D,) each: what SLOT tells of it, and:

    following, after  onset of the first slot at or behind it whose onset is known, and of the first behind it
    whole             number of the first at or behind it that stays as it is; ahead, above: its onset and pitch
    """

    of: np.ndarray
    onset: np.ndarray
    pitch: np.ndarray
    duration: np.ndarray
    old: np.ndarray
    low: np.ndarray
    high: np.ndarray
    left: np.ndarray
    right: np.ndarray
    following: np.ndarray
    after: np.ndarray
    whole: np.ndarray
    ahead: np.ndarray
    above: np.ndarray


class Lines:
    """All lines of a context, each with as many events; what comes behind the end of one doesn't count.

    slots   (fields of ``_Slot``, D, S); whole: (D, S), True for those that stay as they are
    coming  (D,) number of the slot that is next; slot: what is known of it
    events  (D, T, 4) wait, pitch, duration and interval of what is written; before: the last as the network reads it,
            (D, 4): wait, pitch, pitch class, duration
    sung    (D, 2) pitch of the last note but one, and of the last
    """

    def __init__(self, context: LineContext, hypotheses: Sequence[LineHypothesis], most: int) -> None:
        self.context, self.hypotheses = context, hypotheses
        count = len(hypotheses)
        self.rows, self.count = np.arange(count), np.array([one.slots.shape[1] for one in hypotheses])
        # Behind its end a line has the end once more: what is asked for after it has ended.
        size = self.count.max() + 1
        known = [np.pad(one.slots, ((0, 0), (0, size - one.slots.shape[1])), mode="edge") for one in hypotheses]
        table = np.stack(known, axis=1)  # (SLOT, D, S)
        _, onset, pitch, *_ = table
        self.whole = (onset >= 0) & (pitch >= 0) & (np.arange(size) < self.count[:, None])
        whole, next_onset = _next(self.whole, self.count - 1), _next(onset >= 0, self.count - 1)
        following, ahead, above = (
            np.take_along_axis(*each, 1) for each in ((onset, next_onset), (onset, whole), (pitch, whole))
        )
        after = np.append(following[:, 1:], following[:, -1:], axis=1)
        self.slots = np.concatenate([table, [following, after, whole, ahead, above]])
        beyond = ((0, 0), (0, WAITS))
        self.open = np.pad([one.open for one in hypotheses], beyond)
        self.keeps_contour = bool((table[-2:] != NONE).any())
        self.places = np.pad(context.open[None], beyond)[0]  # where a note whose place is open may go
        wished = [one.wished for one in hypotheses if one.wished is not None]
        self.wished = np.stack(wished) if wished else None

        self.coming, self.added, self.length, self.last, self.free_from, self.interval = np.zeros((6, count), int)
        self.slot, self.ended, self.written = _Slot(*self.slots[:, self.rows, 0]), self.count == 0, 0
        self.before = np.tile([NO_WAIT, NO_PITCH, PITCH_CLASSES[NO_PITCH], NO_DURATION], (count, 1))
        self.events, self.onsets, self.indices = np.zeros((count, most, 4), int), *np.zeros((2, count, most), int)
        self.sung = np.full((count, 2), NO_PITCH)
        # The event being chosen: its onset, whether it is the next slot, or a rest on the way to a far one.
        self.now, self.is_slot, self.rests = self.last, self.ended, self.ended

    def recalled(self) -> tuple[np.ndarray, np.ndarray]:
        """See ``memory.recalled``."""
        events, onsets = self.events[:, : self.written], self.onsets[:, : self.written]
        return recalled(events, onsets, self.sung[:, 1], np.full(len(self.rows), self.written), self.context.bar)

    def waits(self) -> np.ndarray:
        """Which waits may come next, (D, WAITS): a single one where nothing is open, none at the end."""
        slot, first = self.slot, self.last + (self.written > 0)
        sure, steps = slot.onset >= 0, self.last[:, None] + _WAITS
        low, high, places = np.maximum(first, self.free_from), slot.onset, self.open[self.rows[:, None], steps]
        if not sure.all():
            low = np.where(sure, low, np.maximum(slot.low + 1, first))
            high = np.where(sure, high, np.minimum(slot.high, slot.after))
            places = np.where(sure[:, None], places, self.places[steps])
        legal = places & (steps >= low[:, None]) & (steps < high[:, None])
        legal[self.rows[sure], np.clip(slot.onset - self.last, 0, LONGEST_WAIT)[sure]] = True
        legal[self.ended] = False
        return legal

    def steering(self, lines: np.ndarray) -> np.ndarray | float:
        """What to add to the logits of the waits, (N, WAITS), to come to as many new notes as are wished for."""
        if self.wished is None:
            return 0.0
        following = self.slot.following[lines]
        wished = self.wished[lines, np.minimum(following, self.wished.shape[1] - 1)]
        missing, room = (wished - self.added[lines])[:, None], np.maximum(1, following - self.last[lines])[:, None]
        late = np.clip(_WAITS / (room / np.maximum(missing + _HALF, 1)) - 1, 0, _FEW)
        early = np.where(room > _WAITS, np.clip(1 - missing, 0, _FEW), 0.0)
        return -_STEERING * np.where(missing < _HALF, early, late) / _FEW

    def take_waits(self, waits: np.ndarray) -> None:
        """The waits (D,) were chosen."""
        self.now = self.last + waits
        self.is_slot = (self.slot.onset < 0) | (self.slot.onset == self.now)
        self.rests = ~self.is_slot & ~self.open[self.rows, self.now]

    def pitches(self) -> np.ndarray:
        """Which pitches may come next, (D, PITCHES)."""
        legal = np.zeros((len(self.rows), PITCHES), bool)
        sure = self.rests | (self.is_slot & (self.slot.pitch >= 0))
        legal[self.rows[sure], np.where(self.rests, REST, self.slot.pitch)[sure]] = True
        choose = self.rows[~sure & ~self.ended]
        if not len(choose):
            return legal
        legal[choose, :REST] = self.context.legal[np.minimum(self.now[choose], len(self.context.legal) - 1)]
        for row in choose.tolist() if self.keeps_contour else ():
            legal[row, :REST] &= self._along(row)
        none = choose[~legal[choose].any(1) & self.is_slot[choose]]
        legal[none, self.slot.old[none]] = True
        return legal

    def _along(self, row: int) -> np.ndarray:
        """Pitches that rise and fall as the old one did, whatever its neighbours become, (REST,)."""
        own, left, right = self.slot.old[row], self.slot.left[row], self.slot.right[row]
        legal = np.ones(REST, bool)
        for old, new in ((left, left), (right, right), (left, self.sung[row, 1])):
            if old != NONE and new < REST:
                legal &= np.sign(_NOTES - new) == np.sign(own - old)
        return legal

    def durations(self) -> np.ndarray:
        """Which durations may come next, (D, durations)."""
        slot = self.slot
        following = np.where(self.is_slot, slot.after, slot.onset)
        end = np.minimum(following, np.maximum(self.context.span[1], self.now + 1))
        fitting = (end - self.now)[:, None] >= DURATIONS
        legal = fitting & (self.context.shortest <= DURATIONS)
        known = self.is_slot & (slot.onset >= 0)
        longest = np.where(known, slot.duration, np.maximum(0, fitting.sum(1) - 1))
        sure = known | ~legal.any(1)
        legal[sure] = longest[sure, None] == _LENGTHS
        legal[self.ended] = False
        return legal

    def write(self, pitches: np.ndarray, durations: np.ndarray) -> None:
        """Put the events down, (D,) each."""
        index, at, going = np.where(self.is_slot, self.slot.of, -1), self.written, ~self.ended
        pitches = np.where(self.is_slot & (index < 0), END, pitches)
        note = pitches < REST
        durations = np.where(note, durations, NO_DURATION)
        wait, sung = self.now - self.last, self.sung[:, 1]
        self.events[:, at] = np.stack([wait, pitches, durations, intervals_of(pitches, sung)], axis=1)
        self.before = np.stack([wait, pitches, PITCH_CLASSES[pitches], durations], axis=1)
        self.onsets[:, at], self.indices[:, at], self.last, self.written = self.now, index, self.now, at + 1
        self.sung = np.where(note[:, None], np.stack([sung, pitches], axis=1), self.sung)
        self.interval = interval_number(*self.sung.T)
        self.free_from = np.where(index >= 0, self.now + DURATIONS[np.minimum(durations, len(DURATIONS) - 1)], 0)
        self.added += going & ~self.is_slot & note
        self.coming += going & self.is_slot
        self.length += going
        self.ended = self.coming >= self.count
        self.slot = _Slot(*self.slots[:, self.rows, self.coming])

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
