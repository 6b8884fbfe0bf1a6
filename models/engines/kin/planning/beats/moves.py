"""How a change of a beat is spread: over all bars, every other one, or the ends of phrases; over beats of the bar.

Offers: ``Moves``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.beats.pads import Pads
from models.engines.kin.planning.edit_builder import Change, EditBuilder
from models.engines.kin.planning.structure import Structure

_SPARING, _HALF_A_BAR = 0.3, 0.5
"""How often a change isn't made in all bars, and of the time not in all beats, though it could be."""


class Moves(Pads):
    """A beat that is changed.

    idea     what the variation is about; insists: what has been enough for its idea isn't for the dial
    half     only the second half of the clip changes
    schemes  what happens to a lane of the time
    counts   how often something was done, by pad
    filled   cells of a fill, where nothing else comes; most: hits that another one may have
    """

    def __init__(self, structure: Structure, builder: EditBuilder, rng: np.random.Generator) -> None:
        super().__init__(structure, builder, rng)
        self.idea, self.insists, self.half = "", False, False
        self.schemes: dict[int, str] = {}
        self.counts: dict[int, int] = {}
        self.filled: set[int] = set()
        self.most = STEPS

    def everywhere(
        self, change: Callable[[int], Iterable[Change | None]], *, rare: bool = False, often: bool = True
    ) -> bool:
        """A change made in all bars, or where that is too much in every other one, or at the ends of phrases.

        change  what is done in a bar; rare: it suits the ends of phrases alone; often: all bars
        """
        bars = range(self.structure.bars // 2 if self.half else 0, self.structure.bars)
        every = [list(bars), [bar for bar in bars if bar % 2]]
        if self.structure.bars >= 4 and (not often or self.rng.random() < _SPARING):
            every = every[1:]
        for some in [*([] if rare else every), self.ends, self.ends[-1:]]:
            parts = [part for bar in some for part in change(bar) if part]
            if self.put(parts):
                return True
        return False

    def sets_of_beats(self) -> list[list[int]]:
        """Sets of beats of the bar, larger ones first."""
        beats = list(range(self.structure.bar // self.beat)) or [0]
        back = sorted({place // self.beat for place in self.backbeats if place % self.beat == 0}) or beats[1::2]
        halves = [back, [beat for beat in beats if beat not in back]]
        if self.rng.random() < _HALF_A_BAR and self.idea != "time":
            return [*halves[: 1 + int(self.rng.integers(2))], beats[-1:]]
        return [beats, *halves, beats[-1:]]
