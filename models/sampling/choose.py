"""One value out of logits: temperature, then top-p and min-p, then a draw.

Offers: ``choose``, ``Daring``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Daring:
    """How freely to choose.

    temperature  over 0; 1 as the network believes
    top_p        0-1, only the likeliest values that together have this share
    min_p        0-1, only values at least this share as likely as the likeliest
    """

    temperature: float = 1.0
    top_p: float = 1.0
    min_p: float = 0.0


def choose(logits: np.ndarray, daring: Daring, rng: np.random.Generator) -> int:
    """The index of the value drawn from logits (size,); -inf is never drawn while anything else is there."""
    best = int(np.argmax(logits))
    if not np.isfinite(logits[best]):
        raise ValueError("every value is masked")
    chances = np.exp((logits - logits[best]).astype(np.float64) / daring.temperature)
    if daring.min_p > 0:
        chances[chances < daring.min_p] = 0.0
    chances /= chances.sum()
    if daring.top_p < 1:
        order = np.argsort(-chances, kind="stable")
        before = np.cumsum(chances[order]) - chances[order]
        chances[order[before >= daring.top_p]] = 0.0
    edges = np.cumsum(chances)
    return int(min(np.searchsorted(edges, rng.random() * edges[-1], side="right"), np.flatnonzero(chances)[-1]))
