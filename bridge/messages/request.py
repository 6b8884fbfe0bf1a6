"""A request's life: start, accepted, progress, done or fail, seen; cancel; query and state."""

from enum import IntEnum
from typing import Annotated

from bridge.messages import message as wire
from bridge.messages.message import Message, OfRequest, Text, Whole
from models.tasks.table import MOST_MOOD, MOST_STYLE


class Stage(IntEnum):
    """The numbers of ``/clipkin/request/state``."""

    UNKNOWN = 0
    WAITING = 1
    WORKING = 2
    SENDING = 3
    DONE = 4
    FAILED = 5


class Start(OfRequest, way="C→S", address="/clipkin/request/start"):
    """Make variations of a clip; ``transfer`` 0 for none.

    style: words that say how; temperature, similarity in ‰; similarity -1: as the task likes it. The pairs are those of
    PROTOCOL.md, section 5.
    """

    transfer: wire.Number
    task: wire.Word
    engine: wire.Word
    mood: Annotated[str, Text(MOST_MOOD)]
    style: Annotated[str, Text(MOST_STYLE)]
    count: wire.Number
    temperature: wire.Number
    similarity: wire.Judged
    seed: wire.Number
    pairs: Annotated[tuple[tuple[str, int], ...], wire.Pairs(60)]


class Accepted(OfRequest, way="S→C", address="/clipkin/request/accepted"):
    """Queued, with ``position`` requests before it."""

    position: wire.Number


class Progress(OfRequest, way="S→C", address="/clipkin/request/progress"):
    """How far it is; ``index`` of the variation at work; may be lost."""

    permille: wire.Permille
    index: wire.Number
    stage: wire.Word


class Done(OfRequest, way="S→C", address="/clipkin/request/done"):
    """The good end, after every one of ``count`` variations was acknowledged."""

    count: wire.Number
    elapsed_ms: wire.Number
    seed: wire.Number


class Fail(Message, way="S→C", address="/clipkin/request/fail"):
    """The other end; ``command`` is the address that failed. ``request`` 0: about no request."""

    request: wire.Number
    command: Annotated[str, Text(64)]
    code: wire.Code
    field: wire.Word
    sentence: wire.Sentence
    numbers: wire.SentenceNumbers


class Seen(OfRequest, way="C→S", address="/clipkin/request/seen"):
    """Done or fail has come."""


class Cancel(OfRequest, way="C→S", address="/clipkin/request/cancel"):
    """Stop it; ends in fail 499."""


class Query(OfRequest, way="C→S", address="/clipkin/request/query"):
    """What has become of it?"""


class State(OfRequest, way="S→C", address="/clipkin/request/state"):
    """0 not known, 1 waiting, 2 at work, 3 being sent, 4 done, 5 failed."""

    state: Annotated[int, Whole(0, 5)]
    permille: wire.Permille
