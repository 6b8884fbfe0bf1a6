"""Where times and rows lie in the grid: one set of axes for all its lanes, so that they agree to the pixel.

Offers: ``Axes``, ``Lane``.
"""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QRectF

from gui.clips.grid.note_layer import NoteLayer
from gui.clips.grid.rows import Rows
from models.music.chord import TimedChord
from models.music.clip import Clip


@dataclass(frozen=True, slots=True)
class Lane:
    """A clip in the grid: its title, notes, rows and chords; it begins ``offset`` beats behind the grid's start.

    scale  the pitch classes that belong to the key, empty where none was found; root: its first, or None
    """

    title: str
    clip: Clip
    layer: NoteLayer
    rows: Rows
    chords: tuple[TimedChord, ...] = ()
    offset: float = 0.0
    scale: frozenset[int] = frozenset()
    root: int | None = None


@dataclass(frozen=True, slots=True)
class Axes:
    """Pixels of a grid. Lanes lie one below the other, equally high, each with its chords above it.

    left, width  of the field of notes; ruler, chords: heights of the strips
    height       of the whole grid; lanes: how many
    length       beats from end to end; zoom: 1 shows all of them, 2 half
    scroll       pixels that are scrolled away to the left
    rows_zoom    1 shows all rows, 2 half; rows_scroll: share (0-1) of what is too much that is scrolled away above
    """

    left: float
    width: float
    height: float
    ruler: float
    chords: float
    lanes: int
    length: float
    zoom: float = 1.0
    scroll: float = 0.0
    rows_zoom: float = 1.0
    rows_scroll: float = 0.5

    @property
    def beat(self) -> float:
        """Pixels of a beat."""
        return self.width * self.zoom / self.length

    def x_of(self, beats: float) -> float:
        """Where a time lies across."""
        return self.left + beats * self.beat - self.scroll

    def beats_at(self, x: float) -> float:
        """The time at a place across, inside the grid; the reverse of ``x_of``."""
        return min(max((x - self.left + self.scroll) / self.beat, 0.0), self.length)

    @property
    def seen(self) -> tuple[float, float]:
        """The stretch of beats that is in view."""
        return self.scroll / self.beat, (self.scroll + self.width) / self.beat

    def strip(self, lane: int) -> QRectF:
        """The chords of a lane."""
        each = (self.height - self.ruler) / max(1, self.lanes)
        return QRectF(self.left, self.ruler + lane * each, self.width, self.chords)

    def field(self, lane: int) -> QRectF:
        """The notes of a lane."""
        strip, each = self.strip(lane), (self.height - self.ruler) / max(1, self.lanes)
        return QRectF(self.left, strip.bottom(), self.width, max(1.0, each - self.chords - 1))

    def row_height(self, rows: int) -> float:
        """Pixels of one of so many rows."""
        return self.field(0).height() * self.rows_zoom / max(1, rows)

    def first_row_y(self, lane: int) -> float:
        """Where the uppermost row begins; above the field where rows are scrolled away."""
        field = self.field(lane)
        return field.top() - field.height() * (self.rows_zoom - 1.0) * self.rows_scroll

    def lane_at(self, y: float) -> int | None:
        """The lane at a height; None: the ruler."""
        each = (self.height - self.ruler) / max(1, self.lanes)
        return None if y < self.ruler else min(self.lanes - 1, int((y - self.ruler) // each))
