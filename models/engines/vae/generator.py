"""The engine ``vae``: a variation is a small step away from the clip's point; a morph is a row of hybrids.

For a variation the point moves towards one drawn from where real clips lie, by several distances, the longer the
farther the dial is from 1; the hypothesis that comes nearest to the dial is taken, and the dial makes it exact.
Temperature widens the steps, and the spread of what is drawn.

Offers: ``VaeEngine``, ``load``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from models.constraints.morphing.steps import morph
from models.engines.vae.card import NAME, ROLES, TASKS
from models.engines.vae.config import VaeConfig
from models.engines.vae.network import Network
from models.engines.vae.windows import BeatWindows, LineWindows, Windows
from models.generator import Cancelled, OnProgress, Request, Variation, ignore_progress, never_cancelled
from models.music.note import Note
from models.sampling.conditions import Conditions
from models.sampling.engine import NetworkEngine, Sampler
from models.sampling.networks.weights import read_playing

_DISTANCES = np.array((0.4, 0.7, 1.0, 1.4, 2.0))
"""Lengths of the hypotheses' steps, in units of what the dial asks for."""
_SHORTEST, _LONGEST = 0.05, 1.0
"""Shares of the way to the drawn point."""
_UNDIALLED = 0.5
"""The similarity that steps are made for where none is asked for."""
_GENERATED = 3
"""Hypotheses of a clip from nothing, of which the wished density chooses."""


def load(name: str) -> VaeEngine:
    """The engine with its weights; raises EngineUnavailable."""
    return VaeEngine(read_playing(name, lambda config, arrays: Network(VaeConfig(**config), arrays)))


class VaeEngine(NetworkEngine):
    """Varies, morphs and generates lines and beats."""

    name, tasks, roles = NAME, TASKS, ROLES
    first = 2  # its windows take as long alone as in a batch, so the first result needn't wait for the others

    def generate(
        self, request: Request, on_progress: OnProgress = ignore_progress, cancelled: Cancelled = never_cancelled
    ) -> Iterator[Variation]:
        """See ``models.generator.Engine``."""
        if request.task == "morph":
            yield from morph(self, request, on_progress, cancelled)
        else:
            yield from super().generate(request, on_progress, cancelled)

    def sampler(self, conditions: Conditions) -> Sampler:
        """See ``NetworkEngine``."""
        return _VaeSampler(self.network, conditions)


def _windows(network: Network, conditions: Conditions) -> Windows:
    return (BeatWindows if conditions.constraints.drums else LineWindows)(network, conditions)


def _between(start: np.ndarray, end: np.ndarray, shares: Sequence[float] | np.ndarray) -> np.ndarray:
    """Points at shares (N,) of the way from start to end, (N, windows, Z)."""
    return start + np.asarray(shares, np.float32)[:, None, None] * (end - start)


class _VaeSampler(Sampler[Any]):
    """Points (windows, Z) that become notes, or, where every note keeps its place, what each note is."""

    def __init__(self, network: Network, conditions: Conditions) -> None:
        super().__init__(conditions)
        self.prior = network.places[conditions.constraints.role]
        self.windows = _windows(network, conditions)
        self.own = self.windows.points()  # (windows, Z)

    def open(self, rng: np.random.Generator) -> list[np.ndarray]:
        """Points that were drawn, one window after the other, or on the way to such points."""
        if not self.constraints.notes:
            return list(self._drawn(_GENERATED, rng))
        target = _UNDIALLED if self.conditions.target is None else self.conditions.target
        (drawn,) = self._drawn(1, rng)
        shares = np.clip((1 - target) * self.conditions.temperature * _DISTANCES, _SHORTEST, _LONGEST)
        return list(_between(self.own, drawn, shares))

    def _drawn(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Points from where real clips lie, each after the one before, (count, windows, Z)."""
        point, points = None, []
        for _ in range(len(self.own)):
            noise = self.conditions.temperature * rng.standard_normal((count, self.own.shape[1]))
            point = self.prior.draw(point, noise.astype(np.float32))
            points.append(point)
        return np.stack(points, axis=1)

    def write(
        self, hypotheses: Sequence[np.ndarray], rngs: Sequence[np.random.Generator], cancelled: Cancelled
    ) -> list[list[Note]] | list[dict[int, Note]]:
        """See ``Sampler``."""
        points = np.stack(hypotheses)
        if not self.constraints.notes:
            return [self.windows.notes(one) for one in self.windows.write(points, rngs)]
        if self.conditions.in_order:
            return self.windows.changed(points)
        own, *written = self.windows.write(np.concatenate([self.own[None], points]))
        return [self.windows.notes(one, own) for one in written]

    def ranked(self, hypotheses: list[Any]) -> list[Any]:
        """Of a clip from nothing the sparsest or densest first, where that is wished for."""
        density = self.constraints.request.density
        if self.constraints.notes or density == "same":
            return hypotheses
        return sorted(hypotheses, key=len, reverse=density == "high")

    def notes(self, hypothesis: Any) -> list[Note]:  # noqa: ANN401 - points, until they are written
        """See ``Sampler``."""
        return list(hypothesis)

    def changed(self, hypothesis: Any) -> dict[int, Note]:  # noqa: ANN401
        """See ``Sampler``."""
        return dict(hypothesis)
