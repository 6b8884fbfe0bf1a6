"""The notes of a clip as rectangles that are made once and painted often, at any size.

A unit across is a beat, a unit down a row; the painter's transform makes pixels of them. A kind of note is told by
shape as well as by colour: kept notes are narrower, new ones fill the row and begin with a bright mark, those that are
only in the prompt are outlines.

Offers: ``NoteLayer``, ``mixed``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from PyQt6.QtCore import QLineF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from gui.appearance import Colours
from gui.clips.grid.rows import Kind, Rows
from models.music.note import Note

_SHADES = 4
PALEST = 0.74
"""Share of a note's colour that its softest velocity has; the rest is the ground's."""

_TALL = {"kept": 0.62, "new": 0.94, "gone": 0.7}
_ALONE = 0.86
_MARK = 3.0
_MOST_DASHED = 500
_EDGED = 5.0
"""Pixels that a note of the shortest length needs to get an edge of its own."""


class NoteLayer:
    """Notes of all kinds in their rows; sorted by onset, so that a stretch of them is found at once."""

    def __init__(self, notes: Sequence[tuple[Note, Kind]], rows: Rows) -> None:
        """rows: must have a row for each note's pitch."""
        several = any(kind != "kept" for _, kind in notes)
        row_of = {pitch: rows.from_top(pitch) for pitch in rows.pitches}
        self._longest = max((note.duration for note, _ in notes), default=0.0)
        self._usual = sorted(note.duration for note, _ in notes)[len(notes) // 4] if notes else 1.0
        self._groups: dict[tuple[Kind, int], tuple[list[float], list[QRectF]]] = {}
        self._marks: tuple[list[float], list[QLineF]] = ([], [])
        for note, kind in sorted(notes, key=lambda each: each[0].onset):
            tall = _TALL[kind] if several else _ALONE
            shade = 0 if kind == "gone" else note.velocity * _SHADES // 128
            onsets, boxes = self._groups.setdefault((kind, shade), ([], []))
            top = row_of[note.pitch] + (1 - tall) / 2
            onsets.append(note.onset)
            boxes.append(QRectF(note.onset, top, note.duration, tall))
            if kind == "new":
                self._marks[0].append(note.onset)
                self._marks[1].append(QLineF(note.onset, top, note.onset, top + tall))

    def paint(
        self, painter: QPainter, colours: Colours, start: float, end: float, pixels: float, small: bool = False
    ) -> None:
        """Paint the notes that sound in [start, end) beats with the painter's transform; one call for a kind and shade.

        pixels: across, of a beat; small: a thumbnail, whose marks are finer
        """
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        edged = not small and self._usual * pixels > _EDGED
        for (kind, shade), (onsets, boxes) in sorted(self._groups.items()):  # gone, kept, new: new on top
            seen = self._seen(onsets, boxes, start, end)
            if not seen:
                continue
            if kind == "gone":
                dashed = Qt.PenStyle.DashLine if len(seen) < _MOST_DASHED and not small else Qt.PenStyle.SolidLine
                painter.setPen(QPen(QColor(colours.gone), 0, dashed))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            else:
                share = PALEST + (1 - PALEST) * shade / (_SHADES - 1)
                colour = mixed(colours.new if kind == "new" else colours.kept, colours.roll, share)
                painter.setPen(QPen(QColor(colours.roll) if edged else colour, 0))
                painter.setBrush(colour)
            painter.drawRects(seen)
        marks = self._seen(*self._marks, start, end)
        if marks:
            pen = QPen(QColor(colours.onset), 1.0 if small else _MARK, cap=Qt.PenCapStyle.FlatCap)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLines(marks)

    def _seen(self, onsets: list[float], boxes: list, start: float, end: float) -> list:
        return boxes[bisect_left(onsets, start - self._longest) : bisect_left(onsets, end)]


def mixed(colour: str, ground: str, share: float) -> QColor:
    """``share`` (0-1) of a colour over the ground, which has the rest."""
    above, below = QColor(colour), QColor(ground)
    pairs = zip((above.red(), above.green(), above.blue()), (below.red(), below.green(), below.blue()), strict=True)
    return QColor(*(round(over * share + under * (1 - share)) for over, under in pairs))
