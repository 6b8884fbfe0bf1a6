"""The network ``rnn``: gated recurrent units read what is known of a rhythm both ways and write the rest of it.

The idea. Time is cut into 16ths, and each cell of a beat is one of 512 symbols: which of nine lanes are hit together.
A bidirectional reader hears, cell by cell, the lanes that are known - kept notes, locked lanes, the bars outside a
gap - and a writer goes from left to right and chooses each cell's symbol among those that agree with what is known.
How hard and how early or late each hit is played is chosen after it. The writer is shown the same place one and two
bars ago, and gates add to the logit of the symbol that stood there, because drummers mostly repeat. Other roles have
a rhythm too: the same network writes, cell by cell, whether notes begin, go on or rest.

The equations (Cho et al. 2014; s is the logistic function):

    r = s(W_r x + U_r h)        z = s(W_z x + U_z h)        n = tanh(W x + r (U h))        h' = (1 - z) n + z h
    p(cell t) = softmax over symbols that agree with what is known of (w h_t + sum_k g_k(h_t) [symbol k bars ago])
    p(loudness, timing of lane i) = softmax(V_i f(h_t, symbol))

Where it differs from GrooVAE (Gillick et al. 2019), from which the nine lanes, loudness and timing are: hits that
sound together are one symbol, so that their joint likelihood is exact and any lock is a mask; there is no latent.

Letters in shapes: B rhythms, T cells, S symbols, W width, R reader.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.engines.rnn.config import LANES, LOOKBACKS, LOUDNESSES, NONE, PLACES, ROLES, SYMBOLS, TIMINGS, RnnConfig

PIECE = 512
"""Cells that are read in one step when nothing is learned: nobody can break off within one."""


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
        y = self.drop(x)
        if self.training or y.shape[1] <= PIECE:
            states, _ = self.reader(y)  # (B, T, 2 R)
        else:
            forth, back = self.reader.all_weights
            states = torch.cat([_in_pieces(y, forth), _in_pieces(y.flip(1), back).flip(1)], dim=2)
        return self.told(torch.cat([states, x], dim=2))

    def write(self, told: Tensor, before: Tensor, back: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The writer's output at each cell, (B, T, W), and its state.

        told (B, T, W), before (B, T) the symbol of the cell before, back (B, T, L) those one and two bars ago
        """
        x = told + self.before(before) + sum(table(back[..., i]) for i, table in enumerate(self.back))
        states, carried = self.writer(self.drop(x), state)
        return self.norm(self.drop(states)), carried

    def logits(self, states: Tensor, back: Tensor) -> Tensor:
        """Logits of the symbols, (N, S); states (N, W), back (N, L)."""
        gates = self.gates(states) * (back < NONE)
        return self.symbol(states).scatter_add(1, back.clamp(max=SYMBOLS - 1), gates)

    def performance(self, states: Tensor, symbols: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of loudness (N, 9, 12) and timing (N, 9, 9) of each lane, after the symbol (N,)."""
        y = self.fold(states + self.chosen(symbols))
        return self.loudness(y).unflatten(1, (LANES, -1)), self.timing(y).unflatten(1, (LANES, -1))


def _in_pieces(x: Tensor, weights: list[Tensor]) -> Tensor:
    """The states of one direction of a gated recurrent layer, (B, T, R), ``PIECE`` cells a step; x (B, T, R)."""
    state, states = x.new_zeros(1, x.shape[0], x.shape[2]), []
    for piece in x.split(PIECE, 1):
        found, state = torch.gru(piece, state, weights, True, 1, 0.0, False, False, True)
        states.append(found)
    return torch.cat(states, 1)
