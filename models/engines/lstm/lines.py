"""Lines before and after they are written, and while they are, a batch of them as arrays: what has been, what is to
come, what may be chosen next.

A *slot* is a note that is sure to come: a kept one, or a place of a locked rhythm whose pitch is open, or a pitch of
a locked row whose place is open. Between slots new notes may be written, where the locks allow it.

Letters in shapes: D lines, S slots, N of the lines.

Offers: ``LineHypothesis``, ``Event``, ``SLOT``, ``THE_END``; ``Lines``, ``Choice``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import starmap
from typing import NamedTuple

import numpy as np

from models.engines.lstm.config import END, FAR, LONGEST_WAIT, NO_PITCH, PITCHES, REST, WAITS
from models.engines.lstm.context import LineContext
from models.engines.lstm.events import NO_DURATION, NO_WAIT, PITCH_CLASSES, interval_number
from models.engines.lstm.memory import Memory, intervals_of
from models.sampling.grid import DURATIONS

_STEERING, _FEW, _HALF = 2.0, 2.0, 0.5
"""Nats against a wait that leaves no room for what is wished for, or that begins ``_FEW`` notes more than are."""
_WAITS, _NOTES, _LENGTHS = np.arange(WAITS), np.arange(REST), np.arange(len(DURATIONS))
_ENDS = np.append(DURATIONS, DURATIONS[-1])
"""Steps of each number of a duration."""


OPEN = NONE = -1
SLOT = ("of", "onset", "pitch", "duration", "old", "low", "high", "left", "right")
"""What is told of a slot, a row of numbers each: index in ``constraints.notes``, NONE for the end; onset in steps, OPEN
between low and high, both left out; pitch at home, or OPEN; number of the duration; the pitch that it had; where the
contour is locked, the old pitches before and after it, else NONE."""
THE_END = dict(zip(SLOT, (NONE, OPEN, END, 0, END, -1, FAR, NONE, NONE), strict=True))
"""The last slot of every line, but for its onset."""


class Event(NamedTuple):
    """A note as it was written: its slot's index, NONE for a new one; steps, pitch at home, number of the duration."""

    of: int
    onset: int
    pitch: int
    duration: int


@dataclass
class LineHypothesis:
    """A line; ``slots`` (rows of SLOT, S) end with the end; ``added`` counts the new notes.

    open     (steps + 1,) where a new note may begin, as ``LineContext.open``
    wished   (steps + 1,) how many new notes are wished for before each step; None: as the network likes
    events   the notes, once they are written
    """

    slots: np.ndarray
    open: np.ndarray
    wished: np.ndarray | None = None
    events: list[Event] = field(default_factory=list)
    added: int = 0


class _Slot(NamedTuple):
    """What is known of one slot of each line, (D,) each: what SLOT tells of it, and:

    following, after  onset of the first slot at or behind it whose onset is known, and of the first behind it
    whole             number of the first at or behind it that stays as it is; ahead, above: its onset and pitch
    choice            1 where something may be chosen before it or of it, else 0
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
    choice: np.ndarray


class Lines:
    """All lines of a context that are still written, each with as many events.

    slots   (D, S, fields of ``_Slot``)
    of      (D,) numbers of the hypotheses; a line leaves when all that is still to come stays as it is
    coming  (D,) number of the slot that is next; slot: what is known of it
    before  (D, 4) the last event as the network reads it: wait, pitch, pitch class, duration
    sung    (D, 2) pitch of the last note but one, and of the last; interval: the number of that between the two
    """

    def __init__(self, context: LineContext, hypotheses: Sequence[LineHypothesis], most: int) -> None:
        self.context, self.hypotheses = context, hypotheses
        count = len(hypotheses)
        sizes = np.array([one.slots.shape[1] for one in hypotheses])
        # Behind its end a line has the end once more.
        known = [np.pad(one.slots, ((0, 0), (0, sizes.max() - one.slots.shape[1])), mode="edge") for one in hypotheses]
        table = np.stack(known, axis=1)  # (SLOT, D, S)
        _, onset, pitch, *_ = table
        self.whole = (onset >= 0) & (pitch >= 0) & (np.arange(sizes.max()) < sizes[:, None])  # (D, S)
        whole, next_onset = _next(self.whole, sizes - 1), _next(onset >= 0, sizes - 1)
        following, ahead, above = (
            np.take_along_axis(*each, 1) for each in ((onset, next_onset), (onset, whole), (pitch, whole))
        )
        after = np.append(following[:, 1:], following[:, -1:], axis=1)
        beyond = ((0, 0), (0, WAITS))
        self.open = np.pad([one.open for one in hypotheses], beyond)
        choice = self._choices(table)
        self._last_choice = np.where(choice, np.arange(sizes.max()), -1).max(1)
        self.slots = np.stack([*table, following, after, whole, ahead, above, choice], axis=2)
        self.keeps_contour = bool((table[-2:] != NONE).any())
        self.places = np.pad(context.open[None], beyond)[0]  # where a note whose place is open may go
        self.steers = hypotheses[0].wished is not None
        self.wished = np.stack([np.zeros(1) if one.wished is None else one.wished for one in hypotheses])

        self.of, self.memory = np.arange(count), Memory(count, most, context.bar)
        self.coming, self.added, self.last, self.free_from, self.interval = np.zeros((5, count), int)
        self.before = np.tile([NO_WAIT, NO_PITCH, PITCH_CLASSES[NO_PITCH], NO_DURATION], (count, 1))
        self.sung = np.full((count, 2), NO_PITCH)
        self.slot = _Slot(*self.slots[:, 0].T)

    def _choices(self, table: np.ndarray) -> np.ndarray:
        """Before or of which slots, (D, S), there is something to choose; table (SLOT, D, S)."""
        _, onset, pitch, duration, *_ = table
        earlier = np.concatenate([np.full((len(onset), 1), -1), onset[:, :-1]], axis=1)
        ends = np.concatenate([np.zeros((len(onset), 1), int), (onset + DURATIONS[duration])[:, :-1]], axis=1)
        # On the way to a far one a note may begin though another rings.
        low = np.where(onset - earlier > LONGEST_WAIT, earlier + 1, np.maximum(earlier + 1, ends))
        places = np.cumsum(np.pad(self.open, ((0, 0), (1, 0))), axis=1)
        room = np.take_along_axis(places, np.maximum(onset, 0), 1) > np.take_along_axis(
            places, np.minimum(np.maximum(low, 0), np.maximum(onset, 0)), 1
        )
        chosen = (onset < 0) | (pitch < 0)
        chosen[:, 1:] |= onset[:, :-1] < 0
        return chosen | room

    def leave(self) -> np.ndarray | None:
        """Let lines go in which nothing is left to choose; the rows of those that stay, (N,), None: all stay."""
        rows = None
        if not (stays := self.coming <= self._last_choice).all():
            for row in np.flatnonzero(~stays).tolist():
                self.put_down(row, self.slots[row, self.coming[row] :])
            rows = np.flatnonzero(stays)
            self.memory.keep(rows)
            for name in ("slots", "open", "wished", "of", "coming", "added", "last", "free_from", "interval", "before"):
                setattr(self, name, getattr(self, name)[rows])
            self.sung, self._last_choice = self.sung[rows], self._last_choice[rows]
        self.slot = _Slot(*self.slots[np.arange(len(self.of)), self.coming].T)
        return rows

    def put_down(self, row: int, following: np.ndarray) -> None:
        """Give the hypothesis of a line its notes: what is written, and ``following`` slots as they are."""
        one, slots = self.hypotheses[self.of[row]], following[:, :4].tolist()
        written = self.memory.events[row, : self.memory.written, [5, 4, 1, 2]].T.tolist()
        one.events = [event for event in starmap(Event, written + slots) if event.pitch < REST]
        one.added = int(self.added[row])

    def write(self, now: np.ndarray, is_slot: np.ndarray, pitch: np.ndarray, duration: np.ndarray) -> np.ndarray | None:
        """Put the events down, (D,) each: onset, is it the next slot, pitch, duration; then see ``leave``."""
        note, wait, (_, sung) = pitch < REST, now - self.last, self.sung.T
        duration, of = np.where(note, duration, NO_DURATION), np.where(is_slot, self.slot.of, NONE)
        self.memory.write(wait, pitch, duration, intervals_of(pitch, sung), now, of)
        self.before = np.stack([wait, pitch, PITCH_CLASSES[pitch], duration], axis=1)
        self.sung = np.where(note[:, None], np.stack([sung, pitch], axis=1), self.sung)
        self.interval = interval_number(*self.sung.T)
        self.free_from = np.where(of >= 0, now + _ENDS[duration], 0)
        self.added += note & ~is_slot
        self.coming += is_slot
        self.last = now
        return self.leave()


class Choice:
    """What may be written next in lines that have a choice, N of them: ``rows`` of all; rngs: of all hypotheses."""

    def __init__(self, lines: Lines, rows: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        self.lines, self.rows, self.context = lines, rows, lines.context
        self.rngs = [rngs[of] for of in lines.of[rows].tolist()]
        self.slot = _Slot(*lines.slots[rows, lines.coming[rows]].T)
        self.last, self.numbers, self.open = lines.last[rows], np.arange(len(rows)), lines.open[rows]
        self.now, self.is_slot, self.rests = self.last, self.numbers > 0, self.numbers > 0  # until a wait is taken

    def waits(self) -> np.ndarray:
        """Which waits may come next, (N, WAITS): a single one where nothing is open."""
        slot, first = self.slot, self.last + (self.lines.memory.written > 0)
        sure, steps = slot.onset >= 0, self.last[:, None] + _WAITS
        low, high = np.maximum(first, self.lines.free_from[self.rows]), slot.onset
        places = self.open[self.numbers[:, None], steps]
        if not sure.all():
            low = np.where(sure, low, np.maximum(slot.low + 1, first))
            high = np.where(sure, high, np.minimum(slot.high, slot.after))
            places = np.where(sure[:, None], places, self.lines.places[steps])
        legal = places & (steps >= low[:, None]) & (steps < high[:, None])
        legal[self.numbers[sure], (slot.onset - self.last).clip(0, LONGEST_WAIT)[sure]] = True
        return legal

    def steering(self, at: np.ndarray) -> np.ndarray | float:
        """What to add to the logits of the waits of those ``at``, (…, WAITS), to come to as many new notes as are
        wished for."""
        if not self.lines.steers:
            return 0.0
        rows, following, wished = self.rows[at], self.slot.following[at], self.lines.wished
        wished = wished[rows, np.minimum(following, wished.shape[1] - 1)]
        missing, room = (wished - self.lines.added[rows])[:, None], np.maximum(1, following - self.last[at])[:, None]
        late = (_WAITS / (room / np.maximum(missing + _HALF, 1)) - 1).clip(0, _FEW)
        early = np.where(room > _WAITS, (1 - missing).clip(0, _FEW), 0.0)
        return -_STEERING * np.where(missing < _HALF, early, late) / _FEW

    def take_waits(self, waits: np.ndarray) -> None:
        """The waits (N,) were chosen."""
        self.now = self.last + waits
        self.is_slot = (self.slot.onset < 0) | (self.slot.onset == self.now)
        self.rests = ~self.is_slot & ~self.open[self.numbers, self.now]

    def pitches(self) -> np.ndarray:
        """Which pitches may come next, (N, PITCHES)."""
        legal = np.zeros((len(self.rows), PITCHES), bool)
        sure = self.rests | (self.is_slot & (self.slot.pitch >= 0))
        legal[self.numbers[sure], np.where(self.rests, REST, self.slot.pitch)[sure]] = True
        choose = self.numbers[~sure]
        if not len(choose):
            return legal
        legal[choose, :REST] = self.context.legal[np.minimum(self.now[choose], len(self.context.legal) - 1)]
        for row in choose.tolist() if self.lines.keeps_contour else ():
            legal[row, :REST] &= self._along(row)
        none = choose[~legal[choose].any(1) & self.is_slot[choose]]
        legal[none, self.slot.old[none]] = True
        return legal

    def _along(self, row: int) -> np.ndarray:
        """Pitches that rise and fall as the old one did, whatever its neighbours become, (REST,)."""
        own, left, right = self.slot.old[row], self.slot.left[row], self.slot.right[row]
        legal = np.ones(REST, bool)
        for old, new in ((left, left), (right, right), (left, self.lines.sung[self.rows[row], 1])):
            if old != NONE and new < REST:
                legal &= np.sign(_NOTES - new) == np.sign(own - old)
        return legal

    def durations(self) -> np.ndarray:
        """Which durations may come next, (N, durations)."""
        slot = self.slot
        following = np.where(self.is_slot, slot.after, slot.onset)
        end = np.minimum(following, np.maximum(self.context.span[1], self.now + 1))
        fitting = (end - self.now)[:, None] >= DURATIONS
        legal = fitting & (self.context.shortest <= DURATIONS)
        known = self.is_slot & (slot.onset >= 0)
        longest = np.where(known, slot.duration, np.maximum(0, fitting.sum(1) - 1))
        sure = known | ~legal.any(1)
        legal[sure] = longest[sure, None] == _LENGTHS
        return legal


def _next(there: np.ndarray, last: np.ndarray) -> np.ndarray:
    """The number of the first place at or behind each that is ``there``, (D, S); ``last`` (D,) where none is."""
    numbers = np.where(there, np.arange(there.shape[1]), there.shape[1])
    return np.minimum(np.minimum.accumulate(numbers[:, ::-1], axis=1)[:, ::-1], last[:, None])
