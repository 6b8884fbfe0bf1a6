"""A rhythm: when something begins, how much weight it has, and how the time between is divided and swung; and patterns,
rhythms that are written.

A pattern says what is struck in a bar, in sixteenths, "X..x..X.|X..x.xX." for two bars in turn. Each sign but "." and
"-" is a stroke; "-" goes on with the one before. It is written for 4/4. In another metre each pulse takes the four
cells of a beat, the first pulses from its beginning and the last one from its end, so that what leads over the bar line
still does. Where the beat goes in threes the cells before its half are left out, and the half and what follows come on
the last third.

Offers: ``Rhythm`` (``Rhythm.of``), ``Stroke``, ``swung``; ``strokes_of``, ``PatternStroke``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from models.analysis.arrays import NoteArrays
from models.analysis.groove import find_groove
from models.music.beats import TIGHT, Metre, strength
from models.music.clip import Clip
from models.music.errors import EmptyClip
from models.music.note import Note

TOGETHER = 1 / 24
"""Onsets no further apart (beats) are one stroke."""

_VELOCITY_COUNTS, _PLACE_COUNTS, _LENGTH_COUNTS = 0.5, 0.3, 0.2
_LONG = 1.0
_BEAT = 4
_COMMON = Metre(4, 4)
_TERNARY = {0: 0.0, 2: 2 / 3, 3: 2 / 3}
_UNITS = {"1/8": 0.5, "1/16": 0.25, "": 0.0}


class Stroke(NamedTuple):
    """Something begins: when (beats), and with how much weight (0-1)."""

    onset: float
    accent: float


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a clip does in time.

    strokes     rising
    ternary     True: the beat is divided in threes, and not only swung
    fine        True: it is divided in four and more; eighths: in two at least
    swing       0.5 straight …; swing_unit: 0.5 or 0.25 beats, what swings; 0: nothing does
    """

    strokes: tuple[Stroke, ...]
    length: float
    metre: Metre
    tempo: float
    ternary: bool
    fine: bool
    eighths: bool
    swing: float
    swing_unit: float

    @classmethod
    def of(cls, clips: Sequence[Clip], length: float, *, muted: bool = False) -> Rhythm:
        """The rhythm of clips that play together, each looped to ``length`` beats; raises EmptyClip without notes.

        muted  True: muted notes are looked at where none sounds
        """
        written = [note for clip in clips for note in clip.looped(length).notes]
        notes = [note for note in written if not note.mute] or (
            [note.moved(mute=False) for note in written] if muted else []
        )
        heard = NoteArrays.of(notes)
        groove = find_groove(heard, clips[0].metre, length)
        if groove is None:
            raise EmptyClip(
                "The clip has no notes that sound, so there is no rhythm to go by; draw or record some first.",
                field="prompts",
            )
        metre = clips[0].metre
        return cls(
            tuple(_strokes(notes, metre)),
            length,
            metre,
            clips[0].tempo,
            "triplets" in groove.grid and not groove.swing_unit,
            groove.grid in ("1/16", "1/16 triplets", "1/32", "free"),
            groove.grid != "1/4",
            groove.swing,
            _UNITS[groove.swing_unit],
        )

    @property
    def bars(self) -> int:
        """How many bars, the last perhaps cut short."""
        return self.metre.bars(self.length)

    def in_bar(self, bar: int) -> list[Stroke]:
        """The strokes of a bar; one a hair before the bar line belongs to the bar that it leads."""
        return [stroke for stroke in self.strokes if self.metre.bar_of(stroke.onset + TOGETHER) == bar]


def swung(onset: float, swing: float, unit: float) -> float:
    """Where a straight onset lies in a swung time: pairs of ``unit`` beats, the second one late; 0: as it is."""
    if not unit:
        return onset
    span = 2 * unit
    whole, inside = divmod(onset + TIGHT, span)
    inside = max(0.0, (inside - TIGHT) / span)
    late = inside * 2 * swing if inside <= 0.5 else swing + (inside - 0.5) * 2 * (1 - swing)
    return whole * span + late * span


def _strokes(notes: Sequence[Note], metre: Metre) -> list[Stroke]:
    """What begins together is one stroke, as heavy as its heaviest note."""
    velocities = [note.velocity for note in notes]
    mean, span = sum(velocities) / len(velocities), max(8.0, (max(velocities) - min(velocities)) / 2)
    strokes: list[Stroke] = []
    for note in sorted(notes, key=lambda note: note.order):
        loud = min(1.0, max(0.0, 0.5 + (note.velocity - mean) / (2 * span)))
        accent = (
            _VELOCITY_COUNTS * loud
            + _PLACE_COUNTS * strength(note.onset, metre)
            + _LENGTH_COUNTS * min(1.0, note.duration / _LONG)
        )
        if strokes and note.onset - strokes[-1].onset <= TOGETHER:
            strokes[-1] = Stroke(strokes[-1].onset, max(strokes[-1].accent, accent))
        else:
            strokes.append(Stroke(note.onset, accent))
    return strokes


class PatternStroke(NamedTuple):
    """A sign, where it falls (beats from the bar line) and how long it is held (beats, a cell at least)."""

    onset: float
    duration: float
    sign: str


@lru_cache(maxsize=1024)
def strokes_of(pattern: str, bar: int, metre: Metre, *, ternary: bool = False) -> tuple[PatternStroke, ...]:
    """The strokes of the ``bar``-th bar (from 0), rising, one at a place."""
    rows = pattern.split("|")
    row = rows[bar % len(rows)]
    if metre == _COMMON and not ternary:
        places = [(cell / 4, row[cell % len(row)]) for cell in range(16)]
    else:
        places = _carried_over(row, metre, ternary=ternary)
    struck: list[PatternStroke] = []
    for place, (onset, sign) in enumerate(places):
        if sign in ".-":
            continue
        end = next((other for other, following in places[place + 1 :] if following != "-"), metre.bar)
        if struck and onset - struck[-1].onset < TIGHT:
            continue
        struck.append(PatternStroke(onset, end - onset, sign))
    return tuple(struck)


def _carried_over(row: str, metre: Metre, *, ternary: bool) -> list[tuple[float, str]]:
    """Every cell's place in a bar of another kind, with its sign."""
    beats = [row[first : first + _BEAT] for first in range(0, len(row), _BEAT)]
    pulses = metre.pulses
    spans = [end - start for start, end in zip(pulses, [*pulses[1:], metre.bar], strict=True)]
    chosen = [beats[number % len(beats)] for number in range(len(pulses))]
    if len(pulses) > 1:
        chosen[-1] = beats[-1]
    places: list[tuple[float, str]] = []
    for start, span, signs in zip(pulses, spans, chosen, strict=True):
        threes = ternary or abs(span - 1.5) < TIGHT
        for cell, sign in enumerate(signs):
            if threes:
                if cell in _TERNARY and not (sign in ".-" and cell == 3):
                    places.append((start + _TERNARY[cell] * span, sign))
            elif cell / 4 < span - TIGHT:
                places.append((start + cell / 4, sign))
    return places
