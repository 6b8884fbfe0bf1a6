"""A song as it comes out: its sections, in which every track has the same place, how dense they are, and its pictures:
a row for each track, a column for each bar, the taller the more notes begin in it.

Offers: ``Arrangement``, ``Section``, ``strokes``, ``Marker``, ``rank_correlation``; ``picture`` (letters),
``song_picture`` (text of an SVG file), ``bar_counts``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from models.music.beats import TIGHT
from models.music.carried import in_a_row
from models.music.clip import Clip
from models.svg import KEPT, LINE, NEW, PAPER, SHADE, WORD, Drawing

_STEPS = " ▁▂▃▄▅▆▇█"
_NAME_WIDTH = 10

WIDTH, LEFT, RIGHT, HEAD, ROW, GAP, FOOT = 960.0, 96.0, 20.0, 44.0, 46.0, 8.0, 40.0
_NAME = 14
_LETTER = 7.0
"""Pixels that a letter of a section's name takes, about."""


@dataclass(frozen=True, slots=True)
class Marker:
    """Where a section begins, in beats from the song's start, and its name."""

    onset: float
    name: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section: a clip of its length for every track, empty where the track is silent; density in strokes a bar.

    free  True: it builds, ends or is somebody's solo, and its density is its own affair
    kept  numbers of tracks that grow or play a solo or a line of their own, of which nothing is thinned
    """

    name: str
    bars: int
    energy: float
    clips: tuple[Clip, ...]
    free: bool = False
    kept: frozenset[int] = frozenset()

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


def bar_counts(clip: Clip) -> list[int]:
    """Notes that begin in each bar of a track."""
    counts = [0] * clip.metre.bars(clip.length)
    for note in clip.notes:
        counts[min(len(counts) - 1, int((note.onset + TIGHT) // clip.metre.bar))] += 1
    return counts


def _rows(song: Arrangement) -> list[tuple[str, list[int]]]:
    """Name and notes of each bar: of every track, then of all together."""
    rows = [(clip.name or clip.role or "track", bar_counts(clip)) for clip in song.song]
    return [*rows, ("all", [sum(bar) for bar in zip(*(counts for _, counts in rows), strict=True)])]


def picture(song: Arrangement) -> str:
    """The rows in letters, with the sections' names above and the density of all tracks below."""
    heads = "".join(("|" + section.name)[: section.bars].ljust(section.bars) for section in song.sections)
    lines = [" " * _NAME_WIDTH + " " + heads]
    for name, row in _rows(song):
        most = max(row) or 1
        columns = "".join(_STEPS[-(-count * (len(_STEPS) - 1) // most)] for count in row)
        lines.append(f"{name[:_NAME_WIDTH]:<{_NAME_WIDTH}} {columns}")
    return "\n".join(lines)


def song_picture(song: Arrangement) -> str:
    """The rows as SVG: sections named above, below them all tracks together with the energy that the plan asks for."""
    rows = _rows(song)
    bars = len(rows[0][1])
    height, width = HEAD + len(rows) * (ROW + GAP) + FOOT, (WIDTH - LEFT - RIGHT) / bars
    drawing = Drawing(WIDTH, height)
    _draw_sections(drawing, song, width, height - FOOT)
    for number, (name, counts) in enumerate(rows):
        top, most = HEAD + number * (ROW + GAP), max(counts) or 1
        shown = name if len(name) <= _NAME else name[: _NAME - 1] + "."
        drawing.text(LEFT - 8, top + ROW / 2 + 4, shown, text_anchor="end")
        drawing.line([(LEFT, top + ROW), (WIDTH - RIGHT, top + ROW)])
        colour = NEW if number == len(rows) - 1 else KEPT
        for bar, share in enumerate(count / most for count in counts):
            if share:
                x, wide = LEFT + bar * width + 0.5, max(1.0, width - 1)
                drawing.rect(x, top + ROW * (1 - share), wide, ROW * share, colour, opacity=0.45 + 0.55 * share)
    ends = [LEFT + bar * width for bar in accumulate((section.bars for section in song.sections), initial=0)]
    levels = [HEAD + (len(rows) - 1) * (ROW + GAP) + ROW * (1 - section.energy) for section in song.sections]
    steps = zip(ends, ends[1:], levels, strict=False)
    drawing.line([(x, y) for start, end, y in steps for x in (start, end)], WORD, 1.4)
    # Numbers of bars, so many that they don't touch.
    apart = next(step for step in (4, 8, 16, 32, 64, 128) if step * width >= 28 or step == 128)
    for bar in range(0, bars, apart):
        drawing.text(LEFT + bar * width + 2, height - FOOT + 11, str(bar + 1), fill=KEPT, font_size=10)
    drawing.legend(LEFT, height - 10, "notes in a bar, of the track's fullest", KEPT)
    drawing.legend(LEFT + 260, height - 10, "all tracks", NEW)
    drawing.line([(LEFT + 370, height - 14), (LEFT + 390, height - 14)], WORD, 1.4)
    drawing.text(LEFT + 396, height - 10, "the plan's energy")
    return str(drawing)


def _draw_sections(drawing: Drawing, song: Arrangement, width: float, bottom: float) -> None:
    """A band for each section, every other one shaded, with its name and length in bars."""
    left = LEFT
    for number, section in enumerate(song.sections):
        wide = section.bars * width
        letters = int((wide - 4) / _LETTER)
        name = section.name if len(section.name) <= letters else section.name[: max(1, letters - 1)] + "."
        drawing.rect(left, 8, wide, bottom - 8, PAPER if number % 2 else SHADE)
        drawing.line([(left, 8), (left, bottom)], LINE)
        drawing.text(left + 3, 22, name, title=section.name, font_weight="bold")
        drawing.text(left + 3, 36, str(section.bars), fill=KEPT, font_size=10)
        left += wide
