"""The networks of ``gan``: a generator of beats, taught by a critic that only training knows.

The idea. A generator turns noise into a window of two bars, all cells and lanes at once; a critic looks at real and
invented windows and says how real each is, and each learns from the other. Both are told what is wished for: how
dense the window is, and, where there is one, the prompt, which in training is another window of the same piece - so
with a prompt the generator invents its kin, without one anything. Hits are made or not, never half: the choice is by
chance with the network's probabilities, and the gradient passes through as if it had not been made. Since the critic
measures a distance between kinds of music, not between notes, no window is ever copied towards.

The equations (Arjovsky et al. 2017, with the gradient penalty of Gulrajani et al. 2017; c is the condition):

    critic:     minimise  E[D(G(z, c), c)] - E[D(x, c)] + 10 E[(|grad D(x', c)| - 1)^2],  x' = e x + (1 - e) G(z, c)
    generator:  minimise  -E[D(G(z, c), c)],  z ~ N(0, 1)
    hit:        h = [u < p] + p - stop(p),  u ~ U(0, 1)       (straight through, Bengio et al. 2013)

Where it differs from MuseGAN (Dong et al. 2018; binary neurons: Dong & Yang 2018): two bars and one part, layers that
read and write beat by beat (``sampling/beatwise``) in place of transposed convolutions, a prompt as the condition.
Lines are drawn cell after cell; their networks are in ``line_network``.

Letters in shapes: B windows, T cells, C numbers a cell, Z noise.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.engines.gan.config import LANES, QUANTILES, GanConfig
from models.engines.gan.line_network import LineGenerator
from models.sampling.beatwise import BeatReader, BeatWriter

LATEST = 0.125
"""Beats; offsets are written as shares of this."""
BEAT_CELL = 3 * LANES


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


class Network(nn.Module):
    """The generators: all that is needed to play."""

    def __init__(self, config: GanConfig) -> None:
        super().__init__()
        self.config = config
        self.beat = Generator(config)
        self.line = LineGenerator(config)
