"""How the engine ``lstm`` is trained: its network in torch, which tests hold equal to the one that plays, and its loss.

What the network is for stands in ``engines/lstm``. Letters in shapes: B lines, T events, K kept events, L memories,
E of them n-grams, W width, R width of the reader.

Offers: ``Network``, ``Loss``, ``dataset``, ``measure``, ``SETTINGS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.lstm.config import (
    DENSITY_EDGES,
    DISTANCES,
    DURATION_COUNT,
    INTERVALS,
    METRES,
    PITCHES,
    PROFILES,
    REST,
    ROLES,
    WAITS,
    LstmConfig,
)
from models.engines.lstm.events import EVENT_SIZES, POSITIONS
from models.engines.lstm.memory import DEPTH, LEVELS
from models.engines.lstm.network import MEMORIES
from models.training.datasets.classics.grids import batched, endless
from models.training.datasets.classics.lines import LineBatch, LineDrawer
from models.training.datasets.corpus import Corpus
from models.training.loop import Learner


class EventEmbedding(nn.Module):
    """Sum of an embedding for each field of an event and for its place."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.tables = nn.ModuleDict({name: nn.Embedding(size, width) for name, size in EVENT_SIZES.items()})
        for table in self.tables.values():
            nn.init.normal_(table.weight, std=0.3)

    def forward(self, columns: Tensor) -> Tensor:
        """columns (B, T, 6), see ``event_columns`` -> (B, T, W)."""
        return _summed(self.tables.values(), columns)


def _summed(tables: Iterable[nn.Module], columns: Tensor) -> Tensor:
    """The sum of what columns (..., C) name in a table each, (..., W)."""
    return sum(table(column) for table, column in zip(tables, columns.unbind(-1), strict=True))


class Network(nn.Module):
    """Reader, writer and the three fields."""

    def __init__(self, config: LstmConfig) -> None:
        super().__init__()
        self.config = config
        width, reader = config.width, config.reader
        self.read_event = EventEmbedding(reader)
        self.reader = nn.LSTM(reader, reader, batch_first=True)
        self.written_event = EventEmbedding(width)
        self.chord = nn.Linear(24, width, bias=False)
        self.distance = nn.Embedding(DISTANCES, width)
        self.ahead_pitch = nn.Embedding(PITCHES + 1, width)
        self.later = nn.Linear(reader, width)
        sizes = (WAITS, PITCHES, DURATION_COUNT)
        self.back = nn.ModuleList(nn.Embedding(size + 1, width) for size in sizes for _ in range(MEMORIES))
        self.depth = nn.ModuleList(nn.Embedding(DEPTH + 1, width) for _ in range(LEVELS))
        self.interval = nn.Embedding(INTERVALS + 1, width)
        self.controls = nn.ModuleList(
            nn.Embedding(size, width) for size in (len(ROLES) + 1, len(DENSITY_EDGES) + 2, METRES)
        )
        self.writer = nn.LSTM(
            width,
            width,
            num_layers=config.layers,
            batch_first=True,
            dropout=config.dropout if config.layers > 1 else 0.0,
        )
        self.drop = nn.Dropout(config.dropout)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in sizes)
        self.heads = nn.ModuleList(nn.Linear(width, size) for size in sizes)
        self.gates = nn.ModuleList(nn.Linear(width, MEMORIES) for _ in sizes)
        self.class_head = nn.Linear(width, 12, bias=False)
        self.interval_head = nn.Linear(width, INTERVALS, bias=False)
        self.values = nn.ModuleList(nn.Embedding(size, width) for size in sizes[:-1])
        self.folds = nn.ModuleList(
            nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width)) for _ in sizes[:-1]
        )
        self.new_place = nn.Embedding(POSITIONS + 1, width)
        self.new_chord = nn.Linear(12, width, bias=False)
        tables = (self.distance, self.ahead_pitch, *self.back, *self.controls, *self.values, self.new_place)
        for table in (*tables, *self.depth, self.interval):
            nn.init.normal_(table.weight, std=0.2)

    def read(self, kept: Tensor) -> Tensor:
        """The reader's state at each kept event; kept (B, K, 6), the last first -> (B, K, R)."""
        states, _ = self.reader(self.read_event(kept))
        return states

    @property
    def told(self) -> list[nn.Module]:
        """The tables of what the writer is told before each event, a column each."""
        events = self.written_event.tables.values()
        return [*events, self.distance, self.ahead_pitch, *self.back, *self.depth, self.interval]

    def write(self, batch: LineBatch, later: Tensor) -> Tensor:
        """The writer's output before each event, (B, T, W); later: the reader's states, (B, T, R)."""
        told = _summed(self.told, batch.told) + _summed(self.controls, batch.control)[:, None]
        states, _ = self.writer(self.drop(told + self.chord(batch.chords) + self.later(later)))
        return self.drop(states)

    def logits(self, field: int, state: Tensor, memory: Tensor, same: Tensor, sung: Tensor) -> Tensor:
        """Logits of a field, (N, size).

        state   (N, W) after the fields before it
        memory  (N, L) the field's value in each memory, its size where there was none
        same    (N, L) True where the fields before it are as they were then
        sung    (N,) pitch of the last note
        """
        y = self.norms[field](state)
        size = self.heads[field].out_features
        gates = self.gates[field](y) * (same & (memory < size))  # (N, L)
        logits = self.heads[field](y)
        if field == 1:
            logits = logits + self._tonal(y, sung)
        return logits.scatter_add(1, memory.clamp(max=size - 1), gates)

    def _tonal(self, y: Tensor, sung: Tensor) -> Tensor:
        """What speaks for each pitch as a degree of the scale and as an interval from the last note, (N, PITCHES)."""
        notes = torch.arange(REST)
        degrees = self.class_head(y)[:, notes % 12]  # (N, 128)
        far = INTERVALS // 2
        numbers = (notes[None] - sung[:, None]).clamp(-far, far) + far  # (N, 128)
        steps = self.interval_head(y).gather(1, numbers) * (sung[:, None] < REST)
        return F.pad(degrees + steps, (0, PITCHES - REST))

    def fold(
        self, field: int, state: Tensor, value: Tensor, place: Tensor | None = None, chord: Tensor | None = None
    ) -> Tensor:
        """The state after a field got its value; after the wait also the new place and the chord there (N, 12)."""
        told = self.norms[field](state) + self.values[field](value)
        if place is not None and chord is not None:
            told = told + self.new_place(place) + self.new_chord(chord)
        return state + self.folds[field](told)


class Loss(Learner):
    """The network and its cost."""

    NETWORK, PROFILES = Network, PROFILES

    def forward(self, batch: LineBatch, smoothing: float = 0.0) -> Tensor:
        """Weighted costs (nats) of wait, pitch and duration at each event that counts, (N, 3)."""
        read = self.network.read(batch.kept)  # (B, K, R)
        later = read.gather(1, batch.which[..., None].expand(-1, -1, read.shape[-1]))  # (B, T, R)
        states = self.network.write(batch, later)  # (B, T, W)
        real = batch.weights.amax(-1) > 0
        state, targets, sung = states[real], batch.targets[real], batch.sung[real]
        told = [(batch.place[real], batch.chord[real]), (None, None)]
        losses = []
        same = torch.ones(len(state), MEMORIES, dtype=torch.bool)  # (N, L)
        for field, size in enumerate((WAITS, PITCHES, DURATION_COUNT)):
            memory = batch.memory(field)[real]
            logits = self.network.logits(field, state, memory, same, sung)
            target = targets[:, field].clamp(max=size - 1)
            losses.append(F.cross_entropy(logits, target, reduction="none", label_smoothing=smoothing))
            same = same & (memory == targets[:, field, None])
            if field < 2:
                state = self.network.fold(field, state, target, *told[field])
        return torch.stack(losses, dim=-1) * batch.weights[real]


@torch.no_grad()
def measure(model: nn.Module, batches: list[LineBatch], device: str = "cpu") -> dict[str, float]:
    """Nats a new note on fixed examples, for each role and their mean ("all")."""
    model.eval()
    cost, notes = [0.0] * len(ROLES), [0] * len(ROLES)
    for batch in batches:
        losses = model(batch)
        rows = torch.nonzero(batch.weights.amax(-1) > 0)[:, 0]
        new = batch.weights[batch.weights.amax(-1) > 0][:, 1] > 0
        for number, example in enumerate(batch.examples):
            mine = new & (rows == number)
            cost[example.role] += float(losses[mine].sum())
            notes[example.role] += int((~example.line.kept & (example.line.pitch < 128)).sum())
    model.train()
    figures = {role: cost[i] / max(1, notes[i]) for i, role in enumerate(ROLES)}
    return {"all": sum(figures.values()) / len(figures), **figures}


SETTINGS = {"rate": 2e-3, "averaging": 0.999, "warm_up": 300, "smoothing": 0.0}
BATCH, _MEASURED = 32, 120
"""Lines in a batch; lines of each role that a run is measured on."""


def dataset(corpus: Corpus, seed: int) -> tuple[Iterator[LineBatch], list[LineBatch]]:
    """Endless examples, and the fixed ones of valid."""
    valid, rng = LineDrawer(corpus, valid=True), np.random.default_rng(20)
    fixed = [valid.draw(rng, role=role) for role in range(len(ROLES)) for _ in range(_MEASURED)]
    return endless(LineDrawer(corpus, valid=False).draw, LineBatch.of, BATCH, 16, seed), batched(
        fixed, LineBatch.of, 32
    )
