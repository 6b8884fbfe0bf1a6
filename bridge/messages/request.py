"""A request's life: start, accepted, progress, done or fail, seen; cancel; query and state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from bridge.messages.message import LARGEST_SENTENCE, Malformed, Message, identity, number, numbers, pairs, word
from models.tasks.table import MOST_MOOD, MOST_STYLE


class Stage(IntEnum):
    """The numbers of ``/clipkin/request/state``."""

    UNKNOWN = 0
    WAITING = 1
    WORKING = 2
    SENDING = 3
    DONE = 4
    FAILED = 5


@dataclass(frozen=True, slots=True)
class Start(Message):
    """Client → server: make variations of a clip; ``transfer`` 0 for none.

    style: words that say how; temperature, similarity in ‰; similarity -1: as the task likes it. The pairs are those of
    PROTOCOL.md, section 5.
    """

    ADDRESS: ClassVar[str] = "/clipkin/request/start"
    session: int = identity()
    request: int = identity()
    transfer: int = number()
    task: str = word()
    engine: str = word()
    mood: str = word(MOST_MOOD)
    style: str = word(MOST_STYLE)
    count: int = number()
    temperature: int = number()
    similarity: int = number(-1, 1000)
    seed: int = number()
    pairs: tuple[tuple[str, int], ...] = pairs(60)


@dataclass(frozen=True, slots=True)
class Accepted(Message):
    """Server → client: queued, with ``position`` requests before it."""

    ADDRESS: ClassVar[str] = "/clipkin/request/accepted"
    session: int = identity()
    request: int = identity()
    position: int = number()


@dataclass(frozen=True, slots=True)
class Progress(Message):
    """Server → client: how far it is; ``index`` of the variation at work; may be lost."""

    ADDRESS: ClassVar[str] = "/clipkin/request/progress"
    session: int = identity()
    request: int = identity()
    permille: int = number(0, 1000)
    index: int = number()
    stage: str = word()


@dataclass(frozen=True, slots=True)
class Done(Message):
    """Server → client: the good end, after every one of ``count`` variations was acknowledged."""

    ADDRESS: ClassVar[str] = "/clipkin/request/done"
    session: int = identity()
    request: int = identity()
    count: int = number()
    elapsed_ms: int = number()
    seed: int = number()


@dataclass(frozen=True, slots=True)
class Fail(Message):
    """Server → client: the other end; ``command`` is the address that failed. ``request`` 0: about no request."""

    ADDRESS: ClassVar[str] = "/clipkin/request/fail"
    session: int = identity()
    request: int = number()
    command: str = word(64)
    code: int = number(0, 999)
    field: str = word()
    sentence: str = word(LARGEST_SENTENCE)
    numbers: tuple[int, ...] = numbers(40)

    def check(self) -> None:
        """Two integers for each number taken out of the sentence."""
        if len(self.numbers) % 2:
            raise Malformed("The sentence's numbers must come in pairs.", field="numbers")


@dataclass(frozen=True, slots=True)
class Seen(Message):
    """Client → server: done or fail has come."""

    ADDRESS: ClassVar[str] = "/clipkin/request/seen"
    session: int = identity()
    request: int = identity()


@dataclass(frozen=True, slots=True)
class Cancel(Message):
    """Client → server: stop it; ends in fail 499."""

    ADDRESS: ClassVar[str] = "/clipkin/request/cancel"
    session: int = identity()
    request: int = identity()


@dataclass(frozen=True, slots=True)
class Query(Message):
    """Client → server: what has become of it?"""

    ADDRESS: ClassVar[str] = "/clipkin/request/query"
    session: int = identity()
    request: int = identity()


@dataclass(frozen=True, slots=True)
class State(Message):
    """Server → client: 0 not known, 1 waiting, 2 at work, 3 being sent, 4 done, 5 failed."""

    ADDRESS: ClassVar[str] = "/clipkin/request/state"
    session: int = identity()
    request: int = identity()
    state: int = number(0, 5)
    permille: int = number(0, 1000)
