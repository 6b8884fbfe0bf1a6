"""A clip on a grid of cells: 16ths, or triplets of 8ths where its notes lie on those.

The engines that write cell by cell know bars of any number of cells, so a triplet clip in 4/4, with 12 cells to the
bar, is read like one in 3/4. What a note is away from its cell, it keeps.

Offers: ``Raster``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.music.clip import Clip
from models.music.note import Note

SIXTEENTH, TRIPLET = 1 / 4, 1 / 3
_MUCH_BETTER = 0.5


@dataclass(frozen=True)
class Raster:
    """cell: beats; bar: cells of a bar, 0 where it is no whole number of them; cells: of the clip."""

    cell: float
    bar: int
    cells: int

    @classmethod
    def of(cls, clip: Clip) -> Raster:
        """The grid that the clip's notes lie on."""
        onsets = np.array([note.onset for note in clip.notes])
        straight, ternary = (
            np.abs(onsets - np.rint(onsets / cell) * cell).mean() if len(onsets) else 0.0
            for cell in (SIXTEENTH, TRIPLET)
        )
        fits = abs(clip.metre.bar / TRIPLET - round(clip.metre.bar / TRIPLET)) < 1e-6
        cell = TRIPLET if fits and ternary < _MUCH_BETTER * straight else SIXTEENTH
        bar = clip.metre.bar / cell
        whole = round(bar) if abs(bar - round(bar)) < 1e-6 else 0
        return cls(cell, whole, max(1, int(np.ceil(clip.length / cell - 1e-6))))

    def cell_of(self, onset: float) -> int:
        """The cell in which a note begins."""
        return min(self.cells - 1, max(0, round(onset / self.cell)))

    def late(self, note: Note) -> float:
        """Beats that a note begins behind (+) or ahead (-) of its cell."""
        return note.onset - self.cell_of(note.onset) * self.cell

    def windows(self, most: int) -> list[tuple[int, int]]:
        """Stretches [first, last) of whole bars, at most so many cells each, that make up the clip."""
        size = max(1, most // self.bar) * self.bar if 0 < self.bar <= most else most
        return [(first, min(first + size, self.cells)) for first in range(0, self.cells, size)]

    def by_cell(self, notes: Sequence[Note]) -> dict[int, list[int]]:
        """Indices of the notes that begin in each cell."""
        cells: dict[int, list[int]] = {}
        for index, note in enumerate(notes):
            cells.setdefault(self.cell_of(note.onset), []).append(index)
        return cells
