"""Chords seen from a key: what a progression is made of, wherever it is played.

A symbol is an int 0-143: degree (semitones of the root above the tonic) · 12 + family, a family being one of twelve
kinds of chord. Colours above the seventh and the bass aren't part of it.

Offers: ``symbol_of`` and ``chord_of_symbol`` (its reverse), ``roman``.
"""

from __future__ import annotations

from models.music.chord import FAMILIES, QUALITIES, Chord, family_of

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
