"""The scale: as found in the prompt, off, or chosen by root and kind."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.controls.pieces.menu import Menu
from gui.state.wish import AUTO, OFF
from models.music.pitch import class_name
from models.music.scale import SCALES, Scale

_CHOSEN = "chosen"


class ScaleChoice(QWidget):
    """Emits ``changed`` with "auto", "off" or a scale in words ("A minor")."""

    changed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode, self.root, self.kind = Menu("Scale of new notes"), Menu("Root of the scale"), Menu("Kind of scale")
        for text, value in (("As in the prompt", AUTO), ("Off: any note", OFF), ("Chosen:", _CHOSEN)):
            self.mode.addItem(text, value)
        for place in range(12):
            self.root.addItem(class_name(place), place)
        for kind in SCALES:
            self.kind.addItem(kind, kind)
        self.mode.setToolTip("New notes stay inside this scale.")
        label = QLabel("S&cale of new notes")
        label.setBuddy(self.mode)
        self._found = QLabel()
        self._found.setObjectName("quiet")
        self._lay_out(label)
        for menu in (self.mode, self.root, self.kind):
            menu.activated.connect(self._chosen)
        self.show_scale(AUTO)
        self.show_found("")

    def _lay_out(self, label: QLabel) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap(self, 0.3))
        head = QHBoxLayout()
        head.addWidget(label)
        head.addStretch(1)
        head.addWidget(self._found)
        column.addLayout(head)
        column.addWidget(self.mode)
        chosen = QHBoxLayout()
        chosen.setSpacing(gap(self, 0.3))
        chosen.addWidget(self.root)
        chosen.addWidget(self.kind, 1)
        column.addLayout(chosen)

    @property
    def value(self) -> str:
        """What is chosen: "auto", "off" or a scale in words."""
        mode = self.mode.currentData()
        return f"{self.root.currentText()} {self.kind.currentText()}" if mode == _CHOSEN else mode

    def show_scale(self, value: str) -> None:
        """Show "auto", "off" or a scale in words."""
        chosen = value not in (AUTO, OFF)
        self.mode.setCurrentIndex(self.mode.findData(_CHOSEN if chosen else value))
        if chosen:
            scale = Scale.parse(value)
            kinds = [kind for kind, steps in SCALES.items() if Scale.from_intervals(scale.root, steps) == scale]
            self.root.setCurrentIndex(scale.root)
            self.kind.setCurrentIndex(max(0, self.kind.findData(kinds[0] if kinds else "")))
        for menu in (self.root, self.kind):
            menu.setVisible(chosen)

    def show_found(self, key: str) -> None:
        """Say which key was found in the prompt."""
        self._found.setText(f"found: {key}" if key else "")

    def _chosen(self) -> None:
        value = self.value
        self.show_scale(value)
        self.changed.emit(value)
