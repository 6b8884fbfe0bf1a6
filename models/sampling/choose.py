"""One value out of logits, or one out of each row of them: temperature, then top-p and min-p, then a draw.

Offers: ``choose``, ``choose_each``, ``choose_legal``, ``SamplingParameters``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    best = logits.max(axis=1, keepdims=True)
    if not np.isfinite(best).all():
        raise ValueError("every value is masked")
    likely = np.exp((logits - best).astype(np.float64) / parameters.temperature)
    if parameters.min_p > 0:
        likely[likely < parameters.min_p] = 0.0
    likely /= likely.sum(axis=1, keepdims=True)
    # Only what some row may draw: sorting is what takes time.
    values = np.flatnonzero(likely.any(axis=0))
    likely = likely[:, values]
    if parameters.top_p < 1:
        order = np.argsort(-likely, axis=1, kind="stable")
        rows = np.arange(len(likely))[:, None]
        ranked = likely[rows, order]
        before = np.cumsum(ranked, axis=1) - ranked
        likely[rows, order] = np.where(before >= parameters.top_p, 0.0, ranked)
    edges = np.cumsum(likely, axis=1)
    drawn = np.array([[rng.random()] for rng in rngs]) * edges[:, -1:]
    last = likely.shape[1] - 1 - np.argmax(likely[:, ::-1] > 0, axis=1)
    return values[np.minimum((edges <= drawn).sum(axis=1), last)]


def choose_legal(
    logits: np.ndarray, legal: np.ndarray, parameters: SamplingParameters, rngs: Sequence[np.random.Generator]
) -> np.ndarray:
    """A legal value of each row, (N,), out of logits and ``legal`` (N, size).

    Chance is asked only where there is a choice; a row without a legal value gives 0.
    """
    chosen = legal.argmax(axis=1)
    rows = np.flatnonzero(legal.sum(axis=1) > 1)
    if len(rows):
        masked = np.where(legal[rows], logits[rows], -np.inf)
        chosen[rows] = choose_each(masked, parameters, [rngs[row] for row in rows.tolist()])
    return chosen
