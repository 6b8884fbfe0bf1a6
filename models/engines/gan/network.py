"""The networks of ``gan``: a generator of beats and one of lines, taught by critics that only training knows.

The idea. A generator turns noise into a window of two bars, all cells and lanes at once; a critic looks at real and
invented windows and says how real each is, and each learns from the other. Both are told what is wished for: how
dense the window is, and, where there is one, the prompt, which in training is another window of the same piece - so
with a prompt the generator invents its kin, without one anything. Hits are made or not, never half: the choice is by
chance with the network's probabilities, and the gradient passes through as if it had not been made. Since the critic
measures a distance between kinds of music, not between notes, no window is ever copied towards.

A tune cannot be drawn all cells at once: apart from each other they leap where tunes step. So the plan of the window
comes at once, as a beat's does, and a small recurrent layer then draws the cells in turn, each knowing the ones
before. The draw is Gumbel's, straight through, so the critic's verdict reaches every choice. The critic reads cells
and, worked out from them, the interval by which each note is left for the next: steps and leaps are what tells a tune
from dice. Alone, a critic teaches a chain of draws slowly: the generator is also asked how likely it finds real
windows, and the two are added.

The equations (Arjovsky et al. 2017, with the gradient penalty of Gulrajani et al. 2017; c is the condition):

    critic:     minimise  E[D(G(z, c), c)] - E[D(x, c)] + 10 E[(|grad D(x', c)| - 1)^2],  x' = e x + (1 - e) G(z, c)
    generator:  minimise  -E[D(G(z, c), c)],  z ~ N(0, 1);  of lines  -E[D(x, c)] - b E[log p(real window | c)]
    hit:        h = [u < p] + p - stop(p),  u ~ U(0, 1)       (straight through, Bengio et al. 2013)

and of lines (Gumbel-softmax: Jang, Gu & Poole 2017; likelihood beside a critic: Yu et al. 2017, SeqGAN):

    h_t = GRU(h_(t-1), plan_t(z, c) + A x_(t-1) + C prompt_t)        l_t = W h_t + g(h_t) prompt_t
    x_t = onehot(argmax(l_t + G)) + softmax(l_t + G) - stop(softmax(l_t + G)),  G ~ Gumbel
    m_t = o_t + (1 - |o_t|) m_(t-1)        i_t(d) = sum over p of o_t(p + d) m_(t-1)(p)      (o: onsets, m: last note)

Where it differs from MuseGAN (Dong et al. 2018; binary neurons: Dong & Yang 2018): two bars and one part, layers that
read and write beat by beat (``sampling/beatwise``) in place of transposed convolutions, a prompt as the condition;
and from C-RNN-GAN (Mogren 2016): discrete cells, a plan beside the recurrence.

Here they play, in numpy; training has the same in torch.

Letters in shapes: B windows, T cells, C numbers a cell, S tokens of a cell, P pitches, Z noise.
"""

from __future__ import annotations

import numpy as np

from models.engines.gan.config import BEAT_CELL, QUANTILES, GanConfig
from models.sampling.beatwise import BeatReader, BeatWriter
from models.sampling.networks.layers import Arrays, Gru, Linear
from models.sampling.representation.tokens import SIZE


class Generator:
    """Noise, density and prompt -> what each cell of a beat is made of, (B, T, C).

    densities  quantiles of how dense beats are: what is asked for when nobody says how dense
    """

    def __init__(self, config: GanConfig, at: Arrays) -> None:
        self.noise, told = config.noise, config.hidden // 2
        self.densities = at.take("densities", QUANTILES)
        self.prompt = BeatReader(BEAT_CELL, config.width // 2, told, at.at("prompt"))
        self.writer = BeatWriter(config.noise + told + 2, config.hidden, config.width, BEAT_CELL, at.at("writer"))

    def __call__(self, noise: np.ndarray, prompt: np.ndarray, density: np.ndarray, prompted: np.ndarray) -> np.ndarray:
        """noise (B, Z), prompt (1 or B, T, C), density (B,) and prompted (B,) 0 or 1 -> (B, T, C)."""
        return self.writer(_condition(noise, self.prompt(prompt), density, prompted))


class LineGenerator:
    """Noise, density and prompt -> tokens of a line, cell after cell.

    densities  quantiles of how dense lines are: what is asked for when nobody says how dense
    """

    def __init__(self, config: GanConfig, at: Arrays) -> None:
        width, told, state = config.width, config.hidden // 2, config.state
        self.noise, self.densities = config.noise, at.take("densities", QUANTILES)
        self.embed = at.take("embed.weight", width // 2, SIZE).T
        self.prompt = BeatReader(width // 2, width, told, at.at("prompt"))
        self.plan = BeatWriter(config.noise + told + 2, config.hidden, width, state, at.at("plan"))
        self.chain = Gru(state, state, at.at("chain"))
        # Both are told as one-hot tokens, so they are looked up, mapped as the chain reads them.
        beside, self.before = (
            at.take(f"{name}.weight", state, SIZE).T @ self.chain.weights for name in ("beside", "before")
        )
        self.beside = np.append(beside, np.zeros_like(beside[:1]), axis=0)  # the last where nothing is shown
        self.token = Linear(state, SIZE + 1, at.at("token"), at.at("copy"))

    def gates(self, noise: np.ndarray, prompt: np.ndarray, shown: np.ndarray, density: np.ndarray) -> np.ndarray:
        """What the chain is told at each cell beside the cell before, (B, T, 3 state).

        noise (B, Z), prompt tokens (B, T), shown (B, T) True where anything of them is, density (B,)
        """
        told = self.prompt(self.embed[prompt] * shown[..., None])
        plan = self.plan(_condition(noise, told, density, np.any(shown, axis=1)))  # (B, T, state)
        gates: np.ndarray = self.chain.told(plan)
        gates += self.beside[np.where(shown, prompt, SIZE)]
        return gates

    def start(self, count: int) -> np.ndarray:
        """The chain's state before the first cell, behind which there is a rest."""
        return np.zeros((count, self.chain.width), np.float32)

    def step(self, gates: np.ndarray, before: np.ndarray, state: np.ndarray) -> np.ndarray:
        """The state at a cell, (B, state); gates (B, 3 state) there, before (B,) the token of the cell before."""
        return self.chain.step(gates + self.before[before], state)

    def logits(self, state: np.ndarray, prompt: np.ndarray, shown: np.ndarray) -> np.ndarray:
        """Logits of a cell, (N, S); prompt and shown (N,) there."""
        said = self.token(state)
        said[np.arange(len(said)), prompt] += said[:, SIZE] * shown
        return said[:, :SIZE]


def _condition(noise: np.ndarray, told: np.ndarray, density: np.ndarray, prompted: np.ndarray) -> np.ndarray:
    """What a writer reads; told (1 or B, H) of the prompt."""
    prompted = prompted[:, None]
    return np.concatenate([noise, told * prompted, density[:, None], prompted], axis=1, dtype=np.float32)


class Network:
    """The generators: all that is needed to play; raises ``layers.Misfit``."""

    def __init__(self, config: GanConfig, arrays: Arrays) -> None:
        self.beat, self.line = Generator(config, arrays.at("beat")), LineGenerator(config, arrays.at("line"))
