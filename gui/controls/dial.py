"""A dial: a name, a slider, the number to type, a word that says what it means, and a way back to where it began."""

from __future__ import annotations

import re
from typing import NamedTuple

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from gui.appearance import button, gap, label, row
from gui.controls.pieces import NumberBox, show_number
from gui.language.say import say


class DialScale(NamedTuple):
    """What a dial shows: ``low`` to ``high`` in steps, ``at_first`` after a reset; name, words and hint are English."""

    name: str
    low: float
    high: float
    step: float
    at_first: float
    words: tuple[tuple[float, str], ...]
    hint: str

    def word(self, value: float) -> str:
        """The word of the highest step that the value reaches."""
        return next(say(word) for least, word in self.words if value >= least - 1e-9)


SIMILARITY = DialScale(
    *("&Similarity", 0.0, 1.0, 0.01, 0.7),
    (
        (1.0, "the prompt itself"),
        (0.9, "nearly the same"),
        (0.75, "near"),
        (0.6, "related"),
        (0.4, "a cousin"),
        (0.2, "far"),
        (0.0, "something else"),
    ),
    "How near the results stay to the prompt: 1 is the prompt itself.",
)
TEMPERATURE = DialScale(
    *("Temperat&ure", 0.10, 2.00, 0.05, 1.0),
    ((1.6, "wild"), (1.2, "adventurous"), (0.9, "balanced"), (0.5, "calm"), (0.0, "careful")),
    "Low stays with the likely notes, high takes risks.",
)


class Dial(QWidget):
    """Emits ``moved`` when the user changes the value; ``show_value`` shows one without emitting."""

    moved = pyqtSignal(float)

    def __init__(self, scale: DialScale) -> None:
        super().__init__()
        self._scale = scale
        plain = re.sub(r"\(&.\)|&", "", say(scale.name))
        self.number = NumberBox()
        self.number.setRange(scale.low, scale.high)
        self.number.setSingleStep(scale.step)
        self.number.setDecimals(2)
        self.number.setAccessibleName(plain)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, round((scale.high - scale.low) / scale.step))
        self.slider.setPageStep(max(1, self.slider.maximum() // 10))
        self.slider.setAccessibleName(say("{name}, slider", name=plain))
        name = say("Reset {name} to {value}", name=plain, value=f"{scale.at_first:.2f}")
        self.reset = button(say("Reset"), name, then=lambda: self.number.setValue(scale.at_first))
        self.reset.setObjectName("flat")
        self.word = label("", "quiet")
        for widget in (self, self.number, self.slider):
            widget.setToolTip(say(scale.hint))
        self._lay_out(QLabel(say(scale.name)))
        self.number.valueChanged.connect(self.show_value)
        self.number.valueChanged.connect(lambda value: self.moved.emit(round(value, 2)))
        self.slider.valueChanged.connect(lambda steps: self.number.setValue(scale.low + steps * scale.step))
        self.show_value(scale.at_first)

    def _lay_out(self, name: QLabel) -> None:
        name.setBuddy(self.number)
        # Qt measures a name with a mnemonic a hair too narrow where letters are kerned ("Te").
        name.setMinimumWidth(name.sizeHint().width() + gap(self, 0.15))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(gap(self))
        grid.setVerticalSpacing(gap(self, 0.2))
        grid.addLayout(row(self, name, self.word, None), 0, 0)
        grid.addWidget(self.number, 0, 1)
        grid.addWidget(self.slider, 1, 0)
        grid.addWidget(self.reset, 1, 1)
        grid.setColumnStretch(0, 1)

    def show_value(self, value: float) -> None:
        """Show ``value``."""
        show_number(self.number, value)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round((value - self._scale.low) / self._scale.step))
        self.word.setText(self._scale.word(value))
        self.reset.setEnabled(abs(value - self._scale.at_first) > 1e-9)
