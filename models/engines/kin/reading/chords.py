"""What the network is told of the harmony: the chord that sounds, the next one, and how soon it comes.

A chord is three whole numbers: 1 + root, 1 + bass, and its pitch classes as a set; all 0 where none is known.

Offers: ``ChordConditions`` (``now``, ``coming``), ``chord_rows``, ``CHORD``, ``COMING``, ``LONGEST_WAIT_FOR_CHORD``.
"""

from __future__ import annotations

import numpy as np

from models.analysis.harmony import STEPS, Harmony

CHORD = 3
"""Columns of a chord."""
COMING = 2 * CHORD + 1
"""Columns of what lies ahead: the chord now, the next one, and beats until then."""
LONGEST_WAIT_FOR_CHORD = 9
"""1 is less than a beat, 9 eight beats and more; 0 where no other chord comes."""


def chord_rows(harmony: Harmony) -> np.ndarray:
    """The chord at each step, and nothing behind the last, (T + 1, CHORD)."""
    rows = np.stack([harmony.roots + 1, harmony.basses + 1, harmony.sets], axis=1)
    return np.concatenate([rows, np.zeros((1, CHORD), np.int64)])


class ChordConditions:
    """A harmony as the network is told of it, step by step; beyond its end nothing is known."""

    def __init__(self, harmony: Harmony) -> None:
        self.rows = chord_rows(harmony)
        steps, changes = np.arange(len(self.rows)), harmony.changes
        place = np.searchsorted(changes, steps, side="right")
        following = np.append(changes, len(harmony))[place]  # (T + 1,), at most the last row, which says nothing
        following[-1] = len(harmony)
        wait = np.minimum(LONGEST_WAIT_FOR_CHORD, 1 + (following - steps) // STEPS)
        wait = np.where(self.rows[following, 2] > 0, wait, 0)
        self._coming = np.column_stack([self.rows, self.rows[following], wait])  # (T + 1, COMING)

    def now(self, step: int) -> list[int]:
        """The chord at a step, CHORD columns."""
        return self.coming(step)[:CHORD]

    def coming(self, step: int) -> list[int]:
        """The chord at a step, the next one and the beats until then, COMING columns."""
        found: list[int] = self._coming[min(step, len(self._coming) - 1)].tolist()
        return found

    def at(self, steps: np.ndarray) -> np.ndarray:
        """The chords at steps (N,), (N, CHORD)."""
        found: np.ndarray = self.rows[np.minimum(steps, len(self.rows) - 1)]
        return found
