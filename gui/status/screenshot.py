"""Pictures of the panel at work: the real window, a clip, and results that a real server makes of it.

``python -m gui --screenshot FILE.png [CLIP.mid]`` takes one, ``--pictures FOLDER`` one of every screen, in both looks
and both languages, ``--tour FOLDER`` those of the README's minute (``QT_QPA_PLATFORM=offscreen`` where there is no
screen). A server is started when none runs, and ended again if it was started for the picture.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtCore import QEventLoop, QTimer
from PyQt6.QtWidgets import QApplication

from gui.link.link import Link, UserFolders
from gui.link.settings import EXAMPLE, PanelSettings
from gui.panel import Panel
from gui.state.wish import AUTO, Wish
from models.generator import Locks
from models.music.errors import BadValue, ClipkinError

_LONGEST_MS = 90_000
_SCENE = ("bass", "beat", "chords")
# The rules are always there and instant; a learned engine may still be loading.
WISH = Wish(engine="rules", count=4, similarity=0.6, seed=8, seed_locked=True)


def take(target: Path, clip: Path | None = None, server: Path | None = None) -> int:
    """Save one picture as ``target``; 0, or 1 with a sentence on standard error.

    server: the folder of the server's port file; None: the usual one
    """

    def script(panel: Panel) -> None:
        _work(panel, clip or EXAMPLE)
        _save(panel, target)

    return _played(script, server)


def take_all(folder: Path) -> int:
    """Save a picture of every screen in both looks and both languages; 0, or 1 with a sentence on standard error."""

    def script(panel: Panel) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        wait(lambda: panel.state.server.online and bool(panel.state.engines))
        _in_every_look(panel, folder, "first")
        for name, clip, wish, context in (
            ("vary", "lead", {}, ()),
            ("drums", "beat", {"similarity": 0.7}, ()),
            ("continue", "lead", {"task": "continue"}, ()),
            ("song", "lead", {"task": "arrange"}, _SCENE),
        ):
            panel.state.change(task="vary")
            panel.state.change(**wish)
            _work(panel, EXAMPLE.with_stem(clip), context)
            _in_every_look(panel, folder, name)

    return _played(script)


def take_tour(folder: Path) -> int:
    """Save ``tour-1.png`` to ``tour-5.png``, a step each; 0, or 1 with a sentence on standard error."""
    pictures = (folder / f"tour-{number}.png" for number in range(1, 6))

    def script(panel: Panel) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        state = panel.state
        wait(lambda: state.server.online and bool(state.engines) and not state.server.queue)
        _save(panel, next(pictures))
        state.change(mood="romantic", locks=Locks(rhythm=True), engine=AUTO)
        panel.files.open(EXAMPLE)
        wait(lambda: state.prompt is not None and not state.why_not)
        _save(panel, next(pictures))
        _work(panel, EXAMPLE)
        panel.window.grid.set_playhead(5.5)
        _save(panel, next(pictures))
        panel.window.grid.set_playhead(None)
        panel.rounds.take_way("star", panel.window.rounds.entry)
        state.change(mood="", locks=Locks(), task="continue")
        _work(panel, state.chosen_result.path if state.chosen_result else EXAMPLE)
        _save(panel, next(pictures))
        state.change(task="arrange")
        _work(panel, EXAMPLE, _SCENE)
        _save(panel, next(pictures))

    return _played(script)


def _in_every_look(panel: Panel, folder: Path, name: str) -> None:
    for language in ("en", "zh"):
        panel.set_language(language)
        panel.window.resize(panel.window.wanted_size)
        panel.window.show()
        for look in ("light", "dark"):
            panel.set_look(look)
            _save(panel, folder / f"{name}-{look}-{language}.png")


def _played(script: Callable[[Panel], None], server: Path | None = None) -> int:
    """Play a script on a panel whose files and settings nobody misses."""
    with tempfile.TemporaryDirectory(prefix="clipkin-") as folder:
        places = UserFolders(Path(folder) / "settings", server, Path(folder) / "variations")
        panel = Panel(Link(places), PanelSettings(wish=WISH))
        panel.window.resize(panel.window.wanted_size)  # the screen doesn't matter: there may be none
        panel.window.show()
        panel.link.begin()
        try:
            script(panel)
        except ClipkinError as problem:
            print(problem.sentence, file=sys.stderr)
            return 1
        finally:
            panel.close()
    return 0


def _work(panel: Panel, clip: Path, context: Sequence[str] = ()) -> None:
    """Open the clip and what plays along, ask, and wait for all that comes. Raises BadValue where that failed."""
    state, before = panel.state, len(panel.state.rounds)
    state.set_context(())
    for other in context:
        panel.files.open_context(EXAMPLE.with_stem(other))
    panel.files.open(clip)

    def opened() -> bool:
        ready = state.prompt and state.prompt.path == clip and len(state.context) >= len(context)
        return bool(ready and state.engines and not state.why_not)

    wait(lambda: bool(state.errors) or opened())
    if opened() and not state.errors:
        panel.start()
        wait(lambda: state.work is None)
    if state.work or len(state.rounds) == before or not state.rounds[-1].results:
        raise BadValue(" ".join(state.errors) or "The server didn't answer in time.")


def _save(panel: Panel, target: Path) -> None:
    """Raises BadValue."""
    QApplication.processEvents()
    if not panel.window.grab().save(str(target)):
        raise BadValue(f'"{target}" can\'t be written; choose another place, ending in .png.')


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
