"""The networks of ``gan`` in torch, as they are trained, and what teaches them: the critics, their loss, and the
likelihood of real lines.

What they are for, equations and sources stand in ``engines/gan``. Letters in shapes: B windows, T cells, C numbers a
cell, S tokens of a cell, P pitches.

Offers: ``Network``, ``Generator``, ``LineGenerator``, ``gumbel``; ``Critic``, ``critic_loss``, ``intervals``, ``nats``.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.gan.config import BEAT_CELL, QUANTILES, GanConfig
from models.sampling.beatwise import CELLS
from models.sampling.representation.tokens import FIRST, REST, SIZE
from models.training.classics.networks.beatwise import BeatReader, BeatWriter

Choose = Callable[[int, Tensor], Tensor]
"""Cell and logits (B, S) -> the tokens drawn there, one-hot (B, S)."""


class Generator(nn.Module):
    """Noise, density and prompt -> what each cell is made of, (B, T, C).

    densities  quantiles of how dense beats are: what is asked for when nobody says how dense
    """

    densities: Tensor

    def __init__(self, config: GanConfig) -> None:
        super().__init__()
        self.noise = config.noise
        self.prompt = BeatReader(BEAT_CELL, config.width // 2, config.hidden // 2)
        self.writer = BeatWriter(config.noise + config.hidden // 2 + 2, config.hidden, config.width, BEAT_CELL)
        self.register_buffer("densities", torch.zeros(QUANTILES))

    def forward(self, noise: Tensor, prompt: Tensor, density: Tensor, prompted: Tensor) -> Tensor:
        """noise (B, Z), prompt (B, T, C), density (B,) and prompted (B,) 0 or 1 -> (B, T, C)."""
        told = self.prompt(prompt) * prompted[:, None]
        return self.writer(torch.cat([noise, told, density[:, None], prompted[:, None]], dim=1))

    def invent(self, prompt: Tensor, density: Tensor, prompted: Tensor) -> Tensor:
        """Hit, loudness and timing of each cell, (B, T, 27), by chance; conditions as in ``forward``."""
        noise = torch.randn(len(density), self.noise)
        likely, loud, late = self(noise, prompt, density, prompted).chunk(3, dim=2)  # (B, T, 9) each
        probability = likely.sigmoid()
        hit = (torch.rand(likely.shape) < probability).float() + probability - probability.detach()
        return torch.cat([hit, hit * loud.sigmoid(), hit * late.tanh()], dim=2)


def gumbel(cell: int, logits: Tensor) -> Tensor:
    """A draw through which the gradient passes, one-hot (B, S)."""
    return F.gumbel_softmax(logits, tau=1.0, hard=True)


class LineGenerator(nn.Module):
    """Noise, density and prompt -> tokens, (B, T, S) one-hot.

    densities  quantiles of how dense lines are: what is asked for when nobody says how dense
    """

    densities: Tensor

    def __init__(self, config: GanConfig) -> None:
        super().__init__()
        self.noise = config.noise
        width, reader, state = config.width, config.hidden // 2, config.state
        self.embed = nn.Linear(SIZE, width // 2, bias=False)
        self.prompt = BeatReader(width // 2, width, reader)
        self.plan = BeatWriter(config.noise + reader + 2, config.hidden, width, state)
        self.beside = nn.Linear(SIZE, state, bias=False)
        self.before = nn.Linear(SIZE, state, bias=False)
        self.chain = nn.GRU(state, state, batch_first=True)
        self.token = nn.Linear(state, SIZE)
        self.copy = nn.Linear(state, 1)
        self.register_buffer("densities", torch.zeros(QUANTILES))

    def planned(self, noise: Tensor, prompt: Tensor, density: Tensor, prompted: Tensor) -> Tensor:
        """What each cell is told before any is drawn, (B, T, state).

        noise (B, Z), prompt (B, T, S) one-hot, density (B,) and prompted (B,) 0 or 1
        """
        told = self.prompt(self.embed(prompt)) * prompted[:, None]
        plan = self.plan(torch.cat([noise, told, density[:, None], prompted[:, None]], dim=1))
        return plan + self.beside(prompt * prompted[:, None, None])

    def draw(self, plan: Tensor, prompt: Tensor, choose: Choose) -> Tensor:
        """The window, (B, T, S), cell after cell; prompt (B, T, S) zeros where there is none."""
        state = plan.new_zeros(len(plan), self.chain.hidden_size)
        drawn = [F.one_hot(torch.full((len(plan),), REST), SIZE).float()]
        for cell in range(CELLS):
            state = torch.gru_cell(plan[:, cell] + self.before(drawn[-1]), state, *self.chain.all_weights[0])
            drawn.append(choose(cell, self.logits(state, prompt[:, cell])))
        return torch.stack(drawn[1:], dim=1)

    def invent(self, prompt: Tensor, density: Tensor, prompted: Tensor) -> Tensor:
        """Windows by chance, (B, T, S); conditions as in ``planned``."""
        noise = torch.randn(len(density), self.noise)
        return self.draw(self.planned(noise, prompt, density, prompted), prompt, gumbel)

    def logits(self, state: Tensor, prompt: Tensor) -> Tensor:
        """Logits of cells, (…, S); state (…, state), prompt (…, S)."""
        return self.token(state) + self.copy(state) * prompt


class Network(nn.Module):
    """The generators: all that is needed to play."""

    def __init__(self, config: GanConfig) -> None:
        super().__init__()
        self.config = config
        self.beat = Generator(config)
        self.line = LineGenerator(config)


FARTHEST = 7
"""Semitones of the largest interval that the critic is shown."""


class Critic(nn.Module):
    """How real a window is beside its prompt, (B,); lines: True for lines, whose intervals it is shown, too."""

    def __init__(self, config: GanConfig, *, lines: bool) -> None:
        super().__init__()
        self.lines = lines
        cell = 2 * SIZE + 2 * FARTHEST + 1 if lines else 2 * BEAT_CELL
        self.reader = BeatReader(cell, config.width, config.hidden, more=2)
        self.verdict = nn.Linear(config.hidden, 1)

    def forward(self, window: Tensor, prompt: Tensor, density: Tensor, prompted: Tensor) -> Tensor:
        """window and prompt (B, T, C) or, of lines, (B, T, S), density and prompted (B,) -> (B,)."""
        told = [intervals(window)] if self.lines else []
        seen = torch.cat([window, *told, prompt * prompted[:, None, None]], dim=2)
        return self.verdict(self.reader(seen, torch.stack([density, prompted], dim=1)))[:, 0]


def intervals(window: Tensor) -> Tensor:
    """How far each note is from the last one, (B, T, 2 FARTHEST + 1): zeros where none begins; window (B, T, S)."""
    onsets = window[..., FIRST:]  # (B, T, P)
    stays = 1 - onsets.sum(2, keepdim=True)  # (B, T, 1)
    last = [torch.zeros_like(onsets[:, 0])]
    for cell in range(onsets.shape[1] - 1):
        last.append(onsets[:, cell] + stays[:, cell] * last[-1])
    around = F.pad(onsets, (FARTHEST, FARTHEST)).unfold(2, 2 * FARTHEST + 1, 1)  # (B, T, P, 2 FARTHEST + 1)
    return torch.einsum("btpd,btp->btd", around, torch.stack(last, dim=1))


def critic_loss(
    critic: nn.Module, real: Tensor, invented: Tensor, prompt: Tensor, density: Tensor, prompted: Tensor
) -> Tensor:
    """What the critic minimises, with the gradient penalty; all of one batch."""
    share = torch.rand(len(real), 1, 1)
    between = (share * real + (1 - share) * invented).requires_grad_(True)
    verdict = critic(between, prompt, density, prompted)
    (gradient,) = torch.autograd.grad(verdict.sum(), between, create_graph=True)
    steepness = (gradient.flatten(1).pow(2).sum(1) + 1e-12).sqrt()
    distance = critic(invented, prompt, density, prompted).mean() - critic(real, prompt, density, prompted).mean()
    return distance + 10 * (steepness - 1).pow(2).mean()


def nats(generator: LineGenerator, plan: Tensor, prompt: Tensor, window: Tensor) -> Tensor:
    """Cost of each cell of real windows, (B, T), each knowing the real ones before it."""
    before = F.pad(window[:, :-1], (0, 0, 1, 0))
    before[:, 0, REST] = 1.0
    states, _ = generator.chain(plan + generator.before(before))
    logits = generator.logits(states, prompt)
    return F.cross_entropy(logits.transpose(1, 2), window.argmax(2), reduction="none")
