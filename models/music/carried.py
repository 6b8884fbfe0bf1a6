"""What a file held besides the notes of a clip, so that it can go back with them.

Onsets are beats from the clip's start. Such events belong to time, not to notes: a result that keeps the prompt's time
keeps them where they were.

Offers: ``Carried``, ``Voice``, ``in_a_row``, ``kind_of``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from models.music.beats import TIGHT, Metre

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Voice:
    """The channel and the expression of a note that has a channel of its own.

    onset, pitch  the note's
    channel       1-16
    events        (beats from the onset, bytes): bend, pressure and timbre messages; the channel's bits are 0
    """

    onset: float
    pitch: int
    channel: int
    events: tuple[tuple[float, bytes], ...] = ()


def kind_of(message: bytes) -> bytes:
    """What a message sets: a controller's number is part of it; a program, bend or channel pressure is one thing."""
    return message[: 2 if message[0] >> 4 in (0xA, 0xB) else 1]


@dataclass(frozen=True, slots=True)
class Carried:
    """Channel and division of a file, its controllers and marks, and what is to be said of the reading.

    channel   1-16; None: as the writer likes
    division  ticks per beat; None: as the writer likes
    events    (onset, bytes): program, controller, bend and pressure messages; the channel's bits count with voices only
    voices    of the notes that have a channel of their own; (): all are on ``channel``
    markers   (onset, name)
    tempos    (onset, beats a minute), those behind the first
    metres    (onset, metre), those behind the first
    key       as the file says it, though the notes may say something else; None where it says nothing
    remarks   sentences for the user: what was repaired, chosen or left out
    texts     (onset, (kind, text)): lyrics, cues and the like, later keys, and the bytes of system exclusive messages
    """

    channel: int | None = None
    division: int | None = None
    events: tuple[tuple[float, bytes], ...] = ()
    markers: tuple[tuple[float, str], ...] = ()
    tempos: tuple[tuple[float, float], ...] = ()
    metres: tuple[tuple[float, Metre], ...] = ()
    key: str | None = None
    remarks: tuple[str, ...] = ()
    voices: tuple[Voice, ...] = ()
    texts: tuple[tuple[float, tuple[str, str | tuple[int, ...]]], ...] = ()

    def cut(self, start: float, end: float) -> Carried:
        """What lies in [start, end) beats, counted from there; of each controller the value that holds at its start."""
        held: dict[bytes, tuple[float, bytes]] = {}
        for onset, message in self.events:
            if onset < start - TIGHT:
                held[kind_of(message)] = (0.0, message)
        voices = _inside(((voice.onset, voice) for voice in self.voices), start, end)
        return replace(
            self,
            events=(*held.values(), *_inside(self.events, start, end)),
            markers=_inside(self.markers, start, end),
            texts=_inside(self.texts, start, end),
            tempos=_inside(self.tempos, start, end),
            metres=_inside(self.metres, start, end),
            voices=tuple(replace(voice, onset=at) for at, voice in voices),
        )

    @property
    def is_played(self) -> bool:
        """Is there more than programs and names: a pedal, controllers, bends or pressure?"""
        return any(message[0] >> 4 != 0xC for _, message in self.events) or any(each.events for each in self.voices)

    @property
    def instrument(self) -> Carried:
        """Channel, division and the program at the start: what a clip of another time keeps."""
        programs = tuple((0.0, message) for _, message in self.events if message[0] >> 4 == 0xC)[:1]
        return Carried(self.channel, self.division, programs)


def in_a_row(parts: Iterable[tuple[float, Carried | None]]) -> Carried | None:
    """What an instrument is told that plays several things, each from its beat on; marks of the files are left out."""
    told = [(onset, carried) for onset, carried in parts if carried]
    if not told:
        return None
    events = tuple((at + onset, message) for onset, carried in told for at, message in carried.events)
    voices = tuple(replace(each, onset=each.onset + onset) for onset, carried in told for each in carried.voices)
    return replace(told[0][1], events=events, voices=voices, markers=(), texts=(), tempos=(), metres=())


def _inside(timed: Iterable[tuple[float, T]], start: float, end: float) -> tuple[tuple[float, T], ...]:
    return tuple((max(0.0, at - start), value) for at, value in timed if start - TIGHT <= at < end - TIGHT)
