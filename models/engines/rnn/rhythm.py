"""The rhythm of a melody, of chords or of a bass line, apart from its pitches.

Each cell rests, begins something or holds it. A rhythm written anew takes its pitches from the clip: what begins where
something began before is that again, perhaps longer or shorter; what begins elsewhere takes the pitches nearest to
it in time, and behind the clip those of the same place in it.

Offers: ``Rhythm`` (``Rhythm.of``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.constraints.constraints import Constraints
from models.engines.rnn.config import BEGINS, HELD, LANES, REST
from models.music.note import Note
from models.sampling.loudness import Habits
from models.sampling.raster import Raster

_PLAIN_PITCHES = {"melody": (72,), "bass": (36,), "chords": (60, 64, 67)}


@dataclass(frozen=True)
class Rhythm:
    """symbol, loud and known as ``writing.Draft`` wants them; groups: indices of the notes that begin in each cell."""

    constraints: Constraints
    raster: Raster
    groups: dict[int, list[int]]
    symbol: np.ndarray
    loud: np.ndarray
    fixed: np.ndarray

    @classmethod
    def of(cls, constraints: Constraints, raster: Raster) -> Rhythm:
        """The rhythm of a request; fixed (cells,): True where nothing may change."""
        groups = raster.by_cell(constraints.notes)
        symbol = np.full(raster.cells, REST)
        starts = np.arange(raster.cells) * raster.cell
        fixed = (starts < constraints.start - 1e-6) | (starts >= constraints.end - 1e-6)
        loud = np.zeros((raster.cells, LANES), np.float32)
        for cell, group in groups.items():
            longest = max(constraints.notes[index].duration for index in group)
            until = max(cell + 1, min(raster.cells, cell + round(longest / raster.cell)))
            symbol[cell + 1 : until] = HELD
            if any(index not in constraints.free for index in group):
                fixed[cell:until] = True
        for cell, group in groups.items():
            symbol[cell] = BEGINS
            loud[cell, 0] = max(constraints.notes[index].velocity for index in group) / 127
        return cls(constraints, raster, groups, symbol, loud, fixed)

    def notes(self, symbol: np.ndarray, loud: np.ndarray | None) -> list[Note]:
        """The free notes of a rhythm written anew; loud (cells, 9) 0-1 in lane 0, None for as the clip is."""
        constraints, cell_beats = self.constraints, self.raster.cell
        habits = Habits(constraints.notes, constraints.prompt.metre)
        result: list[Note] = []
        for cell in np.flatnonzero(symbol == BEGINS).tolist():
            size = 1 + int(np.argmin(np.append(symbol[cell + 1 :] == HELD, False)))
            group = self.groups.get(cell, [])
            if group and all(index not in constraints.free for index in group):
                continue
            if group and size == 1 + int(np.argmin(np.append(self.symbol[cell + 1 :] == HELD, False))):
                result += [constraints.notes[index] for index in group if index in constraints.free]
                continue
            late = self.raster.late(constraints.notes[group[0]]) if group else 0.0
            onset = max(0.0, constraints.start, cell * cell_beats + late)
            for pitch in self._pitches(cell):
                velocity = (
                    habits.velocity(onset)
                    if loud is None or not loud[cell, 0]
                    else int(np.clip(round(127 * float(loud[cell, 0])), 1, 127))
                )
                result.append(Note(pitch, onset, habits.gate(size * cell_beats), velocity))
        return result

    def _pitches(self, cell: int) -> list[int]:
        """Legal pitches for what begins in a cell."""
        groups = self.groups
        wanted: tuple[int, ...] = _PLAIN_PITCHES.get(self.constraints.role, (60,))
        if groups:
            last = max(groups)
            phrase = (last // self.raster.bar + 1) * self.raster.bar if self.raster.bar else last + 1
            like = cell % phrase if cell > last else cell
            source = min(groups, key=lambda other: (abs(other - like), other > like))
            wanted = tuple(self.constraints.notes[index].pitch for index in groups[source])
        onset = cell * self.raster.cell
        legal = self.constraints.pitches_at(onset, self.raster.cell)
        chosen: list[int] = []
        for pitch in wanted:
            near = min(
                (other for other in legal if other not in chosen),
                default=None,
                key=lambda other: (abs(other - pitch), other),
            )
            if near is not None:
                chosen.append(near)
        return chosen

    def moved(self, symbol: np.ndarray) -> dict[int, Note]:
        """Where every note goes when none may come or go: the n-th group to the n-th place, if there are as many."""
        old = sorted(self.groups)
        new = np.flatnonzero(symbol == BEGINS).tolist()
        changed = {}
        for before, after in zip(old, new, strict=False):
            for index in self.groups[before]:
                note = self.constraints.notes[index]
                if index in self.constraints.free and before != after and len(old) == len(new):
                    changed[index] = note.moved(onset=max(0.0, note.onset + (after - before) * self.raster.cell))
        return changed
