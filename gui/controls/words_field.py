"""A line of words with suggestions for the last of them; an arrow, or the down key, shows all there are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PyQt6.QtCore import QEvent, QModelIndex, QPointF, QSignalBlocker, QSize, QStringListModel, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QIcon, QKeyEvent
from PyQt6.QtWidgets import QCompleter, QLineEdit

from gui.appearance import canvas, gap
from gui.controls.pieces import paint_arrow
from gui.language.say import say


class WordsField(QLineEdit):
    """Emits ``typed`` with the words when the user changes them; ``show_words`` shows some without emitting.

    most     bytes that the words may take: letters of some languages take several
    between  what stands between two words, as a pattern; ``joint``: what is put there
    """

    typed = pyqtSignal(str)

    def __init__(self, name: str, most: int, between: str, joint: str) -> None:
        """name: for those who hear it."""
        super().__init__()
        self._most = most
        self.setObjectName("words")
        self.setAccessibleName(name)
        self.setAcceptDrops(False)  # a clip that is dropped here is for the window
        self.suggestions = Suggestions(self, between, joint)
        self._arrow = QAction(self)
        self._arrow.setToolTip(say("Show the words (down key)."))
        self._arrow.triggered.connect(self.suggestions.show_all)
        self.addAction(self._arrow, QLineEdit.ActionPosition.TrailingPosition)
        self._draw_arrow()
        self.textChanged.connect(self._typed)

    def show_words(self, words: str) -> None:
        """Show ``words``; a line that has them already is left alone, for it may be typed into just now."""
        if words != self.text():
            with QSignalBlocker(self):
                self.setText(words)

    def _typed(self, text: str) -> None:
        short = text.encode(errors="ignore")[: self._most].decode(errors="ignore")
        self.show_words(short)
        self.typed.emit(short)

    # ---- events

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event and event.key() == Qt.Key.Key_Down:
            self.suggestions.show_all()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event and event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._draw_arrow()

    def _draw_arrow(self) -> None:
        """The same arrow as a menu's."""
        side = gap(self, 1.0)
        picture = canvas(self, QSize(side, side), "transparent")
        paint_arrow(picture, QPointF(side / 2, side / 2), self)
        self._arrow.setIcon(QIcon(picture))


class Suggestions(QCompleter):
    """Completes the last word of a field and leaves those before it as they are."""

    def __init__(self, field: WordsField, between: str, joint: str) -> None:
        super().__init__(field)
        self._field, self._between, self._joint = field, re.compile(between), joint
        self.words: tuple[str, ...] = ()
        self._one, self._before = False, ""
        self._listed = QStringListModel(self)
        self.setModel(self._listed)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setMaxVisibleItems(14)
        field.setCompleter(self)
        field.textEdited.connect(self._follow)

    def offer(self, words: Iterable[str], one: bool = False) -> None:
        """Suggest these; ``one``: a word takes the place of the one that is there."""
        self.words, self._one = tuple(words), one
        self._listed.setStringList(self.words)

    def show_all(self) -> None:
        """Show every word that isn't there yet."""
        there = () if self._one else self._between.split(self._field.text())
        self._listed.setStringList([word for word in self.words if word not in there])
        self.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._before, last = self._split(self._field.text())
        if last in self.words and not self._one:
            self._before += last + self._joint  # it is whole: what is chosen comes after it
        self._field.setFocus()
        self.complete()

    def _follow(self, text: str) -> None:
        """While somebody types, only words that fit what is typed."""
        self._before = self._split(text)[0]
        self._listed.setStringList(self.words)
        self.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)

    def splitPath(self, path: str | None) -> list[str]:
        return [self._split(path or "")[1]]

    def pathFromIndex(self, index: QModelIndex) -> str:
        # Qt asks twice when a word is chosen, the second time with the field already changed.
        return self._before + super().pathFromIndex(index)

    def _split(self, text: str) -> tuple[str, str]:
        """What stands before the last word, and that word."""
        if self._one:
            return "", text
        start = max((found.end() for found in self._between.finditer(text)), default=0)
        return text[:start], text[start:]
