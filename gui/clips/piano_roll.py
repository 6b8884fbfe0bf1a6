"""A piano roll: the notes of a clip, or of a variation with its prompt behind it.

Painted once into a picture, which is shown again until notes, size, font or colours change. A kind of note is told
by colour and by shape: kept notes are narrower, new ones fill the row and begin with a bright mark, those that are
only in the prompt are dashed outlines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

from PyQt6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from gui.appearance import Colours
from gui.clips.roll_rows import Kind, Rows, describe, kinds
from models.generator import Variation
from models.music.clip import Clip
from models.music.note import Note

_SHADES = 4
PALEST = 0.74
"""Share of a note's colour that its softest velocity has; the rest is the ground's."""

KEPT_HEIGHT = 0.62
_MOST_BEAT_LINES = 128


class PianoRoll(QWidget):
    """Shows one clip."""

    def __init__(
        self, name: str, lines: int = 6, ruler: bool = True, row_names: bool = True, parent: QWidget | None = None
    ) -> None:
        """lines: how many lines of text high it likes to be; ruler: with bar numbers above."""
        super().__init__(parent)
        self._lines, self._ruler, self._row_names = lines, ruler, row_names
        self._clip: Clip | None = None
        self._rows = Rows((60,))
        self._notes: Sequence[tuple[Note, Kind]] = ()
        self._has_new = False
        self._picture: QPixmap | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_clip(self, clip: Clip) -> None:
        """Show a clip alone."""
        self._show(clip, Rows.of([clip]), [(note, "kept") for note in clip.notes], describe(clip))

    def show_variation(self, variation: Variation, prompt: Clip | None) -> None:
        """Show a variation over its prompt; None: the prompt doesn't lie at the same time."""
        clip = variation.clip
        notes = kinds(variation, prompt)
        new = sum(kind == "new" for _, kind in notes)
        self._show(
            clip,
            Rows.of([clip, prompt] if prompt else [clip]),
            notes,
            f"{describe(clip)}; {variation.kept_count} kept, {new} new",
        )

    def _show(self, clip: Clip, rows: Rows, notes: Sequence[tuple[Note, Kind]], words: str) -> None:
        self._clip, self._rows, self._notes = clip, rows, notes
        self._has_new = any(kind == "new" for _, kind in notes)
        self.setAccessibleDescription(words)
        self._forget()

    @property
    def clip(self) -> Clip | None:
        """The clip that is shown."""
        return self._clip

    # ---- geometry

    @property
    def field(self) -> QRectF:
        """Where notes are: right of the row's names, below the bar numbers."""
        metrics = QFontMetricsF(self.font())
        names = [metrics.horizontalAdvance(name) for name in self._rows.labels().values()]
        left = max(names, default=0.0) + metrics.height() * 0.6 if self._row_names else 0.0
        top = metrics.height() * 1.15 if self._ruler else 0.0
        return QRectF(left, top, max(1.0, self.width() - left), max(1.0, self.height() - top))

    def x_of(self, beats: float) -> float:
        """Where a time lies across."""
        field = self.field
        return field.left() + field.width() * beats / (self._clip.length if self._clip else 1.0)

    def beats_at(self, x: float) -> float:
        """The time at a place across, inside the clip; the reverse of ``x_of``."""
        field, length = self.field, self._clip.length if self._clip else 1.0
        return min(max((x - field.left()) / field.width(), 0.0), 1.0) * length

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name, as below)
        line = QFontMetricsF(self.font()).height()
        return QSize(round(line * 24), round(line * self._lines))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint() * 0.6

    # ---- events

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        self._forget()

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        if event and event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._forget()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap((self.size() * ratio).expandedTo(QSize(1, 1)))
            self._picture.setDevicePixelRatio(ratio)
            self._paint(self._picture)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    def _forget(self) -> None:
        self._picture = None
        self.update()

    # ---- painting

    def _paint(self, picture: QPixmap) -> None:
        colours = Colours.of(self)
        picture.fill(QColor(colours.roll))
        if self._clip is None:
            return
        painter = QPainter(picture)
        field = self.field
        self._paint_rows(painter, field, colours)
        self._paint_time(painter, field, self._clip, colours)
        painter.setClipRect(field)
        self._paint_notes(painter, field, colours)
        painter.end()

    def _paint_rows(self, painter: QPainter, field: QRectF, colours: Colours) -> None:
        height = field.height() / len(self._rows)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.black_row))
        _draw(
            painter,
            [
                QRectF(field.left(), field.top() + self._rows.from_top(pitch) * height, field.width(), height)
                for pitch in self._rows.pitches
                if self._rows.is_dark(pitch)
            ],
        )
        if not self._row_names:
            return
        painter.setPen(QColor(colours.quiet))
        painter.setFont(self.font())
        line, last = QFontMetricsF(self.font()).height(), float("inf")
        for pitch, name in sorted(self._rows.labels().items()):
            middle = field.top() + (self._rows.from_top(pitch) + 0.5) * height
            if middle > last - line * 0.9:  # no room above the last name
                continue
            painter.drawText(
                QRectF(0, middle - line / 2, field.left() - line * 0.3, line),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                name,
            )
            last = middle

    def _paint_time(self, painter: QPainter, field: QRectF, clip: Clip, colours: Colours) -> None:
        beats, bars = round(clip.length / clip.metre.unit), clip.metre.bars(clip.length)
        if beats <= _MOST_BEAT_LINES:
            painter.setPen(QColor(colours.beat))
            for beat in range(beats + 1):
                painter.drawLine(self._line(field, beat * clip.metre.unit))
        metrics = QFontMetricsF(self.font())
        room = metrics.horizontalAdvance("000") * 1.6
        step = max(1, -int(-room * clip.length // (field.width() * clip.metre.bar)))
        for bar in range(0, bars, step):
            onset = bar * clip.metre.bar
            painter.setPen(QColor(colours.bar))
            painter.drawLine(self._line(field, onset))
            if not self._ruler:
                continue
            painter.setPen(QColor(colours.quiet))
            painter.drawText(QPointF(self.x_of(onset) + metrics.height() * 0.2, metrics.ascent()), str(bar + 1))

    def _line(self, field: QRectF, beats: float) -> QLineF:
        x = self.x_of(beats)
        return QLineF(x, field.top(), x, field.bottom())

    def _paint_notes(self, painter: QPainter, field: QRectF, colours: Colours) -> None:
        """One call for each kind and shade, so that 10 000 notes take milliseconds."""
        groups: dict[tuple[Kind, int], list[QRectF]] = {}
        box_of = self._boxes(field)
        for note, kind in self._notes:
            shade = 0 if kind == "gone" else note.velocity * _SHADES // 128
            groups.setdefault((kind, shade), []).append(box_of(note, kind))
        for (kind, shade), boxes in groups.items():
            if kind == "gone":
                painter.setPen(QPen(QColor(colours.gone), 0, Qt.PenStyle.DashLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            else:
                share = PALEST + (1 - PALEST) * shade / (_SHADES - 1)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(mixed(colours.new if kind == "new" else colours.kept, colours.roll, share))
            _draw(painter, boxes)
        mark = max(2.0, QFontMetricsF(self.font()).height() / 7)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.onset))
        _draw(
            painter,
            [
                QRectF(box.left(), box.top(), min(mark, box.width()), box.height())
                for (kind, _), boxes in groups.items()
                if kind == "new"
                for box in boxes
            ],
        )

    def _boxes(self, field: QRectF) -> Callable[[Note, Kind], QRectF]:
        """A function that gives a note's box; what is the same for all notes is reckoned once."""
        left, row = field.left(), field.height() / len(self._rows)
        scale = field.width() / self._clip.length if self._clip else 1.0
        middle = {pitch: field.top() + (self._rows.from_top(pitch) + 0.5) * row for pitch in self._rows.pitches}
        tall = dict.fromkeys(get_args(Kind), max(2.0, row * 0.9))
        if self._has_new:
            tall["kept"] = max(2.0, row * KEPT_HEIGHT)

        def box_of(note: Note, kind: Kind) -> QRectF:
            height = tall[kind]
            # A hair less than the note's length, so that two notes in a row look like two.
            return QRectF(
                left + note.onset * scale,
                middle[note.pitch] - height / 2,
                max(2.0, note.duration * scale - 1.0),
                height,
            )

        return box_of


def _draw(painter: QPainter, boxes: list[QRectF]) -> None:
    """Draw all boxes in one call."""
    if boxes:
        painter.drawRects(*boxes)


def mixed(colour: str, ground: str, share: float) -> QColor:
    """``share`` (0-1) of a colour over the ground, which has the rest."""
    above, below = QColor(colour), QColor(ground)
    return QColor(
        *(
            round(over * share + under * (1 - share))
            for over, under in zip(
                (above.red(), above.green(), above.blue()), (below.red(), below.green(), below.blue()), strict=True
            )
        )
    )
