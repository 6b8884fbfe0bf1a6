"""What a helper needs to know, as text to copy: versions, status, settings, the last lines of the log.

No file name of the user's leaves the machine with it but those in the log; it is only copied, never sent.
"""

from __future__ import annotations

import itertools
import platform
import sys
from importlib import metadata

from PyQt6.QtCore import PYQT_VERSION_STR, QT_VERSION_STR
from PyQt6.QtGui import QGuiApplication

from gui.state.panel_state import PanelState
from gui.status.status_line import device_words, engine_words, server_words

_LAST_LINES = 60


def diagnostics(state: PanelState, trace: str = "", tried: str = "") -> str:
    """The report; ``trace``: of a mistake of the panel's own; ``tried``: what Live was asked for and what came."""
    wish = ", ".join(f"{name} {value}" for name, value in state.wish.to_json().items())
    engines = "; ".join(f"{card.name} ({'can be used' if card.available else card.reason})" for card in state.engines)
    lines = [
        f"Clipkin panel {_version()}",
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


def _version() -> str:
    try:
        return metadata.version("clipkin")
    except metadata.PackageNotFoundError:  # run from a checkout that was never installed
        return "from a checkout"
