"""One clip on its way out: begin until acknowledged, then parts in a window, retransmitted until the clip is whole."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bridge.messages.clip import Ack, Begin
from bridge.messages.message import Numbered
from bridge.messages.table import pack

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
