"""The scale: as found in the prompt, off, or chosen by root and kind."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QLabel, QWidget

from gui.clips.grid.rows import key_words
from gui.controls.pieces.menu import Menu
from gui.language.say import say
from gui.layout import column, label, row
from gui.state.wish import AUTO, OFF
from models.music.pitch import class_name
from models.music.scale import SCALES, Scale

_CHOSEN = "chosen"


class ScaleChoice(QWidget):
    """Emits ``changed`` with "auto", "off" or a scale in words ("A minor")."""

    changed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode, self.root = Menu(say("Scale of new notes")), Menu(say("Root of the scale"))
        self.kind = Menu(say("Kind of scale"))
        for text, value in (("As in the prompt", AUTO), ("Off: any note", OFF), ("Chosen:", _CHOSEN)):
            self.mode.addItem(say(text), value)
        for place in range(12):
            self.root.addItem(class_name(place), place)
        for kind in SCALES:
            self.kind.addItem(say(kind), kind)
        self.mode.setToolTip(say("New notes stay inside this scale."))
        name, self._found = QLabel(say("S&cale")), label("", "quiet")
        name.setBuddy(self.mode)
        head = row(self, name, None, self._found)
        self.setLayout(
            column(self, head, self.mode, row(self, self.root, self.kind, space=0.3, wide=self.kind), space=0.3)
        )
        for menu in (self.mode, self.root, self.kind):
            menu.activated.connect(self._chosen)
        self.show_scale(AUTO)
        self.show_found("")

    @property
    def value(self) -> str:
        """What is chosen: "auto", "off" or a scale in words."""
        mode = self.mode.currentData()
        return f"{self.root.currentText()} {self.kind.currentData()}" if mode == _CHOSEN else mode

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
        self._found.setText(say("found: {key}", key=key_words(key)) if key else "")

    def _chosen(self) -> None:
        value = self.value
        self.show_scale(value)
        self.changed.emit(value)
