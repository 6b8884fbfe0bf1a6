"""A mistake of the panel's own: logged, shown with its report to copy, and the panel goes on.

Without a hook PyQt ends the process at the first exception in a slot.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QPlainTextEdit

from gui.language.say import say
from gui.layout import column


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
        if self.dialog is not None and self.dialog.isVisible():
            return  # one dialog is enough, the log has the others
        self.dialog = ReportDialog(self._report(trace))
        self.dialog.open()


class ReportDialog(QDialog):
    """Says what happened and gives the report to copy."""

    def __init__(self, report: str) -> None:
        super().__init__()
        self.setWindowTitle("Clipkin")
        self._report = report
        what = say("The panel made a mistake. It goes on; nothing of yours is lost.")
        words = QLabel(f"{what}\n{say('Please copy the report and send it to the people who make Clipkin.')}")
        text = QPlainTextEdit(report)
        text.setReadOnly(True)
        text.setAccessibleName(say("Report"))
        text.setTabChangesFocus(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = buttons.addButton(say("Copy report"), QDialogButtonBox.ButtonRole.ActionRole)
        if self.copy is not None:
            self.copy.setAccessibleName(say("Copy the report"))
            self.copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        self.setLayout(column(self, words, text, buttons))

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._report)
