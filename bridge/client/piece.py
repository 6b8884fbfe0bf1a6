"""Steering a running piece over the wire, and being one.

Offers: ``steer`` (for a game or a stage controller), ``Running`` (for whoever plays).
"""

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
from bridge.midi_ports.player import Player
from models.following.layers import Layers, style_requests
from models.following.stage import AT, Event, Stage
from models.jam.clock import BeatClock
from models.music.errors import BadValue, ClipkinError
from models.studio import Studio

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


class Running:
    """A stage, the thread that plays it, and the wire that steers it. Raises BadValue for an intensity outside 0-1."""

    def __init__(
        self, layers: Layers, tempo: float, intensity: float, send: Callable[[bytes], None], client: Client
    ) -> None:
        Event(intensity=intensity)
        self.stage = Stage(layers, intensity)
        self.clock = BeatClock(tempo)
        self.clock.begin(time.monotonic() + 0.5)
        self.player = Player(self.clock, send, lambda *_: None, self.stage.advance, self.stage.restart)
        self._studio = Studio()
        self._client = client
        self._offer = PieceOffer(1, (layers.loops[0].name or "piece")[:40], round(tempo * 1000))
        self._offered_at = -OFFER_S
        self._answers: OrderedDict[int, CueStatus] = OrderedDict()
        self.player.start()

    def look(self) -> bool:
        """Say that the piece runs, take and answer what has come; to be called every few milliseconds. False when it
        has ended.
        """
        now = time.monotonic()
        if now - self._offered_at >= OFFER_S:
            self._offered_at = now
            self._client.say(self._offer)
        for cue in self._client.cues():
            if isinstance(cue, Landing):
                if cue.cue not in self._answers:
                    self._answers[cue.cue] = CueStatus(1, cue.cue, *self._answer(cue))
                if len(self._answers) > MOST_REMEMBERED:
                    self._answers.popitem(last=False)
                self._client.say(self._answers[cue.cue])
        over = self.stage.ended and self.clock.beat(now) > self.stage.end_beat
        return self.player.plays and not over

    def _answer(self, cue: Landing) -> tuple[int, str]:
        try:
            event = self._event(cue)
            self.stage.check(event)
        except ClipkinError as problem:
            return piece.REFUSED, problem.sentence
        self.player.tell(lambda: self.stage.tell(event))
        return piece.TAKEN, f"Taken; it lands at the next {AT[cue.at]}."

    def _event(self, cue: Landing) -> Event:
        at = AT[cue.at]
        if isinstance(cue, piece.Intensity):
            return Event(at, intensity=cue.intensity / 1000)
        if isinstance(cue, piece.MoodCue):
            return Event(at, mood=cue.mood)
        if isinstance(cue, piece.SectionCue):
            return Event(at, section=cue.section)
        if not isinstance(cue, piece.StyleCue):
            return Event(at, end=True)
        # Drums and a bass of a style are made here, while the player plays on.
        asked = style_requests(self.stage.layers, cue.style, 0)
        return Event(at, parts=tuple((role, made.clip) for role, one in asked for made in self._studio.generate(one)))
