"""Who is there: hello and welcome, ping and pong, sync, bye, and the engines' cards."""

from __future__ import annotations

from typing import Annotated

from bridge.messages.message import Flag, Id, Malformed, Message, Number, Text, Variadic, Whole, Word, on_wire

PROTOCOL, OLDEST = 3, 2
"""The versions of PROTOCOL.md that this code speaks: 1 had neither styles nor names, 2 knows nothing of Live."""

MOST_ENGINES = 200
_Text240 = Annotated[str, Text(240)]
_Words = Annotated[tuple[str, ...], Variadic(Text())]
_Listed = Annotated[int, Whole(0, 100)]


@on_wire("C→S", "/clipkin/client/hello")
class Hello(Message):
    """Register, or register again."""

    protocol: Number
    reply_port: Annotated[int, Whole(1, 65535)]
    client: Word
    version: Word
    token: Annotated[str, Text(64)]


@on_wire("S→C", "/clipkin/server/welcome")
class Welcome(Message):
    """Registered; the server's run and its limits."""

    protocol: Id
    epoch: Id
    version: Word
    max_notes: Id
    notes_per_part: Id
    window: Id
    heartbeat_ms: Id


@on_wire("C→S", "/clipkin/server/ping")
class Ping(Message):
    """Are you there?"""

    n: Number


@on_wire("S→C", "/clipkin/server/pong")
class Pong(Message):
    """Yes; ``queue`` requests wait or run, ``state`` 0 idle or 1 working, with ``engine``."""

    n: Number
    epoch: Id
    queue: Number
    state: Flag
    engine: Word


@on_wire("C→S", "/clipkin/server/sync")
class Sync(Message):
    """Answer when all before this has been looked at."""

    n: Number


@on_wire("S→C", "/clipkin/server/synced")
class Synced(Message):
    """It has."""

    n: Number


@on_wire("C→S", "/clipkin/client/bye")
class Bye(Message):
    """Drop the session, its clips and its work."""


@on_wire("C→S", "/clipkin/engine/query")
class EngineQuery(Message):
    """Which engines are there?"""


@on_wire("S→C", "/clipkin/engine/names")
class EngineNames(Message):
    """Their names; a card for each follows."""

    count: Annotated[int, Whole(0, MOST_ENGINES)]
    names: _Words


@on_wire("S→C", "/clipkin/engine/card")
class Card(Message):
    """One engine, the ``place``th of ``count``; ``parameters`` in thousands.

    ``words`` are the names of its tasks, ``task_count`` of them, then of its roles.
    """

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
