"""The window: every part in its place, shortcuts, and clips dropped in. What they ask for goes out as signals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QPoint, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import QAbstractSpinBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.clips.drag_out import paths_in
from gui.clips.prompt_view import PromptView
from gui.clips.variation_list import VariationList
from gui.controls.form import Form, FormArea
from gui.controls.start_button import StartButton
from gui.panel_state import PanelState
from gui.status.log_view import LogView
from gui.status.progress_line import ProgressLine
from gui.status.status_line import StatusLine


class Window(QWidget):
    """Shows the state; has no knowledge of files or the server."""

    clip_dropped = pyqtSignal(Path)
    closing = pyqtSignal()

    def __init__(self, state: PanelState) -> None:
        super().__init__()
        self.setWindowTitle("Clipkin")
        self.setAcceptDrops(True)
        self.form, self.start = Form(state), StartButton(state)
        self.prompt, self.variations = PromptView(state), VariationList(state)
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
        clips = QSplitter(Qt.Orientation.Vertical)
        clips.addWidget(self.prompt)
        clips.addWidget(self.variations)
        clips.setStretchFactor(1, 1)
        clips.setSizes([gap(self, 13), gap(self, 36)])
        upper, left = QWidget(), QVBoxLayout()
        across = QHBoxLayout(upper)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(gap(self))
        left.addWidget(FormArea(self.form), 1)
        left.addWidget(self.progress)
        left.addWidget(self.start)
        across.addLayout(left)
        across.addWidget(clips, 1)
        pages = QSplitter(Qt.Orientation.Vertical)
        pages.addWidget(upper)
        pages.addWidget(self.log)
        pages.setStretchFactor(0, 4)
        pages.setStretchFactor(1, 1)
        for splitter in (clips, pages):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(gap(self, 0.5))
        column = QVBoxLayout(self)
        space = gap(self, 0.7)
        column.setContentsMargins(space, space, space, space)
        column.setSpacing(gap(self, 0.4))
        column.addWidget(pages, 1)
        column.addWidget(self.status)

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
        if event:
            event.setAccepted(self._takes(event))

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802
        if event and self._takes(event):
            event.acceptProposedAction()
            self.clip_dropped.emit(paths_in(event.mimeData())[0])

    def _takes(self, event: QDropEvent) -> bool:
        """A file from outside anywhere; a variation of our own only over the prompt, lest a slip replace it."""
        if not paths_in(event.mimeData()):
            return False
        over = QRect(self.prompt.mapTo(self, QPoint()), self.prompt.size())
        return event.source() is None or over.contains(event.position().toPoint())

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        self.closing.emit()
        super().closeEvent(event)
