"""What a synthesiser is to play for clips that sound together: programs, frames and loudness of every note.

Beats become seconds by the first clip's tempo and its tempo changes, so swing and micro-timing stay as they are
written. Muted notes are silent. Of controllers count the program, pedal, volume, expression, pan and bend, each as it
stands where a note begins.

Offers: ``Hit``, ``perform``, ``Tempo``.
"""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.music.clip import Clip

PROGRAMS = {"melody": 0, "chords": 4, "bass": 33, "drums": 0, None: 0}
"""What a role sounds like where a clip carries no program: piano, electric piano, finger bass, the standard kit."""
DRUM_CHANNEL = 10
_PROGRAM, _CONTROL, _BEND = 0xC, 0xB, 0xE
_PEDAL, _VOLUME, _EXPRESSION, _PAN = 64, 7, 11, 10
_USUAL = {_PEDAL: 0, _VOLUME: 100, _EXPRESSION: 127, _PAN: 64}
_BEND_CENTS = 200
_LEAST_HELD_S = 0.02
_BASS_BELOW = 53


@dataclass(frozen=True, slots=True)
class Hit:
    """One note to sound: ``start`` seconds after the clip's beginning, ``held`` seconds long.

    gain 0-1 · pan -1 (left) … 1 · bend cents
    """

    start: float
    held: float
    pitch: int
    velocity: int
    program: int
    drums: bool
    gain: float = 1.0
    pan: float = 0.0
    bend: float = 0.0


class Tempo:
    """Beats ↔ seconds of a clip, both from its start; past its end as at its end."""

    def __init__(self, clip: Clip) -> None:
        changes = [(0.0, clip.tempo), *sorted(clip.carried.tempos if clip.carried else ())]
        beats = np.array([*(onset for onset, _ in changes), max(clip.length, changes[-1][0]) + 1e6])
        lasting = np.diff(beats) * 60 / np.array([tempo for _, tempo in changes])
        self._beats, self._seconds = beats, np.concatenate([[0.0], np.cumsum(lasting)])

    def seconds(self, beat: float) -> float:
        """When ``beat`` sounds."""
        return float(np.interp(beat, self._beats, self._seconds))

    def beat(self, seconds: float) -> float:
        """What sounds then; the reverse of ``seconds``."""
        return float(np.interp(seconds, self._seconds, self._beats))


def is_drums(clip: Clip) -> bool:
    """Does the clip sound on a kit?"""
    return clip.drums or (clip.role is None and clip.carried is not None and clip.carried.channel == DRUM_CHANNEL)


def perform(clips: Sequence[Clip]) -> list[Hit]:
    """Every note of clips that play together, in order of time; the first clip gives tempo and length.

    Shorter clips are repeated, longer ones cut, as the first one loops.
    """
    leader = clips[0]
    tempo = Tempo(leader)
    hits = []
    for clip in (leader, *(context.looped(leader.length) for context in clips[1:])):
        controllers, drums = _Controllers(clip), is_drums(clip)
        for note in clip.notes:
            if note.mute or note.onset >= leader.length:
                continue
            start = tempo.seconds(note.onset)
            held = max(_LEAST_HELD_S, tempo.seconds(min(controllers.let_go(note.end), leader.length)) - start)
            level = controllers.gain(note.onset), (controllers.value(_PAN, note.onset) - 64) / 64
            program, bend = controllers.program(note.onset), controllers.bend(note.onset)
            hits.append(Hit(start, held, note.pitch, note.velocity, program, drums, *level, bend))
    return sorted(hits, key=lambda hit: (hit.start, hit.pitch))


class _Controllers:
    """What a clip's carried events say at a time, in beats."""

    def __init__(self, clip: Clip) -> None:
        # By the role; without one a clip that stays low sounds as a bass.
        low = clip.role is None and max((note.pitch for note in clip.notes), default=127) < _BASS_BELOW
        self._usual_program = PROGRAMS["drums" if is_drums(clip) else "bass" if low else clip.role]
        self._timed: dict[tuple[int, int], tuple[list[float], list[int]]] = {}
        for onset, message in sorted(clip.carried.events) if clip.carried else ():
            kind = message[0] >> 4
            if kind not in (_PROGRAM, _CONTROL, _BEND):
                continue
            number = message[1] if kind == _CONTROL else 0
            value = message[1] + 128 * message[2] - 8192 if kind == _BEND else message[-1]
            times, values = self._timed.setdefault((kind, number), ([], []))
            times.append(onset)
            values.append(value)

    def _at(self, kind: int, number: int, beat: float, usual: int) -> int:
        times, values = self._timed.get((kind, number), ((), ()))
        place = bisect.bisect_right(times, beat + 1e-6)
        return values[place - 1] if place else usual

    def value(self, number: int, beat: float) -> int:
        return self._at(_CONTROL, number, beat, _USUAL[number])

    def program(self, beat: float) -> int:
        return self._at(_PROGRAM, 0, beat, self._usual_program)

    def bend(self, beat: float) -> float:
        return self._at(_BEND, 0, beat, 0) / 8192 * _BEND_CENTS

    def gain(self, beat: float) -> float:
        # As loud as at the usual settings; the curve of both controllers is the square, as that of velocity.
        return (self.value(_VOLUME, beat) / 100) ** 2 * (self.value(_EXPRESSION, beat) / 127) ** 2

    def let_go(self, end: float) -> float:
        """Where a note that ends at ``end`` stops to sound: with the pedal, if that is down then."""
        times, values = self._timed.get((_CONTROL, _PEDAL), ((), ()))
        if self.value(_PEDAL, end) < 64:
            return end
        up = (at for at, value in zip(times, values, strict=True) if at > end and value < 64)
        return next(up, float("inf"))
