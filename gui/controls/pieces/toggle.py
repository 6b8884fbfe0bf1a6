"""A button that stays pressed: on is told by a tick as well as by colour."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QPushButton, QWidget


class Toggle(QPushButton):
    """Emits ``switched`` when the user switches it; ``show_on`` shows a state without emitting."""

    switched = pyqtSignal(bool)

    def __init__(self, text: str, name: str, hint: str, parent: QWidget | None = None) -> None:
        """text: with its mnemonic; name: for those who hear it."""
        super().__init__(parent)
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
