"""Chords as a player of the style plays them: which voicing, in which rhythm, struck together, strummed or broken.

The tones are laid out by the voicing room; here they are played. A pattern (``drums.rhythm``) has X an accent, x a
plain stroke, o a soft one, "-" holds it, ">" pushes: the chord of the next bar comes early. Figures 1 to 6 play single
tones of the voicing, from below, and go on an octave higher behind its top; a chord that comes between begins with its
lowest. Where a pattern has both, figures are the left hand's, strokes the right one's: beside a bass it plays alone.

Offers: ``comped``, ``COMPINGS``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from models.accompaniment.figures import PLAYING
from models.accompaniment.surroundings import TOGETHER, Surroundings
from models.drums.rhythm import strokes_of
from models.music.beats import TIGHT, strength
from models.music.chord import Chord, TimedChord
from models.music.note import Note
from models.music.scale import Scale
from models.voicing.options import Bass, Style, VoicingOptions
from models.voicing.voice import voice

Pitches = tuple[int, ...]

_LOUD = {"X": 0, "x": -10, "o": -24, ">": -3}
"""Velocity above that of the scene: who accompanies is below it."""

_PHRASE = (0, -4, -1, 3)
"""What the bars of a phrase are louder."""

_BUSY = 5
"""Notes of a tune in a bar from which on a player leaves out the weak strokes that fall together with them."""

_CELL = 0.25
_STRONG = 0.5
_SHORT, _HELD = 0.85, 0.95
_LEAST_TOP, _HIGHEST, _LEAST_LOW = 62, 88, 45
_ON_ROOTS: dict[Style, Style] = {"rootless": "close", "open": "spread", "drop2": "spread", "drop3": "spread"}
"""Styles that stand on their roots in place of those whose shape says what lies lowest."""

_LOWEST = 41
_TRIADS = ("pop", "trance")
_POWER, _LOW_E = "fifths", 40
"""The voicing of a guitar with its gain up, and its lowest string."""
_ROOM = 19
"""Semitones that a voicing needs at least."""


@dataclass(frozen=True, slots=True)
class Comping:
    """A way to play chords.

    sentence  for the user
    bars      its pattern
    voicing   the preset that lays them out; fifths: none, a guitar's power chords
    strum     beats from one tone to the next, from below; 0: struck together
    """

    sentence: str
    bars: str
    voicing: str
    strum: float = 0.0

    @property
    def two_handed(self) -> bool:
        """Has the pattern figures and strokes?"""
        return any(sign.isdecimal() for sign in self.bars) and "x" in self.bars


COMPINGS: dict[str, Comping] = {name: Comping(**told) for name, told in PLAYING["compings"].items()}
"""Compings by name."""


def comped(around: Surroundings, name: str, turn: int, preset: str = "", colour: str = "") -> tuple[Note, ...]:
    """The harmony as a comping plays it.

    turn    from 0: further ways to lay the same chords out
    preset  of the voicings; "": the comping's own
    colour  the preset that takes its place where that has triads only and nobody plays, or gives, the chords
    """
    told = COMPINGS[name]
    # Who plays without a bass beside is its own: held chords stand on their root, short ones have it among them.
    bass: Bass = "none" if around.bass else "under" if "-" in told.bars or told.strum else "free"
    chords = around.chords if around.told else tuple(each._replace(chord=_plain(each.chord)) for each in around.chords)
    preset = preset or (colour if told.voicing in _TRIADS and not around.told else "") or told.voicing
    if preset == _POWER:
        low = [_LOW_E + (timed.chord.root - _LOW_E) % 12 for timed in chords]  # with fifth and octave
        upper = [next((each for each in (7, 6, 8) if each in timed.chord.intervals), 12) for timed in chords]
        fifths = [tuple(sorted({root, root + fifth, root + 12})) for root, fifth in zip(low, upper, strict=True)]
        return tuple(_played(around, told, fifths))
    voicings = _voicings(chords, preset, around.scale, bass, _ceiling(around), turn + 1)
    rows = [
        tuple(pitch - 12 for pitch in row) if row[-1] > _ceiling(around) and row[0] - 12 >= _LEAST_LOW else row
        for row in voicings[turn % len(voicings)]  # an octave lower where most of a chord would lie over the tune
    ]
    return tuple(_played(around, told, rows))


def _plain(chord: Chord) -> Chord:
    """A chord that a tune only implies, without what the tune itself adds to third, fifth and seventh."""
    has = set(chord.intervals)
    third = next((each for each in (4, 3, 5, 2) if each in has), None)
    fifth = next((each for each in (7, 6, 8) if each in has), None)
    seventh = next((each for each in (10, 11) if each in has and third not in (None, 2, 5)), None)
    return replace(chord, intervals=tuple(each for each in (0, third, fifth, seventh) if each is not None))


def _ceiling(around: Surroundings) -> int:
    """The highest pitch that leaves the tune its room."""
    pitches = sorted(note.pitch for note in around.tune)
    return max(_LEAST_TOP, pitches[len(pitches) // 4]) if pitches else _HIGHEST


@lru_cache(maxsize=64)
def _voicings(
    chords: tuple[TimedChord, ...], preset: str, scale: Scale, bass: Bass, top: int, count: int
) -> list[tuple[Pitches, ...]]:
    asked = VoicingOptions.preset(preset, scale=scale, rhythm="hold")
    low, high = asked.style_range
    stands: dict[Style, Style] = _ON_ROOTS if bass == "under" else {"rootless": "drop2"} if bass == "free" else {}
    asked = replace(asked, style=stands.get(asked.style, asked.style))
    low = max(low, 50) if bass == "none" else min(low, _LOWEST) if bass == "under" else low
    asked = replace(asked, bass=bass, range=(low, max(low + _ROOM, min(high, top))))
    return [each.pitches for each in voice(chords, asked, count)]


def _played(around: Surroundings, told: Comping, rows: Sequence[Pitches]) -> Iterator[Note]:
    strokes, heard = _strokes(around, told), -1
    for place, (onset, held, sign, number) in enumerate(strokes):
        row, fresh, heard = rows[number], number != heard, number
        following = strokes[place + 1][0] if place + 1 < len(strokes) else around.length
        change = next((t.onset for t in around.chords if t.onset > onset + 2 * TOGETHER), around.length)
        if sign == ">" or change - onset <= 2 * _CELL:
            change = next((t.onset for t in around.chords if t.onset > change + TIGHT), around.length)
        end = min(onset + held, change)
        long = held > _CELL + TIGHT
        loud = around.loud + _LOUD.get(sign, -12) + 8 * (strength(onset, around.metre) - 0.5)
        loud += _PHRASE[around.metre.bar_of(onset + TIGHT) % len(_PHRASE)]
        at = around.moment(onset)
        if sign.isdecimal():
            step = 0 if fresh else int(sign) - 1
            ring = min(change, onset + 4 * _CELL) if step < 2 else end
            above = {pitch + 12 * octave for pitch in row for octave in (1, 2) if pitch + 12 > row[-1]}
            yield Note(sorted({*row, *above})[step], at, max(0.1, (ring - at) * _HELD), round(loud) - 2 * (step % 2))
            continue
        row = row[1:] if told.two_handed and len(row) > 3 else row
        row = _clear_of(around, row, around.chords[number].chord, onset)
        for tone, pitch in enumerate(row):
            if tone == 0 and sign == "o" and told.strum and len(row) > 3:
                continue  # a hand on its way up doesn't reach the lowest string
            late = told.strum * (tone if strength(onset, around.metre) != 0.4 else len(row) - 1 - tone)
            start = at + min(late, 0.2)
            stop = at + (min(end, following) - at) * (_HELD if long else _SHORT)
            shade = 4 if tone == len(row) - 1 else 0 if tone == 0 else -4
            yield Note(pitch, start, max(0.08, stop - start), max(1, min(127, round(loud + shade))))


def _clear_of(around: Surroundings, row: Pitches, chord: Chord, onset: float) -> Pitches:
    """The voicing without a colour that lies a semitone beside what the tune sings just then."""
    heard = around.heard(onset + TOGETHER, onset + TOGETHER + 2 * TIGHT)
    sung = [note.pitch for note in heard if onset + TOGETHER < note.end - _CELL / 2]
    kept = tuple(
        pitch
        for pitch in row
        if (pitch - chord.root) % 12 in (0, 3, 4, 7) or all(abs(pitch - other) not in (1, 11, 13) for other in sung)
    )
    return kept if len(kept) > 1 else row


def _strokes(around: Surroundings, told: Comping) -> list[tuple[float, float, str, int]]:
    """Onset, length, sign and the number of the chord of each stroke; one more where a chord would not be heard. A
    guitar with its gain up strikes what a bass beside it does."""
    chords, bars = around.chords, range(around.metre.bars(around.length))
    written = [
        (bar * around.metre.bar + stroke.onset, stroke.duration, stroke.sign)
        for bar in bars
        for stroke in strokes_of(told.bars, bar, around.metre, ternary=around.rhythm.ternary)
        if not (told.two_handed and around.bass and stroke.sign.isdecimal())
    ]
    written = [(around.swung(onset), held, sign) for onset, held, sign in written]
    if told.voicing == _POWER and around.bass:
        signs = {True: "X", False: "x"}
        written = [(n.onset, n.duration, signs[strength(n.onset, around.metre) >= _STRONG]) for n in around.bass]
    found = []
    for onset, held, sign in written:
        if onset < around.length - TIGHT:
            early = held + TIGHT if sign == ">" else TOGETHER
            number = max((place for place, timed in enumerate(chords) if timed.onset <= onset + early), default=0)
            found.append((onset, held, sign, number))
    found = _with_room(around, found)
    single = any(sign.isdecimal() for _, _, sign, _ in found) and not (told.two_handed and around.bass)
    for number, timed in enumerate(chords):
        heard = [each for each in found if each[3] == number]
        if not heard or heard[0][0] > timed.onset + min(1.0, timed.duration / 2) + 0.1:
            wait = (heard[0][0] if heard else timed.end) - timed.onset
            usual = sorted(held for _, held, _, _ in found)[len(found) // 2] if found else timed.duration
            found.append((timed.onset, min(wait, usual, timed.duration), "1" if single else "x", number))
    return sorted(found)


def _with_room(
    around: Surroundings, strokes: list[tuple[float, float, str, int]]
) -> list[tuple[float, float, str, int]]:
    """The strokes that leave the tune its room: where it is busy, half of a bar's may be gone, the weak ones that fall
    on its notes. Strokes that go on evenly go on."""
    metre, tune = around.metre, [note.onset for note in around.tune]
    kept = []
    for bar in range(metre.bars(around.length)):
        here = [each for each in strokes if metre.bar_of(each[0] + TOGETHER) == bar]
        gaps = {round(after[0] - before[0], 1) for before, after in pairwise(here)}
        busy = sum(metre.bar_of(onset + TOGETHER) == bar for onset in tune) >= _BUSY and len(gaps) > 1
        weak = [
            each
            for each in here
            if each[2] in "xo"
            and strength(each[0], metre) < _STRONG
            and any(abs(onset - each[0]) <= _CELL / 2 for onset in tune)
        ]
        gone = weak[: len(here) // 2] if busy else []
        kept += [each for each in here if each not in gone]
    return kept
