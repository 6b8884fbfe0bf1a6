"""One lane anew: another pattern for one drum, or one pair of hats, while all others stay.

Patterns are written in sixteenths of a bar: X loud, x plain, o soft, O the open hat, "." nothing. In a metre of other
length a pattern is cut, or begins again, at the bar line; where the beat goes in threes, every fourth place is left
out. The clip's own swing is kept, and its loudness for that drum.

Offers: ``write_lane``, ``patterns_for``, ``repeats``.
"""

from __future__ import annotations

from collections.abc import Collection
from random import Random

from models.drums.kit import lane_weight
from models.drums.rhythm import Rhythm, swung
from models.music.beats import TIGHT
from models.music.clip import Clip
from models.music.drum_kit import Lane, lane_of
from models.music.note import Note

_HATS = {
    "eighths": "X.x.X.x.X.x.X.x.",
    "sixteenths": "Xoxoxoxoxoxoxoxo",
    "offbeats": "..O...O...O...O.",
    "gallop": "X.xxX.xxX.xxX.xx",
    "eighths and an open one": "X.x.X.x.X.x.X.O.",
    "sixteenths that breathe": "Xox.xoO.Xox.xoO.",
    "quarters": "X...x...X...x...",
    "off sixteenths": ".x.x.x.x.x.x.x.x",
    "broken": "X.xoX..xx.xoX.x.",
    "threes": "x..x..x..x..x.x.",
}
_KICKS = {
    "every beat": "X...X...X...X...",
    "one and three": "X.......X.......",
    "broken": "X.........x.....",
    "pushed": "X..x......x.....",
    "two-step": "X......x..x.....",
    "syncopated": "X..x..x...x.....",
    "half time": "X.....x....x..x.",
    "tresillo": "X..x..x.X..x..x.",
    "rolling": "X.x.......x..x..",
}
_SNARES = {
    "backbeat": "....X.......X...",
    "backbeat with ghosts": "....X..o.o..X..o",
    "half time": "........X.......",
    "answer": "....X.......X.x.",
    "dembow": "...x..x....x..x.",
    "pushed": "....X.....x.X...",
    "displaced": "....X.......o.X.",
    "ghosts before": "..o.X..o..o.X...",
}
_OTHERS = {
    "offbeats": "..x...x...x...x.",
    "clave": "X..x..x...x.x...",
    "tresillo": "X..x..x.X..x..x.",
    "beats": "X...x...x...x...",
    "once": "X...............",
    "cinquillo": "X.xx.xx.X.xx.xx.",
    "answer": "............x.x.",
    "eighths": "X.x.x.x.X.x.x.x.",
}
_RIDES = {
    "eighths": "X.x.X.x.X.x.X.x.",
    "swing": "X...x..xX...x..x",
    "quarters": "X...x...X...x...",
    "bell": "..X...X...X...X.",
}
_CRASHES = {"one": "X...............", "one and three": "X.......x.......", "two and four": "....x.......x..."}
_BY_LANE: dict[Lane | None, dict[str, str]] = {
    "kick": _KICKS,
    "snare": _SNARES,
    "closed hat": _HATS,
    "open hat": _OTHERS,
    "ride": _RIDES,
    "crash": _CRASHES,
}
_LOUDNESS = {"X": 1.12, "x": 1.0, "o": 0.5, "O": 1.05}
_LIKED_BY = {
    "house": ("every beat", "backbeat", "offbeats"),
    "techno": ("every beat", "sixteenths", "off sixteenths"),
    "trap": ("half time", "threes", "gallop"),
    "funk": ("syncopated", "backbeat with ghosts", "sixteenths"),
    "garage": ("two-step", "gallop", "answer"),
    "drum-and-bass": ("broken", "backbeat with ghosts", "eighths"),
    "breakbeat": ("rolling", "ghosts before", "broken"),
    "rock": ("one and three", "backbeat", "eighths"),
    "reggaeton": ("every beat", "dembow", "eighths"),
    "afro": ("every beat", "clave", "threes"),
    "jazz": ("swing", "quarters"),
    "hip-hop": ("pushed", "backbeat", "eighths"),
}
_LENGTH = 0.2
_PLAIN = 90.0
_NEARLY = 0.85


def patterns_for(pitches: Collection[int], styles: Collection[str]) -> list[str]:
    """Names of the patterns of a lane, those that the styles like first."""
    known = _table(pitches)
    liked = [name for style in styles for name in _LIKED_BY.get(style, ()) if name in known]
    return list(dict.fromkeys((*liked, *known)))


def write_lane(clip: Clip, pitches: Collection[int], name: str, start: float, end: float, seed: int) -> list[Note]:
    """The lane's hits over [start, end): a pattern, its last bar of four a little otherwise."""
    pattern, chance, metre = _table(pitches)[name], Random(seed), clip.metre
    rhythm = Rhythm.of((clip,), clip.length)
    closed, opened = _drums(pitches)
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
        return _HATS
    weightiest = max(sorted(pitches), key=lane_weight)
    return _BY_LANE.get(lane_of(weightiest), _OTHERS)


def _drums(pitches: Collection[int]) -> tuple[int, int]:
    """Which pitch a plain hit takes, and which an open hat."""
    ordered = sorted(pitches)
    closed = next((pitch for pitch in ordered if lane_of(pitch) == "closed hat"), ordered[0])
    return closed, next((pitch for pitch in ordered if lane_of(pitch) == "open hat"), closed)
