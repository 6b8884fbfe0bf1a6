"""One request's life on the server."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.messages.request import Done, Fail, Progress, Stage, Start
from bridge.transfer.parts import WireClip
from bridge.translation.sentence import take_numbers_out


@dataclass
class Work:
    """A request and how far it is.

    clips      the clips that its start names, by transfer
    stop       set: whoever works on it stops as soon as possible
    told       the progress that was said last, at ``told_at``
    under_way  transfers of variations that are not acknowledged yet
    delivered  how many were
    final      done or fail, once there is one
    """

    start: Start
    clips: Mapping[int, WireClip]
    began_at: float
    stage: Stage = Stage.WAITING
    told: Progress | None = None
    told_at: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)
    under_way: set[int] = field(default_factory=set)
    delivered: int = 0
    final: Done | Fail | None = None
    ended_at: float = 0.0

    @property
    def permille(self) -> int:
        """The share done that was said last, in thousandths."""
        return self.told.permille if self.told else 0

    def end(self, final: Done | Fail, now: float) -> None:
        """Give the one end; a later one changes nothing."""
        if self.final is None:
            self.final = final
            self.ended_at = now
            self.stage = Stage.DONE if isinstance(final, Done) else Stage.FAILED
            self.stop.set()
            self.clips = {}

    def done(self, now: float) -> Done:
        """The good end."""
        return Done(
            self.start.session, self.start.request, self.delivered, round((now - self.began_at) * 1000), self.start.seed
        )


@dataclass(frozen=True)
class Refusal:
    """Why something was not done: a code of PROTOCOL.md, the field at fault, a sentence."""

    code: int
    field: str
    sentence: str

    def to_fail(self, session: int, request: int, command: str) -> Fail:
        """The message that says so."""
        return Fail(session, request, command, self.code, self.field[:48], *take_numbers_out(self.sentence))
