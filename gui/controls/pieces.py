"""What controls are made of: a menu, a number and its name, a line of words, a button that stays pressed.

Offers: ``Menu``, ``paint_arrow``; ``WholeBox``, ``NumberBox``, ``beside``, ``show_number``; ``line``; ``Toggle``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt6.QtCore import QPointF, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPaintDevice, QPainter, QPaintEvent, QPen, QPolygonF, QStandardItemModel, QWheelEvent
from PyQt6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QStyledItemDelegate,
    QWidget,
)

from gui.appearance import Colours, gap, row
from gui.language.say import say

_SHORTEST = 10
"""Letters that a menu shows at least."""


class Menu(QComboBox):
    """A combo box; the wheel scrolls the form below it rather than changing what is chosen. Emits ``chosen`` with the
    value of the entry that the user chooses.
    """

    chosen = pyqtSignal(object)

    def __init__(self, name: str) -> None:
        """name: for those who hear it."""
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_SHORTEST)
        self.activated.connect(lambda place: self.chosen.emit(self.itemData(place)))
        # The usual one paints the entry under the hand as a menu's, in colours that can't be told apart.
        self.setItemDelegate(QStyledItemDelegate(self))

    def add(self, text: str, value: object, hint: str, possible: bool) -> None:
        """One more entry; one that isn't possible can be seen but not chosen, and ``hint`` says why."""
        self.addItem(text if possible else say("{name} (not now)", name=text), value)
        place, model = self.count() - 1, self.model()
        self.setItemData(place, hint, Qt.ItemDataRole.ToolTipRole)
        item = model.item(place) if isinstance(model, QStandardItemModel) else None
        if item is not None:
            item.setEnabled(possible)

    def add_all(self, words: Mapping[Any, str]) -> None:
        """An entry for each value; ``words`` are English."""
        for value, said in words.items():
            self.addItem(say(said), value)

    def show_value(self, value: object) -> None:
        """Show the entry of a value, the first where there is none, without emitting."""
        self.setCurrentIndex(max(0, self.findData(value)))

    def show_hint(self, words: QLabel) -> None:
        """Say below the menu, and for those who hear it, what the entry that is shown means."""
        hint = self.currentData(Qt.ItemDataRole.ToolTipRole) or ""
        for tell in (words.setText, self.setToolTip, self.setAccessibleDescription):
            tell(hint)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event:
            event.ignore()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        super().paintEvent(event)
        paint_arrow(self, QPointF(self.width() - gap(self, 0.8), self.height() / 2), self)


def paint_arrow(device: QPaintDevice, middle: QPointF, widget: QWidget, size: float = 0.22) -> None:
    """An arrow that points down (``size`` below 0: up), in the widget's colours; ``size`` in lines of its font."""
    colours, painter = Colours.of(widget), QPainter(device)
    half = gap(widget, abs(size)) * (1 if size > 0 else -1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colours.text if widget.isEnabled() else colours.edge), gap(widget, 0.1)))
    painter.drawPolyline(
        QPolygonF(
            [middle + QPointF(-half, -half / 2), middle + QPointF(0, half / 2), middle + QPointF(half, -half / 2)]
        )
    )
    painter.end()


class WholeBox(QSpinBox):
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

    def paintEvent(self, event: QPaintEvent | None) -> None:
        super().paintEvent(event)
        _paint_arrows(self)


class NumberBox(QDoubleSpinBox):
    """A number, with arrows in the panel's colours."""

    def paintEvent(self, event: QPaintEvent | None) -> None:
        super().paintEvent(event)
        _paint_arrows(self)


def _paint_arrows(box: QAbstractSpinBox) -> None:
    right = box.width() - gap(box, 0.65)
    for share, size in ((0.33, -0.15), (0.67, 0.15)):
        paint_arrow(box, QPointF(right, box.height() * share), box, size)


def beside(name: str | QLabel, control: QWidget) -> QWidget:
    """``name`` on the left, with ``control`` as its mnemonic's buddy, and the control at the right."""
    said, line = QLabel(name) if isinstance(name, str) else name, QWidget()
    said.setBuddy(control)
    line.setLayout(row(line, said, None, control))
    return line


def line(name: str, text: str = "", placeholder: str = "") -> QLineEdit:
    """A line to type words into; name: for those who hear it."""
    made = QLineEdit(text)
    made.setObjectName("words")
    made.setAccessibleName(name)
    made.setPlaceholderText(placeholder)
    return made


def show_number(box: QSpinBox | QDoubleSpinBox, value: float) -> None:
    """Show ``value`` without emitting; a box that has it already is left alone, for it may be typed into just now."""
    if box.value() != value:
        with QSignalBlocker(box):
            box.setValue(value)  # type: ignore[arg-type]  # a whole number for a QSpinBox


class Toggle(QPushButton):
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
        """Show whether it is on."""
        self.setChecked(on)
