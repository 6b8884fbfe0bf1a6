"""Numbers in the form: a box and its name, and how one is shown while another is being typed."""

from __future__ import annotations

from PyQt6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from gui.appearance import gap


def row(name: str | QLabel, control: QWidget) -> QWidget:
    """``name`` on the left, with ``control`` as its mnemonic's buddy, and the control at the right."""
    label = QLabel(name) if isinstance(name, str) else name
    label.setBuddy(control)
    line = QWidget()
    across = QHBoxLayout(line)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(gap(line))
    across.addWidget(label)
    across.addStretch(1)
    across.addWidget(control)
    return line


def show_number(box: QSpinBox | QDoubleSpinBox, value: float) -> None:
    """Show ``value`` without emitting; a box that has it already is left alone, for it may be typed into just now."""
    if box.value() == value:
        return
    box.blockSignals(True)
    box.setValue(value)  # type: ignore[arg-type]  # a whole number for a QSpinBox
    box.blockSignals(False)
