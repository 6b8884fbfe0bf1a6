"""What controls are made of: a menu, a number and its name, a line of words, a button that stays pressed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from PyQt6 import QtGui, QtWidgets
from PyQt6.QtCore import QEvent, QModelIndex, QPointF, QSignalBlocker, QSize, QStringListModel, Qt, pyqtSignal

from gui.appearance import Colours, canvas, column, gap, row
from gui.language.say import say

_SHORTEST = 10
"""Letters that a menu shows at least."""


class Menu(QtWidgets.QComboBox):
    """A combo box; the wheel scrolls the form below it rather than changing what is chosen. Emits ``chosen`` with the
    value of the entry that the user chooses.
    """

    chosen = pyqtSignal(object)

    def __init__(self, name: str) -> None:
        """name: for those who hear it."""
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_SHORTEST)
        self.activated.connect(lambda place: self.chosen.emit(self.itemData(place)))
        # The usual one paints the entry under the hand as a menu's, in colours that can't be told apart.
        self.setItemDelegate(QtWidgets.QStyledItemDelegate(self))

    def add(self, text: str, value: object, hint: str, possible: bool) -> None:
        """One more entry; one that isn't possible can be seen but not chosen, and ``hint`` says why."""
        self.addItem(text if possible else say("{name} (not now)", name=text), value)
        place, model = self.count() - 1, self.model()
        self.setItemData(place, hint, Qt.ItemDataRole.ToolTipRole)
        item = model.item(place) if isinstance(model, QtGui.QStandardItemModel) else None
        if item is not None:
            item.setEnabled(possible)

    def add_all(self, words: Mapping[Any, str]) -> None:
        """An entry for each value; ``words`` are English."""
        for value, said in words.items():
            self.addItem(say(said), value)

    def show_value(self, value: object) -> None:
        """Show the entry of a value, the first where there is none, without emitting."""
        self.setCurrentIndex(max(0, self.findData(value)))

    def show_hint(self, words: QtWidgets.QLabel) -> None:
        """Say below the menu, and for those who hear it, what the entry that is shown means."""
        hint = self.currentData(Qt.ItemDataRole.ToolTipRole) or ""
        for tell in (words.setText, self.setToolTip, self.setAccessibleDescription):
            tell(hint)

    def wheelEvent(self, event: QtGui.QWheelEvent | None) -> None:
        if event:
            event.ignore()

    def paintEvent(self, event: QtGui.QPaintEvent | None) -> None:
        super().paintEvent(event)
        paint_arrow(self, QPointF(self.width() - gap(self, 0.8), self.height() / 2), self)


def paint_arrow(device: QtGui.QPaintDevice, middle: QPointF, widget: QtWidgets.QWidget, size: float = 0.22) -> None:
    """An arrow that points down (``size`` below 0: up), in the widget's colours; ``size`` in lines of its font."""
    colours, painter = Colours.of(widget), QtGui.QPainter(device)
    half = gap(widget, abs(size)) * (1 if size > 0 else -1)
    points = (QPointF(-half, -half / 2), QPointF(0, half / 2), QPointF(half, -half / 2))
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
    painter.setPen(QtGui.QPen(QtGui.QColor(colours.text if widget.isEnabled() else colours.edge), gap(widget, 0.1)))
    painter.drawPolyline(QtGui.QPolygonF([middle + point for point in points]))
    painter.end()


def _paint_arrows(box: QtWidgets.QAbstractSpinBox) -> None:
    for share, size in ((0.33, -0.15), (0.67, 0.15)):
        paint_arrow(box, QPointF(box.width() - gap(box, 0.65), box.height() * share), box, size)


class WholeBox(QtWidgets.QSpinBox):
    """A whole number, with arrows in the panel's colours."""

    def __init__(
        self, name: str = "", low: int = 0, high: int = 99, value: int | None = None, special: str = ""
    ) -> None:
        """name: for those who hear it; special: what the lowest number is called."""
        super().__init__()
        self.setAccessibleName(name)
        self.setRange(low, high)
        self.setSpecialValueText(special)
        self.setValue(low if value is None else value)

    def paintEvent(self, event: QtGui.QPaintEvent | None) -> None:
        super().paintEvent(event)
        _paint_arrows(self)


class NumberBox(QtWidgets.QDoubleSpinBox):
    """A number, with arrows in the panel's colours."""

    def paintEvent(self, event: QtGui.QPaintEvent | None) -> None:
        super().paintEvent(event)
        _paint_arrows(self)


def named(name: str | QtWidgets.QLabel, control: QtWidgets.QWidget, beside: bool = False) -> QtWidgets.QWidget:
    """``name``, whose mnemonic leads to the control, above it; ``beside``: at its left, and it at the right end."""
    said, both = QtWidgets.QLabel(name) if isinstance(name, str) else name, QtWidgets.QWidget()
    said.setBuddy(control)
    both.setLayout(row(both, said, None, control) if beside else column(both, said, control, space=0.2))
    return both


beside = partial(named, beside=True)
"""A control at the right of its name; as ``named``."""


def line(name: str, text: str = "", placeholder: str = "") -> QtWidgets.QLineEdit:
    """A line to type words into; name: for those who hear it."""
    made = QtWidgets.QLineEdit(text)
    made.setObjectName("words")
    made.setAccessibleName(name)
    made.setPlaceholderText(placeholder)
    return made


def show_number(box: QtWidgets.QSpinBox | QtWidgets.QDoubleSpinBox, value: float) -> None:
    """Show ``value`` without emitting; a box that has it already is left alone, for it may be typed into just now."""
    if box.value() != value:
        with QSignalBlocker(box):
            box.setValue(value)  # type: ignore[arg-type]  # a whole number for a QtWidgets.QSpinBox


class Toggle(QtWidgets.QPushButton):
    """Emits ``switched`` when the user switches it; ``show_on`` shows a state without emitting."""

    switched = pyqtSignal(bool)

    def __init__(self, text: str, name: str, hint: str) -> None:
        """text: with its mnemonic; name: for those who hear it."""
        super().__init__()
        self.setObjectName("toggle")
        self.setCheckable(True)
        self.setText(text)
        self.setAccessibleName(name)
        self.setAccessibleDescription(hint)
        self.setToolTip(hint)
        self.toggled.connect(lambda on: self.setText(f"✓ {text}" if on else text))
        self.clicked.connect(self.switched)

    def show_on(self, on: bool) -> None:
        self.setChecked(on)


class WordsField(QtWidgets.QLineEdit):
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
        self._arrow = QtGui.QAction(self)
        self._arrow.setToolTip(say("Show the words (down key)."))
        self._arrow.triggered.connect(self.suggestions.show_all)
        self.addAction(self._arrow, QtWidgets.QLineEdit.ActionPosition.TrailingPosition)
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

    def keyPressEvent(self, event: QtGui.QKeyEvent | None) -> None:
        if event and event.key() == Qt.Key.Key_Down:
            self.suggestions.show_all()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event and event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._draw_arrow()

    def _draw_arrow(self) -> None:
        side = gap(self, 1.0)
        picture = canvas(self, QSize(side, side), "transparent")
        paint_arrow(picture, QPointF(side / 2, side / 2), self)
        self._arrow.setIcon(QtGui.QIcon(picture))


class Suggestions(QtWidgets.QCompleter):
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
        self.setCompletionMode(QtWidgets.QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._before, last = self._split(self._field.text())
        if last in self.words and not self._one:
            self._before += last + self._joint  # it is whole: what is chosen comes after it
        self._field.setFocus()
        self.complete()

    def _follow(self, text: str) -> None:
        """While somebody types, only words that fit what is typed."""
        self._before = self._split(text)[0]
        self._listed.setStringList(self.words)
        self.setCompletionMode(QtWidgets.QCompleter.CompletionMode.PopupCompletion)

    def splitPath(self, path: str | None) -> list[str]:
        return [self._split(path or "")[1]]

    def pathFromIndex(self, index: QModelIndex) -> str:
        # Qt asks twice when a word is chosen, the second time with the field already changed.
        return self._before + super().pathFromIndex(index)

    def _split(self, text: str) -> tuple[str, str]:
        if self._one:
            return "", text
        start = max((found.end() for found in self._between.finditer(text)), default=0)
        return text[:start], text[start:]
