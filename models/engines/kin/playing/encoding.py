"""Reading a prompt, in numpy: the encoder, and what encoder and decoder both do to notes, chords and angles.

Tests hold that a reading equals that of ``network``.

Letters in shapes: N notes or variations, S notes of the encoder, H heads, D width of a head, W width.

Offers: ``Encoder``, ``Reading``; ``note_columns``, ``chord_features``, ``degrees``, ``rotate``, ``attended``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from models.analysis.harmony import CLASSES
from models.engines.kin.config import (
    BAR_PLACES,
    BARS,
    BEATS_LEFT,
    CONTROL_SIZES,
    DRUM,
    LONGEST_WAVE,
    ROW,
    ROW_PITCH,
    SHORTEST_WAVE,
    STEPS,
    KinConfig,
)
from models.sampling.networks.layers import Arrays, Linear, Table, rms_norm, silu, softmax

PLACES = np.arange(CLASSES)
PITCH_CLASSES = np.array([0, *((pitch - 1) % CLASSES + 2 for pitch in range(1, DRUM + 1)), *[1] * DRUM])
"""For the number of each pitch its class as ``NOTE_SIZES`` counts them: 0 none, 1 a drum, from 2 on C, C#, …"""
Angles = tuple[np.ndarray, np.ndarray]
"""Cosines and sines."""


@dataclass(frozen=True)
class Reading:
    """What the encoder made of a prompt.

    sources         keys and values for each decoder layer, (H, S, D) each
    control         (W,)
    bar_steps, end  steps
    """

    sources: tuple[tuple[np.ndarray, np.ndarray], ...]
    control: np.ndarray
    bar_steps: int
    end: int


class _Layer:
    def __init__(self, config: KinConfig, at: Arrays) -> None:
        width, attention, forward = config.width, at.at("attention"), at.at("feed_forward")
        self.norms = [at.take(f"norm_{name}.weight", width) for name in ("self", "ff")]
        self.look = Linear(width, 3 * width, attention.at("query"), attention.at("key_value"))
        self.out = Linear(width, width, attention.at("out"))
        self.wide = Linear(width, 2 * config.hidden, forward.at("wide"))
        self.narrow = Linear(config.hidden, width, forward.at("narrow"))


class Encoder:
    """The layers that read; ``table``: the embeddings of a note's fields."""

    def __init__(self, config: KinConfig, arrays: Arrays, table: Table) -> None:
        width, self.heads, self.table = config.width, config.heads, table
        controls = [arrays.at("controls", number) for number in range(len(CONTROL_SIZES))]
        self.controls = Table(CONTROL_SIZES, width, *controls)
        self.beside = Linear(4 * CLASSES + 1, width, arrays.at("beside", "weight"))
        self.layers = [_Layer(config, arrays.at("encoder", number)) for number in range(config.encoder_layers)]
        self.norm = arrays.take("encoder_norm.weight", width)
        decoders = [arrays.at("decoder", number, "cross", "key_value") for number in range(config.decoder_layers)]
        self.keys_values = [Linear(width, 2 * width, decoder) for decoder in decoders]
        pairs = width // config.heads // 2
        ramp = np.arange(pairs, dtype=np.float32) / max(1, pairs - 1)
        self.by_onset = np.float32(2 * math.pi / SHORTEST_WAVE) * np.float32(SHORTEST_WAVE / LONGEST_WAVE) ** ramp
        self.by_index = np.float32(10000.0) ** -ramp

    def angles(self, onsets: np.ndarray, indices: np.ndarray) -> tuple[Angles, Angles]:
        """How far pairs turn: by onset alone, (N, D/2); for each head, half of them by the index, (N, H, D/2)."""
        turned = onsets.astype(np.float32)[:, None] * self.by_onset  # (N, D/2)
        each = np.repeat(turned[:, None], self.heads, axis=1)  # (N, H, D/2)
        each[:, self.heads - self.heads // 2 :] = (indices.astype(np.float32)[:, None] * self.by_index)[:, None]
        return (np.cos(turned), np.sin(turned)), (np.cos(each), np.sin(each))

    def read(self, rows: np.ndarray, controls: np.ndarray, bar_steps: int, end: int) -> Reading:
        """Read a prompt: rows (S, 6 + CHORD), controls (C,), bar_steps and end in steps."""
        control = self.controls(controls)
        notes, chords = rows[:, :ROW], rows[:, ROW:]
        heard = np.concatenate([chord_features(chords), degrees(chords, rows[:, ROW_PITCH])], axis=1, dtype=np.float32)
        x = self.table(note_columns(notes, bar_steps, end)) + self.beside(heard) + control  # (S, W)
        by_onset, both = (
            tuple(np.moveaxis(each, -2, 0) if each.ndim > 2 else each for each in some)
            for some in self.angles(rows[:, 1], np.arange(len(rows)))
        )
        for layer in self.layers:
            query, key, value = self._split(layer.look(rms_norm(x, layer.norms[0])), 3)
            gathered = attended(rotate(query, both), rotate(key, both), value)  # (H, S, D)
            x = x + layer.out(gathered.swapaxes(0, 1).reshape(len(x), -1))
            gate, wide = np.split(layer.wide(rms_norm(x, layer.norms[1])), 2, axis=1)
            x = x + layer.narrow(silu(gate) * wide)
        x = rms_norm(x, self.norm)
        sources = (self._split(keys_values(x), 2) for keys_values in self.keys_values)
        return Reading(tuple((rotate(key, by_onset), value) for key, value in sources), control, bar_steps, end)

    def _split(self, x: np.ndarray, parts: int) -> np.ndarray:
        """(S, parts W) -> (parts, H, S, D)."""
        return np.ascontiguousarray(x.reshape(len(x), parts, self.heads, -1).transpose(1, 2, 0, 3))


def note_columns(notes: np.ndarray, bar_steps: int, end: int | np.ndarray) -> np.ndarray:
    """The rows of a note's tables, in the order of ``NOTE_SIZES``, (N, 10); notes (N, ROW), end for all or (N,)."""
    kind, onset, pitch, duration, velocity, micro = notes.T
    place = np.minimum(onset % bar_steps // (STEPS // 4) + 1, BAR_PLACES) if bar_steps else 0 * onset
    bar = np.minimum(onset // (bar_steps or 4 * STEPS), BARS - 1)
    left = np.clip((end - onset) // STEPS, 0, BEATS_LEFT - 1)
    columns = (kind, pitch, PITCH_CLASSES[pitch], duration, velocity, micro, onset % STEPS, place, bar, left)
    return np.stack(columns, axis=1)


def chord_features(chords: np.ndarray) -> np.ndarray:
    """See ``layers.chord_features``; chords (N, CHORD)."""
    root, bass, members = chords[:, :, None].swapaxes(0, 1)
    return np.concatenate([members >> PLACES & 1, root == PLACES + 1, bass == PLACES + 1], axis=1, dtype=np.float32)


def degrees(chords: np.ndarray, pitches: np.ndarray) -> np.ndarray:
    """A note's place above its chord's root, and whether it belongs to it, (N, 13); none of it for drums.

    chords (N, CHORD), pitches (N,)
    """
    pitch, root, members = pitches[:, None], chords[:, :1], chords[:, 2:3]
    tone, counts = (pitch - 1) % CLASSES, (pitch > 0) & (pitch <= DRUM) & (root > 0)
    return np.concatenate([((tone - root + 1) % CLASSES == PLACES) & counts, (members >> tone & 1) * counts], axis=1)


def rotate(x: np.ndarray, by: Angles) -> np.ndarray:
    """Turn each pair of numbers of x, (..., D), by its angle."""
    cosine, sine = by
    first, second = x[..., : x.shape[-1] // 2], x[..., x.shape[-1] // 2 :]
    return np.concatenate([first * cosine - second * sine, second * cosine + first * sine], axis=-1)


def attended(queries: np.ndarray, keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Attention of queries (..., Q, D) to keys and values (..., S, D)."""
    scores = queries @ keys.swapaxes(-1, -2) * np.float32(keys.shape[-1] ** -0.5)
    gathered: np.ndarray = softmax(scores) @ values
    return gathered
