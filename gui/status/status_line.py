"""How server, engine and device stand: for each a dot, and the same in words; and the last error."""

from __future__ import annotations

from typing import Literal

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from gui.appearance import gap
from gui.layout import button, column, label, row
from gui.state.panel_state import PanelState
from gui.state.values import ServerState

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
        self.server, self.engine, self.device = (Lamp(name) for name in ("Server", "Engine", "Live device"))
        self.device.setToolTip("The device in Live shows here when it asks the server for something.")
        self.error = label("", "error", wraps=True)
        self.error.setAccessibleName("Last error")
        self.dismiss = button("Dismiss", "Dismiss the last error", then=lambda: state.set_error(""))
        self.log = button("&Log", "Show the log")
        self.log.setCheckable(True)
        self.log.toggled.connect(self.log_wanted)
        hint = "Copy what a helper needs to know: versions, status, the last lines of the log."
        self.copy = button("Copy dia&gnostics", "Copy diagnostics", hint, self.copy_wanted)
        self.start = button("Start the server", "Start the server", then=self.start_wanted)
        above = row(self, self.error, self.dismiss, wide=self.error)
        below = row(self, self.server, self.start, self.engine, self.device, None, self.log, self.copy)
        self.setLayout(column(self, above, below, space=0.3))
        for signal in (state.server_changed, state.work_changed, state.engines_changed, state.others_changed):
            signal.connect(self._show)
        state.error_changed.connect(self._show_error)
        self._show()
        self._show_error(state.error)

    def _show(self) -> None:
        state = self._state
        self.server.show_light(*server_words(state.server))
        self.engine.show_light(*engine_words(state))
        self.device.show_light(*device_words(state))
        self.start.setVisible(state.server.standing in ("lost", "failed"))

    def _show_error(self, sentence: str) -> None:
        self.error.setText(f"⚠ {sentence}" if sentence else "")
        for widget in (self.error, self.dismiss):
            widget.setVisible(bool(sentence))


def server_words(server: ServerState) -> tuple[Light, str]:
    """A light and words for the server."""
    return {
        "searching": ("busy", "looking for it"),
        "starting": ("busy", "starting"),
        "online": ("good", f"running on port {server.port}"),
        "lost": ("bad", "gone; looking for it again"),
        "failed": ("bad", "can't be started"),  # the error line says why
    }[server.standing]  # type: ignore[return-value]


def engine_words(state: PanelState) -> tuple[Light, str]:
    """A light and words for the engines."""
    usable = [card for card in state.engines if card.available]
    if not state.server.online:
        return "quiet", "not known"
    if state.server.engine:
        return "busy", f"{state.server.engine} at work"
    if not usable:
        return "bad" if state.engines else "busy", "none can be used" if state.engines else "asking for the list"
    names = ", ".join(card.name for card in usable)
    return "good", f"{names if len(usable) <= _NAMED else len(usable)} ready"


def device_words(state: PanelState) -> tuple[Light, str]:
    """A light and words for the device in Live. The server counts requests, so a silent device isn't seen."""
    if not state.server.online:
        return "quiet", "not known"
    if state.server.queue > (state.work is not None):
        return "busy", "at work"
    return ("good", state.others) if state.others else ("quiet", "no request seen yet")


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
        self._words.setText(f"{self._name}: {words}")
        self.setAccessibleName(self._words.text())

    @property
    def text(self) -> str:
        """The words that are shown."""
        return self._words.text()
