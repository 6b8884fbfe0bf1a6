"""The notes of a clip as rectangles that are made once and painted often, at any size.

A unit across is a beat, a unit down a row; the painter's transform makes pixels of them. A kind of note is told by
shape as well as by colour: kept notes are narrower, new ones fill the row and begin with a bright mark, those that are
only in the prompt are outlines. Where thousands are in view, each is one line as thick as its row.

Qt takes arrays of its own kind (``sip.array``) as they lie in memory, so numpy fills them: 10,000 notes in a few ms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from PyQt6 import sip
from PyQt6.QtCore import QLineF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from gui.appearance import Colours
from gui.clips.grid.rows import Kind, Rows
from models.generator import Variation
from models.music.clip import Clip

if TYPE_CHECKING:
    import numpy as np

_SHADES = 4
PALEST = 0.74
"""Share of a note's colour that its softest velocity has; the rest is the ground's."""

_TALL: dict[Kind, float] = {"gone": 0.7, "kept": 0.62, "new": 0.94}
"""Share of its row that a note of each kind fills, in the order in which they are painted."""

_ALONE = 0.86
_MARK = 3.0
_MOST_DASHED, _MOST_BOXES = 500, 1500
_EDGED = 5.0
"""Pixels that a usual note needs to get an edge of its own."""

_KEPT_LAYERS = 128

Made = TypeVar("Made")
Pair = tuple[float, float]


class _Group(NamedTuple):
    """Notes of a kind and shade: their onsets, and them as boxes and as lines."""

    kind: Kind
    shade: int
    onsets: np.ndarray
    boxes: Any
    lines: Any


class NoteLayer:
    """Notes of all kinds in their rows; sorted by onset, so that a stretch of them is found at once."""

    def __init__(self, notes: dict[Kind, np.ndarray], rows: Rows) -> None:
        """notes: for each kind (notes, 4) onset, pitch, duration, velocity; rows: has a row for each pitch."""
        import numpy as np

        row_of = np.zeros(128)
        for pitch in rows.pitches:
            row_of[pitch] = rows.from_top(pitch)
        durations = np.concatenate([each[:, 2] for each in notes.values()] or [np.ones(1)])
        self._longest = float(durations.max(initial=0.0))
        self._usual = float(np.quantile(durations, 0.25)) if len(durations) else 1.0
        self._groups: list[_Group] = []
        self._rows = len(rows)
        several = sum(len(each) > 0 for each in notes.values()) > 1 or not len(notes.get("kept", ()))
        for kind, of_kind in _TALL.items():
            every = notes.get(kind, np.zeros((0, 4)))
            every = every[np.argsort(every[:, 0], kind="stable")]
            if kind == "new":
                row, onset = row_of[every[:, 1].astype(int)], every[:, 0]
                ends = np.column_stack([onset, row + (1 - of_kind) / 2, onset, row + (1 + of_kind) / 2])
                self._marks = (onset, _filled(QLineF, ends))
            shades = np.zeros(len(every)) if kind == "gone" else every[:, 3] * _SHADES // 128
            for shade in np.unique(shades):
                chosen, tall = every[shades == shade], of_kind if several else _ALONE
                onset, row, duration = chosen[:, 0], row_of[chosen[:, 1].astype(int)], chosen[:, 2]
                boxes = np.column_stack([onset, row + (1 - tall) / 2, duration, np.full(len(chosen), tall)])
                lines = np.column_stack([onset, row + 0.5, onset + duration, row + 0.5])
                made = (_filled(QRectF, boxes), _filled(QLineF, lines))
                self._groups.append(_Group(kind, int(shade), onset, *made))

    def paint_small(self, painter: QPainter, area: QRectF, colours: Colours, length: float) -> None:
        """All of a clip of so many beats, and all its rows, in an area."""
        pixels = (area.width() / length, area.height() / self._rows)
        painter.save()
        painter.setClipRect(area)
        painter.translate(area.topLeft())
        painter.scale(*pixels)
        self.paint(painter, colours, (0.0, length), pixels, small=True)
        painter.restore()

    def paint(self, painter: QPainter, colours: Colours, beats: Pair, pixels: Pair, small: bool = False) -> None:
        """Paint the notes that sound in [start, end) beats with the painter's transform; one call for a kind and shade.

        pixels: of a beat across and of a row down; small: a thumbnail, whose marks are finer
        """
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        edged = not small and self._usual * pixels[0] > _EDGED
        seen = [self._seen(group.onsets, beats) for group in self._groups]
        dense = sum(each.stop - each.start for each in seen) > _MOST_BOXES
        for group, some in zip(self._groups, seen, strict=True):
            if some.start < some.stop:
                self._set_pen(painter, colours, group, pixels[1] if dense else 0.0, edged, small)
                if dense:
                    painter.drawLines(group.lines[some])
                else:
                    painter.drawRects(group.boxes[some])
        marks = self._seen(self._marks[0], beats)
        if marks.start < marks.stop:
            painter.setPen(_pen(QColor(colours.onset), 1.0 if dense or small else _MARK))
            painter.drawLines(self._marks[1][marks])

    def _set_pen(
        self, painter: QPainter, colours: Colours, group: _Group, row: float, edged: bool, small: bool
    ) -> None:
        """Pen and brush for a group; ``row``: pixels of a row where notes are lines, 0 where they are boxes."""
        if group.kind == "gone":
            dashed = not row and not small and len(group.onsets) < _MOST_DASHED
            style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
            painter.setPen(QPen(QColor(colours.gone), 0, style))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            return
        share = PALEST + (1 - PALEST) * group.shade / (_SHADES - 1)
        colour = mixed(colours.new if group.kind == "new" else colours.kept, colours.roll, share)
        thick = max(1.0, row * _TALL[group.kind])
        painter.setPen(_pen(colour, thick) if row else QPen(QColor(colours.roll) if edged else colour, 0))
        painter.setBrush(colour)

    def _seen(self, onsets: np.ndarray, beats: Pair) -> slice:
        return slice(int(onsets.searchsorted(beats[0] - self._longest)), int(onsets.searchsorted(beats[1])))


class LayerShelf:
    """Layers that were made for clips and variations; the last ones are kept, for several views show the same."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], tuple[object, Any]] = {}

    def of_clip(self, clip: Clip, rows: Rows) -> NoteLayer:
        """The notes of a clip alone."""
        return self._once((clip,), rows, lambda: NoteLayer({"kept": self._array(clip)}, rows))

    def of_variation(self, variation: Variation, prompt: Clip | None, rows: Rows) -> NoteLayer:
        """A variation over its prompt; None: the two don't lie at the same time."""

        def make() -> NoteLayer:
            import numpy as np

            notes = self._array(variation.clip)
            kept = np.array([-1 if index is None else index for index in variation.kept], dtype=int)
            groups: dict[Kind, np.ndarray] = {"kept": notes[kept >= 0], "new": notes[kept < 0]}
            if prompt is not None:
                gone = np.ones(len(prompt.notes), dtype=bool)
                gone[kept[kept >= 0]] = False
                groups["gone"] = self._array(prompt)[gone]
            return NoteLayer(groups, rows)

        return self._once((variation, prompt), rows, make)

    def _array(self, clip: Clip) -> np.ndarray:
        """(notes, 4): onset, pitch, duration, velocity."""
        import numpy as np

        values = ((note.onset, note.pitch, note.duration, note.velocity) for note in clip.notes)
        return self._once((clip,), None, lambda: np.array([*values], dtype=float).reshape(-1, 4))

    def _once(self, things: tuple[object, ...], rows: Rows | None, make: Callable[[], Made]) -> Made:
        """What was made of these very things: comparing thousands of notes would take longer."""
        key = (*map(id, things), *([rows] if rows else []))
        if key not in self._made:
            self._made[key] = (things, make())  # what is kept keeps its number
            while len(self._made) > _KEPT_LAYERS:
                self._made.pop(next(iter(self._made)))
        found: Made = self._made[key][1]
        return found


def _filled(kind: type, numbers: np.ndarray) -> Any:  # noqa: ANN401  (sip gives its array no type)
    """Qt's own array of a kind that is four floats, filled row by row."""
    import numpy as np

    made: Any = sip.array(kind, len(numbers))  # type: ignore[call-arg]  # its stub says nothing of arguments
    if len(numbers):
        memory: Any = sip.voidptr(made, numbers.size * 8)
        np.frombuffer(memory, dtype=np.float64).reshape(-1, 4)[:] = numbers
    return made


def _pen(colour: QColor, thick: float) -> QPen:
    pen = QPen(colour, thick, cap=Qt.PenCapStyle.FlatCap)
    pen.setCosmetic(True)
    return pen


def mixed(colour: str, ground: str, share: float) -> QColor:
    """``share`` (0-1) of a colour over the ground, which has the rest."""
    pairs = zip(QColor(colour).getRgb()[:3], QColor(ground).getRgb()[:3], strict=True)  # type: ignore[index]  # no None
    return QColor(*(round(over * share + under * (1 - share)) for over, under in pairs))
