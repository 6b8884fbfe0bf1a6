"""Running the decoder one note at a time for several variations at once, in numpy.

A step of so small a network is a few hundred calls of a few rows each: numpy makes them in a fifth of the time that
torch needs. Tests hold that steps and fields equal those of ``network``, which training runs for all notes at once.

Letters in shapes: B variations, T steps so far, S notes of the encoder, H heads, D width of a head, W width.

Offers: ``Decoder``, ``Stepper``, ``FieldStepper``.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from models.analysis.harmony import CLASSES
from models.engines.kin.config import DRUM, FIELDS, ROW, STEPS
from models.engines.kin.layers import BAR_PLACES, BARS, BEATS_LEFT, ColumnEmbedding, DecoderLayer, frequencies
from models.engines.kin.network import PITCH, ROW_PITCH, Network, Reading
from models.engines.kin.reading.chords import CHORD, COMING, LONGEST_WAIT_FOR_CHORD
from models.engines.kin.reading.copy_features import FORETELLERS, PROMPT_NEXT

_MOST_AT_ONCE = 1 << 18
"""Products beyond which OpenBLAS wakes a second thread, which a busy computer hasn't: larger ones are cut by rows."""

_PLACES, _WAITS = np.arange(CLASSES), np.arange(LONGEST_WAIT_FOR_CHORD + 1)


def _array(weights: torch.Tensor) -> np.ndarray:
    array: np.ndarray = weights.detach().float().numpy()
    return array


class _Linear:
    """One or more layers that read the same, as one product; outputs one behind the other."""

    def __init__(self, *layers: nn.Linear) -> None:
        self.weights = np.ascontiguousarray(np.concatenate([_array(layer.weight) for layer in layers]).T)
        biases = [np.zeros(len(layer.weight), "f") if layer.bias is None else _array(layer.bias) for layer in layers]
        self.bias = np.concatenate(biases)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(B, I) -> (B, O)."""
        rows = max(1, _MOST_AT_ONCE // self.weights.size)
        if len(x) <= rows:
            return x @ self.weights + self.bias
        return np.concatenate([x[i : i + rows] @ self.weights for i in range(0, len(x), rows)]) + self.bias


class _Table:
    """Rows of several embeddings, one behind the other."""

    def __init__(self, *embeddings: nn.Embedding | ColumnEmbedding) -> None:
        starts, tables = [0], []
        for embedding in embeddings:
            table = embedding.table if isinstance(embedding, ColumnEmbedding) else embedding
            inner = embedding.starts if isinstance(embedding, ColumnEmbedding) else [0]
            tables.append(_array(table.weight))
            starts[-1:] = [*(starts[-1] + start for start in inner), starts[-1] + len(tables[-1])]
        self.rows, self.starts = np.concatenate(tables), np.array(starts[:-1])

    def __call__(self, columns: np.ndarray) -> np.ndarray:
        """The sum of what columns (B, C) name, (B, W)."""
        found: np.ndarray = self.rows[columns + self.starts].sum(axis=1)
        return found


def _norm(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    normed: np.ndarray = x * (weight / np.sqrt((x * x).sum(axis=-1, keepdims=True) / x.shape[-1] + 1e-5))
    return normed


def _silu(x: np.ndarray) -> np.ndarray:
    activated: np.ndarray = x / (1 + np.exp(-x))
    return activated


def _softmax(x: np.ndarray) -> np.ndarray:
    likely = np.exp(x - x.max(axis=-1, keepdims=True))
    likely /= likely.sum(axis=-1, keepdims=True)
    return likely


class _Layer:
    def __init__(self, layer: DecoderLayer) -> None:
        self.norms = [_array(norm.weight) for norm in (layer.norm_self, layer.norm_cross, layer.norm_ff)]
        self.look = _Linear(layer.attention.query, layer.attention.key_value)
        self.out, self.query, self.cross_out = map(_Linear, (layer.attention.out, layer.cross.query, layer.cross.out))
        self.wide, self.narrow = _Linear(layer.feed_forward.wide), _Linear(layer.feed_forward.narrow)


class _Chain:
    """The layers of one field."""

    def __init__(self, network: Network, field: int) -> None:
        fields = network.fields
        assert fields.pointers is not None
        assert fields.pull is not None
        pull = [fields.pull] if field == PITCH else []
        self.norm = _array(fields.norms[field].weight)  # type: ignore[arg-type]  # a Norm's
        self.heads = _Linear(fields.heads[field], fields.pointers[field], *pull)  # type: ignore[arg-type]  # Linear
        self.sizes = [fields.heads[field].out_features, fields.pointers[field].out_features]
        if field < len(fields.folds):
            self.values = _array(fields.values[field].weight)  # type: ignore[arg-type]  # an Embedding's
            self.wide, self.narrow = _Linear(fields.folds[field][0]), _Linear(fields.folds[field][2])  # type: ignore[index]


class Decoder:
    """The weights of a network's decoder and fields as arrays, and the network that reads."""

    def __init__(self, network: Network) -> None:
        self.network = network
        assert network.fields.echo is not None
        assert network.fields.chord is not None
        self.table = _Table(*network.embed.tables.values(), network.ahead)  # type: ignore[arg-type]  # Embeddings
        self.layers = [_Layer(layer) for layer in network.decoder]  # type: ignore[arg-type]  # DecoderLayers
        self.norm = _array(network.decoder_norm.weight)
        self.chains = [_Chain(network, field) for field in range(len(FIELDS))]
        self.echo, self.place = _Table(network.fields.echo), _array(network.fields.place.weight)
        self.chord, self.coming = _Linear(network.fields.chord.weight), _Linear(network.coming.weight)
        self.heads, self.head_width = network.config.heads, network.config.width // network.config.heads
        self.by_onset, self.by_index = map(_array, frequencies(self.head_width // 2))


class Stepper:
    """The decoder of B variations of one reading of one prompt; each step reads one row for each."""

    def __init__(self, decoder: Decoder, reading: Reading, count: int, longest: int) -> None:
        self.decoder, self.done = decoder, 0
        self.control, self.bar, self.end = _array(reading.control[0]), int(reading.bar_steps[0]), int(reading.end[0])
        self.sources = [(_array(keys[0]), _array(values[0])) for keys, values in reading.sources]  # (H, S, D) each
        shape = (len(self.sources), 2, count, decoder.heads, longest, decoder.head_width)
        self.cache = np.zeros(shape, np.float32)

    def step(self, rows: np.ndarray) -> np.ndarray:
        """The decoder's output after these rows, (B, R) -> (B, W)."""
        decoder, count, heads = self.decoder, len(rows), self.decoder.heads
        x = self._embedded(rows)
        turned = rows[:, 1, None] * decoder.by_onset  # (B, D/2)
        onset = np.cos(turned)[:, None], np.sin(turned)[:, None]  # (B, 1, D/2) each
        turned = np.repeat(turned[:, None], heads, axis=1)  # (B, H, D/2)
        turned[:, heads - heads // 2 :] = np.float32(self.done) * decoder.by_index
        both = np.cos(turned), np.sin(turned)
        self.done += 1
        for layer, source, cache in zip(decoder.layers, self.sources, self.cache, strict=True):
            query, key, value = layer.look(_norm(x, layer.norms[0])).reshape(count, 3, heads, -1).swapaxes(0, 1)
            cache[0, :, :, self.done - 1], cache[1, :, :, self.done - 1] = _rotate(key, both), value
            seen = cache[:, :, :, : self.done]
            x = x + layer.out(_gathered(_rotate(query, both)[:, :, None], *seen).reshape(count, -1))
            query = _rotate(layer.query(_norm(x, layer.norms[1])).reshape(count, heads, -1), onset)
            x = x + layer.cross_out(_gathered(query.swapaxes(0, 1), *source).swapaxes(0, 1).reshape(count, -1))
            wide = layer.wide(_norm(x, layer.norms[2]))
            gate, value = wide[:, : wide.shape[1] // 2], wide[:, wide.shape[1] // 2 :]
            x = x + layer.narrow(_silu(gate) * value)
        return _norm(x, decoder.norm)

    def _embedded(self, rows: np.ndarray) -> np.ndarray:
        """``Network.embed_step`` of rows (B, R), (B, W)."""
        kind, onset, pitch, duration, velocity, micro = rows[:, :ROW].T
        pitch_class = np.where((pitch > 0) & (pitch <= DRUM), (pitch - 1) % CLASSES + 2, pitch > DRUM)
        place = np.minimum(onset % self.bar // (STEPS // 4) + 1, BAR_PLACES) if self.bar else 0 * onset
        bar = np.minimum(onset // (self.bar or 4 * STEPS), BARS - 1)
        left = np.clip((self.end - onset) // STEPS, 0, BEATS_LEFT - 1)
        note = (kind, pitch, pitch_class, duration, velocity, micro, onset % STEPS, place, bar, left)
        columns = np.concatenate([np.stack(note, axis=1), rows[:, ROW:-COMING]], axis=1)
        return self.decoder.table(columns) + self.control + self.decoder.coming(_coming(rows))


def _rotate(x: np.ndarray, by: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """See ``layers.rotate``; x (B, H, D)."""
    cosine, sine = by
    first, second = x[..., : x.shape[-1] // 2], x[..., x.shape[-1] // 2 :]
    return np.concatenate([first * cosine - second * sine, second * cosine + first * sine], axis=-1)


def _features(chords: np.ndarray) -> np.ndarray:
    """See ``layers.chord_features``; chords (B, CHORD)."""
    root, bass, members = chords[:, :, None].swapaxes(0, 1)
    return np.concatenate([members >> _PLACES & 1, root == _PLACES + 1, bass == _PLACES + 1], axis=1, dtype=np.float32)


def _coming(rows: np.ndarray) -> np.ndarray:
    """What ``layers.ChordEmbedding`` makes of a row's note and chords; rows (B, R)."""
    pitch, root, members, wait = (rows[:, place, None] for place in (ROW_PITCH, -COMING, -COMING + 2, -1))
    tone, counts = (pitch - 1) % CLASSES, (pitch > 0) & (pitch <= DRUM) & (root > 0)
    degree = [((tone - root + 1) % CLASSES == _PLACES) & counts, (members >> tone & 1) * counts]
    now, later = (
        _features(rows[:, start : start + CHORD]) for start in (-COMING % rows.shape[1], rows.shape[1] - CHORD - 1)
    )
    return np.concatenate([now, *degree, later, (wait == _WAITS) & (wait > 0)], axis=1, dtype=np.float32)


def _gathered(queries: np.ndarray, keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Attention of queries (..., Q, D) to keys and values (..., S, D)."""
    scores = queries @ keys.swapaxes(-1, -2) * np.float32(keys.shape[-1] ** -0.5)
    gathered: np.ndarray = _softmax(scores) @ values
    return gathered


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
        self._normed = _norm(self._state, chain.norm)
        size, pointers = chain.sizes
        heads = chain.heads(self._normed)
        logits, gates, pull = heads[:, :size], heads[:, size : size + pointers], heads[:, size + pointers :]
        if field > PITCH:
            values = self._echoes[:, field - PITCH - 1 :: 3] - 1
            values, counts = np.maximum(values, 0), values >= 0
        else:
            values, counts = self._foretold[..., field], self._counts
        np.add.at(logits, (np.arange(len(logits))[:, None], values), gates * counts)
        if field == PITCH:
            logits[:, :DRUM] += self._heed * self._pulled(pull)
        return logits

    def _pulled(self, pull: np.ndarray) -> np.ndarray:
        """What the chord at the onset adds to each pitch's logit, (B, 128)."""
        root, bass, members = self._chords[:, :, None].swapaxes(0, 1)  # (B, 1) each
        degrees = pull[np.arange(len(pull))[:, None], (_PLACES - root + 1) % CLASSES]
        tones = degrees + pull[:, -2:-1] * (members >> _PLACES & 1) + pull[:, -1:] * (bass == _PLACES + 1)
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
            told = told + decoder.place[place] + decoder.chord(_features(chords))
        if echoes is not None:
            self._echoes = echoes
            told = told + decoder.echo(echoes)
        if self._field <= PITCH:
            self._counts = self._counts & (self._foretold[..., self._field] == value[:, None])
        self._state = self._state + chain.narrow(_silu(chain.wide(told)))
        self._field += 1
