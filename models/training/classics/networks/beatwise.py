"""The layers of ``sampling/beatwise`` in torch, as they are trained; letters in shapes as there.

Offers: ``BeatReader``, ``BeatWriter``.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.sampling.beatwise import BEATS, CELLS_A_BEAT


class Mixing(nn.Module):
    """A layer added to what it reads (He et al. 2016)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.wide = nn.Linear(width, width)
        self.narrow = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.narrow(F.silu(self.wide(self.norm(x))))


class BeatReader(nn.Module):
    """(B, T, C) -> (B, H)."""

    def __init__(self, cell: int, width: int, hidden: int, more: int = 0) -> None:
        super().__init__()
        self.beat = nn.Linear(CELLS_A_BEAT * cell, width)
        self.place = nn.Parameter(0.1 * torch.randn(BEATS, width))
        self.mix = Mixing(width)
        self.all = nn.Linear(BEATS * width + more, hidden)
        self.last = Mixing(hidden)

    def forward(self, cells: Tensor, more: Tensor | None = None) -> Tensor:
        """cells (B, T, C), more (B, M) beside them -> (B, H)."""
        beats = self.beat(cells.unflatten(1, (BEATS, CELLS_A_BEAT)).flatten(2)) + self.place  # (B, 8, W)
        x = F.silu(self.mix(beats)).flatten(1)  # (B, 8 W)
        return self.last(F.silu(self.all(x if more is None else torch.cat([x, more], dim=1))))


class BeatWriter(nn.Module):
    """(B, Z) -> (B, T, C)."""

    def __init__(self, latent: int, hidden: int, width: int, cell: int) -> None:
        super().__init__()
        self.first = nn.Linear(latent, hidden)
        self.mix = Mixing(hidden)
        self.all = nn.Linear(hidden, BEATS * width)
        self.place = nn.Parameter(0.1 * torch.randn(BEATS, width))
        self.beat = Mixing(width)
        self.cells = nn.Linear(width, CELLS_A_BEAT * cell)

    def forward(self, latent: Tensor) -> Tensor:
        """latent (B, Z) -> (B, T, C)."""
        x = F.silu(self.mix(F.silu(self.first(latent))))  # (B, H)
        beats = self.beat(self.all(x).unflatten(1, (BEATS, -1)) + self.place)  # (B, 8, W)
        return self.cells(F.silu(beats)).unflatten(2, (CELLS_A_BEAT, -1)).flatten(1, 2)  # (B, T, C)
