"""The log: the last 5 000 lines, those that hold a text, and Save."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QFontDatabase
from PyQt6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QWidget

from gui.language.say import say
from gui.layout import button, column, row
from gui.state.panel_state import LOG_LINES, PanelState


class LogView(QWidget):
    """Shows the state's log; emits ``save_wanted``."""

    save_wanted = pyqtSignal()

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.filter, self.lines = QLineEdit(), QPlainTextEdit()
        self.save = button(say("Save log…"), say("Save the log to a file"), then=self.save_wanted)
        self.filter.setAccessibleName(say("Show only lines with this text"))
        self.filter.setPlaceholderText(say("all lines"))
        self.filter.setClearButtonEnabled(True)
        self.lines.setReadOnly(True)
        self.lines.setMaximumBlockCount(LOG_LINES)
        self.lines.setAccessibleName(say("Log"))
        self.lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.lines.setTabChangesFocus(True)
        name = QLabel(say("Lines with te&xt"))
        name.setBuddy(self.filter)
        self.setLayout(column(self, row(self, name, self.filter, self.save), self.lines, space=0.3))
        self.filter.textChanged.connect(self._show_all)
        state.line_logged.connect(self._add)
        self._show_all()

    def _add(self, line: str) -> None:
        if self._passes(line):
            self.lines.appendPlainText(_said(line))

    def _show_all(self) -> None:
        self.lines.setPlainText("\n".join(map(_said, filter(self._passes, self._state.log))))
        bar = self.lines.verticalScrollBar()
        if bar is not None:
            bar.setValue(bar.maximum())

    def _passes(self, line: str) -> bool:
        return self.filter.text().lower() in _said(line).lower()


def _said(line: str) -> str:
    """A line in the user's language; what is saved or copied for a helper stays English."""
    time, between, sentence = line.partition("  ")
    return f"{time}{between}{say(sentence)}"
