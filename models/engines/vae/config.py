"""What fixes the networks of ``vae``; loads no torch."""

from __future__ import annotations

from dataclasses import dataclass

from models.sampling.representation.tokens import SIZE

LANES = 9
UNSAID = SIZE
"""The cell before the first, or one that is not told."""
KINDS = ("melody", "bass", "drums")
LATEST = 0.125
"""Beats; offsets are written as shares of this."""


@dataclass(frozen=True)
class VaeConfig:
    """Sizes: of the latent point, of the layers, and of what a cell of a line is embedded in."""

    latent: int = 128
    hidden: int = 320
    width: int = 96
    cell: int = 32


PROFILES = {"small": VaeConfig(), "tiny": VaeConfig(latent=8, hidden=16, width=8, cell=4)}
"""``small`` ships, ``tiny`` is for tests."""
