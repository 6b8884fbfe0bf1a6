"""One value out of logits, or one out of each row of them: temperature, then top-p and min-p, then a draw.

Offers: ``choose``, ``choose_each``, ``SamplingParameters``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_MANY = 32
"""Values of which most can't be drawn, as a rule."""


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
    best = logits.max(axis=1, keepdims=True)
    if not np.isfinite(best).all():
        raise ValueError("every value is masked")
    likely = np.exp((logits - best).astype(np.float64) / parameters.temperature)
    if parameters.min_p > 0:
        likely *= likely >= parameters.min_p
    values = None
    if likely.shape[1] > _MANY:
        # Only what some row may draw: sorting is what takes time.
        values = likely.max(axis=0).nonzero()[0]
        likely = likely[:, values]
    likely /= likely.sum(axis=1, keepdims=True)
    if parameters.top_p < 1:
        # What stays is at least as likely as the first, from the least likely on, above which there is less.
        ranked = np.sort(likely, axis=1)
        least = np.argmax(1 - ranked.cumsum(axis=1) < parameters.top_p, axis=1)
        likely *= likely >= ranked[np.arange(len(ranked)), least][:, None]
    edges = likely.cumsum(axis=1)
    whole = edges[:, -1]
    drawn = np.minimum(np.array([rng.random() for rng in rngs]) * whole, np.nextafter(whole, 0))
    chosen = (edges <= drawn[:, None]).sum(axis=1)
    return chosen if values is None else values[chosen]
