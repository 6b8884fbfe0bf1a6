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
    ROW_PITCH,
    KinConfig,
)
from models.engines.kin.playing.encoding import (
    PLACES,
    Encoder,
    Reading,
    attended,
    chord_features,
    degrees,
    note_columns,
    rotate,
)
from models.engines.kin.reading.chords import CHORD, COMING, LONGEST_WAIT_FOR_CHORD
from models.engines.kin.reading.copy_features import AHEAD_SIZES, ECHO_SIZES, FORETELLERS, PROMPT_NEXT
from models.sampling.networks.layers import Arrays, Linear, Table, rms_norm, silu
from models.sampling.networks.weights import arrays_of

if TYPE_CHECKING:
    from models.engines.kin.network import Network

_WAITS = np.arange(LONGEST_WAIT_FOR_CHORD + 1)
_COMING_FEATURES = 6 * CLASSES + CLASSES + 1 + len(_WAITS)


class _Layer:
    def __init__(self, config: KinConfig, at: Arrays) -> None:
        width, own, cross, forward = config.width, at.at("attention"), at.at("cross"), at.at("feed_forward")
        self.norms = [at.take(f"norm_{name}.weight", width) for name in ("self", "cross", "ff")]
        self.look = Linear(width, 3 * width, own.at("query"), own.at("key_value"))
        self.out, self.query, self.cross_out = (
            Linear(width, width, each) for each in (own.at("out"), cross.at("query"), cross.at("out"))
        )
        self.wide = Linear(width, 2 * config.hidden, forward.at("wide"))
        self.narrow = Linear(config.hidden, width, forward.at("narrow"))


class _Chain:
    """The layers of one field."""

    def __init__(self, width: int, field: int, at: Arrays) -> None:
        pull = [at.at("pull")] if field == PITCH_FIELD else []
        self.norm = at.take(f"norms.{field}.weight", width)
        self.sizes = [FIELD_SIZES[field], FORETELLERS if field <= PITCH_FIELD else len(ECHO_SIZES) // 3]
        outputs = sum(self.sizes) + len(pull) * (CLASSES + 2)
        self.heads = Linear(width, outputs, at.at("heads", field), at.at("pointers", field), *pull)
        if field + 1 < len(FIELDS):
            self.values = at.take(f"values.{field}.weight", FIELD_SIZES[field], width)
            self.wide, self.narrow = (Linear(width, width, at.at("folds", field, part)) for part in (0, 2))


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
        self.echo = Table(ECHO_SIZES, width, fields.at("echo", "table"))
        self.place = fields.take("place.weight", BAR_PLACES + 1, width)
        self.chord = Linear(3 * CLASSES, width, fields.at("chord", "weight"))
        self.coming = Linear(_COMING_FEATURES, width, arrays.at("coming", "weight"))
        self.heads, self.head_width = config.heads, width // config.heads

    @classmethod
    def of(cls, network: Network) -> Decoder:
        """The same network as torch has it."""
        return cls(network.config, arrays_of(network))


class Stepper:
    """The decoder of B variations: ``each`` of every reading, one reading's behind the other's; each step reads one row
    for each."""

    def __init__(self, decoder: Decoder, readings: Sequence[Reading], each: int, longest: int) -> None:
        self.decoder, self.done, self.each = decoder, 0, each
        self.sources = list(zip(*(reading.sources for reading in readings), strict=True))
        self.control = np.repeat([reading.control for reading in readings], each, axis=0)  # (B, W)
        self.bar_steps, self.end = readings[0].bar_steps, np.repeat([reading.end for reading in readings], each)
        shape = (len(decoder.layers), 2, len(self.control), decoder.heads, longest, decoder.head_width)
        self.cache = np.zeros(shape, np.float32)

    def step(self, rows: np.ndarray) -> np.ndarray:
        """The decoder's output after these rows, (B, R) -> (B, W)."""
        decoder, count, heads = self.decoder, len(rows), self.decoder.heads
        x = self._embedded(rows)
        # (B, D/2) and (B, H, D/2) each
        onset, both = decoder.encoder.angles(rows[:, 1], np.full(count, self.done))
        onset = tuple(each[:, None] for each in onset)
        self.done += 1
        for layer, sources, cache in zip(decoder.layers, self.sources, self.cache, strict=True):
            query, key, value = layer.look(rms_norm(x, layer.norms[0])).reshape(count, 3, heads, -1).swapaxes(0, 1)
            cache[0, :, :, self.done - 1], cache[1, :, :, self.done - 1] = rotate(key, both), value
            seen = cache[:, :, :, : self.done]
            x = x + layer.out(attended(rotate(query, both)[:, :, None], *seen).reshape(count, -1))
            query = rotate(layer.query(rms_norm(x, layer.norms[1])).reshape(count, heads, -1), onset)
            x = x + layer.cross_out(self._crossed(query, sources))
            wide = layer.wide(rms_norm(x, layer.norms[2]))
            gate, value = wide[:, : wide.shape[1] // 2], wide[:, wide.shape[1] // 2 :]
            x = x + layer.narrow(silu(gate) * value)
        return rms_norm(x, decoder.norm)

    def _crossed(self, query: np.ndarray, sources: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """What each variation's queries (B, H, D) gather from its own reading, (B, W)."""
        gathered = [
            attended(query[number * self.each : (number + 1) * self.each].swapaxes(0, 1), *source).swapaxes(0, 1)
            for number, source in enumerate(sources)
        ]
        return np.concatenate(gathered).reshape(len(query), -1)

    def _embedded(self, rows: np.ndarray) -> np.ndarray:
        """``Network.embed_step`` of rows (B, R), (B, W)."""
        note = note_columns(rows[:, :ROW], self.bar_steps, self.end)
        columns = np.concatenate([note, rows[:, ROW:-COMING]], axis=1)
        return self.decoder.table(columns) + self.control + self.decoder.coming(_coming(rows))


def _coming(rows: np.ndarray) -> np.ndarray:
    """What ``layers.ChordEmbedding`` makes of a row's note and chords; rows (B, R)."""
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
        told = np.concatenate([prompt, others], axis=1).reshape(len(ahead), FORETELLERS, 3) - np.array([1, 0, 1])
        self._foretold, self._counts = np.maximum(told, 0), told[..., 0] >= 0
        self._field, self._normed = 0, state
        self._chords = self._echoes = np.zeros((len(ahead), 0), int)

    def logits(self) -> np.ndarray:
        """Logits of the next field, (B, size)."""
        chain, field = self._decoder.chains[self._field], self._field
        self._normed = rms_norm(self._state, chain.norm)
        size, pointers = chain.sizes
        heads = chain.heads(self._normed)
        logits, gates, pull = heads[:, :size], heads[:, size : size + pointers], heads[:, size + pointers :]
        if field > PITCH_FIELD:
            values = self._echoes[:, field - PITCH_FIELD - 1 :: 3] - 1
            values, counts = np.maximum(values, 0), values >= 0
        else:
            values, counts = self._foretold[..., field], self._counts
        np.add.at(logits, (np.arange(len(logits))[:, None], values), gates * counts)
        if field == PITCH_FIELD:
            logits[:, :DRUM] += self._heed * self._pulled(pull)
        return logits

    def _pulled(self, pull: np.ndarray) -> np.ndarray:
        """What the chord at the onset adds to each pitch's logit, (B, 128)."""
        root, bass, members = self._chords[:, :, None].swapaxes(0, 1)  # (B, 1) each
        degrees = pull[np.arange(len(pull))[:, None], (PLACES - root + 1) % CLASSES]
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
        told = self._normed + chain.values[value]
        if place is not None and chords is not None:
            self._chords = chords
            told = told + decoder.place[place] + decoder.chord(chord_features(chords))
        if echoes is not None:
            self._echoes = echoes
            told = told + decoder.echo(echoes)
        if self._field <= PITCH_FIELD:
            self._counts = self._counts & (self._foretold[..., self._field] == value[:, None])
        self._state = self._state + chain.narrow(silu(chain.wide(told)))
        self._field += 1
