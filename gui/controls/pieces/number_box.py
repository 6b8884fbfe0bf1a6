"""Numbers in the form: a box and its name, and how one is shown while another is being typed."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker
from PyQt6.QtWidgets import QDoubleSpinBox, QLabel, QSpinBox, QWidget

from gui import layout


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
