"""Variation pairs: two windows of one track that are alike but not the same, with their measured similarity.

Nobody labels them: composers and players vary their own bars. In each track windows of 1, 2, 4 and 8 bars are compared
with later ones on their onsets and (onset, pitch) pairs at 16ths, all at once; what looks alike is measured with the
one definition of similarity.

Offers: ``mine``; a pair is (track, bar of A, bar of B, bars, similarity in thousandths).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.engines.kin.config import DRUM, DURATIONS, ROLES, STEPS
from models.engines.kin.reading.representation import DURATION, MICRO_FIELD, ONSET, PITCH
from models.music.similarity import similarity
from models.training.datasets.corpus import LABELS, ROLE, Corpus

LEAST, MOST = 0.2, 0.98
_LEAST_NOTES, _MOST_NOTES = 3, 72
_CANDIDATES_A_WINDOW = 3
_PAIRS_A_TRACK = {1: 16, 2: 30, 4: 40, 8: 8}
_FARTHEST = 24
"""Windows (of hops) between two of a pair: what lies farther apart is mostly another theme."""


class _PlainNote(NamedTuple):
    onset: float
    pitch: int
    duration: float


def plain(rows: np.ndarray) -> list[_PlainNote]:
    """Rows as what the similarity needs of notes."""
    return [
        _PlainNote(onset / STEPS, (pitch - 1) % DRUM, DURATIONS[duration - 1] / STEPS)
        for onset, pitch, duration in rows[:, (ONSET, PITCH, DURATION)].tolist()
    ]


def mine(corpus: Corpus, seed: int = 0) -> np.ndarray:
    """All pairs of a corpus, shape (P, 5), columns: track, bar A, bar B, bars, similarity in thousandths."""
    rng = np.random.default_rng(seed)
    found = [
        _mine_track(corpus, track, bars, most, rng)
        for track in range(len(corpus.tracks))
        if not corpus.tracks[track, LABELS]
        for bars, most in _PAIRS_A_TRACK.items()
    ]
    return np.concatenate([pairs for pairs in found if len(pairs)] or [np.zeros((0, 5), np.int64)])


def _mine_track(corpus: Corpus, track: int, bars: int, most: int, rng: np.random.Generator) -> np.ndarray:
    bar = corpus.bar(track)
    hop = max(1, bars // 2)
    starts = np.arange(0, corpus.bars(track) - bars + 1, hop)
    windows = [corpus.window(track, int(s) * bar, int(s + bars) * bar) for s in starts]
    usable = [i for i, rows in enumerate(windows) if _LEAST_NOTES <= len(rows) <= _MOST_NOTES]
    if len(usable) < 2:
        return np.zeros((0, 5), np.int64)
    candidates = _alike([windows[i] for i in usable], bars * bar // (STEPS // 4) + 1, rng)
    candidates = candidates[rng.permutation(len(candidates))]
    drums = ROLES[corpus.tracks[track, ROLE]] == "drums"
    notes: dict[int, list[_PlainNote]] = {}
    result = []
    for first, second in candidates.tolist():
        a, b = usable[first], usable[second]
        if starts[b] - starts[a] < bars:
            continue  # overlapping windows
        for index in (a, b):
            if index not in notes:
                notes[index] = plain(windows[index])
        value = similarity(notes[a], notes[b], drums=drums)
        if LEAST < value < MOST:
            result.append((track, int(starts[a]), int(starts[b]), bars, round(1000 * value)))
            if len(result) == most:
                break
    return np.array(result, np.int64).reshape(-1, 5)


def _alike(windows: list[np.ndarray], length: int, rng: np.random.Generator) -> np.ndarray:
    """Index pairs of windows worth measuring, (P, 2)."""
    onset_grid = np.zeros((len(windows), length), np.float32)
    note_grid = np.zeros((len(windows), length * 32), np.float32)
    for i, rows in enumerate(windows):
        place = (rows[:, ONSET] + STEPS // 8) // (STEPS // 4)
        onset_grid[i, place] = 1
        # Pitches share 32 rows, 16ths apart in time: a chance collision only costs one measurement too many.
        note_grid[i, place * 32 + rows[:, PITCH] % 32] = 1
    rhythm, notes = _dice(onset_grid), _dice(note_grid)
    order = np.arange(len(windows))
    apart = order[None, :] - order[:, None]
    worth = (apart > 0) & (apart <= _FARTHEST) & ((notes > 0.12) & (notes < 0.999) | (rhythm > 0.7) & (notes < 0.999))
    keep = np.zeros_like(worth)
    noise = np.where(worth, rng.random(worth.shape), -1)
    best = np.argsort(-noise, axis=1)[:, :_CANDIDATES_A_WINDOW]
    np.put_along_axis(keep, best, True, axis=1)
    return np.argwhere(keep & worth)


def _dice(grid: np.ndarray) -> np.ndarray:
    """Dice coefficient of every two rows of a binary grid, (W, W)."""
    count = grid.sum(1)
    return 2 * (grid @ grid.T) / np.maximum(count[:, None] + count[None, :], 1)


def same_notes(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """For each row of ``b``: does ``a`` hold the same note (onset, pitch, duration, micro-timing alike), (len(b),)."""

    def keys(rows: np.ndarray) -> np.ndarray:
        micro = np.where(rows[:, MICRO_FIELD] > 0, rows[:, MICRO_FIELD] // 6, 0)
        return ((rows[:, ONSET] * 512 + rows[:, PITCH]) * 64 + rows[:, DURATION]) * 16 + micro

    return np.isin(keys(b), keys(a))
