"""Running the decoder one note at a time for several variations at once, in numpy.

Tests hold that steps and fields equal those of ``network``, which training runs for all notes at once.

Letters in shapes: B variations, T steps so far, S notes of the encoder, H heads, D width of a head, W width.

Offers: ``Decoder``, ``Stepper``, ``FieldStepper``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from models.analysis.harmony import CLASSES
from models.engines.kin.config import (
    BAR_PLACES,
    DRUM,
    FIELD_SIZES,
    FIELDS,
    PITCH_FIELD,
    ROW,
    ROW_ONSET,
    ROW_PITCH,
    KinConfig,
)
from models.engines.kin.playing.encoding import (
    HALF,
    PLACES,
    TOLD,
    Encoder,
    Layer,
    NoteTable,
    Reading,
    by_pairs,
    chord_features,
    degrees,
    gated,
    likely,
    matrix,
    onset_columns,
    turns,
    unit,
)
from models.engines.kin.reading.chords import CHORD, COMING, LONGEST_WAIT_FOR_CHORD
from models.engines.kin.reading.copy_features import ECHO_SIZES, FORETELLERS, PROMPT_NEXT
from models.sampling.networks.layers import Arrays, Linear, Table
from models.sampling.networks.weights import arrays_of

if TYPE_CHECKING:
    from models.engines.kin.network import Network

_WAITS = np.arange(LONGEST_WAIT_FOR_CHORD + 1)
_ONE_LESS = np.array([1, 0, 1])
_COMING_FEATURES = 6 * CLASSES + CLASSES + 1 + len(_WAITS)


class _Layer(Layer):
    def __init__(self, config: KinConfig, at: Arrays) -> None:
        super().__init__(config, at)
        width, cross, norm = config.width, at.at("cross"), at.take("norm_cross.weight", config.width)[:, None]
        scaled = cross.take("query.weight", width, width)[by_pairs(config)] * np.float32(
            (width // config.heads) ** -0.5
        )
        self.query, self.cross_out = matrix(scaled.T * norm), matrix(cross.take("out.weight", width, width).T)


class _Chain:
    """The layers of one field: what reads the state makes logits, pointers, pulls and the first layer of the fold at
    once; what is folded in is stored as that layer would have it, halved."""

    def __init__(self, width: int, field: int, at: Arrays) -> None:
        pull = [at.at("pull")] if field == PITCH_FIELD else []
        self.sizes = [FIELD_SIZES[field], FORETELLERS if field <= PITCH_FIELD else len(ECHO_SIZES) // 3]
        self.outputs = sum(self.sizes) + len(pull) * (CLASSES + 2)
        readers = [at.at("heads", field), at.at("pointers", field), *pull]
        if field + 1 < len(FIELDS):
            wide, narrow = (at.at("folds", field, part) for part in (0, 2))
            self.narrow = Linear(width, width, narrow)
            self.read = Linear(width, self.outputs + width, *readers, wide)
            self.read.scale(np.where(np.arange(self.outputs + width) < self.outputs, 1, HALF))
            self.fold = self.read.weights[:, self.outputs :].copy()  # (W, W)
            self.values = at.take(f"values.{field}.weight", FIELD_SIZES[field], width) @ self.fold
        else:
            self.read = Linear(width, self.outputs, *readers)
        self.read.scale(at.take(f"norms.{field}.weight", width)[:, None])


class Decoder:
    """The weights of a network as arrays; ``encoder`` reads prompts. Raises ``layers.Misfit``."""

    def __init__(self, config: KinConfig, arrays: Arrays) -> None:
        if config.width % (4 * config.heads):
            raise ValueError("width is no multiple of 4 heads")
        width, fields = config.width, arrays.at("fields")
        self.table = NoteTable(width, arrays)
        self.encoder = Encoder(config, arrays, self.table)
        self.layers = [_Layer(config, arrays.at("decoder", number)) for number in range(config.decoder_layers)]
        self.norm = arrays.take("decoder_norm.weight", width)
        self.chains = [_Chain(width, field, fields) for field in range(len(FIELDS))]
        tick, pitch = self.chains[PITCH_FIELD - 1], self.chains[PITCH_FIELD]
        self.echo = Table(ECHO_SIZES, width, fields.at("echo", "table"))
        self.echo.rows = self.echo.rows @ pitch.fold
        self.place = fields.take("place.weight", BAR_PLACES + 1, width) @ tick.fold
        self.chord = Linear(3 * CLASSES, width, fields.at("chord", "weight"))
        self.chord.weights, self.chord.bias = self.chord.weights @ tick.fold, self.chord.bias @ tick.fold
        self._chords: dict[tuple[int, ...], np.ndarray] = {}
        self.coming = Linear(_COMING_FEATURES, width, arrays.at("coming", "weight"))
        self.heads, self.head_width = config.heads, width // config.heads

    def chords(self, chords: np.ndarray) -> np.ndarray:
        """What chords (B, CHORD) add to the fold of the tick, (B, W); worked out once for each."""
        return _once_each(chords, self._chords, lambda new: self.chord(chord_features(new)))

    @classmethod
    def of(cls, network: Network) -> Decoder:
        """The same network as torch has it."""
        return cls(network.config, arrays_of(network))


def _once_each(
    rows: np.ndarray, known: dict[tuple[int, ...], np.ndarray], work_out: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """What is worked out of rows (B, N), (B, W); of those that are known already it is looked up."""
    keys = list(map(tuple, rows.tolist()))
    if new := [number for number, key in enumerate(keys) if key not in known]:
        known.update(zip((keys[number] for number in new), work_out(rows[new]), strict=True))
    return np.array([known[key] for key in keys])


class Stepper:
    """The decoder of B variations: ``each`` of every reading, one reading's behind the other's; each step reads one row
    for each."""

    def __init__(self, decoder: Decoder, readings: Sequence[Reading], each: int, longest: int) -> None:
        self.decoder, self.done, self._rows_of = decoder, 0, [each] * len(readings)
        self.sources = list(zip(*(reading.sources for reading in readings), strict=True))
        self.control = np.repeat([reading.control for reading in readings], each, axis=0)  # (B, W)
        self._which = np.repeat(np.arange(len(readings)), each)
        # What a note's onset alone says of it, at each step of readings that end alike; how far it turns heads
        ends = sorted({reading.end for reading in readings})
        steps = np.arange(1 + ends[-1])
        self._at = np.stack([onset_columns(steps, readings[0].bar_steps, end) for end in ends])
        self._end = np.repeat([ends.index(reading.end) for reading in readings], each)
        self._by_onset = turns(steps, decoder.encoder.by_onset)
        self._by_index = turns(np.arange(longest), decoder.encoder.by_index)
        shape = (len(decoder.layers), len(self.control), decoder.heads, longest)
        self._keys = np.empty((*shape, decoder.head_width), np.float32)
        self._values = np.ones((*shape, decoder.head_width + 1), np.float32)  # the last one adds up what they count
        self._heard: dict[tuple[int, ...], np.ndarray] = {}

    def step(self, rows: np.ndarray) -> np.ndarray:
        """The decoder's output after these rows, (B, R) -> (B, W)."""
        decoder, count, heads, width = self.decoder, len(rows), self.decoder.heads, self.decoder.head_width
        x, now = self._embedded(rows), self.done
        onset = self._by_onset[np.minimum(rows[:, ROW_ONSET], len(self._by_onset) - 1), None]  # (B, 1, D/2)
        both = np.repeat(onset[:, None], heads, axis=2)  # (B, 1, H, D/2)
        both[:, :, heads - heads // 2 :] = self._by_index[now]
        self.done += 1
        for layer, sources, keys, values in zip(decoder.layers, self.sources, self._keys, self._values, strict=True):
            looked = (unit(x) @ layer.look).reshape(count, 3, heads, width)
            turned = (looked[:, :2].view(np.complex64) * both).view(np.float32)
            keys[:, :, now], values[:, :, now, :width] = turned[:, 1], looked[:, 2]
            share = likely(turned[:, 0, :, None] @ keys[:, :, : now + 1].swapaxes(2, 3))
            gathered = share @ values[:, :, : now + 1]
            x += (gathered[..., :width] / gathered[..., width:]).reshape(count, -1) @ layer.out
            query = (unit(x) @ layer.query).reshape(count, heads, -1).view(np.complex64) * onset
            x += self._crossed(query.view(np.float32), sources) @ layer.cross_out
            layer.forward(x)
        return unit(x) * decoder.norm

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these variations alone, in their order."""
        self._keys, self._values, self.control = self._keys[:, rows], self._values[:, rows], self.control[rows]
        self._which, self._end = self._which[rows], self._end[rows]
        self._rows_of = np.bincount(self._which, minlength=len(self._rows_of)).tolist()

    def _crossed(self, query: np.ndarray, sources: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """What each variation's queries (B, H, D) gather from its own reading, (B, W)."""
        gathered, start = np.empty((len(query), query.shape[1], query.shape[2] + 1), np.float32), 0
        for (keys, values), rows in zip(sources, self._rows_of, strict=True):
            if rows:
                some = query[start : start + rows].swapaxes(0, 1)  # (H, rows, D)
                np.matmul(likely(some @ keys), values, out=gathered[start : start + rows].swapaxes(0, 1))
                start += rows
        return (gathered[..., :-1] / gathered[..., -1:]).reshape(len(query), -1)

    def _embedded(self, rows: np.ndarray) -> np.ndarray:
        """``Network.embed_step`` of rows (B, R), (B, W)."""
        at = self._at[self._end, np.minimum(rows[:, ROW_ONSET], self._at.shape[1] - 1)]
        x = self.decoder.table(np.concatenate([rows[:, TOLD], at, rows[:, ROW:-COMING]], axis=1))
        x += self.control
        if rows[:, -COMING:].any():
            x += _once_each(
                rows[:, [ROW_PITCH, *range(-COMING, 0)]], self._heard, lambda new: self.decoder.coming(_coming(new))
            )
        return x


def _coming(rows: np.ndarray) -> np.ndarray:
    """The features of pitches and of what the harmony has coming, rows (B, 1 + COMING)."""
    coming, wait = rows[:, 1:], rows[:, -1:]
    now, later = chord_features(coming[:, :CHORD]), chord_features(coming[:, CHORD:-1])
    degree = degrees(coming[:, :CHORD], rows[:, 0])
    return np.concatenate([now, degree, later, (wait == _WAITS) & (wait > 0)], axis=1, dtype=np.float32)


class FieldStepper:
    """The fields of the next note of B variations, one after the other; see ``network.FieldChain``.

    state  (B, W), the decoder's output; ahead: (B, A), the columns of ``CopyFeatures.ahead``
    chord_weight   how much the chord pulls, 1 as it was learned
    """

    def __init__(self, decoder: Decoder, state: np.ndarray, ahead: np.ndarray, chord_weight: float) -> None:
        self._decoder, self._state, self._heed = decoder, state, chord_weight
        prompt, others = ahead[:, :3], ahead[:, PROMPT_NEXT : PROMPT_NEXT + 3 * (FORETELLERS - 1)]
        told = np.concatenate([prompt, others], axis=1).reshape(len(ahead), FORETELLERS, 3) - _ONE_LESS
        self._foretold, self._counts = np.maximum(told, 0), told[..., 0] >= 0
        self._field, self._rows = 0, np.arange(len(ahead))[:, None]
        self._folded = self._chords = self._echoes = np.zeros((len(ahead), 0), int)

    def logits(self) -> np.ndarray:
        """Logits of the next field, (B, size)."""
        chain, field = self._decoder.chains[self._field], self._field
        size, pointers = chain.sizes
        read = chain.read(unit(self._state))
        logits, gates, self._folded = read[:, :size], read[:, size : size + pointers], read[:, chain.outputs :]
        if field > PITCH_FIELD:
            values = self._echoes[:, field - PITCH_FIELD - 1 :: 3] - 1
            values, counts = np.maximum(values, 0), values >= 0
        else:
            values, counts = self._foretold[..., field], self._counts
        np.add.at(logits, (self._rows, values), gates * counts)
        if field == PITCH_FIELD and self._chords.any():
            logits[:, :DRUM] += self._heed * self._pulled(read[:, size + pointers : chain.outputs])
        return logits

    def _pulled(self, pull: np.ndarray) -> np.ndarray:
        """What the chord at the onset adds to each pitch's logit, (B, 128)."""
        root, bass, members = self._chords[:, :, None].swapaxes(0, 1)  # (B, 1) each
        degrees = pull[self._rows, (PLACES - root + 1) % CLASSES]
        tones = degrees + pull[:, -2:-1] * (members >> PLACES & 1) + pull[:, -1:] * (bass == PLACES + 1)
        return np.tile(tones * (root > 0), -(-DRUM // CLASSES))[:, :DRUM]

    def fold(
        self,
        value: np.ndarray,
        *,
        place: np.ndarray | None = None,
        chords: np.ndarray | None = None,
        echoes: np.ndarray | None = None,
    ) -> None:
        """Go on to the next field.

        value   (B,), what the field became; place: (B,) with the tick, the 16th in the bar
        chords  (B, CHORD) with the tick, the chord there; echoes: (B, E) with the pitch, ``CopyFeatures.echo``
        """
        decoder, chain = self._decoder, self._decoder.chains[self._field]
        told = self._folded + chain.values[value]
        if place is not None and chords is not None:
            self._chords = chords
            told += decoder.place[place]
            told += decoder.chords(chords)
        if echoes is not None:
            self._echoes = echoes
            told += decoder.echo(echoes)
        if self._field <= PITCH_FIELD:
            self._counts = self._counts & (self._foretold[..., self._field] == value[:, None])
        self._state = self._state + chain.narrow(gated(told))
        self._field += 1
