"""A request as what the generator is told, and what it writes as notes of the request.

Offers: ``BeatRoom``: ``invent`` (beats written under the request's conditions), ``notes_of``, and ``changed`` (where
notes may only change their lane).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from models.constraints.constraints import Constraints
from models.engines.gan.chance import densities_of, noise_of
from models.engines.gan.config import LANES
from models.engines.gan.network import LATEST, Generator, Network, beat_cells
from models.music.note import Note
from models.sampling.beatwise import CELLS
from models.sampling.kit import Kit
from models.sampling.raster import Raster

DENSITY_UNIT = 64.0
"""Notes of a window that count as density 1."""
_PLAIN_LOUDNESS = 0.75
_FARTHEST, _HALVINGS = 20.0, 16


class BeatRoom:
    """A beat, window by window."""

    def __init__(self, network: Network, constraints: Constraints) -> None:
        self.generator: Generator = network.beat
        self.constraints = constraints
        self.raster = Raster.of(constraints.prompt)
        self.kit = Kit.of(constraints, self.raster)
        self.windows = self.raster.windows(CELLS)

    def invent(self, chances: Sequence[np.random.Generator]) -> tuple[np.ndarray, np.ndarray]:
        """Hit, loudness, offset (chances, cells, 27), and logits of the hits (chances, cells, 9)."""
        loud = np.where(self.kit.plays_loudness, self.kit.hits, _PLAIN_LOUDNESS * (self.kit.hits > 0))
        hits, late = (self.kit.hits > 0).astype(np.float32), self.kit.offsets / LATEST
        prompt = np.concatenate([hits, loud, np.clip(late, -1, 1) * hits], axis=1).astype(np.float32)
        written, logits = [], []
        for first, last in self.windows:
            window = np.zeros((CELLS, 3 * LANES), np.float32)
            window[: last - first] = prompt[first:last]
            raw = self._written(window, chances)
            raw = torch.cat(
                [_tempered(raw[..., :LANES], self.constraints.request.temperature), raw[..., LANES:]], dim=2
            )
            drawn = torch.from_numpy(np.stack([rng.random((CELLS, LANES)) for rng in chances])).float()
            written.append(beat_cells(raw, drawn).numpy()[:, : last - first])
            logits.append(raw[..., :LANES].numpy()[:, : last - first])
        return np.concatenate(written, axis=1), np.concatenate(logits, axis=1)

    def _written(self, prompt: np.ndarray, chances: Sequence[np.random.Generator]) -> Tensor:
        """What the generator writes for one window beside its prompt, (chances, T, C)."""
        generator, count = self.generator, len(chances)
        own = float(prompt[:, :LANES].sum()) / DENSITY_UNIT
        density = densities_of(self.constraints, own, generator.densities, chances)
        noise = noise_of(generator.noise, self.constraints.request.temperature, chances)
        return generator(
            noise,
            torch.from_numpy(prompt)[None].expand(count, -1, -1),
            density,
            torch.full((count,), float(bool(self.constraints.notes))),
        )

    def notes_of(self, written: np.ndarray) -> list[Note]:
        """The free notes of an invented beat, (cells, 27)."""
        hits, loud, late = np.split(written, 3, axis=1)
        loud = np.where(self.kit.plays_loudness, np.maximum(loud, 1 / 127), np.nan)
        return self.kit.notes(np.where(hits > 0.5, loud, 0.0), np.where(self.kit.plays_late, LATEST * late, 0.0))

    def changed(self, logits: np.ndarray) -> dict[int, Note]:
        """As many hits in each cell as there are, in the lanes that the generator likes best."""
        own = self.kit.hits > 0
        liked = np.where((self.kit.pitch < 0) & ~own, -np.inf, logits)
        rank = np.argsort(np.argsort(-liked, axis=1, kind="stable"), axis=1)
        return self.kit.exchanged(rank < own.sum(1)[:, None])


def _tempered(logits: Tensor, temperature: float) -> Tensor:
    """Logits divided by the temperature, moved so that as many hits are to be expected as before; (B, T, 9)."""
    expected = logits.sigmoid().sum((1, 2), keepdim=True)
    low, high = torch.full_like(expected, -_FARTHEST), torch.full_like(expected, _FARTHEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        many = ((logits + middle) / temperature).sigmoid().sum((1, 2), keepdim=True) > expected
        low, high = torch.where(many, low, middle), torch.where(many, middle, high)
    return (logits + (low + high) / 2) / temperature
