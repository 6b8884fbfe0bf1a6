"""Substitutes: what may stand in a chord's place.

Each kind of substitution is a function of the chord, the chord after it and the scale; it gives ways to fill the
chord's time, each a row of parts (share of the time, chord).

Offers: ``substitutes``, ``KINDS``, ``closeness``, ``Way``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from models.music.chord import Chord, family_of
from models.music.scale import Scale


class Way(NamedTuple):
    """One way to fill a chord's time: the kind, and parts (share of the time 0-1, chord)."""

    kind: str
    parts: tuple[tuple[float, Chord], ...]


Parts = tuple[tuple[float, Chord], ...]
Finder = Callable[[Chord, Chord, Scale], Iterator[Parts]]

_LOANS_IN_MAJOR = {
    2: ((2, "dim", "hdim7"), (10, "maj", "maj7")),
    4: ((3, "maj", "maj7"),),
    5: ((5, "min", "min7"),),
    7: ((10, "maj", "7"),),
    9: ((8, "maj", "maj7"),),
    11: ((10, "maj", "7"),),
}
_LOANS_IN_MINOR = {
    2: ((2, "min", "min7"), (1, "maj", "maj7")),
    5: ((5, "maj", "7"), (1, "maj", "maj7")),
    7: ((7, "maj", "7"),),
    10: ((7, "maj", "7"),),
}
"""What may be lent for the chord on a degree: degree, triad and seventh chord."""


def substitutes(chord: Chord, following: Chord, scale: Scale, kinds: Collection[str]) -> list[Way]:
    """The chord itself, then every other way of the kinds asked for; ``following`` is the next chord in the clip."""
    ways = [Way("keep", ((1.0, chord),))]
    for kind in KINDS:
        if kind in kinds:
            ways += [Way(kind, parts) for parts in _FINDERS[kind](chord, following, scale)]
    return list({way.parts: way for way in reversed(ways)}.values())[::-1]


def closeness(one: Chord, other: Chord) -> float:
    """How near two chords are, 0-1: seven tenths the share of tones in common (Dice), three tenths the same root."""
    a, b = one.classes, other.classes
    return (7 * 2 * len(a & b) / (len(a) + len(b)) + 3 * (one.root == other.root)) / 10


def _relative(chord: Chord, following: Chord, scale: Scale) -> Iterator[Parts]:
    """The chord a third away that shares two of three tones: C for Am or Em, and the reverse; not for a dominant, which
    would lead nowhere.
    """
    if _leads(chord, following):
        return
    seventh = family_of(chord.intervals) in ("maj7", "min7")
    if family_of(chord.intervals) in ("maj", "maj7"):
        moves = ((-3, "min7" if seventh else "min"), (4, "min7" if seventh else "min"))
    elif family_of(chord.intervals) in ("min", "min7"):
        moves = ((3, "maj7" if seventh else "maj"), (-4, "maj7" if seventh else "maj"))
    else:
        return
    for move, quality in moves:
        found = Chord.of(chord.root + move, quality)
        if found.classes <= scale.classes or not chord.classes <= scale.classes:
            yield ((1.0, found),)


def _leads(chord: Chord, following: Chord) -> bool:
    """Is it a dominant that goes where dominants go?"""
    return 4 in chord.intervals and 11 not in chord.intervals and (following.root - chord.root) % 12 == 5


def _tritone(chord: Chord, following: Chord, scale: Scale) -> Iterator[Parts]:
    """The dominant seventh a tritone away, which shares third and seventh, before its own resolution."""
    if _leads(chord, following):
        yield ((1.0, Chord.of(chord.root + 6, "7")),)
        yield ((0.5, chord), (0.5, Chord.of(chord.root + 6, "7")))


def _interchange(chord: Chord, following: Chord, scale: Scale) -> Iterator[Parts]:
    """The loans from the parallel major or minor that songs are fond of: iv, bVI, bVII in major, IV and V in minor."""
    minor = 3 in {(tone - scale.root) % 12 for tone in scale.classes}
    degree = (chord.root - scale.root) % 12
    for place, triad, seventh in (_LOANS_IN_MINOR if minor else _LOANS_IN_MAJOR).get(degree, ()):
        found = Chord.of(scale.root + place, seventh if len(chord.intervals) > 3 else triad)
        if found.classes != chord.classes:
            yield ((1.0, found),)
            yield ((0.5, chord), (0.5, found))


def _passing(chord: Chord, following: Chord, scale: Scale) -> Iterator[Parts]:
    """The second half leads to the next chord: its diminished neighbour, its dominant, or its second and fifth."""
    dominant = Chord.of(following.root + 7, "7")
    if following.root == chord.root or dominant.root == chord.root:
        return  # it leads there already
    minor = 3 in following.intervals and 4 not in following.intervals
    second = Chord.of(following.root + 2, "hdim7" if minor else "min7")
    yield ((0.5, chord), (0.5, Chord.of(following.root - 1, "dim7")))
    yield ((0.5, chord), (0.5, dominant))
    yield ((0.5, chord), (0.25, second), (0.25, dominant))
    yield ((0.75, chord), (0.25, dominant))


def _sus(chord: Chord, following: Chord, scale: Scale) -> Iterator[Parts]:
    """Fourth or second for the third: all the time, or resolving half way."""
    has = chord.intervals
    if 7 not in has or not {3, 4} & set(has):
        return
    for place in (5, 2):
        if chord.root + place in scale:
            above = tuple(interval for interval in has if interval not in (0, 2, 3, 4, 5))
            found = Chord(chord.root, (0, place, *above), chord.bass)
            yield ((1.0, found),)
            yield ((0.5, found), (0.5, chord))


_FINDERS: dict[str, Finder] = {
    "relative": _relative,
    "tritone": _tritone,
    "interchange": _interchange,
    "passing": _passing,
    "sus": _sus,
}
KINDS = tuple(_FINDERS)
"""Kinds of substitution, by name."""
