"""What is drawn before any window: the noise, and how dense an invention is that nobody said it of.

Offers: ``noise_of``, ``densities_of``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.engines.gan.config import QUANTILES
from models.sampling.conditions import Conditions

_DENSITY = {"low": 0.65, "same": 1.0, "high": 1.5}
_LEVELS = {"low": (0.05, 0.35), "same": (0.1, 0.9), "high": (0.65, 0.95)}


def noise_of(size: int, temperature: float, rngs: Sequence[np.random.Generator]) -> np.ndarray:
    """Noise of each hypothesis, (rngs, size): over temperature 1 wider, under it nearer to one point that all share.

    The way to that point leads along a sphere: noise that is merely small is nothing the generator was taught on.
    """
    free = temperature * np.stack([rng.standard_normal(size) for rng in rngs])
    if temperature < 1:
        shared = np.random.default_rng(0).standard_normal(size)
        free = free + (1 - temperature**2) ** 0.5 * shared
    return free.astype(np.float32)


def densities_of(
    conditions: Conditions, own: float, quantiles: np.ndarray, rngs: Sequence[np.random.Generator]
) -> np.ndarray:
    """How dense each hypothesis is to be, (rngs,): as wished, beside the clip's ``own`` density; of a clip from
    nothing, as real windows are."""
    request = conditions.constraints.request
    if conditions.constraints.notes:
        return np.full(len(rngs), _DENSITY[request.density] * own, np.float32)
    low, high = _LEVELS[request.density]
    middle, half = (low + high) / 2, min(1.0, conditions.temperature) * (high - low) / 2
    levels = np.array([rng.uniform(middle - half, middle + half) for rng in rngs])
    return quantiles[(levels * QUANTILES).astype(int).clip(0, QUANTILES - 1)]
