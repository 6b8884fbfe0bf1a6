"""What fixes the network of ``gan``; loads no torch."""

from __future__ import annotations

from dataclasses import dataclass

LANES = 9
QUANTILES = 64


@dataclass(frozen=True)
class GanConfig:
    """Sizes: of the noise and of the layers."""

    noise: int = 48
    hidden: int = 256
    width: int = 96
    state: int = 128


PROFILES = {"small": GanConfig(), "tiny": GanConfig(noise=8, hidden=16, width=8, state=8)}
"""``small`` ships, ``tiny`` is for tests."""
