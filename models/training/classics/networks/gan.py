"""The networks of ``gan`` in torch, as they are trained; what they are for, and the letters, stand in ``engines/gan``.

Offers: ``Network``, ``Generator``, ``LineGenerator``, ``beat_cells``.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.gan.config import BEAT_CELL, QUANTILES, GanConfig
from models.sampling.beatwise import CELLS
from models.sampling.representation.tokens import REST, SIZE
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


def beat_cells(written: Tensor, drawn: Tensor) -> Tensor:
    """Hit, loudness and timing of each cell, (B, T, 27), from what the generator wrote; drawn (B, T, 9) in 0-1."""
    likely, loud, late = written.chunk(3, dim=2)  # (B, T, 9) each
    probability = likely.sigmoid()
    hit = (drawn < probability).float() + probability - probability.detach()
    return torch.cat([hit, hit * loud.sigmoid(), hit * late.tanh()], dim=2)


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
