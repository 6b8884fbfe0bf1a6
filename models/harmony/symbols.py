"""Chords seen from a key: what a progression is made of, wherever it is played, and how far a chord lies from the key.

A symbol is an int 0-143: degree (semitones of the root above the tonic) · 12 + family, a family being one of twelve
kinds of chord. Colours above the seventh and the bass aren't part of it.

A symbol's level, 0-1, says how far it lies from the plain triads of its key: 0 the key's triads, 0.2 its sevenths, 0.3
suspensions, 0.45 chords borrowed from the parallel major or minor, 0.55 secondary dominants, 0.9 any other chord, the
blue sevenths on first and fourth degree among them. A colour dial at c takes chords up to about c; a key's own chords
always stay.

Offers: ``symbol_of`` and ``chord_of_symbol`` (its reverse), ``roman``; ``level``, ``levels``, ``palette``, ``liking``,
``colour_of``, ``temperature_of``.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.music.chord import FAMILIES, QUALITIES, Chord, family_of
from models.music.errors import BadValue
from models.music.scale import SCALES, Scale

SYMBOLS = 12 * len(FAMILIES)

_NUMERALS = ("I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII")
_SUFFIXES = {
    "maj": "",
    "min": "",
    "7": "7",
    "maj7": "maj7",
    "min7": "7",
    "dim": "°",
    "dim7": "°7",
    "hdim7": "ø7",
    "aug": "+",
    "sus4": "sus4",
    "sus2": "sus2",
    "5": "5",
}
_SMALL = {"min", "min7", "dim", "dim7", "hdim7"}


def symbol_of(chord: Chord, tonic: int) -> int:
    """The symbol 0-143 of a chord in the key of ``tonic`` (0-11)."""
    return (chord.root - tonic) % 12 * len(FAMILIES) + FAMILIES.index(family_of(chord.intervals))


def chord_of_symbol(symbol: int, tonic: int) -> Chord:
    """The chord, in root position, that a symbol stands for; the reverse of ``symbol_of`` for plain chords."""
    degree, family = divmod(symbol, len(FAMILIES))
    return Chord.of(tonic + degree, FAMILIES[family])


def roman(symbol: int) -> str:
    """The symbol as a numeral, counted in the major scale: "bVI", "ii7" is written "II" in small letters."""
    degree, family = divmod(symbol, len(FAMILIES))
    name = FAMILIES[family]
    numeral = _NUMERALS[degree]
    if name in _SMALL:
        numeral = numeral[: -len(numeral.lstrip("b#"))] + numeral.lstrip("b#").lower()
    return numeral + _SUFFIXES[name]


TONES: tuple[frozenset[int], ...] = tuple(
    frozenset((degree + interval) % 12 for interval in QUALITIES[family]) for degree in range(12) for family in FAMILIES
)
"""The pitch classes above the tonic of each symbol."""

DIATONIC, SEVENTH, SUSPENDED, BORROWED, SECONDARY, FOREIGN = 0.0, 0.2, 0.3, 0.45, 0.55, 0.9
_MARGIN, _PLAIN_UNTIL = 0.05, 0.4

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
    gain = np.where(every >= FOREIGN, -1.0, 3.0 * colour * every / SECONDARY)
    gain -= 2.0 * max(0.0, colour - _PLAIN_UNTIL) * (every == DIATONIC)
    # Songs lean on I and Isus4 for bars; as a harmony of its own that is none.
    return np.where(_SUSPENDED_FAMILIES, -2.5, gain)


_USUAL_COLOUR = 0.3


def colour_of(temperature: float) -> float:
    """The colour, 0-1, of a temperature: 0.1 is 0, 1 the usual 0.3, 2 is 1; straight lines between."""
    if temperature <= 1:
        return max(0.0, (temperature - 0.1) / 0.9 * _USUAL_COLOUR)
    return min(1.0, _USUAL_COLOUR + (temperature - 1) * (1 - _USUAL_COLOUR))


def temperature_of(colour: float) -> float:
    """The temperature of a colour; the reverse of ``colour_of``; raises BadValue."""
    if not 0 <= colour <= 1:
        raise BadValue(f"The colour must be 0 to 1, not {colour:g}.", field="temperature")
    if colour <= _USUAL_COLOUR:
        return 0.1 + 0.9 * colour / _USUAL_COLOUR
    return 1 + (colour - _USUAL_COLOUR) / (1 - _USUAL_COLOUR)
