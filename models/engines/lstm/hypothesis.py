"""A line before and after it is written: what is sure to come, and what came.

A *slot* is a note that is sure to come: a kept one, or a place of a locked rhythm whose pitch is open, or a pitch of
a locked row whose place is open. Between slots new notes may be written, where the locks allow it.

Offers: ``SLOT``, ``THE_END``, ``LineHypothesis``, ``Event``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from models.engines.lstm.config import END

OPEN = NONE = -1
FAR = 10**9
"""Steps; later than anything."""

SLOT = ("of", "onset", "pitch", "duration", "old", "low", "high", "left", "right")
"""What is told of a slot, a row of numbers each: index in ``constraints.notes``, NONE for the end; onset in steps, OPEN
between low and high, both left out; pitch at home, or OPEN; number of the duration; the pitch that it had; where the
contour is locked, the old pitches before and after it, else NONE."""
THE_END = dict(zip(SLOT, (NONE, OPEN, END, 0, END, -1, FAR, NONE, NONE), strict=True))
"""The last slot of every line, but for its onset."""


class Event(NamedTuple):
    """A note as it was written: its slot's index, NONE for a new one; steps, pitch at home, number of the duration."""

    of: int
    onset: int
    pitch: int
    duration: int


@dataclass
class LineHypothesis:
    """A line; ``slots`` (rows of SLOT, S) end with the end; ``added`` counts the new notes.

    open     (steps + 1,) where a new note may begin, as ``LineContext.open``
    wished   (steps + 1,) how many new notes are wished for before each step; None: as the network likes
    events   the notes, once they are written
    """

    slots: np.ndarray
    open: np.ndarray
    wished: np.ndarray | None = None
    events: list[Event] = field(default_factory=list)
    added: int = 0
