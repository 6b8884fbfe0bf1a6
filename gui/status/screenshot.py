"""Pictures of the panel at work: the real window, a clip, and results that a real server makes of it.

``python -m gui --screenshot FILE.png [CLIP.mid]`` takes one, ``--pictures FOLDER`` one of every screen, in both looks
and both languages, ``--tour FOLDER`` those of the README's minute (``QT_QPA_PLATFORM=offscreen`` where there is no
screen). A server is started when none runs, and ended again if it was started for the picture.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PyQt6.QtCore import QEventLoop, QTimer
from PyQt6.QtWidgets import QApplication

import bridge
from gui.link.link import Link, UserFolders
from gui.link.settings import PanelSettings
from gui.panel import Panel
from gui.state.wish import AUTO, Wish
from models.generator import Locks

_LONGEST_MS = 90_000

EXAMPLE = Path(bridge.__file__).parent / "examples" / "lead.mid"
"""The clip of the picture when none is given."""

# The rules are always there and instant; a learned engine may still be loading.
WISH = Wish(engine="rules", count=4, similarity=0.6, seed=8, seed_locked=True)


def take(target: Path, clip: Path | None = None, server: Path | None = None) -> int:
    """Save one picture as ``target``; 0, or 1 with a sentence on standard error.

    server: the folder of the server's port file; None: the usual one
    """
    with _panel(server) as panel:
        if not _work(panel, clip or EXAMPLE):
            print(" ".join(panel.state.errors) or "The server didn't answer in time.", file=sys.stderr)
            return 1
        return _save(panel, target)


def take_all(folder: Path, server: Path | None = None) -> int:
    """Save a picture of every screen in both looks and both languages; 0, or 1 with a sentence on standard error."""
    folder.mkdir(parents=True, exist_ok=True)
    examples = EXAMPLE.parent
    failed = 0
    with _panel(server) as panel:
        wait(lambda: panel.state.server.online and bool(panel.state.engines))
        failed += _in_every_look(panel, folder, "first")
        for name, clip, wish, context in (
            ("vary", "lead", {}, ()),
            ("drums", "beat", {"similarity": 0.7}, ()),
            ("continue", "lead", {"task": "continue"}, ()),
            ("song", "lead", {"task": "arrange"}, ("bass", "beat", "chords")),
        ):
            panel.state.set_context(())
            for other in context:
                panel.link.open_context(examples / f"{other}.mid")
            panel.state.change(task="vary")
            panel.state.change(**wish)
            if not _work(panel, examples / f"{clip}.mid", len(context)):
                print(name, *panel.state.errors, file=sys.stderr)
                failed += 1
            failed += _in_every_look(panel, folder, name)
    return int(failed > 0)


def take_tour(folder: Path, server: Path | None = None) -> int:
    """Save ``tour-1.png`` to ``tour-5.png``, a step each; 0, or 1 with a sentence on standard error."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = (folder / f"tour-{number}.png" for number in range(1, 6))
    with _panel(server) as panel:
        state, examples = panel.state, EXAMPLE.parent
        wait(lambda: state.server.online and bool(state.engines) and not state.server.queue)
        failed = _save(panel, next(pictures))
        state.change(mood="romantic", locks=Locks(rhythm=True), engine=AUTO)
        panel.open(EXAMPLE)
        wait(lambda: state.prompt is not None and not state.why_not)
        failed += _save(panel, next(pictures))
        came = _work(panel, EXAMPLE)
        panel.window.grid.set_playhead(5.5)
        failed += _save(panel, next(pictures))
        panel.window.grid.set_playhead(None)
        if (entry := panel.window.rounds.entry) is not None:
            panel.rounds.take_way("star", entry)
        state.change(mood="", locks=Locks(), task="continue")
        came = came and _work(panel, state.chosen_result.path if state.chosen_result else EXAMPLE)
        failed += _save(panel, next(pictures))
        for other in ("bass", "beat", "chords"):
            panel.link.open_context(examples / f"{other}.mid")
        state.change(task="arrange")
        came = came and _work(panel, EXAMPLE, 3)
        failed += _save(panel, next(pictures))
        if not came:
            print(*state.errors or ["The server didn't answer in time."], file=sys.stderr)
        return int(failed > 0 or not came)


def _in_every_look(panel: Panel, folder: Path, name: str) -> int:
    failed = 0
    for language in ("en", "zh"):
        panel.set_language(language)
        panel.window.resize(panel.window.wanted_size)
        panel.window.show()
        for look in ("light", "dark"):
            panel.set_look(look)
            failed += _save(panel, folder / f"{name}-{look}-{language}.png")
    return failed


@contextmanager
def _panel(server: Path | None) -> Iterator[Panel]:
    """A panel whose files and settings nobody misses."""
    with tempfile.TemporaryDirectory(prefix="clipkin-") as folder:
        places = UserFolders(Path(folder) / "settings", server, Path(folder) / "variations")
        panel = Panel(Link(places), PanelSettings(wish=WISH))
        panel.window.resize(panel.window.wanted_size)  # the screen doesn't matter: there may be none
        panel.window.show()
        panel.link.begin()
        try:
            yield panel
        finally:
            panel.close()


def _work(panel: Panel, clip: Path, context: int = 0) -> bool:
    """Open the clip, ask, and wait for all that comes; False where that failed."""
    state = panel.state
    before = len(state.rounds)
    panel.open(clip)
    opened = wait(
        lambda: (
            bool(state.errors)
            or bool(state.prompt and state.prompt.path == clip)
            and len(state.context) >= context
            and bool(state.engines)
            and not state.why_not
        )
    )
    if not opened or state.errors:
        return False
    panel.start()
    return wait(lambda: state.work is None) and len(state.rounds) > before and bool(state.rounds[-1].results)


def _save(panel: Panel, target: Path) -> int:
    QApplication.processEvents()
    if not panel.window.grab().save(str(target)):
        print(f'"{target}" can\'t be written; choose another place, ending in .png.', file=sys.stderr)
        return 1
    return 0


def wait(until: Callable[[], bool]) -> bool:
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
