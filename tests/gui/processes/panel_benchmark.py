"""The panel's own figures: how soon its window is there, how long painting takes, what the playhead and it all cost.

Each start is a fresh process with an empty home and no server; where there is no screen Qt draws into memory.
Painting is timed by the thread's processor clock, so that another program's work doesn't count.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, QObject, QSize
from PyQt6.QtWidgets import QApplication, QWidget

from models.music.errors import ClipkinError

if TYPE_CHECKING:
    from gui.panel import Panel
    from models.music.clip import Clip

SOUND = "clipkin-sound"
NOTES, TRIES, PLAYED_S = 10_000, 3, 3.0
_SIZE = QSize(1100, 500)
_CHILD = "--child"
_GOALS = (
    ("window is there", "s", 0.0, 1.0),
    ("processor time until then", "s", 0.0, 0.8),
    ("redraw of 10,000 notes", "ms", 0.0, 16.0),
    ("a card of 10,000 notes added", "ms", 0.0, 30.0),
    ("playhead", "frames a second", 55.0, 10_000.0),
    ("playhead, of a core", "share", 0.0, 0.15),
    ("memory", "MB", 0.0, 160.0),
    ("torch imported", "", 0.0, 0.0),
)


def main(arguments: Sequence[str]) -> None:
    """The command ``benchmark panel``."""
    if list(arguments) == [_CHILD]:
        sys.stdout.write(json.dumps(list(_measure())))
        return
    from models.benchmarks.figure import Figure, show  # the process that is measured needs neither
    from models.training.options import Options

    as_json = Options("benchmark panel", __doc__, data="", json=True).parse_args(arguments).json
    runs = [_run() for _ in range(TRIES)]
    values = [statistics.median(each) for each in zip(*runs, strict=True)]
    rows = zip(values, _GOALS, strict=True)
    show((Figure(name, value, unit, (low, high)) for value, (name, unit, low, high) in rows), as_json=as_json)


def _run() -> list[float]:
    """The figures of one start, in the order of the goals."""
    screen = sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    platform = {} if screen or "QT_QPA_PLATFORM" in os.environ else {"QT_QPA_PLATFORM": "offscreen"}
    with tempfile.TemporaryDirectory(prefix="clipkin-") as home:
        done = subprocess.run(
            [sys.executable, "-m", "tests.gui.processes.panel_benchmark", _CHILD],
            env={**os.environ, **platform, "CLIPKIN_BENCHMARK": json.dumps([home, time.time()])},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise ClipkinError(f"The panel can't be started: {done.stderr.strip()[-500:]}")
    return list(map(float, json.loads(done.stdout)))


class _Painted(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802  (Qt's name)
        self.count += event is not None and event.type() == QEvent.Type.Paint
        return False


def _measure() -> Iterator[float]:
    """In a process of its own: start the panel as ``python -m gui`` does, then paint and play."""
    home, began = json.loads(os.environ["CLIPKIN_BENCHMARK"])
    application = QApplication(sys.argv[:1])
    from gui.__main__ import opened
    from gui.link.link import Link, UserFolders
    from gui.link.server import ServerProcess

    places = UserFolders(Path(home) / "settings", Path(home) / "server", Path(home) / "variations")
    panel = opened(application, Link(places, ServerProcess((sys.executable, "-c", ""))))
    painted = _Painted(panel.window.first)
    while not painted.count:
        application.processEvents()
    yield time.time() - began
    yield time.process_time()
    yield from _painting(application, panel, Path(home))
    yield from _playing(panel)
    yield _megabytes()
    yield float("torch" in sys.modules)
    panel.close()


def _painting(application: QApplication, panel: Panel, home: Path) -> Iterator[float]:
    """ms that 10,000 notes take in the grid, and as one more card of the session."""
    from gui.state.values import Order, Prompt, Result
    from models.generator import Report, Request, Variation

    clip, state = _many(), panel.state
    state.set_prompt(Prompt(clip, home / "many.mid"))
    yield _thread_ms(lambda: panel.window.grid.picture(_SIZE))
    made = state.add_round(Order(Request(prompts=(clip,), similarity=0.5), "rules", "many"))

    painted = _Painted(panel.window.rounds.view)

    def add(result: Result) -> None:
        before = painted.count
        state.add_result(made, result)
        while painted.count == before:
            application.processEvents()

    changed = clip.with_notes(note.moved(pitch=note.pitch + place % 2) for place, note in enumerate(clip.notes))
    kept = tuple(None if place % 2 else place for place in range(NOTES))
    results = (
        Result(number, Variation(changed, number, kept, Report(0.5)), home / "one.mid", clip) for number in range(1, 6)
    )
    yield statistics.median(_thread_ms(partial(add, result), 1) for result in results)


def _playing(panel: Panel) -> Iterator[float]:
    """Frames a second of the playhead over 10,000 notes, and its share of a core."""
    from bridge.midi_ports.player import Port
    from gui.hearing.output import MidiPort
    from gui.hearing.player import Player
    from gui.status.screenshot import wait
    from models.music.clip import Clip

    nowhere = Port("", lambda message: None, lambda: None)
    player, grid = Player(open_output=lambda: MidiPort("", lambda name: nowhere)), panel.window.grid
    painted = _Painted(grid.view)
    player.moved.connect(grid.set_playhead)
    player.play(Clip(_many().notes[:200], 64.0))
    # The sound is made beforehand: that is no cost of the playhead.
    wait(lambda: painted.count > 20 and all(each.name != SOUND for each in threading.enumerate()))
    before, busy, began = painted.count, time.process_time(), time.perf_counter()
    wait(lambda: time.perf_counter() - began > PLAYED_S)
    played_s = time.perf_counter() - began
    yield (painted.count - before) / played_s
    yield (time.process_time() - busy) / played_s
    player.stop()


def _many() -> Clip:
    """A clip of 10,000 notes over five octaves, 1,250 beats long."""
    from models.music.clip import Clip
    from models.music.note import Note

    notes = (Note(36 + place * 7 % 60, place / 8, 0.2, 40 + place % 80) for place in range(NOTES))
    return Clip(tuple(notes), NOTES / 8)


def _thread_ms(work: Callable[[], object], tries: int = 5) -> float:
    """The best of some tries, in ms of this thread's processor time."""
    best = float("inf")
    for _ in range(tries):
        began = time.thread_time()
        work()
        best = min(best, (time.thread_time() - began) * 1000)
    return best


def _megabytes() -> float:
    """The most memory that this process has had."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux lets the other way begin with what the process had that started this one
        return float(status.read_text().partition("VmHWM:")[2].split()[0]) / 1000
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    main(sys.argv[1:])
