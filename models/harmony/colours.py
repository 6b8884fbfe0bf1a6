"""Colour: how far a chord lies from the plain triads of its key.

Levels 0-1: 0 the key's triads, 0.2 its sevenths, 0.3 suspensions, 0.45 chords borrowed from the parallel major or
minor, 0.55 secondary dominants, 0.9 any other chord, the blue sevenths on first and fourth degree among them. A dial
at c takes chords up to about c; a key's own chords always stay.

Offers: ``level``, ``palette``, ``liking``.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.harmony.symbols import SYMBOLS, TONES
from models.music.chord import FAMILIES
from models.music.scale import SCALES, Scale

DIATONIC, SEVENTH, SUSPENDED, BORROWED, SECONDARY, FOREIGN = 0.0, 0.2, 0.3, 0.45, 0.55, 0.9
_MARGIN = 0.05

_PARALLELS = [frozenset(SCALES[name]) for name in ("Major", "Minor", "Mixolydian", "Dorian", "Harmonic Minor")]
_SEVENTHS = {"7", "maj7", "min7", "hdim7", "dim7"}
_PLAIN = {"maj", "min", "dim"}
_SUSPENDED_FAMILIES = np.array([FAMILIES[symbol % len(FAMILIES)].startswith("sus") for symbol in range(SYMBOLS)])


def level(symbol: int, inside: frozenset[int]) -> float:
    """The colour (0-1) of a symbol in a key whose tones, above the tonic, are ``inside``."""
    degree, family = symbol // len(FAMILIES), FAMILIES[symbol % len(FAMILIES)]
    tones = TONES[symbol]
    if tones <= inside:
        return DIATONIC if family in _PLAIN else SEVENTH if family in _SEVENTHS else SUSPENDED
    # The major dominant belongs to every minor key.
    if degree == 7 and family in ("maj", "7") and 3 in inside:
        return SEVENTH
    # A seventh on I or IV belongs to the blues: one makes the whole song one, so it isn't a mere colour.
    if family == "7" and degree in (0, 5):
        return FOREIGN
    # The other mode's tonic is no loan either, it moves the house.
    if degree == 0:
        return FOREIGN
    if any(tones <= parallel for parallel in _PARALLELS) and family != "aug":
        return BORROWED
    # A dominant a fifth above a tone of the key, other than the tonic, points to that tone.
    if family in ("maj", "7") and (degree + 5) % 12 in inside - {0} and degree in inside:
        return SECONDARY
    return FOREIGN


@lru_cache(maxsize=64)
def levels(scale: Scale) -> NDArray[np.float64]:
    """The colour of every symbol (144,) in a scale."""
    inside = frozenset((tone - scale.root) % 12 for tone in scale.classes)
    return np.array([level(symbol, inside) for symbol in range(SYMBOLS)])


def palette(scale: Scale, colour: float) -> NDArray[np.int64]:
    """The symbols that a dial of ``colour`` may use; never empty, bare fifths left out."""
    known = np.array([FAMILIES[symbol % len(FAMILIES)] != "5" for symbol in range(SYMBOLS)])
    every = levels(scale)
    found = np.flatnonzero(known & (every <= max(colour, 0.0) + _MARGIN))
    if len(found):
        return found
    inside = np.flatnonzero(known & (every <= SUSPENDED))
    return inside if len(inside) else np.flatnonzero(known)


def liking(scale: Scale, colour: float) -> NDArray[np.float64]:
    """What the dial adds to each symbol's log chance (144,) when it enters: the higher, the more colour is welcome."""
    every = levels(scale)
    gain = np.where(every >= FOREIGN, -1.0, 2.0 * colour * every / SECONDARY)
    # Songs lean on I and Isus4 for bars; as a harmony of its own that is none.
    return np.where(_SUSPENDED_FAMILIES, -0.7, gain)
