"""The nine lanes of a drum clip: which notes are in them, and what notes a lane's hits become.

Offers: ``Kit`` (``Kit.of``), ``LANE_COUNT``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from models.constraints.constraints import Constraints
from models.music.drum_kit import LANES, lane_of
from models.music.note import Note
from models.sampling.loudness import Habits
from models.sampling.raster import Raster

LANE_COUNT = len(LANES)
_NUMBER = {lane: number for number, lane in enumerate(LANES)}
_LENGTH = 0.25
_SURE = 0.5


@dataclass(frozen=True)
class Kit:
    """The lanes of a request.

    pitch   (9,) what a new hit of each lane is; -1: the lane is closed to new hits
    at      for (cell, lane) the index of the loudest note there, in ``constraints.notes``
    strays  indices of notes that are in no lane, or share a cell and lane with a louder one
    """

    constraints: Constraints
    raster: Raster
    pitch: np.ndarray
    at: dict[tuple[int, int], int]
    strays: tuple[int, ...]

    @classmethod
    def of(cls, constraints: Constraints, raster: Raster) -> Kit:
        """The kit of a drum request."""
        at: dict[tuple[int, int], int] = {}
        strays = []
        for index, note in sorted(enumerate(constraints.notes), key=lambda item: -item[1].velocity):
            lane = lane_of(note.pitch)
            place = (raster.cell_of(note.onset), _NUMBER[lane]) if lane else None
            if place is None or place in at:
                strays.append(index)
            else:
                at[place] = index
        return cls(constraints, raster, _pitches(constraints), at, tuple(strays))

    @property
    def hits(self) -> np.ndarray:
        """Loudness of every hit, 0-1, (cells, 9); 0 where there is none."""
        loud = np.zeros((self.raster.cells, LANE_COUNT), np.float32)
        for (cell, lane), index in self.at.items():
            loud[cell, lane] = self.constraints.notes[index].velocity / 127
        return loud

    @property
    def offsets(self) -> np.ndarray:
        """Beats that every hit is behind its cell, (cells, 9)."""
        late = np.zeros((self.raster.cells, LANE_COUNT), np.float32)
        for (cell, lane), index in self.at.items():
            late[cell, lane] = self.raster.late(self.constraints.notes[index])
        return late

    def open(self) -> np.ndarray:
        """Where a hit may come or go, (cells, 9): inside the stretch, in an open lane, not where a fixed note is."""
        starts = np.arange(self.raster.cells) * self.raster.cell
        inside = (starts >= self.constraints.start - 1e-6) & (starts < self.constraints.end - 1e-6)
        free = inside[:, None] & (self.pitch >= 0)
        for (cell, lane), index in self.at.items():
            free[cell, lane] = index in self.constraints.free
        return free

    def notes(self, loud: np.ndarray, late: np.ndarray) -> list[Note]:
        """The free notes of hits (cells, 9): an old one where one is hit already, else a new one.

        loud 0-1 or NaN for as loud as the clip's own are there; late in beats or NaN.
        """
        habits = Habits(self.constraints.notes, self.constraints.prompt.metre)
        free = self.constraints.free
        result = [self.constraints.notes[index] for index in self.strays if index in free]
        length = (
            float(np.median([note.duration for note in self.constraints.notes])) if self.constraints.notes else _LENGTH
        )
        for cell, lane in np.argwhere(np.nan_to_num(loud, nan=1.0) > 0).tolist():
            index = self.at.get((cell, lane))
            if index is not None:
                if index in free:
                    result.append(self.constraints.notes[index])
                continue
            if self.pitch[lane] < 0:
                continue
            onset = cell * self.raster.cell + float(np.nan_to_num(late[cell, lane]))
            onset = max(onset, self.constraints.start, 0.0)
            velocity = (
                habits.velocity(onset)
                if np.isnan(loud[cell, lane])
                else int(np.clip(round(127 * float(loud[cell, lane])), 1, 127))
            )
            result.append(Note(int(self.pitch[lane]), onset, length, velocity))
        return result

    def exchanged(self, hits: np.ndarray) -> dict[int, Note]:
        """Notes that change lanes in their cell, so that the hits (cells, 9) come as near as they can."""
        now = self.hits > 0
        changed = {}
        for cell in np.flatnonzero((hits != now).any(1)).tolist():
            gone = [
                lane
                for lane in np.flatnonzero(~hits[cell] & now[cell]).tolist()
                if self.at[(cell, lane)] in self.constraints.free
            ]
            come = [lane for lane in np.flatnonzero(hits[cell] & ~now[cell]).tolist() if self.pitch[lane] >= 0]
            for old, new in zip(gone, come, strict=False):
                index = self.at[(cell, old)]
                changed[index] = self.constraints.notes[index].moved(pitch=int(self.pitch[new]))
        return changed

    @property
    def plays_loudness(self) -> bool:
        """Do the clip's notes differ in loudness, so that new ones should? True without notes."""
        return not self.constraints.notes or len({note.velocity for note in self.constraints.notes}) > 1

    @property
    def plays_late(self) -> bool:
        """Do the clip's notes lie off the grid, so that new ones should? True without notes."""
        late = [abs(self.raster.late(note)) for note in self.constraints.notes]
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
