"""Below the grid: what the chosen result is in words, and what can be done with it."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget

from gui.appearance import ElidedLabel, button, column, row
from gui.clips.rounds.round_list import WAYS, RoundList
from gui.clips.rounds.round_model import details, engine_words, headline, title
from gui.language.say import say
from gui.state.panel_state import PanelState


class ResultBar(QWidget):
    """Emits ``wanted`` as the list does; buttons to ``play`` whatever is shown, and to ``swap`` it for the prompt."""

    wanted = pyqtSignal(str, object)

    def __init__(self, state: PanelState, rounds: RoundList) -> None:
        super().__init__()
        self._state, self._rounds = state, rounds
        self.play = button("▶", say("Play or stop"), say("Play or stop (Space)."))
        self.swap = button("A/B", say("Hear the prompt instead, in time"), say("Prompt or result (B)."))
        self.words, self.details = ElidedLabel(), ElidedLabel("quiet")
        self.handle = DragHandle(rounds)
        self.ways: dict[str, QPushButton] = {}
        for way in ("star", "go_on", "more", "again", "live"):
            words, hint = say(WAYS[way][0]), f"{say(WAYS[way][0])} ({WAYS[way][1]})."
            self.ways[way] = button(words, words, hint, lambda _, way=way: self.wanted.emit(way, rounds.entry))
        self.ways["star"].setText("☆")
        self.more = QToolButton()
        self.more.setText("⋯")
        self.more.setAccessibleName(say("All that can be done with the result"))
        self.more.setToolTip(self.more.accessibleName())
        self.more.clicked.connect(self._open_menu)
        said = column(self, self.words, self.details, space=0.05)
        hearing, after = (self.play, self.swap), (self.handle, self.more)
        self.setLayout(row(self, *hearing, said, *self.ways.values(), *after, space=0.3, wide=said))
        state.follow("chosen stars round prompt live", self._show)

    def show_playing(self, sounds: bool) -> None:
        self.play.setText("■" if sounds else "▶")

    def _show(self) -> None:
        result, entry = self._state.chosen_result, self._rounds.entry
        there = result is not None and entry is not None
        for widget in (*self.ways.values(), self.more, self.handle, self.swap):
            widget.setEnabled(there)
        self.ways["live"].setVisible(self._state.live is not None)
        if result is None or entry is None:
            self.words.setText(say("Nothing chosen") if self._state.rounds else "")
            self.details.setText("")
            return
        starred = self._state.chosen in self._state.stars
        self.ways["star"].setText("★" if starred else "☆")
        told = (title(entry), engine_words(entry.round), "" if entry.round.song else headline(result))
        self.words.setText(" · ".join(filter(None, told)))
        self.details.setText(" · ".join((details(result), *map(say, result.variation.report.remarks))))

    def _open_menu(self) -> None:
        if (entry := self._rounds.entry) is not None:
            self._rounds.menu_of(entry).popup(self.more.mapToGlobal(QPoint(0, self.more.height())))


class DragHandle(QPushButton):
    """Carries the chosen result's file into the DAW; pressed without a drag it copies the file."""

    def __init__(self, rounds: RoundList) -> None:
        super().__init__("⠿ " + say("Drag"))
        self._rounds = rounds
        self._pressed: QPoint | None = None
        self.setAccessibleName(say("Drag the result into your DAW, or press to copy its file"))
        self.setToolTip(self.accessibleName())
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.clicked.connect(lambda: rounds.wanted.emit("copy", rounds.entry))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        self._pressed = event.position().toPoint() if event else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._pressed is None:
            return
        if (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self.setDown(False)
            self._rounds.startDrag(Qt.DropAction.CopyAction)
