"""Where clips are dropped: the first screen, and the frame around the part of the window that would take a drag.

Offers: ``FirstScreen``, ``DropMark``, ``area_of``.
"""

from __future__ import annotations

from PyQt6.QtCore import QPoint, QRect, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QFrame, QWidget

from gui import layout
from gui.appearance import Colours, gap
from gui.language.say import say
from gui.layout import column, label, row
from gui.state.panel_state import PanelState


class FirstScreen(QFrame):
    """Emits ``open_wanted``, ``example_wanted``, ``take_wanted``."""

    open_wanted = pyqtSignal()
    example_wanted = pyqtSignal()
    take_wanted = pyqtSignal()

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setObjectName("drop")
        self.open = layout.button(say("Open a clip…"), say("Open a clip"), "Ctrl+O", self.open_wanted)
        self.example = layout.button(say("Try an example"), say("Try an example"), then=self.example_wanted)
        self.example.setObjectName("start")
        title = label(say("Drop a MIDI clip here"), "title")
        what = say("A .mid file, or a clip dragged out of your DAW. Its kin come out: variations, chords, a bass line.")
        words = label(what, "quiet", wraps=True)
        self.live = label("", "quiet")
        for each in (title, words, self.live):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.take = layout.button(say("Take from Live"), say("Take the clip that is selected in Live"), "Ctrl+T")
        self.take.clicked.connect(self.take_wanted)
        buttons = row(self, None, self.example, self.open, self.take, None, space=0.5)
        inside = column(self, None, title, words, buttons, self.live, None, space=1.0)
        inside.setContentsMargins(*[gap(self, 1.5)] * 4)
        self.setLayout(inside)
        state.follow("others server live", self._show)
        self._show()

    def _show(self) -> None:
        seen, live = self._state.others, self._state.live
        self.take.setVisible(live is not None)
        if live is not None:
            self.live.setText(live.words)
            return
        words = (
            say("Live was at work at {time}.", time=seen) if seen else say("Waiting for Live: the device shows here.")
        )
        self.live.setText(words)


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
