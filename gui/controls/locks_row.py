"""The locks: what must not change, as buttons that stay pressed."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.controls.toggle import Toggle
from models.generator import FLAGS, Locks

_TEXTS = {
    "rhythm": ("R&hythm", "Keep every onset and duration."),
    "pitch": ("&Pitch", "Keep the pitches and their order."),
    "contour": ("Co&ntour", "The highest line goes up, down or stays as before."),
    "velocity": ("Velocit&y", "Keep the sequence of velocities."),
    "top": ("Upper l&ine", "Keep the highest line; nothing new above it."),
    "bass": ("B&ass line", "Keep the lowest line; nothing new below it."),
}
_IN_A_ROW = 3


class LocksRow(QWidget):
    """Emits ``changed`` with the Locks when the user presses one; lanes of drums stay as they are."""

    changed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._locks = Locks()
        self.buttons: dict[str, Toggle] = {}
        grid = QGridLayout()
        grid.setSpacing(gap(self, 0.3))
        for place, flag in enumerate(FLAGS):
            text, hint = _TEXTS[flag]
            button = Toggle(text, f"Lock {flag}", hint)
            button.switched.connect(lambda on, flag=flag: self._pressed(flag, on))
            self.buttons[flag] = button
            grid.addWidget(button, place // _IN_A_ROW, place % _IN_A_ROW)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap(self, 0.3))
        column.addWidget(QLabel("Locks: what must not change"))
        column.addLayout(grid)

    def show_locks(self, locks: Locks) -> None:
        """Show which locks are on."""
        self._locks = locks
        for flag, button in self.buttons.items():
            button.show_on(getattr(locks, flag))

    def _pressed(self, flag: str, on: bool) -> None:
        self._locks = replace(self._locks, **{flag: on})  # type: ignore[arg-type]  # a flag is a bool
        self.changed.emit(self._locks)
