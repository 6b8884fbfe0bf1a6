"""What ``gan`` learns from: whole windows of beats and of lines, each beside another window of its track or none.

Offers: ``Draws``, ``BeatDataset``, ``TuneDataset``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor

from models.engines.gan.config import LANES, LATEST, QUANTILES
from models.sampling.beatwise import BEATS, CELLS, CELLS_A_BEAT
from models.sampling.representation.tokens import SIZE, tokens_of
from models.training.datasets.classics.grids import DrumWindows, TuneWindows, chances_of, spun
from models.training.datasets.corpus import Corpus

PROMPTED = 0.5
"""Share of windows that come with a prompt."""
_NEAR = 8
"""How many windows (bars) away a prompt may lie."""
_PLAIN_LOUDNESS = 0.75


@dataclass(frozen=True)
class Draws:
    """B windows, of beats (B, T, C) or of lines (B, T, S) one-hot, each beside a prompt or none; the last two (B,)."""

    window: Tensor
    prompt: Tensor
    density: Tensor
    prompted: Tensor

    @property
    def told(self) -> tuple[Tensor, Tensor, Tensor]:
        """What generator and critic are told: prompt, density, prompted."""
        return self.prompt, self.density, self.prompted


class _Dataset(ABC):
    """Windows of one split; kind (N, 4) as in ``grids``, notes (N,) how many each holds, unit: those of density 1."""

    def __init__(self, kind: np.ndarray, notes: np.ndarray, unit: float) -> None:
        self.kind, self.dense, self.chances = kind, notes / unit, np.cumsum(chances_of(kind))

    def densities(self) -> Tensor:
        """Those that are asked for when nobody says how dense: quantiles, (64,), sources evened out."""
        chosen = np.random.default_rng(0).choice(len(self.kind), 4096, p=chances_of(self.kind))
        shares = (np.arange(QUANTILES) + 0.5) / QUANTILES
        return torch.from_numpy(np.quantile(self.dense[chosen], shares)).float()

    def draw(self, rng: np.random.Generator, size: int) -> Draws:
        """Windows, half of them with another one near them of the same track."""
        chosen = spun(self.chances, rng, size)
        other = (chosen + rng.integers(-_NEAR, _NEAR + 1, size)).clip(0, len(self.kind) - 1)
        other = np.where(self.kind[other, 2] == self.kind[chosen, 2], other, chosen)
        there = (other != chosen) & (rng.random(size) < PROMPTED)
        window, prompt = self._pair(chosen, other, there, rng)
        density, prompted = (torch.from_numpy(each.astype(np.float32)) for each in (self.dense[chosen], there))
        return Draws(window, prompt, density, prompted)

    @abstractmethod
    def _pair(
        self, chosen: np.ndarray, other: np.ndarray, there: np.ndarray, rng: np.random.Generator
    ) -> tuple[Tensor, Tensor]:
        """Windows by number, and their prompts, which are ``there`` or not."""


class BeatDataset(_Dataset):
    """Beats as the critic sees them: hit, loudness, timing of nine lanes."""

    def __init__(self, corpus: Corpus, *, valid: bool) -> None:
        beats = DrumWindows.cut(corpus, CELLS, valid=valid)
        # Only whole windows: a critic would learn where the others end.
        whole = beats.length == CELLS
        loud = np.where(beats.said[:, :1, None], beats.velocity, _PLAIN_LOUDNESS * (beats.velocity > 0))[whole]
        late = np.where(beats.said[:, 1:, None], beats.offset / LATEST, 0.0)[whole].clip(-1, 1)
        self.beats = np.concatenate([loud > 0, loud, late * (loud > 0)], axis=2).astype(np.float32)
        super().__init__(beats.kind[whole], self.beats[:, :, :LANES].sum((1, 2)), 64.0)

    def _pair(
        self, chosen: np.ndarray, other: np.ndarray, there: np.ndarray, rng: np.random.Generator
    ) -> tuple[Tensor, Tensor]:
        return torch.from_numpy(self.beats[chosen]), torch.from_numpy(self.beats[other])


class TuneDataset(_Dataset):
    """Melodies as tokens; a pair is seen from its prompt's key and register."""

    def __init__(self, corpus: Corpus, *, valid: bool) -> None:
        tunes = TuneWindows.cut(corpus, CELLS, ("melody",), valid=valid)
        whole = tunes.length == CELLS
        self.cells, shift = tunes.pitch[whole].astype(np.int64), tunes.shift[whole]
        sounding = self.cells >= 0
        mean = np.where(sounding, self.cells, 0).sum(1) / sounding.sum(1)
        self.centre = 12 * np.rint((mean + shift) / 12).astype(np.int64) - shift
        super().__init__(tunes.kind[whole], sounding.sum(1), 16.0)

    def _pair(
        self, chosen: np.ndarray, other: np.ndarray, there: np.ndarray, rng: np.random.Generator
    ) -> tuple[Tensor, Tensor]:
        size, centre = len(chosen), np.where(there, self.centre[other], self.centre[chosen])[:, None]
        tokens = (torch.from_numpy(tokens_of(self.cells[each], centre)) for each in (chosen, other))
        window, prompt = (F.one_hot(each, SIZE).float() for each in tokens)
        # Of some prompts all is shown, of others only some beats, as when a clip is varied.
        beats = rng.random((size, BEATS)) < np.where(rng.random(size) < 0.5, 1.0, rng.random(size))[:, None]
        shown = there[:, None] * np.repeat(beats, CELLS_A_BEAT, axis=1)  # (B, T)
        return window, prompt * torch.from_numpy(shown[..., None].astype(np.float32))
