"""A picture of the panel at work: the real window, a clip, and variations that a real server makes of it.

``python -m gui --screenshot FILE.png [CLIP.mid]`` (``QT_QPA_PLATFORM=offscreen`` where there is no screen).
A server is started when none runs, and ended again if it was started for the picture.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QEventLoop, QTimer
from PyQt6.QtWidgets import QApplication

import bridge
from gui.link.link import Link, UserFolders
from gui.link.settings import PanelSettings
from gui.panel import Panel
from gui.state.wish import Wish

_LONGEST_MS = 60_000

EXAMPLE = Path(bridge.__file__).parent / "examples" / "lead.mid"
"""The clip of the picture when none is given."""


def take(target: Path, clip: Path | None = None, server: Path | None = None) -> int:
    """Save the picture as ``target``; 0, or 1 with a sentence on standard error.

    server: the folder of the server's port file; None: the usual one
    """
    with tempfile.TemporaryDirectory(prefix="clipkin-") as folder:
        places = UserFolders(Path(folder) / "settings", server, Path(folder) / "variations")
        # The rules are always there and instant; a learned engine may still be loading.
        wish = Wish(engine="rules", count=3, similarity=0.6, seed=8, seed_locked=True)
        panel = Panel(Link(places), PanelSettings(wish=wish))
        try:
            return _take(panel, target, clip or EXAMPLE)
        finally:
            panel.close()
            panel.link.stop_server()


def _take(panel: Panel, target: Path, clip: Path) -> int:
    state = panel.state
    panel.window.resize(panel.window.wanted_size)  # the screen doesn't matter: there may be none
    panel.window.show()
    panel.link.begin()
    panel.open(clip)
    ready = _wait(lambda: bool(state.engines and not state.why_not) or bool(state.error))
    if ready and not state.error:
        panel.start()
        ready = _wait(lambda: state.work is None)
    if not ready or state.error or not state.results:
        print(state.error or "The server didn't answer in time.", file=sys.stderr)
        return 1
    QApplication.processEvents()
    if not panel.window.grab().save(str(target)):
        print(f'"{target}" can\'t be written; choose another place, ending in .png.', file=sys.stderr)
        return 1
    return 0


def _wait(until: Callable[[], bool]) -> bool:
    """Let the window live until something is so; False when it takes too long."""
    loop, clock, limit = QEventLoop(), QTimer(), QTimer()
    clock.timeout.connect(lambda: loop.quit() if until() else None)
    limit.timeout.connect(loop.quit)
    clock.start(20)
    limit.start(_LONGEST_MS)
    loop.exec()
    clock.stop()
    limit.stop()
    return until()
