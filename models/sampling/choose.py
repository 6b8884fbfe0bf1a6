"""One value out of logits, or one out of each row of them: temperature, then top-p and min-p, then a draw.

Offers: ``choose``, ``choose_each``, ``SamplingParameters``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

_NO_SHARE = -745.0
"""Nats below the likeliest at which nothing is left of a share."""


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
    if not math.isfinite(min(best[:, 0].tolist(), default=0.0)):
        raise ValueError("every value is masked")
    nats = (logits - best) / parameters.temperature
    # Only what a row may draw: mostly a few values, for which lists are faster than arrays.
    rows, values = np.nonzero(nats >= (math.log(parameters.min_p) if parameters.min_p else _NO_SHARE))
    shares, numbers = np.exp(nats[rows, values], dtype=np.float64).tolist(), values.tolist()
    chosen, start = [], 0
    for number, rng in zip(np.bincount(rows).tolist(), rngs, strict=True):
        end = start + number
        chosen.append(numbers[start + _drawn(shares[start:end], parameters.top_p, rng.random())])
        start = end
    return np.array(chosen)


def _drawn(likely: list[float], top_p: float, chance: float) -> int:
    """The place of one of some values that are so likely, those beyond a share of ``top_p`` left out, by a chance
    (0-1)."""
    if len(likely) == 1:
        return 0
    if top_p < 1:
        most, before = top_p * sum(likely), 0.0
        for place in sorted(range(len(likely)), key=likely.__getitem__, reverse=True):
            share = likely[place]
            if before >= most:
                likely[place] = 0.0
            before += share
    edges = list(accumulate(likely))
    place = bisect_right(edges, chance * edges[-1])
    return place if place < len(edges) else max(place for place, share in enumerate(likely) if share)
