"""The network ``lstm``: a writer that goes note by note, and a reader that hears what is kept from its end.

The idea. A long short-term memory writes one event for each note: how long after the last one it begins, its pitch,
its duration, each knowing the ones before it. It is told the chord that sounds, the place in the bar, and what the
line did one and two bars ago. A second, smaller LSTM reads the notes that are to stay from the last to the first, and
at each step the writer sees its state at the next of them: so a gap is filled towards what follows. What came back
before may simply be copied: gates add to the logit of the value that was there a bar ago.

The equations (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000; s is the logistic function):

    i, f, o = s(W x + U h + b)        c' = f c + i tanh(W x + U h + b)        h' = o tanh(c')
    p(event) = p(wait | h) p(pitch | h, wait) p(duration | h, wait, pitch)
    logit(v) = w_v h + sum over lookbacks k of g_k(h) [v is what was there k bars ago]

Where it differs: the lookback is that of the Lookback RNN (Waite et al. 2016), as features and gates in place of a
special "repeat" event; the reader from behind is the backward half of a bidirectional LSTM (Schuster & Paliwal 1997)
that runs over the kept notes only; chords are given as pitch classes, so any chord or accompaniment can be said.

Letters in shapes: B lines, T events, K kept events, W width, R width of the reader.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.lstm.config import (
    DENSITY_EDGES,
    DISTANCES,
    DURATION_COUNT,
    LOOKBACKS,
    PITCHES,
    ROLES,
    WAITS,
    LstmConfig,
)
from models.engines.lstm.events import PLACES
from models.sampling.grid import STEPS

METRES = 34
State = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Asked:
    """What the writer is told before each event.

    before    (B, T, 4) the event before: wait, pitch, duration, onset
    place     (B, T) 16th in the bar of that event, from 1
    chords    (B, T, 24) pitch classes that sound then, and a beat later
    ahead     (B, T, 2) bucket of the distance to the next kept event, and its pitch
    lookback  (B, T, L, 3) what came next 1 and 2 bars ago
    control   (B, 3) role, density, 16ths in a bar (0 not said, for the last two)
    """

    before: Tensor
    place: Tensor
    chords: Tensor
    ahead: Tensor
    lookback: Tensor
    control: Tensor


class EventEmbedding(nn.Module):
    """Sum of an embedding for each field of an event and for its place."""

    def __init__(self, width: int) -> None:
        super().__init__()
        sizes = {"wait": WAITS + 1, "pitch": PITCHES + 1, "pitch_class": 14, "duration": DURATION_COUNT + 1,
                 "tick": STEPS, "place": PLACES + 1}
        self.tables = nn.ModuleDict({name: nn.Embedding(size, width) for name, size in sizes.items()})
        for table in self.tables.values():
            nn.init.normal_(table.weight, std=0.3)

    def forward(self, events: Tensor, place: Tensor) -> Tensor:
        """events (B, T, 4), place (B, T) -> (B, T, W)."""
        wait, pitch, duration, onset = events.unbind(-1)  # (B, T) each
        pitch_class = torch.where(pitch < 128, pitch % 12, (pitch - 116).clamp(max=13))
        table = self.tables
        return (table["wait"](wait) + table["pitch"](pitch) + table["pitch_class"](pitch_class)
                + table["duration"](duration) + table["tick"](onset % STEPS) + table["place"](place))


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
        self.back = nn.ModuleList(nn.Embedding(size + 1, width) for size in (WAITS, PITCHES, DURATION_COUNT)
                                  for _ in LOOKBACKS)
        self.controls = nn.ModuleList(nn.Embedding(size, width)
                                      for size in (len(ROLES), len(DENSITY_EDGES) + 2, METRES))
        self.writer = nn.LSTM(width, width, batch_first=True)
        self.drop = nn.Dropout(config.dropout)
        sizes = (WAITS, PITCHES, DURATION_COUNT)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in sizes)
        self.heads = nn.ModuleList(nn.Linear(width, size) for size in sizes)
        self.gates = nn.ModuleList(nn.Linear(width, len(LOOKBACKS)) for _ in sizes)
        self.values = nn.ModuleList(nn.Embedding(size, width) for size in sizes[:-1])
        self.folds = nn.ModuleList(nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
                                   for _ in sizes[:-1])
        self.new_place = nn.Embedding(PLACES + 1, width)
        self.new_chord = nn.Linear(12, width, bias=False)
        for table in (self.distance, self.ahead_pitch, *self.back, *self.controls, *self.values, self.new_place):
            nn.init.normal_(table.weight, std=0.2)

    def read(self, kept: Tensor, place: Tensor) -> Tensor:
        """The reader's state at each kept event; kept (B, K, 4), place (B, K), the last first -> (B, K, R)."""
        states, _ = self.reader(self.read_event(kept, place))
        return states

    def write(self, asked: Asked, later: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """The writer's output before each event, (B, T, W), and its state; later: the reader's, (B, T, R)."""
        x = self.written_event(asked.before, asked.place) + self.chord(asked.chords) + self.later(later)
        x = x + self.distance(asked.ahead[..., 0]) + self.ahead_pitch(asked.ahead[..., 1])
        for number, table in enumerate(self.back):
            field, bars = divmod(number, len(LOOKBACKS))
            x = x + table(asked.lookback[:, :, bars, field])
        x = x + sum(table(asked.control[:, i]) for i, table in enumerate(self.controls))[:, None]  # (B, T, W)
        states, carried = self.writer(self.drop(x), state)
        return self.drop(states), carried

    def logits(self, field: int, state: Tensor, lookback: Tensor, same: Tensor) -> Tensor:
        """Logits of a field, (N, size).

        state     (N, W) after the fields before it
        lookback  (N, L) the field's value a bar and two bars ago, its size where there was none
        same      (N, L) True where the fields before it are as they were then
        """
        y = self.norms[field](state)
        size = self.heads[field].out_features
        gates = self.gates[field](y) * (same & (lookback < size))  # (N, L)
        return self.heads[field](y).scatter_add(1, lookback.clamp(max=size - 1), gates)

    def fold(self, field: int, state: Tensor, value: Tensor, place: Tensor | None = None,
             chord: Tensor | None = None) -> Tensor:
        """The state after a field got its value; after the wait also the new place and the chord there (N, 12)."""
        told = self.norms[field](state) + self.values[field](value)
        if place is not None and chord is not None:
            told = told + self.new_place(place) + self.new_chord(chord)
        return state + self.folds[field](told)

    def losses(self, states: Tensor, targets: Tensor, lookback: Tensor, place: Tensor, chord: Tensor,
               smoothing: float = 0.0) -> Tensor:
        """Nats of each field, (N, 3).

        states (N, W), targets (N, 3), lookback (N, L, 3), place (N,) and chord (N, 12) of the event to come
        """
        result = []
        same = torch.ones_like(lookback[..., 0], dtype=torch.bool)  # (N, L)
        for field, size in enumerate((WAITS, PITCHES, DURATION_COUNT)):
            logits = self.logits(field, states, lookback[..., field], same)
            target = targets[:, field].clamp(max=size - 1)
            result.append(F.cross_entropy(logits, target, reduction="none", label_smoothing=smoothing))
            same = same & (lookback[..., field] == targets[:, field, None])
            if field < 2:
                told = (place, chord) if field == 0 else (None, None)
                states = self.fold(field, states, target, *told)
        return torch.stack(result, dim=-1)
