"""The blocks of the network: attention with rotary positions in music's time, and gated feed-forward layers.

Letters in shapes: B sequences, T steps of the decoder, S notes of the encoder, H heads, D width of a head, W width.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

SHORTEST_WAVE, LONGEST_WAVE = 6.0, 3072.0
"""Wavelengths of the rotation by onset, in steps of 1/24 beat: a 16th to 32 bars of 4/4."""

Rotation = tuple[Tensor, Tensor]
"""Cosines and sines, each (B, H, T, D/2)."""


def rotation(onsets: Tensor, indices: Tensor | None, heads: int, head_width: int) -> Rotation:
    """Angles for queries or keys at these onsets (steps), (B, T); with indices, half of the heads turn by those."""
    pairs = head_width // 2
    ramp = torch.arange(pairs, device=onsets.device, dtype=torch.float32) / max(1, pairs - 1)  # (D/2)
    by_onset = 2 * math.pi / SHORTEST_WAVE * (SHORTEST_WAVE / LONGEST_WAVE) ** ramp
    angles = onsets.float()[:, None, :, None] * by_onset  # (B, 1, T, D/2)
    angles = angles.expand(-1, heads, -1, -1)  # (B, H, T, D/2)
    if indices is not None:
        by_index = 10000.0**-ramp
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
