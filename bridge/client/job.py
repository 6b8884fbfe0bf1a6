"""One request, as the client sees it: variations arrive, progress passes by, one end comes."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bridge.messages.request import Fail, Progress, Start
from bridge.transfer.parts import WireClip
from bridge.translation.notes import put_numbers_in
from models.generator import Cancelled, OnProgress, Request, Variation, ignore_progress, never_cancelled
from models.music.errors import ClipkinError, EmptyClip, EngineUnavailable, Refused

_LOOK_S = 0.05
CANCELLED = 499


class ServerSilent(ClipkinError):
    """Nobody answers on the server's port."""


class Failed(ClipkinError):
    """The server couldn't do it; ``code`` is one of PROTOCOL.md, section 8."""

    def __init__(self, sentence: str, *, field: str = "", code: int = 500) -> None:
        super().__init__(sentence, field=field)
        self.code = code


def error_of(fail: Fail) -> ClipkinError:
    """The error that a fail message reports."""
    sentence = put_numbers_in(fail.sentence, fail.numbers)
    kinds: dict[int, type[ClipkinError]] = {400: Refused, 422: EmptyClip, 503: EngineUnavailable}
    kind = kinds.get(fail.code)
    return kind(sentence, field=fail.field) if kind else Failed(sentence, field=fail.field, code=fail.code)


Event = Variation | Progress | ClipkinError | None
"""The last one is the error, or None where all went well or it was cancelled."""


@dataclass
class Job:
    """A request under way. ``variations`` may be iterated once, from any thread.

    The other fields belong to the protocol: what was sent, what was received.
    """

    number: int
    request: Request
    engine: str
    load: Sequence[tuple[str, WireClip]]
    on_cancel: Callable[[Job], None]
    events: queue.SimpleQueue[Event] = field(default_factory=queue.SimpleQueue)
    transfers: dict[int, str] = field(default_factory=dict)
    undelivered: set[int] = field(default_factory=set)
    start: Start | None = None
    accepted: bool = False
    received: set[int] = field(default_factory=set)
    heard_at: float = 0.0
    ended: bool = False

    def cancel(self) -> None:
        """Stop it; ``variations`` ends. May be called from any thread, and again."""
        self.on_cancel(self)

    def end(self, error: ClipkinError | None = None) -> None:
        """Give the one end; a later one changes nothing."""
        if not self.ended:
            self.ended = True
            self.events.put(error)

    def variations(
        self, on_progress: OnProgress = ignore_progress, cancelled: Cancelled = never_cancelled
    ) -> Iterator[Variation]:
        """Each variation as soon as it is here; raises what went wrong; leaving the loop cancels."""
        try:
            while not cancelled():
                try:
                    event = self.events.get(timeout=_LOOK_S if cancelled is not never_cancelled else None)
                except queue.Empty:
                    continue
                if event is None:
                    return
                if isinstance(event, ClipkinError):
                    raise event
                if isinstance(event, Progress):
                    on_progress(event.permille / 1000, event.stage)
                else:
                    yield event
        finally:
            self.cancel()
