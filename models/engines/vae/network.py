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

Here it plays, in numpy; training has the same in torch.

Letters in shapes: B windows, T cells, Z latent.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.engines.vae.config import KINDS, LANES, LATEST, UNSAID, VaeConfig
from models.sampling.beatwise import CELLS, BeatReader, BeatWriter
from models.sampling.networks.layers import Arrays, Linear, sigmoid, silu
from models.sampling.representation.tokens import SIZE

Choose = Callable[[np.ndarray], np.ndarray]
"""What becomes of the logits of a cell, of all windows."""


class _Vae:
    """What both have in common; cell: numbers of a cell that is read."""

    def __init__(self, config: VaeConfig, cell: int, at: Arrays) -> None:
        self.reader = BeatReader(cell, config.width, config.hidden, at.at("reader"))
        self.place = Linear(config.hidden, 2 * config.latent, at.at("place"))
        self.writer = BeatWriter(config.latent, config.hidden, config.width, 2 * config.cell, at.at("writer"))

    def point(self, cells: np.ndarray) -> np.ndarray:
        """The likeliest points of windows, (B, Z); cells (B, T, C)."""
        return self.place(self.reader(cells))[:, : self.place.bias.size // 2]


class LineVae(_Vae):
    """Windows of a line, as tokens."""

    def __init__(self, config: VaeConfig, at: Arrays) -> None:
        super().__init__(config, config.cell, at)
        self.embed = at.take("embed.weight", UNSAID + 1, config.cell)
        self.last = at.take("last.weight", UNSAID + 1, 2 * config.cell)
        self.token = Linear(2 * config.cell, SIZE, at.at("token"))

    def encode(self, tokens: np.ndarray) -> np.ndarray:
        """The likeliest points of windows, (B, Z); tokens (B, T)."""
        return self.point(self.embed[tokens])

    def logits(self, cells: np.ndarray, before: np.ndarray | int) -> np.ndarray:
        """Logits of cells, (..., SIZE), from what the writer made of a point (..., C) and the tokens before (...)."""
        return self.token(silu(cells + self.last[before]))

    def write(self, points: np.ndarray, choose: Choose | None = None) -> np.ndarray:
        """The tokens of windows, (B, T), cell by cell: the likeliest, or what is chosen of their logits (B, SIZE)."""
        cells, tokens = self.writer(points), np.empty((len(points), CELLS), int)
        before: np.ndarray | int = UNSAID
        for cell in range(CELLS):
            logits = self.logits(cells[:, cell], before)
            tokens[:, cell] = before = logits.argmax(1) if choose is None else choose(logits)
        return tokens


class BeatVae(_Vae):
    """Windows of nine drum lanes: hit, loudness, timing."""

    def __init__(self, config: VaeConfig, at: Arrays) -> None:
        super().__init__(config, 3 * LANES, at)
        self.last = np.ascontiguousarray(at.take("last.weight", 2 * config.cell, LANES).T)
        self.hit, self.touch = (
            Linear(2 * config.cell, size, at.at(name)) for name, size in (("hit", LANES), ("touch", 2 * LANES))
        )

    def encode(self, velocity: np.ndarray, offset: np.ndarray) -> np.ndarray:
        """The likeliest points of windows, (B, Z); velocity and offset (B, T, 9)."""
        return self.point(np.concatenate([velocity > 0, velocity, offset / LATEST], axis=2, dtype=np.float32))

    def logits(self, cells: np.ndarray, before: np.ndarray | None) -> np.ndarray:
        """Logits of a hit in each cell and lane, (..., 9), knowing the hits of the cell before; None: none."""
        return self.hit(silu(cells if before is None else cells + before @ self.last))

    def write(self, points: np.ndarray, choose: Choose | None = None) -> np.ndarray:
        """Hits (0 or 1), loudness and offset of windows, (B, T, 27), cell by cell: the likely hits, or chosen ones."""
        cells, hits = self.writer(points), np.zeros((len(points), CELLS, LANES), np.float32)
        for cell in range(CELLS):
            logits = self.logits(cells[:, cell], hits[:, cell - 1] if cell else None)
            hits[:, cell] = logits > 0 if choose is None else choose(logits)
        return np.concatenate([hits, self.performance(cells)], axis=2)

    def performance(self, cells: np.ndarray) -> np.ndarray:
        """Loudness (0-1) and offset (beats) that a hit would have, (..., 18)."""
        touch = self.touch(silu(cells))
        loud, late = touch[..., :LANES], touch[..., LANES:]
        return np.concatenate([sigmoid(loud), np.float32(LATEST) * np.tanh(late)], axis=-1)


class LatentPrior:
    """Where pairs of neighbouring windows of one kind lie: a Gaussian of 2 Z dimensions."""

    def __init__(self, latent: int, at: Arrays) -> None:
        mean, spread = at.take("mean", 2 * latent), at.take("spread", 2 * latent, 2 * latent)
        self.mean, self.later_mean = mean[:latent], mean[latent:]
        self.first, self.own = spread[:latent, :latent], spread[latent:, latent:]
        # What a point says of the next: the part of the spread that both share.
        self.said = np.linalg.solve(self.first.T.astype(float), spread[latent:, :latent].T).astype(np.float32)

    def draw(self, before: np.ndarray | None, noise: np.ndarray) -> np.ndarray:
        """Points (B, Z) after the points before, or first ones; noise (B, Z), normal, as wide as is wished."""
        if before is None:
            return self.mean + noise @ self.first.T
        return self.later_mean + (before - self.mean) @ self.said + noise @ self.own.T


class Network:
    """All that is needed to play; raises ``layers.Misfit``."""

    def __init__(self, config: VaeConfig, arrays: Arrays) -> None:
        self.line, self.beat = (
            LineVae(config, arrays.at("network", "line")),
            BeatVae(config, arrays.at("network", "beat")),
        )
        self.places = {kind: LatentPrior(config.latent, arrays.at("places", kind)) for kind in KINDS}
