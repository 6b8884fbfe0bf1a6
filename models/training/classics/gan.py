"""The engine ``gan`` at school: a generator against a critic.

The loop steps the generator; the critic is stepped here, a few times before. On a resumed run the critic's optimiser
starts anew.

Offers: ``GanSchool``, ``school``, ``material``, ``measure``, ``SETTINGS``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np
import torch
from torch import Tensor, nn

from models.engines.gan.config import LANES, PROFILES, QUANTILES, GanConfig
from models.engines.gan.network import LATEST, Critic, Generator, Network, beat_cells, critic_loss
from models.sampling.beatwise import CELLS
from models.training.classics.grids import DrumWindows, evened
from models.training.material.corpus import Corpus

SETTINGS = {"rate": 4e-4, "averaging": 0.997, "warm_up": 20, "betas": (0.0, 0.9), "decay": 0.0}
BATCH = 64
CRITIC_STEPS = 2
CRITIC_RATE = 6e-4
PROMPTED = 0.5
"""Share of windows that come with a prompt."""
COMPARED = 1024
DENSITY_UNIT = 64.0
"""Notes of a window that count as density 1."""
_NEAR = 8
"""How many windows (bars) away a prompt may lie."""
_PLAIN_LOUDNESS = 0.75


@dataclass(frozen=True)
class Draws:
    """B windows, each with a prompt or without, (B, T, C), as the critic sees them."""

    window: Tensor
    prompt: Tensor
    density: Tensor
    prompted: Tensor


@dataclass(frozen=True)
class Rounds:
    """What one step of the generator needs: batches of beats, the last for itself, those before for the critic.

    densities  quantiles of how dense beats are: what is asked for when nobody says how dense
    """

    beats: tuple[Draws, ...]
    densities: Tensor

    @property
    def weights(self) -> Tensor:
        """One for each window: what the loop divides by."""
        return torch.ones(BATCH, 1)

    def to(self, device: str) -> Rounds:
        """These rounds; the engine is small enough for a CPU."""
        assert device == "cpu", "the classic engines are trained on a CPU"
        return self


class GanSchool(nn.Module):
    """Generator and critic."""

    def __init__(self, config: GanConfig) -> None:
        super().__init__()
        self.config = config
        self.network = Network(config)
        self.critic = Critic(config)
        self.sharpening = torch.optim.Adam(self.critic.parameters(), lr=CRITIC_RATE, betas=(0.0, 0.9))

    def forward(self, rounds: Rounds, smoothing: float = 0.0) -> Tensor:
        """Step the critic, then say what the generator loses, (B, 1)."""
        generator, critic = self.network.beat, self.critic.requires_grad_(True)
        if not generator.densities.any():
            generator.densities.copy_(rounds.densities)
        for draws in rounds.beats[:-1]:
            with torch.no_grad():
                invented = invent(generator, draws)
            loss = critic_loss(critic, draws.window, invented, draws.prompt, draws.density, draws.prompted)
            self.sharpening.zero_grad(set_to_none=True)
            loss.backward()
            self.sharpening.step()
        critic.requires_grad_(False)
        draws = rounds.beats[-1]
        return -critic(invent(generator, draws), draws.prompt, draws.density, draws.prompted)[:, None]


def invent(generator: Generator, draws: Draws) -> Tensor:
    """Beats by chance under the conditions of ``draws``, (B, T, 27)."""
    noise = torch.randn(len(draws.density), generator.noise)
    written = generator(noise, draws.prompt, draws.density, draws.prompted)
    return beat_cells(written, torch.rand(*written.shape[:2], LANES))


class Material:
    """Beats of one split, as the critic sees them."""

    def __init__(self, corpus: Corpus, *, valid: bool) -> None:
        beats = DrumWindows.cut(corpus, CELLS, valid=valid)
        # Only whole windows: a critic would learn where the others end.
        whole = beats.length == CELLS
        loud = np.where(beats.said[:, :1, None], beats.velocity, _PLAIN_LOUDNESS * (beats.velocity > 0))[whole]
        late = np.where(beats.said[:, 1:, None], beats.offset / LATEST, 0.0)[whole].clip(-1, 1)
        self.beats = np.concatenate([loud > 0, loud, late * (loud > 0)], axis=2).astype(np.float32)
        self.kind = beats.kind[whole]
        self.chances = np.cumsum(evened(self.kind))

    def densities(self) -> Tensor:
        """Quantiles of how dense beats are, (64,), sources evened out."""
        beats = np.random.default_rng(0).choice(len(self.beats), 4096, p=evened(self.kind))
        levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
        dense = self.beats[beats, :, :LANES].sum((1, 2)) / DENSITY_UNIT
        return torch.from_numpy(np.quantile(dense, levels)).float()

    def draw(self, rng: np.random.Generator, size: int = BATCH) -> Draws:
        """Beats, half of them with another window of the piece."""
        chosen = np.searchsorted(self.chances, rng.random(size)).clip(max=len(self.beats) - 1)
        other, there = _neighbour(chosen, self.kind, rng)
        window = torch.from_numpy(self.beats[chosen])
        return Draws(window, torch.from_numpy(self.beats[other]), window[..., :LANES].sum((1, 2)) / DENSITY_UNIT, there)


def _neighbour(chosen: np.ndarray, kind: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, Tensor]:
    """A window near each of the same track, and 1.0 where it is shown."""
    other = (chosen + rng.integers(-_NEAR, _NEAR + 1, len(chosen))).clip(0, len(kind) - 1)
    same = kind[other, 2] == kind[chosen, 2]
    other = np.where(same, other, chosen)
    there = same & (other != chosen) & (rng.random(len(chosen)) < PROMPTED)
    return other, torch.from_numpy(there.astype(np.float32))


def school(profile: str) -> GanSchool:
    """Fresh generators and critics."""
    return GanSchool(PROFILES[profile])


def material(corpus: Corpus, seed: int) -> tuple[Iterator[Rounds], list[Draws]]:
    """Endless rounds, and valid's windows to compare with."""
    train, valid, rng = Material(corpus, valid=False), Material(corpus, valid=True), np.random.default_rng(seed)
    densities = train.densities()
    rounds = (Rounds(tuple(train.draw(rng) for _ in range(CRITIC_STEPS + 1)), densities) for _ in count())
    return rounds, [valid.draw(np.random.default_rng(20), COMPARED)]


@torch.no_grad()
def measure(model: nn.Module, compared: list[Draws], device: str = "cpu") -> dict[str, float]:
    """How far invented beats are from valid's when they are to be as dense: histograms, and how many bars differ.

    "all" sums the distances (total variation, 0-1 each) and the share of repeated bars.
    """
    real = compared[0]
    torch.manual_seed(0)
    alone = Draws(real.window, real.prompt, real.density, torch.zeros_like(real.prompted))
    beats, truth = invent(model.network.beat, alone)[..., :LANES] > 0.5, real.window[..., :LANES] > 0.5
    figures = {
        "density": variation(truth.sum((1, 2)) // 4, beats.sum((1, 2)) // 4),
        "places": variation(_places(truth), _places(beats)),
        "pairs": variation(_pairs(truth), _pairs(beats)),
        "repeats": 1 - distinct(beats[:, :16].flatten(1)),
    }
    return {"all": sum(figures.values()), **figures}


def variation(one: Tensor, other: Tensor) -> float:
    """Total variation of the histograms of two sets of whole numbers, 0-1."""
    low, high = int(min(one.min(), other.min())), int(max(one.max(), other.max()))
    shares = [torch.bincount(each.flatten().long() - low, minlength=high - low + 1).float() / each.numel()
              for each in (one, other)]
    return float((shares[0] - shares[1]).abs().sum() / 2)


def distinct(bars: Tensor) -> float:
    """Share of different rows among 256, 0-1."""
    return len(torch.unique(bars[:256], dim=0)) / len(bars[:256])


def _places(hits: Tensor) -> Tensor:
    """Lane and 16th of the bar of every hit."""
    where = torch.nonzero(hits)
    return where[:, 2] * 16 + where[:, 1] % 16


def _pairs(hits: Tensor) -> Tensor:
    """The symbols (which lanes are hit together) that are hit in neighbouring cells, as one number each."""
    symbols = (hits.long() << torch.arange(LANES)).sum(2)  # (B, T)
    # Kick, snare and closed hat make 64 pairs of cells; what the other lanes do is too rare to count.
    symbols = symbols & 7
    return symbols[:, 1:] * 8 + symbols[:, :-1]
