"""The blocks of the network: embeddings of notes, chords and columns, attention with rotary positions in music's time,
and gated feed-forward layers.

Letters in shapes: B sequences, T steps of the decoder, S notes of the encoder, H heads, D width of a head, W width.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.analysis.harmony import CLASSES
from models.engines.kin.config import BAR_PLACES, BARS, BEATS_LEFT, DRUM, LONGEST_WAVE, NOTE_SIZES, SHORTEST_WAVE, STEPS
from models.engines.kin.reading.chords import CHORD, LONGEST_WAIT_FOR_CHORD

Rotation = tuple[Tensor, Tensor]
"""Cosines and sines, each (B, H, T, D/2)."""


def frequencies(pairs: int, device: torch.device | None = None) -> Rotation:
    """Radians by which each of the pairs of a head turns a step of onset, and an index, (D/2) each."""
    ramp = torch.arange(pairs, device=device, dtype=torch.float32) / max(1, pairs - 1)
    return 2 * math.pi / SHORTEST_WAVE * (SHORTEST_WAVE / LONGEST_WAVE) ** ramp, 10000.0**-ramp


def rotation(onsets: Tensor, indices: Tensor | None, heads: int, head_width: int) -> Rotation:
    """Angles for queries or keys at these onsets (steps), (B, T); with indices, half of the heads turn by those."""
    by_onset, by_index = frequencies(head_width // 2, onsets.device)
    angles = onsets.float()[:, None, :, None] * by_onset  # (B, 1, T, D/2)
    angles = angles.expand(-1, heads, -1, -1)  # (B, H, T, D/2)
    if indices is not None:
        turned = (indices.float()[:, None, :, None] * by_index).expand(-1, heads // 2, -1, -1)  # (B, H/2, T, D/2)
        angles = torch.cat([angles[:, heads // 2 :], turned], dim=1)  # (B, H, T, D/2)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, by: Rotation) -> Tensor:
    """Turn each pair of numbers of x, (B, H, T, D), by its angle."""
    cosine, sine = by
    first, second = x.chunk(2, dim=-1)  # (B, H, T, D/2) each
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], dim=-1).to(x.dtype)


class Norm(nn.Module):
    """Root mean square normalisation (Zhang & Sennrich 2019)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, self.weight.shape, self.weight, 1e-5)


class Attention(nn.Module):
    """Heads that look from ``x`` at ``source``, or at ``x`` itself."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width, bias=False)
        self.key_value = nn.Linear(width, 2 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)

    def split(self, x: Tensor) -> Tensor:
        """(B, T, W) -> (B, H, T, D)."""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def queries(self, x: Tensor, by: Rotation) -> Tensor:
        """Rotated queries, (B, H, T, D)."""
        return rotate(self.split(self.query(x)), by)

    def keys_values(self, source: Tensor, by: Rotation) -> tuple[Tensor, Tensor]:
        """Rotated keys, and values, (B, H, S, D) each."""
        keys, values = self.key_value(source).chunk(2, dim=-1)  # (B, S, W) each
        return rotate(self.split(keys), by), self.split(values)

    def read(
        self, queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None = None, *, causal: bool = False
    ) -> Tensor:
        """What the heads gather, (B, T, W); mask: True where a query may look, broadcast to (B, H, T, S)."""
        gathered = F.scaled_dot_product_attention(queries, keys, values, mask, is_causal=causal)  # (B, H, T, D)
        return self.out(gathered.transpose(1, 2).flatten(2))  # (B, T, W)


class FeedForward(nn.Module):
    """A gated layer (SwiGLU, Shazeer 2020)."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.wide = nn.Linear(width, 2 * hidden, bias=False)
        self.narrow = nn.Linear(hidden, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate, value = self.wide(x).chunk(2, dim=-1)
        return self.narrow(F.silu(gate) * value)


class EncoderLayer(nn.Module):
    """Everybody looks at everybody."""

    def __init__(self, width: int, heads: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.norm_self, self.norm_ff = Norm(width), Norm(width)
        self.attention = Attention(width, heads)
        self.feed_forward = FeedForward(width, hidden)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, by: Rotation, mask: Tensor) -> Tensor:
        """x (B, S, W), mask (B, 1, 1, S): True at real notes."""
        y = self.norm_self(x)
        x = x + self.drop(self.attention.read(self.attention.queries(y, by), *self.attention.keys_values(y, by), mask))
        return x + self.drop(self.feed_forward(self.norm_ff(x)))


class DecoderLayer(nn.Module):
    """Looks back at its own notes, then at the encoder's."""

    def __init__(self, width: int, heads: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.norm_self, self.norm_cross, self.norm_ff = Norm(width), Norm(width), Norm(width)
        self.attention = Attention(width, heads)
        self.cross = Attention(width, heads)
        self.feed_forward = FeedForward(width, hidden)
        self.drop = nn.Dropout(dropout)

    def forward(
        self, x: Tensor, by: Rotation, cross_by: Rotation, source: tuple[Tensor, Tensor], mask: Tensor
    ) -> Tensor:
        """x (B, T, W); source: keys and values of the encoder for ``cross``; mask (B, 1, 1, S)."""
        y = self.norm_self(x)
        keys, values = self.attention.keys_values(y, by)
        x = x + self.drop(self.attention.read(self.attention.queries(y, by), keys, values, causal=True))
        x = x + self.drop(self.cross.read(self.cross.queries(self.norm_cross(x), cross_by), *source, mask))
        return x + self.drop(self.feed_forward(self.norm_ff(x)))


class NoteEmbedding(nn.Module):
    """Sum of an embedding for each field of a note, and for its place in beat, bar and window."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.tables = nn.ModuleDict({name: nn.Embedding(size, width) for name, size in NOTE_SIZES.items()})
        for table in self.tables.values():
            nn.init.normal_(table.weight, std=0.3 / len(NOTE_SIZES) ** 0.5)

    def place(self, onset: Tensor, bar_steps: Tensor) -> Tensor:
        """Number of the 16th in the bar, from 1; 0 where the metre is not known (bar_steps 0)."""
        inside = onset % bar_steps.clamp(min=1)
        return torch.where(bar_steps > 0, (inside // (STEPS // 4) + 1).clamp(max=BAR_PLACES), 0)

    def forward(self, rows: Tensor, bar_steps: Tensor, end: Tensor) -> Tensor:
        """rows (B, T, 6), bar_steps and end (B, 1) in steps -> (B, T, W)."""
        kind, onset, pitch, duration, velocity, micro = rows.unbind(-1)  # (B, T) each
        table = self.tables
        tone = (pitch > 0) & (pitch <= 128)
        pitch_class = torch.where(tone, (pitch - 1) % 12 + 2, (pitch > 128).long())
        bar_length = torch.where(bar_steps > 0, bar_steps, 4 * STEPS)
        bar = (onset // bar_length).clamp(max=BARS - 1)
        left = ((end - onset) // STEPS).clamp(0, BEATS_LEFT - 1)
        return (
            table["kind"](kind)
            + table["pitch"](pitch)
            + table["pitch_class"](pitch_class)
            + table["duration"](duration)
            + table["velocity"](velocity)
            + table["micro"](micro)
            + table["tick"](onset % STEPS)
            + table["place"](self.place(onset, bar_steps))
            + table["bar"](bar)
            + table["left"](left)
        )  # (B, T, W)


class ChordEmbedding(nn.Module):
    """A chord (and what comes after it) as a vector; it starts as nothing, so that a network can learn to hear late."""

    def __init__(self, width: int, *, with_note: bool = False, with_next: bool = False) -> None:
        super().__init__()
        self.with_note, self.with_next = with_note, with_next
        chord = 3 * CLASSES
        size = chord + with_note * (CLASSES + 1) + with_next * (chord + LONGEST_WAIT_FOR_CHORD + 1)
        self.weight = nn.Linear(size, width, bias=False)
        nn.init.zeros_(self.weight.weight)

    def forward(self, chord: Tensor, pitch: Tensor | None = None) -> Tensor:
        """Chord columns (..., CHORD or COMING), and with a note its pitch field (...) -> (..., W)."""
        parts = [chord_features(chord[..., :CHORD])]
        if self.with_note:
            assert pitch is not None
            parts.append(_degree(chord, pitch))
        if self.with_next:
            wait = F.one_hot(chord[..., -1], LONGEST_WAIT_FOR_CHORD + 1)
            parts += [chord_features(chord[..., CHORD : 2 * CHORD]), wait * (chord[..., -1:] > 0)]
        return self.weight(torch.cat(parts, dim=-1).to(self.weight.weight.dtype))


def chord_features(chord: Tensor) -> Tensor:
    """Chord columns (..., CHORD) -> (..., 36), 0 or 1: which class is a member, which the root, which the bass."""
    root, bass, members = chord.unbind(-1)
    places = torch.arange(CLASSES, device=chord.device)
    return torch.cat([members[..., None] >> places & 1, *(tone[..., None] == places + 1 for tone in (root, bass))], -1)


def _degree(chord: Tensor, pitch: Tensor) -> Tensor:
    """A note's place above the root, and whether it belongs to the chord, (..., 13), 0 or 1; none of it for drums."""
    root, _, members = chord[..., :CHORD].unbind(-1)
    counts = (pitch > 0) & (pitch <= DRUM) & (root > 0)
    tone = (pitch - 1) % CLASSES
    degree = F.one_hot((tone - root + 1) % CLASSES, CLASSES)
    return torch.cat([degree, (members >> tone & 1)[..., None]], dim=-1) * counts[..., None]


class ColumnEmbedding(nn.Module):
    """Sum of an embedding for each of some columns; all of them lie in one table, so that one look-up finds them."""

    def __init__(self, sizes: Sequence[int], width: int) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(sum(sizes), width, mode="sum")
        nn.init.normal_(self.table.weight, std=0.3 / len(sizes) ** 0.5)
        self.starts = [0, *accumulate(sizes)][:-1]

    def forward(self, columns: Tensor) -> Tensor:
        """columns (..., C) -> (..., W)."""
        found = self.table((columns + torch.tensor(self.starts, device=columns.device)).flatten(0, -2))
        return found.unflatten(0, columns.shape[:-1])
