"""The log: the last 5 000 lines, those that hold a text, and Save."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QFontDatabase
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.state.panel_state import LOG_LINES, PanelState


class LogView(QWidget):
    """Shows the state's log; emits ``save_wanted``."""

    save_wanted = pyqtSignal()

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.filter, self.lines, self.save = QLineEdit(), QPlainTextEdit(), QPushButton("Save log…")
        self.filter.setAccessibleName("Show only lines with this text")
        self.filter.setPlaceholderText("all lines")
        self.filter.setClearButtonEnabled(True)
        self.lines.setReadOnly(True)
        self.lines.setMaximumBlockCount(LOG_LINES)
        self.lines.setAccessibleName("Log")
        self.lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.lines.setTabChangesFocus(True)
        self.save.setAccessibleName("Save the log to a file")
        label = QLabel("Lines with te&xt")
        label.setBuddy(self.filter)
        across = QHBoxLayout()
        for widget in (label, self.filter, self.save):
            across.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap(self, 0.3))
        column.addLayout(across)
        column.addWidget(self.lines)
        self.filter.textChanged.connect(self._show_all)
        self.save.clicked.connect(self.save_wanted)
        state.line_logged.connect(self._add)
        self._show_all()

    def _add(self, line: str) -> None:
        if self._passes(line):
            self.lines.appendPlainText(line)

    def _show_all(self) -> None:
        self.lines.setPlainText("\n".join(filter(self._passes, self._state.log)))
        bar = self.lines.verticalScrollBar()
        if bar is not None:
            bar.setValue(bar.maximum())

    def _passes(self, line: str) -> bool:
        return self.filter.text().lower() in line.lower()
