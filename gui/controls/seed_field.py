"""The seed: the same seed gives the same variations again; unlocked, each request draws a new one."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QLabel, QSpinBox, QWidget

from gui.controls.pieces.number_box import show_number
from gui.controls.pieces.toggle import Toggle
from gui.layout import row
from models.generator import LARGEST_SEED


class SeedField(QWidget):
    """Emits ``typed`` and ``locked`` when the user changes them."""

    typed = pyqtSignal(int)
    locked = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = QSpinBox()
        self.number.setRange(0, LARGEST_SEED)
        self.number.setAccessibleName("Seed")
        self.number.setToolTip("The same seed and settings give the same variations again.")
        self.lock = Toggle("Al&ways this one", "Lock the seed", "Off: every request draws a new seed.")
        label = QLabel("See&d")
        label.setBuddy(self.number)
        self.setLayout(row(self, label, None, self.lock, self.number))
        self.number.valueChanged.connect(self.typed)
        self.lock.switched.connect(self.locked)

    def show_seed(self, seed: int, locked: bool) -> None:
        """Show the seed and whether it is kept."""
        show_number(self.number, seed)
        self.lock.show_on(locked)
