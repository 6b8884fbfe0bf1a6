"""Voice-leading motion: how far the voices move from one chord to the next.

The size of a voice leading is the sum of the semitones that its voices move (L1, Tymoczko, Science 2006). With the same
number of voices each goes to its like, lowest to lowest: no smaller one-to-one voice leading exists. With unequal
numbers voices meet or part: the smallest pairing in which every note of either chord takes part, found by Tymoczko's
dynamic programming, which is that of dynamic time warping.

Offers: ``motion`` of two chords, ``motions`` of all pairs of two arrays of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Pitches = NDArray[np.int64]


def motion(before: Sequence[int], after: Sequence[int]) -> int:
    """Semitones that the voices move from one chord to another, both sorted upwards and not empty."""
    return int(motions(np.array([before]), np.array([after]))[0, 0])


def motions(before: Pitches, after: Pitches) -> Pitches:
    """The motion of every pair; ``before`` (A, v) and ``after`` (B, w) sorted along their rows; gives (A, B)."""
    distances = np.abs(before[:, None, :, None] - after[None, :, None, :])  # (A, B, v, w)
    if before.shape[1] == after.shape[1]:
        summed: Pitches = np.einsum("abii->ab", distances)
        return summed
    rows, columns = distances.shape[2:]
    best: list[Pitches] = []  # best[j]: cheapest way to have joined the voices up to (i, j)
    for i in range(rows):
        above, best = best, []
        for j in range(columns):
            ways = ([above[j]] if i else []) + ([best[j - 1]] if j else []) + ([above[j - 1]] if i and j else [])
            cheapest = ways[0] if ways else np.zeros(distances.shape[:2], dtype=np.int64)
            for way in ways[1:]:
                cheapest = np.minimum(cheapest, way)
            best.append(cheapest + distances[:, :, i, j])
    return best[-1]
