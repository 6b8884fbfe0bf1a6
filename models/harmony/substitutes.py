"""Substitutes: what may stand in a chord's place.

Each kind of substitution is a function of the chord, the chord after it and the scale; it gives ways to fill the
chord's time, each a row of parts (share of the time, chord). A chord that leads to the next has no substitutes but
those that lead there as well.

Offers: ``substitutes``, ``KINDS``, ``closeness``, ``leads``, ``Way``.
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

_LOANS: dict[bool, dict[int, tuple[tuple[int, str, str], ...]]] = {
    False: {
        2: ((2, "dim", "hdim7"), (10, "maj", "maj7")),
        4: ((3, "maj", "maj7"),),
        5: ((5, "min", "min7"),),
        9: ((8, "maj", "maj7"),),
    },
    True: {2: ((2, "min", "min7"), (1, "maj", "maj7")), 5: ((5, "maj", "7"), (1, "maj", "maj7"))},
}
"""What may be lent in major and in minor (True) for the chord on a degree: degree, triad and seventh chord."""


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


def leads(chord: Chord, following: Chord, scale: Scale) -> bool:
    """Does it ask for the chord that follows: as its dominant, the tritone substitute of that, its diminished
    neighbour, or by the backdoor (bVII7) into the tonic? A triad is a dominant on the fifth degree or with a leading
    note from outside the key, else none.
    """
    step, tones = (following.root - chord.root) % 12, set(chord.intervals)
    if 11 in tones or (3 in tones and 4 not in tones):
        return step == 1 and tones >= {3, 6} and not tones & {7, 11}
    third = (chord.root + 4) % 12
    asks = 10 in tones or (4 in tones and ((chord.root - scale.root) % 12 == 7 or third not in scale))
    return (step == 5 and asks) or ({4, 10} <= tones and (step == 11 or (step == 2 and following.root == scale.root)))


_RELATIVES: dict[bool, dict[int, tuple[int, ...]]] = {
    False: {0: (-3, 4), 2: (3,), 4: (-4, 3), 5: (-3,), 7: (-3,), 9: (3, -4)},
    True: {0: (3, -4), 3: (-3,), 5: (3,), 7: (3, -4), 8: (-3,), 10: (-3,)},
}
"""Semitones from a chord's degree, in major and in minor (True), to the relatives that have its function: a IV doesn't
become a vi, which would stand still on the tonic.
"""


def _relative(chord: Chord, following: Chord, scale: Scale) -> Iterator[Parts]:
    """The chord a third away that shares two of three tones and the function: C for Am or Em in C major, Dm for F."""
    family = family_of(chord.intervals)
    if leads(chord, following, scale) or family not in ("maj", "maj7", "min", "min7"):
        return
    quality = family.replace("maj", "min") if "maj" in family else family.replace("min", "maj")
    everywhere = (-3, 4) if "maj" in family else (3, -4)
    own = _RELATIVES[_is_minor(scale)].get((chord.root - scale.root) % 12, everywhere)
    for move in (move for move in everywhere if move in own):
        found = Chord.of(chord.root + move, quality + "7" * (family == "maj7" and quality == "min"))
        if found.classes <= scale.classes or not chord.classes <= scale.classes:
            yield ((1.0, found),)


def _is_minor(scale: Scale) -> bool:
    return 3 in {(tone - scale.root) % 12 for tone in scale.classes}


def _tritone(chord: Chord, following: Chord, scale: Scale) -> Iterator[Parts]:
    """The dominant seventh a tritone away, which shares third and seventh, before its own resolution."""
    if leads(chord, following, scale) and 4 in chord.intervals:
        yield ((1.0, Chord.of(chord.root + 6, "7")),)
        yield ((0.5, chord), (0.5, Chord.of(chord.root + 6, "7")))


def _interchange(chord: Chord, following: Chord, scale: Scale) -> Iterator[Parts]:
    """The loans from the parallel major or minor that songs are fond of: iv, bVI in major, IV in minor; the major
    dominant for the minor one, and the backdoor (bVII7) before the tonic of major.
    """
    minor = _is_minor(scale)
    degree, many = (chord.root - scale.root) % 12, len(chord.intervals) > 3
    loans = _LOANS[minor].get(degree, ())
    if following.root == scale.root and degree == 7:
        loans = ((7, "maj", "7"),) if minor else ((10, "7", "7"),) if many else ()
    elif leads(chord, following, scale):
        return
    for place, triad, seventh in loans:
        found = Chord.of(scale.root + place, seventh if many else triad)
        if (found.root, family_of(found.intervals)) != (chord.root, family_of(chord.intervals)):
            yield ((1.0, found),)
            yield ((0.5, chord), (0.5, found))


def _passing(chord: Chord, following: Chord, scale: Scale) -> Iterator[Parts]:
    """The second half leads to the next chord: its diminished neighbour, its dominant, or its second and fifth; what
    would be its dominant becomes that, and what is comes after its second.
    """
    dominant = Chord.of(following.root + 7, "7")
    minor = 3 in following.intervals and 4 not in following.intervals
    second = Chord.of(following.root + 2, "hdim7" if minor else "min7")
    if leads(chord, following, scale):
        if chord.root == dominant.root and 10 in chord.intervals:
            yield ((0.5, second), (0.5, chord))
        return
    if dominant.root == chord.root:
        yield ((1.0, dominant),)
    if following.root == chord.root or dominant.root == chord.root:
        return
    yield ((0.5, chord), (0.5, Chord.of(following.root - 1, "dim7")))
    yield ((0.5, chord), (0.5, dominant))
    yield ((0.5, chord), (0.25, second), (0.25, dominant))
    yield ((0.75, chord), (0.25, dominant))


def _sus(chord: Chord, following: Chord, scale: Scale) -> Iterator[Parts]:
    """Fourth or second for the third: resolving half way, or all the time where that third isn't what is waited for."""
    has = chord.intervals
    if 7 not in has or not {3, 4} & set(has) or 11 in has or chord.bass != chord.root:
        return
    # A ninth is no second for the third, and beside a flat one it would be two.
    for place in (5,) if {1, 10} & set(has) else (5, 2):
        if chord.root + place in scale:
            above = tuple(interval for interval in has if interval not in (0, 2, 3, 4, 5))
            found = Chord(chord.root, (0, place, *above), chord.bass)
            # A triad that leads on by its leading note can't do without it; a seventh still leads.
            if place == 2 or chord.root != scale.root:
                yield from () if 10 not in has and leads(chord, following, scale) else [((1.0, found),)]
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
