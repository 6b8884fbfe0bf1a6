"""All transfers between us and one peer, both ways, with one window over them.

The same on both ends: the server has one ``Transfers`` for each session, a client has one for its server.
No sockets: ``take`` a message, ``poll`` for datagrams.

Offers: ``Transfers``; ``Sender`` and ``Receiver``, the two ends of one transfer.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bridge.messages.clip import MOST_NOTES, NOTES_PER_PART, Abort, Ack, Begin, Part
from bridge.messages.message import Malformed, Message, Numbered, OfTransfer
from bridge.messages.table import pack
from bridge.transfer.parts import WireClip, join, split

RESEND_S = 0.03
QUIET_S = 0.5
GIVE_UP_S = 10.0
ACK_BITS = 24
WINDOW = 16
"""Parts under way to one receiver, unacknowledged: 16 kB, far below Windows' receive buffer of 64 kB."""

_BEGIN = -1
"""The place of the begin among the datagrams: before the parts."""


class Sender:
    """The sending end of a transfer; ``now`` is the caller's clock, in seconds.

    Parts are resent after a constant pause, because one that grows with each loss of a part takes far too long at
    20 % loss; only when nothing at all is heard does the pause grow.
    """

    def __init__(self, begin: Begin, parts: Sequence[Numbered]) -> None:
        self.begin = begin
        self.done = False
        self._count = len(parts)
        self._datagrams = {_BEGIN: pack(begin)} | {part.part: pack(part) for part in parts}
        self._acked: set[int] = set()
        self._sent_at: dict[int, float] = {}
        self._base = _BEGIN
        self._heard_at = -math.inf
        self._pause = RESEND_S

    @property
    def in_flight(self) -> int:
        """Parts that were sent and not yet acknowledged."""
        return len(self._sent_at) if self._base != _BEGIN else 0

    def gave_up(self, now: float) -> bool:
        """True when something waits for an answer and nothing was heard for 10 s."""
        return bool(self._sent_at) and now - self._heard_at > GIVE_UP_S

    def poll(self, now: float, room: int) -> list[bytes]:
        """What is to be sent now; at most ``room`` parts that are not under way yet."""
        if not self._sent_at:
            self._heard_at = now  # it was waiting for room, not for an answer
        due, again = [], False
        for place in self._window():
            sent_at = self._sent_at.get(place)
            if sent_at is None and place != _BEGIN:
                if room <= 0:
                    continue
                room -= 1
            elif sent_at is not None:
                if now < sent_at + self._pause:
                    continue
                again = True
            self._sent_at[place] = now
            due.append(self._datagrams[place])
        if again and now - self._heard_at > QUIET_S:
            self._pause = min(QUIET_S, self._pause * 1.5)
        return due

    def _window(self) -> list[int]:
        """The places that may be sent now and have not been acknowledged."""
        if self.done or self._base == _BEGIN:
            return [] if self.done else [_BEGIN]
        end = min(self._base + ACK_BITS, self._count)
        return [part for part in range(self._base, end) if part not in self._acked]

    @property
    def next_due(self) -> float:
        """When ``poll`` has something to do again if nothing is heard; 0: at once, infinity: only then."""
        if not self._sent_at:
            return 0.0 if self._base == _BEGIN else math.inf
        return min(self._sent_at.values()) + self._pause

    def take_ack(self, ack: Ack, now: float) -> None:
        """Note what has come; an acknowledgement that can't be of this clip is left aside."""
        if ack.base > self._count or (ack.done and ack.checksum != self.begin.checksum):
            return
        self.done = self.done or bool(ack.done)
        self._heard_at, self._pause = now, RESEND_S
        self._base = max(self._base, ack.base)
        self._acked.update(ack.base + 1 + bit for bit in range(ACK_BITS) if ack.bitmap >> bit & 1)
        self._sent_at = {
            place: at
            for place, at in self._sent_at.items()
            if place >= self._base and place not in self._acked and not self.done
        }


class Receiver:
    """The receiving end of a transfer; memory grows with what came only. Raises Malformed for a begin that can't be."""

    def __init__(self, begin: Begin, now: float) -> None:
        self.begin = begin
        self.heard_at = now
        self._parts: dict[int, Numbered] = {}
        self._base = 0
        self._note_parts = -(-begin.note_count // NOTES_PER_PART)
        if begin.part_count < self._note_parts:
            raise Malformed("The clip has fewer parts than its notes need.", field="part_count")

    @property
    def whole(self) -> bool:
        """Have all parts come?"""
        return self._base == self.begin.part_count

    def take_part(self, part: Numbered, now: float) -> None:
        """Keep a part that is new; raises Malformed when it can't be right."""
        self.heard_at = now
        if self.whole or part.part in self._parts:
            return
        if part.part >= self.begin.part_count:
            raise Malformed("The part's number is above the clip's number of parts.", field="part")
        if isinstance(part, Part) != (part.part < self._note_parts):
            raise Malformed("The note parts come first, and the other kinds after them.", field="part")
        self._parts[part.part] = part
        while self._base in self._parts:
            self._base += 1

    def joined(self) -> WireClip:
        """The clip, which is whole; its parts are let go. Raises Malformed when they disagree with the begin."""
        clip = join(self.begin, self._parts)
        self._parts.clear()
        return clip

    def ack(self) -> Ack:
        """What has come so far."""
        begin = self.begin
        bitmap = sum(1 << bit for bit in range(ACK_BITS) if self._base + 1 + bit in self._parts)
        done, checksum = (1, begin.checksum) if self.whole else (0, 0)
        return Ack(begin.session, begin.transfer, self._base, bitmap, done, checksum)


MOST_UNFINISHED = 4
STALE_S = 30.0
REMEMBERED = 256
"""Finished transfers whose repeated parts are still answered."""

BAD, UNKNOWN, SILENT, BUSY, TOO_BIG, CANCELLED = 400, 404, 408, 409, 413, 499


@dataclass
class Transfers:
    """Transfers with one peer of ``session``.

    wanted     asked for each begin that comes: may it?
    arrived    given each clip that has come whole, once, with its begin and the time
    delivered  told once what became of each of ours: transfer, code (0: the other end has it) and the time
    """

    session: int
    wanted: Callable[[Begin], bool]
    arrived: Callable[[Begin, WireClip, float], None]
    delivered: Callable[[int, int, float], None]
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
        transfer = message.transfer
        try:
            if isinstance(message, Begin):
                return self._take_begin(message, now)
            if isinstance(message, Numbered):
                return self._take_part(message, now)
        except Malformed:
            self.forget(transfer)
            return Abort(self.session, transfer, BAD)
        if isinstance(message, Abort):
            self.forget(transfer)
            self._end(transfer, message.code, now)
        elif isinstance(message, Ack) and transfer in self._outgoing:
            sender = self._outgoing[transfer]
            sender.take_ack(message, now)
            if sender.done:
                self._end(transfer, 0, now)
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
            self._incoming[begin.transfer] = Receiver(begin, now)
            return self._answer(begin.transfer, now)
        return Abort(self.session, begin.transfer, code)

    def _take_part(self, part: Numbered, now: float) -> Message | None:
        if part.transfer in self._incoming:
            self._incoming[part.transfer].take_part(part, now)
            return self._answer(part.transfer, now)
        finished = self._finished.get(part.transfer)
        return finished.ack() if finished else None

    def _answer(self, transfer: int, now: float) -> Message:
        """The acknowledgement; a clip that has just become whole has arrived."""
        receiver = self._incoming[transfer]
        if receiver.whole:
            clip = receiver.joined()
            del self._incoming[transfer]
            self._finished[transfer] = receiver
            while len(self._finished) > REMEMBERED:
                self._finished.popitem(last=False)
            self.arrived(receiver.begin, clip, now)
        return receiver.ack()

    def _end(self, transfer: int, code: int, now: float) -> None:
        if self._outgoing.pop(transfer, None) is not None:
            self.delivered(transfer, code, now)

    def _active(self) -> list[Sender]:
        return list(self._outgoing.values())[:MOST_UNFINISHED]

    def poll(self, now: float) -> list[bytes]:
        """What is to be sent now: begins, parts, and parts again."""
        for sender in self._active():
            if sender.gave_up(now):
                self._end(sender.begin.transfer, SILENT, now)
        datagrams: list[bytes] = []
        for sender in self._active():
            datagrams += sender.poll(now, WINDOW - sum(one.in_flight for one in self._active()))
        return datagrams

    @property
    def next_due(self) -> float | None:
        """When ``poll`` must be asked again if nothing is heard; None: nothing is under way."""
        return min((sender.next_due for sender in self._active()), default=None)
