"""The window: every part in its place, shortcuts, and clips dropped in. What they ask for goes out as signals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PyQt6.QtCore import QPoint, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QCloseEvent,
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
)
from PyQt6.QtWidgets import QAbstractSpinBox, QSplitter, QWidget

from gui.appearance import Colours, gap
from gui.clips.clip_view import SecondView
from gui.clips.context_strip import ContextStrip
from gui.clips.drag_out import paths_in
from gui.clips.prompt_view import PromptView
from gui.clips.variation_list import VariationList
from gui.controls.form import Form, FormArea
from gui.controls.start_button import StartButton
from gui.layout import column, row
from gui.state.panel_state import PanelState
from gui.status.log_view import LogView
from gui.status.progress_line import ProgressLine
from gui.status.status_line import StatusLine

Where = Literal["prompt", "second", "context"]
"""Which part of the window files were dropped on."""


class Window(QWidget):
    """Shows the state; has no knowledge of files or the server."""

    clips_dropped = pyqtSignal(str, list)
    closing = pyqtSignal()

    def __init__(self, state: PanelState) -> None:
        super().__init__()
        self.setWindowTitle("Clipkin")
        self.setAcceptDrops(True)
        self.form, self.start = Form(state), StartButton(state)
        self.prompt, self.second, self.context = PromptView(state), SecondView(state), ContextStrip(state)
        self.variations, self._mark = VariationList(state), DropMark(self)
        self._parts: dict[Where, QWidget] = {"second": self.second, "context": self.context, "prompt": self.prompt}
        self.progress, self.status, self.log = ProgressLine(state), StatusLine(state), LogView(state)
        self._lay_out()
        self.status.log_wanted.connect(self.log.setVisible)
        self.log.hide()
        screen = self.screen()
        self.resize(self.wanted_size.boundedTo(screen.availableSize()) if screen else self.wanted_size)

    @property
    def wanted_size(self) -> QSize:
        """The size that it likes to have where the screen is large enough."""
        return QSize(gap(self, 78), gap(self, 54))

    def _lay_out(self) -> None:
        clips, pages = QSplitter(Qt.Orientation.Vertical), QSplitter(Qt.Orientation.Vertical)
        given, upper = QWidget(), QWidget()
        both = row(self)
        both.addWidget(self.prompt, 1)
        both.addWidget(self.second, 1)
        given.setLayout(column(self, both, self.context, space=0.3, wide=both))
        left = column(self, area := FormArea(self.form), self.progress, self.start, wide=area)
        upper.setLayout(row(self, left, clips, wide=clips))
        for splitter, parts in ((clips, (given, self.variations)), (pages, (upper, self.log))):
            for part in parts:
                splitter.addWidget(part)
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(gap(self, 0.5))
        clips.setStretchFactor(1, 1)
        clips.setSizes([gap(self, 15), gap(self, 34)])
        pages.setStretchFactor(0, 4)
        pages.setStretchFactor(1, 1)
        inside, space = column(self, pages, self.status, space=0.4, wide=pages), gap(self, 0.7)
        inside.setContentsMargins(space, space, space, space)
        self.setLayout(inside)

    def add_shortcut(self, keys: str, then: Callable[[], object]) -> None:
        """Let ``keys`` call ``then`` wherever the focus is in the window."""
        QShortcut(QKeySequence(keys), self).activated.connect(then)

    def finish_typing(self) -> None:
        """Take what is being typed as it stands: a shortcut may come before Return or Tab."""
        box = self.focusWidget()
        if isinstance(box, QAbstractSpinBox):
            box.interpretText()

    def show_log(self, shown: bool) -> None:
        """Show or hide the log."""
        self.status.log.setChecked(shown)

    def to_front(self) -> None:
        """Show the window above the others."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # ---- events

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802  (Qt's name, as below)
        if event and paths_in(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent | None) -> None:  # noqa: N802
        where = self._place_of(event) if event else None
        if event:
            event.setAccepted(where is not None)
        self._mark.show_over(self._parts[where] if where else None)

    def dragLeaveEvent(self, event: QDragLeaveEvent | None) -> None:  # noqa: N802
        self._mark.show_over(None)

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802
        self._mark.show_over(None)
        where = self._place_of(event) if event else None
        if event and where:
            event.acceptProposedAction()
            self.clips_dropped.emit(where, paths_in(event.mimeData()))

    def _place_of(self, event: QDropEvent) -> Where | None:
        """Where it falls: a file from outside belongs to the prompt unless it falls on another part.

        A clip of our own only counts on a part that takes one, lest a slip of the hand replace the prompt.
        """
        if not paths_in(event.mimeData()):
            return None
        for where, part in self._parts.items():
            if part.isVisibleTo(self) and area_of(part, self).contains(event.position().toPoint()):
                return where
        return "prompt" if event.source() is None else None

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        self.closing.emit()
        super().closeEvent(event)


class DropMark(QWidget):
    """A frame around the part of the window that would take what is dragged."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_over(self, part: QWidget | None) -> None:
        """Frame ``part``; None: nothing would take it."""
        window = self.parentWidget()
        self.setVisible(part is not None)
        if part is not None and window is not None:
            self.setGeometry(area_of(part, window))
            self.raise_()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802  (Qt's name)
        painter, wide = QPainter(self), gap(self, 0.12)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(Colours.of(self).accent), wide))
        painter.drawRoundedRect(self.rect().adjusted(wide, wide, -wide, -wide), gap(self, 0.3), gap(self, 0.3))
        painter.end()


def area_of(part: QWidget, window: QWidget) -> QRect:
    """Where ``part`` lies in the window."""
    return QRect(part.mapTo(window, QPoint()), part.size())
