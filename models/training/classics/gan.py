"""How the engine ``gan`` is trained: a generator against a critic.

The loop steps the generator; the critic is stepped here, a few times before. On a resumed run the critic's optimiser
starts anew.

Offers: ``Loss``, ``model``, ``dataset``, ``measure``, ``SETTINGS``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
import torch
from torch import Tensor, nn

from models.engines.gan.config import LANES, LATEST, PROFILES, GanConfig
from models.sampling.beatwise import CELLS
from models.training.classics.networks.gan import (
    Critic,
    Generator,
    LineGenerator,
    Network,
    beat_cells,
    critic_loss,
    nats,
)
from models.training.datasets.classics.grids import DrumWindows, chances_of, spun
from models.training.datasets.classics.tunes import (
    Draws,
    TuneDataset,
    compare_tunes,
    gumbel,
    invent_tunes,
    neighbours,
    quantiles,
)
from models.training.datasets.corpus import Corpus

SETTINGS = {"rate": 4e-4, "averaging": 0.997, "warm_up": 20, "betas": (0.0, 0.9), "decay": 0.0}
BATCH = 64
CRITIC_STEPS = 2
CRITIC_RATE = 6e-4
CRITIC_SHARE, LIKELY_SHARE = 1.0, 10.0
"""What a line's verdict, and its nats a cell, count."""
LIKELY_FIRST = 1500
"""Rounds in which lines are taught by likelihood alone."""
TUNE_CRITIC_STEPS, BEATS_EVERY = 1, 4
"""Lines are the harder half: their critic is stepped once a round, the beats learn in every fourth round."""
COMPARED, _BARS = 1024, 256
"""Windows that inventions are compared with; of how many first bars it is told how many differ."""
DENSITY_UNIT = 64.0
"""Notes of a window that count as density 1."""
_PLAIN_LOUDNESS = 0.75


@dataclass(frozen=True)
class Rounds:
    """What one step of the generator needs: batches of beats, the last for itself, those before for the critic.

    densities  quantiles of how dense beats, and lines, are: what is asked for when nobody says how dense
    """

    beats: tuple[Draws, ...]
    tunes: tuple[Draws, ...]
    densities: tuple[Tensor, Tensor]

    @property
    def weights(self) -> Tensor:
        """One for each window: what the loop divides by."""
        return torch.ones(BATCH, 1)


class Loss(nn.Module):
    """Generators and critics."""

    def __init__(self, config: GanConfig) -> None:
        super().__init__()
        self.config = config
        self.network = Network(config)
        self.critic, self.line_critic = (Critic(config, lines=lines) for lines in (False, True))
        # A number with a fraction, since the loop averages whatever it keeps.
        self.register_buffer("rounds", torch.zeros(()))
        self.sharpening, self.line_sharpening = (
            torch.optim.Adam(critic.parameters(), lr=CRITIC_RATE, betas=(0.0, 0.9))
            for critic in (self.critic, self.line_critic)
        )

    def forward(self, rounds: Rounds, smoothing: float = 0.0) -> Tensor:
        """Step the critics, then say what the generators lose, (B, 1)."""
        for generator, densities in zip((self.network.beat, self.network.line), rounds.densities, strict=True):
            if not generator.densities.any():
                generator.densities.copy_(densities)
        self.rounds += 1
        lost = self._tunes(rounds.tunes)
        if int(self.rounds) % BEATS_EVERY == 1:
            lost = lost + self._beats(rounds.beats)
        return lost[:, None]

    def _beats(self, rounds: tuple[Draws, ...]) -> Tensor:
        generator, critic = self.network.beat, self.critic.requires_grad_(True)
        for draws in rounds[:-1]:
            with torch.no_grad():
                invented = invent(generator, draws)
            _sharpen(critic, self.sharpening, draws, invented)
        draws = rounds[-1]
        return -critic.requires_grad_(False)(invent(generator, draws), draws.prompt, draws.density, draws.prompted)

    def _tunes(self, rounds: tuple[Draws, ...]) -> Tensor:
        generator, critic = self.network.line, self.line_critic.requires_grad_(True)
        judged = float(self.rounds) > LIKELY_FIRST
        for draws in rounds[:-1] if judged else ():
            with torch.no_grad():
                invented = invent_tunes(generator, draws)
            _sharpen(critic, self.line_sharpening, draws, invented)
        draws = rounds[-1]
        noise = torch.randn(len(draws.density), generator.noise)
        plan = generator.planned(noise, draws.prompt, draws.density, draws.prompted)
        likely = nats(generator, plan, draws.prompt, draws.window).mean(1)  # (B,)
        if not judged:
            return LIKELY_SHARE * likely
        verdict = critic.requires_grad_(False)(
            generator.draw(plan, draws.prompt, gumbel), draws.prompt, draws.density, draws.prompted
        )
        return CRITIC_SHARE * -verdict + LIKELY_SHARE * likely


def _sharpen(critic: nn.Module, optimiser: torch.optim.Optimizer, draws: Draws, invented: Tensor) -> None:
    """One step of a critic."""
    loss = critic_loss(critic, draws.window, invented, draws.prompt, draws.density, draws.prompted)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()


def invent(generator: Generator, draws: Draws) -> Tensor:
    """Beats by chance under the conditions of ``draws``, (B, T, 27)."""
    noise = torch.randn(len(draws.density), generator.noise)
    written = generator(noise, draws.prompt, draws.density, draws.prompted)
    return beat_cells(written, torch.rand(*written.shape[:2], LANES))


class Dataset:
    """Beats of one split, as the critic sees them."""

    def __init__(self, corpus: Corpus, *, valid: bool) -> None:
        beats = DrumWindows.cut(corpus, CELLS, valid=valid)
        # Only whole windows: a critic would learn where the others end.
        whole = beats.length == CELLS
        loud = np.where(beats.said[:, :1, None], beats.velocity, _PLAIN_LOUDNESS * (beats.velocity > 0))[whole]
        late = np.where(beats.said[:, 1:, None], beats.offset / LATEST, 0.0)[whole].clip(-1, 1)
        self.beats = np.concatenate([loud > 0, loud, late * (loud > 0)], axis=2).astype(np.float32)
        self.kind = beats.kind[whole]
        self.chances = np.cumsum(chances_of(self.kind))

    def densities(self) -> Tensor:
        """Quantiles of how dense beats are, (64,), sources evened out."""
        beats = np.random.default_rng(0).choice(len(self.beats), 4096, p=chances_of(self.kind))
        return quantiles(self.beats[beats, :, :LANES].sum((1, 2)) / DENSITY_UNIT)

    def draw(self, rng: np.random.Generator, size: int = BATCH) -> Draws:
        """Beats, half of them with another window of the piece."""
        chosen = spun(self.chances, rng, size)
        other, there = neighbours(chosen, self.kind, rng)
        window, prompt = (torch.from_numpy(self.beats[each]) for each in (chosen, other))
        density = window[..., :LANES].sum((1, 2)) / DENSITY_UNIT
        return Draws(window, prompt, density, torch.from_numpy(there.astype(np.float32)))


def model(profile: str) -> Loss:
    """A fresh network and its loss."""
    return Loss(PROFILES[profile])


def dataset(corpus: Corpus, seed: int) -> tuple[Iterator[Rounds], list[tuple[Draws, Draws]]]:
    """Endless rounds, and valid's windows to compare with."""
    beats, tunes = (kind(corpus, valid=False) for kind in (Dataset, TuneDataset))
    rng, densities = np.random.default_rng(seed), (beats.densities(), tunes.densities())
    rounds = (
        Rounds(
            tuple(beats.draw(rng) for _ in range(CRITIC_STEPS + 1)),
            tuple(tunes.draw(rng, BATCH) for _ in range(TUNE_CRITIC_STEPS + 1)),
            densities,
        )
        for _ in count()
    )
    return rounds, [compared(corpus)]


def compared(corpus: Corpus) -> tuple[Draws, Draws]:
    """The windows of valid that inventions are compared with, the same every time."""
    return (
        Dataset(corpus, valid=True).draw(np.random.default_rng(20), COMPARED),
        TuneDataset(corpus, valid=True).draw(np.random.default_rng(20), COMPARED),
    )


@torch.no_grad()
def measure(model: nn.Module, valid: list[tuple[Draws, Draws]], device: str = "cpu") -> dict[str, float]:
    """How far inventions are from valid when they are to be as dense: histograms, and how many bars differ.

    "all" sums the distances (total variation, 0-1 each) and the shares of repeated bars.
    """
    torch.manual_seed(0)
    figures: dict[str, float] = {}
    (beats, tunes), network = valid[0], model.network
    measured = {"drums": _measured_beats(network.beat, beats), "melody": _measured_tunes(network.line, tunes)}
    for name, (counts, bars) in measured.items():
        figures |= {f"{what}, {name}": variation(*pair) for what, pair in counts.items()}
        figures[f"repeats, {name}"] = 1 - len(torch.unique(bars[:_BARS], dim=0)) / len(bars[:_BARS])
    return {"all": sum(figures.values()), **figures}


Counts = dict[str, tuple[Tensor, Tensor]]


def _measured_beats(generator: Generator, real: Draws) -> tuple[Counts, Tensor]:
    alone = replace(real, prompted=torch.zeros_like(real.prompted))
    beats, truth = invent(generator, alone)[..., :LANES] > 0.5, real.window[..., :LANES] > 0.5
    counts = {
        "density": (truth.sum((1, 2)) // 4, beats.sum((1, 2)) // 4),
        "places": (_places(truth), _places(beats)),
        "pairs": (_pairs(truth), _pairs(beats)),
    }
    return counts, beats[:, :16].flatten(1)


def _measured_tunes(generator: LineGenerator, real: Draws) -> tuple[Counts, Tensor]:
    alone = replace(real, prompted=torch.zeros_like(real.prompted), prompt=torch.zeros_like(real.prompt))
    tunes = invent_tunes(generator, alone)
    return compare_tunes(real.window, tunes), tunes[:, :16].argmax(2)


def variation(one: Tensor, other: Tensor) -> float:
    """Total variation of the histograms of two sets of whole numbers, 0-1."""
    values, numbers = torch.unique(torch.cat([one.flatten(), other.flatten()]), return_inverse=True)
    first, second = (
        torch.bincount(part, minlength=len(values)).float() / len(part)
        for part in numbers.split([one.numel(), other.numel()])
    )
    return float((first - second).abs().sum() / 2)


def _places(hits: Tensor) -> Tensor:
    """Lane and 16th of the bar of every hit."""
    where = torch.nonzero(hits)
    return where[:, 2] * 16 + where[:, 1] % 16


def _pairs(hits: Tensor) -> Tensor:
    """The symbols (which lanes are hit together) that are hit in neighbouring cells, as one number each."""
    # Kick, snare and closed hat make 64 pairs of cells; what the other lanes do is too rare to count.
    symbols = (hits[..., :3].long() << torch.arange(3)).sum(2)  # (B, T)
    return symbols[:, 1:] * 8 + symbols[:, :-1]
