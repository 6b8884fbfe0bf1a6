"""How the engine ``rnn`` is trained: its network in torch, which tests hold equal to the one that plays, and its loss.

What the network is for, and the letters in shapes, stand in ``engines/rnn``.

Offers: ``Network``, ``Loss``, ``dataset``, ``measure``, ``SETTINGS``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.rnn.config import (
    LANES,
    LOOKBACKS,
    LOUDNESSES,
    NONE,
    PLACES,
    PROFILES,
    ROLES,
    SYMBOLS,
    TIMINGS,
    RnnConfig,
)
from models.training.datasets.classics.grids import batched, endless
from models.training.datasets.classics.rhythms import RhythmBatch, RhythmDrawer
from models.training.datasets.corpus import Corpus
from models.training.loop import Learner


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

    def read(self, lanes: Tensor, place: Tensor, control: Tensor) -> Tensor:
        """What the writer is told at each cell, (B, T, W), see ``RhythmBatch``."""
        controlled = sum(table(control[:, i]) for i, table in enumerate(self.controls))[:, None]  # (B, 1, R)
        x = self.known(lanes) + self.place(place) + controlled  # (B, T, R)
        states, _ = self.reader(self.drop(x))  # (B, T, 2 R)
        return self.told(torch.cat([states, x], dim=2))

    def write(self, told: Tensor, earlier: Tensor) -> Tensor:
        """The writer's output at each cell, (B, T, W); told (B, T, W), earlier (B, T, 1 + L) symbols."""
        x = told + sum(table(earlier[..., i]) for i, table in enumerate((self.before, *self.back)))
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


SETTINGS = {"rate": 3e-3, "averaging": 0.998, "warm_up": 200}
BATCH, _MEASURED = 48, 192
"""Rhythms in a batch; rhythms of each kind that a run is measured on."""
_TOUCH_WEIGHT = 0.3
"""How much loudness and timing count beside the symbol."""


class Loss(Learner):
    """The network and its cost."""

    NETWORK, PROFILES = Network, PROFILES

    def forward(self, batch: RhythmBatch, smoothing: float = 0.0) -> Tensor:
        """Nats of symbol, loudness and timing at each cell that is asked for, (N, 3); the last two count less."""
        network = self.network
        states = network.write(network.read(batch.lanes, batch.place, batch.control), batch.earlier)  # (B, T, W)
        asked = batch.weights[..., 0] > 0
        drums = batch.drums[:, None].expand_as(asked)[asked]
        states, symbols, back = states[asked], batch.symbols[asked], batch.earlier[asked][:, 1:]
        logits = network.logits(states, back).masked_fill(~agreeing(symbols, batch.told[asked], drums), -1e9)
        cost = F.cross_entropy(logits, symbols, reduction="none")
        touch = [
            _TOUCH_WEIGHT * F.cross_entropy(values.transpose(1, 2), said, reduction="none", ignore_index=-1).sum(1)
            for values, said in zip(
                network.performance(states, symbols), (batch.loudness[asked], batch.timing[asked]), strict=True
            )
        ]
        return torch.stack([cost, *touch], dim=1)


def agreeing(symbols: Tensor, known: Tensor, drums: Tensor) -> Tensor:
    """Which symbols agree with what is known, (N, S).

    symbols (N,) the truth, of which only some is told; known (N, 9) which lanes are; drums (N,) True for a beat.
    Another role's cell is known in lane 0, wholly or not at all.
    """
    bits = 1 << torch.arange(LANES, device=symbols.device)
    told = (known * bits).sum(1)[:, None]  # (N, 1)
    every = torch.arange(SYMBOLS, device=symbols.device)[None]  # (1, S)
    beat = (every < 512) & ((every & told) == (symbols[:, None] & told))
    other = (every >= 512) & ((every == symbols[:, None]) | ~known[:, :1])
    return torch.where(drums[:, None], beat, other)


def dataset(corpus: Corpus, seed: int) -> tuple[Iterator[RhythmBatch], list[RhythmBatch]]:
    """Endless rhythms, and the fixed ones of valid: beats first, then other roles."""
    valid, fixed = RhythmDrawer(corpus, valid=True), []
    for drums in (True, False):
        rng = np.random.default_rng(20)
        fixed += batched((valid.draw(rng, drums=drums) for _ in range(_MEASURED)), RhythmBatch.of, BATCH)
    return endless(RhythmDrawer(corpus, valid=False).draw, RhythmBatch.of, BATCH, 12, seed), fixed


@torch.no_grad()
def measure(model: nn.Module, batches: list[RhythmBatch], device: str = "cpu") -> dict[str, float]:
    """Nats a cell, of beats and of other rhythms, with their touch ("all" weighs the beats' double)."""
    model.eval()
    cost, cells = {"drums": 0.0, "others": 0.0}, {"drums": 0, "others": 0}
    for batch in batches:
        losses = model(batch)
        name = "drums" if bool(batch.drums[0]) else "others"
        cost[name] += float(losses.sum())
        cells[name] += len(losses)
    model.train()
    figures = {name: cost[name] / max(1, cells[name]) for name in cost}
    return {"all": (2 * figures["drums"] + figures["others"]) / 3, **figures}
