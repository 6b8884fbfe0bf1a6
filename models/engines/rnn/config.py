"""What fixes the network ``rnn``: its sizes and its symbols; loads no torch.

A cell of a beat is one of 512 symbols: bit i is set where lane i is hit. A cell of another role's rhythm is one of
three: nothing sounds, something begins, something goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

LANES = 9
REST, BEGINS, HELD = 512, 513, 514
SYMBOLS = 515
SYMBOLS_OF = (slice(REST, SYMBOLS), slice(0, REST))
"""Those of another role's rhythm, and of a beat."""
NONE = SYMBOLS
"""In place of a symbol where there is none yet."""
ROLES = ("melody", "chords", "bass", "drums")
LOUDNESSES = 12
TIMINGS = 9
TIMING_UNIT = 1 / 40
"""Beats of one unit of timing; the middle one is on the cell."""
MOST_CELLS = 64
PLACES = 32
LOOKBACKS = (1, 2)
"""How many bars ago a cell is looked up."""


@dataclass(frozen=True)
class RnnConfig:
    """Sizes: width of the writer, and of each direction of the reader."""

    width: int = 192
    reader: int = 80
    dropout: float = 0.1


PROFILES = {"small": RnnConfig(), "tiny": RnnConfig(width=16, reader=8)}
"""``small`` ships, ``tiny`` is for tests."""
