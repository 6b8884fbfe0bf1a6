"""The window: every part in its place, shortcuts, and clips dropped in. What they ask for goes out as signals."""

from __future__ import annotations

from typing import Literal

from PyQt6 import QtGui
from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QSplitter, QStackedWidget, QToolButton, QWidget

from gui.appearance import ICON, button, column, gap, label, row
from gui.clips.dragging import DropMark, FirstScreen, area_of, paths_in
from gui.clips.given import ClipBar, ContextStrip
from gui.clips.grid.grid_view import GridView
from gui.clips.grid.note_layer import LayerShelf
from gui.clips.rounds.round_list import ResultBar, RoundList
from gui.clips.rounds.song_table import SongTable
from gui.controls.form import Form, FormArea
from gui.controls.pieces import Toggle
from gui.language.say import WORDS, say
from gui.state.panel_state import PanelState
from gui.status.reports import LogView
from gui.status.status_line import ErrorList, ProgressLine, StatusLine

Where = Literal["prompt", "second", "context"]
"""Which part of the window files were dropped on."""


class Window(QWidget):
    """Shows the state; has no knowledge of files or the server."""

    clips_dropped = pyqtSignal(str, list)

    def __init__(self, state: PanelState) -> None:
        super().__init__()
        self._state, self._reading = state, ""
        self.setWindowTitle("Clipkin")
        self.setWindowIcon(QtGui.QIcon(ICON))
        self.setAcceptDrops(True)
        self.form, self.progress = Form(state), ProgressLine(state)
        self.prompt = ClipBar(say("Prompt"), say("Open a .mid file as the prompt"), "Ctrl+O")
        self.second = ClipBar(say("Second clip"), say("Open the clip to morph into"), "Ctrl+Shift+O")
        self.context = ContextStrip(state)
        shelf = LayerShelf()
        self.grid, self.song, self.rounds = GridView(state, shelf), SongTable(state, shelf), RoundList(state, shelf)
        self.result, self.first = ResultBar(state, self.rounds), FirstScreen(state)
        self.undo = button("↶", say("Undo"), say("Undo (Ctrl+Z)."), state.history.undo)
        self.redo = button("↷", say("Redo"), say("Redo (Ctrl+Shift+Z)."), state.history.redo)
        self.take = button(say("Take from Live"), say("Take from Live the clip that is selected"), "Ctrl+T")
        hint = say("Take each clip as soon as it is selected in Live.")
        self.follow = Toggle(say("Follow"), say("Follow the selection in Live"), hint)
        self.follow.switched.connect(lambda on: setattr(state, "follows", on))
        self.menu = QToolButton()
        self.menu.setText("☰")
        self.menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu.setAccessibleName(say("Menu"))
        self.menu.setToolTip(say("Menu (F10)."))
        self.errors, self.status, self.log = ErrorList(state), StatusLine(state), LogView(state)
        self._mark = DropMark(self)
        self._lay_out()
        self.status.log.toggled.connect(self.log.setVisible)
        self.log.hide()
        state.follow("prompt", self._leave_page)
        state.follow("live", self._show_live)
        state.follow("prompt rounds wish second", self._show)
        state.follow("chosen round", self._show_chosen)
        self.undo.setEnabled(state.history.canUndo())
        self.redo.setEnabled(state.history.canRedo())
        state.history.canUndoChanged.connect(self.undo.setEnabled)
        state.history.canRedoChanged.connect(self.redo.setEnabled)
        screen = self.screen()
        frame = QSize(gap(self, 0.5), gap(self, 2.5))
        self.resize(self.wanted_size.boundedTo(screen.availableSize() - frame) if screen else self.wanted_size)

    @property
    def wanted_size(self) -> QSize:
        """The size that it likes to have where the screen is large enough."""
        return QSize(gap(self, 78), gap(self, 50))

    def _lay_out(self) -> None:
        space = gap(self, 0.5)
        side = QFrame()
        side.setObjectName("side")
        side.setLayout(column(side, area := FormArea(self.form), self.progress, wide=area, edge=0.5))
        side.setFixedWidth(area.width() + 2 * space + 2)
        self.shown, upper, main = QStackedWidget(), QWidget(), QWidget()
        for page in (self.first, self.grid, self.song):
            self.shown.addWidget(page)
        upper.setLayout(column(self, self.shown, self.result, space=0.3, wide=self.shown))
        self.pages = _split((upper, 3), (self.rounds, 2))
        self.pages.setHandleWidth(space)
        buttons = (self.take, self.follow, self.undo, self.redo, self.menu)
        head = row(self, self.prompt, *buttons, space=0.3, wide=self.prompt)
        right = column(self, head, self.second, self.context, self.pages, space=0.3, wide=self.pages)
        main.setLayout(row(self, side, right, wide=right))
        self.places = QStackedWidget()
        self.places.addWidget(main)
        with_log = _split((self.places, 4), (self.log, 0))
        self.setLayout(column(self, with_log, self.errors, self.status, space=0.2, wide=with_log, edge=0.5))
        self._parts: dict[Where, QWidget] = {"second": self.second, "context": self.context, "prompt": self.pages}

    def _leave_page(self) -> None:
        """Whoever makes a prompt on a page goes on with it; one that came because it was selected in Live waits."""
        if not self._state.follows:
            self.show_page()

    def _show(self) -> None:
        state, wish = self._state, self._state.wish
        instead = say("not needed for this task") if not wish.row.clips[1] else ""
        reading = say("Reading {name} …", name=self._reading) if self._reading else ""
        self.prompt.show_clip(state.prompt, reading or instead)
        self.second.show_clip(state.second)
        self.second.setVisible(wish.row.reads == "pair")
        self.rounds.setVisible(bool(state.rounds))
        self._show_chosen()

    def show_reading(self, name: str) -> None:
        """A file is being read, which takes a while where it has many notes; "": none is."""
        self._reading = name
        self._show()

    def _show_live(self) -> None:
        for each in (self.take, self.follow):
            each.setVisible(self._state.live is not None)
        self.follow.show_on(self._state.follows)

    def _show_chosen(self) -> None:
        page: QWidget = self.song if self.song.song_round is not None else self.grid
        self.shown.setCurrentWidget(page if self.grid.lanes else self.first)
        self.result.setVisible(bool(self.grid.lanes))

    def show_page(self, title: str = "", page: QWidget | None = None) -> None:
        """Show a page (``gui.controls.main_menu``) in the place of form, clip and results; None: those again."""
        if page is None:
            self.places.setCurrentIndex(0)
            return
        framed = page.parentWidget()
        if framed is None or self.places.indexOf(framed) < 0:
            framed, name = QWidget(), say(title)
            back = button("← " + say("Back"), say("Back"), say("Back (Esc)."), lambda: self.show_page())
            framed.setLayout(column(self, row(self, back, label(name, "title"), None), page, wide=page))
            self.places.addWidget(framed)
        self.places.setCurrentWidget(framed)
        page.setFocus()

    # ---- events

    def dragEnterEvent(self, event: QtGui.QDragEnterEvent | None) -> None:
        if event and paths_in(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)  # a file that is moved would be gone where it was
            event.accept()

    def dragMoveEvent(self, event: QtGui.QDragMoveEvent | None) -> None:
        where = self._place_of(event) if event else None
        if event:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.setAccepted(where is not None)
        self._mark.show_over(self._parts[where] if where else None, say(WORDS["drops"][where]) if where else "")

    def dragLeaveEvent(self, event: QtGui.QDragLeaveEvent | None) -> None:
        self._mark.show_over(None)

    def dropEvent(self, event: QtGui.QDropEvent | None) -> None:
        self._mark.show_over(None)
        where = self._place_of(event) if event else None
        if event and where:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.clips_dropped.emit(where, paths_in(event.mimeData()))

    def _place_of(self, event: QtGui.QDropEvent) -> Where | None:
        """Where it falls: a file from outside belongs to the prompt unless it falls on another part.

        A clip of our own only counts on a part that takes one, lest a slip of the hand replace the prompt.
        """
        if not paths_in(event.mimeData()):
            return None
        place = event.position().toPoint()
        for where, part in self._parts.items():
            if part.isVisibleTo(self) and area_of(part, self).contains(place):
                own = event.source() is not None
                return where if not own or not area_of(self.rounds, self).contains(place) else None
        return "prompt" if event.source() is None else None


def _split(*parts: tuple[QWidget, int]) -> QSplitter:
    """Parts below each other, with their shares of the room that more height gives."""
    made = QSplitter(Qt.Orientation.Vertical)
    made.setChildrenCollapsible(False)
    for place, (part, share) in enumerate(parts):
        made.addWidget(part)
        made.setStretchFactor(place, share)
    return made
