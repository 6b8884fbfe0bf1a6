"""What the panel knows: values with signals, no widgets, no input or output.

A setter emits only when its value changes. Widgets show this state and change ``wish``; the link's answers come here.
What the user changes can be undone: each step keeps what stood before it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partialmethod
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QUndoStack

from gui.state.values import (
    Choice,
    LiveState,
    Order,
    Prompt,
    Result,
    Round,
    RunningRequest,
    ServerState,
    SongFiles,
    Step,
)
from gui.state.wish import AUTO, FIRST_CHOICE, Wish
from models.tasks.table import MOST_CONTEXT

if TYPE_CHECKING:
    from bridge.messages.greeting import Card

LOG_LINES = 5_000
MOST_ERRORS = 20

ECHO_S = 3.0
"""What the server says of its queue, every two seconds, may still count a request of ours that ended this lately."""


class PanelState(QObject):
    """The one place where the panel's values live: read them here, and change them by ``change`` and ``set_…``."""

    wish_changed = pyqtSignal(object)
    prompt_changed = pyqtSignal(object)
    second_changed = pyqtSignal(object)
    context_changed = pyqtSignal(object)
    rounds_changed = pyqtSignal(object)
    chosen_changed = pyqtSignal(object)
    stars_changed = pyqtSignal(object)
    server_changed = pyqtSignal(object)
    engines_changed = pyqtSignal(object)
    loading_changed = pyqtSignal(str)
    work_changed = pyqtSignal(object)
    errors_changed = pyqtSignal(object)
    others_changed = pyqtSignal(str)
    live_changed = pyqtSignal(object)
    round_grew = pyqtSignal(object)
    line_logged = pyqtSignal(str)

    def __init__(self, wish: Wish | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: seconds, for what is news and what is an echo."""
        super().__init__()
        self._clock = clock
        self._ended: list[float] = []
        self.history = QUndoStack(self)
        self.history.setUndoLimit(500)
        self.wish = wish or Wish()  # where the controls stand
        self.prompt: Prompt | None = None  # the clip to work on
        self.second: Prompt | None = None  # the one to morph into
        self.context: tuple[Prompt, ...] = ()  # the clips that play at the same time as the prompt
        self.rounds: tuple[Round, ...] = ()  # every press of the session that wasn't undone, the oldest first
        self.chosen: Choice | None = None  # the result that is shown large; None: the prompt alone
        self.stars: frozenset[Choice] = frozenset()  # the results that the user marked
        self.server = ServerState()
        self.engines: tuple[Card, ...] = ()  # the cards of the server's engines
        self.loading = ""  # the engine that is being loaded beforehand, "" for none
        self.work: RunningRequest | None = None  # the request under way; None when idle
        self.errors: tuple[str, ...] = ()  # sentences that the user hasn't dismissed, the newest last
        self.others = ""  # when the Live device was last seen at work, "" when it never was
        self.live: LiveState | None = None  # where the user stands in Live; None without one
        self.follows = False  # is each clip that is selected in Live taken at once? Set by whoever likes
        self.log: deque[str] = deque(maxlen=LOG_LINES)

    def _set(self, name: str, value: object) -> None:
        """Put ``value`` in and say so, unless it is there already."""
        if value != getattr(self, name):
            setattr(self, name, value)
            getattr(self, f"{name}_changed").emit(value)

    def follow(self, names: str, then: Callable[..., object]) -> None:
        """Have ``then`` called now, and when one of these changes: attributes, "round" for one that has grown."""
        for name in names.split():
            getattr(self, f"{name}_changed" if name != "round" else "round_grew").connect(then)
        then()

    # ---- what the user changes, and can undo

    def _step(self, words: str, merges: str = "", **values: Any) -> None:  # noqa: ANN401  (of several types)
        """Change values as one step that can be undone; steps of the same ``merges`` in a row are one."""
        after = {name: value for name, value in values.items() if value != getattr(self, name)}
        if after:
            self.history.push(Step(self._set, {name: getattr(self, name) for name in after}, after, words, merges))

    def change(self, **changes: Any) -> None:  # noqa: ANN401  (the wish's fields have several types)
        self._step("Change the settings", ",".join(sorted(changes)), wish=self.wish.but(**changes))

    def set_wish(self, wish: Wish) -> None:
        self._step("Change the settings", wish=wish)

    def set_prompt(self, prompt: Prompt) -> None:
        """A new clip: a region of another one would mean nothing; the rounds of the other one stay."""
        if prompt != self.prompt:
            self._step("Open a clip", prompt=prompt, wish=self.wish.but(region=None), chosen=None)

    def set_second(self, second: Prompt | None) -> None:
        self._step("Open the second clip", second=second)

    def set_context(self, context: tuple[Prompt, ...]) -> None:
        """Other context clips; of more than the wire carries the first ones stay."""
        self._step("Change the context", context=context[:MOST_CONTEXT])

    def add_context(self, clips: tuple[Prompt, ...]) -> None:
        """More context clips; one that is there already isn't added again."""
        self.set_context((*self.context, *(clip for clip in clips if clip not in self.context)))

    def add_round(self, order: Order) -> Round:
        """A press: a round of its own, to which its results come."""
        steps = (self.history.command(place) for place in range(self.history.count()))
        undone = (each for step in steps if isinstance(step, Step) for each in step.after.get("rounds", ()))
        number = 1 + max((each.number for each in (*self.rounds, *undone)), default=0)  # a redo may bring those back
        made = Round(number, self.wish, order, self.prompt, engine=order.engine)
        self._step("Make variations", rounds=(*self.rounds, made))
        return made

    def take_rounds(self, rounds: tuple[Round, ...], stars: frozenset[Choice]) -> None:
        """The rounds of an earlier run; what was done before them can't be undone any more."""
        self.history.clear()
        self._set("rounds", (*rounds, *self.rounds))
        self._set("stars", self.stars | stars)

    def star(self, choice: Choice) -> None:
        """Mark a result, or take the mark away."""
        self._step("Star", stars=self.stars ^ {choice})

    def choose(self, choice: Choice | None) -> None:
        """Show a result large; None: the prompt alone. A look is no step to undo."""
        self._set("chosen", choice)

    # ---- news

    def set_server(self, server: ServerState) -> None:
        """The server's news; what a device asks for shows as requests that aren't ours."""
        own = (self.work is not None) + bool(self.loading)
        self._ended = [ended for ended in self._ended if self._clock() - ended < ECHO_S]
        if own < server.queue <= own + len(self._ended):  # what ended a moment ago
            server = replace(server, queue=own, engine=server.engine if own else "")
        self._set("server", server)
        if server.online and server.queue > own:
            self._set("others", time.strftime("%H:%M"))

    set_live, set_engines = partialmethod(_set, "live"), partialmethod(_set, "engines")

    def set_loading(self, engine: str) -> None:
        """An engine is being loaded before anybody asks for it; "": it is there."""
        if not engine:
            self._ended.append(self._clock())
        self._set("loading", engine)
        self.set_server(self.server)  # what it last said may count the loading still, or not yet

    def set_work(self, work: RunningRequest | None) -> None:
        """Begin, report or end the request."""
        if work is None and self.work is not None:
            self._ended.append(self._clock())
        self._set("work", work)
        self.set_server(self.server)  # as above

    def add_error(self, sentence: str) -> None:
        """One more sentence that the user should read."""
        self.tell(f"Error: {sentence}")
        others = (each for each in self.errors if each != sentence)
        self._set("errors", (*others, sentence)[-MOST_ERRORS:])

    def dismiss(self, *sentences: str) -> None:
        """Take these sentences away; none named: all."""
        self._set("errors", tuple(each for each in self.errors if sentences and each not in sentences))

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
        selected = bool(self.prompt and self.prompt.selected)
        missing = self.wish.why_not(self.prompt is not None, self.second is not None, bool(self.context), selected)
        return missing or ("The server can't be started." if self.server.standing == "failed" else "")

    @property
    def engine(self) -> str:
        """The engine to ask for: the one chosen; for automatic the first choice where it can, else the server's."""
        wish = self.wish
        if wish.engine != AUTO or not wish.takes("engine"):
            return wish.engine if wish.takes("engine") else AUTO
        able = any(card.name == FIRST_CHOICE and card.available and wish.task in card.tasks for card in self.engines)
        return FIRST_CHOICE if able and wish.task in ("vary", "infill", "continue", "arrange") else AUTO

    @property
    def order(self) -> Order:
        """What to send for the wish, the clips and the seed as they stand; raises BadValue."""
        prompt, second, wish = self.prompt, self.second, self.wish
        request = wish.to_request(
            prompt.clip if prompt else None,
            prompt.key or None if prompt else None,
            second.clip if second else None,
            tuple(clip.clip for clip in self.playing),
            prompt.selected if prompt else None,
        )
        scene = ([prompt] if prompt and request.prompts else []) + list(self.playing)
        stem = scene[0].path.stem if scene else ""
        names = [clip.name for clip in scene]  # they become names of files
        distinct = tuple(name if name not in names[:at] else f"{name} {at + 1}" for at, name in enumerate(names))
        return Order(request, self.engine, " ".join(filter(None, (stem, wish.part))), distinct)

    # ---- rounds

    def round_of(self, choice: Choice | None) -> Round | None:
        """The round of a choice, while it is in the session."""
        return next((each for each in self.rounds if choice and each.number == choice.round), None)

    @property
    def chosen_result(self) -> Result | None:
        found = self.round_of(self.chosen)
        return found.result(self.chosen.number) if found and self.chosen else None

    def add_result(self, made: Round, result: Result) -> None:
        """One more result of a round has come; the first of it is shown."""
        made.results.append(result)
        self.round_grew.emit(made)
        if len(made.results) == 1 and made in self.rounds:
            self.choose(Choice(made.number, result.number))

    def set_song(self, made: Round, song: SongFiles) -> None:
        made.song = song
        self.round_grew.emit(made)

    def end_round(self, made: Round, error: str) -> None:
        """Nothing more comes of a round."""
        made.ended, made.error = True, error
        self.round_grew.emit(made)

    def tell(self, sentence: str) -> None:
        """A line for the log, with the time before it."""
        line = f"{time.strftime('%H:%M:%S')}  {sentence}"
        self.log.append(line)
        self.line_logged.emit(line)
