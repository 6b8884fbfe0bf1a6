"""What fixes the network of ``gan``; loads no torch."""

from __future__ import annotations

from dataclasses import dataclass

LANES = 9
BEAT_CELL = 3 * LANES
"""Numbers of a cell of a beat: hit, loudness and timing of each lane."""
LATEST = 0.125
"""Beats; offsets are written as shares of this."""
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
