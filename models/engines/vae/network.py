"""The networks of ``vae``: one for lines, one for beats; each maps a window to a point and a point to a window.

The idea. An encoder reads a window of two bars and says where in a space of 128 dimensions it lies, and how surely.
A decoder writes the window that belongs to a point. Because training blurs every point a little, neighbours mean
neighbours: a walk from one clip's point to another's passes through clips that have something of both, and a small
step away is a variation. Each cell is written knowing the cell before it, so that a note is held only where one
sounds. Sampling from where real clips lie gives new ones.

The equations (Kingma & Welling 2014; beta: Higgins et al. 2017; free bits: Kingma et al. 2016):

    q(z|x) = N(mean(x), diag(sigma(x)^2))        z = mean(x) + sigma(x) eps,  eps ~ N(0, 1)
    loss = -log p(x|z) + beta max(KL(q(z|x) | N(0, 1)) - free, 0)
    KL = 1/2 sum(mean^2 + sigma^2 - 1 - log sigma^2)
    p(x|z) = product over cells t of p(x_t | z, x_(t-1))

Where it differs from MusicVAE (Roberts et al. 2018), whose settings of beta and free bits are the model: layers that
read and write beat by beat (``sampling/beatwise``) in place of LSTMs; new points come from a Gaussian fitted to where
pairs of neighbouring training windows lie (ex-post density, Ghosh et al. 2020), in place of N(0, 1), of which a small
beta leaves large parts empty, so that a longer clip is a walk from window to window.

Letters in shapes: B windows, T cells, Z latent.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.vae.config import LANES, VaeConfig
from models.sampling.beatwise import BeatReader, BeatWriter
from models.sampling.representation.tokens import SIZE

UNSAID = SIZE
"""The cell before the first, or one that is not told."""
KINDS = ("melody", "bass", "drums")
LATEST = 0.125
"""Beats; offsets are written as shares of this."""


class LineVae(nn.Module):
    """Windows of a line, as tokens."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.embed = nn.Embedding(SIZE + 1, config.cell)
        self.reader = BeatReader(config.cell, config.width, config.hidden)
        self.place = nn.Linear(config.hidden, 2 * config.latent)
        self.writer = BeatWriter(config.latent, config.hidden, config.width, 2 * config.cell)
        self.last = nn.Embedding(SIZE + 1, 2 * config.cell)
        self.token = nn.Linear(2 * config.cell, SIZE)

    def encode(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of the windows' points, (B, Z) each; tokens (B, T)."""
        mean, log_variance = self.place(self.reader(self.embed(tokens))).chunk(2, dim=1)
        return mean, log_variance.clamp(-8, 4)

    def logits(self, cells: Tensor, before: Tensor) -> Tensor:
        """Logits of each cell, (B, T, SIZE), from what the writer made of a point and the token before."""
        return self.token(F.silu(cells + self.last(before)))


class BeatVae(nn.Module):
    """Windows of nine drum lanes: hit, loudness, timing."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.reader = BeatReader(3 * LANES, config.width, config.hidden)
        self.place = nn.Linear(config.hidden, 2 * config.latent)
        self.writer = BeatWriter(config.latent, config.hidden, config.width, 2 * config.cell)
        self.last = nn.Linear(LANES, 2 * config.cell, bias=False)
        self.hit = nn.Linear(2 * config.cell, LANES)
        self.touch = nn.Linear(2 * config.cell, 2 * LANES)

    def encode(self, velocity: Tensor, offset: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of the windows' points, (B, Z) each; velocity and offset (B, T, 9)."""
        cells = torch.cat([(velocity > 0).float(), velocity, offset / LATEST], dim=2)
        mean, log_variance = self.place(self.reader(cells)).chunk(2, dim=1)
        return mean, log_variance.clamp(-8, 4)

    def logits(self, cells: Tensor, before: Tensor) -> Tensor:
        """Logits of a hit in each cell and lane, (B, T, 9), knowing the hits of the cell before."""
        return self.hit(F.silu(cells + self.last(before)))

    def performance(self, cells: Tensor) -> tuple[Tensor, Tensor]:
        """Loudness (0-1) and offset (beats) that a hit would have, (B, T, 9) each."""
        loud, late = self.touch(F.silu(cells)).chunk(2, dim=-1)
        return loud.sigmoid(), LATEST * late.tanh()


class Network(nn.Module):
    """Both, as they are trained."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.config = config
        self.line = LineVae(config)
        self.beat = BeatVae(config)


class LatentPrior(nn.Module):
    """Where pairs of neighbouring windows of one kind lie: a Gaussian of 2 Z dimensions."""

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(2 * latent))
        self.register_buffer("spread", torch.eye(2 * latent))

    def draw(self, before: Tensor | None, noise: Tensor) -> Tensor:
        """Points (B, Z) after the points before, or first ones; noise (B, Z), normal, as wide as is wished."""
        size = noise.shape[1]
        first, later, own = self.spread[:size, :size], self.spread[size:, :size], self.spread[size:, size:]
        if before is None:
            return self.mean[:size] + noise @ first.T
        said = torch.linalg.solve_triangular(first, (before - self.mean[:size]).T, upper=False)  # (Z, B)
        return self.mean[size:] + (later @ said).T + noise @ own.T


class Instrument(nn.Module):
    """All that is needed to play, as one file of weights."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.network = Network(config)
        self.places = nn.ModuleDict({kind: LatentPrior(config.latent) for kind in KINDS})
