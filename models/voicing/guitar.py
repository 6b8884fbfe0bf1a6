"""Shapes on a guitar's neck: what six strings and four fingers can play.

Offers: ``grips``, ``is_strummed``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product

from models.music.note import Note

STRINGS = (40, 45, 50, 55, 59, 64)
"""Pitches of the open strings, E1 to E3 (C3 = 60)."""

_FINGERS, _REACH, _HIGHEST = 4, 3, 9
"""Fingers; frets from the first to the last of them; the lowest fret of the highest hand position."""

_FEWEST = 4
"""Strings that sound, but where a chord has fewer tones."""


@lru_cache(maxsize=512)
def grips(classes: frozenset[int], bass: int) -> tuple[tuple[int, ...], ...]:
    """The pitches (rising) of every grip whose lowest string plays the pitch class ``bass`` and that has all classes.

    The strings that sound lie side by side; a finger may bar its fret.
    """
    found: dict[tuple[int, ...], None] = {}
    for position in range(_HIGHEST + 1):
        for lowest in range(len(STRINGS) - min(_FEWEST, len(classes)) + 1):
            # A tone of the chord on each string: the open one, or within the hand's reach.
            near = (0, *range(max(1, position), max(1, position) + _REACH + 1))
            strings = [[fret for fret in near if (string + fret) % 12 in classes] for string in STRINGS[lowest:]]
            for frets in product(*strings):
                for sounding in _played(STRINGS[lowest:], frets, classes, bass):
                    found[sounding] = None
    return tuple(found)


def is_strummed(hits: Iterable[Sequence[Note]]) -> bool:
    """Is this a guitar: are most of the hits of five notes and more grips, struck string after string?"""
    full = [sorted(hit, key=lambda note: note.pitch) for hit in hits if len(hit) > _FEWEST]
    played = 0
    for hit in full:
        pitches = tuple(note.pitch for note in hit)
        rolled = len({note.onset for note in hit}) >= len(hit) - 1
        played += rolled and pitches in grips(frozenset(pitch % 12 for pitch in pitches), pitches[0] % 12)
    return 2 * played > len(full) > 0


def _played(
    strings: tuple[int, ...], frets: tuple[int, ...], classes: frozenset[int], bass: int
) -> Iterator[tuple[int, ...]]:
    """The pitches, with all strings or without the highest ones."""
    for count in range(len(frets), min(_FEWEST, len(classes)) - 1, -1):
        pitches = [string + fret for string, fret in zip(strings[:count], frets[:count], strict=True)]
        stopped = [fret for fret in frets[:count] if fret]
        barred = min(stopped, default=0)
        # One finger for all strings at the lowest fret, if no string between is open.
        fingers = len(stopped) if 0 in frets[:count] else 1 + sum(fret > barred for fret in stopped)
        rising = all(low < high for low, high in zip(pitches, pitches[1:], strict=False))
        if pitches[0] % 12 == bass and {pitch % 12 for pitch in pitches} == classes and fingers <= _FINGERS and rising:
            yield tuple(pitches)
