"""Clips on their way: numbered parts, a window, acknowledgements (PROTOCOL.md, section 4).

Offers: ``Exchange``; ``Outgoing``, ``Incoming``, ``Variation``.
"""

from __future__ import annotations

from typing import Any, Callable, List, Sequence, Tuple

from .link import Link
from .notes import Wire, is_note
from .osc import Atom, checksum, cut, pieces

RESEND_S, QUIET_S, DEAD_S = 0.03, 0.5, 10.0
ACK_BITS, WINDOW, NOTES_PER_PART, NUMBERS_PER_PART = 24, 16, 24, 192
MOST_NOTES, MOST_PARTS = 20000, 4096
NOTES, NAME = "/clipkin/clip/part", "/clipkin/clip/name"

Message = Tuple[str, List[Atom]]
Say = Callable[[str, Sequence[Atom]], None]


class Outgoing:
    """One clip on its way out; ``say`` sends a message in our session, ``now`` is the caller's clock in seconds."""

    def __init__(self, transfer: int, order: int, index: int, clip: Any, now: float) -> None:
        self.transfer, self.whole, self._clip = transfer, False, clip
        self._order, self._index, self._name = order, index, cut(clip.shape.name)
        self._note_parts = -(-len(clip.wire) // NOTES_PER_PART)
        self._selected_parts = -(-len(clip.selected) // NUMBERS_PER_PART)
        self._count = self._note_parts + self._selected_parts + bool(self._name)
        self._checksum = checksum(clip.selected, clip.guard)
        self._base = -1  # until the begin is acknowledged
        self._come: set[int] = set()
        self._sent: dict[int, float] = {}
        self._heard, self._pause = now, RESEND_S

    def _begin(self) -> Message:
        shape, counts = self._clip.shape, [len(self._clip.wire), self._count]
        rest = [shape.ticks, self._checksum, self._clip.role, shape.tempo]
        metre = [shape.signature_numerator, shape.signature_denominator]
        return "/clipkin/clip/begin", [self.transfer, self._order, self._index, *counts, *rest, *metre]

    def _part(self, part: int) -> Message:
        if part < self._note_parts:
            notes = self._clip.wire[part * NOTES_PER_PART : (part + 1) * NOTES_PER_PART]
            return NOTES, [self.transfer, part, len(notes)] + [number for note in notes for number in note]
        if part == self._note_parts + self._selected_parts:
            return NAME, [self.transfer, part, self._name]
        start = (part - self._note_parts) * NUMBERS_PER_PART
        words = self._clip.selected[start : start + NUMBERS_PER_PART]
        return "/clipkin/clip/selected", [self.transfer, part, len(words), *words]

    def tick(self, say: Say, now: float) -> bool:
        """Send what is due; False when the server has been silent for too long."""
        window = [-1] if self._base < 0 else range(self._base, min(self._base + ACK_BITS, self._count))
        again = False
        for part in [part for part in window if part not in self._come][:WINDOW]:
            sent = self._sent.get(part)
            if sent is None or now - sent >= self._pause:
                again = again or sent is not None
                self._sent[part] = now
                say(*(self._part(part) if part >= 0 else self._begin()))
        if again and now - self._heard > QUIET_S:
            self._pause = min(QUIET_S, self._pause * 1.5)
        return now - self._heard <= DEAD_S

    def take_ack(self, now: float, base: int, bitmap: int, done: int, guard: int) -> None:
        """Note what has come; an acknowledgement that can't be of this clip is left aside."""
        if not 0 <= base <= self._count or (done and guard != self._checksum):
            return
        self._heard, self._pause, self.whole = now, RESEND_S, bool(done)
        self._base = max(self._base, base)
        self._come.update(base + 1 + bit for bit in range(ACK_BITS) if bitmap >> bit & 1)


class Variation:
    """A clip that came, the ``index``th of its order: ``notes`` in wire numbers; ``place`` says where it shall go."""

    def __init__(self, index: int, length: int) -> None:
        self.index, self.place, self.length, self.name = index, index, length, ""
        self.notes: list[Wire] = []


class Incoming:
    """One variation on its way in, joined part by part; raises ValueError where it can't be right."""

    def __init__(self, begin: Sequence[int]) -> None:
        self.transfer, _, index, self._notes, self._count, length, self._checksum = begin[:7]
        self.variation, self.whole = Variation(index, length), False
        self._early: dict[int, Message] = {}
        self._base, self._guard = 0, 1
        self._tell_whole()
        if not (0 <= self._count <= MOST_PARTS and 0 <= self._notes <= MOST_NOTES and length > 0):
            raise ValueError("a begin that can't be")

    def take_part(self, address: str, part: int, rest: list[Any]) -> None:
        """Keep a part that is new, and join what is complete up to it."""
        if self._base <= part < self._count:
            self._early[part] = (address, rest)
        while self._base in self._early:
            self._join(*self._early.pop(self._base))
            self._base += 1
            self._tell_whole()

    def _tell_whole(self) -> None:
        if self._base == self._count:
            if len(self.variation.notes) != self._notes or self._guard != self._checksum:
                raise ValueError("parts that don't agree with their begin")
            self.whole = True

    def _join(self, address: str, rest: list[Any]) -> None:
        made, numbers = self.variation, rest[1:]
        if address == NOTES:
            self._guard = checksum(numbers, self._guard)
            notes = [tuple(note) for note in pieces(numbers, 8)]
            if len(notes) != rest[0] or not all(is_note(note, made.length) for note in notes):
                raise ValueError("numbers that are no notes")
            made.notes += notes
        elif address == NAME:
            made.name = "" if rest[0] == "-" else rest[0]

    def ack(self) -> list[Atom]:
        """The transfer, and what of it has come."""
        bitmap = sum(1 << bit for bit in range(ACK_BITS) if self._base + 1 + bit in self._early)
        return [self.transfer, self._base, bitmap, int(self.whole), self._checksum if self.whole else 0]


class Exchange:
    """``clips`` (as ``Heard``) go out one after the other; or one clip comes for each of ``places``.

    run  which run of the server it talks to
    """

    def __init__(self, link: Link, order: int, clips: Sequence, places: Sequence[int], now: float) -> None:
        self.order, self.run, self.places = order, link.run, list(places)
        self._link, self._heard = link, now
        self._out = [Outgoing(link.number(), order, place, clip, now) for place, clip in enumerate(clips)]
        self._coming: dict[int, Incoming] = {}

    def tick(self, now: float) -> bool:
        """Say what is due; False when the other side has been silent for too long."""
        self._out = [out for out in self._out if not out.whole]
        if self._out:
            return self._out[0].tick(self._link.send, now)
        return not self.places or now - self._heard <= DEAD_S

    def come(self) -> list[Variation] | None:
        """All clips that were to come, in their order; None while one is missing."""
        whole = {one.variation.index: one.variation for one in self._coming.values() if one.whole}
        if not self.places or len(whole) < len(self.places):
            return None
        for index, variation in whole.items():
            variation.place = self.places[index]
        return [whole[index] for index in sorted(whole)]

    def take(self, address: str, transfer: int, rest: list[Any], now: float) -> None:
        """A message about a clip: begin, a part, ack or abort."""
        verb = address.rpartition("/")[2]
        for out in self._out:
            if out.transfer == transfer and verb == "ack":
                out.take_ack(now, *rest[:4])
            elif out.transfer == transfer and verb == "abort":
                out.whole = True  # the other side has it already, or wants it no more
        if verb == "begin":
            if rest[0] == self.order and 0 <= rest[1] < len(self.places):
                self._heard = now
                if transfer not in self._coming:
                    self._coming[transfer] = Incoming([transfer] + rest)
                self._acknowledge(transfer)
        elif verb == "abort":
            if transfer in self._coming and not self._coming[transfer].whole:
                del self._coming[transfer]
        elif verb != "ack" and transfer in self._coming:
            self._heard = now
            try:
                self._coming[transfer].take_part(address, rest[0], rest[1:])
            except (ValueError, IndexError, TypeError):
                del self._coming[transfer]
                self._link.send("/clipkin/clip/abort", [transfer, 400])
                return
            self._acknowledge(transfer)

    def _acknowledge(self, transfer: int) -> None:
        self._link.send("/clipkin/clip/ack", self._coming[transfer].ack())
