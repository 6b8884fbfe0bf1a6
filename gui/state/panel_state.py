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

from gui.state.values import Order, Prompt, Result, RunningRequest, ServerState, SongFiles
from gui.state.wish import AUTO, Wish
from models.tasks.table import MOST_CONTEXT

if TYPE_CHECKING:
    from bridge.messages.greeting import Card

LOG_LINES = 5_000

ECHO_S = 0.5
"""What the server says of its queue this soon after our own request may still count that one."""


class PanelState(QObject):
    """The one place where the panel's values live: read them here, and change them by ``change`` and ``set_…``.

    wish             where the controls stand
    prompt, second   the clip to work on, and the one to morph into
    context          the clips that play at the same time as the prompt
    server, engines  how the server stands, and its engines' cards
    work             the request under way; None when idle
    error            the last error in a sentence; "" when there is none
    others           what was last seen of the Live device, in words; "" when nothing was
    """

    wish_changed = pyqtSignal(object)
    prompt_changed = pyqtSignal(object)
    second_changed = pyqtSignal(object)
    context_changed = pyqtSignal(object)
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
        self.wish = wish or Wish()
        self.prompt: Prompt | None = None
        self.second: Prompt | None = None
        self.context: tuple[Prompt, ...] = ()
        self.server = ServerState()
        self.engines: tuple[Card, ...] = ()
        self.work: RunningRequest | None = None
        self.error = ""
        self.others = ""
        self.results: list[Result] = []
        self.song: SongFiles | None = None
        self.log: deque[str] = deque(maxlen=LOG_LINES)

    def _set(self, name: str, value: object) -> bool:
        """Put ``value`` in and say so, unless it is there already; True when it is new."""
        if value == getattr(self, name):
            return False
        setattr(self, name, value)
        getattr(self, f"{name}_changed").emit(value)
        return True

    # ---- values

    def change(self, **changes: Any) -> None:  # noqa: ANN401  (the wish's fields have several types)
        """Put other values into the wish."""
        self._set("wish", self.wish.but(**changes))

    def set_prompt(self, prompt: Prompt) -> None:
        """A new clip: a region and the variations of another one would mean nothing."""
        if prompt == self.prompt:
            return
        self.prompt = prompt
        self.clear_results()
        self.change(region=None)
        self.prompt_changed.emit(prompt)

    def set_second(self, second: Prompt) -> None:
        """Another clip to morph into."""
        self._set("second", second)

    def set_context(self, context: tuple[Prompt, ...]) -> None:
        """Other context clips; of more than the wire carries the first ones stay."""
        self._set("context", context[:MOST_CONTEXT])

    def set_server(self, server: ServerState) -> None:
        """The server's news; what a device asks for shows as requests that aren't ours."""
        own = self.work is not None or self._clock() - self._own_ended < ECHO_S
        if own and server.queue == 1 and self.work is None:
            server = replace(server, queue=0, engine="")  # what ended a moment ago
        self._set("server", server)
        if server.online and server.queue > own:
            self._set("others", f"seen at work at {time.strftime('%H:%M')}")

    def set_engines(self, engines: tuple[Card, ...]) -> None:
        """The server's list."""
        self._set("engines", engines)

    def set_work(self, work: RunningRequest | None) -> None:
        """Begin, report or end the request."""
        if work is None and self.work is not None:
            self.work, self._own_ended = None, self._clock()
            self.set_server(self.server)
            self.work_changed.emit(None)
        else:
            self._set("work", work)

    def set_error(self, sentence: str) -> None:
        """Show a sentence; "" takes the last one away."""
        if sentence:
            self.tell(f"Error: {sentence}")
        self._set("error", sentence)

    # ---- what follows from them

    @property
    def playing(self) -> tuple[Prompt, ...]:
        """What plays at the same time as the prompt, as far as the task listens.

        A task that works on a whole scene takes the file's other tracks where no context is given.
        """
        if not self.wish.takes("context"):
            return ()
        siblings = self.prompt.siblings if self.prompt and self.wish.row.of_scene else ()
        return self.context or siblings[:MOST_CONTEXT]

    @property
    def why_not(self) -> str:
        """Why nothing can be asked for now, in a sentence; "" when it can."""
        if self.work is not None:
            return "The last request is still at work; wait for it or cancel it."
        return self.missing or ("" if self.server.online else "The server doesn't answer yet.")

    @property
    def missing(self) -> str:
        """What the task still needs of the user, in a sentence; "" when it has all."""
        return self.wish.why_not(self.prompt is not None, self.second is not None, bool(self.context))

    @property
    def order(self) -> Order:
        """What to send for the wish, the clips and the seed as they stand; raises BadValue."""
        prompt, second, wish = self.prompt, self.second, self.wish
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

    def set_song(self, song: SongFiles) -> None:
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
