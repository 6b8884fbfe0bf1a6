"""Numbers in the form: a box and its name, and how one is shown while another is being typed."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QSignalBlocker
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QLabel, QSpinBox, QWidget

from gui import layout
from gui.appearance import gap
from gui.controls.pieces.menu import paint_arrow


class WholeBox(QSpinBox):
    """A whole number, with arrows in the panel's colours."""

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802  (Qt's name)
        super().paintEvent(event)
        _paint_arrows(self)


class NumberBox(QDoubleSpinBox):
    """A number, with arrows in the panel's colours."""

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802  (Qt's name)
        super().paintEvent(event)
        _paint_arrows(self)


def _paint_arrows(box: QAbstractSpinBox) -> None:
    right = box.width() - gap(box, 0.65)
    for share, size in ((0.33, -0.15), (0.67, 0.15)):
        paint_arrow(box, QPointF(right, box.height() * share), box, size)


def row(name: str | QLabel, control: QWidget) -> QWidget:
    """``name`` on the left, with ``control`` as its mnemonic's buddy, and the control at the right."""
    said, line = QLabel(name) if isinstance(name, str) else name, QWidget()
    said.setBuddy(control)
    line.setLayout(layout.row(line, said, None, control))
    return line


def show_number(box: QSpinBox | QDoubleSpinBox, value: float) -> None:
    """Show ``value`` without emitting; a box that has it already is left alone, for it may be typed into just now."""
    if box.value() != value:
        with QSignalBlocker(box):
            box.setValue(value)  # type: ignore[arg-type]  # a whole number for a QSpinBox
