"""The line of a clip on cells, and what notes a line written anew becomes.

The line is the highest (bass: lowest) note at each onset, cut where the next begins; other notes stay as they are.
A cell is a pitch where a note begins, -1 where it goes on, -2 where nothing sounds.

Offers: ``Tune`` (``Tune.of``), ``HELD``, ``SILENT``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.lines import bass_line, top_line
from models.music.note import Note
from models.sampling.grid import STEPS, home_shift
from models.sampling.loudness import Habits
from models.sampling.raster import Raster

HELD, SILENT = -1, -2
_ROOM = 9
"""Semitones beyond the clip's own notes that a new one may lie where no range is asked for."""


@dataclass(frozen=True)
class Tune:
    """cells (T,); at: index in ``constraints.notes`` of what begins in a cell; shift: semitones to the white keys."""

    constraints: Constraints
    raster: Raster
    cells: np.ndarray
    at: dict[int, int]
    shift: int

    @classmethod
    def of(cls, constraints: Constraints, raster: Raster) -> Tune:
        """The line of a request."""
        notes = constraints.notes
        cells = np.full(raster.cells, SILENT, np.int64)
        at: dict[int, int] = {}
        for index in bass_line(notes) if constraints.role == "bass" else top_line(notes):
            at.setdefault(raster.cell_of(notes[index].onset), index)
        for cell, index in sorted(at.items()):
            until = cell + max(1, round(notes[index].duration / raster.cell))
            cells[cell:until] = HELD
        for cell, index in at.items():
            cells[cell] = notes[index].pitch
        beside = [note for clip in constraints.request.context if not clip.drums for note in clip.notes]
        heard = np.array([(note.pitch, note.duration * STEPS) for note in (*notes, *beside)]).reshape(-1, 2)
        return cls(constraints, raster, cells, at, home_shift(heard[:, 0].astype(np.int64), heard[:, 1]))

    def notes(self, cells: np.ndarray) -> list[Note]:
        """The free notes of a line written anew, (T,): an old one where it says the same, else a new one."""
        constraints, notes = self.constraints, self.constraints.notes
        habits = Habits(notes, constraints.prompt.metre)
        on_line = set(self.at.values())
        result = [notes[index] for index in constraints.free if index not in on_line]
        for cell in np.flatnonzero(cells >= 0).tolist():
            size = _size(cells, cell)
            index = self.at.get(cell)
            if index is not None and (
                index not in constraints.free or (notes[index].pitch == cells[cell] and _size(self.cells, cell) == size)
            ):
                result += [notes[index]] if index in constraints.free else []
                continue
            late = self.raster.late(notes[index]) if index is not None else 0.0
            onset = max(0.0, constraints.start, cell * self.raster.cell + late)
            pitch = self.legal(int(cells[cell]), onset)
            if pitch is not None:
                result.append(Note(pitch, onset, habits.gate(size * self.raster.cell), habits.velocity(onset)))
        return result

    def repitched(self, cells: np.ndarray) -> dict[int, Note]:
        """Every free note of the line with the pitch that its cell has in ``cells``, where it begins one there."""
        changed = {}
        for cell, index in self.at.items():
            note = self.constraints.notes[index]
            if index in self.constraints.free and cells[cell] >= 0:
                pitch = self.legal(int(cells[cell]), note.onset)
                if pitch is not None:
                    changed[index] = note.moved(pitch=pitch)
        return changed

    def legal(self, wanted: int, onset: float) -> int | None:
        """The legal pitch nearest to the wanted one, in its octave's neighbourhood; None where there is none."""
        return min(self.pitches_at(onset), key=lambda pitch: (abs(pitch - wanted), pitch), default=None)

    def pitches_at(self, onset: float) -> list[int]:
        """The pitches that a new note of a cell may have."""
        low, high = self._register
        return [pitch for pitch in self.constraints.pitches_at(onset, self.raster.cell) if low <= pitch <= high]

    @property
    def _register(self) -> tuple[int, int]:
        own = [self.constraints.notes[index].pitch for index in self.at.values()]
        if not own or self.constraints.request.range is not None:
            return 0, 127
        return min(own) - _ROOM, max(own) + _ROOM


def _size(cells: np.ndarray, cell: int) -> int:
    """Cells that what begins in ``cell`` lasts."""
    return 1 + int(np.argmin(np.append(cells[cell + 1 :] == HELD, False)))
