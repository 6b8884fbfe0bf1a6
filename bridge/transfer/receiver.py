"""One clip on its way in: parts in any order, any number of times, joined once."""

from __future__ import annotations

from bridge.messages.clip import NOTES_PER_PART, Ack, Begin, Part
from bridge.messages.message import Malformed, Numbered
from bridge.transfer.parts import WireClip, join
from bridge.transfer.sender import ACK_BITS


class Receiver:
    """The receiving end of a transfer; memory grows with what came only.

    whole  all parts came and agree with begin
    clip   the clip, from then until it is taken away
    """

    def __init__(self, begin: Begin, now: float) -> None:
        self.begin = begin
        self.heard_at = now
        self.whole = False
        self.clip: WireClip | None = None
        self._parts: dict[int, Numbered] = {}
        self._base = 0
        self._note_parts = -(-begin.note_count // NOTES_PER_PART)
        if begin.part_count < self._note_parts:
            raise Malformed("The clip has fewer parts than its notes need.", field="part_count")
        self._join_if_whole()

    def take_part(self, part: Numbered, now: float) -> None:
        """Keep a part that is new; raises Malformed when it, or the whole clip, can't be right."""
        self.heard_at = now
        if self.whole or part.part in self._parts:
            return
        if part.part >= self.begin.part_count:
            raise Malformed("The part's number is above the clip's number of parts.", field="part")
        if isinstance(part, Part) != (part.part < self._note_parts):
            raise Malformed("The note parts come first, and the other kinds after them.", field="part")
        self._parts[part.part] = part
        self._join_if_whole()

    def _join_if_whole(self) -> None:
        while self._base in self._parts:
            self._base += 1
        if self._base == self.begin.part_count:
            self.clip = join(self.begin, self._parts)
            self.whole = True
            self._parts.clear()

    def ack(self) -> Ack:
        """What has come so far."""
        begin = self.begin
        bitmap = sum(1 << bit for bit in range(ACK_BITS) if self._base + 1 + bit in self._parts)
        done, checksum = (1, begin.checksum) if self.whole else (0, 0)
        return Ack(begin.session, begin.transfer, self._base, bitmap, done, checksum)
