"""Copy features: what a line did some bars ago, and what came next the last time it went as it goes now.

For the second, its own n-grams: the last one to four events are looked for in what has been: note for note; moved, so
that only waits, intervals and durations count (a sequence); and as rhythm alone. The longest match counts, of several
the latest. It is the cache of order n of Kuhn & De Mori (1990) and the repeats that Lempel & Ziv (1977) point back
to, given as features. It grows with the lines, event by event.

Letters in shapes: D lines, T events, L memories, E of them n-grams.

Offers: ``Memory``, ``codes_of``, ``intervals_of``, ``LEVELS``, ``DEPTH``, ``NOTHING``.
"""

from __future__ import annotations

import numpy as np

from models.engines.lstm.config import DURATION_COUNT, FAR, LONGEST_WAIT, LOOKBACKS, NO_PITCH, REST, WAITS

LEVELS = 3
"""Levels of likeness of n-grams: note for note, moved, rhythm."""
DEPTH = 4
"""Most events that are compared."""

NOTHING = (WAITS, NO_PITCH, DURATION_COUNT)
"""Wait, pitch and duration of what isn't there."""
_NOTHING = np.array(NOTHING)[:, None]
_NO_INTERVAL = 999
_BARS = np.array(LOOKBACKS)
_MOVED = len(LOOKBACKS) + 1


def intervals_of(pitch: np.ndarray, sung: np.ndarray) -> np.ndarray:
    """Semitones from the pitch sung before, ``sung``; _NO_INTERVAL where one of the two is none."""
    return np.where((pitch < REST) & (sung < REST), pitch - sung, _NO_INTERVAL)


def codes_of(wait: np.ndarray, pitch: np.ndarray, duration: np.ndarray, interval: np.ndarray) -> np.ndarray:
    """Events as one number for each level of likeness, (E, …); each (…)."""
    rhythm = wait * 64 + duration
    return np.stack([rhythm + 8192 * pitch, rhythm + 8192 * (interval + 128), rhythm])


class Memory:
    """What the lines of a batch have written, and what of it they recall; bar: steps, of all or of each (D, 1).

    events  (D, T, 6) wait, pitch, duration, interval, onset and index in ``constraints.notes`` (NONE: new) of each
    of      (D,) numbers of the lines that are still written

    Of the n-grams the events stand the latest first: how many that end with an event match those that end with the
    last one grows by one from what it was for the two before.
    """

    def __init__(self, count: int, most: int, bar: int | np.ndarray) -> None:
        self.events, self.written, self._back = np.full((count, most, 6), FAR), 0, bar * _BARS
        self._at = np.zeros((count, _MOVED - 1), int)  # first event behind the moments some bars ago
        self._codes = np.zeros((LEVELS, count, most), np.int32)
        self._runs = np.zeros((LEVELS, count, most + 1), np.int8)

    def keep(self, rows: np.ndarray) -> None:
        """Go on with some of the lines."""
        self.events, self._at = self.events[rows], self._at[rows]
        self._codes, self._runs = self._codes[:, rows], self._runs[:, rows]

    def write(self, *event: np.ndarray) -> None:
        """Every line's next event, each column of ``events`` (D,)."""
        self.events[:, self.written] = np.stack(event, axis=1)
        at = self._codes.shape[2] - 1 - self.written
        self._codes[:, :, at] = codes_of(*event[:4])
        alike = self._codes[:, :, at + 1 :] == self._codes[:, :, at, None]
        runs = np.minimum(self._runs[:, :, at + 2 :], DEPTH - 1)
        runs += 1
        np.multiply(runs, alike, out=self._runs[:, :, at + 1 : -1])
        self.written += 1

    def recall(self, found: np.ndarray, depths: np.ndarray, sung: np.ndarray) -> None:
        """Fill in what came next in each memory, found (D, 3, L), one, two and four bars ago first, and how many
        events matched, depths (D, E); sung (D,) the last pitch, NO_PITCH: none yet."""
        found[:], depths[:] = _NOTHING, 0
        if not self.written:
            return
        events, rows, size = self.events, np.arange(len(sung))[:, None], self._codes.shape[2]
        then, onsets = events[:, self.written - 1, 4, None] - self._back, events[..., 4]
        while (passed := onsets[rows, self._at] <= then).any():
            self._at += passed
        runs = self._runs[:, :, size + 1 - self.written : -1] if self.written > 1 else self._runs[:, :, -1:]
        latest = runs.argmax(2)  # (E, D)
        depths[:] = np.take_along_axis(runs, latest[..., None], 2)[..., 0].T
        after = np.minimum(self.written - 1 - latest, self.written - 1).T
        again = events[rows, np.concatenate([self._at, after], axis=1)].transpose(0, 2, 1)  # (D, 6, L)
        again[:, 0, : _MOVED - 1] = again[:, 4, : _MOVED - 1] - then
        pitch, moved = again[:, 1], sung + again[:, 3, _MOVED]
        moved = np.where((sung < REST) & (moved >= 0) & (moved < REST), moved, NO_PITCH)
        pitch[:, _MOVED] = np.where(pitch[:, _MOVED] < REST, moved, pitch[:, _MOVED])
        pitch[:, _MOVED + 1] = NO_PITCH
        known = np.concatenate([again[:, 0, : _MOVED - 1] <= LONGEST_WAIT, depths > 0], axis=1)
        np.copyto(found, again[:, :3], where=known[:, None])
