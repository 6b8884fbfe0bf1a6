"""Between a running piece and who steers it: both are clients, and what one says of a cue goes to the other."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from bridge.messages.message import Message
from bridge.messages.piece import NOBODY, CueStatus, Landing, OfCue, PieceOffer
from bridge.server.live_relay import AWAY_S
from bridge.server.session import Session

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
                self._say(session, CueStatus(session.number, message.cue, NOBODY, NO_PIECE))

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
