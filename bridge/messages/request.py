"""A request's life: start, accepted, progress, done or fail, seen; cancel; query and state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

from bridge.messages.message import (
    Code,
    Judged,
    Message,
    Number,
    OfRequest,
    Pairs,
    Permille,
    Sentence,
    SentenceNumbers,
    Text,
    Whole,
    Word,
)
from models.generator import MOST_STYLE

MOST_MOOD = 120
"""Bytes of the mood text."""


class Stage(IntEnum):
    """The numbers of ``/clipkin/request/state``."""

    UNKNOWN = 0
    WAITING = 1
    WORKING = 2
    SENDING = 3
    DONE = 4
    FAILED = 5


@dataclass(frozen=True, slots=True)
class Start(OfRequest):
    """Client → server: make variations of a clip; ``transfer`` 0 for none.

    style: words that say how; temperature, similarity in ‰; similarity -1: as the task likes it. The pairs are those of
    PROTOCOL.md, section 5.
    """

    ADDRESS = "/clipkin/request/start"
    transfer: Number
    task: Word
    engine: Word
    mood: Annotated[str, Text(MOST_MOOD)]
    style: Annotated[str, Text(MOST_STYLE)]
    count: Number
    temperature: Number
    similarity: Judged
    seed: Number
    pairs: Annotated[tuple[tuple[str, int], ...], Pairs(60)]


@dataclass(frozen=True, slots=True)
class Accepted(OfRequest):
    """Server → client: queued, with ``position`` requests before it."""

    ADDRESS = "/clipkin/request/accepted"
    position: Number


@dataclass(frozen=True, slots=True)
class Progress(OfRequest):
    """Server → client: how far it is; ``index`` of the variation at work; may be lost."""

    ADDRESS = "/clipkin/request/progress"
    permille: Permille
    index: Number
    stage: Word


@dataclass(frozen=True, slots=True)
class Done(OfRequest):
    """Server → client: the good end, after every one of ``count`` variations was acknowledged."""

    ADDRESS = "/clipkin/request/done"
    count: Number
    elapsed_ms: Number
    seed: Number


@dataclass(frozen=True, slots=True)
class Fail(Message):
    """Server → client: the other end; ``command`` is the address that failed. ``request`` 0: about no request."""

    ADDRESS = "/clipkin/request/fail"
    request: Number
    command: Annotated[str, Text(64)]
    code: Code
    field: Word
    sentence: Sentence
    numbers: SentenceNumbers


class Seen(OfRequest):
    """Client → server: done or fail has come."""

    ADDRESS = "/clipkin/request/seen"


class Cancel(OfRequest):
    """Client → server: stop it; ends in fail 499."""

    ADDRESS = "/clipkin/request/cancel"


class Query(OfRequest):
    """Client → server: what has become of it?"""

    ADDRESS = "/clipkin/request/query"


@dataclass(frozen=True, slots=True)
class State(OfRequest):
    """Server → client: 0 not known, 1 waiting, 2 at work, 3 being sent, 4 done, 5 failed."""

    ADDRESS = "/clipkin/request/state"
    state: Annotated[int, Whole(0, 5)]
    permille: Permille
