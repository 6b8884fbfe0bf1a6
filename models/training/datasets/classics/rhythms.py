"""Exercises for ``rnn``: windows of beats and of other roles' rhythms, of which some is known.

Offers: ``RhythmDrawer``, ``RhythmBatch``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from torch import Tensor

from models.engines.rnn.config import (
    BEGINS,
    HELD,
    LANES,
    LOUDNESSES,
    MOST_CELLS,
    PLACES,
    REST,
    ROLES,
    TIMING_UNIT,
    TIMINGS,
)
from models.engines.rnn.writing import RhythmHypothesis, earlier_symbols
from models.sampling.grid import DURATIONS, STEPS
from models.sampling.representation.cell_grid import CellGrid
from models.training.datasets.classics.grids import CELL, DrumWindows, chances_of, padded, spun
from models.training.datasets.corpus import BAR_STEPS, COUNT, GRID, ROLE, SOURCE, VELOCITIES, Corpus

DRUM_SHARE = 0.62
_HOWS = {"all": 0.15, "rest": 0.25, "gaps": 0.25, "lanes": 0.2, "cells": 0.15}
_FEWEST = 3


@dataclass(frozen=True)
class Rhythm:
    """A window of T cells.

    symbol    (T,)
    velocity  (T, 9) 0-1, 0 where nothing is hit
    offset    (T, 9) beats
    said      whether loudness, and timing, mean anything
    bar       cells in a bar; 0 not known
    """

    symbol: np.ndarray
    velocity: np.ndarray
    offset: np.ndarray
    said: tuple[bool, bool]
    role: int
    bar: int
    known: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.symbol)


class RhythmDrawer:
    """Draws exercises of one split."""

    def __init__(self, corpus: Corpus, *, valid: bool) -> None:
        self.corpus = corpus
        self.drums = DrumWindows.cut(corpus, MOST_CELLS, valid=valid)
        self.chances = np.cumsum(chances_of(self.drums.kind))
        tracks = corpus.tracks
        others = np.flatnonzero(corpus.usable(valid=valid, fewest=16) & (tracks[:, ROLE] != ROLES.index("drums")))
        self.others = others
        weight = np.minimum(tracks[others, COUNT], 2000).astype(float)
        group = tracks[others, ROLE] * 100 + tracks[others, SOURCE]
        _, number = np.unique(group, return_inverse=True)
        weight *= np.bincount(number, weight)[number] ** -0.5
        self.other_edges = np.cumsum(weight / weight.sum())
        self._cells = cache(lambda track: _cells_of(corpus.notes(track)))

    def draw(self, rng: np.random.Generator, *, drums: bool | None = None, how: str | None = None) -> Rhythm:
        """The next exercise; what is known by chance unless ``how`` says it."""
        while True:
            beat = rng.random() < DRUM_SHARE if drums is None else drums
            rhythm = self._beat(rng) if beat else self._other(rng)
            if rhythm is not None:
                rhythm = _cropped(rhythm, rng)
                known = _known(rhythm, rng, how)
                if not known.all():
                    return replace(rhythm, known=known)

    def _beat(self, rng: np.random.Generator) -> Rhythm:
        drums = self.drums
        number = int(spun(self.chances, rng))
        length, track = drums.length[number], drums.kind[number, 2]
        velocity = drums.velocity[number, :length]
        symbol = ((velocity > 0) << np.arange(LANES)).sum(1)
        return Rhythm(
            symbol,
            velocity,
            drums.offset[number, :length],
            tuple(map(bool, drums.said[number])),
            ROLES.index("drums"),
            int(self.corpus.tracks[track, BAR_STEPS]) // CELL,
        )

    def _other(self, rng: np.random.Generator) -> Rhythm | None:
        corpus = self.corpus
        track = int(self.others[spun(self.other_edges, rng)])
        symbol, velocity, offset = self._cells(track)
        bar = corpus.bar(track) // CELL
        size = MOST_CELLS // bar * bar if bar else 0
        if not size or len(symbol) < size:
            return None
        start = int(rng.integers(0, (len(symbol) - size) // bar + 1)) * bar
        part = slice(start, start + size)
        if (symbol[part] == BEGINS).sum() < _FEWEST:
            return None
        entry = corpus.tracks[track]
        return Rhythm(
            symbol[part],
            velocity[part],
            offset[part],
            (bool(entry[VELOCITIES]), not entry[GRID]),
            int(entry[ROLE]),
            int(entry[BAR_STEPS]) // CELL,
        )


def _cells_of(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Symbols, loudness and offset of a track's cells; loudness stands in lane 0."""
    onset, duration = rows[:, 0].astype(np.int64), DURATIONS[rows[:, 2] - 1]
    cell = np.rint(onset / CELL).astype(np.int64)
    end = np.maximum(cell + 1, np.rint((onset + duration) / CELL).astype(np.int64))
    symbol = np.full(int(end.max()) + 1, REST)
    for at, until in zip(cell, end, strict=True):
        symbol[at:until] = HELD
    symbol[cell] = BEGINS
    velocity, offset = np.zeros((len(symbol), LANES), np.float32), np.zeros((len(symbol), LANES), np.float32)
    velocity[cell, 0] = np.clip(rows[:, 3], 1, 32) / 32
    offset[cell, 0] = onset / (4 * CELL) - cell / 4 + np.where(rows[:, 4] > 0, rows[:, 4] - 11, 0) / 80
    return symbol, velocity, offset


def _cropped(rhythm: Rhythm, rng: np.random.Generator) -> Rhythm:
    """Sometimes fewer bars of it: clips are short, too."""
    bar = rhythm.bar or 16
    bars = len(rhythm.symbol) // bar
    if bars < 2 or rng.random() < 0.6:
        return rhythm
    size = int(rng.integers(1, bars)) * bar
    start = int(rng.integers(0, bars - size // bar + 1)) * bar
    part = slice(start, start + size)
    return replace(rhythm, symbol=rhythm.symbol[part], velocity=rhythm.velocity[part], offset=rhythm.offset[part])


def _known(rhythm: Rhythm, rng: np.random.Generator, how: str | None) -> np.ndarray:
    """Which lanes of which cells are known, (T, 9); another role's cell is known in all of them or in none."""
    cells = len(rhythm.symbol)
    beat = rhythm.role == ROLES.index("drums")
    how = how or str(rng.choice(list(_HOWS), p=list(_HOWS.values())))
    known = np.zeros((cells, LANES), bool)
    if how == "rest":
        known[: int(rng.integers(1, cells // 4 + 1)) * 4] = True
    elif how == "gaps":
        known[:] = True
        for _ in range(int(rng.integers(1, 4))):
            size = int(rng.integers(1, max(2, cells // 8) + 1)) * 4
            start = int(rng.integers(0, cells // 4)) * 4
            known[start : start + size] = False
    elif how == "lanes" and beat:
        known[:] = rng.random(LANES) < rng.uniform(0.3, 0.9)
    elif how in ("cells", "lanes"):
        known[:] = rng.random((cells, LANES if beat else 1)) < rng.uniform(0.1, 0.9)
    return known if how == "all" or known.any() else np.zeros_like(known)


@dataclass(frozen=True)
class RhythmBatch:
    """B padded rhythms of T cells.

    lanes      (B, T, 3 * 9) what is known beforehand, see ``RhythmHypothesis.lanes``
    place      (B, T) cell in its bar, from 1; 0 where the metre is not known
    control    (B, 2) role, and cells in a bar (0 not known)
    earlier    (B, T, 1 + L) the symbols of the cell before, and of those one and two bars ago
    symbols    (B, T); told: (B, T, 9) which lanes are known
    loudness, timing  (B, T, 9), -1 where they mean nothing
    drums      (B,)
    weights    (B, T, 1): 1 where something is asked for
    """

    lanes: Tensor
    place: Tensor
    earlier: Tensor
    symbols: Tensor
    told: Tensor
    loudness: Tensor
    timing: Tensor
    weights: Tensor
    control: Tensor
    drums: Tensor

    @classmethod
    def of(cls, rhythms: Sequence[Rhythm]) -> RhythmBatch:
        """Pad rhythms to the longest."""
        control = torch.tensor([[rhythm.role, min(rhythm.bar, PLACES + 1)] for rhythm in rhythms])
        drums = torch.tensor([rhythm.role == ROLES.index("drums") for rhythm in rhythms])
        return cls(*map(padded, zip(*map(_written, rhythms), strict=True)), control, drums)


def _written(rhythm: Rhythm) -> tuple[np.ndarray, ...]:
    """What ``RhythmBatch`` holds of a rhythm, in its order."""
    assert rhythm.known is not None
    known, new = rhythm.known, (rhythm.velocity > 0) & ~rhythm.known
    loud = rhythm.velocity if rhythm.said[0] else np.zeros_like(rhythm.velocity)
    loudness = np.where(new & rhythm.said[0], np.minimum(rhythm.velocity * LOUDNESSES, LOUDNESSES - 1), -1)
    late = np.clip(np.rint(rhythm.offset / TIMING_UNIT) + TIMINGS // 2, 0, TIMINGS - 1)
    return (
        RhythmHypothesis(rhythm.symbol, loud, known, rhythm.role == ROLES.index("drums")).lanes(),
        CellGrid(CELL / STEPS, rhythm.bar, len(known)).positions(PLACES),
        earlier_symbols(rhythm.symbol, rhythm.bar),
        rhythm.symbol,
        known,
        loudness.astype(np.int64),
        np.where(new & rhythm.said[1], late, -1).astype(np.int64),
        (~known.all(1, keepdims=True)).astype(np.float32),
    )
