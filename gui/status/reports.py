"""Help (F1); and what a helper needs to know: the log, a report to copy, a mistake of the panel's own, after which it
goes on.

No file name of the user's leaves the machine with it but those in the log; it is only copied, never sent.
"""

from __future__ import annotations

import itertools
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PyQt6.QtCore import PYQT_VERSION_STR, QT_VERSION_STR, QObject, pyqtSignal
from PyQt6.QtGui import QFontDatabase, QGuiApplication, QTextCursor
from PyQt6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QTextBrowser, QWidget

from bridge.port_file import version
from gui.appearance import button, column, gap, row
from gui.clips.dragging import to_clipboard
from gui.language.say import WORDS, say
from gui.state.panel_state import LOG_LINES, PanelState
from gui.status.status_line import device_words, engine_words, server_words

KEYS: list[tuple[str, str]] = [
    row
    for each in WORDS["keys"]
    for row in ([(keys, words) for words, keys in [*WORDS["ways"].values()][1:]] if each == "ways" else [each])
]
"""Every key and what it does."""


class Help(QDialog):
    """Steps and keys."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("Help"))
        text = QTextBrowser()
        text.setAccessibleName(say("Help"))
        steps = "".join(f"<li>{say(step)}</li>" for step in WORDS["steps"])
        keys = "".join(f"<tr><td><b>{key}</b>&nbsp;&nbsp;</td><td>{say(words)}</td></tr>" for key, words in KEYS)
        text.setHtml(f"<h3>{say('In a minute')}</h3><ol>{steps}</ol><h3>{say('Keys')}</h3><table>{keys}</table>")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.setLayout(column(self, text, buttons, wide=text, edge=0.7))
        self.resize(gap(self, 34), gap(self, 34))


class LogView(QWidget):
    """Shows the state's log, to copy from and to ``save``."""

    def __init__(self, state: PanelState) -> None:
        super().__init__()
        self.lines = QPlainTextEdit("\n".join(map(_said, state.log)))
        self.save = button(say("Save log…"), say("Save the log to a file"))
        self.lines.setReadOnly(True)
        self.lines.setMaximumBlockCount(LOG_LINES)
        self.lines.setAccessibleName(say("Log"))
        self.lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.lines.setTabChangesFocus(True)
        self.lines.moveCursor(QTextCursor.MoveOperation.End)
        self.setLayout(row(self, self.lines, column(self, self.save, None), wide=self.lines))
        state.line_logged.connect(self._append)  # a method of this widget: Qt lets go of it with the widget

    def _append(self, line: str) -> None:
        self.lines.appendPlainText(_said(line))


def _said(line: str) -> str:
    """A line in the user's language; what is saved or copied for a helper stays English."""
    time, between, sentence = line.partition("  ")
    return f"{time}{between}{say(sentence)}"


_LAST_LINES = 60


def diagnostics(state: PanelState, trace: str = "", tried: str = "") -> str:
    """The report; ``trace``: of a mistake of the panel's own; ``tried``: what Live was asked for and what came."""
    wish = ", ".join(f"{name} {value}" for name, value in state.wish.to_json().items())
    engines = "; ".join(f"{card.name} ({'can be used' if card.available else card.reason})" for card in state.engines)
    lines = [
        f"Clipkin panel {version()}",
        f"Python {sys.version.split()[0]}, Qt {QT_VERSION_STR}, PyQt {PYQT_VERSION_STR}, "
        f"{QGuiApplication.platformName()}, {platform.platform()}",
        f"Server: {server_words(state.server)[1]}, version {state.server.version or 'not known'}",
        f"Engine: {engine_words(state)[1]}",
        f"Engines: {engines or 'not known'}",
        f"Live device: {device_words(state)[1]}",
        f"Settings: {wish}",
        f"Last errors: {' '.join(state.errors[-3:]) or 'none'}",
    ]
    if tried:
        lines += ["", "In Live:", tried]
    if trace:
        lines += ["", trace.rstrip()]
    skipped = max(0, len(state.log) - _LAST_LINES)
    return "\n".join([*lines, "", "Log:", *itertools.islice(state.log, skipped, None)])


class CrashReport(QObject):
    """Takes over ``sys.excepthook`` and ``threading.excepthook``; any thread's mistake is shown by the window's."""

    _failed = pyqtSignal(str)

    def __init__(self, report: Callable[[str], str], tell: Callable[[str], None]) -> None:
        """report: makes the text to copy out of a trace; tell: writes a line into the log."""
        super().__init__()
        self._report, self._tell = report, tell
        self.dialog: ReportDialog | None = None
        self._failed.connect(self._show)

    def take_over(self) -> None:
        """From now on nothing ends the process silently."""
        sys.excepthook = self._caught
        threading.excepthook = lambda failed: self._caught(failed.exc_type, failed.exc_value, failed.exc_traceback)

    def _caught(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        if sys.stderr is not None:  # None in a program without a console
            sys.stderr.write(text)
        self._failed.emit(text)

    def _show(self, trace: str) -> None:
        self._tell(f"Mistake in the panel: {trace.strip().splitlines()[-1]}")
        if self.dialog is None or not self.dialog.isVisible():  # one is enough, the log has the others
            self.dialog = ReportDialog(self._report(trace))
            self.dialog.open()


class ReportDialog(QDialog):
    """Says what happened and gives the report to copy."""

    def __init__(self, report: str) -> None:
        super().__init__()
        self.setWindowTitle("Clipkin")
        what = say("The panel made a mistake. It goes on; nothing of yours is lost.")
        words = QLabel(f"{what}\n{say('Please copy the report and send it to the people who make Clipkin.')}")
        text = QPlainTextEdit(report)
        text.setReadOnly(True)
        text.setAccessibleName(say("Report"))
        text.setTabChangesFocus(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = button(say("Copy report"), say("Copy the report"), "", lambda: to_clipboard(report))
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        self.setLayout(column(self, words, text, buttons))
