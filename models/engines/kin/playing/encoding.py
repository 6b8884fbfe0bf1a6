"""Reading a prompt, in numpy: the encoder, and what encoder and decoder both do to notes, chords and angles.

Tests hold that a reading equals that of ``network``.

Letters in shapes: N notes or variations, S notes of the encoder, H heads, D width of a head, W width.

Offers: ``Encoder``, ``Reading``, ``NoteTable``; ``onset_columns``, ``chord_features``, ``degrees``, ``unit``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from models.analysis.harmony import CLASSES
from models.engines.kin.config import (
    BAR_PLACES,
    BARS,
    BEATS_LEFT,
    CONTROL_SIZES,
    DRUM,
    LONGEST_WAVE,
    NOTE_SIZES,
    ROW,
    ROW_ONSET,
    ROW_PITCH,
    SHORTEST_WAVE,
    STEPS,
    KinConfig,
)
from models.engines.kin.reading.copy_features import AHEAD_SIZES
from models.sampling.networks.layers import Arrays, Linear, Table

PLACES = np.arange(CLASSES)
PITCH_CLASSES = np.array([0, *((pitch - 1) % CLASSES + 2 for pitch in range(1, DRUM + 1)), *[1] * DRUM])
"""For the number of each pitch its class as ``NOTE_SIZES`` counts them: 0 none, 1 a drum, from 2 on C, C#, …"""
_ONES = np.ones(len(NOTE_SIZES) + len(AHEAD_SIZES), np.float32)
_EPSILON = np.array(1e-5, np.float32)
HALF = np.float32(0.5)
"""Gates are kept halved: x times its logistic function is x / 2 (1 + tanh x / 2)."""
TOLD = [column for column in range(ROW) if column != ROW_ONSET]
"""The columns of a row that are looked up as they are."""


@dataclass(frozen=True)
class Reading:
    """What the encoder made of a prompt.

    sources         for each decoder layer keys, by pairs, (H, D, S), and values, (H, S, D + 1), the last of which is
                    1, so that how much they count is added up with them
    control         (W,)
    bar_steps, end  steps
    """

    sources: tuple[tuple[np.ndarray, np.ndarray], ...]
    control: np.ndarray
    bar_steps: int
    end: int


class NoteTable:
    """The embeddings of a note's fields, kind to micro, then of what its onset says, then of what lies ahead; that of a
    pitch has its class's in it."""

    def __init__(self, width: int, arrays: Arrays) -> None:
        tables = [arrays.at("embed", "tables", name) for name in NOTE_SIZES]
        table = Table([*NOTE_SIZES.values(), *AHEAD_SIZES], width, *tables, arrays.at("ahead", "table"))
        pitch, pitch_class = map(list(NOTE_SIZES).index, ("pitch", "pitch_class"))
        self.rows, self._starts = table.rows, np.delete(table.starts, pitch_class)
        classes = self.rows[table.starts[pitch_class] + PITCH_CLASSES]
        self.rows[table.starts[pitch] : table.starts[pitch] + len(classes)] += classes

    def __call__(self, columns: np.ndarray) -> np.ndarray:
        """The sum of what columns (B, C) name, (B, W); where fewer than all are given, of the first ones."""
        size = columns.shape[1]
        summed: np.ndarray = _ONES[:size] @ self.rows.take(columns + self._starts[:size], axis=0)
        return summed


class Layer:
    """What layers that read and that write have in common, as matrices (I, O).

    What a norm multiplies with is in the matrix that reads it; pairs to be turned lie side by side, so that turning
    them is one product of complex numbers; queries are scaled already, gates halved.
    """

    def __init__(self, config: KinConfig, at: Arrays) -> None:
        width, own, forward = config.width, at.at("attention"), at.at("feed_forward")
        before, behind = (at.take(f"norm_{name}.weight", width)[:, None] for name in ("self", "ff"))
        key, value = np.split(own.take("key_value.weight", 2 * width, width), 2)
        query = own.take("query.weight", width, width)[by_pairs(config)] * np.float32((width // config.heads) ** -0.5)
        self.look = matrix(np.concatenate([query, key[by_pairs(config)], value]).T * before)
        self.out = matrix(own.take("out.weight", width, width).T)
        gate, value = np.split(forward.take("wide.weight", 2 * config.hidden, width).T * behind, 2, axis=1)
        self.wide = matrix([gate * HALF, value])  # (2, W, hidden)
        self.narrow = matrix(forward.take("narrow.weight", width, config.hidden).T)

    def forward(self, x: np.ndarray) -> None:
        """Add to x, (B, W), what the gated layers make of it."""
        gate, value = unit(x) @ self.wide
        kept = gated(gate)
        kept *= value
        x += kept @ self.narrow


def matrix(weights: ArrayLike) -> np.ndarray:
    """Weights as they are multiplied fastest."""
    return np.ascontiguousarray(weights, np.float32)


def by_pairs(config: KinConfig) -> np.ndarray:
    """The columns of queries or keys of all heads, (W,), the first half of a head's between those of the second."""
    return np.arange(config.width).reshape(config.heads, 2, -1).swapaxes(1, 2).ravel()


class Encoder:
    """The layers that read; ``table``: the embeddings of a note's fields."""

    def __init__(self, config: KinConfig, arrays: Arrays, table: NoteTable) -> None:
        width, self.heads, self.table = config.width, config.heads, table
        controls = [arrays.at("controls", number) for number in range(len(CONTROL_SIZES))]
        self.controls = Table(CONTROL_SIZES, width, *controls)
        self.beside = Linear(4 * CLASSES + 1, width, arrays.at("beside", "weight"))
        self.layers = [Layer(config, arrays.at("encoder", number)) for number in range(config.encoder_layers)]
        norm, pairs, turned = (
            arrays.take("encoder_norm.weight", width)[:, None],
            by_pairs(config),
            width // self.heads // 2,
        )
        crossed = [arrays.at("decoder", number, "cross") for number in range(config.decoder_layers)]
        both = [np.split(each.take("key_value.weight", 2 * width, width), 2) for each in crossed]
        self.keys_values = matrix([np.concatenate([keys[pairs], values]).T * norm for keys, values in both])
        turned = width // config.heads // 2
        ramp = np.arange(turned, dtype=np.float32) / max(1, turned - 1)
        self.by_onset = np.float32(2 * math.pi / SHORTEST_WAVE) * np.float32(SHORTEST_WAVE / LONGEST_WAVE) ** ramp
        self.by_index = np.float32(10000.0) ** -ramp

    def read(self, rows: np.ndarray, controls: np.ndarray, bar_steps: int, end: int) -> Reading:
        """Read a prompt: rows (S, 6 + CHORD), controls (C,), bar_steps and end in steps."""
        control, count, heads = self.controls(controls), len(rows), self.heads
        chords = rows[:, ROW:]
        heard = np.concatenate([chord_features(chords), degrees(chords, rows[:, ROW_PITCH])], axis=1, dtype=np.float32)
        at = onset_columns(rows[:, ROW_ONSET], bar_steps, end)
        x = self.table(np.concatenate([rows[:, TOLD], at], axis=1)) + self.beside(heard) + control  # (S, W)
        onset = turns(rows[:, ROW_ONSET], self.by_onset)[:, None, None]  # (S, 1, 1, D/2)
        both = np.repeat(onset, heads, axis=2)  # (S, 1, H, D/2)
        both[:, :, heads - heads // 2 :] = turns(np.arange(count), self.by_index)[:, None, None]
        for layer in self.layers:
            looked = (unit(x) @ layer.look).reshape(count, 3, heads, -1)
            turned = (looked[:, :2].view(np.complex64) * both).view(np.float32)
            query, key = turned.transpose(1, 2, 0, 3)  # (H, S, D) each
            share = likely(query @ key.swapaxes(1, 2))
            share /= np.add.reduce(share, axis=-1, keepdims=True)
            x += (share @ looked[:, 2].swapaxes(0, 1)).swapaxes(0, 1).reshape(count, -1) @ layer.out
            layer.forward(x)
        looked = (unit(x) @ self.keys_values).reshape(len(self.keys_values), count, 2, heads, -1)
        keys = (looked[:, :, 0].view(np.complex64) * onset[:, 0]).view(np.float32).transpose(0, 2, 3, 1)
        values = np.ones((*keys.shape[:2], count, keys.shape[2] + 1), np.float32)
        values[..., :-1] = looked[:, :, 1].swapaxes(1, 2)
        return Reading(tuple(zip(np.ascontiguousarray(keys), values, strict=True)), control, bar_steps, end)


def onset_columns(onsets: np.ndarray, bar_steps: int, end: int) -> np.ndarray:
    """What onsets (N,) alone say of notes, in the order of ``NOTE_SIZES``, (N, 4): tick, place, bar and beats left."""
    place = np.minimum(onsets % bar_steps // (STEPS // 4) + 1, BAR_PLACES) if bar_steps else 0 * onsets
    bar = np.minimum(onsets // (bar_steps or 4 * STEPS), BARS - 1)
    return np.stack([onsets % STEPS, place, bar, np.clip((end - onsets) // STEPS, 0, BEATS_LEFT - 1)], axis=1)


def turns(numbers: np.ndarray, by: np.ndarray) -> np.ndarray:
    """What a pair is multiplied with to turn it so many times by an angle, (N, D/2)."""
    return np.exp(1j * numbers[:, None] * by).astype(np.complex64)


def likely(scores: np.ndarray) -> np.ndarray:
    """How likely each is beside the likeliest of the last axis, in place of the scores."""
    scores -= np.maximum.reduce(scores, axis=-1, keepdims=True)
    return np.exp(scores, out=scores)


def gated(halved: np.ndarray) -> np.ndarray:
    """Twice what is given times its logistic function."""
    gate = np.tanh(halved)
    gate += 1
    gate *= halved
    return gate


@cache
def _mean(width: int) -> np.ndarray:
    """What makes the mean of so many numbers, (W, 1)."""
    return np.full((width, 1), 1 / width, np.float32)


def unit(x: np.ndarray) -> np.ndarray:
    """Root mean square normalisation (Zhang & Sennrich 2019) of x (B, W) without weights."""
    size = x * x @ _mean(x.shape[1])
    size += _EPSILON
    normed: np.ndarray = x / np.sqrt(size, out=size)
    return normed


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
