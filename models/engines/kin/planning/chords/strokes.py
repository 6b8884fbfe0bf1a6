"""The strokes of chords, and what a clip of them is: chords struck or broken, a riff of one shape, or a line.

A *stroke* is what is struck within a fifth of a beat, so a roll or a strum is one.

Offers: ``Stroke``, ``strokes_of``, ``hand_of``, ``is_struck``, ``texture_of``, ``stepwise``, ``pedals_of``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np

from models.engines.kin.planning.structure import Structure, once
from models.music.note import Note

Texture = Literal["chords", "riff", "line"]

_BLOCK = 2.2
"""Notes a stroke from which chords are struck, not broken."""
_ROLLED, _TOGETHER = 0.2, 0.15
_APART, _OCTAVE_APART, _FLOOR = 7, 5, 9
"""Semitones from a bass to the chord above it, of one in octaves from the upper; and above the lowest note of its bar
where it may lie."""
_WITH_BASS, _STRUMMED, _AS_LONG = 0.7, 9, 1.5
"""Share of the strokes from which a bass is part of the hand; semitones from one to the chord on the same strings; how
much longer a bass lasts that another hand plays."""
_PARALLEL, _REPEATED = 0.8, 0.5
"""Share of the strokes from which one shape is the texture; and of those that come again at once in a riff."""
_SPARSE, _STEPS = 1.75, 0.45
"""Notes a stroke below which a clip may be a line; share of its moves that are steps there."""


@dataclass(frozen=True)
class Stroke:
    """Notes struck as one: indices from the lowest, the step of the first, and those of the bass."""

    indices: tuple[int, ...]
    step: int
    bass: frozenset[int]

    @cached_property
    def upper(self) -> tuple[int, ...]:
        """What is struck above the bass."""
        return tuple(index for index in self.indices if index not in self.bass)


@once
def strokes_of(structure: Structure) -> Sequence[Stroke]:
    """The strokes of a clip in order."""
    groups: list[list[int]] = []
    for index, note in enumerate(structure.notes):
        if groups and note.onset - structure.notes[groups[-1][0]].onset < _ROLLED:
            groups[-1].append(index)
        else:
            groups.append([index])
    notes, blocks = structure.notes, len(structure.notes) >= _BLOCK * len(groups)
    found = []
    ordered = [sorted(group, key=lambda index: notes[index].pitch) for group in groups]
    crowds = [group for group in ordered if len(group) >= 3]
    # The second lowest of a chord is surely above the bass.
    ceiling = float(np.median([notes[group[1]].pitch for group in crowds])) - _APART if crowds else 0.0
    floors = [min((notes[index].pitch for index in bar), default=0) for bar in structure.in_bars]
    for group in ordered:
        gap = notes[group[1]].pitch - notes[group[0]].pitch if len(group) > 1 else 0
        deep = [index for index in group if notes[index].pitch <= ceiling]
        low = notes[group[0]].pitch <= floors[structure.bar_of(structure.steps[group[0]])] + _FLOOR
        # A left hand that strikes chords may double its bass.
        size = 1 + (
            gap == 12 and blocks and len(group) > 2 and notes[group[2]].pitch - notes[group[1]].pitch >= _OCTAVE_APART
        )
        bass = deep if len(group) <= 2 else group[:size] if gap >= _APART and low else []
        found.append(Stroke(tuple(group), structure.steps[min(group)], frozenset(bass)))
    return found


@once
def hand_of(structure: Structure, stroke: Stroke) -> Sequence[int]:
    """What moves as one when a stroke moves: what lies above the bass; of a riff or a strum the whole shape."""
    return stroke.indices if texture_of(structure) == "riff" or _is_one_hand(structure) else stroke.upper


@once
def _is_one_hand(structure: Structure) -> bool:
    """Does the hand that strikes the chords strike their basses as well?"""
    notes, strokes = structure.notes, strokes_of(structure)
    basses = [stroke for stroke in strokes if stroke.bass]
    if not basses or len(strokes) <= structure.bars or not all(stroke.upper for stroke in basses):
        return False
    gaps = [notes[stroke.upper[0]].pitch - max(notes[i].pitch for i in stroke.bass) for stroke in basses]
    longer = [notes[min(stroke.bass)].duration / notes[stroke.upper[0]].duration for stroke in basses]
    often = len(basses) >= _WITH_BASS * len(strokes)
    return (often or float(np.median(gaps)) <= _STRUMMED) and float(np.median(longer)) < _AS_LONG


@once
def is_struck(structure: Structure) -> bool:
    """Are the chords of a clip struck, not broken?"""
    return float(np.mean([len(stroke.indices) for stroke in strokes_of(structure)])) >= _BLOCK


@once
def texture_of(structure: Structure) -> Texture:
    """What a clip of chords is: a riff is one shape that goes about; of a line some notes may be doubled below."""
    strokes = strokes_of(structure)
    rows = [tuple(structure.notes[index].pitch for index in stroke.indices) for stroke in strokes]
    shapes = Counter(tuple(pitch - row[0] for pitch in row) for row in rows)
    shape, count = shapes.most_common(1)[0]
    again = float(np.mean([one == other for one, other in pairwise(rows)])) if len(rows) > 1 else 0.0
    if len(shape) > 1 and count >= _PARALLEL * len(rows):
        return "riff" if again >= _REPEATED or 7 in shape else "line"
    doubled = [row for row in rows if len(row) > 1]
    octaves = sum(len(row) == 2 and row[1] - row[0] == 12 for row in doubled)
    if doubled and octaves >= _PARALLEL * len(doubled):
        return "line"
    sparse = sum(map(len, rows)) < _SPARSE * len(rows) and not pedals_of(structure)
    return "line" if sparse and stepwise([row[-1] for row in rows]) >= _STEPS else "chords"


def stepwise(pitches: Sequence[int]) -> float:
    """Share of the moves of a line that are steps, 0 where it never moves."""
    moves = [abs(b - a) for a, b in pairwise(pitches) if a != b]
    return float(np.mean([move <= 2 for move in moves])) if moves else 0.0


@once
def pedals_of(structure: Structure) -> frozenset[int]:
    """Indices of the notes that hold below at least two later strokes: the chords stand on them."""
    found = set()
    for index, note in enumerate(structure.notes):
        beside = [other for other in structure.notes if _overlap(note, other) > _TOGETHER]
        later = {round(4 * other.onset) for other in beside if other.onset > note.onset + _ROLLED}
        if len(later) >= 2 and note.pitch == min(other.pitch for other in beside):
            found.add(index)
    return frozenset(found)


def _overlap(one: Note, other: Note) -> float:
    return min(one.end, other.end) - max(one.onset, other.onset)
