"""Running the decoder one note at a time for several variations at once, in numpy.

Tests hold that steps and fields equal those of ``network``, which training runs for all notes at once.

Letters in shapes: B variations, T steps so far, S notes of the encoder, H heads, D width of a head, W width.

Offers: ``Decoder``, ``Stepper``, ``FieldStepper``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from models.analysis.harmony import CLASSES
from models.engines.kin.config import (
    BAR_PLACES,
    DRUM,
    FIELD_SIZES,
    FIELDS,
    NOTE_SIZES,
    PITCH_FIELD,
    ROW,
    ROW_ONSET,
    ROW_PITCH,
    KinConfig,
)
from models.engines.kin.playing.encoding import (
    PITCH_CLASSES,
    PLACES,
    Encoder,
    Reading,
    chord_features,
    degrees,
    note_columns,
)
from models.engines.kin.reading.chords import CHORD, COMING, LONGEST_WAIT_FOR_CHORD
from models.engines.kin.reading.copy_features import AHEAD_SIZES, ECHO_SIZES, FORETELLERS, PROMPT_NEXT
from models.sampling.networks.layers import Arrays, Linear, Table, silu, softmax, unit
from models.sampling.networks.weights import arrays_of

if TYPE_CHECKING:
    from models.engines.kin.network import Network

_WAITS = np.arange(LONGEST_WAIT_FOR_CHORD + 1)
_BY_ONSET = 4
"""The last columns of a note that hang on its onset alone."""
_ONE_LESS = np.array([1, 0, 1])
_COMING_FEATURES = 6 * CLASSES + CLASSES + 1 + len(_WAITS)


class _Layer:
    """What a norm multiplies with is in the layer that reads it; pairs to be turned lie side by side, so that turning
    them is one product of complex numbers; queries are scaled already."""

    def __init__(self, config: KinConfig, at: Arrays) -> None:
        width, own, cross, forward = config.width, at.at("attention"), at.at("cross"), at.at("feed_forward")
        norms = [at.take(f"norm_{name}.weight", width) for name in ("self", "cross", "ff")]
        self.look = Linear(width, 3 * width, own.at("query"), own.at("key_value"))
        self.out, self.query, self.cross_out = (
            Linear(width, width, each) for each in (own.at("out"), cross.at("query"), cross.at("out"))
        )
        wide = Linear(width, 2 * config.hidden, forward.at("wide"))
        self.narrow = Linear(config.hidden, width, forward.at("narrow"))
        for reader, norm in zip((self.look, self.query, wide), norms, strict=True):
            reader.scale(norm[:, None])
        # In one piece it is so large that eight rows would be multiplied in the way of large matrices, slower.
        self.gate, self.value = (wide.part(half) for half in np.arange(2 * config.hidden).reshape(2, -1))
        scale, by_pairs = np.float32((width // config.heads) ** -0.5), _by_pairs(config)
        self.query.scale(scale, by_pairs)
        scales = np.ones(3 * width, np.float32)
        scales[:width] = scale
        self.look.scale(scales, np.concatenate([by_pairs, width + by_pairs, np.arange(2 * width, 3 * width)]))


def _by_pairs(config: KinConfig) -> np.ndarray:
    """The columns of queries or keys of all heads, (W,), the first half of a head's between those of the second."""
    heads = np.arange(config.width).reshape(config.heads, 2, -1)
    return heads.swapaxes(1, 2).ravel()


class _Chain:
    """The layers of one field: what reads the state makes logits, pointers, pulls and the first layer of the fold at
    once; what is folded in is stored as that layer would have it."""

    def __init__(self, width: int, field: int, at: Arrays) -> None:
        pull = [at.at("pull")] if field == PITCH_FIELD else []
        self.sizes = [FIELD_SIZES[field], FORETELLERS if field <= PITCH_FIELD else len(ECHO_SIZES) // 3]
        self.outputs = sum(self.sizes) + len(pull) * (CLASSES + 2)
        readers = [at.at("heads", field), at.at("pointers", field), *pull]
        if field + 1 < len(FIELDS):
            wide, narrow = (at.at("folds", field, part) for part in (0, 2))
            self.values = at.take(f"values.{field}.weight", FIELD_SIZES[field], width)
            self.narrow = Linear(width, width, narrow)
            self.read = Linear(width, self.outputs + width, *readers, wide)
            self.fold = self.read.weights[:, self.outputs :].copy()  # (W, W)
            self.values = self.values @ self.fold
        else:
            self.read = Linear(width, self.outputs, *readers)
        self.read.scale(at.take(f"norms.{field}.weight", width)[:, None])


class Decoder:
    """The weights of a network as arrays; ``encoder`` reads prompts. Raises ``layers.Misfit``."""

    def __init__(self, config: KinConfig, arrays: Arrays) -> None:
        if config.width % (4 * config.heads):
            raise ValueError("width is no multiple of 4 heads")
        width, fields = config.width, arrays.at("fields")
        tables = [arrays.at("embed", "tables", name) for name in NOTE_SIZES]
        self.table = Table([*NOTE_SIZES.values(), *AHEAD_SIZES], width, *tables, arrays.at("ahead", "table"))
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
        self.heads, self.head_width, self.by_pairs = config.heads, width // config.heads, _by_pairs(config)

    def chords(self, chords: np.ndarray) -> np.ndarray:
        """What chords (B, CHORD) add to the fold of the tick, (B, W); worked out once for each."""
        keys = list(map(tuple, chords.tolist()))
        if new := [number for number, key in enumerate(keys) if key not in self._chords]:
            told = self.chord(chord_features(chords[new]))
            self._chords.update(zip((keys[number] for number in new), told, strict=True))
        return np.array([self._chords[key] for key in keys])

    @classmethod
    def of(cls, network: Network) -> Decoder:
        """The same network as torch has it."""
        return cls(network.config, arrays_of(network))


class Stepper:
    """The decoder of B variations: ``each`` of every reading, one reading's behind the other's; each step reads one row
    for each."""

    def __init__(self, decoder: Decoder, readings: Sequence[Reading], each: int, longest: int) -> None:
        self.decoder, self.done, self._rows_of = decoder, 0, [each] * len(readings)
        # (H, D, S) and (H, S, D) of each reading, for each layer
        pairs = decoder.by_pairs[: decoder.head_width]
        self.sources = [
            [(np.ascontiguousarray(keys[..., pairs].swapaxes(1, 2)), values) for keys, values in sources]
            for sources in zip(*(reading.sources for reading in readings), strict=True)
        ]
        self.control = np.repeat([reading.control for reading in readings], each, axis=0)  # (B, W)
        self._which = np.repeat(np.arange(len(readings)), each)
        # What a note's onset alone says of it, at each step of readings that end alike; how far its index turns heads
        ends = sorted({reading.end for reading in readings})
        steps = np.arange(1 + ends[-1])[:, None] * (np.arange(ROW) == ROW_ONSET)
        self._at = np.stack([note_columns(steps, readings[0].bar_steps, end)[:, -_BY_ONSET:] for end in ends])
        self._end = np.repeat([ends.index(reading.end) for reading in readings], each)
        self._turns = np.exp(1j * np.arange(longest)[:, None] * decoder.encoder.by_index).astype(np.complex64)
        shape = (len(decoder.layers), 2, len(self.control), decoder.heads, longest, decoder.head_width)
        self.cache = np.empty(shape, np.float32)
        self._heard: dict[tuple[int, ...], np.ndarray] = {}

    def step(self, rows: np.ndarray) -> np.ndarray:
        """The decoder's output after these rows, (B, R) -> (B, W)."""
        decoder, count, heads = self.decoder, len(rows), self.decoder.heads
        x = self._embedded(rows)
        onset = np.exp(1j * (rows[:, ROW_ONSET, None] * decoder.encoder.by_onset)).astype(np.complex64)[:, None]
        both = np.repeat(onset[:, None], heads, axis=2)  # (B, 1, H, D/2)
        both[:, :, heads - heads // 2 :] = self._turns[self.done]
        self.done += 1
        for layer, sources, cache in zip(decoder.layers, self.sources, self.cache, strict=True):
            looked = layer.look(unit(x)).reshape(count, 3, heads, -1)
            turned = (looked[:, :2].view(np.complex64) * both).view(np.float32)
            cache[0, :, :, self.done - 1], cache[1, :, :, self.done - 1] = turned[:, 1], looked[:, 2]
            keys, values = cache[:, :, :, : self.done]
            scores = softmax(turned[:, 0, :, None] @ keys.swapaxes(2, 3))
            x += layer.out((scores @ values).reshape(count, -1))
            query = layer.query(unit(x)).reshape(count, heads, -1).view(np.complex64) * onset
            x += layer.cross_out(self._crossed(query.view(np.float32), sources))
            seen = unit(x)
            x += layer.narrow(silu(layer.gate(seen)) * layer.value(seen))
        return unit(x) * decoder.norm

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these variations alone, in their order."""
        self.cache, self.control = self.cache[:, :, rows], self.control[rows]
        self._which, self._end = self._which[rows], self._end[rows]
        self._rows_of = np.bincount(self._which, minlength=len(self._rows_of)).tolist()

    def _crossed(self, query: np.ndarray, sources: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """What each variation's queries (B, H, D) gather from its own reading, (B, W)."""
        gathered, start = np.empty(query.shape, np.float32), 0
        for (keys, values), rows in zip(sources, self._rows_of, strict=True):
            if rows:
                some = query[start : start + rows].swapaxes(0, 1)  # (H, rows, D)
                np.matmul(softmax(some @ keys), values, out=gathered[start : start + rows].swapaxes(0, 1))
                start += rows
        return gathered.reshape(len(query), -1)

    def _embedded(self, rows: np.ndarray) -> np.ndarray:
        """``Network.embed_step`` of rows (B, R), (B, W)."""
        at = self._at[self._end, np.minimum(rows[:, ROW_ONSET], self._at.shape[1] - 1)]
        classes = PITCH_CLASSES[rows[:, ROW_PITCH, None]]
        columns = (rows[:, :1], rows[:, ROW_PITCH : ROW_PITCH + 1], classes, rows[:, ROW_PITCH + 1 : ROW], at)
        x = self.decoder.table(np.concatenate([*columns, rows[:, ROW:-COMING]], axis=1))
        x += self.control
        x += self._coming(rows)
        return x

    def _coming(self, rows: np.ndarray) -> np.ndarray:
        """What ``layers.ChordEmbedding`` makes of a row's note and chords, (B, W); worked out once."""
        keys = list(map(tuple, rows[:, [ROW_PITCH, *range(-COMING, 0)]].tolist()))
        new = [number for number, key in enumerate(keys) if key not in self._heard]
        if new:
            features = self.decoder.coming(_coming(rows[new]))
            self._heard.update(zip((keys[number] for number in new), features, strict=True))
        return np.array([self._heard[key] for key in keys])


def _coming(rows: np.ndarray) -> np.ndarray:
    """The features of a row's note and chords; rows (B, R)."""
    coming, wait = rows[:, -COMING:], rows[:, -1:]
    now, later = chord_features(coming[:, :CHORD]), chord_features(coming[:, CHORD:-1])
    degree = degrees(coming[:, :CHORD], rows[:, ROW_PITCH])
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
        self._state = self._state + chain.narrow(silu(told))
        self._field += 1
