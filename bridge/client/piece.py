"""Steering a running piece over the wire, and being one.

Offers: ``steer`` (for a game or a stage controller), ``PieceHost`` (for whoever plays).
"""

from __future__ import annotations

import itertools
import random
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from bridge.client.client import Client
from bridge.client.job import ServerSilent
from bridge.messages import piece
from bridge.messages.message import LARGEST
from bridge.messages.piece import CueStatus, Landing, PieceOffer
from models.following.stage import AT, Event
from models.music.errors import BadValue, ClipkinError

AGAIN_S, OFFER_S = 0.25, 2.0
MOST_REMEMBERED = 256
_cues = itertools.count(random.SystemRandom().randint(1, LARGEST // 2))


def steer(client: Client, cue: Landing, timeout_s: float = 3.0) -> str:
    """Give the running piece a cue until it is answered; gives the sentence. Its session and number become ours.

    Raises BadValue where it was refused or no piece runs, ServerSilent where nothing answers.
    """
    cue, until = replace(cue, cue=next(_cues)), time.monotonic() + timeout_s
    while time.monotonic() < until:
        client.say(cue)
        again = time.monotonic() + AGAIN_S
        while time.monotonic() < again:
            for said in client.cues():
                if isinstance(said, CueStatus) and said.cue == cue.cue:
                    if said.state != piece.TAKEN:
                        raise BadValue(said.sentence, field="cue")
                    return said.sentence
            time.sleep(0.005)
    raise ServerSilent("The piece doesn't answer; is clipkin follow still running?", field="cue")


class PieceHost:
    """The end of the wire where a piece runs.

    take    given each cue's event, once; raises ClipkinError where it can't be
    parts   the event of a style's words: other loops; raises ClipkinError
    """

    def __init__(
        self, client: Client, name: str, tempo: float, take: Callable[[Event], None], parts: Callable[[str, str], Event]
    ) -> None:
        self._client, self._name, self._tempo = client, name, tempo
        self._take, self._parts = take, parts
        self._answers: OrderedDict[int, tuple[int, str]] = OrderedDict()
        self._offered_at = -OFFER_S

    def look(self) -> None:
        """Say that the piece runs, take what has come, and answer it; to be called every few milliseconds."""
        if time.monotonic() - self._offered_at >= OFFER_S:
            self._offered_at = time.monotonic()
            self._client.say(PieceOffer(1, self._name[:40], round(self._tempo * 1000)))
        for cue in self._client.cues():
            if isinstance(cue, Landing):
                if cue.cue not in self._answers:
                    self._answers[cue.cue] = self._answer(cue)
                if len(self._answers) > MOST_REMEMBERED:
                    self._answers.popitem(last=False)
                self._client.say(CueStatus(1, cue.cue, *self._answers[cue.cue]))

    def _answer(self, cue: Landing) -> tuple[int, str]:
        try:
            self._take(self._event(cue))
        except ClipkinError as problem:
            return piece.REFUSED, problem.sentence
        return piece.TAKEN, f"Taken; it lands at the next {AT[cue.at]}."

    def _event(self, cue: Landing) -> Event:
        at = AT[cue.at]
        if isinstance(cue, piece.Intensity):
            return Event(at, intensity=cue.intensity / 1000)
        if isinstance(cue, piece.MoodCue):
            return Event(at, mood=cue.mood)
        if isinstance(cue, piece.SectionCue):
            return Event(at, section=cue.section)
        if isinstance(cue, piece.StyleCue):
            return self._parts(cue.style, at)
        return Event(at, end=isinstance(cue, piece.EndCue))
