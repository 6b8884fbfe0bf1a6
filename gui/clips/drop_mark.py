"""What a drag would do: a frame around the part of the window that takes it, and words.

Offers: ``DropMark``, ``area_of``.
"""

from __future__ import annotations

from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from gui.appearance import Colours, gap


class DropMark(QWidget):
    """A frame around the part of the window that would take what is dragged, with words that say what as."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._words = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_over(self, part: QWidget | None, words: str = "") -> None:
        """Frame ``part``; None: nothing would take it."""
        window = self.parentWidget()
        self.setVisible(part is not None)
        self._words = words
        if part is not None and window is not None:
            self.setGeometry(area_of(part, window))
            self.raise_()
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802  (Qt's name)
        painter, wide, colours = QPainter(self), gap(self, 0.12), Colours.of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.rect().adjusted(wide, wide, -wide, -wide)
        painter.setPen(QPen(QColor(colours.accent), wide))
        painter.drawRoundedRect(frame, gap(self, 0.3), gap(self, 0.3))
        words = self.fontMetrics().boundingRect(self._words).adjusted(-wide * 4, -wide * 2, wide * 4, wide * 2)
        words.moveCenter(frame.center())
        painter.fillRect(words, QColor(colours.accent))
        painter.setPen(QColor(colours.on_accent))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self._words)
        painter.end()


def area_of(part: QWidget, window: QWidget) -> QRect:
    """Where ``part`` lies in the window."""
    return QRect(part.mapTo(window, QPoint()), part.size())
