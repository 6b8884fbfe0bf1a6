"""A note of one kind, drawn as the piano rolls draw it: a legend's sign; its words say what it means."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from gui.appearance import Colours, gap
from gui.clips.piano_roll import KEPT_HEIGHT
from gui.clips.roll_rows import Kind


class NoteSign(QWidget):
    """As high as a small letter, as wide as two."""

    def __init__(self, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: Kind = kind
        self.setAccessibleName(f"How a note is drawn: {kind}")

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name, as below)
        return QSize(gap(self, 1.5), gap(self, 0.7))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        colours, painter = Colours.of(self), QPainter(self)
        tall = gap(self, 0.55) * (KEPT_HEIGHT if self._kind == "kept" else 1.0)
        area = QRectF(0.5, (self.height() - tall) / 2, self.width() - 2, tall)
        if self._kind == "gone":
            painter.setPen(QPen(QColor(colours.gone), 0, Qt.PenStyle.DashLine))
            painter.drawRect(area)
        else:
            painter.fillRect(area, QColor(colours.new if self._kind == "new" else colours.kept))
        if self._kind == "new":
            area.setWidth(max(2.0, gap(self, 0.14)))
            painter.fillRect(area, QColor(colours.onset))
        painter.end()
