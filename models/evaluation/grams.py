"""Short runs of notes as numbers that don't change with key, tempo or loudness.

A gram is RUN steps from note to note, so RUN + 1 notes in their order (onset, then pitch). A step of a pitched gram is
the interval in semitones and the class of its gap: none (a chord), the gram's first gap, or how it compares with the
gap before, in half octaves of time. A step of a drum gram is the lane it leads to and the gap itself in 24ths of a
beat. Grams are hashed to 32 bits: in an index of two million a chance hit comes once in two thousand.

Played onsets are first moved to the nearest 16th or triplet of an 8th; what lies on the grid of 24 steps a beat stays.

Offers: ``RUN``, ``Grams``, ``grams_of``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from models.music.clip import Clip
from models.music.drum_kit import LANES, lane_of
from models.music.note import Note

RUN = 6
"""Steps of a gram."""

STEPS = 24
ON_GRID = 1 / 400
"""Beats; an onset this near to a step lies on it."""

MOST_GAP = 96
_HALF_OCTAVES = 6
_GAPS = 2 + 2 * _HALF_OCTAVES + 1
_PLACES = np.array([0, 6, 8, 12, 16, 18, 24])
"""Where a played note may begin in its beat, in steps."""

_LANES = {lane: number for number, lane in enumerate(LANES)}
LANES_OF = np.array([_LANES.get(lane_of(pitch), len(_LANES)) for pitch in range(128)])  # type: ignore[arg-type]
"""Number of the lane of each pitch; the last is for pitches without one."""

# Odd constants of Steele, Lea & Flood's SplitMix64 (2014), which spread the bits.
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True)
class Grams:
    """The grams of a row of N notes.

    hashes  (G,) uint32, G = max(0, N - RUN); gram i covers the notes ``order[i]`` … ``order[i + RUN]``
    order   (N,) which note of the row given comes at each place
    onsets  (N,) in beats, in that order, as given
    """

    hashes: np.ndarray
    order: np.ndarray
    onsets: np.ndarray


def grams_of(clip: Clip) -> Grams:
    """The grams of a clip's notes, muted ones left out; ``order`` counts in ``clip.notes``."""
    heard = [place for place, note in enumerate(clip.notes) if not note.mute]
    grams = _of_notes((clip.notes[place] for place in heard), drums=clip.drums)
    return Grams(grams.hashes, np.array(heard, int)[grams.order], grams.onsets)


def _of_notes(notes: Iterable[Note], *, drums: bool) -> Grams:
    table = np.array([(note.onset, note.pitch) for note in notes], float).reshape(-1, 2)
    return grams_of_arrays(table[:, 0], table[:, 1].astype(np.int64), drums=drums)


def grams_of_arrays(onsets: np.ndarray, pitches: np.ndarray, *, drums: bool) -> Grams:
    """The grams of notes given as onsets in beats and pitches, both (N,), in any order."""
    steps = _on_grid(onsets)
    kinds = LANES_OF[pitches] if drums else pitches
    order = np.lexsort((kinds, steps))
    steps, kinds = steps[order], kinds[order]
    if len(order) <= RUN:
        return Grams(np.zeros(0, np.uint32), order, onsets[order])
    gaps = np.minimum(np.diff(steps), MOST_GAP if drums else 1 << 20)
    gap_runs = np.lib.stride_tricks.sliding_window_view(gaps, RUN)  # (G, RUN)
    if drums:
        codes = kinds[1:] * (MOST_GAP + 1) + gaps
        columns = np.lib.stride_tricks.sliding_window_view(codes, RUN)
        first = 1 + kinds[:-RUN]
    else:
        columns = np.lib.stride_tricks.sliding_window_view(np.diff(kinds) + 128, RUN) * _GAPS + _gap_classes(gap_runs)
        first = np.zeros(len(gap_runs), np.int64)
    return Grams(_hashed(columns, first), order, onsets[order])


def _on_grid(onsets: np.ndarray) -> np.ndarray:
    """The step at which each onset is taken to lie, (N,)."""
    steps = np.rint(onsets * STEPS).astype(np.int64)
    if np.all(np.abs(onsets - steps / STEPS) < ON_GRID):
        return steps
    beat = np.floor(onsets)
    inside = (onsets - beat) * STEPS
    nearest = _PLACES[np.abs(inside[:, None] - _PLACES).argmin(axis=1)]
    return beat.astype(np.int64) * STEPS + nearest


def _gap_classes(gaps: np.ndarray) -> np.ndarray:
    """The class of each gap of each gram, (G, RUN): 0 no gap, 1 the gram's first, else by the ratio to the last one."""
    classes = np.zeros(gaps.shape, np.int64)
    before = np.zeros(len(gaps))
    for place in range(gaps.shape[1]):
        gap = gaps[:, place].astype(float)
        known = (gap > 0) & (before > 0)
        ratio = np.rint(2 * np.log2(np.where(known, gap, 1) / np.where(known, before, 1)))
        compared = 2 + _HALF_OCTAVES + np.clip(ratio, -_HALF_OCTAVES, _HALF_OCTAVES)
        classes[:, place] = np.where(gap == 0, 0, np.where(before == 0, 1, compared))
        before = np.where(gap > 0, gap, before)
    return classes


def _hashed(columns: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Each row of whole numbers, (G, RUN), and the number before it as 32 bits, (G,)."""
    mixed = first.astype(np.uint64)
    for place in range(columns.shape[1]):
        mixed = (mixed ^ columns[:, place].astype(np.uint64)) * _MIX[0]
        mixed ^= mixed >> np.uint64(29)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[1]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[2]
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(32)).astype(np.uint32)
