"""One client of the server: where it listens, its clips, its requests and how far each is.

Offers: ``Session``, ``Work``, ``Refusal``.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from bridge.messages.clip import FIRST_SERVER_TRANSFER, Begin
from bridge.messages.message import LARGEST
from bridge.messages.request import Done, Fail, Progress, Stage, Start
from bridge.transfer.parts import WireClip
from bridge.transfer.transfers import Transfers
from bridge.translation.notes import take_numbers_out


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

    def end(self, final: Done | Fail, now: float) -> None:
        """Give the one end; a later one changes nothing."""
        if self.final is None:
            self.final = final
            self.ended_at = now
            self.stage = Stage.DONE if isinstance(final, Done) else Stage.FAILED
            self.stop.set()  # before its clips go, which whoever works on it may be about to read
            self.clips = {}


@dataclass(frozen=True)
class Refusal:
    """Why something was not done: a code of PROTOCOL.md, the field at fault, a sentence."""

    code: int
    field: str
    sentence: str

    def to_fail(self, session: int, request: int, command: str) -> Fail:
        """The message that says so."""
        return Fail(session, request, command, self.code, self.field[:48], *take_numbers_out(self.sentence))


MOST_CLIPS = 16
MOST_CLIP_NOTES = 60_000
MOST_FINALS = 256
FINALS_KEPT_S = 60.0


class Session:
    """A client, from hello to bye or to silence.

    arrived, delivered  told by its transfers, with the session before what they say
    reply_port          where it listens, on 127.0.0.1
    heard_at            when it last said something, from whichever port: senders such as Max's may move
    orders              orders to Live of which it is one end
    """

    def __init__(
        self,
        number: int,
        reply_port: int,
        now: float,
        arrived: Callable[[Session, Begin, WireClip, float], None],
        delivered: Callable[[Session, int, int, float], None],
    ) -> None:
        self.number = number
        self.reply_port = reply_port
        self.heard_at = now
        self.transfers = Transfers(number, self._wanted, partial(arrived, self), partial(delivered, self))
        self.works: OrderedDict[int, Work] = OrderedDict()
        self.orders: set[int] = set()
        self._clips: OrderedDict[int, WireClip] = OrderedDict()
        self._sent = count()

    def _wanted(self, begin: Begin) -> bool:
        return begin.request in {0, *self.orders} and begin.transfer < FIRST_SERVER_TRANSFER

    def next_transfer(self) -> int:
        """A number for a clip that the server sends."""
        return FIRST_SERVER_TRANSFER + next(self._sent) % (LARGEST + 1 - FIRST_SERVER_TRANSFER)

    def keep(self, transfer: int, clip: WireClip) -> None:
        """Hold a clip that has come; the newest 16 are held, or 60 000 notes of them."""
        self._clips[transfer] = clip
        while len(self._clips) > MOST_CLIPS or (
            len(self._clips) > 1 and sum(len(clip.notes) for clip in self._clips.values()) > MOST_CLIP_NOTES
        ):
            self._clips.popitem(last=False)

    def clip(self, transfer: int) -> WireClip | None:
        """A held clip; using it makes it the newest."""
        if transfer in self._clips:
            self._clips.move_to_end(transfer)
        return self._clips.get(transfer)

    def forget_old_works(self, now: float) -> None:
        """Drop ends that are older than 60 s, and the oldest of more than 256."""
        ended = [number for number, work in self.works.items() if work.final is not None]
        for place, number in enumerate(ended):
            if now - self.works[number].ended_at > FINALS_KEPT_S or len(ended) - place > MOST_FINALS:
                del self.works[number]
