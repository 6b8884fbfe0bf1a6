"""The one button that does it, and the request under way: how far it is, how long it may still take, and Cancel.

Between requests it says what is missing for the next one: nothing is greyed without a reason.
"""

from __future__ import annotations

import time

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QProgressBar, QPushButton, QWidget

from gui.appearance import gap
from gui.language.say import say
from gui.layout import button, column, label, row
from gui.state.panel_state import PanelState
from gui.state.tasks import SHEETS
from gui.state.values import RunningRequest

_STEPS = 1000
_TICK_MS = 500
_LINES = 2
_TOO_EARLY_S = 1.0
"""Before this a guess of the remaining time would only jump about."""


class ProgressLine(QWidget):
    """Emits ``start_wanted`` and ``cancel_wanted``."""

    start_wanted = pyqtSignal()
    cancel_wanted = pyqtSignal()

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.start = QPushButton()
        self.start.setObjectName("start")
        self.start.setAccessibleName(say("Make results"))
        self.start.clicked.connect(self.start_wanted)
        self.bar, self.words = QProgressBar(), label(wraps=True)
        hint = say("Stop; what has come stays (Esc).")
        self.cancel = button(say("Cancel"), say("Cancel the request"), hint, self.cancel_wanted)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(say("Progress"))
        self.words.setMinimumHeight(_LINES * self.words.fontMetrics().lineSpacing())
        for widget in (self.bar, self.cancel):
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # else the whole window would jump
            widget.setSizePolicy(policy)
        said = row(self, self.words, self.cancel, space=0.3, wide=self.words)
        inside = column(self, self.start, self.bar, said, space=0.3)
        inside.setContentsMargins(gap(self, 0.15), 0, gap(self), 0)  # its edges are the form's
        self.setLayout(inside)
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._show)
        for signal in (
            state.work_changed,
            state.wish_changed,
            state.prompt_changed,
            state.second_changed,
            state.context_changed,
            state.server_changed,
            state.loading_changed,
            state.round_grew,
        ):
            signal.connect(self._show)
        self._show()

    def _show(self) -> None:
        state, work = self._state, self._state.work
        reason = say(state.why_not)
        self.start.setText(say(SHEETS[state.wish.task].verb))
        self.start.setEnabled(not reason or work is not None)  # a button that is switched off loses the focus
        self.start.setToolTip(reason or say("Make results (Ctrl+Return)."))
        self.start.setAccessibleDescription(reason)
        for widget in (self.bar, self.cancel):
            widget.setVisible(work is not None)
        if work is None:
            self._clock.stop()
            loading = say("{engine} is being loaded; a press waits for it.", engine=state.loading)
            self.words.setText(reason or (loading if state.loading else ""))
            return
        self._clock.start()
        self.bar.setRange(0, 0 if work.share is None else _STEPS)
        self.bar.setValue(round((work.share or 0.0) * _STEPS))
        come = len(state.rounds[-1].results) if state.rounds else 0
        words = progress_words(work, come, time.monotonic() - work.began)
        if not state.server.online:
            words = say("Waiting for the server.")
        elif state.loading and work.share is None:
            words = say("Waiting for {engine} to be loaded.", engine=state.loading)
        self.words.setText(words)


def progress_words(work: RunningRequest, come: int, elapsed_s: float) -> str:
    """ "2 of 4 are here · drawing · about 3 s left"; nothing is guessed before there is something to guess from."""
    here = say("{come} here", come=come)
    parts = [here if work.count is None else say("{come} of {count} here", come=come, count=work.count)]
    if work.stage:
        parts.append(say(work.stage))
    if work.share and elapsed_s >= _TOO_EARLY_S:
        left_s = elapsed_s * (1 - work.share) / work.share
        about = say("about {time} left", time=duration(left_s))
        parts.append(say("nearly done") if left_s < 1 else about)
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """A time to wait: "3 s", "2 min"."""
    return f"{round(seconds)} s" if seconds < 100 else f"{round(seconds / 60)} min"
