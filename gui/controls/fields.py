"""Small fields of the form: words with suggestions, chords, the range of new notes, the seed.

Offers: ``words_field``, ``ChordsField``, ``RangeField``, ``SeedField``.
"""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtWidgets import QLabel, QLineEdit, QWidget

from gui.controls.pieces.number_box import WholeBox, show_number
from gui.controls.pieces.toggle import Toggle
from gui.language.say import say
from gui.layout import column, label, row
from gui.state.wish import LONGEST_CHORDS
from models.generator import LARGEST_SEED
from models.music import pitch as pitches
from models.music.chord_track import parse_chord_track
from models.music.errors import BadValue

EXAMPLE = "Am9 | Dm9 | G7 . . G7b9 | C"


def named(name: QLabel | str, field: QWidget) -> QWidget:
    """A field below its name, whose mnemonic leads to it."""
    said, both = QLabel(name) if isinstance(name, str) else name, QWidget()
    said.setBuddy(field)
    both.setLayout(column(both, said, field, space=0.2))
    return both


class ChordsField(QWidget):
    """The chord track as a musician writes it; emits ``typed``. What can't be read is said below it at once."""

    typed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setObjectName("words")
        self.line.setMaxLength(LONGEST_CHORDS)
        self.line.setClearButtonEnabled(True)
        self.line.setAccessibleName(say("Chords to play over"))
        self.line.setPlaceholderText(EXAMPLE)
        hint = say("Bars between lines; a dot holds a chord, % repeats a bar, N.C. is silence. Empty: the clip's own.")
        self.line.setToolTip(f"{hint}\n{EXAMPLE}")
        self.wrong = label("", "error", wraps=True)
        self.setLayout(column(self, named(say("Chords"), self.line), self.wrong, space=0.1))
        self.line.textChanged.connect(self._typed)
        self.show_chords("")

    def show_chords(self, text: str) -> None:
        """Show a chord track."""
        if text != self.line.text():
            with QSignalBlocker(self.line):
                self.line.setText(text)
        self.wrong.setText(say(wrong_with(text)))
        self.wrong.setVisible(bool(self.wrong.text()))

    def _typed(self, text: str) -> None:
        self.show_chords(text)
        self.typed.emit(text)


def wrong_with(text: str) -> str:
    """Why a chord track can't be read, "" where it can or is empty."""
    if not text.strip():
        return ""
    try:
        parse_chord_track(text, 4.0, 4.0 * (text.count("|") + 1))
    except BadValue as error:
        return error.sentence
    return ""


class PitchBox(WholeBox):
    """A pitch, shown and typed by its name: "C3"."""

    def textFromValue(self, value: int) -> str:  # noqa: N802  (Qt's name, as below)
        return pitches.name(value)

    def valueFromText(self, text: str | None) -> int:  # noqa: N802
        try:
            return pitches.parse(text or "")
        except BadValue:
            return self.value()

    def validate(self, text: str | None, place: int) -> tuple:
        from PyQt6.QtGui import QValidator

        try:
            pitches.parse(text or "")
        except BadValue:
            return QValidator.State.Intermediate, text, place
        return QValidator.State.Acceptable, text, place


class RangeField(QWidget):
    """Emits ``changed`` with the lowest and highest pitch of new notes, or None: as it fits."""

    changed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switch = Toggle(
            say("Ran&ge"), say("Keep new notes in a range"), say("New notes stay between two pitches.")
        )
        self.low, self.high = PitchBox(), PitchBox()
        for box, name, value in ((self.low, "Lowest new pitch", 48), (self.high, "Highest new pitch", 72)):
            box.setRange(0, 127)
            box.setValue(value)
            box.setAccessibleName(say(name))
            box.setToolTip(say(name))
            box.setKeyboardTracking(False)
            box.valueChanged.connect(self._emit)
        self.switch.switched.connect(self._emit)
        self.setLayout(row(self, self.switch, None, self.low, QLabel("–"), self.high, space=0.3))
        self.show_range(None)

    def show_range(self, wanted: tuple[int, int] | None) -> None:
        """Show a range; None: switched off."""
        self.switch.show_on(wanted is not None)
        for box, value in zip((self.low, self.high), wanted or (self.low.value(), self.high.value()), strict=True):
            show_number(box, value)
            box.setEnabled(wanted is not None)

    def _emit(self) -> None:
        on, ends = self.switch.isChecked(), sorted((self.low.value(), self.high.value()))
        self.changed.emit((ends[0], ends[1]) if on else None)


class SeedField(QWidget):
    """The same seed gives the same again; unlocked, each press draws a new one. Emits ``typed``, ``locked``."""

    typed = pyqtSignal(int)
    locked = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = WholeBox()
        self.number.setRange(0, LARGEST_SEED)
        self.number.setAccessibleName(say("Seed"))
        self.number.setToolTip(say("The same seed and settings give the same results again."))
        self.lock = Toggle(say("Al&ways this one"), say("Lock the seed"), say("Off: every press draws a new seed."))
        name = QLabel(say("See&d"))
        name.setBuddy(self.number)
        self.setLayout(column(self, row(self, name, None, self.number), row(self, None, self.lock), space=0.2))
        self.number.valueChanged.connect(self.typed)
        self.lock.switched.connect(self.locked)

    def show_seed(self, seed: int, locked: bool) -> None:
        """Show the seed and whether it is kept."""
        show_number(self.number, seed)
        self.lock.show_on(locked)
