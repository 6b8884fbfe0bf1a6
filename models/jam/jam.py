"""A jam: calls and answers take turns of so many bars; who plays is heard, who answers is asked in time.

Pure: it is given MIDI messages and beats, and gives back what is to be sent and when. It waits for nobody. An answer is
asked for three beats before the call's end, and again with what came since; the last one to come is played.
Where none has come the last answer goes on. Nobody's note is ever held over the end of its turn.

Offers: ``Jam``, ``Ask``, ``Turn``, ``Timed``.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from models.jam.dials import CONTROLLERS, Dials
from models.jam.sounding import DRUM_CHANNEL, NOTE_OFF, NOTE_ON, note_off, note_on
from models.music.beats import Metre
from models.music.clip import Clip, Role, without_overlaps
from models.music.note import Note

ASKED_BEFORE = (3.0, 1.0, 0.25)
"""Beats before a call's end at which an answer is asked for."""

CLOSED_BEFORE = 0.06
"""Beats before the end at which the answer to play is chosen, so that its first note is queued when its beat comes."""

_EARLY = 0.125
"""A note so many beats before the call's start belongs to the call."""

_REMEMBERED = 4
_SHORTEST = 1 / 32


class Timed(NamedTuple):
    """A message to send at a beat."""

    beat: float
    message: bytes


@dataclass(frozen=True, slots=True)
class Ask:
    """What an answer is wanted to: the call as far as it was played, the calls before it, and how.

    hurried  there is time for a quick answer only
    """

    turn: int
    call: Clip
    before: tuple[Clip, ...]
    dials: Dials
    hurried: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What was played in a turn: ``kind`` "call" or "answer" or, by hand over an answer, "along".

    fresh  False where the last answer went on, because no other was ready
    """

    number: int
    kind: str
    clip: Clip
    fresh: bool = True


@dataclass
class Jam:
    """The state of a jam. ``ask`` hands on what is wanted and returns at once; ``keep`` takes what was played."""

    ask: Callable[[Ask], None]
    keep: Callable[[Turn], None]
    dials: Dials = field(default_factory=Dials)
    metre: Metre = field(default_factory=Metre)
    tempo: float = 120.0
    channel: int = 0
    turn: int = 0

    def __post_init__(self) -> None:
        self._start = 0.0
        self._length = self.dials.bars * self.metre.bar
        self._calling = True
        self._asked = 0
        self._begun = False
        self._held: dict[tuple[int, int], tuple[float, int]] = {}
        self._notes: list[Note] = []
        self._drums = False
        self._calls: deque[Clip] = deque(maxlen=_REMEMBERED)
        self._ready: Clip | None = None
        self._last: Clip | None = None
        self.missed = 0

    @property
    def end(self) -> float:
        """The beat at which the turn ends."""
        return self._start + self._length

    def restart(self, beat: float) -> None:
        """The beat begins, jumped or stood still: a call begins at the next bar line; the half played one is kept."""
        start = max(0.0, -(-(beat - _EARLY) // self.metre.bar)) * self.metre.bar
        # Behind a jump back lies what was played before it.
        first, last = start - _EARLY, beat + _EARLY if self._begun else math.inf
        held = {key: each for key, each in self._held.items() if first <= each[0] <= last}
        notes = [note for note in self._notes if first <= note.onset <= last]
        self._held = {key: each for key, each in self._held.items() if key not in held}
        self._notes = [note for note in self._notes if note not in notes]
        self.finish()
        self._held, self._notes = held, notes
        self._start, self._length = start, self.dials.bars * self.metre.bar
        self._calling, self._asked, self._begun = True, 0, True

    def finish(self) -> None:
        """Keep what was played in a turn that is broken off."""
        self._kept("call" if self._calling else "along")

    def hear(self, message: bytes, beat: float) -> None:
        """A message of who plays; notes and the controllers of the dials count."""
        kind, channel = message[0] & 0xF0, message[0] & 0x0F
        if kind == 0xB0 and message[1] in CONTROLLERS:
            self.dials = self.dials.turned(message[1], message[2])
        if kind not in (NOTE_ON, NOTE_OFF):
            return
        key = (channel, message[1])
        if key in self._held:
            onset, velocity = self._held.pop(key)
            self._notes.append(Note(message[1], onset, max(_SHORTEST, beat - onset), velocity))
        if kind == NOTE_ON and message[2]:
            self._held[key] = (beat, message[2])
            self._drums, self.channel = channel == DRUM_CHANNEL, channel

    def answered(self, turn: int, clip: Clip) -> None:
        """An answer to the call of a turn has come; one that comes too late is let go."""
        if turn == self.turn and self._calling:
            self._ready = clip

    def advance(self, beat: float) -> list[Timed]:
        """What is to be sent from now on because the beat has come as far as this."""
        events: list[Timed] = []
        while beat >= self.end - (CLOSED_BEFORE if self._calling else 0.0):
            if self._calling:
                events += self._answer()
            else:
                self._kept("along")
                self._begin(calling=True)
        if self._calling and self._asked < len(ASKED_BEFORE) and beat >= self.end - ASKED_BEFORE[self._asked]:
            self._asked = sum(beat >= self.end - before for before in ASKED_BEFORE)
            call = self._played(beat)
            if call.notes:
                hurried = self._asked == len(ASKED_BEFORE)
                self.ask(Ask(self.turn, call, tuple(self._calls), self.dials, hurried))
        return events

    def _answer(self) -> list[Timed]:
        call = self._played(self.end)
        answer, fresh, self._ready = self._ready or self._last, self._ready is not None, None
        if call.notes:
            self.missed += not fresh
            self._calls.append(call)
            self._kept("call")
        self._begin(calling=False)
        if not call.notes or answer is None:
            return []
        self._last = answer = answer.looped(self._length)
        self.keep(Turn(self.turn, "answer", answer, fresh))
        return _timed(answer, self._start, self.channel)

    def _begin(self, *, calling: bool) -> None:
        self._start = self.end
        if calling:
            self._length = self.dials.bars * self.metre.bar
            self.turn += 1
        self._calling, self._asked = calling, 0
        self._notes = [note for note in self._notes if note.onset >= self._start - _EARLY]

    def _kept(self, kind: str) -> None:
        clip = self._played(self.end)
        if clip.notes:
            self.keep(Turn(self.turn, kind, clip))

    def _played(self, until: float) -> Clip:
        """What was played in this turn; what is still held lasts until then."""
        held = [
            Note(pitch, onset, max(_SHORTEST, until - onset), velocity)
            for (_, pitch), (onset, velocity) in self._held.items()
        ]
        last = self.end - (0.0 if self._calling else _EARLY)
        inside = [
            # What came a little early begins with the turn, and ends when it ended.
            note.moved(
                onset=max(0.0, note.onset - self._start),
                duration=max(_SHORTEST, note.duration + min(0.0, note.onset - self._start)),
            )
            for note in (*self._notes, *held)
            if self._start - _EARLY <= note.onset < last
        ]
        role: Role | None = "drums" if self._drums else None
        return Clip(without_overlaps(inside, self._length), self._length, "", self.tempo, self.metre, role)


def _timed(clip: Clip, start: float, channel: int) -> list[Timed]:
    """The clip's notes as messages from ``start`` on, none of which sounds past the clip's end."""
    channel = DRUM_CHANNEL if clip.drums else 0 if channel == DRUM_CHANNEL else channel
    events = []
    for note in clip.notes:
        if not note.mute:
            end = max(note.onset + _SHORTEST / 2, min(note.end, clip.length) - _SHORTEST / 4)
            events.append(Timed(start + note.onset, note_on(channel, note.pitch, note.velocity)))
            events.append(Timed(start + end, note_off(channel, note.pitch)))
    return events
