"""The engine: a menu of the server's engines, each with its sentence, and why one can't be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import QLabel, QWidget

from gui.controls.pieces.menu import Menu
from gui.layout import column, label
from gui.state.wish import AUTO

if TYPE_CHECKING:
    from bridge.messages.greeting import Card

_AUTO_SENTENCE = "The server chooses the best engine for the clip and the task."


class EngineMenu(QWidget):
    """Emits ``chosen`` with the engine's name; the sentence stands below the menu as well."""

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.menu = Menu("Engine")
        self.sentence, name = label("", "quiet", wraps=True), QLabel("&Engine")
        name.setBuddy(self.menu)
        self.setLayout(column(self, name, self.menu, self.sentence, space=0.2))
        self._wanted = AUTO
        self.menu.activated.connect(lambda place: self.chosen.emit(self.menu.itemData(place)))
        self.menu.currentIndexChanged.connect(self._say)
        self.show_engines((), "")
        self.show_engine(AUTO)

    def show_engines(self, cards: tuple[Card, ...], task: str) -> None:
        """List the engines; those that can't be used, or not for ``task``, say why and can't be chosen."""
        with QSignalBlocker(self.menu):
            self.menu.clear()
            self.menu.add("Automatic", AUTO, _AUTO_SENTENCE, possible=True)
            for card in cards:
                reason = why_not(card, task)
                self.menu.add(card.name, card.name, card.sentence + reason, possible=not reason)
        self.show_engine(self._wanted)

    def show_engine(self, name: str) -> None:
        """Show the chosen engine; one that the server doesn't have shows as automatic until it has it."""
        self._wanted = name
        self.menu.setCurrentIndex(max(0, self.menu.findData(name)))
        self._say()

    def _say(self) -> None:
        sentence = self.menu.currentData(Qt.ItemDataRole.ToolTipRole) or ""
        self.sentence.setText(sentence)
        self.menu.setToolTip(sentence)
        self.menu.setAccessibleDescription(sentence)


def why_not(card: Card, task: str) -> str:
    """Why the engine can't be chosen for the task, as a sentence that follows its own; "" when it can."""
    if not card.available:
        return f" It can't be used now: {card.reason.rstrip('.')}."
    if task and task not in card.tasks:
        return f' It doesn\'t know the task "{task}".'
    return ""
