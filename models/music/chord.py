"""Chords and their labels.

A chord is a root (pitch class), intervals above it in semitones, and a bass (pitch class).
Labels are Harte's (Harte et al., ISMIR 2005): ``ROOT:QUALITY(additions)/BASS DEGREE``, "Bb:min7", "G:sus4(b7,9)",
"C:maj/3"; "N" is no chord. The bass degree is counted in the major scale of the root.

Offers: ``Chord`` (``parse``, ``label``), ``QUALITIES``, ``TimedChord``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from models.music import pitch as pitches
from models.music.errors import BadValue

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

_BY_INTERVALS = {frozenset(intervals): name for name, intervals in reversed(QUALITIES.items())}
_MAJOR_DEGREES = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 11}
_LABEL = re.compile(r"^([A-G][#b]*)(?::([a-z0-9]*)(?:\(([^)]*)\))?)?(?:/([#b]*\d+))?$")
_DEGREE_NAMES = ("1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7")


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

    @property
    def quality(self) -> str:
        """Harte's shorthand where there is one, else degrees in brackets: "min7", "(3,b5)"."""
        known = _BY_INTERVALS.get(frozenset(self.intervals))
        return known if known else "(" + ",".join(_DEGREE_NAMES[place] for place in sorted(self.intervals)) + ")"

    @property
    def label(self) -> str:
        """The Harte label, with flats for the flat roots: "Bb:min7", "C:maj/3"."""
        slash = "" if self.bass == self.root else "/" + _DEGREE_NAMES[(self.bass - self.root) % 12]
        return f"{pitches.class_name(self.root, flats=self.root in (3, 8, 10))}:{self.quality}{slash}"

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
