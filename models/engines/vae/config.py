"""What fixes the networks of ``vae``; loads no torch."""

from __future__ import annotations

from dataclasses import dataclass

LANES = 9


@dataclass(frozen=True)
class VaeConfig:
    """Sizes: of the latent point, of the layers, and of what a cell of a line is embedded in."""

    latent: int = 128
    hidden: int = 320
    width: int = 96
    cell: int = 32


PROFILES = {"small": VaeConfig(), "tiny": VaeConfig(latent=8, hidden=16, width=8, cell=4)}
"""``small`` ships, ``tiny`` is for tests."""
