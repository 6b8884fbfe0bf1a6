"""The request under way: how far it is, in a bar and in words, how long it may still take, and Cancel.

Between requests it says what is missing for the next one: nothing is greyed without a reason.
"""

from __future__ import annotations

import time

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QProgressBar, QWidget

from gui.layout import button, column, label, row
from gui.state.panel_state import PanelState
from gui.state.values import RunningRequest

_STEPS = 1000
_TICK_MS = 500
_TOO_EARLY_S = 1.0
"""Before this a guess of the remaining time would only jump about."""


class ProgressLine(QWidget):
    """While nothing is at work it says why nothing can be, if so; emits ``cancel_wanted``."""

    cancel_wanted = pyqtSignal()

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.bar, self.words = QProgressBar(), label(wraps=True)
        hint = "Stop the request; the variations that have come stay (Esc)."
        self.cancel = button("Cancel", "Cancel the request", hint, self.cancel_wanted)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.setLayout(column(self, self.bar, row(self, self.words, self.cancel, wide=self.words), space=0.3))
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._show_now)
        for widget in (self.bar, self.cancel):
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # else the whole window would jump
            widget.setSizePolicy(policy)
        state.work_changed.connect(self._show)
        for signal in (
            state.wish_changed,
            state.prompt_changed,
            state.second_changed,
            state.context_changed,
            state.server_changed,
        ):
            signal.connect(self._show_now)
        state.result_added.connect(self._show_now)
        self._show(state.work)

    def _show_now(self) -> None:
        self._show(self._state.work)

    def _show(self, work: RunningRequest | None) -> None:
        for widget in (self.bar, self.cancel):
            widget.setVisible(work is not None)
        if work is None:
            self._clock.stop()
            self.words.setText(self._state.why_not)
            return
        self._clock.start()
        self.bar.setRange(0, 0 if work.share is None else _STEPS)
        self.bar.setValue(round((work.share or 0.0) * _STEPS))
        self.words.setText(progress_words(work, len(self._state.results), time.monotonic() - work.began))


def progress_words(work: RunningRequest, come: int, elapsed_s: float) -> str:
    """ "2 of 4 are here · drawing · about 3 s left"; nothing is guessed before there is something to guess from."""
    parts = [f"{come} here" if work.count is None else f"{come} of {work.count} here"]
    if work.stage:
        parts.append(work.stage)
    if work.share and elapsed_s >= _TOO_EARLY_S:
        left_s = elapsed_s * (1 - work.share) / work.share
        parts.append("nearly done" if left_s < 1 else f"about {duration(left_s)} left")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """A time to wait: "3 s", "2 min"."""
    return f"{round(seconds)} s" if seconds < 100 else f"{round(seconds / 60)} min"
