"""A line as events, and what is known of it before each.

An event is a wait (steps since the last event), a pitch (on the white keys) and a duration by number. The line is
opened by nothing and closed by END; a rest longer than LONGEST_WAIT is written as events of pitch REST. Some events
are *kept*: they are known beforehand, and the network is told the next of them.

Offers: ``Events``, ``events_of``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.engines.lstm.config import END, LONGEST_WAIT, LOOKBACKS, NO_PITCH, REST
from models.engines.lstm.events import NO_DURATION, NO_WAIT, interval_number
from models.engines.lstm.memory import DEPTH, LEVELS, NOTHING, codes_of, intervals_of


@dataclass(frozen=True)
class Events:
    """Events of a stretch, each (T,).

    onset     steps from the start
    pitch     0-127, REST or END
    duration  number in DURATIONS; NO_DURATION where there is no note
    kept      True: known beforehand
    """

    onset: np.ndarray
    pitch: np.ndarray
    duration: np.ndarray
    kept: np.ndarray

    @property
    def waits(self) -> np.ndarray:
        """Steps from the event before, (T,)."""
        return np.diff(self.onset, prepend=0)

    @property
    def before(self) -> np.ndarray:
        """The event before each, (T, 4): wait, pitch, duration, onset; the first has none."""
        rows = np.column_stack([self.waits, self.pitch, self.duration, self.onset])
        return np.concatenate([[[NO_WAIT, NO_PITCH, NO_DURATION, 0]], rows[:-1]])

    @property
    def next_kept(self) -> np.ndarray:
        """Index of the first kept event at or behind each, (T,)."""
        indices = np.where(self.kept, np.arange(len(self.kept)), len(self.kept))
        return np.minimum.accumulate(indices[::-1])[::-1]

    def copies(self, bar: int) -> tuple[np.ndarray, np.ndarray]:
        """What ``engines/lstm/memory`` recalls before each event: what came next, (T, L, 3), one, two and four bars
        ago first, and how many events matched, (T, E)."""
        size, sung, bars = len(self.pitch), self._sung[:, 0], np.array(LOOKBACKS)
        number, found = np.arange(size), np.tile(NOTHING, (size, len(LOOKBACKS) + LEVELS, 1))
        if not size:
            return found, np.zeros((0, LEVELS), int)
        rows = np.column_stack([self.waits, self.pitch, self.duration, intervals_of(self.pitch, sung)])
        # Only what came before each event is there.
        then = np.append(0, self.onset[:-1])[:, None] - bar * bars  # (T, 3)
        at = np.minimum(np.searchsorted(self.onset, then, side="right"), number[:, None])
        waits = self.onset[at] - then
        known = (at < number[:, None]) & (waits <= LONGEST_WAIT)
        again = rows[at, :3]
        again[..., 0] = waits
        found[:, : len(LOOKBACKS)][known] = again[known]

        codes = codes_of(*rows.T)  # (E, T)
        matched = np.zeros((LEVELS, size, size), int)  # how many events that end with each match those before each
        for depth in range(DEPTH):
            # An event, and the last before another, both so many earlier.
            for level, code in enumerate(codes):
                alike = np.zeros((size, size), bool)
                alike[depth + 1 :, depth:] = code[: size - depth - 1, None] == code[None, : size - depth]
                matched[level] += alike & (matched[level] == depth)
        matched *= number[None] < number[:, None] - 1
        best = (matched * size + number).argmax(2)  # (E, T)
        depths = np.take_along_axis(matched, best[..., None], 2)[..., 0]
        copies = rows[np.minimum(best + 1, size - 1)]  # (E, T, 4)
        moved = sung + copies[1, :, 3]
        moved = np.where((sung < REST) & (moved >= 0) & (moved < REST), moved, NO_PITCH)
        copies[1, :, 1] = np.where(copies[1, :, 1] < REST, moved, copies[1, :, 1])
        copies[2, :, 1] = NO_PITCH
        found[:, len(LOOKBACKS) :] = np.where(depths[..., None] > 0, copies[..., :3], NOTHING).swapaxes(0, 1)
        return found, depths.T

    @property
    def sung(self) -> np.ndarray:
        """Before each event, (T, 2): pitch of the last note (NO_PITCH: none yet), and number of the interval to it."""
        last, before = self._sung.T
        return np.column_stack([last, interval_number(before, last)])

    @property
    def _sung(self) -> np.ndarray:
        """Before each event, (T, 2): pitch of the last note, and of the one before that."""
        notes = np.flatnonzero(self.pitch < REST)
        number = np.searchsorted(notes, np.arange(len(self.pitch)))  # notes before each event
        pitches = np.concatenate([[NO_PITCH, NO_PITCH], self.pitch[notes]])
        return np.column_stack([pitches[number + 1], pitches[number]])


def events_of(onset: np.ndarray, pitch: np.ndarray, duration: np.ndarray, kept: np.ndarray, end: int) -> Events:
    """The events of notes in order of time, one at a time, with rests and the end put in; (N,) each."""
    rows: list[tuple[int, int, int, bool]] = []
    last = 0
    closed = [
        *zip(onset.tolist(), pitch.tolist(), duration.tolist(), kept.tolist(), strict=True),
        (end, END, NO_DURATION, True),
    ]
    for when, what, length, known in closed:
        while when - last > LONGEST_WAIT:
            last += LONGEST_WAIT
            # A rest is known where the notes on both sides of it are.
            rows.append((last, REST, NO_DURATION, known and (not rows or rows[-1][3])))
        rows.append((when, what, length, known))
        last = when
    table = np.array(rows, np.int64)
    return Events(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(bool))
