"""The network of ``gan`` for lines: a generator that draws cell after cell.

The idea. A tune cannot be drawn all cells at once: apart from each other they leap where tunes step. So the plan of
the window comes at once from noise, prompt and density, as a beat's does, and a small recurrent layer then draws the
cells in turn, each knowing the ones before. The draw is Gumbel's, straight through, so the critic's verdict reaches
every choice. The critic reads cells and, worked out from them, the interval by which each note is left for the next:
steps and leaps are what tells a tune from dice. Alone, a critic teaches a chain of draws slowly: the generator is
also asked how likely it finds real windows, and the two are added.

The equations (Wasserstein and penalty as in ``network``; Gumbel-softmax: Jang, Gu & Poole 2017; teaching a generator
of sequences by likelihood first: Yu et al. 2017, SeqGAN):

    h_t = GRU(h_(t-1), plan_t(z, c) + A x_(t-1) + C prompt_t)        l_t = W h_t + g(h_t) prompt_t
    x_t = onehot(argmax(l_t + G)) + softmax(l_t + G) - stop(softmax(l_t + G)),  G ~ Gumbel
    m_t = o_t + (1 - |o_t|) m_(t-1)        i_t(d) = sum over p of o_t(p + d) m_(t-1)(p)      (o: onsets, m: last note)
    generator:  minimise  -E[D(x, c)] - b E[log p(real window | c)]

Where it differs from C-RNN-GAN (Mogren 2016): discrete cells, a plan beside the recurrence, a prompt as condition.

Letters in shapes: B windows, T cells, S tokens of a cell, P pitches, Z noise.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.gan.config import QUANTILES, GanConfig
from models.sampling.beatwise import CELLS, BeatReader, BeatWriter
from models.sampling.representation.tokens import REST, SIZE

Choose = Callable[[int, Tensor], Tensor]
"""Cell and logits (B, S) -> the tokens drawn there, one-hot (B, S)."""


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
