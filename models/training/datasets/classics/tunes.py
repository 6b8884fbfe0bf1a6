"""Lines for ``gan``: windows as tokens beside another window of their track, and how far invented ones are from real.

Offers: ``Draws``, ``neighbours``, ``quantiles``; ``TuneDataset``, ``invent_tunes``, ``compare_tunes``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor

from models.engines.gan.config import QUANTILES
from models.sampling.beatwise import BEATS, CELLS, CELLS_A_BEAT
from models.sampling.representation.tokens import FIRST, HOLD, SIZE, tokens_of
from models.training.classics.networks.gan import LineGenerator
from models.training.datasets.classics.grids import TuneWindows, chances_of, spun
from models.training.datasets.corpus import Corpus

DENSITY_UNIT = 16.0
"""Notes of a window that count as density 1."""
PROMPTED = 0.5
"""Share of windows that come with a prompt."""
_NEAR = 8
"""How many windows (bars) away a prompt may lie."""


@dataclass(frozen=True)
class Draws:
    """B windows, of beats (B, T, C) or of lines (B, T, S) one-hot, each beside a prompt or none; the last two (B,)."""

    window: Tensor
    prompt: Tensor
    density: Tensor
    prompted: Tensor


def neighbours(chosen: np.ndarray, kind: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A window near each of the same track, and whether it is shown."""
    other = (chosen + rng.integers(-_NEAR, _NEAR + 1, len(chosen))).clip(0, len(kind) - 1)
    other = np.where(kind[other, 2] == kind[chosen, 2], other, chosen)
    return other, (other != chosen) & (rng.random(len(chosen)) < PROMPTED)


def quantiles(dense: np.ndarray) -> Tensor:
    """Those of densities that are asked for when nobody says how dense, (64,)."""
    return torch.from_numpy(np.quantile(dense, (np.arange(QUANTILES) + 0.5) / QUANTILES)).float()


class TuneDataset:
    """Melodies of one split."""

    def __init__(self, corpus: Corpus, *, valid: bool) -> None:
        tunes = TuneWindows.cut(corpus, CELLS, ("melody",), valid=valid)
        whole = tunes.length == CELLS
        self.cells, self.shift, self.kind = tunes.pitch[whole].astype(np.int64), tunes.shift[whole], tunes.kind[whole]
        sounding = self.cells >= 0
        mean = np.where(sounding, self.cells, 0).sum(1) / sounding.sum(1)
        self.centre = 12 * np.rint((mean + self.shift) / 12).astype(np.int64) - self.shift
        self.chances = np.cumsum(chances_of(self.kind))

    def densities(self) -> Tensor:
        """Quantiles of how dense lines are, (64,), sources evened out."""
        chosen = np.random.default_rng(0).choice(len(self.cells), 4096, p=chances_of(self.kind))
        return quantiles((self.cells[chosen] >= 0).sum(1) / DENSITY_UNIT)

    def draw(self, rng: np.random.Generator, size: int) -> Draws:
        """Lines, half of them with another window of the track; both as seen from the prompt's key and register."""
        chosen = spun(self.chances, rng, size)
        other, there = neighbours(chosen, self.kind, rng)
        centre = np.where(there, self.centre[other], self.centre[chosen])[:, None]
        window, prompt = (one_hot(tokens_of(self.cells[each], centre)) for each in (chosen, other))
        prompted = torch.from_numpy(there.astype(np.float32))
        # Of some prompts all is shown, of others only some beats, as when a clip is varied.
        beats = rng.random((size, BEATS)) < np.where(rng.random(size) < 0.5, 1.0, rng.random(size))[:, None]
        shown = prompted[:, None] * torch.from_numpy(np.repeat(beats, CELLS_A_BEAT, axis=1))  # (B, T)
        return Draws(window, prompt * shown[..., None], window[..., FIRST:].sum((1, 2)) / DENSITY_UNIT, prompted)


def one_hot(tokens: np.ndarray) -> Tensor:
    """Tokens (…,) -> (…, S)."""
    return F.one_hot(torch.from_numpy(tokens), SIZE).float()


def invent_tunes(generator: LineGenerator, draws: Draws) -> Tensor:
    """Lines by chance under the conditions of ``draws``, (B, T, S)."""
    noise = torch.randn(len(draws.density), generator.noise)
    return generator.draw(generator.planned(noise, draws.prompt, draws.density, draws.prompted), draws.prompt, gumbel)


def compare_tunes(real: Tensor, invented: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
    """What is counted of windows (B, T, S), of the real and of the invented ones: whole numbers."""
    ours, theirs = (_counted(windows.argmax(2)) for windows in (real, invented))
    return {name: (values, theirs[name]) for name, values in ours.items()}


def _counted(tokens: Tensor) -> dict[str, Tensor]:
    """How dense; intervals from note to note; pitches by where in the bar they begin, strong or weak; lengths."""
    steps, places, lengths = [], [], []
    for row in tokens.numpy():
        at = np.flatnonzero(row >= FIRST)
        steps.append(np.clip(np.diff(row[at]), -12, 12))
        places.append(16 * ((row[at] - FIRST) % 12) + at % 16)
        ends = [1 + int(np.argmin(np.append(row[cell + 1 :] == HOLD, False))) for cell in at]
        lengths.append(np.minimum(ends, 16))
    listed = {"steps": steps, "places": places, "lengths": lengths}
    counts = {name: torch.from_numpy(np.concatenate(values).astype(np.int64)) for name, values in listed.items()}
    return {"density": (tokens >= FIRST).sum(1) // 2, **counts}


def gumbel(cell: int, logits: Tensor) -> Tensor:
    """A draw through which the gradient passes, one-hot (B, S)."""
    return F.gumbel_softmax(logits, tau=1.0, hard=True)
