"""How the engine ``gan`` is trained: a generator against a critic, on whole windows of beats and of lines, each beside
another window of its track or none.

The loop steps the generator; the critic is stepped here, a few times before. On a resumed run the critic's optimiser
starts anew.

Offers: ``Loss``, ``dataset``, ``measure``, ``SETTINGS``; ``Draws``, ``BeatDataset``, ``TuneDataset``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.gan.config import LANES, LATEST, PROFILES, QUANTILES, GanConfig
from models.sampling.beatwise import BEATS, CELLS, CELLS_A_BEAT
from models.sampling.representation.cell_grid import cells_held
from models.sampling.representation.tokens import FIRST, HOLD, SIZE, tokens_of
from models.training.classics.networks.gan import Critic, Generator, LineGenerator, Network, critic_loss, gumbel, nats
from models.training.datasets.classics.grids import DrumWindows, TuneWindows, chances_of, spun
from models.training.datasets.corpus import Corpus
from models.training.loop import Learner

SETTINGS = {"rate": 4e-4, "averaging": 0.997, "warm_up": 20, "betas": (0.0, 0.9), "decay": 0.0}
BATCH = 64
CRITIC_RATE = 6e-4
CRITIC_SHARE, LIKELY_SHARE = 1.0, 10.0
"""What a line's verdict, and its nats a cell, count."""
LIKELY_FIRST = 1500
"""Rounds in which lines are taught by likelihood alone."""
CRITIC_STEPS, TUNE_CRITIC_STEPS, BEATS_EVERY = 2, 1, 4
"""Lines are the harder half: their critic is stepped once a round, the beats learn in every fourth round."""
COMPARED, _BARS = 1024, 256
"""Windows that inventions are compared with; of how many first bars it is told how many differ."""
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


@dataclass(frozen=True)
class Rounds:
    """What one step of the generator needs: batches of beats, the last for itself, those before for the critic.

    densities  quantiles of how dense beats, and lines, are: what is asked for when nobody says how dense
    """

    beats: tuple[Draws, ...]
    tunes: tuple[Draws, ...]
    densities: tuple[Tensor, Tensor]


class Loss(Learner):
    """Generators and critics."""

    NETWORK, PROFILES = Network, PROFILES

    def __init__(self, config: GanConfig) -> None:
        super().__init__(config)
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
        generator = self.network.beat
        _sharpen(self.critic, self.sharpening, generator, rounds[:-1])
        return -self.critic(generator.invent(*rounds[-1].told), *rounds[-1].told)

    def _tunes(self, rounds: tuple[Draws, ...]) -> Tensor:
        generator, draws = self.network.line, rounds[-1]
        judged = float(self.rounds) > LIKELY_FIRST
        if judged:
            _sharpen(self.line_critic, self.line_sharpening, generator, rounds[:-1])
        plan = generator.planned(torch.randn(len(draws.density), generator.noise), *draws.told)
        likely = nats(generator, plan, draws.prompt, draws.window).mean(1)  # (B,)
        if not judged:
            return LIKELY_SHARE * likely
        verdict = self.line_critic(generator.draw(plan, draws.prompt, gumbel), *draws.told)
        return CRITIC_SHARE * -verdict + LIKELY_SHARE * likely


def _sharpen(
    critic: nn.Module, optimiser: torch.optim.Optimizer, generator: Generator | LineGenerator, rounds: tuple[Draws, ...]
) -> None:
    """Step a critic once on each of some batches, and leave it as it is for the generator's step."""
    critic.requires_grad_(True)
    for draws in rounds:
        with torch.no_grad():
            invented = generator.invent(*draws.told)
        loss = critic_loss(critic, draws.window, invented, *draws.told)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
    critic.requires_grad_(False)


def dataset(corpus: Corpus, seed: int) -> tuple[Iterator[Rounds], list[tuple[Draws, Draws]]]:
    """Endless rounds, and valid's windows to compare with."""
    beats, tunes = (kind(corpus, valid=False) for kind in (BeatDataset, TuneDataset))
    rng, densities = np.random.default_rng(seed), (beats.densities(), tunes.densities())
    rounds = (
        Rounds(
            tuple(beats.draw(rng, BATCH) for _ in range(CRITIC_STEPS + 1)),
            tuple(tunes.draw(rng, BATCH) for _ in range(TUNE_CRITIC_STEPS + 1)),
            densities,
        )
        for _ in count()
    )
    return rounds, [compared(corpus)]


def compared(corpus: Corpus) -> tuple[Draws, Draws]:
    """The windows of valid that inventions are compared with, the same every time: beats, and lines."""
    beats, tunes = (
        kind(corpus, valid=True).draw(np.random.default_rng(20), COMPARED) for kind in (BeatDataset, TuneDataset)
    )
    return beats, tunes


@torch.no_grad()
def measure(model: nn.Module, valid: list[tuple[Draws, Draws]], device: str = "cpu") -> dict[str, float]:
    """How far inventions are from valid when they are to be as dense: histograms, and how many bars differ.

    "all" sums the distances (total variation, 0-1 each) and the shares of repeated bars.
    """
    torch.manual_seed(0)
    figures: dict[str, float] = {}
    generators = (model.network.beat, model.network.line)
    for name, generator, real, seen in zip(("drums", "melody"), generators, valid[0], (_beats, _tunes), strict=True):
        alone = replace(real, prompted=torch.zeros_like(real.prompted), prompt=torch.zeros_like(real.prompt))
        truth, invented = seen(real.window), seen(generator.invent(*alone.told))
        bars = invented.pop("bars")[:_BARS]
        figures |= {f"{what}, {name}": variation(truth[what], counts) for what, counts in invented.items()}
        figures[f"repeats, {name}"] = 1 - len(torch.unique(bars, dim=0)) / len(bars)
    return {"all": sum(figures.values()), **figures}


def variation(one: Tensor, other: Tensor) -> float:
    """Total variation of the histograms of two sets of whole numbers, 0-1."""
    values, numbers = torch.unique(torch.cat([one.flatten(), other.flatten()]), return_inverse=True)
    first, second = (
        torch.bincount(part, minlength=len(values)).float() / len(part)
        for part in numbers.split([one.numel(), other.numel()])
    )
    return float((first - second).abs().sum() / 2)


def _beats(windows: Tensor) -> dict[str, Tensor]:
    """Of windows (B, T, 27), as whole numbers: how dense; lane and 16th of the bar of every hit; which lanes are hit
    together in neighbouring cells; and the first bars."""
    hits = windows[..., :LANES] > 0.5
    where = torch.nonzero(hits)
    # Kick, snare and closed hat make 64 pairs of cells; what the other lanes do is too rare to count.
    symbols = (hits[..., :3].long() << torch.arange(3)).sum(2)  # (B, T)
    return {
        "density": hits.sum((1, 2)) // 4,
        "places": where[:, 2] * 16 + where[:, 1] % 16,
        "pairs": symbols[:, 1:] * 8 + symbols[:, :-1],
        "bars": hits[:, :16].flatten(1),
    }


def _tunes(windows: Tensor) -> dict[str, Tensor]:
    """Of windows (B, T, S), as whole numbers: how dense; intervals from note to note; pitches by where in the bar they
    begin; lengths; and the first bars."""
    tokens = windows.argmax(2)
    steps, places, lengths = [], [], []
    for row in tokens.numpy():
        at = np.flatnonzero(row >= FIRST)
        steps.append(np.clip(np.diff(row[at]), -12, 12))
        places.append(16 * ((row[at] - FIRST) % 12) + at % 16)
        lengths.append(np.minimum(cells_held(row == HOLD)[at], 16))
    listed = {"steps": steps, "places": places, "lengths": lengths}
    counts = {name: torch.from_numpy(np.concatenate(values).astype(np.int64)) for name, values in listed.items()}
    return {"density": (tokens >= FIRST).sum(1) // 2, **counts, "bars": tokens[:, :16]}
