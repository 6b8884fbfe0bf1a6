"""A line as events, and what is known of it before each: what the network meets at school and at work alike.

An event is a wait (steps since the last event), a pitch (on the white keys) and a duration by number. The line is
opened by nothing and closed by END; a rest longer than LONGEST_WAIT is written as events of pitch REST. Some events
are *kept*: they are known beforehand, and the network is told the next of them.

Offers: ``Events``, ``events_of``, ``interval_number``, ``density_number``, ``distance_number``, ``position_number``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.engines.lstm.config import (
    DENSITY_EDGES,
    DISTANCES,
    DURATION_COUNT,
    END,
    INTERVALS,
    LONGEST_WAIT,
    NO_PITCH,
    REST,
    WAITS,
)
from models.engines.lstm.memory import Memory
from models.sampling.grid import STEPS

NO_WAIT, NO_DURATION = WAITS, DURATION_COUNT
POSITIONS = 32
"""16ths of a bar that are told apart; 0 is "metre not known"."""


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
        """The copy features before each event: what came next, (T, L, 3), and how many events matched, (T, E)."""
        memory, found, depths = Memory(), [], []
        for event in zip(self.waits.tolist(), self.pitch.tolist(), self.duration.tolist(), strict=True):
            ngrams, depth = memory.ngrams()
            found.append(memory.lookbacks(bar) + ngrams)
            depths.append(depth)
            memory.add(*event)
        return np.array(found, np.int64), np.array(depths, np.int64)

    @property
    def sung(self) -> np.ndarray:
        """Before each event, (T, 2): pitch of the last note (NO_PITCH: none yet), and number of the interval to it."""
        notes = np.flatnonzero(self.pitch < REST)
        number = np.searchsorted(notes, np.arange(len(self.pitch)))  # notes before each event
        pitches = np.concatenate([[NO_PITCH, NO_PITCH], self.pitch[notes]])
        return np.column_stack([pitches[number + 1], interval_number(pitches[number], pitches[number + 1])])


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


def interval_number(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Number of the interval between two notes, 1-INTERVALS; 0 where one of them is none."""
    numbers = np.clip(second - first, -(INTERVALS // 2), INTERVALS // 2) + INTERVALS // 2 + 1
    return np.where((first < REST) & (second < REST), numbers, 0)


def density_number(notes: int, steps: int) -> int:
    """The control "density" of so many notes in so many steps."""
    return 1 + int(np.searchsorted(DENSITY_EDGES, notes / max(1, steps) * STEPS))


def distance_number(steps: np.ndarray) -> np.ndarray:
    """Bucket of a distance in steps."""
    fine = np.minimum(steps // 6, 16)
    coarse = np.clip(steps // STEPS - 4, 0, DISTANCES - 18)
    return np.where(steps < 4 * STEPS, fine, 16 + coarse + 1)


def position_number(onset: np.ndarray, bar: int) -> np.ndarray:
    """16th in the bar, from 1; 0 where the metre is not known (bar 0)."""
    return np.minimum(onset % bar // (STEPS // 4) + 1, POSITIONS) if bar else np.zeros_like(onset)
