"""The representation of beats: a clip's notes on a grid of cells and nine drum lanes, and lanes' hits as notes.

Offers: ``DrumGrid`` (``DrumGrid.of``), ``LANE_COUNT``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.constraints.constraints import Constraints
from models.music.clip import Clip
from models.music.drum_kit import LANES, lane_of
from models.music.note import Note
from models.sampling.representation.cell_grid import CellGrid
from models.sampling.representation.performance import Performance, velocity_of

LANE_COUNT = len(LANES)
_NUMBER = {lane: number for number, lane in enumerate(LANES)}
_LENGTH = 0.25
_SOFTEST = 1 / 127
_SURE = 0.5


@dataclass(frozen=True)
class DrumGrid:
    """The lanes of a request.

    pitch   (9,) what a new hit of each lane is; -1: the lane is closed to new hits
    at      for (cell, lane) the index of the loudest note there, in ``constraints.notes``
    strays  indices of notes that are in no lane, or share a cell and lane with a louder one
    """

    constraints: Constraints
    grid: CellGrid
    pitch: np.ndarray
    at: dict[tuple[int, int], int]
    strays: tuple[int, ...]

    @classmethod
    def of(cls, constraints: Constraints) -> DrumGrid:
        """The lanes of a drum request."""
        return cls._on(constraints, CellGrid.of(constraints.prompt))

    def reading(self, clip: Clip) -> DrumGrid:
        """Another clip on the same cells, for reading it only."""
        constraints = self.constraints
        return self._on(Constraints.of(constraints.request.but(prompts=(clip,)), constraints.role), self.grid)

    @classmethod
    def _on(cls, constraints: Constraints, grid: CellGrid) -> DrumGrid:
        at: dict[tuple[int, int], int] = {}
        strays = []
        for index, note in sorted(enumerate(constraints.notes), key=lambda item: -item[1].velocity):
            lane = lane_of(note.pitch)
            cell = (grid.cell_of(note.onset), _NUMBER[lane]) if lane else None
            if cell is None or cell in at:
                strays.append(index)
            else:
                at[cell] = index
        return cls(constraints, grid, _pitches(constraints), at, tuple(strays))

    @cached_property
    def loudness(self) -> np.ndarray:
        """Loudness of every hit, 0-1, (cells, 9); 0 where there is none."""
        loud = np.zeros((self.grid.cells, LANE_COUNT), np.float32)
        for cell, index in self.at.items():
            loud[cell] = self.constraints.notes[index].velocity / 127
        return loud

    @cached_property
    def hits(self) -> np.ndarray:
        """Where there is a hit, (cells, 9)."""
        return self.loudness > 0

    @cached_property
    def micro_timing(self) -> np.ndarray:
        """Beats that every hit is behind its cell, (cells, 9)."""
        late = np.zeros((self.grid.cells, LANE_COUNT), np.float32)
        for cell, index in self.at.items():
            late[cell] = self.grid.micro_timing(self.constraints.notes[index])
        return late

    def open(self) -> np.ndarray:
        """Where a hit may come or go, (cells, 9): inside the stretch, in an open lane, not where a fixed note is."""
        free = self.grid.inside(self.constraints)[:, None] & (self.pitch >= 0)
        for cell, index in self.at.items():
            free[cell] = index in self.constraints.free
        return free

    @cached_property
    def _performance(self) -> Performance:
        return Performance(self.constraints.notes, self.constraints.prompt.metre)

    def notes(self, hits: np.ndarray, loud: np.ndarray, late: np.ndarray) -> list[Note]:
        """The free notes of hits (cells, 9): an old one where one is hit already, else a new one.

        loud  0-1, how loud a new hit is where the clip's notes differ in loudness; else it is as loud as those
        late  beats that it is behind its cell where the clip's notes are off the grid
        """
        constraints, free, performance = self.constraints, self.constraints.free, self._performance
        result = [constraints.notes[index] for index in self.strays if index in free]
        length = float(np.median([note.duration for note in constraints.notes])) if constraints.notes else _LENGTH
        for cell, lane in np.argwhere(hits).tolist():
            index = self.at.get((cell, lane))
            if index is not None:
                result += [constraints.notes[index]] if index in free else []
            elif self.pitch[lane] >= 0:
                onset = cell * self.grid.cell + (float(late[cell, lane]) if self.plays_off_the_grid else 0.0)
                onset = max(onset, constraints.start, 0.0)
                velocity = (
                    velocity_of(max(_SOFTEST, loud[cell, lane])) if self.plays_dynamics else performance.velocity(onset)
                )
                result.append(Note(int(self.pitch[lane]), onset, length, velocity))
        return result

    def exchanged(self, hits: np.ndarray) -> dict[int, Note]:
        """Notes that change lanes in their cell, so that the hits (cells, 9) come as near as they can."""
        changed = {}
        for cell in np.flatnonzero((hits != self.hits).any(1)).tolist():
            gone = [
                lane
                for lane in np.flatnonzero(~hits[cell] & self.hits[cell]).tolist()
                if self.at[(cell, lane)] in self.constraints.free
            ]
            come = [lane for lane in np.flatnonzero(hits[cell] & ~self.hits[cell]).tolist() if self.pitch[lane] >= 0]
            for old, new in zip(gone, come, strict=False):
                index = self.at[(cell, old)]
                changed[index] = self.constraints.notes[index].moved(pitch=int(self.pitch[new]))
        return changed

    def as_many(self, liked: np.ndarray) -> dict[int, Note]:
        """Notes that change lanes: as many hits in each cell as there are, in the lanes most ``liked``, (cells, 9)."""
        liked = np.where((self.pitch < 0) & ~self.hits, -np.inf, liked)
        rank = np.argsort(np.argsort(-liked, axis=1, kind="stable"), axis=1)
        return self.exchanged(rank < self.hits.sum(1)[:, None])

    @cached_property
    def plays_dynamics(self) -> bool:
        """Do the clip's notes differ in loudness, so that new ones should? True without notes."""
        return not self.constraints.notes or len({note.velocity for note in self.constraints.notes}) > 1

    @cached_property
    def plays_off_the_grid(self) -> bool:
        """Do the clip's notes lie off the grid, so that new ones should? True without notes."""
        late = [abs(self.grid.micro_timing(note)) for note in self.constraints.notes]
        return not late or float(np.mean(np.array(late) > 0.004)) > _SURE


def _pitches(constraints: Constraints) -> np.ndarray:
    """What a new hit of each lane is: the clip's own pitch of that lane, else General MIDI's; -1 where closed."""
    used = Counter(note.pitch for note in constraints.notes)
    result = np.full(LANE_COUNT, -1)
    for lane, pitches in LANES.items():
        candidates = sorted(
            (pitch for pitch in pitches if pitch in constraints.allowed),
            key=lambda pitch: (-used[pitch], pitches.index(pitch)),
        )
        if candidates and not constraints.request.locks.lanes & set(pitches):
            result[_NUMBER[lane]] = candidates[0]
    return result
