"""What the panel knows: values with signals, no widgets, no input or output.

A setter emits only when its value changes. Widgets show this state and change ``wish``; the link's answers come here.

Offers: ``PanelState``, ``Prompt``, ``Result``, ``Work``, ``Server``, ``Progress``.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PyQt6.QtCore import QObject, pyqtSignal

from gui.wish import Wish
from models.generator import Variation
from models.music.clip import Clip

if TYPE_CHECKING:
    from bridge.messages.greeting import Card

LOG_LINES = 5_000

ECHO_S = 0.5
"""What the server says of its queue this soon after our own request may still count that one."""

Standing = Literal["searching", "starting", "online", "lost", "failed"]
"""searching: no answer yet; starting: its process was begun; lost: it was there; failed: it can't be started."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The clip to work on, the file that it came from, and the key found in it ("" where none was).

    tracks   names of the file's tracks that have notes; ``track`` is the place of ours among them
    """

    clip: Clip
    path: Path
    key: str = ""
    tracks: tuple[str, ...] = ()
    track: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """A variation, the number that the user sees (from 1), and its .mid file.

    behind      the prompt where both lie at the same time; None for a continuation
    asked       the similarity that was asked for; None where the task has none
    """

    number: int
    variation: Variation
    path: Path
    behind: Clip | None = None
    asked: float | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """How the server stands.

    sentence   for "failed": why
    queue      requests of everybody that wait or run
    engine     the one at work, "" when idle
    """

    standing: Standing = "searching"
    port: int = 0
    version: str = ""
    queue: int = 0
    engine: str = ""
    sentence: str = ""

    @property
    def online(self) -> bool:
        """True when a request would be taken."""
        return self.standing == "online"


@dataclass(frozen=True, slots=True)
class Work:
    """A request under way: share done (0-1, None before the first report), stage, seconds since it began."""

    count: int
    share: float | None = None
    stage: str = ""
    began: float = field(default_factory=time.monotonic)


class PanelState(QObject):
    """The one place where the panel's values live."""

    wish_changed = pyqtSignal(object)
    prompt_changed = pyqtSignal(object)
    server_changed = pyqtSignal(object)
    engines_changed = pyqtSignal(object)
    work_changed = pyqtSignal(object)
    error_changed = pyqtSignal(str)
    others_changed = pyqtSignal(str)
    result_added = pyqtSignal(object)
    results_cleared = pyqtSignal()
    line_logged = pyqtSignal(str)

    def __init__(self, wish: Wish | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: seconds, for what is news and what is an echo."""
        super().__init__()
        self._clock, self._own_ended = clock, -ECHO_S
        self._wish = wish or Wish()
        self._prompt: Prompt | None = None
        self._server = Server()
        self._engines: tuple[Card, ...] = ()
        self._work: Work | None = None
        self._error = ""
        self._others = ""
        self.results: list[Result] = []
        self.log: deque[str] = deque(maxlen=LOG_LINES)

    # ---- values

    @property
    def wish(self) -> Wish:
        """Where the controls stand."""
        return self._wish

    def change(self, **changes: Any) -> None:  # noqa: ANN401  (the wish's fields have several types)
        """Put other values into the wish."""
        changed = self._wish.but(**changes)
        if changed != self._wish:
            self._wish = changed
            self.wish_changed.emit(changed)

    @property
    def prompt(self) -> Prompt | None:
        """The clip to work on."""
        return self._prompt

    def set_prompt(self, prompt: Prompt) -> None:
        """A new clip: a region and the variations of another one would mean nothing."""
        if prompt == self._prompt:
            return
        self._prompt = prompt
        self.clear_results()
        self.change(region=None)
        self.prompt_changed.emit(prompt)

    @property
    def server(self) -> Server:
        """How the server stands."""
        return self._server

    def set_server(self, server: Server) -> None:
        """The server's news; what a device asks for shows as requests that aren't ours."""
        own = self._work is not None or self._clock() - self._own_ended < ECHO_S
        if own and server.queue == 1 and self._work is None:
            server = replace(server, queue=0, engine="")  # what ended a moment ago
        if server != self._server:
            self._server = server
            self.server_changed.emit(server)
        if server.online and server.queue > own:
            self._set_others(f"seen at work at {time.strftime('%H:%M')}")

    @property
    def engines(self) -> tuple[Card, ...]:
        """The engines' cards, as the server gave them."""
        return self._engines

    def set_engines(self, engines: tuple[Card, ...]) -> None:
        """The server's list."""
        if engines != self._engines:
            self._engines = engines
            self.engines_changed.emit(engines)

    @property
    def work(self) -> Work | None:
        """The request under way; None when idle."""
        return self._work

    def set_work(self, work: Work | None) -> None:
        """Begin, report or end the request."""
        if work == self._work:
            return
        ended, self._work = work is None, work
        if ended:
            self._own_ended = self._clock()
            self.set_server(self._server)
        self.work_changed.emit(work)

    @property
    def error(self) -> str:
        """The last error in a sentence; "" when there is none."""
        return self._error

    def set_error(self, sentence: str) -> None:
        """Show a sentence; "" takes the last one away."""
        if sentence:
            self.tell(f"Error: {sentence}")
        if sentence != self._error:
            self._error = sentence
            self.error_changed.emit(sentence)

    @property
    def others(self) -> str:
        """What was last seen of the Live device, in words; "" when nothing was."""
        return self._others

    def _set_others(self, words: str) -> None:
        if words != self._others:
            self._others = words
            self.others_changed.emit(words)

    @property
    def why_not(self) -> str:
        """Why nothing can be asked for now, in a sentence; "" when it can."""
        if self._work is not None:
            return "The last request is still at work; wait for it or cancel it."
        if self._prompt is None:
            return "First open a clip, or drop one in."
        if not self._server.online:
            return "The server doesn't answer yet."
        if self._wish.task == "infill" and self._wish.region is None:
            return "First drag a region over the prompt."
        return ""

    # ---- lists

    def add_result(self, result: Result) -> None:
        """One more variation has come."""
        self.results.append(result)
        self.result_added.emit(result)

    def clear_results(self) -> None:
        """Make room for the variations of another request."""
        if self.results:
            self.results = []
            self.results_cleared.emit()

    def tell(self, sentence: str) -> None:
        """A line for the log, with the time before it."""
        line = f"{time.strftime('%H:%M:%S')}  {sentence}"
        self.log.append(line)
        self.line_logged.emit(line)
