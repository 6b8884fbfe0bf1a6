"""What teaches the generators of ``gan``: the critics, their loss, and the likelihood of real lines.

Equations and sources are in ``engines/gan``. Letters in shapes: B windows, T cells, C numbers a cell, S tokens of a
cell, P pitches.

Offers: ``Critic``, ``LineCritic``, ``critic_loss``, ``intervals``, ``nats``.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.gan.config import BEAT_CELL, GanConfig
from models.sampling.representation.tokens import FIRST, REST, SIZE
from models.training.classics.networks.beatwise import BeatReader
from models.training.classics.networks.gan import LineGenerator

FARTHEST = 7
"""Semitones of the largest interval that the critic is shown."""


class Critic(nn.Module):
    """How real a window is beside its prompt, (B,)."""

    def __init__(self, config: GanConfig) -> None:
        super().__init__()
        self.reader = BeatReader(2 * BEAT_CELL, config.width, config.hidden, more=2)
        self.verdict = nn.Linear(config.hidden, 1)

    def forward(self, window: Tensor, prompt: Tensor, density: Tensor, prompted: Tensor) -> Tensor:
        """window and prompt (B, T, C), density and prompted (B,) -> (B,)."""
        both = torch.cat([window, prompt * prompted[:, None, None]], dim=2)
        return self.verdict(self.reader(both, torch.stack([density, prompted], dim=1)))[:, 0]


class LineCritic(nn.Module):
    """How real a line is beside its prompt, (B,)."""

    def __init__(self, config: GanConfig) -> None:
        super().__init__()
        self.reader = BeatReader(2 * SIZE + 2 * FARTHEST + 1, config.width, config.hidden, more=2)
        self.verdict = nn.Linear(config.hidden, 1)

    def forward(self, window: Tensor, prompt: Tensor, density: Tensor, prompted: Tensor) -> Tensor:
        """window and prompt (B, T, S), density and prompted (B,) -> (B,)."""
        seen = torch.cat([window, intervals(window), prompt * prompted[:, None, None]], dim=2)
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
