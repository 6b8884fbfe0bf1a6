"""The network ``lstm``: a writer that goes note by note, and a reader that hears what is kept from its end.

The idea. A long short-term memory writes one event for each note: how long after the last one it begins, its pitch,
its duration, each knowing the ones before it. It is told the chord that sounds, the place in the bar, what the line
did one, two and four bars ago, and what came next the last time the line went as it goes now (``memory``): gates add
to the logit of a value that stood in one of these memories, so that what came before may simply come back. A second,
smaller LSTM reads the notes that are to stay from the last to the first, and at each step the writer sees its state
at the next of them: so a gap is filled towards what follows. A pitch is weighed as such, as a degree of the scale and
as an interval from the last note, because a step is a step wherever it lies.

The equations (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000; s is the logistic function):

    i, f, o = s(W x + U h + b)        c' = f c + i tanh(W x + U h + b)        h' = o tanh(c')        (two layers)
    p(event) = p(wait | h) p(pitch | h, wait) p(duration | h, wait, pitch)
    logit(v) = w_v h + sum over memories k of g_k(h) [v is what k holds]
    logit(pitch v) = the same + d_(v mod 12) h + e_(v - last note) h

Where it differs: bars ago are those of the Lookback RNN (Waite et al. 2016), as features and gates in place of a
special "repeat" event; the n-grams are a cache (Kuhn & De Mori 1990; in networks: Grave et al. 2017) whose weight the
network learns; the reader from behind is the backward half of a bidirectional LSTM (Schuster & Paliwal 1997) that
runs over the kept notes only; chords are given as pitch classes, so any chord or accompaniment can be said.

Letters in shapes: B lines, T events, K kept events, L memories, E of them n-grams, W width, R width of the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.lstm.config import (
    DENSITY_EDGES,
    DISTANCES,
    DURATION_COUNT,
    INTERVALS,
    LOOKBACKS,
    PITCHES,
    REST,
    ROLES,
    WAITS,
    LstmConfig,
)
from models.engines.lstm.events import POSITIONS
from models.engines.lstm.memory import DEPTH, LEVELS
from models.sampling.grid import STEPS

METRES = 34
MEMORIES = len(LOOKBACKS) + LEVELS
State = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Asked:
    """What the writer is told before each event.

    before    (B, T, 4) the event before: wait, pitch, duration, onset
    place     (B, T) 16th in the bar of that event, from 1
    chords    (B, T, 24) pitch classes that sound then, and a beat later
    ahead     (B, T, 2) bucket of the distance to the next kept event, and its pitch
    memory    (B, T, L, 3) what came next 1, 2 and 4 bars ago, and where the line went as it goes now
    depth     (B, T, E) how many events matched there
    sung      (B, T, 2) pitch of the last note, and number of the interval to it
    control   (B, 3) role, density, 16ths in a bar (0 not said, for the last two)
    """

    before: Tensor
    place: Tensor
    chords: Tensor
    ahead: Tensor
    memory: Tensor
    depth: Tensor
    sung: Tensor
    control: Tensor


class EventEmbedding(nn.Module):
    """Sum of an embedding for each field of an event and for its place."""

    def __init__(self, width: int) -> None:
        super().__init__()
        sizes = {
            "wait": WAITS + 1,
            "pitch": PITCHES + 1,
            "pitch_class": 14,
            "duration": DURATION_COUNT + 1,
            "tick": STEPS,
            "place": POSITIONS + 1,
        }
        self.tables = nn.ModuleDict({name: nn.Embedding(size, width) for name, size in sizes.items()})
        for table in self.tables.values():
            nn.init.normal_(table.weight, std=0.3)

    def forward(self, events: Tensor, place: Tensor) -> Tensor:
        """events (B, T, 4), place (B, T) -> (B, T, W)."""
        rows = rows_of(events, place).unbind(-1)
        return torch.stack([table(row) for table, row in zip(self.tables.values(), rows, strict=True)]).sum(0)


def rows_of(events: Tensor, place: Tensor) -> Tensor:
    """The row of each table of an ``EventEmbedding``, (B, T, 6); events (B, T, 4), place (B, T)."""
    wait, pitch, duration, onset = events.unbind(-1)  # (B, T) each
    pitch_class = torch.where(pitch < 128, pitch % 12, (pitch - 116).clamp(max=13))
    return torch.stack([wait, pitch, pitch_class, duration, onset % STEPS, place], dim=-1)


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
        self._first_rows = [0, *accumulate(len(table.weight) for table in self._told[:-1])]

    def read(self, kept: Tensor, place: Tensor) -> Tensor:
        """The reader's state at each kept event; kept (B, K, 4), place (B, K), the last first -> (B, K, R)."""
        states, _ = self.reader(self.read_event(kept, place))
        return states

    @property
    def _told(self) -> list[nn.Module]:
        """The tables of what the writer is told, in the order of ``_rows``."""
        return [
            *self.written_event.tables.values(),
            self.distance,
            self.ahead_pitch,
            *self.back,
            *self.depth,
            self.interval,
            *self.controls,
        ]

    def joined(self) -> Tensor:
        """The tables of what the writer is told, one behind the other: looked up at one go, (rows, W)."""
        return torch.cat([table.weight for table in self._told])

    def _rows(self, asked: Asked) -> Tensor:
        """Which rows of ``joined`` speak of each event, (B, T, tables)."""
        batch, events = asked.place.shape
        rows = torch.cat(
            [
                rows_of(asked.before, asked.place),
                asked.ahead,
                asked.memory.transpose(2, 3).flatten(2),
                asked.depth,
                asked.sung[..., 1:],
                asked.control[:, None].expand(batch, events, -1),
            ],
            dim=2,
        )
        return rows + torch.tensor(self._first_rows)

    def write(
        self, asked: Asked, later: Tensor, state: State | None = None, tables: Tensor | None = None
    ) -> tuple[Tensor, State]:
        """The writer's output before each event, (B, T, W), and its state.

        later: the reader's states, (B, T, R); tables: ``joined``, where it is at hand
        """
        rows, tables = self._rows(asked), self.joined() if tables is None else tables
        x = F.embedding_bag(rows.flatten(0, 1), tables, mode="sum").unflatten(0, rows.shape[:2])  # (B, T, W)
        x = x + self.chord(asked.chords) + self.later(later)
        states, carried = self._one_step(x, state) if state and x.shape[1] == 1 else self.writer(self.drop(x), state)
        return self.drop(states), carried

    def _one_step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """The writer's layers on one event, (B, 1, W): the same sums; ``nn.LSTM`` packs its weights at every call."""
        states, y = [], x[:, 0]
        for layer, weights in enumerate(self.writer.all_weights):
            states.append(torch.lstm_cell(y, (state[0][layer], state[1][layer]), *weights))
            y = states[-1][0]
        return y[:, None], (torch.stack([h for h, _ in states]), torch.stack([c for _, c in states]))

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
