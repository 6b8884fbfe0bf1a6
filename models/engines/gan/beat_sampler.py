"""Beats, invented window by window under a request's conditions.

Offers: ``BeatSampler``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.engines.gan.config import LANES, LATEST
from models.engines.gan.network import Network
from models.engines.gan.noise import densities_of, noise_of
from models.generator import Cancelled
from models.music.note import Note
from models.sampling.beatwise import CELLS
from models.sampling.conditions import Conditions
from models.sampling.engine import Sampler
from models.sampling.networks.layers import sigmoid
from models.sampling.representation.drum_grid import DrumGrid

DENSITY_UNIT = 64.0
"""Notes of a window that count as density 1."""
_HYPOTHESES = 4
"""Beats of which a variation chooses."""
_PLAIN_LOUDNESS = 0.75
_FARTHEST, _HALVINGS = 20.0, 16


class BeatSampler(Sampler[np.ndarray]):
    """Hypotheses are cells of hit, loudness, offset and the logits of the hits, (cells, 36)."""

    def __init__(self, network: Network, conditions: Conditions) -> None:
        self.generator = network.beat
        super().__init__(conditions)
        self.drums = DrumGrid.of(conditions.constraints)

    def open(self, rng: np.random.Generator) -> list[np.ndarray]:
        """Nothing is known yet."""
        return [np.empty(0)] * _HYPOTHESES

    def write(
        self, hypotheses: Sequence[np.ndarray], rngs: Sequence[np.random.Generator], cancelled: Cancelled
    ) -> list[np.ndarray]:
        """See ``Sampler``."""
        hits = self.drums.hits.astype(np.float32)
        loud = self.drums.loudness if self.drums.plays_dynamics else _PLAIN_LOUDNESS * hits
        late = np.clip(self.drums.micro_timing / LATEST, -1, 1) * hits
        prompt = np.concatenate([hits, loud, late], axis=1).astype(np.float32)
        windows = [self._window(window, rngs) for window in self.drums.grid.cut(prompt, 0.0, CELLS)]
        return list(self.drums.grid.joined(np.stack(windows, axis=1), CELLS))

    def _window(self, prompt: np.ndarray, rngs: Sequence[np.random.Generator]) -> np.ndarray:
        """One window beside its prompt (T, 27), (rngs, T, 36)."""
        generator, count, temperature = self.generator, len(rngs), self.conditions.temperature
        own = float(prompt[:, :LANES].sum()) / DENSITY_UNIT
        density = densities_of(self.conditions, own, generator.densities, rngs)
        prompted = np.full(count, bool(self.conditions.constraints.notes))
        raw = generator(noise_of(generator.noise, temperature, rngs), prompt[None], density, prompted)
        logits = _tempered(raw[..., :LANES], temperature)
        drawn = np.stack([rng.random((CELLS, LANES)) for rng in rngs]).astype(np.float32)
        hits = drawn < sigmoid(logits)
        loud, late = sigmoid(raw[..., LANES : 2 * LANES]), np.tanh(raw[..., 2 * LANES :])
        return np.concatenate([hits, hits * loud, hits * late, logits], axis=2)

    def notes(self, hypothesis: np.ndarray) -> list[Note]:
        """See ``Sampler``."""
        hits, loud, late, _ = np.split(hypothesis, 4, axis=1)
        return self.drums.notes(hits > 0.5, loud, LATEST * late)

    def changed(self, hypothesis: np.ndarray) -> dict[int, Note]:
        """See ``Sampler``; the hits take the lanes that the generator likes."""
        return self.drums.as_many(hypothesis[:, -LANES:])


def _tempered(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Logits divided by the temperature, moved so that as many hits are to be expected as before; (B, T, 9)."""
    expected = sigmoid(logits).sum((1, 2), keepdims=True)
    low, high = np.full_like(expected, -_FARTHEST), np.full_like(expected, _FARTHEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        many = sigmoid((logits + middle) / temperature).sum((1, 2), keepdims=True) > expected
        low, high = np.where(many, low, middle), np.where(many, middle, high)
    return (logits + (low + high) / 2) / temperature
