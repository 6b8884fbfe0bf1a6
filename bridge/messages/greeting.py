"""Who is there: hello and welcome, ping and pong, sync, bye, and the engines' cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bridge.messages.message import Malformed, Message, identity, number, word, words

PROTOCOL = 2
"""The version of PROTOCOL.md that this code speaks, and the only one: 1 had neither styles nor names."""


@dataclass(frozen=True, slots=True)
class Hello(Message):
    """Client → server: register, or register again."""

    ADDRESS: ClassVar[str] = "/clipkin/client/hello"
    session: int = identity()
    protocol: int = number(0)
    reply_port: int = number(1, 65535)
    client: str = word()
    version: str = word()
    token: str = word(64)


@dataclass(frozen=True, slots=True)
class Welcome(Message):
    """Server → client: registered; the server's run and its limits."""

    ADDRESS: ClassVar[str] = "/clipkin/server/welcome"
    session: int = identity()
    protocol: int = number(1)
    epoch: int = number(1)
    version: str = word()
    max_notes: int = number(1)
    notes_per_part: int = number(1)
    window: int = number(1)
    heartbeat_ms: int = number(1)


@dataclass(frozen=True, slots=True)
class Ping(Message):
    """Client → server: are you there?"""

    ADDRESS: ClassVar[str] = "/clipkin/server/ping"
    session: int = identity()
    n: int = number()


@dataclass(frozen=True, slots=True)
class Pong(Message):
    """Server → client: yes; ``queue`` requests wait or run, ``state`` 0 idle or 1 working, with ``engine``."""

    ADDRESS: ClassVar[str] = "/clipkin/server/pong"
    session: int = identity()
    n: int = number()
    epoch: int = number(1)
    queue: int = number()
    state: int = number(0, 1)
    engine: str = word()


@dataclass(frozen=True, slots=True)
class Sync(Message):
    """Client → server: answer when all before this has been looked at."""

    ADDRESS: ClassVar[str] = "/clipkin/server/sync"
    session: int = identity()
    n: int = number()


@dataclass(frozen=True, slots=True)
class Synced(Message):
    """Server → client: it has."""

    ADDRESS: ClassVar[str] = "/clipkin/server/synced"
    session: int = identity()
    n: int = number()


@dataclass(frozen=True, slots=True)
class Bye(Message):
    """Client → server: drop the session, its clips and its work."""

    ADDRESS: ClassVar[str] = "/clipkin/client/bye"
    session: int = identity()


@dataclass(frozen=True, slots=True)
class EngineQuery(Message):
    """Client → server: which engines are there?"""

    ADDRESS: ClassVar[str] = "/clipkin/engine/query"
    session: int = identity()


@dataclass(frozen=True, slots=True)
class EngineNames(Message):
    """Server → client: their names; a card for each follows."""

    ADDRESS: ClassVar[str] = "/clipkin/engine/names"
    session: int = identity()
    count: int = number(0, 200)
    names: tuple[str, ...] = words()


@dataclass(frozen=True, slots=True)
class Card(Message):
    """Server → client: one engine, the ``place``th of ``count``; ``parameters`` in thousands.

    ``words`` are the names of its tasks, ``task_count`` of them, then of its roles.
    """

    ADDRESS: ClassVar[str] = "/clipkin/engine/card"
    session: int = identity()
    place: int = number(0, 200)
    count: int = number(1, 200)
    available: int = number(0, 1)
    task_count: int = number(0, 100)
    role_count: int = number(0, 100)
    parameters: int = number()
    name: str = word()
    sentence: str = word(240)
    licence: str = word(60)
    data: str = word(240)
    reason: str = word(240)
    words: tuple[str, ...] = words()

    def check(self) -> None:
        """The counts are those of ``words``."""
        if self.task_count + self.role_count != len(self.words):
            raise Malformed("The card's counts don't fit its words.", field="words")

    @property
    def tasks(self) -> tuple[str, ...]:
        """What the engine can do."""
        return self.words[: self.task_count]

    @property
    def roles(self) -> tuple[str, ...]:
        """Which roles it can do it for."""
        return self.words[self.task_count :]
