"""Chords and their labels.

A chord is a root (pitch class), intervals above it in semitones, and a bass (pitch class).
Labels are Harte's (Harte et al., ISMIR 2005): ``ROOT:QUALITY(additions)/BASS DEGREE``, "Bb:min7", "G:sus4(b7,9)",
"C:maj/3"; "N" is no chord. The bass degree is counted in the major scale of the root.

Offers: ``Chord`` (``parse``, ``label``), ``QUALITIES``, ``FAMILIES``, ``family_of``, ``TimedChord``, ``chord_at``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from models.music import pitch as pitches
from models.music.errors import BadValue
from models.music.scale import Scale

QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "minmaj7": (0, 3, 7, 11),
    "dim7": (0, 3, 6, 9),
    "hdim7": (0, 3, 6, 10),
    "maj6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
    "9": (0, 4, 7, 10, 2),
    "maj9": (0, 4, 7, 11, 2),
    "min9": (0, 3, 7, 10, 2),
    "11": (0, 4, 7, 10, 2, 5),
    "min11": (0, 3, 7, 10, 2, 5),
    "13": (0, 4, 7, 10, 2, 9),
    "maj13": (0, 4, 7, 11, 2, 9),
    "min13": (0, 3, 7, 10, 2, 9),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "5": (0, 7),
    "1": (0,),
}
"""Semitones above the root, 0-11, in the order of the degrees, by Harte's shorthand."""

FAMILIES = ("maj", "min", "7", "maj7", "min7", "dim", "dim7", "hdim7", "aug", "sus4", "sus2", "5")
"""What a chord is by third, fifth and seventh, whatever its colours and its bass."""

_MAJOR_DEGREES = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 11}
_LABEL = re.compile(r"^([A-G][#b]*)(?::([a-z0-9]*)(?:\(([^)]*)\))?)?(?:/([#b]*\d+))?$")
_DEGREE_NAMES = ("1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7")


_ADDED = {1: "b9", 2: "9", 5: "11", 6: "#11", 8: "b13", 9: "13"}
"""Names of what is added to a seventh chord."""


def _named(intervals: frozenset[int]) -> tuple[str, tuple[int, ...]]:
    """The largest shorthand inside these intervals, and what has to be added to it."""
    fitting = [name for name, tones in QUALITIES.items() if intervals >= set(tones)]
    base = max(fitting, key=lambda name: len(QUALITIES[name]), default="1")
    return base, tuple(sorted(intervals - set(QUALITIES[base])))


def _addition(place: int, intervals: frozenset[int]) -> str:
    if place == 3 and 4 in intervals:
        return "#9"
    if place == 2 or (place in _ADDED and intervals & {10, 11}):
        return _ADDED[place]
    return _DEGREE_NAMES[place]


def _degree(text: str) -> int:
    """Semitones 0-11 of a degree such as "b7", "9" or "#11"."""
    number = int(text.lstrip("#b"))
    return (_MAJOR_DEGREES[(number - 1) % 7 + 1] + text.count("#") - text.count("b")) % 12


@dataclass(frozen=True, slots=True)
class Chord:
    """A root 0-11, intervals above it (semitones 0-11, 0 not necessarily among them) and a bass 0-11."""

    root: int
    intervals: tuple[int, ...]
    bass: int

    @classmethod
    def of(cls, root: int, quality: str = "maj", bass: int | None = None) -> Chord:
        """The chord of a quality out of ``QUALITIES``."""
        return cls(root % 12, QUALITIES[quality], root % 12 if bass is None else bass % 12)

    @classmethod
    def parse(cls, label: str) -> Chord | None:
        """The chord that a Harte label writes, None for "N" and "X"; the reverse of ``label``; raises BadValue."""
        text = label.strip()
        if text in ("N", "X"):
            return None
        found = _LABEL.match(text)
        if not found or (found[2] and found[2] not in QUALITIES):
            raise BadValue(f'"{label}" is not a chord label; write for example A:min7 or C:maj/3.', field="chords")
        root = pitches.parse_class(found[1])
        quality = found[2] or ("maj" if found[3] is None else "1")
        intervals = list(QUALITIES[quality])
        for addition in (found[3] or "").split(","):
            addition = addition.strip()
            if addition.startswith("*"):
                intervals = [place for place in intervals if place != _degree(addition[1:])]
            elif addition:
                intervals.append(_degree(addition))
        bass = (root + _degree(found[4])) % 12 if found[4] else root
        return cls(root, tuple(dict.fromkeys(intervals)), bass)

    @property
    def classes(self) -> frozenset[int]:
        """The pitch classes of the chord, its bass among them."""
        return frozenset((self.root + place) % 12 for place in self.intervals) | {self.bass}

    @classmethod
    def spelled(cls, root: int, intervals: Iterable[int], bass: int | None = None) -> Chord:
        """The chord of these intervals, in the order in which its label names them."""
        base, more = _named(frozenset(intervals))
        return cls(root % 12, (*QUALITIES[base], *more), root % 12 if bass is None else bass % 12)

    @property
    def quality(self) -> str:
        """Harte's shorthand with what is added, "min7", "7(#9)", "maj6(9)"; without a third degrees alone, "(b5)"."""
        intervals = frozenset(self.intervals)
        base, more = _named(intervals)
        if base == "1" and more:
            return "(" + ",".join(_DEGREE_NAMES[place] for place in sorted(self.intervals)) + ")"
        return base + ("(" + ",".join(_addition(place, intervals) for place in more) + ")" if more else "")

    @property
    def label(self) -> str:
        """The Harte label, with flats for the flat roots: "Bb:min7", "C:maj/3"; ``label_in`` spells for a key."""
        return self._label(flats=self.root in (3, 8, 10))

    def label_in(self, scale: Scale) -> str:
        """The Harte label as one writes it in a key: "Db:maj7" in Ab major, "C#:min" in A major."""
        return self._label(flats=self.root in (3, 8, 10) if scale.flats is None else scale.flats)

    def _label(self, *, flats: bool) -> str:
        slash = "" if self.bass == self.root else "/" + _DEGREE_NAMES[(self.bass - self.root) % 12]
        return f"{pitches.class_name(self.root, flats=flats)}:{self.quality}{slash}"

    def __contains__(self, pitch: int) -> bool:
        """True when the pitch (or pitch class) is a tone of the chord."""
        return pitch % 12 in self.classes

    def transposed(self, semitones: int) -> Chord:
        """This chord, moved."""
        return Chord((self.root + semitones) % 12, self.intervals, (self.bass + semitones) % 12)


class TimedChord(NamedTuple):
    """A chord that sounds from ``onset`` for ``duration`` beats."""

    onset: float
    duration: float
    chord: Chord

    @property
    def end(self) -> float:
        """Where it stops, in beats."""
        return self.onset + self.duration


def chord_at(chords: Iterable[TimedChord], onset: float) -> Chord | None:
    """The chord that sounds at ``onset`` (beats), None in a gap."""
    for timed in chords:
        if timed.onset <= onset + 1e-6 < timed.end:
            return timed.chord
    return None


def family_of(intervals: tuple[int, ...]) -> str:
    """The family that a chord belongs to, by third, fifth and seventh."""
    has = set(intervals)
    if 3 in has and 4 not in has:
        if 6 in has and 7 not in has:
            return "hdim7" if 10 in has else "dim7" if 9 in has else "dim"
        return "min7" if 10 in has else "min"
    if 4 in has:
        if 8 in has and not has & {7, 10, 11}:
            return "aug"
        return "7" if 10 in has else "maj7" if 11 in has else "maj"
    return "sus4" if 5 in has else "sus2" if 2 in has else "5"
