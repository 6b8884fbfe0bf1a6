"""A clip on a grid of cells: 16ths, or triplets of 8ths where its notes lie on those.

The engines that write cell by cell know bars of any number of cells, so a triplet clip in 4/4, with 12 cells to the
bar, is read like one in 3/4. What a note is away from its cell, it keeps.

Offers: ``CellGrid``, ``cells_held``, ``stretches``, ``share_to_forget``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.constraints.constraints import Constraints
from models.music.clip import Clip
from models.music.note import Note

SIXTEENTH, TRIPLET = 1 / 4, 1 / 3
_MUCH_BETTER = 0.5


@dataclass(frozen=True)
class CellGrid:
    """cell: beats; bar: cells of a bar, 0 where it is no whole number of them; cells: of the clip."""

    cell: float
    bar: int
    cells: int

    @classmethod
    def of(cls, clip: Clip) -> CellGrid:
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

    def micro_timing(self, note: Note) -> float:
        """Beats that a note begins behind (+) or ahead (-) of its cell."""
        return note.onset - self.cell_of(note.onset) * self.cell

    def windows(self, most: int) -> list[tuple[int, int]]:
        """Stretches [first, last) of whole bars, at most so many cells each, that make up the clip."""
        size = max(1, most // self.bar) * self.bar if 0 < self.bar <= most else most
        return [(first, min(first + size, self.cells)) for first in range(0, self.cells, size)]

    def cut(self, values: np.ndarray, empty: float, most: int) -> np.ndarray:
        """Values of each cell (cells, …) in windows, the last ones filled up with ``empty``, (windows, most, …)."""
        windows = self.windows(most)
        result = np.full((len(windows), most, *values.shape[1:]), empty, values.dtype)
        for number, (first, last) in enumerate(windows):
            result[number, : last - first] = values[first:last]
        return result

    def joined(self, windows: np.ndarray, most: int) -> np.ndarray:
        """The reverse of ``cut``, for several sets of windows: (sets, windows, most, …) -> (sets, cells, …)."""
        parts = [windows[:, number, : last - first] for number, (first, last) in enumerate(self.windows(most))]
        return np.concatenate(parts, axis=1)

    def inside(self, constraints: Constraints) -> np.ndarray:
        """Which cells lie in the stretch that may change, (cells,)."""
        starts = np.arange(self.cells) * self.cell
        return (starts >= constraints.start - 1e-6) & (starts < constraints.end - 1e-6)

    def positions(self, most: int) -> np.ndarray:
        """The cell in its bar, from 1, at most ``most``, (cells,); 0 where the bar is not known."""
        return np.minimum(np.arange(self.cells) % self.bar + 1, most) if self.bar else np.zeros(self.cells, np.int64)


def cells_held(held: np.ndarray) -> np.ndarray:
    """Cells that what begins in each cell lasts, (T,); held (T,): True where a note goes on."""
    cells = np.arange(len(held) + 1)
    free = np.where(np.append(held, False), len(held), cells)  # the cell itself, where nothing goes on
    return np.minimum.accumulate(free[::-1])[::-1][1:] - cells[:-1]


def share_to_forget(target: float | None, likeness: float, more: float) -> float:
    """The share of the notes to write anew so that the whole comes down to the dial, 0-1; 1 without one.

    likeness  how alike (0-1) what is written anew is to what was there; more: how much more than needed
    """
    return 1.0 if target is None else min(1.0, more * (1 - target) / (1 - likeness))


def stretches(
    beats: np.ndarray, notes: np.ndarray, wanted: float, rng: np.random.Generator, starts: np.ndarray, longest: int
) -> np.ndarray:
    """Numbers, from 1, of stretches of beats drawn until ``wanted`` notes lie in them; 0 for what is in none, (N,).

    beats   (N,) the beat of each item; notes: (N,) how many notes it counts for
    starts  beats at which a stretch may begin; longest: beats of the longest
    """
    counts = dict[int, float]()
    for beat, count in zip(beats.tolist(), notes.tolist(), strict=True):
        counts[beat] = counts.get(beat, 0) + count
    number, last, held, left = dict[int, int](), 0, 0.0, starts.tolist()
    while held < wanted - 0.5 and left:
        first, size = left[rng.integers(len(left))], int(rng.integers(1, longest + 1))
        drawn = [beat for beat in range(first, first + size) if beat in counts]
        last += bool(drawn)
        held += sum(counts[beat] for beat in drawn if beat not in number)
        number |= dict.fromkeys(drawn, last)
        left = [beat for beat in left if not first <= beat < first + size]
    return np.array([number.get(beat, 0) for beat in beats.tolist()], np.int64)
