"""The networks of ``vae`` in torch, as they are trained; what they are for, and the letters, stand in ``engines/vae``.

Offers: ``Network``, ``LineVae``, ``BeatVae``, ``Instrument``.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.engines.vae.config import KINDS, LANES, LATEST, VaeConfig
from models.sampling.representation.tokens import SIZE
from models.training.classics.networks.beatwise import BeatReader, BeatWriter


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


class Instrument(nn.Module):
    """All that is needed to play, as one file of weights.

    places  where pairs of neighbouring windows of each kind lie: "mean" and "spread" of a Gaussian of 2 Z dimensions
    """

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.config = config
        self.network = Network(config)
        mean, spread = torch.zeros(2 * config.latent), torch.eye(2 * config.latent)
        self.places = nn.ModuleDict({kind: nn.ParameterDict({"mean": mean, "spread": spread}) for kind in KINDS})
