"""A jam without hardware and without waiting: a clip plays the calls, and time passes as fast as it can.

Offers: ``rehearse``, ``calls_of``, ``Rehearsal``.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from bridge.midi_ports.player import Player
from models.jam.clock import PULSE, BeatClock
from models.jam.dials import Dials
from models.jam.jam import Ask, Jam, Turn
from models.jam.sounding import DRUM_CHANNEL, note_off, note_on
from models.music.clip import Clip


@dataclass
class Rehearsal:
    """What came of it: turns, messages with the second at which each was sent, sentences, calls without an answer."""

    turns: list[Turn] = field(default_factory=list)
    sent: list[tuple[float, bytes]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    missed: int = 0


def calls_of(clip: Clip, bars: int, turns: int) -> Iterator[tuple[float, bytes]]:
    """Beats and messages of so many calls of ``bars`` bars, each cut from the clip where the last one ended."""
    length = bars * clip.metre.bar
    whole = clip.looped(max(clip.length, turns * length))
    channel = DRUM_CHANNEL if clip.drums else 0
    events: list[tuple[float, bytes]] = []
    for turn in range(turns):
        for note in whole.cut(turn * length, (turn + 1) * length).notes:
            start = 2 * turn * length + note.onset
            events.append((start, note_on(channel, note.pitch, note.velocity)))
            events.append((start + min(note.duration, length - note.onset) * 0.99, note_off(channel, note.pitch)))
    return iter(sorted(events))


def rehearse(
    clip: Clip,
    dials: Dials,
    answer: Callable[[Ask], Clip | str],
    turns: int,
    *,
    keep: Callable[[Turn], None] | None = None,
    send: Callable[[float, bytes], None] | None = None,
    pulses: Iterable[float] = (),
) -> Rehearsal:
    """Trade so many turns with a clip, answers made at once.

    keep    takes the turns in place of the result, ``send`` seconds and messages
    pulses  seconds at which a MIDI clock that is to be followed ticks, 24 a beat of the clip's tempo
    """
    found, now = Rehearsal(), [0.0]
    ticks = [(second, bytes((PULSE,))) for second in pulses]

    def ask(wanted: Ask) -> None:
        made = answer(wanted)
        if isinstance(made, str):
            found.said.append(made)
        else:
            player.tell(lambda: jam.answered(wanted.turn, made))

    jam = Jam(ask, keep or found.turns.append, dials, clip.metre, clip.tempo)
    clock = BeatClock(clip.tempo, followed=bool(ticks))
    sink = send or (lambda second, message: found.sent.append((second, message)))
    player = Player(clock, lambda message: sink(now[0], message), jam.hear, jam.advance, jam.restart)
    beat_s = 60 / clip.tempo
    notes = [(beat * beat_s, message) for beat, message in calls_of(clip, dials.bars, turns)]
    events = heapq.merge(notes, ticks, key=lambda event: event[0])
    following = next(events, None)
    end = 2 * turns * dials.bars * clip.metre.bar * beat_s
    while now[0] < end:
        while following is not None and following[0] <= now[0]:
            player.receive(following[1], following[0])
            following = next(events, None)
        now[0] += max(player.step(now[0]), 1e-5)
    player.silence()
    found.missed = jam.missed
    return found
