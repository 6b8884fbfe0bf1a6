"""Fields of the form: a dial, chords, spans of beats or pitches, the scale, the seed."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QValidator
from PyQt6.QtWidgets import QDoubleSpinBox, QLabel, QSlider, QSpinBox, QWidget

from gui.appearance import Tiles, button, column, gap, label, row
from gui.clips.grid.rows import key_words
from gui.controls.pieces import Menu, NumberBox, Toggle, WholeBox, beside, line, named, show_number
from gui.language.say import WORDS, say
from gui.state.wish import AUTO, LONGEST_CHORDS, OFF
from models.generator import LARGEST_SEED
from models.music import pitch as pitches
from models.music.chord_track import parse_chord_track
from models.music.errors import BadValue
from models.music.scale import SCALES, Scale

EXAMPLE = "Am9 | Dm9 | G7 . . G7b9 | C"


class Dial(QWidget):
    """Emits ``moved`` when the user changes the value; ``show_value`` shows one without emitting.

    scale  what it shows: ``low`` to ``high`` in steps, ``at_first`` after a reset; a word for each step that is reached
    """

    moved = pyqtSignal(float)

    def __init__(self, control: str) -> None:
        """control: "similarity" or "temperature"."""
        super().__init__()
        self.scale = scale = SimpleNamespace(**WORDS[control])
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
        reset = say("Reset {name} to {value}", name=plain, value=f"{scale.at_first:.2f}")
        self.reset = button(say("Reset"), reset, then=lambda: self.number.setValue(scale.at_first), kind="flat")
        self.word = label("", "quiet")
        for widget in (self, self.number, self.slider):
            widget.setToolTip(say(scale.hint))
        name = QLabel(say(scale.name))
        name.setBuddy(self.number)
        # Qt measures a name with a mnemonic a hair too narrow where letters are kerned ("Te").
        name.setMinimumWidth(name.sizeHint().width() + gap(self, 0.15))
        self.setLayout(grid := Tiles(self, 2))
        grid.setHorizontalSpacing(gap(self))
        grid.setVerticalSpacing(gap(self, 0.2))
        said = QWidget()
        said.setLayout(row(self, name, self.word, None))
        grid.fill((said, self.number, self.slider, self.reset))
        grid.setColumnStretch(0, 1)
        self.number.valueChanged.connect(self.show_value)
        self.number.valueChanged.connect(lambda value: self.moved.emit(round(value, 2)))
        self.slider.valueChanged.connect(lambda steps: self.number.setValue(scale.low + steps * scale.step))
        self.show_value(scale.at_first)

    def show_value(self, value: float) -> None:
        show_number(self.number, value)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round((value - self.scale.low) / self.scale.step))
        self.word.setText(next(say(word) for least, word in self.scale.words if value >= least - 1e-9))
        self.reset.setEnabled(abs(value - self.scale.at_first) > 1e-9)


class ChordsField(QWidget):
    """The chord track as a musician writes it; emits ``typed``. What can't be read is said below it at once."""

    typed = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.line = line(say("Chords to play over"), "", EXAMPLE)
        self.line.setMaxLength(LONGEST_CHORDS)
        self.line.setClearButtonEnabled(True)
        hint = say("Bars between lines; a dot holds a chord, % repeats a bar, N.C. is silence. Empty: the clip's own.")
        self.line.setToolTip(f"{hint}\n{EXAMPLE}")
        self.wrong = label("", "error", wraps=True)
        self.setLayout(column(self, named(say("Chords"), self.line), self.wrong, space=0.1))
        self.line.textChanged.connect(self.show_chords)
        self.line.textChanged.connect(self.typed)
        self.show_chords("")

    def show_chords(self, text: str) -> None:
        if text != self.line.text():
            with QSignalBlocker(self.line):
                self.line.setText(text)
        wrong = ""
        try:
            if text.strip():
                parse_chord_track(text, 4.0, 4.0 * (text.count("|") + 1))
        except BadValue as error:
            wrong = say(error.sentence)
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))


class PitchBox(WholeBox):
    """A pitch, shown and typed by its name: "C3"."""

    def __init__(self) -> None:
        super().__init__("", 0, 127)

    def textFromValue(self, value: int) -> str:
        return pitches.name(value)

    def valueFromText(self, text: str | None) -> int:
        try:
            return pitches.parse(text or "")
        except BadValue:
            return self.value()

    def validate(self, text: str | None, place: int) -> tuple:
        try:
            pitches.parse(text or "")
        except BadValue:
            return QValidator.State.Intermediate, text, place
        return QValidator.State.Acceptable, text, place


class SpanField(QWidget):
    """A switch, and a start and an end that count while it is on; emits ``changed`` with both, None when it is off.

    An end that is typed before the start takes the start along, and the other way round.
    """

    changed = pyqtSignal(object)

    def __init__(self, switch: Toggle, start: QSpinBox | QDoubleSpinBox, end: Any, names: tuple[str, str]) -> None:  # noqa: ANN401  (as the start)
        """names: of start and end, for those who hear them."""
        super().__init__()
        self.switch, self.start, self.end = switch, start, end
        self.first: tuple[float, float] = (0.0, 0.0)
        """The span to begin with when it is switched on."""
        for box, name in zip((start, end), names, strict=True):
            box.setKeyboardTracking(False)  # "1" on the way to "12" may lie before the start
            box.setAccessibleName(name)
            box.setToolTip(name)
        start.valueChanged.connect(lambda low: self._typed(low, max(end.value(), low + start.singleStep())))
        end.valueChanged.connect(lambda high: self._typed(min(start.value(), high - start.singleStep()), high))
        switch.switched.connect(lambda on: self.changed.emit(self.first if on else None))
        self.setLayout(column(self, switch, row(self, None, start, QLabel("–"), end, space=0.3), space=0.2))

    def show_span(self, span: tuple[float, float] | None) -> None:
        """Show a span; None: switched off, and the one to begin with in its place."""
        self.switch.show_on(span is not None)
        for box, value in zip((self.start, self.end), span or self.first, strict=True):
            show_number(box, value)
            box.setEnabled(span is not None)

    def _typed(self, low: float, high: float) -> None:
        low, high = max(low, self.start.minimum()), min(high, self.end.maximum())
        if low < high:
            self.changed.emit((low, high))


class SeedField(QWidget):
    """The same seed gives the same again; unlocked, each press draws a new one."""

    def __init__(self) -> None:
        super().__init__()
        self.number = WholeBox(say("Seed"), 0, LARGEST_SEED)
        self.number.setToolTip(say("The same seed and settings give the same results again."))
        self.lock = Toggle(say("Al&ways this one"), say("Lock the seed"), say("Off: every press draws a new seed."))
        self.setLayout(column(self, beside(say("See&d"), self.number), row(self, None, self.lock), space=0.2))


_CHOSEN = "chosen"


class ScaleChoice(QWidget):
    """Emits ``changed`` with "auto", "off" or a scale in words ("A minor")."""

    changed = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.mode, self.root = Menu(say("Scale of new notes")), Menu(say("Root of the scale"))
        self.kind = Menu(say("Kind of scale"))
        self.mode.add_all({AUTO: "As in the prompt", OFF: "Off: any note", _CHOSEN: "Chosen:"})
        self.root.addItems(map(pitches.class_name, range(12)))
        self.kind.add_all({kind: kind for kind in SCALES})
        self.mode.setToolTip(say("New notes stay inside this scale."))
        name, self._found = QLabel(say("S&cale")), label("", "quiet")
        name.setBuddy(self.mode)
        chosen = row(self, self.root, self.kind, space=0.3, wide=self.kind)
        self.setLayout(column(self, row(self, name, None, self._found), self.mode, chosen, space=0.3))
        for menu in (self.mode, self.root, self.kind):
            menu.activated.connect(self._chosen)
        self.show_scale(AUTO)

    @property
    def value(self) -> str:
        """What is chosen: "auto", "off" or a scale in words."""
        mode = self.mode.currentData()
        return f"{self.root.currentText()} {self.kind.currentData()}" if mode == _CHOSEN else mode

    def show_scale(self, value: str) -> None:
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
