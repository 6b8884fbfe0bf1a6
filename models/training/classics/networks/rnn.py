"""The network ``rnn`` in torch, as it is trained; what it is for, and the letters, stand in ``engines/rnn``.

Offers: ``Network``, ``Known``.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.engines.rnn.config import LANES, LOOKBACKS, LOUDNESSES, NONE, PLACES, ROLES, SYMBOLS, TIMINGS, RnnConfig


@dataclass(frozen=True)
class Known:
    """What is known of a rhythm before it is written.

    lanes     (B, T, 3 * 9) for each lane: known, hit, loudness; other roles use lane 0 (begins) and 1 (held)
    place     (B, T) cell in its bar, from 1; 0 where the metre is not known
    control   (B, 2) role, and cells in a bar (0 not known)
    """

    lanes: Tensor
    place: Tensor
    control: Tensor


class Network(nn.Module):
    """Reader, writer, symbol and performance."""

    def __init__(self, config: RnnConfig) -> None:
        super().__init__()
        self.config = config
        width, reader = config.width, config.reader
        self.known = nn.Linear(3 * LANES, reader)
        self.place = nn.Embedding(PLACES + 1, reader)
        self.controls = nn.ModuleList(nn.Embedding(size, reader) for size in (len(ROLES), PLACES + 2))
        self.reader = nn.GRU(reader, reader, batch_first=True, bidirectional=True)
        self.told = nn.Linear(3 * reader, width)
        self.before = nn.Embedding(SYMBOLS + 1, width)
        self.back = nn.ModuleList(nn.Embedding(SYMBOLS + 1, width) for _ in LOOKBACKS)
        self.writer = nn.GRU(width, width, batch_first=True)
        self.drop = nn.Dropout(config.dropout)
        self.norm = nn.LayerNorm(width)
        self.symbol = nn.Linear(width, SYMBOLS)
        self.gates = nn.Linear(width, len(LOOKBACKS))
        self.chosen = nn.Embedding(SYMBOLS, width)
        self.fold = nn.Sequential(nn.Linear(width, width), nn.SiLU())
        self.loudness = nn.Linear(width, LANES * LOUDNESSES)
        self.timing = nn.Linear(width, LANES * TIMINGS)
        for table in (self.place, *self.controls, self.before, *self.back, self.chosen):
            nn.init.normal_(table.weight, std=0.2)

    def read(self, known: Known) -> Tensor:
        """What the writer is told at each cell, (B, T, W)."""
        control = sum(table(known.control[:, i]) for i, table in enumerate(self.controls))[:, None]  # (B, 1, R)
        x = self.known(known.lanes) + self.place(known.place) + control  # (B, T, R)
        states, _ = self.reader(self.drop(x))  # (B, T, 2 R)
        return self.told(torch.cat([states, x], dim=2))

    def write(self, told: Tensor, before: Tensor, back: Tensor) -> Tensor:
        """The writer's output at each cell, (B, T, W).

        told (B, T, W), before (B, T) the symbol of the cell before, back (B, T, L) those one and two bars ago
        """
        x = told + self.before(before) + sum(table(back[..., i]) for i, table in enumerate(self.back))
        states, _ = self.writer(self.drop(x))
        return self.norm(self.drop(states))

    def logits(self, states: Tensor, back: Tensor) -> Tensor:
        """Logits of the symbols, (N, S); states (N, W), back (N, L)."""
        gates = self.gates(states) * (back < NONE)
        return self.symbol(states).scatter_add(1, back.clamp(max=SYMBOLS - 1), gates)

    def performance(self, states: Tensor, symbols: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of loudness (N, 9, 12) and timing (N, 9, 9) of each lane, after the symbol (N,)."""
        y = self.fold(states + self.chosen(symbols))
        return self.loudness(y).unflatten(1, (LANES, -1)), self.timing(y).unflatten(1, (LANES, -1))
