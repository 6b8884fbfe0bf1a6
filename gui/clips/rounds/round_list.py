"""The session: every round with its results, as thumbnails. Arrows choose, Space plays, Return goes on from one; a
hand that rests on a thumbnail's play sign hears it until it leaves.

Below the grid the result bar says what the chosen result is, and what can be done with it.

What is wanted of a result goes out as a word of ``WAYS`` with the result's entry.
"""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QEvent, QModelIndex, QPoint, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QApplication, QListView, QMenu, QPushButton, QToolButton, QWidget

from gui.appearance import ElidedLabel, add_entry, button, column, context_menu, gap, row
from gui.clips.dragging import drag
from gui.clips.grid.note_layer import LayerShelf
from gui.clips.rounds.round_model import Entry, RoundModel, details, engine_words, headline, title
from gui.clips.rounds.round_painter import RoundPainter, Sign
from gui.language.say import WORDS, say
from gui.state.panel_state import PanelState
from gui.state.values import Choice

WAYS: dict[str, tuple[str, str]] = WORDS["ways"]
"""What can be done with a result, in words, and its key while the list has the focus."""

_RESTS_MS = 250
"""How long a hand is still on a play sign before it is meant."""

_KEYS = {QKeySequence(keys): way for way, (_, keys) in WAYS.items()}


class RoundList(QListView):
    """Emits ``wanted`` with a word of ``WAYS`` and the entry, ``swap_wanted`` to hear the prompt instead (A/B), and
    ``audition_wanted`` with the entry on whose play sign the hand rests, None when it has left.
    """

    wanted = pyqtSignal(str, object)
    audition_wanted = pyqtSignal(object)
    swap_wanted = pyqtSignal()

    def __init__(self, state: PanelState, shelf: LayerShelf) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("rounds")
        self.setAccessibleName(say("Results of this session"))
        self.view = QWidget()
        self.setViewport(self.view)
        self.entries, self.painter = RoundModel(state, self), RoundPainter(self, state, shelf)
        self.setModel(self.entries)
        self.setItemDelegate(self.painter)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # else thumbnails change their width
        if (bar := self.verticalScrollBar()) is not None:
            bar.rangeChanged.connect(lambda low, high, bar=bar: bar.setEnabled(high > low))
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)
        self._under: Entry | None = None
        self._rests = QTimer(self)
        self._rests.setSingleShot(True)
        self._rests.timeout.connect(lambda: self.audition_wanted.emit(self._under))
        self.view.setMouseTracking(True)
        state.follow("chosen rounds round", self._show_chosen)  # after the model, which follows them from before

    @property
    def entry(self) -> Entry | None:
        return self.entries.index(self.entries.row_of(self._state.chosen)).data(Qt.ItemDataRole.UserRole)

    def show_playing(self, choice: Choice | None) -> None:
        self.painter.playing = choice
        self.view.update()

    def _show_chosen(self) -> None:
        index = self.entries.index(self.entries.row_of(self._state.chosen))
        if not index.isValid():
            self.clearSelection()
        if index != self.currentIndex() or not self.selectedIndexes():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        """The arrows, or a click, have chosen."""
        super().currentChanged(current, previous)
        entry = current.data(Qt.ItemDataRole.UserRole)
        if entry is not None and entry.choice is not None:
            self._state.choose(entry.choice)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Left and right go from result to result, over the heads of rounds; up and down by rows of thumbnails."""
        moves = QAbstractItemView.CursorAction
        step = {moves.MoveRight: 1, moves.MoveNext: 1, moves.MoveLeft: -1, moves.MovePrevious: -1}.get(action)
        results = self.entries.results
        here = self.currentIndex().row()
        if here not in results:
            return self.entries.index(results[0]) if results else QModelIndex()
        if step is not None:
            return self.entries.index(results[min(max(results.index(here) + step, 0), len(results) - 1)])
        found = super().moveCursor(action, modifiers).row()
        beyond = [row for row in results if row != here and (row > here) == (found > here)]
        return self.entries.index(min(beyond, key=lambda row: abs(row - found), default=here))

    # ---- events

    def sizeHint(self) -> QSize:
        """One round whole, the grid above it large; more where the window is high."""
        parent = self.parentWidget()
        return QSize(gap(self, 30), max(gap(self, 8), parent.height() * 3 // 10 if parent else 0))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        keys = event.keyCombination() if event.key() != Qt.Key.Key_Enter else Qt.Key.Key_Return  # the keypad's
        way, entry = _KEYS.get(QKeySequence(keys)), self.entry
        if way and entry is not None:
            self.wanted.emit(way, entry)
        elif event.key() == Qt.Key.Key_B and not event.modifiers():
            self.swap_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _under_hand(self, event: QMouseEvent) -> tuple[Entry | None, Sign | None]:
        """The result under the hand, and which of its signs."""
        index = self.indexAt(event.position().toPoint())
        entry: Entry | None = index.data(Qt.ItemDataRole.UserRole)
        if entry is None or entry.result is None:
            return None, None
        return entry, self.painter.sign_at(event.position(), self.visualRect(index))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        entry, sign = self._under_hand(event)
        if sign in ("play", "star") and event.button() == Qt.MouseButton.LeftButton:
            self._rests.stop()
            self.wanted.emit(sign, entry)
        if sign != "star":  # a star is no choice
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        super().mouseMoveEvent(event)
        if event is not None and not event.buttons():
            entry, sign = self._under_hand(event)
            self._hand_over(entry if sign == "play" else None)

    def leaveEvent(self, event: QEvent | None) -> None:
        super().leaveEvent(event)
        self._hand_over(None)

    def _hand_over(self, entry: Entry | None) -> None:
        if entry != self._under:
            self._under = entry
            self._rests.start(_RESTS_MS)
            if entry is None:
                self._rests.stop()
                self.audition_wanted.emit(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        if event and (entry := self._under_hand(event)[0]) is not None:
            self.wanted.emit("play", entry)

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Carry the file of the result under the hand; always a copy, as the file is ours."""
        if (entry := self.entry) is not None and entry.path is not None:
            drag(self, entry.path, self.view.grab(self.visualRect(self.currentIndex())))

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event and (entry := self.entry) is not None:
            self.menu_of(entry).popup(event.globalPos())

    def menu_of(self, entry: Entry) -> QMenu:
        """All that can be done with a result."""
        menu = context_menu(self)
        for way, (words, keys) in WAYS.items():
            possible = not way.endswith("live") or self._state.live is not None
            add_entry(menu, f"{say(words)}\t{keys}", partial(self.wanted.emit, way, entry), possible=possible)
        return menu


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
