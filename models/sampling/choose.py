"""One value out of logits, or one out of each row of them: temperature, then top-p and min-p, then a draw.

Offers: ``choose``, ``choose_each``, ``SamplingParameters``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np


@dataclass(frozen=True)
class SamplingParameters:
    """How freely to choose.

    temperature  over 0; 1 as the network believes
    top_p        0-1, only the likeliest values that together have this share
    min_p        0-1, only values at least this share as likely as the likeliest
    """

    temperature: float = 1.0
    top_p: float = 1.0
    min_p: float = 0.0


def choose(logits: np.ndarray, parameters: SamplingParameters, rng: np.random.Generator) -> int:
    """The index of the value drawn from logits (size,); -inf is never drawn while anything else is there."""
    return int(choose_each(logits[None], parameters, [rng])[0])


def choose_each(logits: np.ndarray, parameters: SamplingParameters, rngs: Sequence[np.random.Generator]) -> np.ndarray:
    """The index of the value drawn from each row of logits (N, size), in the order of the rows; (N,)."""
    best = np.maximum.reduce(logits, axis=1, keepdims=True)
    if not np.isfinite(best).all():
        raise ValueError("every value is masked")
    likely = np.exp((logits - best) / parameters.temperature, dtype=np.float64)
    likely[likely < parameters.min_p] = 0.0
    likely /= np.add.reduce(likely, axis=1, keepdims=True)
    # Only what a row may draw: mostly a few values, for which lists are faster than arrays.
    rows, values = np.nonzero(likely)
    ends = np.searchsorted(rows, np.arange(len(likely)), side="right").tolist()
    shares, numbers = likely[rows, values].tolist(), values.tolist()
    chosen, start = [], 0
    for end, rng in zip(ends, rngs, strict=True):
        chosen.append(numbers[start + _drawn(shares[start:end], parameters.top_p, rng.random())])
        start = end
    return np.array(chosen)


def _drawn(shares: list[float], top_p: float, chance: float) -> int:
    """The place of one of some shares, those beyond ``top_p`` left out, by a chance (0-1)."""
    if top_p < 1:
        before = 0.0
        for place in sorted(range(len(shares)), key=shares.__getitem__, reverse=True):
            share = shares[place]
            if before >= top_p:
                shares[place] = 0.0
            before += share
    edges = list(accumulate(shares))
    last = max(place for place, share in enumerate(shares) if share)
    return min(bisect_right(edges, chance * edges[-1]), last)
