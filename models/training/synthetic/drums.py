"""A drum part out of a style's patterns: a groove that is kept, changed at the ends of phrases, with a fill at times.

Offers: ``drum_part``, ``struck``.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from models.music.note import Note
from models.training.synthetic.feel import Feel, swung
from models.training.synthetic.styles import CLAP, CLOSED, KICK, LOW_TOM, MID_TOM, OPEN, SHAKER, SNARE, Style

PLACES = 16
BAR = 4.0
_STEP = BAR / PLACES
_LEVELS = {"X": 112, "x": 92, "g": 44, "o": 88, "-": 80, "r": 78, "t": 78}
_OFTEN = {"o": 0.5, "-": 0.2}
_HATS = (CLOSED, OPEN, SHAKER)
_CHANGES_AT = (0.04, 0.12, 0.06, 0.45)
"""How often a lane plays another version of its pattern, by the bar of a phrase of four."""
_FILLS_AT = {1: 0.15, 2: 0.2, 3: 0.3, 4: 0.6}
"""How often a phrase ends in a fill, by the number of the phrase (counted from 1, the last ones like the fourth)."""

Hit = tuple[int, float, int]
"""Pitch, onset in beats from the bar line, velocity."""


def drum_part(style: Style, bars: int, swing: float, human: float, feel: Feel, chance: Random) -> list[Note]:
    """Drums over ``bars`` bars of 4/4; human: 0 a machine, 1 a drummer."""
    patterns = {
        pitch: chance.choice(ways)
        for pitch, ways in style.lanes.items()
        if pitch not in style.spare or chance.random() < 0.5
    }
    versions = {pitch: _version(pattern, chance) for pitch, pattern in patterns.items()}
    notes = []
    for bar in range(bars):
        phrase, place = divmod(bar, 4)
        hits = [
            hit
            for pitch, pattern in patterns.items()
            for hit in struck(
                pitch,
                _of_bar(versions[pitch] if chance.random() > _CHANGES_AT[place] else _version(pattern, chance), bar),
            )
        ]
        if place == 3 and chance.random() < _FILLS_AT[min(4, phrase + 1)]:
            hits = _with_fill(hits, patterns, chance)
        notes += [_played(hit, bar, swing, human, feel, chance) for hit in hits]
    return [note for note in notes if note.onset < bars * BAR]


def _version(pattern: str, chance: Random) -> str:
    """The pattern with its optional strokes decided."""
    return "".join(mark if chance.random() < _OFTEN.get(mark, 1.0) else "." for mark in pattern)


def _of_bar(version: str, bar: int) -> str:
    return version[bar * PLACES % len(version) :][:PLACES]


def struck(pitch: int, marks: str) -> Iterator[Hit]:
    """The strokes that the marks of one bar write."""
    for place, mark in enumerate(marks):
        if mark == "r":
            yield from ((pitch, place * _STEP + part * _STEP / 2, _LEVELS["r"] - 8 * part) for part in range(2))
        elif mark == "t":
            yield from ((pitch, place * _STEP + part * _STEP * 2 / 3, _LEVELS["t"] - 6 * part) for part in range(3))
        elif mark in _LEVELS:
            yield pitch, place * _STEP, _LEVELS[mark]


def _with_fill(hits: list[Hit], patterns: dict[int, str], chance: Random) -> list[Hit]:
    """The end of the bar in another way: a roll, or the kick or the hats left out before the next phrase."""
    start = BAR - chance.choice((0.5, 1.0, 1.0, 2.0))
    how = chance.random()
    if how < 0.35:
        silent = chance.choice(((KICK,), _HATS, (KICK, *_HATS)))
        return [hit for hit in hits if hit[1] < start or hit[0] not in silent]
    roll = chance.choice(((SNARE,), (SNARE, MID_TOM, LOW_TOM), (CLAP if CLAP in patterns else SNARE,)))
    kept = [hit for hit in hits if hit[1] < start or hit[0] not in (SNARE, CLAP, *_HATS)]
    places = round((BAR - start) / _STEP)
    rolled = [
        (roll[number * len(roll) // places], start + number * _STEP, 70 + 40 * number // places)
        for number in range(places)
        if number in (0, places - 1) or chance.random() < 0.75
    ]
    return kept + rolled


def _played(hit: Hit, bar: int, swing: float, human: float, feel: Feel, chance: Random) -> Note:
    pitch, onset, velocity = hit
    louder, late = feel.touch(pitch, round(onset / _STEP), chance)
    velocity = round(velocity * (1 + human * (louder - 1)) + chance.gauss(0, 1 + 3 * human))
    onset = max(0.0, bar * BAR + swung(onset, swing) + human * late)
    return Note(pitch, onset, _STEP / 2, max(1, min(127, velocity)))
