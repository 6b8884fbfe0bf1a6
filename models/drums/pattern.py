"""Patterns: what is struck in a bar, written in sixteenths, "X..x..X.|X..x.xX." for two bars in turn.

Each sign but "." and "-" is a stroke; "-" goes on with the one before. A pattern is written for 4/4. In another metre
each pulse takes the four cells of a beat, the first pulses from its beginning and the last one from its end, so that
what leads over the bar line still does. Where the beat goes in threes the cells before its half are left out, and the
half and what follows come on the last third.

Offers: ``strokes_of``, ``PatternStroke``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from models.music.beats import TIGHT, Metre

_BEAT = 4
_COMMON = Metre(4, 4)
_TERNARY = {0: 0.0, 2: 2 / 3, 3: 2 / 3}


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
