"""The client's orders to Live: take the selected clip, put clips; said again until the end has come.

No socket, no thread: ``ClientProtocol`` owns one ``LiveOrders``. Offers: ``LiveOrder``, ``LiveOrders``.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bridge.messages import live
from bridge.messages.clip import Begin
from bridge.messages.live import HostState, OfOrder, Pad, Put, Status, Take, Taken
from bridge.messages.message import LARGEST, Message
from bridge.transfer.parts import WireClip

AGAIN_S = 0.25
SILENT_S, BACK_S = 15.0, 5.0
"""Longer than it takes to notice that the server was started anew."""
SILENT = "Live doesn't answer. Is a dialog or menu open there? Close it and try again."
MOST_OLD = 16


@dataclass
class LiveOrder:
    """One order; ``sentence`` says how it ended, with ``refused``, once ``ended``.

    clips     to be put
    received  clips taken, by their index
    """

    message: Take | Put
    clips: Sequence[WireClip] = ()
    received: dict[int, WireClip] = field(default_factory=dict)
    pads: dict[int, Pad] = field(default_factory=dict)
    taken: Taken | None = None
    sentence: str = ""
    refused: bool = False
    ended: bool = False
    sent: bool = False
    said_at: float = -math.inf
    heard_at: float = math.inf

    def end(self, sentence: str, refused: bool) -> None:
        """Give the one end; a later one changes nothing."""
        if not self.ended:
            self.ended, self.sentence, self.refused = True, sentence, refused


class LiveOrders:
    """All orders of one client, the oldest first; ``send(clip, order, index)`` brings a clip on its way."""

    def __init__(self, session: int, send: Callable[[WireClip, int, int], int]) -> None:
        self.state: HostState | None = None
        self._session, self._send = session, send
        self.orders: dict[int, LiveOrder] = {}

    def take(self, reads: int) -> LiveOrder:
        """Ask for the selected clip."""
        return self._give(lambda session, order: Take(session, order, reads))

    def put(self, clips: Sequence[WireClip], take: int, goes: int, places: Sequence[int]) -> LiveOrder:
        """Put clips into Live, one for each place."""
        return self._give(lambda session, order: Put(session, order, take, goes, tuple(places)), clips)

    def _give(self, message: Callable[[int, int], Take | Put], clips: Sequence[WireClip] = ()) -> LiveOrder:
        number = random.SystemRandom().randint(live.FIRST_ORDER, LARGEST)
        order = self.orders[number] = LiveOrder(message(self._session, number), clips)
        while len(self.orders) > MOST_OLD:
            del self.orders[next(iter(self.orders))]
        return order

    def wanted(self, begin: Begin) -> bool:
        """Is this the begin of a clip that an order waits for?"""
        order = self.orders.get(begin.request)
        return order is not None and isinstance(order.message, Take) and begin.index not in order.received

    def take_clip(self, begin: Begin, clip: WireClip, now: float) -> None:
        """A clip of a take has come."""
        order = self.orders[begin.request]
        order.received[begin.index], order.heard_at = clip, now
        self._end_if_complete(order)

    def hear(self, message: HostState | OfOrder, now: float) -> None:
        """Look at what Live, or the server about it, says."""
        if isinstance(message, HostState):
            self.state = message
            return
        order = self.orders.get(message.order)
        if order is None or order.ended:
            return
        if isinstance(message, Status) and message.state == live.NOBODY:
            # It may be coming (back): its script looks for the server every two seconds.
            if now - order.heard_at > BACK_S:
                order.end(message.sentence, refused=True)
            return
        order.heard_at = now
        if isinstance(message, Pad):
            order.pads[message.index] = message
        elif isinstance(message, Taken):
            order.taken = message
        elif isinstance(message, Status) and message.state != live.AT_WORK:
            order.end(message.sentence, message.state == live.REFUSED)
        elif isinstance(order.message, Put) and not order.sent:
            order.sent = True
            for index, clip in enumerate(order.clips):
                self._send(clip, order.message.order, index)
        self._end_if_complete(order)

    def _end_if_complete(self, order: LiveOrder) -> None:
        taken = order.taken
        if taken is not None and len(order.received) >= taken.clips and len(order.pads) >= taken.pads:
            order.end("", refused=False)

    def forgotten(self) -> None:
        """The server was started anew: what was sent has to be sent again, once Live has been told."""
        for order in self.orders.values():
            order.sent = False

    def poll(self, now: float) -> list[Message]:
        """What is due; an order nobody answers ends."""
        due: list[Message] = []
        for order in self.orders.values():
            if order.ended:
                continue
            order.heard_at = min(order.heard_at, now)
            if now - order.heard_at > SILENT_S:
                order.end(SILENT, refused=True)
            elif now - order.said_at >= AGAIN_S:
                order.said_at = now
                due.append(order.message)
        return due

    @property
    def next_due(self) -> float:
        """When ``poll`` has something to do."""
        return min((order.said_at + AGAIN_S for order in self.orders.values() if not order.ended), default=math.inf)
