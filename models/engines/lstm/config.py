"""What fixes the network ``lstm``: its sizes and the vocabulary of an event; loads no torch."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_WAIT = 96
"""Most steps (of 24 to a beat) from one event to the next; a longer rest is written as events without a note."""

FAR = 10**9
"""Steps; later than anything."""

REST, END = 128, 129
"""Pitch values of an event without a note, and of the end of what is written."""
NO_PITCH = 130

WAITS = LONGEST_WAIT + 1
PITCHES = 130
DURATION_COUNT = 41
ROLES = ("melody", "bass")
INNER = len(ROLES)
"""Number, beside the roles, of a line out of the midst of the music: heard in training only."""
INTERVALS = 49
"""Intervals from one note to the next that are told apart: two octaves down to two up."""
DENSITY_EDGES = (0.4, 0.7, 1.0, 1.5, 2.2, 3.2)
"""Notes a beat; the control "density" is the number of edges passed, from 1; 0 is "not said"."""
METRES = 34
"""Lengths of a bar, in 16ths, that are told apart; 0: not known."""
LOOKBACKS = (1, 2, 4)
"""How many bars ago the line is looked up, so that a motif may come back."""
DISTANCES = 40
"""Buckets of the distance to the next kept note: quarters of a beat to 4 beats, then beats."""


@dataclass(frozen=True)
class LstmConfig:
    """Sizes of the network: width and layers of the writer, width of the reader of what comes later."""

    width: int = 320
    reader: int = 128
    layers: int = 2
    dropout: float = 0.3


PROFILES = {"small": LstmConfig(), "tiny": LstmConfig(width=24, reader=16, layers=1)}
"""``small`` ships, ``tiny`` is for tests."""
