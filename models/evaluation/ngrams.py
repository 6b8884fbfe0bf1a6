"""Short runs of notes as numbers that don't change with key, tempo or loudness.

An n-gram is RUN steps from note to note, so RUN + 1 notes in their order (onset, then pitch). A step of pitched notes
is the interval in semitones and the class of its gap: none (a chord), the n-gram's first gap, or how it compares with
the gap before, in half octaves of time. A step of drums is the lane it leads to and the gap itself in 24ths of a beat.
N-grams are hashed to 32 bits: in an index of two million a chance hit comes once in two thousand.

Played onsets are first moved to the nearest 16th or triplet of an 8th; what lies on the grid of 24 steps a beat stays.

Offers: ``RUN``, ``NGrams``, ``ngrams_of``, ``ngrams_of_arrays``, ``LANES_OF``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.music.clip import Clip
from models.music.drum_kit import LANES, lane_of

RUN = 6
"""Steps of an n-gram."""

STEPS = 24
ON_GRID = 1 / 400
"""Beats; an onset this near to a step lies on it."""

MOST_GAP = 96
_HALF_OCTAVES = 6
_GAPS = 2 + 2 * _HALF_OCTAVES + 1
_POSITIONS = np.array([0, 6, 8, 12, 16, 18, 24])
"""Where a played note may begin in its beat, in steps."""

LANES_OF = np.array([[*LANES, None].index(lane_of(pitch)) for pitch in range(128)])
"""Number of the lane of each pitch; the last is for pitches without one."""

# Odd constants of Steele, Lea & Flood's SplitMix64 (2014), which spread the bits.
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True)
class NGrams:
    """The n-grams of a row of N notes.

    hashes  (G,) uint32, G = max(0, N - RUN); n-gram i covers the notes ``order[i]`` … ``order[i + RUN]``
    order   (N,) which note of the row given comes at each position
    onsets  (N,) in beats, in that order, as given
    """

    hashes: np.ndarray
    order: np.ndarray
    onsets: np.ndarray


def ngrams_of(clip: Clip) -> NGrams:
    """The n-grams of a clip's notes, muted ones left out; ``order`` counts in ``clip.notes``."""
    heard = [index for index, note in enumerate(clip.notes) if not note.mute]
    onsets = np.array([clip.notes[index].onset for index in heard], float)
    pitches = np.array([clip.notes[index].pitch for index in heard], np.int64)
    found = ngrams_of_arrays(onsets, pitches, drums=clip.drums)
    return NGrams(found.hashes, np.array(heard, int)[found.order], found.onsets)


def ngrams_of_arrays(onsets: np.ndarray, pitches: np.ndarray, *, drums: bool) -> NGrams:
    """The n-grams of notes given as onsets in beats and pitches, both (N,), in any order."""
    steps = _on_grid(onsets)
    kinds = LANES_OF[pitches] if drums else pitches
    order = np.lexsort((kinds, steps))
    steps, kinds = steps[order], kinds[order]
    if len(order) <= RUN:
        return NGrams(np.zeros(0, np.uint32), order, onsets[order])
    at = np.arange(len(order) - RUN)[:, None] + np.arange(RUN)  # (G, RUN), the steps of each n-gram
    gaps = np.minimum(np.diff(steps), MOST_GAP if drums else 1 << 20)
    if drums:
        first = 1 + kinds[:-RUN]
        columns = (kinds[1:] * (MOST_GAP + 1) + gaps)[at]  # (G, RUN)
    else:
        first = np.zeros(len(at), np.int64)
        columns = (np.diff(kinds) + 128)[at] * _GAPS + _gap_classes(gaps, at)
    mixed = first.astype(np.uint64)
    for column in columns.T:
        mixed = (mixed ^ column.astype(np.uint64)) * _MIX[0]
        mixed ^= mixed >> np.uint64(29)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[1]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[2]
    hashes = ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(32)).astype(np.uint32)
    return NGrams(hashes, order, onsets[order])


def _on_grid(onsets: np.ndarray) -> np.ndarray:
    """The step at which each onset is taken to lie, (N,)."""
    steps = np.rint(onsets * STEPS).astype(np.int64)
    if np.all(np.abs(onsets - steps / STEPS) < ON_GRID):
        return steps
    beat = np.floor(onsets)
    inside = (onsets - beat) * STEPS
    return beat.astype(np.int64) * STEPS + _POSITIONS[np.abs(inside[:, None] - _POSITIONS).argmin(axis=1)]


def _gap_classes(gaps: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The class of each gap of each n-gram, (G, RUN), of gaps (N - 1,) at these places: 0 no gap, 1 the first, else by
    the ratio to the last one."""
    # The place of the last gap that is one, before each.
    last = np.maximum.accumulate(np.where(gaps > 0, np.arange(len(gaps)), -1))
    last = np.concatenate([[-1], last[:-1]])
    ratio = np.rint(2 * np.log2(np.maximum(gaps, 1) / np.maximum(gaps[last], 1)))
    compared = 2 + _HALF_OCTAVES + np.clip(ratio, -_HALF_OCTAVES, _HALF_OCTAVES).astype(np.int64)
    classes: np.ndarray = np.where(gaps[at] == 0, 0, np.where(last[at] < at[:, :1], 1, compared[at]))
    return classes
