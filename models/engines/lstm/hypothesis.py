"""A line before and after it is written: what is sure to come, and what came.

A *slot* is a note that is sure to come: a kept one, or a place of a locked rhythm whose pitch is open, or a pitch of
a locked row whose place is open. Between slots new notes may be written, where the locks allow it.

Offers: ``Slot``, ``LineHypothesis``, ``Event``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from models.engines.lstm.config import END

FAR = 10**9
"""Steps; later than anything."""


@dataclass(frozen=True)
class Slot:
    """A note to come.

    index      in ``constraints.notes``; -1 for the end
    onset      steps; None: open between ``low`` and ``high``, both left out
    pitch      at home; None: open
    old        the pitch that it had
    neighbours old pitches before and after it where the contour is locked; None at the line's ends
    """

    index: int
    onset: int | None
    pitch: int | None
    duration: int
    old: int = END
    low: int = -1
    high: int = FAR
    neighbours: tuple[int | None, int | None] | None = None


class Event(NamedTuple):
    """A note as it was written: its slot's index, -1 for a new one; steps, pitch at home, number of the duration."""

    of: int
    onset: int
    pitch: int
    duration: int


@dataclass
class LineHypothesis:
    """A line; ``slots`` end with the end; ``added`` counts the new notes.

    open     (steps + 1,) where a new note may begin, as ``LineContext.open``
    wished   (steps + 1,) how many new notes are wished for before each step; None: as the network likes
    events   the notes, once they are written
    """

    slots: Sequence[Slot]
    open: np.ndarray
    wished: np.ndarray | None = None
    events: list[Event] = field(default_factory=list)
    added: int = 0
