"""The engine ``gan`` at school: generators against critics, on beats and on lines.

The loop steps the generators; the critics are stepped here, a few times before each. On a resumed run the critics'
optimisers start anew.

Offers: ``GanSchool``, ``school``, ``material``, ``measure``, ``SETTINGS``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.gan.config import PROFILES, QUANTILES
from models.engines.gan.network import (
    BEAT_CELL,
    LATEST,
    Critic,
    Generator,
    Network,
    beat_cells,
    critic_loss,
    line_cells,
)
from models.sampling.beatwise import CELLS
from models.sampling.tokens import FIRST, SIZE, tokens_of
from models.training.classics.grids import DrumWindows, TuneWindows, evened
from models.training.material.corpus import Corpus

SETTINGS = {"rate": 4e-4, "averaging": 0.997, "warm_up": 20, "betas": (0.0, 0.9), "decay": 0.0}
BATCH = 64
CRITIC_STEPS = 2
CRITIC_RATE = 6e-4
PROMPTED = 0.5
"""Share of windows that come with a prompt."""
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
    """What one step of the generators needs: batches of beats and of lines, the last for the generators.

    densities  quantiles of how dense beats, and lines, are: what is asked for when nobody says how dense
    """

    beats: tuple[Draws, ...]
    lines: tuple[Draws, ...]
    densities: tuple[Tensor, ...]

    @property
    def weights(self) -> Tensor:
        """One for each window: what the loop divides by."""
        return torch.ones(BATCH, 1)

    def to(self, device: str) -> Rounds:
        """These rounds; the engine is small enough for a CPU."""
        assert device == "cpu", "the classic engines are trained on a CPU"
        return self


class GanSchool(nn.Module):
    """Generators and critics."""

    def __init__(self, profile: str) -> None:
        super().__init__()
        self.config = PROFILES[profile]
        self.network = Network(self.config)
        self.critics = nn.ModuleDict({"beat": Critic(self.config, BEAT_CELL), "line": Critic(self.config, SIZE)})
        self.sharpening = torch.optim.Adam(self.critics.parameters(), lr=CRITIC_RATE, betas=(0.0, 0.9))

    def forward(self, rounds: Rounds, smoothing: float = 0.0) -> Tensor:
        """Step the critics, then say what the generators lose, (B, 2)."""
        self.critics.requires_grad_(True)
        network, critics = self.network, self.critics
        pairs = ((network.beat, critics["beat"], beat_cells), (network.line, critics["line"], line_cells))
        if not network.beat.densities.any():
            for (generator, _, _), quantiles in zip(pairs, rounds.densities, strict=True):
                generator.densities.copy_(quantiles)
        for beats, lines in zip(rounds.beats[:-1], rounds.lines[:-1], strict=True):
            loss = torch.zeros(())
            for (generator, critic, cells), draws in zip(pairs, (beats, lines), strict=True):
                with torch.no_grad():
                    invented = invent(generator, cells, draws)
                loss = loss + critic_loss(critic, draws.window, invented, draws.prompt, draws.density, draws.prompted)
            self.sharpening.zero_grad(set_to_none=True)
            loss.backward()
            self.sharpening.step()
        self.critics.requires_grad_(False)
        last = (rounds.beats[-1], rounds.lines[-1])
        losses = [-critic(invent(generator, cells, draws), draws.prompt, draws.density, draws.prompted)
                  for (generator, critic, cells), draws in zip(pairs, last, strict=True)]
        return torch.stack(losses, dim=1)


def invent(generator: Generator, cells: object, draws: Draws) -> Tensor:
    """Windows by chance under the conditions of ``draws``, (B, T, C)."""
    noise = torch.randn(len(draws.density), generator.noise)
    written = generator(noise, draws.prompt, draws.density, draws.prompted)
    size = 9 if written.shape[2] == BEAT_CELL else SIZE
    return cells(written, torch.rand(*written.shape[:2], size))  # type: ignore[operator]


class Material:
    """Windows of one split, as the critic sees them."""

    def __init__(self, corpus: Corpus, *, valid: bool) -> None:
        beats, lines = DrumWindows.cut(corpus, CELLS, valid=valid), TuneWindows.cut(
            corpus, CELLS, ("melody", "bass"), valid=valid)
        # Only whole windows: a critic would learn where the others end.
        whole = beats.length == CELLS
        loud = np.where(beats.said[:, :1, None], beats.velocity, _PLAIN_LOUDNESS * (beats.velocity > 0))[whole]
        late = np.where(beats.said[:, 1:, None], beats.offset / LATEST, 0.0)[whole].clip(-1, 1)
        self.beats = np.concatenate([loud > 0, loud, late * (loud > 0)], axis=2).astype(np.float32)
        self.beat_kind = beats.kind[whole]
        self.lines, self.line_kind = lines, lines.kind
        self.whole = np.flatnonzero(lines.length == CELLS)
        self.beat_chances = np.cumsum(evened(self.beat_kind))
        self.line_chances = np.cumsum(evened(self.line_kind[self.whole]))

    def densities(self) -> tuple[np.ndarray, np.ndarray]:
        """Quantiles of how dense beats and lines are, (64,) each, sources evened out."""
        rng = np.random.default_rng(0)
        beats = rng.choice(len(self.beats), 4096, p=evened(self.beat_kind))
        lines = self.whole[rng.choice(len(self.whole), 4096, p=evened(self.line_kind[self.whole]))]
        levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
        return (np.quantile(self.beats[beats, :, :9].sum((1, 2)) / DENSITY_UNIT, levels),
                np.quantile((self.lines.pitch[lines] >= 0).sum(1) / DENSITY_UNIT, levels))

    def draw_beats(self, rng: np.random.Generator, size: int = BATCH) -> Draws:
        """Beats, half of them with another window of the piece."""
        chosen = np.searchsorted(self.beat_chances, rng.random(size)).clip(max=len(self.beats) - 1)
        other, there = _neighbour(chosen, self.beat_kind, rng)
        window = torch.from_numpy(self.beats[chosen])
        return Draws(window, torch.from_numpy(self.beats[other]), window[..., :9].sum((1, 2)) / DENSITY_UNIT, there)

    def draw_lines(self, rng: np.random.Generator, size: int = BATCH) -> Draws:
        """Lines at home, half of them with another window of the piece, both around the same centre."""
        place = np.searchsorted(self.line_chances, rng.random(size)).clip(max=len(self.whole) - 1)
        chosen = self.whole[place]
        other, there = _neighbour(chosen, self.line_kind, rng)
        tokens = np.stack([self._tokens(a, b) for a, b in zip(chosen, other, strict=True)])  # (B, 2, T)
        cells = F.one_hot(torch.from_numpy(tokens), SIZE).float()
        return Draws(cells[:, 0], cells[:, 1], cells[:, 0, :, FIRST:].sum((1, 2)) / DENSITY_UNIT, there)

    def _tokens(self, window: int, prompt: int) -> np.ndarray:
        cells = self.lines.pitch[[window, prompt]].astype(np.int64)
        cells = np.where(cells >= 0, cells + self.lines.shift[prompt], cells)
        centre = int(12 * round(float(cells[1][cells[1] >= 0].mean()) / 12))
        return tokens_of(cells, centre)


def _neighbour(chosen: np.ndarray, kind: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, Tensor]:
    """A window near each of the same track, and 1.0 where it is shown."""
    other = (chosen + rng.integers(-_NEAR, _NEAR + 1, len(chosen))).clip(0, len(kind) - 1)
    same = kind[other, 2] == kind[chosen, 2]
    other = np.where(same, other, chosen)
    there = same & (other != chosen) & (rng.random(len(chosen)) < PROMPTED)
    return other, torch.from_numpy(there.astype(np.float32))


def school(profile: str) -> GanSchool:
    """Fresh generators and critics."""
    return GanSchool(profile)


def material(corpus: Corpus, seed: int) -> tuple[Iterator[Rounds], list[Draws]]:
    """Endless rounds, and valid's windows to compare with (beats, then lines)."""
    train, valid, rng = Material(corpus, valid=False), Material(corpus, valid=True), np.random.default_rng(seed)
    fixed = np.random.default_rng(20)
    quantiles = tuple(torch.from_numpy(each).float() for each in train.densities())
    compared = [valid.draw_beats(fixed, 1024), valid.draw_lines(fixed, 1024)]

    def rounds() -> Iterator[Rounds]:
        for _ in count():
            yield Rounds(tuple(train.draw_beats(rng) for _ in range(CRITIC_STEPS + 1)),
                         tuple(train.draw_lines(rng) for _ in range(CRITIC_STEPS + 1)), quantiles)

    return rounds(), [*compared, quantiles]


@torch.no_grad()
def measure(model: nn.Module, fixed: list, device: str = "cpu") -> dict[str, float]:
    """How far invented windows are from valid's: histograms of density, place and pitch, and how many bars differ.

    "all" sums the distances (total variation, 0-1 each) and the share of repeated bars.
    """
    beats, lines, quantiles = fixed
    network = model.network
    torch.manual_seed(0)
    free = torch.zeros(1024)
    asked = [each[torch.randint(len(each), (1024,))] for each in quantiles]
    beat = invent(network.beat, beat_cells, Draws(beats.window, beats.prompt, asked[0], free))[..., :9] > 0.5
    line = invent(network.line, line_cells, Draws(lines.window, lines.prompt, asked[1], free)).argmax(2)
    real_beat, real_line = beats.window[..., :9] > 0.5, lines.window.argmax(2)
    figures = {
        "beat density": variation(real_beat.sum((1, 2)) // 4, beat.sum((1, 2)) // 4),
        "beat places": variation(_places(real_beat), _places(beat)),
        "beat repeats": 1 - distinct(beat[:, :16].flatten(1)),
        "line density": variation((real_line >= FIRST).sum(1) // 2, (line >= FIRST).sum(1) // 2),
        "line pitches": variation(real_line[real_line >= FIRST], line[line >= FIRST]),
        "line steps": variation(_leaps(real_line), _leaps(line)),
        "line repeats": 1 - distinct(line[:, :16]),
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


def _leaps(tokens: Tensor) -> Tensor:
    """Semitones from note to note, in all windows."""
    row = tokens[tokens >= FIRST]
    return (row[1:] - row[:-1]).clamp(-13, 13)
