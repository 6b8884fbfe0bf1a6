"""The hand of a player: how a note that stands is struck, a little louder or softer, a few milliseconds early or late.

A player's habits come back: what is struck on the same place of the bar with the same drum is moved alike in every bar,
and only a little chance lies on top. What is there stays audible. Accents keep their order: velocities that lie apart
are moved by less than half of what is between them, so dead and ghost notes stay what they are. A drum, or a part, that
somebody has played already keeps its pocket and is only breathed on; one that stands on the grid is led a few
milliseconds before or behind it, each drum in its own way, as a feel has it. A lane of one velocity has no accents yet
and takes those of the metre.

Offers: ``humanise``, ``touched``, ``Feel``, ``FEELS``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from models.engines.rules.editor import Editor
from models.music.beats import TIGHT, Metre, off_grid, strength
from models.music.drum_kit import part_of
from models.music.note import Note


@dataclass(frozen=True, slots=True)
class Feel:
    """Where a player sits, in milliseconds behind the beat: kick, snare, cymbals and toms, and all that isn't drums;
    weak: how much later places off the pulse come."""

    name: str
    kick: float
    snare: float
    cymbals: float
    other: float
    weak: float

    def lean(self, pitch: int, *, drums: bool) -> float:
        """Milliseconds for a pitch."""
        parts = {"kick": self.kick, "snare": self.snare, "cymbals": self.cymbals, "toms": self.snare}
        part = part_of(pitch) if drums else None
        return parts[part] if part else self.other


FEELS = (
    Feel("laid back", 1, 11, 5, 9, 2),
    Feel("on top", -2, -5, -8, -7, 1),
    Feel("steady", 0, 6, -6, 2, 8),
    Feel("loose", -3, 8, -5, 3, 9),
)
"""Ways to sit on the beat, by turns of the seed."""

MOST_MS, MOST_VELOCITY = 15.0, 6.0
_HABIT_MS, _CHANCE_MS = 2.5, 2.0
_HABIT, _CHANCE, _SWELL = 2.6, 1.2, 1.2
_ACCENTS = 20.0
"""Velocity from the weakest to the strongest place, for what has no accents."""

_TIER = 6
"""Velocities no further apart than this are of one weight."""

_FLAT = 4
_TOGETHER = 1 / 24
_SHORTEST = 1 / 64
_ON_GRID = 1 / 96
_FAST = 0.2
"""Beats; strokes of one drum nearer than this are a roll, which stays as even as it is."""


def touched(
    notes: Sequence[Note], metre: Metre, tempo: float, seed: int, *, drums: bool, width: float = 1.0
) -> list[Note]:
    """The notes, sorted by onset, as a hand strikes them; in their order, pitches and ends unchanged.

    width  how far: 1 as usual, 0 not at all
    Onsets move by at most 15 ms and less than a third of the way to the next one of the pitch, velocities by 6 (10
    where a lane has no accents). What isn't drums moves onset by onset, so chords, rolls and strums stay as struck.
    """
    feel, chance = FEELS[seed % len(FEELS)], Random(seed)
    habits: dict[tuple[int, int], tuple[float, float]] = {}
    lines = _lines(notes, drums=drums)
    lines_of = {index: line for line in lines for index in line}
    flat = {id(line): _is_flat(notes, line) for line in lines}
    played = {id(line): _is_played(notes, line) for line in lines}
    room = _room(notes, lines)
    tiers = _tiers(notes, lines)
    mean = sum(note.pitch for note in notes) / max(1, len(notes))
    result: list[Note] = []
    late, last = 0.0, -1.0
    for index, note in enumerate(notes):
        place, line = strength(note.onset, metre), id(lines_of[index])
        lane = note.pitch if drums else 0
        cell = round(metre.in_bar(note.onset) * 4)
        loud, timing = habits.setdefault((lane, cell), (chance.gauss(0, _HABIT), chance.gauss(0, _HABIT_MS)))
        swell = _SWELL * math.sin(math.pi * note.onset / (2 * metre.bar) + seed)
        change = width * (loud + swell + chance.gauss(0, _CHANCE))
        lower, upper = tiers[index]
        if flat[line]:
            shape = 0.0 if drums else 0.3 * max(-12.0, min(12.0, note.pitch - mean))
            change += width * (_ACCENTS * (place - 0.5) + shape)
            lower, upper = max(lower, -10.0), min(upper, 10.0)
        else:
            lower, upper = max(lower, -MOST_VELOCITY), min(upper, MOST_VELOCITY)
        if drums or note.onset - last > _TOGETHER or index == 0:
            ms = timing + chance.gauss(0, _CHANCE_MS)
            if not played[line]:
                ms += feel.lean(note.pitch, drums=drums) + feel.weak * (1 - place if place < 0.6 else 0.0)
            late, last = width * max(-MOST_MS, min(MOST_MS, ms)) * tempo / 60_000, note.onset
        shift = max(-room[index][0], min(room[index][1], late))
        velocity = max(1, min(127, note.velocity + round(max(lower, min(upper, change)))))
        onset = max(0.0, note.onset + shift)
        result.append(note.moved(onset=onset, velocity=velocity, duration=max(_SHORTEST, note.end - onset)))
    return _even_rolls(notes, result, lines)


def _lines(notes: Sequence[Note], *, drums: bool) -> list[list[int]]:
    """Indices of what one hand plays: of drums each pitch, else everything."""
    if not drums:
        return [list(range(len(notes)))]
    by_pitch: dict[int, list[int]] = {}
    for index, note in enumerate(notes):
        by_pitch.setdefault(note.pitch, []).append(index)
    return list(by_pitch.values())


def _is_flat(notes: Sequence[Note], line: Sequence[int]) -> bool:
    velocities = [notes[index].velocity for index in line]
    return len(line) >= 4 and max(velocities) - min(velocities) <= _FLAT


def _is_played(notes: Sequence[Note], line: Sequence[int]) -> bool:
    """Does half of it lie beside every grid that there is?"""
    beside = [min(abs(off_grid(notes[index].onset, step)) for step in (1 / 8, 1 / 12)) > _ON_GRID for index in line]
    return sum(beside) >= 0.5 * len(line)


def _room(notes: Sequence[Note], lines: Sequence[Sequence[int]]) -> list[tuple[float, float]]:
    """How far (beats) each note may come earlier and later: a third of the way to its neighbours in the line."""
    room = [(math.inf, math.inf)] * len(notes)
    for line in lines:
        onsets = [notes[index].onset for index in line]
        for place, index in enumerate(line):
            before = next((o for o in reversed(onsets[:place]) if onsets[place] - o > _TOGETHER), -math.inf)
            after = next((o for o in onsets[place + 1 :] if o - onsets[place] > _TOGETHER), math.inf)
            room[index] = ((onsets[place] - before) / 3, (after - onsets[place]) / 3)
    return room


def _tiers(notes: Sequence[Note], lines: Sequence[Sequence[int]]) -> list[tuple[float, float]]:
    """How far each velocity may fall and rise before it comes near those of another weight in its line."""
    bounds = [(-math.inf, math.inf)] * len(notes)
    for line in lines:
        levels = sorted({notes[index].velocity for index in line})
        below = {level: -math.inf for level in levels}
        above = {level: math.inf for level in levels}
        for low, high in zip(levels, levels[1:], strict=False):
            if high - low >= _TIER:
                half = (high - low - 1) // 2
                above[low], below[high] = half, -half
        for index in line:
            bounds[index] = (below[notes[index].velocity], above[notes[index].velocity])
    return bounds


def _even_rolls(notes: Sequence[Note], moved: list[Note], lines: Sequence[Sequence[int]]) -> list[Note]:
    """Strokes of a roll, flam or strum moved as its first one is."""
    for line in lines:
        for before, index in zip(line, line[1:], strict=False):
            if 0 < notes[index].onset - notes[before].onset < _FAST:
                shift = moved[before].onset - notes[before].onset
                onset = max(0.0, notes[index].onset + shift)
                moved[index] = moved[index].moved(onset=onset, duration=max(_SHORTEST, notes[index].end - onset))
    return moved


def humanise(editor: Editor, *, timed: bool) -> None:
    """Every free note with another velocity; timed: a few milliseconds earlier or later as well.

    All of it is one move, so that a note may make room for the next; where that can't be, each onset is one.
    """
    constraints = editor.constraints
    whole = editor.drums and not constraints.keeps_order
    struck = touched(
        editor.notes, editor.clip.metre, editor.clip.tempo, editor.seed, drums=whole, width=editor.temperature
    )
    free = sorted(constraints.free)
    softly = {index: editor.notes[index].moved(velocity=struck[index].velocity) for index in free}
    if timed:
        played = {index: struck[index] for index in free if constraints.start <= struck[index].onset}
        moved = _parted(editor.notes, {**softly, **played})
        if editor.add(free, [moved[index] for index in free]):
            return
        for group in constraints.groups:
            mine = [index for index in group if index in constraints.free]
            if mine and not editor.add(mine, [moved[index] for index in mine]):
                editor.add(mine, [softly[index] for index in mine])
        return
    for index in free:
        editor.add((index,), (softly[index],))


def _parted(notes: tuple[Note, ...], moved: dict[int, Note]) -> dict[int, Note]:
    """Notes that ended before another began are shortened so that they still do."""
    result = dict(moved)
    latest: dict[int, int] = {}
    for index, note in enumerate(notes):
        onset = moved.get(index, note).onset
        for pitch, other in list(latest.items()):
            if notes[other].end <= note.onset + TIGHT and other in result and result[other].end > onset:
                result[other] = result[other].moved(duration=max(_SHORTEST, onset - result[other].onset))
            if notes[other].end <= note.onset + TIGHT:
                del latest[pitch]
        latest[note.pitch] = index
    return result
