"""The representation of lines: a melody or bass line on cells, and what notes a line written anew becomes.

The line is the highest (bass: lowest) note at each onset, cut where the next begins; other notes stay as they are.
A cell is a pitch where a note begins, -1 where it goes on, -2 where nothing sounds.

Offers: ``Line`` (``Line.of``), ``line_of``, ``home_of``, ``HELD``, ``SILENT``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.lines import bass_line, top_line
from models.music.clip import Clip
from models.music.note import Note
from models.sampling.beatwise import CELLS
from models.sampling.grid import STEPS, home_shift
from models.sampling.representation.cell_grid import CellGrid, cells_held
from models.sampling.representation.performance import Performance
from models.sampling.representation.tokens import centre_of, pitches_of, tokens_of

HELD, SILENT = -1, -2
_BEYOND = 9
"""Semitones beyond the clip's own notes that a new one may lie where no range is asked for."""
_MIDDLES = {"melody": 72, "bass": 40}
"""Pitches around which a line out of nothing is written."""


def line_of(constraints: Constraints) -> list[int]:
    """Indices of the notes of a request's line."""
    return bass_line(constraints.notes) if constraints.role == "bass" else top_line(constraints.notes)


def home_of(notes: Sequence[Note]) -> int:
    """Semitones (-5…6) that bring notes to the white keys."""
    return home_shift(
        np.array([note.pitch for note in notes], np.int64), np.array([note.duration for note in notes]) * STEPS
    )


@dataclass(frozen=True)
class Line:
    """cells (T,); at: index in ``constraints.notes`` of what begins in a cell; shift: semitones to the white keys."""

    constraints: Constraints
    grid: CellGrid
    cells: np.ndarray
    at: dict[int, int]
    shift: int

    @classmethod
    def of(cls, constraints: Constraints, heard: Sequence[Note] = ()) -> Line:
        """The line of a request; heard: the notes of its context, by whose key it is written as well."""
        scale = constraints.request.scale
        if not constraints.notes and scale is not None:
            pitches = np.array(scale.pitches(60, 71))
            shift = home_shift(pitches, np.ones(len(pitches)))
        else:
            shift = home_of((*constraints.notes, *heard))
        return cls._on(constraints, CellGrid.of(constraints.prompt), shift)

    def reading(self, clip: Clip) -> Line:
        """Another clip on the same cells and at the same home, for reading it only."""
        constraints = self.constraints
        return self._on(
            Constraints.of(constraints.request.but(prompts=(clip,)), constraints.role), self.grid, self.shift
        )

    @classmethod
    def _on(cls, constraints: Constraints, grid: CellGrid, shift: int) -> Line:
        notes = constraints.notes
        cells = np.full(grid.cells, SILENT, np.int64)
        at: dict[int, int] = {}
        for index in line_of(constraints):
            at.setdefault(grid.cell_of(notes[index].onset), index)
        for cell, index in sorted(at.items()):
            cells[cell : cell + max(1, round(notes[index].duration / grid.cell))] = HELD
        for cell, index in at.items():
            cells[cell] = notes[index].pitch
        return cls(constraints, grid, cells, at, shift)

    @cached_property
    def centres(self) -> list[int]:
        """The pitch around which each window is written: its own notes', else the line's, else the role's."""
        sounding = self.cells[self.cells >= 0]
        if not len(sounding):
            asked = self.constraints.request.range
            sounding = np.array([sum(asked) // 2 if asked else _MIDDLES.get(self.constraints.role, 60)])
        own = (window[window >= 0] for window in self.windows)
        return [centre_of(pitches if len(pitches) else sounding, self.shift) for pitches in own]

    @property
    def windows(self) -> np.ndarray:
        """The cells in windows, (windows, T)."""
        return self.grid.cut(self.cells, SILENT, CELLS)

    def tokens(self, windows: np.ndarray) -> np.ndarray:
        """Cells in windows as tokens, (windows, T) each."""
        return np.stack([tokens_of(cells, centre) for cells, centre in zip(windows, self.centres, strict=True)])

    def joined(self, tokens: np.ndarray) -> np.ndarray:
        """The cells of several sets of windows, (sets, windows, T) tokens -> (sets, cells)."""
        pitches = [pitches_of(tokens[:, number], centre) for number, centre in enumerate(self.centres)]
        return self.grid.joined(np.stack(pitches, axis=1), CELLS)

    @cached_property
    def open(self) -> np.ndarray:
        """Cells that may be written anew, (cells,): inside the stretch, not where a fixed note begins or rings."""
        open_cells = self.grid.inside(self.constraints)
        fixed = False
        for cell in range(self.grid.cells):
            if cell in self.at:
                fixed = self.at[cell] not in self.constraints.free
            elif self.cells[cell] == SILENT:
                fixed = False
            open_cells[cell] &= not fixed
        return open_cells

    @cached_property
    def _performance(self) -> Performance:
        return Performance(self.constraints.notes, self.constraints.prompt.metre)

    @cached_property
    def _sizes(self) -> np.ndarray:
        """Cells that what begins in each lasts."""
        return cells_held(self.cells == HELD)

    def notes(self, cells: np.ndarray) -> list[Note]:
        """The free notes of a line written anew, (cells,): an old one where it says the same, else a new one."""
        notes, free, performance = self.constraints.notes, self.constraints.free, self._performance
        on_line = set(self.at.values())
        result = [notes[index] for index in free if index not in on_line]
        begins = np.flatnonzero(cells >= 0)
        sizes = cells_held(cells == HELD)[begins].tolist()
        for cell, wanted, size in zip(begins.tolist(), cells[begins].tolist(), sizes, strict=True):
            index, late = self.at.get(cell), 0.0
            if index is not None:
                if index not in free:
                    continue
                if notes[index].pitch == wanted and self._sizes[cell] == size:
                    result.append(notes[index])
                    continue
                late = self.grid.micro_timing(notes[index])
            onset = max(0.0, self.constraints.start, cell * self.grid.cell + late)
            pitch = self.legal(wanted, onset)
            if pitch is not None:
                duration = performance.duration(size * self.grid.cell)
                result.append(Note(pitch, onset, duration, performance.velocity(onset)))
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
        """The legal pitch nearest to the wanted one; None where there is none."""
        pitches = self.pitches_at(onset)
        if wanted in pitches:
            return wanted
        return min(pitches, key=lambda pitch: (abs(pitch - wanted), pitch), default=None)

    def pitches_at(self, onset: float) -> frozenset[int]:
        """The pitches that a new note of a cell may have: what the request allows, in the line's neighbourhood."""
        pitches = self.constraints.pitches_at(onset, self.grid.cell)
        return self._near if pitches is self.constraints.allowed else pitches & self._neighbourhood

    @cached_property
    def _near(self) -> frozenset[int]:
        return self.constraints.allowed & self._neighbourhood

    @cached_property
    def _neighbourhood(self) -> frozenset[int]:
        own = [self.constraints.notes[index].pitch for index in self.at.values()]
        if not own or self.constraints.request.range is not None:
            return frozenset(range(128))
        return frozenset(range(min(own) - _BEYOND, max(own) + _BEYOND + 1))
