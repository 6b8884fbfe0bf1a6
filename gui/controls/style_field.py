"""The style in words out of those that the task knows: chosen from the list, or typed."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.controls.pieces.words_field import WordsField
from gui.state.wish import Wish
from models.tasks.table import MOST_STYLE

_SEVERAL, _ONE = "Choose one or several words from the list, or type them.", "Choose from the list, or type."


class StyleField(QWidget):
    """Emits ``typed`` with the words, separated by spaces; follows the task."""

    typed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = WordsField("Style in words", MOST_STYLE, r"\s+", " ")
        self.line.setPlaceholderText("as it fits")
        self.line.setClearButtonEnabled(True)
        self._label = QLabel("Style w&ords")
        self._label.setBuddy(self.line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, gap(self, 0.5), 0, 0)
        column.setSpacing(gap(self, 0.3))
        column.addWidget(self._label)
        column.addWidget(self.line)
        self.line.typed.connect(self.typed)

    def show_style(self, wish: Wish) -> None:
        """Show the words of the wish's task; a task that knows none shows nothing."""
        words = wish.row.styles
        self.setVisible(bool(words))
        one = wish.row.one_word
        if words != self.line.suggestions.words:
            self.line.suggestions.offer(words, one)
            self.line.setToolTip(_ONE if one else _SEVERAL)
        self.line.show_words(wish.style)
