"""All transfers between us and one peer, both ways, with one window over them.

The same on both ends: the server has one ``Transfers`` for each session, a client has one for its server.
No sockets: ``take`` a message, ``poll`` for datagrams, collect ``arrivals`` and ``deliveries``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from bridge.messages.clip import MOST_NOTES, Abort, Ack, Begin
from bridge.messages.message import Malformed, Message, Numbered, OfTransfer
from bridge.transfer.parts import WireClip, split
from bridge.transfer.receiver import Receiver
from bridge.transfer.sender import WINDOW, Sender

MOST_UNFINISHED = 4
STALE_S = 30.0
REMEMBERED = 256
"""Finished transfers whose repeated parts are still answered."""

BAD, UNKNOWN, SILENT, BUSY, TOO_BIG, CANCELLED = 400, 404, 408, 409, 413, 499


@dataclass(frozen=True)
class Delivery:
    """What became of a clip that we sent: code 0, the other end has it; else why it hasn't."""

    transfer: int
    code: int


@dataclass
class Transfers:
    """Transfers with one peer of ``session``.

    wanted      asked for each begin that comes: may it?
    arrivals    clips that came whole, each once, for the owner to take away
    deliveries  what became of ours, each once, for the owner to take away
    """

    session: int
    wanted: Callable[[Begin], bool]
    arrivals: list[tuple[Begin, WireClip]] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    _outgoing: dict[int, Sender] = field(default_factory=dict)
    _incoming: dict[int, Receiver] = field(default_factory=dict)
    _finished: OrderedDict[int, Receiver] = field(default_factory=OrderedDict)

    def send(self, transfer: int, clip: WireClip, request: int = 0, index: int = 0) -> None:
        """Queue a clip; raises Malformed when it is too big."""
        self._outgoing[transfer] = Sender(*split(clip, self.session, transfer, request, index))

    def abandon(self, transfer: int, code: int = CANCELLED) -> Abort | None:
        """Stop sending a clip; the message that says so, if it was still on its way."""
        return Abort(self.session, transfer, code) if self._outgoing.pop(transfer, None) else None

    def forget(self, transfer: int) -> None:
        """Give a clip up that was on its way here."""
        self._incoming.pop(transfer, None)

    def take(self, message: OfTransfer, now: float) -> Message | None:
        """The answer to a begin, a part, an acknowledgement or an abort; None where none is due."""
        if isinstance(message, Begin):
            return self._take_begin(message, now)
        if isinstance(message, Numbered):
            return self._take_part(message, now)
        if isinstance(message, Abort):
            self.forget(message.transfer)
            self._end(message.transfer, message.code)
        elif isinstance(message, Ack) and message.transfer in self._outgoing:
            sender = self._outgoing[message.transfer]
            sender.take_ack(message, now)
            if sender.done:
                self._end(message.transfer, 0)
        return None

    def _take_begin(self, begin: Begin, now: float) -> Message:
        known = self._incoming.get(begin.transfer) or self._finished.get(begin.transfer)
        if known is not None:
            known.heard_at = now
            return known.ack() if known.begin == begin else Abort(self.session, begin.transfer, BUSY)
        self._incoming = {key: held for key, held in self._incoming.items() if now - held.heard_at <= STALE_S}
        if not self.wanted(begin):
            code = UNKNOWN
        elif begin.note_count > MOST_NOTES:
            code = TOO_BIG
        elif len(self._incoming) >= MOST_UNFINISHED:
            code = BUSY
        else:
            try:
                receiver = self._incoming[begin.transfer] = Receiver(begin, now)
                return self._answer(receiver)
            except Malformed:
                code = BAD
        return Abort(self.session, begin.transfer, code)

    def _take_part(self, part: Numbered, now: float) -> Message | None:
        receiver = self._incoming.get(part.transfer)
        if receiver is None:
            finished = self._finished.get(part.transfer)
            return finished.ack() if finished else None
        try:
            receiver.take_part(part, now)
        except Malformed:
            del self._incoming[part.transfer]
            return Abort(self.session, part.transfer, BAD)
        return self._answer(receiver)

    def _answer(self, receiver: Receiver) -> Message:
        """The acknowledgement; a clip that has just become whole goes to the arrivals, once."""
        if receiver.clip is not None:
            self.arrivals.append((receiver.begin, receiver.clip))
            receiver.clip = None
            del self._incoming[receiver.begin.transfer]
            self._finished[receiver.begin.transfer] = receiver
            while len(self._finished) > REMEMBERED:
                self._finished.popitem(last=False)
        return receiver.ack()

    def _end(self, transfer: int, code: int) -> None:
        if self._outgoing.pop(transfer, None) is not None:
            self.deliveries.append(Delivery(transfer, code))

    def _active(self) -> list[Sender]:
        return list(self._outgoing.values())[:MOST_UNFINISHED]

    def poll(self, now: float) -> list[bytes]:
        """What is to be sent now: begins, parts, and parts again."""
        for sender in self._active():
            if sender.gave_up(now):
                self._end(sender.begin.transfer, SILENT)
        datagrams: list[bytes] = []
        for sender in self._active():
            datagrams += sender.poll(now, WINDOW - sum(one.in_flight for one in self._active()))
        return datagrams

    @property
    def next_due(self) -> float | None:
        """When ``poll`` must be asked again if nothing is heard; None: nothing is under way."""
        return min((sender.next_due for sender in self._active()), default=None)
