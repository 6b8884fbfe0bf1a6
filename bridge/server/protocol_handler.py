"""The protocol's thread: who is there, what they send, what they get.

No sockets and no threads of its own: it is given messages, events and the time, and collects datagrams in ``out``.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence

from bridge.messages import clip as clips
from bridge.messages import greeting
from bridge.messages.greeting import Bye, Card, EngineNames, EngineQuery, Hello, Ping, Pong, Sync, Synced, Welcome
from bridge.messages.live import HostQuery, Offer, OfOrder
from bridge.messages.message import BY_ADDRESS, LARGEST, Atom, Malformed, Message, Numbered, OfRequest, OfTransfer
from bridge.messages.piece import OfCue, PieceOffer
from bridge.messages.request import Stage
from bridge.messages.table import pack, unpack
from bridge.server.relays import LiveRelay, PieceRelay
from bridge.server.request_queue import RequestQueue
from bridge.server.session import Refusal, Session, Work
from bridge.server.worker import Studio
from bridge.transfer.parts import WireClip
from bridge.transfer.transfers import WINDOW
from bridge.translation.notes import clean

MOST_SESSIONS = 8
HEARTBEAT_MS = 2_000
AWAY_S = 3 * HEARTBEAT_MS / 1000
IDLE_S = 60.0
LOOK_ROUND_S = 5.0
_LONGEST = (48, 240, 60, 240, 240)
"""Bytes of a card's name, sentence, licence, data and reason."""
NAMELESS = 1
"""The session in the answer to a hello that names none."""

log = logging.getLogger("clipkin.server")

HELLO_AGAIN = Refusal(404, "session", "The server does not know this session; say hello again.")
TAKEN = Refusal(409, "session", "Another client uses this session number; choose another one.")
NO_ROOM = Refusal(409, "session", f"{MOST_SESSIONS} clients are connected already; close one and try again.")
OWN_PORT = Refusal(400, "reply_port", "The reply port is the server's own; listen on another one.")
WRONG_TOKEN = Refusal(401, "token", "The token is not this server's; read its port file again.")
WRONG_VERSION = Refusal(406, "protocol", f"The server speaks protocol {greeting.PROTOCOL}; update the client.")


class ProtocolHandler:
    """Everything the server knows about its clients. ``out`` collects (datagram, port) to be sent.

    requests what it was asked for; hears from the worker
    dropped  counts what was neither taken nor answered, by its reason
    port     the server's own: nothing that comes from there is looked at, and nothing is sent there
    """

    def __init__(
        self, studio: Studio, put_to_work: Callable[[Work], None], *, port: int, epoch: int, token: str, version: str
    ) -> None:
        self.out: list[tuple[bytes, int]] = []
        self.dropped: Counter[str] = Counter()
        self.epoch = epoch
        self._port = port
        self._studio = studio
        self._token = token
        self._version = version
        self._sessions: dict[int, Session] = {}
        self.requests = RequestQueue(self._say, put_to_work)
        self._live = LiveRelay(self._say)
        self._pieces = PieceRelay(self._say)

    def take(self, address: str, arguments: Sequence[Atom], source: int, now: float) -> None:
        """Look at one message that came from the port ``source``; what only a server says is dropped."""
        kind = BY_ADDRESS.get(address)
        # Nothing of that is ever answered, lest two servers talk to each other for ever.
        if source == self._port or (kind and kind.WAY == "S→C"):
            self.dropped["from a server"] += 1
            return
        try:
            message = unpack(address, arguments)
        except Malformed as error:
            self._refuse(address, arguments, source, Refusal(400, error.field, error.sentence))
            return
        session = self._sessions.get(message.session)
        if isinstance(message, Hello):
            self._take_hello(message, session, source, now)
        elif session is None:
            self._send(HELLO_AGAIN.to_fail(message.session, 0, address), source)
        else:
            session.heard_at = now
            if isinstance(message, Ping):
                works = self.requests.queue
                working = next((work for work in works if work.stage is Stage.WORKING), works[0] if works else None)
                engine = (working.start.engine or "auto") if working else ""
                self._say(session, Pong(message.session, message.n, self.epoch, len(works), int(bool(works)), engine))
            elif isinstance(message, Sync):
                self._say(session, Synced(message.session, message.n))
            else:
                self._take_known(session, message, now)

    def _take_known(self, session: Session, message: Message, now: float) -> None:
        if isinstance(message, OfTransfer):
            if (answer := session.transfers.take(message, now)) is not None:
                self._say(session, answer)
        elif isinstance(message, OfRequest):
            self.requests.take(session, message, now)
        elif isinstance(message, EngineQuery):
            self._say_engines(session)
        elif isinstance(message, OfOrder | Offer | HostQuery):
            self._live.take(session, message, now)
        elif isinstance(message, OfCue | PieceOffer):
            self._pieces.take(session, message, now)
        elif isinstance(message, Bye):
            self._drop(session, now)

    def _arrived(self, session: Session, begin: clips.Begin, clip: WireClip, now: float) -> None:
        if begin.request:
            self._live.pass_on(session, begin, clip)
        else:
            session.keep(begin.transfer, clip)

    def _refuse(self, address: str, arguments: Sequence[Atom], source: int, refusal: Refusal) -> None:
        """Answer what can't be read, if it names a session of this sender or is a hello."""
        number, second, third, *_ = (*(_whole(atom) for atom in arguments[:3]), 0, 0, 0)
        session = self._sessions.get(number)
        if address == Hello.ADDRESS:
            port = third if 0 < third < 2**16 and third != self._port else source
            self._send(refusal.to_fail(number or NAMELESS, 0, address), port)
        elif session is not None:
            if second and issubclass(BY_ADDRESS.get(address, Message), clips.Begin | Numbered):
                session.transfers.forget(second)
                self._say(session, clips.Abort(number, second, refusal.code))
            request = second if address.startswith("/clipkin/request/") else 0
            self._say(session, refusal.to_fail(number, request, address))
        else:
            self.dropped["malformed, of nobody's session"] += 1

    def _take_hello(self, hello: Hello, session: Session | None, source: int, now: float) -> None:
        refusal = self._objection(hello, session, now)
        if refusal is not None:
            port = source if refusal is OWN_PORT else hello.reply_port
            self._send(refusal.to_fail(hello.session, 0, Hello.ADDRESS), port)
            return
        if session is None:
            # One port has one listener: who listened there before has been started anew.
            for old in [one for one in self._sessions.values() if one.reply_port == hello.reply_port]:
                self._drop(old, now)
            who = hello.session, hello.reply_port
            session = self._sessions[hello.session] = Session(*who, now, self._arrived, self.requests.delivered)
            log.info("client %s %s on port %s", hello.client, hello.version, hello.reply_port)
        session.heard_at = now
        spoken, limits = min(greeting.PROTOCOL, hello.protocol), (clips.MOST_NOTES, clips.NOTES_PER_PART, WINDOW)
        self._say(session, Welcome(hello.session, spoken, self.epoch, self._version, *limits, HEARTBEAT_MS))

    def _objection(self, hello: Hello, session: Session | None, now: float) -> Refusal | None:
        """Why a client can't come in."""
        if hello.reply_port == self._port:
            return OWN_PORT
        if hello.protocol < greeting.OLDEST:
            return WRONG_VERSION
        if hello.token and hello.token != self._token:
            return WRONG_TOKEN
        if session is not None:
            return TAKEN if session.reply_port != hello.reply_port else None
        if len(self._sessions) >= MOST_SESSIONS:
            quietest = min(self._sessions.values(), key=lambda one: one.heard_at)
            if now - quietest.heard_at <= AWAY_S:
                return NO_ROOM
            self._drop(quietest, now)
        return None

    def _say_engines(self, session: Session) -> None:
        cards = self._studio.engines()
        self._say(session, EngineNames(session.number, len(cards), tuple(card.name for card in cards)))
        for place, card in enumerate(cards):
            said = zip((card.name, card.sentence, card.licence, card.data, card.reason), _LONGEST, strict=True)
            counts = (len(card.tasks), len(card.roles), round((card.parameters or 0) / 1000))
            name, sentence, licence, data, reason = (clean(str(text or ""), most) for text, most in said)
            head = (session.number, place, len(cards), int(card.available))
            words = (*card.tasks, *card.roles)
            self._say(session, Card(*head, *counts, name, sentence, licence, data, reason, words))

    def _drop(self, session: Session, now: float) -> None:
        self.requests.drop(session, now)
        self._live.drop(session)
        self._pieces.drop(session)
        self._sessions.pop(session.number, None)

    def poll(self, now: float) -> None:
        """Send what is due."""
        for session in list(self._sessions.values()):
            self.out += [(datagram, session.reply_port) for datagram in session.transfers.poll(now)]
            if now - session.heard_at > IDLE_S:
                self._drop(session, now)
            elif now - session.heard_at > AWAY_S:
                self.requests.end_all(session, now)
        self.requests.poll(now)

    def next_due(self, now: float) -> float:
        """When ``poll`` must be called again if nothing happens."""
        times = [session.transfers.next_due for session in self._sessions.values()] + [self.requests.next_due]
        return min((due for due in times if due is not None), default=now + LOOK_ROUND_S)

    def close(self, now: float) -> None:
        """Stop all work."""
        for session in list(self._sessions.values()):
            self._drop(session, now)

    def _say(self, session: Session, message: Message) -> None:
        self._send(message, session.reply_port)

    def _send(self, message: Message, port: int) -> None:
        self.out.append((pack(message), port))


def _whole(atom: Atom) -> int:
    """The number that ``atom`` may stand for in a message that can't be read; 0 for none."""
    return int(atom) if isinstance(atom, int | float) and 1 <= atom <= LARGEST else 0
