"""How a change of a beat is spread: over all bars, every other one, or the ends of phrases.

Offers: ``Moves``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from models.engines.kin.planning.beats.pads import Pads
from models.engines.kin.planning.edit_builder import Change, EditBuilder
from models.engines.kin.planning.structure import Structure

_SPARING = 0.3
"""How often a change isn't made in all bars though it could be."""
_ANSWERS, _FIRST, _SECOND = ("kick", "stop"), ("section",), ("second half",)
"""Ideas of which every other bar changes, or a half of the clip, as far as that is enough for the dial."""


class Moves(Pads):
    """A beat that is changed.

    idea     what the variation is about; insists: what has been enough for its idea isn't for the dial
    whole    all bars change, not only those of the idea
    number   of the variation: neighbours are unlike
    schemes  of a lane of the time the figures that it is played in now, and in which bars
    counts   how often something was done, by pad; of percussion how often hits went, and, at -pad, came
    filled   cells of a fill, where nothing else comes
    """

    def __init__(self, structure: Structure, builder: EditBuilder, rng: np.random.Generator) -> None:
        super().__init__(structure, builder, rng)
        self.idea, self.insists, self.whole = "", False, True
        self.number = 0
        self.schemes: dict[int, list[tuple[list[int], frozenset[int]]]] = {}
        self.counts: dict[int, int] = {}
        self.filled: set[int] = set()

    @property
    def changing(self) -> list[int]:
        """The bars that change: those of the idea, or all of them."""
        bars, half = list(range(self.structure.bars)), self.structure.bars // 2
        if self.whole or not half:
            return bars
        if self.idea in _ANSWERS:
            return bars[1::2]
        return bars[:half] if self.idea in _FIRST else bars[half:] if self.idea in _SECOND else bars

    def everywhere(
        self, change: Callable[[int], Iterable[Change | None]], *, rare: bool = False, often: bool = True
    ) -> bool:
        """A change made in all bars, or where that is too much in every other one, or at the ends of phrases.

        change  what is done in a bar; rare: it suits the ends of phrases alone; often: all bars
        """
        every = [self.changing, [bar for bar in self.changing if bar % 2]]
        if self.structure.bars >= 4 and (not often or self.rng.random() < _SPARING):
            every = every[1:]
        for some in [*([] if rare else every), self.ends, self.ends[-1:]]:
            parts = [part for bar in some for part in change(bar) if part]
            if self.put(parts):
                return True
        return False

    def in_bar(self, hits: Iterable[int], bar: int) -> list[int]:
        """Those of some hits that lie in a bar."""
        return [index for index in hits if self.bar_numbers[index] == bar]
