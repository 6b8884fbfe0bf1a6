"""How server, engine and device stand: for each a dot, and the same in words."""

from __future__ import annotations

from typing import Literal

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from gui.appearance import gap
from gui.language.say import say
from gui.layout import button, label, row
from gui.state.panel_state import PanelState
from gui.state.values import ServerState, Standing

_NAMED = 3
"""Engines that are named one by one; of more only the number is said, the menu has their names."""

Light = Literal["good", "busy", "bad", "quiet"]


class StatusLine(QWidget):
    """Shows the state; emits ``log_wanted`` (shown or not), ``copy_wanted`` and ``start_wanted``."""

    log_wanted = pyqtSignal(bool)
    copy_wanted = pyqtSignal()
    start_wanted = pyqtSignal()

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.server, self.engine, self.device = (Lamp(say(name)) for name in ("Server", "Engine", "Live"))
        self.device.setToolTip(say("The device in Live shows here when it asks the server for something."))
        self.log = button(say("Log"), say("Show the log"), "Ctrl+L")
        self.log.setCheckable(True)
        self.log.toggled.connect(self.log_wanted)
        hint = say("Copy what a helper needs to know: versions, status, what Live was asked for and said, the log.")
        self.copy = button(say("Copy report"), say("Copy report"), hint, self.copy_wanted)
        self.start = button(say("Start the server"), say("Start the server"), then=self.start_wanted)
        for each in (self.log, self.copy):
            each.setObjectName("flat")
        self.setLayout(row(self, self.server, self.start, self.engine, self.device, None, self.log, self.copy))
        for signal in (
            state.server_changed,
            state.work_changed,
            state.engines_changed,
            state.others_changed,
            state.live_changed,
            state.loading_changed,
        ):
            signal.connect(self._show)
        self._show()

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
    return (
        ("good", say("seen at work at {time}", time=state.others)) if state.others else ("quiet", say("not seen yet"))
    )


class Lamp(QWidget):
    """A dot and the words that say the same."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._dot, self._words = label("●", "quiet"), label()
        across = row(self, self._dot, self._words, space=0.35)
        across.addSpacing(gap(self))
        self.setLayout(across)

    def show_light(self, light: Light, words: str) -> None:
        """Show a colour and its words."""
        self._dot.setObjectName(light)
        style = self._dot.style()
        if style is not None:
            style.polish(self._dot)  # else the style sheet doesn't see the new name
        self._words.setText(say("{name}: {words}", name=self._name, words=words))
        self.setAccessibleName(self._words.text())

    @property
    def text(self) -> str:
        """The words that are shown."""
        return self._words.text()
