"""Layers that read and write a window beat by beat: the same weights for each beat, then all beats together.

A window of 32 cells (16ths) is 8 beats of 4 cells. Reading joins the cells of a beat and maps each beat with shared
weights - a convolution whose kernel and stride are one beat (LeCun et al. 1998) - before a plain layer sees all
beats at once; writing goes the other way. A recurrent layer would touch its weights at each of the 32 cells; this
touches most of them once, so that a small machine learns from many more windows in a minute.

Letters in shapes: B windows, T cells, C numbers a cell, W width of a beat, H hidden width.

Offers: ``BeatReader``, ``BeatWriter``, ``CELLS``, ``BEATS``, ``CELLS_A_BEAT``.
"""

from __future__ import annotations

import numpy as np

from models.sampling.networks.layers import Arrays, LayerNorm, Linear, silu

CELLS = 32
"""16ths of a window: two bars of 4/4."""
CELLS_A_BEAT = 4
BEATS = CELLS // CELLS_A_BEAT


class Mixing:
    """A layer added to what it reads (He et al. 2016)."""

    def __init__(self, width: int, at: Arrays) -> None:
        self.norm = LayerNorm(width, at.at("norm"))
        self.wide, self.narrow = (Linear(width, width, at.at(name)) for name in ("wide", "narrow"))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(N, W) -> (N, W)."""
        return x + self.narrow(silu(self.wide(self.norm(x))))


class BeatReader:
    """(B, T, C) -> (B, H)."""

    def __init__(self, cell: int, width: int, hidden: int, at: Arrays) -> None:
        self.beat = Linear(CELLS_A_BEAT * cell, width, at.at("beat"))
        self.place, self.mix = at.take("place", BEATS, width), Mixing(width, at.at("mix"))
        self.all, self.last = Linear(BEATS * width, hidden, at.at("all")), Mixing(hidden, at.at("last"))

    def __call__(self, cells: np.ndarray) -> np.ndarray:
        """cells (B, T, C) -> (B, H)."""
        count = len(cells)
        beats = self.beat(cells.reshape(BEATS * count, -1)).reshape(count, BEATS, -1) + self.place  # (B, 8, W)
        x = silu(self.mix(beats.reshape(BEATS * count, -1)))
        return self.last(silu(self.all(x.reshape(count, -1))))


class BeatWriter:
    """(B, Z) -> (B, T, C)."""

    def __init__(self, latent: int, hidden: int, width: int, cell: int, at: Arrays) -> None:
        self.first, self.mix = Linear(latent, hidden, at.at("first")), Mixing(hidden, at.at("mix"))
        self.all, self.place = Linear(hidden, BEATS * width, at.at("all")), at.take("place", BEATS, width)
        self.beat, self.cells = Mixing(width, at.at("beat")), Linear(width, CELLS_A_BEAT * cell, at.at("cells"))

    def __call__(self, latent: np.ndarray) -> np.ndarray:
        """latent (B, Z) -> (B, T, C)."""
        count = len(latent)
        x = silu(self.mix(silu(self.first(latent))))  # (B, H)
        beats = self.all(x).reshape(count, BEATS, -1) + self.place
        return self.cells(silu(self.beat(beats.reshape(BEATS * count, -1)))).reshape(count, CELLS, -1)
