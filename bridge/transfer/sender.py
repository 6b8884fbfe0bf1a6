"""One clip on its way out: begin until acknowledged, then parts in a window, resent until whole."""

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


class Sender:
    """The sending end of a transfer; ``now`` is the caller's clock, in seconds.

    Parts are resent after a constant pause, because one that grows with each loss of a part takes far too long at
    20 % loss; only when nothing at all is heard does the pause grow.
    """

    def __init__(self, begin: Begin, parts: Sequence[Numbered]) -> None:
        self.begin = begin
        self.done = False
        self._begin_datagram = pack(begin)
        self._datagrams = [pack(part) for part in parts]
        self._acked: set[int] = set()
        self._sent_at: dict[int, float] = {}
        self._base = 0
        self._begun = False
        self._begin_sent_at: float | None = None
        self._heard_at: float | None = None
        self._pause = RESEND_S

    @property
    def in_flight(self) -> int:
        """Parts that were sent and not yet acknowledged."""
        return len(self._sent_at)

    def gave_up(self, now: float) -> bool:
        """True when something waits for an answer and nothing was heard for 10 s."""
        waiting = not self.done and (self.in_flight > 0 or not self._begun)
        return waiting and self._heard_at is not None and now - self._heard_at > GIVE_UP_S

    def poll(self, now: float, room: int) -> list[bytes]:
        """What is to be sent now; at most ``room`` parts that are not under way yet."""
        if self.done:
            return []
        if self._heard_at is None:
            self._heard_at = now
        if not self._begun:
            if self._begin_sent_at is not None and now < self._begin_sent_at + self._pause:
                return []
            self._slow_down(now)
            self._begin_sent_at = now
            return [self._begin_datagram]
        return self._due_parts(now, room)

    def _due_parts(self, now: float, room: int) -> list[bytes]:
        due, again = [], False
        if not self._sent_at:
            self._heard_at = now  # it was waiting for room, not for an answer
        for part in range(self._base, min(self._base + ACK_BITS, len(self._datagrams))):
            if part in self._acked:
                continue
            sent_at = self._sent_at.get(part)
            if sent_at is None:
                if room <= 0:
                    continue
                room -= 1
            elif now < sent_at + self._pause:
                continue
            else:
                again = True
            self._sent_at[part] = now
            due.append(self._datagrams[part])
        if again:
            self._slow_down(now)
        return due

    def _slow_down(self, now: float) -> None:
        if self._heard_at is not None and now - self._heard_at > QUIET_S:
            self._pause = min(QUIET_S, self._pause * 1.5)

    @property
    def next_due(self) -> float:
        """When ``poll`` has something to do again if nothing is heard; 0: at once, infinity: only then."""
        if not self._begun:
            return 0.0 if self._begin_sent_at is None else self._begin_sent_at + self._pause
        return min(self._sent_at.values(), default=math.inf) + self._pause

    def take_ack(self, ack: Ack, now: float) -> None:
        """Note what has come; an acknowledgement that can't be of this clip is left aside."""
        if ack.base > len(self._datagrams) or (ack.done and ack.checksum != self.begin.checksum):
            return
        self._begun, self._heard_at, self._pause = True, now, RESEND_S
        if ack.done:
            self.done = True
            self._sent_at.clear()
            return
        came = {ack.base + 1 + bit for bit in range(ACK_BITS) if ack.bitmap >> bit & 1}
        came.update(range(self._base, ack.base))
        self._base = max(self._base, ack.base)
        self._acked |= came
        for part in came:
            self._sent_at.pop(part, None)
