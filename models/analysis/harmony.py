"""Which chord sounds at each step of a clip, for engines that choose note by note.

A step is 1/24 beat, the grid of every learned engine. Pitch classes are 0-11, C = 0; a set of them is a number whose
bit p says that class p belongs.

Offers: ``Harmony`` (``Harmony.of``, ``Harmony.heard``, ``Harmony.silent``), ``set_of``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.analysis.chords import find_chords
from models.music.chord import TimedChord
from models.music.clip import Clip

STEPS = 24
"""Steps in a beat."""
CLASSES = 12


def set_of(classes: Iterable[int]) -> int:
    """Pitch classes as one number."""
    return sum(1 << place for place in set(classes))


@dataclass(frozen=True)
class Harmony:
    """The chord at each of T steps.

    sets    (T,), the pitch classes that belong, as a set; 0 where no chord is known
    roots   (T,), 0-11, -1 where no chord is known
    basses  (T,), the same
    """

    sets: np.ndarray
    roots: np.ndarray
    basses: np.ndarray

    @classmethod
    def silent(cls, steps: int) -> Harmony:
        """No chord known, in so many steps."""
        return cls(np.zeros(steps, np.int64), np.full(steps, -1), np.full(steps, -1))

    @classmethod
    def of(cls, chords: Iterable[TimedChord], length: float) -> Harmony:
        """The harmony of chords in a clip of ``length`` beats; where two overlap the later one counts."""
        harmony = cls.silent(max(0, round(length * STEPS)))
        for onset, duration, chord in chords:
            inside = slice(max(0, round(onset * STEPS)), max(0, round((onset + duration) * STEPS)))
            harmony.sets[inside] = set_of(chord.classes)
            harmony.roots[inside], harmony.basses[inside] = chord.root, chord.bass
        return harmony

    @classmethod
    def heard(cls, clip: Clip, context: Sequence[Clip] = (), chords: Iterable[TimedChord] = ()) -> Harmony:
        """The harmony that a clip is to follow: ``chords`` where there are any, else what it and its context spell."""
        return cls.of(tuple(chords) or find_chords(clip, context), clip.length)

    def __len__(self) -> int:
        return len(self.sets)

    @cached_property
    def members(self) -> np.ndarray:
        """(T, 12), True where a pitch class belongs to the chord; all False where none is known."""
        belongs: np.ndarray = (self.sets[:, None] >> np.arange(CLASSES)) & 1 > 0
        return belongs

    @cached_property
    def changes(self) -> np.ndarray:
        """The steps, in order, at which another chord begins than the one before; where it stops being known, too."""
        both = np.stack([self.sets, self.roots, self.basses])
        steps: np.ndarray = np.flatnonzero((both[:, 1:] != both[:, :-1]).any(axis=0)) + 1
        return steps

    def moved(self, semitones: int) -> Harmony:
        """This harmony transposed."""
        up = semitones % CLASSES
        sets = (self.sets << up | self.sets >> (CLASSES - up)) & ((1 << CLASSES) - 1)
        roots, basses = (np.where(tone < 0, -1, (tone + up) % CLASSES) for tone in (self.roots, self.basses))
        return Harmony(sets, roots, basses)

    def between(self, start: int, end: int) -> Harmony:
        """The part in [start, end) steps, counted from ``start``."""
        return Harmony(self.sets[start:end], self.roots[start:end], self.basses[start:end])

    def looped(self, steps: int) -> Harmony:
        """This harmony, but behind the first ``steps`` (at least 1) what sounded in them, again and again."""
        again = np.arange(len(self)) % steps
        return Harmony(self.sets[again], self.roots[again], self.basses[again])

    def without(self, start: int, end: int) -> Harmony:
        """This harmony, unknown in [start, end) steps."""
        inside = (np.arange(len(self)) >= start) & (np.arange(len(self)) < end)
        roots, basses = (np.where(inside, -1, tone) for tone in (self.roots, self.basses))
        return Harmony(np.where(inside, 0, self.sets), roots, basses)
