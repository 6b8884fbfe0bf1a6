"""One lane anew: another pattern for one drum, or one pair of hats, while all others stay.

``patterns.json`` has the patterns, in sixteenths of a bar: X loud, x plain, o soft, O the open hat, "." nothing. In a
metre of other length a pattern is cut, or begins again, at the bar line; where the beat goes in threes, every fourth
place is left out. The clip's own swing is kept, and its loudness for that drum.

Offers: ``write_lane``, ``patterns_for``, ``repeats``.
"""

from __future__ import annotations

from collections.abc import Collection
from random import Random

from models.drums.kit import lane_weight
from models.drums.rhythm import Rhythm, swung
from models.drums.styles import LANES, STYLES
from models.music.beats import TIGHT
from models.music.clip import Clip
from models.music.drum_kit import lane_of
from models.music.note import Note

_LOUDNESS = {"X": 1.12, "x": 1.0, "o": 0.5, "O": 1.05}
_LENGTH = 0.2
_PLAIN = 90.0
_NEARLY = 0.85


def patterns_for(pitches: Collection[int], styles: Collection[str]) -> list[str]:
    """Names of the patterns of a lane, those that the styles like first."""
    known = _table(pitches)
    liked = [name for style in styles for name in STYLES[style].patterns if name in known]
    return list(dict.fromkeys((*liked, *known)))


def write_lane(clip: Clip, pitches: Collection[int], name: str, start: float, end: float, seed: int) -> list[Note]:
    """The lane's hits over [start, end): a pattern, its last bar of four a little otherwise."""
    pattern, chance, metre = _table(pitches)[name], Random(seed), clip.metre
    rhythm = Rhythm.of((clip,), clip.length)
    closed = next((pitch for pitch in sorted(pitches) if lane_of(pitch) == "closed hat"), min(pitches))
    opened = next((pitch for pitch in sorted(pitches) if lane_of(pitch) == "open hat"), closed)
    own = [note.velocity for note in clip.notes if note.pitch in pitches]
    loud = sum(own) / len(own) if own else _PLAIN
    turn_around = chance.choice("xo."), chance.randrange(12, 16)
    notes = []
    for bar in range(metre.bar_of(start), metre.bars(end)):
        for place in range(round(metre.bar * 4)):
            sign = pattern[place % len(pattern)]
            if bar % 4 == 3 and seed and place == turn_around[1]:
                sign = turn_around[0]
            onset = _placed(rhythm, bar * metre.bar, place)
            if sign == "." or onset is None or not start - TIGHT <= onset < end - TIGHT:
                continue
            velocity = max(1, min(127, round(loud * _LOUDNESS[sign])))
            notes.append(Note(opened if sign == "O" else closed, onset, min(_LENGTH, end - onset), velocity))
    return notes


def repeats(clip: Clip, notes: Collection[Note], start: float, end: float) -> bool:
    """Is a lane written for [start, end) nearly what the clip has there already?"""

    def places(hits: Collection[Note]) -> set[tuple[int, int]]:
        return {(round(note.onset * 8), note.pitch) for note in hits if start - TIGHT <= note.onset < end - TIGHT}

    new, pitches = places(notes), {note.pitch for note in notes}
    old = places([note for note in clip.notes if note.pitch in pitches])
    return 2 * len(new & old) > _NEARLY * (len(new) + len(old))


def _placed(rhythm: Rhythm, bar: float, place: int) -> float | None:
    """Where the n-th sixteenth of a bar lies; None for one that a beat in threes hasn't."""
    if rhythm.ternary:
        return None if place % 4 == 3 else bar + place // 4 + place % 4 / 3
    return swung(bar + place / 4, rhythm.swing, rhythm.swing_unit)


def _table(pitches: Collection[int]) -> dict[str, str]:
    """The patterns of the lane that the weightiest of the pitches belongs to."""
    lanes = {lane_of(pitch) for pitch in sorted(pitches)}
    if "closed hat" in lanes:
        return LANES["closed hat"]
    weightiest = max(sorted(pitches), key=lane_weight)
    return LANES.get(lane_of(weightiest) or "other", LANES["other"])
