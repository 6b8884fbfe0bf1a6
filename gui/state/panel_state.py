"""What the panel knows: values with signals, no widgets, no input or output.

A setter emits only when its value changes. Widgets show this state and change ``wish``; the link's answers come here.

Offers: ``PanelState``.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QObject, pyqtSignal

from gui.state.values import Order, Prompt, Result, Server, Song, Work
from gui.state.wish import AUTO, Wish
from models.tasks.table import MOST_CONTEXT

if TYPE_CHECKING:
    from bridge.messages.greeting import Card

LOG_LINES = 5_000

ECHO_S = 0.5
"""What the server says of its queue this soon after our own request may still count that one."""


class PanelState(QObject):
    """The one place where the panel's values live."""

    wish_changed = pyqtSignal(object)
    prompt_changed = pyqtSignal(object)
    second_changed = pyqtSignal(object)
    beside_changed = pyqtSignal(object)
    server_changed = pyqtSignal(object)
    engines_changed = pyqtSignal(object)
    work_changed = pyqtSignal(object)
    error_changed = pyqtSignal(str)
    others_changed = pyqtSignal(str)
    result_added = pyqtSignal(object)
    results_cleared = pyqtSignal()
    song_came = pyqtSignal(object)
    line_logged = pyqtSignal(str)

    def __init__(self, wish: Wish | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: seconds, for what is news and what is an echo."""
        super().__init__()
        self._clock, self._own_ended = clock, -ECHO_S
        self._wish = wish or Wish()
        self._prompt: Prompt | None = None
        self._second: Prompt | None = None
        self._beside: tuple[Prompt, ...] = ()
        self._server = Server()
        self._engines: tuple[Card, ...] = ()
        self._work: Work | None = None
        self._error = ""
        self._others = ""
        self.results: list[Result] = []
        self.song: Song | None = None
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
    def second(self) -> Prompt | None:
        """The clip to morph into."""
        return self._second

    def set_second(self, second: Prompt) -> None:
        """Another clip to morph into."""
        if second != self._second:
            self._second = second
            self.second_changed.emit(second)

    @property
    def beside(self) -> tuple[Prompt, ...]:
        """The clips put beside the prompt: they play at the same time."""
        return self._beside

    def set_beside(self, beside: tuple[Prompt, ...]) -> None:
        """Other clips beside; of more than the wire carries the first ones stay."""
        if beside[:MOST_CONTEXT] != self._beside:
            self._beside = beside[:MOST_CONTEXT]
            self.beside_changed.emit(self._beside)

    @property
    def playing(self) -> tuple[Prompt, ...]:
        """What plays at the same time as the prompt, as far as the task listens.

        A task that works on a whole scene takes the file's other tracks where nothing was put beside.
        """
        if not self._wish.takes("context"):
            return ()
        siblings = self._prompt.siblings if self._prompt and self._wish.row.of_scene else ()
        return self._beside or siblings[:MOST_CONTEXT]

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
        return self.missing or ("" if self._server.online else "The server doesn't answer yet.")

    @property
    def missing(self) -> str:
        """What the task still needs of the user, in a sentence; "" when it has all."""
        return self._wish.why_not(self._prompt is not None, self._second is not None, bool(self._beside))

    @property
    def order(self) -> Order:
        """What to send for the wish, the clips and the seed as they stand; raises BadValue."""
        prompt, second, wish = self._prompt, self._second, self._wish
        request = wish.to_request(
            prompt.clip if prompt else None,
            prompt.key or None if prompt else None,
            second.clip if second else None,
            tuple(clip.clip for clip in self.playing),
        )
        scene = ([prompt] if prompt and request.prompts else []) + list(self.playing)
        stem = scene[0].path.stem if scene else ""
        return Order(
            request,
            wish.engine if wish.takes("engine") else AUTO,
            " ".join(filter(None, (stem, wish.part))),
            _distinct([clip.name for clip in scene]),
        )

    # ---- lists

    def add_result(self, result: Result) -> None:
        """One more variation has come."""
        self.results.append(result)
        self.result_added.emit(result)

    def clear_results(self) -> None:
        """Make room for the variations of another request."""
        if self.results:
            self.results, self.song = [], None
            self.results_cleared.emit()

    def set_song(self, song: Song) -> None:
        """All sections of an arrangement are here, and the song of them."""
        self.song = song
        self.song_came.emit(song)

    def tell(self, sentence: str) -> None:
        """A line for the log, with the time before it."""
        line = f"{time.strftime('%H:%M:%S')}  {sentence}"
        self.log.append(line)
        self.line_logged.emit(line)


def _distinct(names: list[str]) -> tuple[str, ...]:
    """The names, with a number behind those that come again: they become names of files."""
    return tuple(name if name not in names[:place] else f"{name} {place + 1}" for place, name in enumerate(names))
