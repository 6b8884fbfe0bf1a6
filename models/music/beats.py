"""Metre, bars and the grid.

All times are beats (quarter notes) as floats, counted from the clip's start, where a bar begins.

Offers: ``Metre``, ``snap``, ``off_grid``, ``strength``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate

from models.music.errors import BadValue

TIGHT = 1e-6
"""Two times closer than this (beats) are the same time: far below a wire tick."""

TICKS_PER_BEAT = 13_440
"""The wire's: 2^7 · 3 · 5 · 7, so triplets, quintuplets, septuplets and 1/512 notes are exact."""

_PLACES = 24
"""Places of a beat that are told apart."""

_GROUPS = {5: (3, 2), 7: (2, 2, 3), 8: (3, 3, 2), 10: (3, 3, 2, 2), 11: (3, 3, 3, 2)}


@dataclass(frozen=True, slots=True)
class Metre:
    """A time signature: ``numerator`` beats of 1/``denominator`` in a bar."""

    numerator: int = 4
    denominator: int = 4

    def __post_init__(self) -> None:
        if not 1 <= self.numerator <= 99 or self.denominator not in (1, 2, 4, 8, 16, 32):
            raise BadValue(
                f"A metre of {self.numerator}/{self.denominator} is not possible; "
                "use for example 4/4, 3/4, 6/8 or 7/8.",
                field="metre",
            )

    @classmethod
    def parse(cls, text: str) -> Metre:
        """The metre that ``text`` writes, such as "6/8"; raises BadValue."""
        found = re.match(r"^\s*(\d{1,2})\s*/\s*(\d{1,2})\s*$", text)
        if not found:
            raise BadValue(f'"{text}" is not a metre; write for example 4/4 or 7/8.', field="metre")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    @property
    def unit(self) -> float:
        """Length of the denominator's note, in beats: 0.5 in 6/8."""
        return 4 / self.denominator

    @property
    def bar(self) -> float:
        """Length of a bar, in beats: 3.0 in 6/8."""
        return self.numerator * self.unit

    @property
    def pulses(self) -> tuple[float, ...]:
        """Where the felt pulses of a bar begin, in beats from the bar line.

        Compound metres (6/8, 9/8, 12/8) are felt in dotted beats, odd ones in groups of two and three.
        """
        if self.denominator >= 8 and self.numerator > 3 and self.numerator % 3 == 0:
            groups: tuple[int, ...] = (3,) * (self.numerator // 3)
        elif self.denominator >= 8:
            groups = _GROUPS.get(self.numerator, (1,) * self.numerator)
        else:
            groups = (1,) * self.numerator
        return tuple(self.unit * start for start in accumulate(groups[:-1], initial=0))

    def bar_of(self, onset: float) -> int:
        """Number of the bar, from 0, in which ``onset`` lies; a hair before a bar line counts as on it."""
        return int((onset + TIGHT) // self.bar)

    def in_bar(self, onset: float) -> float:
        """Beats from the bar line to ``onset``, in [0, bar)."""
        return max(0.0, onset - self.bar_of(onset) * self.bar)

    def bars(self, length: float) -> int:
        """How many bars, the last perhaps cut short, a clip of ``length`` beats has; at least 1."""
        return max(1, -int(-(length - TIGHT) // self.bar))


def snap(onset: float, step: float) -> float:
    """The multiple of ``step`` beats nearest to ``onset``."""
    return round(onset / step) * step


def off_grid(onset: float, step: float) -> float:
    """How far, in beats, ``onset`` lies behind (+) or ahead of (-) the nearest multiple of ``step``."""
    return onset - snap(onset, step)


@lru_cache(maxsize=1 << 14)
def strength(onset: float, metre: Metre) -> float:
    """How strong the place is in its bar, 0-1.

    1 the bar line, 0.8 the half bar of an even metre, 0.6 another pulse, 0.4 the half of a pulse (8th in 4/4),
    0.2 the quarter of one, 0 anything finer. Micro-timing of up to 1/24 beat is forgiven.
    """
    return _strength_at(round(metre.in_bar(onset) * _PLACES), metre)


@cache
def _strength_at(place: int, metre: Metre) -> float:
    """The same of a place in the bar, in 24ths of a beat."""
    position = place / _PLACES
    position = 0.0 if abs(position - metre.bar) < TIGHT else position
    if abs(position) < TIGHT:
        return 1.0
    pulses = metre.pulses
    if any(abs(position - pulse) < TIGHT for pulse in pulses):
        is_half = len(pulses) % 2 == 0 and abs(position - pulses[len(pulses) // 2]) < TIGHT
        return 0.8 if is_half else 0.6
    below = max((pulse for pulse in pulses if pulse < position), default=0.0)
    for step, value in ((0.5, 0.4), (0.25, 0.2)):
        if abs((position - below) / step - round((position - below) / step)) < TIGHT:
            return value
    return 0.0
