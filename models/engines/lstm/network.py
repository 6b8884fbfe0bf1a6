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

Here it plays, in numpy; training has the same in torch.

Letters in shapes: D lines, S slots, L memories, E of them n-grams, W width, R width of the reader.
"""

from __future__ import annotations

import numpy as np

from models.engines.lstm.config import (
    DENSITY_EDGES,
    DISTANCES,
    DURATION_COUNT,
    INTERVALS,
    LOOKBACKS,
    METRES,
    PITCHES,
    REST,
    ROLES,
    WAITS,
    LstmConfig,
)
from models.engines.lstm.events import EVENT_SIZES, POSITIONS
from models.engines.lstm.memory import DEPTH, LEVELS
from models.sampling.networks.layers import Arrays, LayerNorm, Linear, Lstm, LstmState, Table, silu

MEMORIES = len(LOOKBACKS) + LEVELS
SIZES = (WAITS, PITCHES, DURATION_COUNT)
_NOTES, _FAR = np.arange(REST), INTERVALS // 2
_INTERVALS = PITCHES + MEMORIES + _FAR + (_NOTES - np.arange(PITCHES + 1)[:, None]).clip(-_FAR, _FAR)
"""Among the outputs of the pitch, that of the interval from each pitch sung last, (PITCHES + 1), to each note."""


class _Field:
    """The layers of wait, pitch or duration."""

    def __init__(self, width: int, number: int, at: Arrays) -> None:
        self.size, self.tonal = SIZES[number], number == 1
        more = [at.at("interval_head")] if self.tonal else []
        outputs = self.size + MEMORIES + INTERVALS * self.tonal
        self.norm = LayerNorm(width, at.at("norms", number))
        self.heads = Linear(width, outputs, at.at("heads", number), at.at("gates", number), *more)
        if self.tonal:  # what speaks for a degree of the scale speaks for each of its pitches
            self.heads.weights[:, :REST] += at.take("class_head.weight", 12, width).T[:, _NOTES % 12]
        if number + 1 < len(SIZES):
            self.values = at.take(f"values.{number}.weight", self.size, width)
            self.wide, self.narrow = (Linear(width, width, at.at("folds", number, part)) for part in (0, 2))

    def logits(self, normed: np.ndarray, memory: np.ndarray, same: np.ndarray, sung: np.ndarray) -> np.ndarray:
        """Logits of the field, (N, size).

        normed  (N, W), the state after the fields before it
        memory  (N, L) the field's value in each memory, its size where there was none
        same    (N, L) True where the fields before it are as they were then
        sung    (N,) pitch of the last note
        """
        said = np.ascontiguousarray(self.heads(normed))
        rows, width = np.arange(len(said))[:, None], said.shape[1]
        if self.tonal:
            said[:, :REST] += said[rows, _INTERVALS[sung]] * (sung[:, None] < REST)
        gates = said[:, self.size : self.size + MEMORIES] * (same & (memory < self.size))
        np.add.at(said.reshape(-1), (rows * width + np.minimum(memory, self.size - 1)).reshape(-1), gates.reshape(-1))
        return said[:, : self.size]

    def fold(self, state: np.ndarray, normed: np.ndarray, value: np.ndarray, told: np.ndarray | float) -> np.ndarray:
        """The state after a field got its value, (N,); told: what is known with it, (N, W)."""
        return state + self.narrow(silu(self.wide(normed + self.values[value] + told)))


class Network:
    """Reader, writer and the three fields; raises ``layers.Misfit``."""

    def __init__(self, config: LstmConfig, arrays: Arrays) -> None:
        width, self.width = config.reader, config.width

        def tables(name: str) -> list[Arrays]:
            return [arrays.at(name, "tables", field) for field in EVENT_SIZES]

        self.heard = Table([*EVENT_SIZES.values()], width, *tables("read_event"))
        self.reader, self.later = Lstm(width, width, arrays.at("reader")), Linear(width, self.width, arrays.at("later"))
        controls = (len(ROLES) + 1, len(DENSITY_EDGES) + 2, METRES)
        self.controls = Table(controls, self.width, *(arrays.at("controls", number) for number in range(3)))
        sizes = [
            *EVENT_SIZES.values(),
            DISTANCES,
            PITCHES + 1,
            *(size + 1 for size in SIZES for _ in range(MEMORIES)),
            *[DEPTH + 1] * LEVELS,
            INTERVALS + 1,
        ]
        backs = (arrays.at("back", number) for number in range(len(SIZES) * MEMORIES))
        depths = (arrays.at("depth", number) for number in range(LEVELS))
        ahead = (arrays.at("distance"), arrays.at("ahead_pitch"))
        self.told = Table(sizes, self.width, *tables("written_event"), *ahead, *backs, *depths, arrays.at("interval"))
        self.chord = Linear(24, self.width, arrays.at("chord"))
        self.writer = [
            Lstm(self.width, self.width, arrays.at("writer"), f"_l{layer}") for layer in range(config.layers)
        ]
        self.fields = [_Field(self.width, number, arrays) for number in range(len(SIZES))]
        self.new_place = arrays.take("new_place.weight", POSITIONS + 1, self.width)
        self.new_chord = Linear(12, self.width, arrays.at("new_chord"))

    def read(self, kept: np.ndarray, whole: np.ndarray) -> np.ndarray:
        """What the writer is told of what comes later, at each slot that is ``whole`` (D, S), (D, S, W).

        kept (D, S, 6), the columns of ``event_columns`` of each; heard from the last to the first
        """
        heard, rows, state = self.heard(kept), np.arange(len(kept)), self.reader.start(len(kept))
        # Each line's own slots that stay come first, the last of them foremost.
        order = np.argsort(~whole[:, ::-1], axis=1, kind="stable")
        order = whole.shape[1] - 1 - order[:, : whole.sum(1).max(initial=0)]
        states = np.zeros(heard.shape, np.float32)
        for slots in order.T:
            states[rows, slots] = self.reader.step(heard[rows, slots], state)
        later: np.ndarray = self.later(states.reshape(-1, self.reader.width)).reshape(*whole.shape, -1)
        return later

    def start(self, count: int) -> list[LstmState]:
        """The writer's state before the first event."""
        return [layer.start(count) for layer in self.writer]

    def write(self, x: np.ndarray, state: list[LstmState]) -> np.ndarray:
        """The writer's output before each next event, (D, W), its state taken on; x (D, W), all that it is told."""
        for layer, own in zip(self.writer, state, strict=True):
            x = layer.step(x, own)
        return x
