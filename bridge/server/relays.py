"""Between two clients that the server passes on to each other: Live's control surface and who asks it, a running piece
and who steers it.

Offers: ``LiveRelay``, ``PieceRelay``.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from bridge.messages.clip import Begin
from bridge.messages.live import NOBODY, REFUSED, HostQuery, HostState, Offer, OfOrder, Put, Status, Take
from bridge.messages.message import Message
from bridge.messages.piece import NOBODY as NO_PIECE_THERE
from bridge.messages.piece import CueStatus, Landing, OfCue, PieceOffer
from bridge.server.session import Session
from bridge.transfer.parts import WireClip

MOST_ORDERS = 64
AWAY_S = 5.0
"""A Live speaks every two seconds, but may stand still for some; longer, and no new order goes to it."""

NO_LIVE = (
    "No Live with Clipkin is open. In Live's settings, under Link, Tempo & MIDI, choose Clipkin as Control Surface."
)
GONE = "Live has closed, or opened another set; nothing more was written."
TAKEN = "Another order has this number; try again."


class LiveRelay:
    """Passes orders and their clips on; an order said again is passed on again, and its end answers it again."""

    def __init__(self, say: Callable[[Session, Message], None]) -> None:
        self._say = say
        self._hosts: OrderedDict[int, tuple[Session, Offer]] = OrderedDict()
        self._orders: OrderedDict[int, tuple[Session, Session]] = OrderedDict()

    def take(self, session: Session, message: OfOrder | Offer | HostQuery, now: float) -> None:
        """Look at one message of either end."""
        if isinstance(message, Offer):
            self._hosts[session.number] = session, message
            self._hosts.move_to_end(session.number)
        elif isinstance(message, HostQuery):
            here = self._here(now)
            said = here[-1][1] if here else Offer(1, 0, "", "", "", "")
            where = (said.selection, said.host, said.set_name, said.track, said.clip)
            self._say(session, HostState(session.number, *where, len(here)))
        elif message.order in self._orders:
            asking, host = self._orders[message.order]
            if session not in (asking, host):
                self._say(session, Status(session.number, message.order, REFUSED, TAKEN))
            elif isinstance(message, Take) and session is asking and now - host.heard_at > AWAY_S:
                self._begin(session, message, now)  # it went without a word; perhaps another one is there
            elif host.number not in self._hosts:
                self._say(asking, Status(asking.number, message.order, REFUSED, GONE))
            else:
                self._pass(message, asking if session is host else host)
        elif isinstance(message, Take | Put):
            self._begin(session, message, now)

    def _here(self, now: float) -> list[tuple[Session, Offer]]:
        """The Lives that are heard of, the last one last."""
        return [(host, offer) for host, offer in self._hosts.values() if now - host.heard_at < AWAY_S]

    def _begin(self, asking: Session, message: Take | Put, now: float) -> None:
        here = self._here(now)
        if not here:
            self._say(asking, Status(asking.number, message.order, NOBODY, NO_LIVE))
            return
        host = here[-1][0]
        self._orders[message.order] = asking, host
        for end in (asking, host):
            end.orders.add(message.order)
        while len(self._orders) > MOST_ORDERS:
            order, ends = self._orders.popitem(last=False)
            for end in ends:
                end.orders.discard(order)
        self._pass(message, host)

    def _pass(self, message: OfOrder, to: Session) -> None:
        self._say(to, replace(message, session=to.number))

    def pass_on(self, session: Session, begin: Begin, clip: WireClip) -> None:
        """Send a clip of an order that has come whole from one end to the other."""
        if begin.request in self._orders:
            asking, host = self._orders[begin.request]
            other = asking if session is host else host
            other.transfers.send(other.next_transfer(), clip, begin.request, begin.index)

    def drop(self, session: Session) -> None:
        """A client has gone."""
        self._hosts.pop(session.number, None)
        self._orders = OrderedDict((order, ends) for order, ends in self._orders.items() if session is not ends[0])


MOST_CUES = 64
NO_PIECE = "No piece runs; start one with clipkin follow."


class PieceRelay:
    """Passes cues to the piece last heard of, and what became of them back to who gave them.

    A cue goes on under a number of the server's own, so that two who steer never meet.
    """

    def __init__(self, say: Callable[[Session, Message], None]) -> None:
        self._say = say
        self._pieces: OrderedDict[int, Session] = OrderedDict()
        self._cues: OrderedDict[int, tuple[Session, int]] = OrderedDict()
        self._numbers: dict[tuple[int, int], int] = {}
        self._next = 1

    def take(self, session: Session, message: OfCue | PieceOffer, now: float) -> None:
        """Look at one message of either end."""
        if isinstance(message, PieceOffer):
            self._pieces[session.number] = session
            self._pieces.move_to_end(session.number)
        elif isinstance(message, CueStatus):
            if session.number in self._pieces and message.cue in self._cues:
                steering, cue = self._cues[message.cue]
                self._say(steering, replace(message, session=steering.number, cue=cue))
        elif isinstance(message, Landing):
            here = [piece for piece in self._pieces.values() if now - piece.heard_at < AWAY_S]
            if here:
                self._say(here[-1], replace(message, session=here[-1].number, cue=self._number(session, message.cue)))
            else:
                self._say(session, CueStatus(session.number, message.cue, NO_PIECE_THERE, NO_PIECE))

    def _number(self, session: Session, cue: int) -> int:
        """The server's number of a cue; the same for one that is said again."""
        key = (session.number, cue)
        if key not in self._numbers:
            self._numbers[key] = self._next
            self._cues[self._next] = session, cue
            self._next += 1
            if len(self._cues) > MOST_CUES:
                _, (old, number) = self._cues.popitem(last=False)
                del self._numbers[old.number, number]
        return self._numbers[key]

    def drop(self, session: Session) -> None:
        """A client has gone."""
        self._pieces.pop(session.number, None)
        for number, (steering, cue) in list(self._cues.items()):
            if steering is session:
                del self._cues[number], self._numbers[session.number, cue]
