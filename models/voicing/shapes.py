"""Shapes: the ways in which a style stacks a set of tones.

A shape is a tuple of semitones above some C (the chord's root lies at multiples of 12), rising, the lowest tone in
0-11. The same tones give the same shapes whatever the root, so they are found once and remembered.

On a guitar's neck a chord is a grip: what six strings and four fingers can play.

Offers: ``shapes``; ``grips``, ``is_strummed``, of a guitar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product

from models.music.note import Note
from models.voicing.options import Style

Shape = tuple[int, ...]
Tones = tuple[int, ...]
Gaps = list[range]

_SECONDS = (1, 2)
_GUIDES = frozenset({2, 3, 4, 5, 9, 10, 11})
_TENSIONS = (1, 2, 5, 6, 9)
_WIDEST_TERTIAN = 17


@lru_cache(maxsize=4096)
def shapes(style: Style, tones: Tones, voices: int) -> tuple[Shape, ...]:
    """Every shape of ``voices`` notes that the style knows for the tones (semitones above the root, 0-11, rising).

    ``voices`` is at least the number of tones; what is more doubles some of them. Empty where the style can't do it.
    """
    found = _STACKERS[style](tones, voices)
    return tuple(sorted({tuple(pitch - shape[0] // 12 * 12 for pitch in shape) for shape in found}))


def _close(tones: Tones, voices: int) -> list[Shape]:
    """Neighbouring tones without a hole: every inversion; and the chord in thirds where that stays narrow."""
    found = [
        _stack(tuple(tones[(start + place) % len(tones)] for place in range(voices))) for start in range(len(tones))
    ]
    if voices == len(tones) > 4:
        thirds = _stack(tuple(sorted(tones, key=lambda tone: tone + 12 * (tone in _TENSIONS))))
        found += [thirds] if thirds[-1] - thirds[0] <= _WIDEST_TERTIAN else []
    return found


def _open(tones: Tones, voices: int) -> list[Shape]:
    """Close with every second note an octave higher."""
    return [
        tuple(sorted(pitch + 12 * (place % 2) for place, pitch in enumerate(shape))) for shape in _close(tones, voices)
    ]


def _dropped(tones: Tones, voices: int, place: int) -> list[Shape]:
    """Close with the ``place``-th note from the top an octave lower; fewer than three tones are left close."""
    if len(tones) < 3:
        return _close(tones, voices)
    return [
        tuple(sorted((*shape[:-place], shape[-place] - 12, *shape[len(shape) - place + 1 :])))
        for shape in _close(tones, max(voices, place + 1))
    ]


def _rootless(tones: Tones, voices: int) -> list[Shape]:
    """Close and drop 2 with the third or the seventh lowest: the pianist's A and B forms; triads in any inversion."""
    if 0 in tones:
        return _close(tones, voices)
    both = _close(tones, voices) + (_dropped(tones, voices, 2) if voices >= 4 else [])
    return [shape for shape in both if shape[0] % 12 in _GUIDES] or both


def _shell(tones: Tones, voices: int) -> list[Shape]:
    """The root, then third and seventh in either order with air between them, colours above."""
    if len(tones) == 1:
        return _close(tones, voices)
    above = _doubled(tuple(tone for tone in tones if tone), voices - (0 in tones))
    gaps = [range(3, 12)] * (voices - 1)
    if 0 not in tones:
        return [shape for first in set(above) for shape in _piled(first, _without(above, first), gaps)]
    return list(_piled(0, above, gaps)) + list(_piled(0, above, [range(12, 17), *gaps[1:]]))


def _spread(tones: Tones, voices: int) -> list[Shape]:
    """The root low, or the fifth, a fifth or more of air above it, then gaps of a third to a tenth."""
    every = _doubled(tones, voices)
    lowest = next((tone for tone in (0, 7) if tone in tones), tones[0])
    gaps = [range(7, 17), *[range(3, 11)] * (voices - 2)]
    return [shape for shape in _piled(lowest, _without(every, lowest), gaps) if 15 <= shape[-1] - shape[0] <= 34]


def _quartal(tones: Tones, voices: int) -> list[Shape]:
    """Fourths as far as the tones allow: the piles whose gaps are nearest to a fourth."""
    every = _doubled(tones, voices)
    piles = [
        shape for first in set(every) for shape in _piled(first, _without(every, first), [range(2, 9)] * (voices - 1))
    ]
    if not piles:
        return []
    off = [sum(abs(gap - 5) for gap in _gaps(shape)) for shape in piles]
    return [shape for shape, wide in zip(piles, off, strict=True) if wide <= min(off) + 2]


def _cluster(tones: Tones, voices: int) -> list[Shape]:
    """The inversions with the most seconds."""
    found = _close(tones, voices)
    narrow = [sum(gap in _SECONDS for gap in _gaps(shape)) for shape in found]
    return [shape for shape, seconds in zip(found, narrow, strict=True) if seconds >= max(narrow) - (max(narrow) > 1)]


_STACKERS: dict[Style, Callable[[Tones, int], list[Shape]]] = {
    "close": _close,
    "open": _open,
    "drop2": lambda tones, voices: _dropped(tones, voices, 2),
    "drop3": lambda tones, voices: _dropped(tones, voices, 3),
    "rootless": _rootless,
    "shell": _shell,
    "spread": _spread,
    "quartal": _quartal,
    "cluster": _cluster,
}


def _stack(order: Iterable[int]) -> Shape:
    """The tones one above the other, each as near to the one below as it can be."""
    pile: list[int] = []
    for tone in order:
        pile.append(tone if not pile else pile[-1] + ((tone - pile[-1] - 1) % 12 + 1))
    return tuple(pile)


def _piled(lowest: int, others: tuple[int, ...], gaps: Gaps) -> Iterable[Shape]:
    """Every pile on ``lowest`` whose gaps, from below, lie in the given ranges."""
    if not others:
        yield (lowest,)
        return
    for tone in dict.fromkeys(others):
        for pitch in range(lowest + gaps[0].start, lowest + gaps[0].stop):
            if (pitch - tone) % 12 == 0:
                for rest in _piled(pitch, _without(others, tone), gaps[1:]):
                    yield (lowest, *rest)


def _doubled(tones: Tones, voices: int) -> tuple[int, ...]:
    """The tones and, up to ``voices``, root, fifth and minor third again, as far as they are there; no root beside its
    major seventh.
    """
    again: list[int] = [tone for tone in (0, 7, 3) if tone in tones and (tone or 11 not in tones)] or list(tones[:1])
    return (*tones, *(again[place % len(again)] for place in range(max(0, voices - len(tones)))))


def _without(tones: tuple[int, ...], tone: int) -> tuple[int, ...]:
    place = tones.index(tone)
    return tones[:place] + tones[place + 1 :]


def _gaps(shape: Shape) -> list[int]:
    return [high - low for low, high in zip(shape, shape[1:], strict=False)]


STRINGS = (40, 45, 50, 55, 59, 64)
"""Pitches of the open strings, E1 to E3 (C3 = 60)."""

_FINGERS, _REACH, _HIGHEST = 4, 3, 9
"""Fingers; frets from the first to the last of them; the lowest fret of the highest hand position."""

_STRUMS = 3
"""Times that every grip is struck, in the mean, in what is strummed, though its strings begin together."""
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
    """Is this a guitar: are most of the hits of five notes and more grips, struck string after string, or all of all,
    again and again?
    """
    full = [sorted(hit, key=lambda note: note.pitch) for hit in hits if len(hit) > _FEWEST]
    every = [tuple(note.pitch for note in hit) for hit in full]
    gripped = [row in grips(frozenset(pitch % 12 for pitch in row), row[0] % 12) for row in every]
    rolled = [len({note.onset for note in hit}) >= len(hit) - 1 for hit in full]
    played = sum(grip and roll for grip, roll in zip(gripped, rolled, strict=True))
    return 2 * played > len(full) > 0 or (all(gripped) and len(full) >= _STRUMS * len({*every}) > 0)


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
