"""Bass and chords to a drum part and a progression: the bass on the kick, the chords led by their voices.

Offers: ``bass_part``, ``chord_part``.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from models.accompaniment.bass import bass_line
from models.accompaniment.surroundings import Surroundings
from models.music.beats import Metre, snap
from models.music.chord import TimedChord
from models.music.note import Note
from models.training.synthetic.drums import BAR, PLACES, struck
from models.training.synthetic.feel import swung
from models.training.synthetic.labels import Loop
from models.training.synthetic.styles import KICK, Style
from models.voicing.extensions import scale_of
from models.voicing.options import VoicingOptions
from models.voicing.voice import voice

_PHRASE = 4
_CHANGED_LAST_BAR = 0.4
_OCTAVE_UP = 0.25
"""How often a phrase of the bass ends an octave higher."""


def repeated(loop: Loop, length: float) -> tuple[TimedChord, ...]:
    """The loop again and again for ``length`` beats."""
    period = loop[-1].end
    turns = range(-int(-length // period))
    chords = [timed._replace(onset=timed.onset + turn * period) for turn in turns for timed in loop]
    return tuple(
        timed._replace(duration=min(timed.duration, length - timed.onset)) for timed in chords if timed.onset < length
    )


def bass_part(style: Style, drums: Sequence[Note], loop: Loop, bars: int, swing: float, chance: Random) -> list[Note]:
    """A line on the part's own kicks, phrase by phrase; a phrase may turn the figure another way."""
    kicks = sorted({snap(note.onset, 0.25) for note in drums if note.pitch == KICK})
    figure, home = chance.choice(style.figures), chance.randrange(1, 99)
    length = _PHRASE * BAR
    chords = repeated(loop, bars * BAR)
    notes: list[Note] = []
    for phrase in range(bars // _PHRASE):
        start = phrase * length
        inside = tuple(
            timed._replace(
                onset=max(0.0, timed.onset - start), duration=min(timed.end, start + length) - max(timed.onset, start)
            )
            for timed in chords
            if timed.onset < start + length - 1e-6 and timed.end > start + 1e-6
        )
        around = Surroundings(
            length,
            Metre(),
            120.0,
            scale_of(loop),
            inside,
            tuple(kick - start for kick in kicks if start <= kick < start + length),
            (),
            (),
        )
        line = list(bass_line(around, figure, home if chance.random() < 0.7 else chance.randrange(1, 99)))
        if chance.random() < _OCTAVE_UP and line[-1].pitch + 12 <= 55:
            line[-1] = line[-1].moved(pitch=line[-1].pitch + 12)
        notes += [
            note.moved(onset=swung(start + note.onset, swing), velocity=_loudness(note.velocity, chance))
            for note in line
        ]
    return notes


def chord_part(style: Style, loop: Loop, bars: int, swing: float, chance: Random) -> list[Note]:
    """The progression in one way of voicing, with the least motion, in a rhythm of the style."""
    options = VoicingOptions.preset(chance.choice(style.presets), rhythm="hold", scale=scale_of(loop))
    pitches = voice(loop, options)[0].pitches
    period = loop[-1].end
    pattern, gate = chance.choice(style.rhythms), chance.uniform(*style.gate)
    ways = [each for each in style.rhythms if each] or ["x..............."]
    notes: list[Note] = []
    onsets = [onset for bar in range(bars) for onset in _strokes(_marks(pattern, ways, bar, chance), bar, loop)]
    for (onset, level), end in zip(onsets, [*(later for later, _ in onsets[1:]), bars * BAR], strict=True):
        row = next(row for timed, row in zip(loop, pitches, strict=True) if timed.end > onset % period + 1e-6)
        start = swung(onset, swing)
        duration = max(0.125, (swung(end, swing) - start) * gate)
        notes += [
            Note(pitch, start, duration, _loudness(level - 3 * (len(row) - 1 - place), chance))
            for place, pitch in enumerate(row)
        ]
    return notes


def _marks(pattern: str, ways: Sequence[str], bar: int, chance: Random) -> str:
    """The pattern of a bar; the last bar of a phrase may have another one."""
    changed = bar % _PHRASE == _PHRASE - 1 and chance.random() < _CHANGED_LAST_BAR
    marks = chance.choice(ways) if changed else pattern
    return "".join(mark if mark not in "o-" or chance.random() < 0.3 else "." for mark in marks)


def _strokes(marks: str, bar: int, loop: Loop) -> list[tuple[float, int]]:
    """Onsets (beats) and velocities of a bar; without marks, where the chords change."""
    period, start = loop[-1].end, bar * BAR
    if marks:
        return [(start + onset, velocity - 8) for _, onset, velocity in struck(0, marks[:PLACES])]
    places = {start + quarter for quarter in range(int(BAR))}
    changes = {timed.onset for timed in loop}
    return [(onset, 84) for onset in sorted(places) if onset % period in changes]


def _loudness(velocity: int, chance: Random) -> int:
    return max(1, min(127, round(velocity + chance.gauss(0, 3))))
