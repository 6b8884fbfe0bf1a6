"""The clips of one order on their way, out of Live or into it, whatever is lost between.

Offers: ``Exchange``.
"""

from __future__ import annotations

from typing import Any, Sequence

from .link import Link
from .transfers import DEAD_S, Incoming, Outgoing, Variation


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
