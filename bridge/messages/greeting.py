"""Who is there: hello and welcome, ping and pong, sync, bye, and the engines' cards."""

from typing import Annotated

from bridge.messages.message import Flag, Id, Malformed, Message, Number, Text, Variadic, Whole, Word

PROTOCOL, OLDEST = 3, 2
"""The versions of PROTOCOL.md that this code speaks: 1 had neither styles nor names, 2 knows nothing of Live."""

MOST_ENGINES = 200
_Text240 = Annotated[str, Text(240)]
_Words = Annotated[tuple[str, ...], Variadic(Text())]
_Listed = Annotated[int, Whole(0, 100)]


class Hello(Message, way="C→S", address="/clipkin/client/hello"):
    """Register, or register again."""

    protocol: Number
    reply_port: Annotated[int, Whole(1, 65535)]
    client: Word
    version: Word
    token: Annotated[str, Text(64)]


class Welcome(Message, way="S→C", address="/clipkin/server/welcome"):
    """Registered; the server's run and its limits."""

    protocol: Id
    epoch: Id
    version: Word
    max_notes: Id
    notes_per_part: Id
    window: Id
    heartbeat_ms: Id


class Ping(Message, way="C→S", address="/clipkin/server/ping"):
    """Are you there?"""

    n: Number


class Pong(Message, way="S→C", address="/clipkin/server/pong"):
    """Yes; ``queue`` requests wait or run, ``state`` 0 idle or 1 working, with ``engine``."""

    n: Number
    epoch: Id
    queue: Number
    state: Flag
    engine: Word


class Sync(Message, way="C→S", address="/clipkin/server/sync"):
    """Answer when all before this has been looked at."""

    n: Number


class Synced(Message, way="S→C", address="/clipkin/server/synced"):
    """It has."""

    n: Number


class Bye(Message, way="C→S", address="/clipkin/client/bye"):
    """Drop the session, its clips and its work."""


class EngineQuery(Message, way="C→S", address="/clipkin/engine/query"):
    """Which engines are there?"""


class EngineNames(Message, way="S→C", address="/clipkin/engine/names"):
    """Their names; a card for each follows."""

    count: Annotated[int, Whole(0, MOST_ENGINES)]
    names: _Words


class Card(Message, way="S→C", address="/clipkin/engine/card"):
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
