"""How it stands, in words: the request under way, the last errors, server, engine and Live."""

from __future__ import annotations

import time
from functools import partial
from typing import Literal

from PyQt6.QtCore import QPoint, QTimer
from PyQt6.QtWidgets import QProgressBar, QWidget

from gui.appearance import ElidedLabel, add_entry, button, column, context_menu, gap, keep_place, label, row, show_as
from gui.clips.dragging import to_clipboard
from gui.language.say import WORDS, say
from gui.state.panel_state import PanelState
from gui.state.values import RunningRequest, ServerState, Standing

_STEPS = 1000
_TICK_MS = 500
_LINES = 2
_TOO_EARLY_S = 1.0
"""Before this a guess of the remaining time would only jump about."""


class ProgressLine(QWidget):
    """The button that does it, ``start``; below it how the request is going, and ``cancel``."""

    def __init__(self, state: PanelState) -> None:
        super().__init__()
        self._state = state
        self.start = button("", say("Make results"), kind="start")
        self.bar, self.words = QProgressBar(), label(wraps=True)
        self.cancel = button(say("Cancel"), say("Cancel the request"), say("Stop; what has come stays (Esc)."))
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(say("Progress"))
        self.words.setMinimumHeight(_LINES * self.words.fontMetrics().lineSpacing())
        keep_place(self.bar, self.cancel)
        said = row(self, self.words, self.cancel, space=0.3, wide=self.words)
        inside = column(self, self.start, self.bar, said, space=0.3)
        inside.setContentsMargins(gap(self, 0.15), 0, gap(self), 0)  # its edges are the form's
        self.setLayout(inside)
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._show)
        state.follow("work wish prompt second context server loading round", self._show)

    def _show(self) -> None:
        state, work = self._state, self._state.work
        reason = say(state.why_not)
        self.start.setText(say(WORDS["tasks"][state.wish.task]["verb"]))
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
        self._clock.start(_TICK_MS)
        self.bar.setRange(0, 0 if work.share is None else _STEPS)
        self.bar.setValue(round((work.share or 0.0) * _STEPS))
        if not state.server.online:
            self.words.setText(say("Waiting for the server."))
        elif state.loading and work.share is None:
            self.words.setText(say("Waiting for {engine} to be loaded.", engine=state.loading))
        else:
            come = len(state.rounds[-1].results) if state.rounds else 0
            self.words.setText(progress_words(work, come, time.monotonic() - work.began))


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


class ErrorList(QWidget):
    """Follows the state's errors."""

    def __init__(self, state: PanelState) -> None:
        super().__init__()
        self._state = state
        self.words = ElidedLabel("error")
        self.words.setAccessibleName(say("Last error"))
        self.every = button("", say("All errors"), say("All errors; choose one to copy it."), self._open, "flat")
        self.dismiss = button(say("Dismiss"), say("Dismiss all errors"), "", lambda: state.dismiss(), "flat")
        keep_place(self.every, self.dismiss)
        self.setLayout(row(self, self.words, self.every, self.dismiss, space=0.3, wide=self.words))
        state.follow("errors", self._show)

    def _show(self) -> None:
        errors = self._state.errors
        self.words.setText(f"⚠ {say(errors[-1])}" if errors else "")
        self.every.setText(say("All ({count})", count=len(errors)))
        self.every.setVisible(len(errors) > 1)
        self.dismiss.setVisible(bool(errors))

    def _open(self) -> None:
        menu = context_menu(self)
        for sentence in reversed(self._state.errors):
            add_entry(menu, say(sentence), partial(to_clipboard, sentence))
        menu.popup(self.every.mapToGlobal(QPoint(0, -menu.sizeHint().height())))


_NAMED = 3
"""Engines that are named one by one; of more only the number is said, the menu has their names."""

Light = Literal["good", "busy", "bad", "quiet"]


class StatusLine(QWidget):
    """Shows the state; with a switch for the ``log``, buttons to ``copy`` the report and to ``start`` the server."""

    def __init__(self, state: PanelState) -> None:
        super().__init__()
        self._state = state
        self.server, self.engine, self.device = (Lamp(say(name)) for name in ("Server", "Engine", "Live"))
        self.device.setToolTip(say("The device in Live shows here when it asks the server for something."))
        self.log = button(say("Log"), say("Show the log"), "Ctrl+L", kind="flat")
        self.log.setCheckable(True)
        hint = say("Copy what a helper needs to know: versions, status, what Live was asked for and said, the log.")
        self.copy = button(say("Copy report"), say("Copy report"), hint, kind="flat")
        self.start = button(say("Start the server"), say("Start the server"))
        self.setLayout(row(self, self.server, self.start, self.engine, self.device, None, self.log, self.copy))
        state.follow("server work engines others live loading", self._show)

    def _show(self) -> None:
        state = self._state
        self.server.show_light(*server_words(state.server))
        self.engine.show_light(*engine_words(state))
        self.device.show_light(*device_words(state))
        self.start.setVisible(state.server.standing == "failed")


def server_words(server: ServerState) -> tuple[Light, str]:
    """A light and words for the server."""
    lights: dict[Standing, tuple[Light, str]] = {
        "searching": ("busy", say("looking for it")),
        "starting": ("busy", say("starting")),
        "online": ("good", say("running on port {port}", port=server.port)),
        "lost": ("bad", say("gone; it is started again")),
        "failed": ("bad", say("can't be started")),  # the error line says why
    }
    return lights[server.standing]


def engine_words(state: PanelState) -> tuple[Light, str]:
    """A light and words for the engines."""
    usable = [card for card in state.engines if card.available]
    if not state.server.online:
        return "quiet", say("not known")
    if state.loading:
        return "busy", say("{engine} is being loaded", engine=state.loading)
    if state.server.engine:
        return "busy", say("{engine} at work", engine=state.server.engine)
    if not usable:
        return ("bad", say("none can be used")) if state.engines else ("busy", say("asking for the list"))
    names = ", ".join(card.name for card in usable)
    return "good", say("{names} ready", names=names if len(usable) <= _NAMED else len(usable))


def device_words(state: PanelState) -> tuple[Light, str]:
    """A light and words for the device in Live. The server counts requests, so a silent device isn't seen."""
    if not state.server.online:
        return "quiet", say("not known")
    if state.live is not None:
        return "good", state.live.words
    if state.server.queue > (state.work is not None) + bool(state.loading):
        return "busy", say("at work")
    seen = say("seen at work at {time}", time=state.others)
    return ("good", seen) if state.others else ("quiet", say("not seen yet"))


class Lamp(QWidget):
    """A dot and the words that say the same."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._dot, self._words = label("●", "quiet"), label()
        self.setLayout(across := row(self, self._dot, self._words, space=0.35))
        across.addSpacing(gap(self))

    def show_light(self, light: Light, words: str) -> None:
        show_as(self._dot, light)
        self._words.setText(say("{name}: {words}", name=self._name, words=words))
        self.setAccessibleName(self._words.text())

    @property
    def text(self) -> str:
        return self._words.text()
