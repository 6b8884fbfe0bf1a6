"""The part that a task makes: melody, chords, bass or drums."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from gui.controls.pieces.menu import Menu
from gui.controls.pieces.number_box import row
from gui.state.tasks import PARTS
from gui.state.wish import Wish
from models.tasks.table import Task


class PartChoice(QWidget):
    """Emits ``chosen`` with the role; follows the task."""

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.menu = Menu("Part to make")
        self._listed_for: Task | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(row("&Part", self.menu))
        self.menu.activated.connect(lambda place: self.chosen.emit(self.menu.itemData(place)))

    def show_part(self, wish: Wish) -> None:
        """Show the parts of the wish's task and the chosen one; a task that makes none shows nothing."""
        self.setVisible(wish.task in PARTS)
        if wish.task not in PARTS:
            return
        if wish.task != self._listed_for:
            self._listed_for = wish.task
            self.menu.clear()
            for role, words in PARTS[wish.task].items():
                self.menu.addItem(words, role)
        self.menu.setCurrentIndex(self.menu.findData(wish.part))
