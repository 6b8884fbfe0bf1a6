"""Who is there: hello and welcome, ping and pong, sync, bye, and the engines' cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bridge.messages.message import Flag, Id, Malformed, Message, Number, Text, Variadic, Whole, Word

PROTOCOL = 2
"""The version of PROTOCOL.md that this code speaks, and the only one: 1 had neither styles nor names."""

MOST_ENGINES = 200
_Text240 = Annotated[str, Text(240)]
_Words = Annotated[tuple[str, ...], Variadic(Text())]
_Listed = Annotated[int, Whole(0, 100)]


@dataclass(frozen=True, slots=True)
class Hello(Message):
    """Client → server: register, or register again."""

    ADDRESS = "/clipkin/client/hello"
    protocol: Number
    reply_port: Annotated[int, Whole(1, 65535)]
    client: Word
    version: Word
    token: Annotated[str, Text(64)]


@dataclass(frozen=True, slots=True)
class Welcome(Message):
    """Server → client: registered; the server's run and its limits."""

    ADDRESS = "/clipkin/server/welcome"
    protocol: Id
    epoch: Id
    version: Word
    max_notes: Id
    notes_per_part: Id
    window: Id
    heartbeat_ms: Id


@dataclass(frozen=True, slots=True)
class Ping(Message):
    """Client → server: are you there?"""

    ADDRESS = "/clipkin/server/ping"
    n: Number


@dataclass(frozen=True, slots=True)
class Pong(Message):
    """Server → client: yes; ``queue`` requests wait or run, ``state`` 0 idle or 1 working, with ``engine``."""

    ADDRESS = "/clipkin/server/pong"
    n: Number
    epoch: Id
    queue: Number
    state: Flag
    engine: Word


@dataclass(frozen=True, slots=True)
class Sync(Message):
    """Client → server: answer when all before this has been looked at."""

    ADDRESS = "/clipkin/server/sync"
    n: Number


@dataclass(frozen=True, slots=True)
class Synced(Message):
    """Server → client: it has."""

    ADDRESS = "/clipkin/server/synced"
    n: Number


class Bye(Message):
    """Client → server: drop the session, its clips and its work."""

    ADDRESS = "/clipkin/client/bye"


class EngineQuery(Message):
    """Client → server: which engines are there?"""

    ADDRESS = "/clipkin/engine/query"


@dataclass(frozen=True, slots=True)
class EngineNames(Message):
    """Server → client: their names; a card for each follows."""

    ADDRESS = "/clipkin/engine/names"
    count: Annotated[int, Whole(0, MOST_ENGINES)]
    names: _Words


@dataclass(frozen=True, slots=True)
class Card(Message):
    """Server → client: one engine, the ``place``th of ``count``; ``parameters`` in thousands.

    ``words`` are the names of its tasks, ``task_count`` of them, then of its roles.
    """

    ADDRESS = "/clipkin/engine/card"
    place: Annotated[int, Whole(0, MOST_ENGINES)]
    count: Annotated[int, Whole(1, MOST_ENGINES)]
    available: Flag
    task_count: _Listed
    role_count: _Listed
    parameters: Number
    name: Word
    sentence: _Text240
    licence: Annotated[str, Text(60)]
    data: _Text240
    reason: _Text240
    words: _Words

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
