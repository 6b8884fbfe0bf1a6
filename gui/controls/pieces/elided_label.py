"""Words on one line that end in "…" where there is no room; all of them stand in the tool tip."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QLabel, QWidget

from gui.appearance import gap


class ElidedLabel(QLabel):
    """Takes the room that it is given, down to a few letters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str | None) -> None:  # noqa: N802  (Qt's name, as below)
        super().setText(text)
        self.setToolTip(text or "")

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(gap(self, 3), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        area = self.contentsRect()
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), words)
        painter.end()
