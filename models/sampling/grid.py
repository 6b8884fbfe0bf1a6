"""Musical time in whole steps, durations by number, and the way home to the white keys.

Every learned engine reads notes through these: 24 steps to a beat hold 16ths, 32nds, and triplets of 8ths and 16ths.
Where all onsets lie on that grid they are written as they are; else each beat is read on the grid that fits it, and
what is left is micro-timing.

Offers: ``STEPS``, ``DURATIONS``, ``steps_of``, ``duration_numbers``, ``home_shift``.
"""

from __future__ import annotations

import numpy as np

STEPS = 24
"""Grid steps in a beat."""

DURATIONS = np.r_[1:13, 14:17, 18, 20:23, 24, 28, 30, 32, 36, 40:45:2, 48:73:6, 84, 90, 96:193:24, 288, 384]
"""Note lengths, in steps, by number."""

ON_GRID = 1 / 400
"""Beats; an onset this near to a step lies on it."""

# Steps of a grid, and how much better (mean squared beats) it must fit than the plain 16ths to be believed.
_GRIDS = ((4, 0.0), (3, 0.0015), (8, 0.003), (6, 0.0045))
_LOGS = np.log(DURATIONS.astype(float))
_MIDDLES = (_LOGS[1:] + _LOGS[:-1]) / 2
# Weight of each white key in C major and A minor together: tells a collection from its neighbours on the fifths.
_COLLECTION = np.array([1.0, -0.8, 0.8, -0.8, 1.0, 0.7, -0.6, 0.9, -0.8, 0.9, -0.8, 0.6])


def steps_of(onsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Steps, and beats of micro-timing behind (+) or ahead (-) of them, for onsets in beats; (N,) each."""
    steps = np.rint(onsets * STEPS).astype(np.int64)
    if len(onsets) == 0 or np.all(np.abs(onsets - steps / STEPS) < ON_GRID):
        return steps, np.zeros(len(onsets))
    beat = np.floor(onsets + 1 / 12).astype(np.int64)
    first = beat.min()
    count = np.bincount(beat - first)
    best_error = np.full(len(count), np.inf)
    for grid, handicap in _GRIDS:
        snapped = np.rint(onsets * grid) / grid
        error = np.bincount(beat - first, (onsets - snapped) ** 2, len(count)) / np.maximum(count, 1) + handicap
        better = error < best_error
        best_error = np.where(better, error, best_error)
        steps = np.where(better[beat - first], np.rint(snapped * STEPS).astype(np.int64), steps)
    steps = np.maximum(steps, 0)
    return steps, onsets - steps / STEPS


def duration_numbers(durations: np.ndarray) -> np.ndarray:
    """Number in DURATIONS nearest, in proportion, to durations in beats."""
    return np.searchsorted(_MIDDLES, np.log(np.maximum(durations * STEPS, 0.5)))


def home_shift(pitches: np.ndarray, steps: np.ndarray) -> int:
    """Semitones (-5…6) that bring pitches sounding for so many steps to the white keys, their likeliest home.

    A network that reads and writes all music there needn't learn each habit twelve times.
    """
    if len(pitches) == 0:
        return 0
    profile = np.bincount(pitches % 12, np.sqrt(steps), 12)
    scores = [float(np.roll(profile, shift) @ _COLLECTION) for shift in range(12)]
    best = int(np.argmax(scores))
    return best - 12 if best > 6 else best
