"""A song as it comes out: its sections, in which every track has the same place, and how dense they are.

Offers: ``Arrangement``, ``Section``, ``strokes``, ``Marker``, ``rank_correlation``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.music.beats import TIGHT
from models.music.carried import in_a_row
from models.music.clip import Clip


@dataclass(frozen=True, slots=True)
class Marker:
    """Where a section begins, in beats from the song's start, and its name."""

    onset: float
    name: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section: a clip of its length for every track, empty where the track is silent; density in strokes a bar.

    free  True: it builds or ends, and its density is its own affair
    """

    name: str
    bars: int
    energy: float
    clips: tuple[Clip, ...]
    free: bool = False

    @property
    def density(self) -> float:
        """Strokes a bar, all tracks together: notes that begin at the same time, as a chord or doubled, are one."""
        return sum(map(strokes, self.clips)) / self.bars


def strokes(clip: Clip) -> int:
    """How many different onsets a clip has, those of a strum or a flam taken for one."""
    return len({round(12 * note.onset) for note in clip.notes})


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A song: its sections, in which every track has the same place."""

    sections: tuple[Section, ...]

    @property
    def markers(self) -> tuple[Marker, ...]:
        """Where each section begins."""
        onset, markers = 0.0, []
        for section in self.sections:
            markers.append(Marker(onset, section.name))
            onset += section.clips[0].length
        return tuple(markers)

    @property
    def song(self) -> tuple[Clip, ...]:
        """Every track from start to end."""
        length = sum(section.clips[0].length for section in self.sections)
        tracks = []
        for number, first in enumerate(self.sections[0].clips):
            notes = [
                note.moved(onset=note.onset + marker.onset)
                for section, marker in zip(self.sections, self.markers, strict=True)
                for note in section.clips[number].notes
            ]
            told = [
                (marker.onset, section.clips[number].carried)
                for section, marker in zip(self.sections, self.markers, strict=True)
            ]
            tracks.append(replace(first, notes=tuple(notes), length=length, carried=in_a_row(told)))
        return tuple(tracks)

    @property
    def density_agreement(self) -> float:
        """Rank correlation (Spearman, -1 to 1) between the plan's energy and the density, of sections not free; in
        whole strokes a bar, a crash more or less is no difference."""
        told = [section for section in self.sections if not section.free]
        return rank_correlation([section.energy for section in told], [round(section.density) for section in told])


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's rank correlation, ties with their mean rank; 1 where either row is all alike."""
    rows = (np.asarray(one), np.asarray(other))
    a, b = ([np.sum(row < each - TIGHT) + np.sum(row < each + TIGHT) for each in row] for row in rows)
    return float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) and np.ptp(b) else 1.0
