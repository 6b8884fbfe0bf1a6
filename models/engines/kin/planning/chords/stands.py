"""The stands of a clip of chords: stretches over one voicing, struck or broken, and which of their notes may be voiced.

All notes of one pitch in a stand are one voice. The bass, pedals, a tune on top and passing notes are no voices: they
stay. Stands of the same voices over the same bass are of one *kind* and are voiced alike.

Offers: ``Stand``, ``stands_of``, ``tune_of``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from models.analysis.arrays import NoteArrays
from models.analysis.voices import melody_line
from models.engines.kin.planning.chords.strokes import Stroke, is_struck, pedals_of, stepwise, strokes_of, texture_of
from models.engines.kin.planning.structure import Structure, once
from models.music.note import Note

_SAME = 0.6
"""Dice's coefficient of the voices of two strokes from which they are one stand."""
_DEEPEST = 52
"""Below this pitch (E2) the lowest note where a chord begins is its bass."""
_STRONG, _RINGS = 0.6, 1.0
"""Strength of a strong place; beats from which on a note that still sounds rings."""
_TUNE_NOTES, _TUNE_TURNS, _TUNE_MOVES, _TUNE_STEPS = 0.5, 1.5, 0.6, 0.4
"""A tune has so many notes a beat and a stand, and moves and steps so often."""


@dataclass(frozen=True)
class Stand:
    """A stretch over one voicing.

    held    indices of the notes that are voiced
    voices  the pitches of ``held``, rising; ``lone``: indices of notes struck alone that lead to the next chord;
            ``basses``: of the bass, and ``ceiling`` the lowest note of the tune above
    tones   the pitch classes that sound; ``root``: of its chord, None where none is known
    half    of broken chords 1 in the second half of a bar, else 0
    together  the pitches of ``held`` that are struck together, rising, with the classes of what else is, each set once;
            ``beside``: pairs of one of ``held`` and another note that is struck with it
    ringing  pairs of one of ``held`` and what others strike while it still rings
    """

    held: tuple[int, ...]
    voices: tuple[int, ...]
    lone: tuple[int, ...]
    basses: tuple[int, ...]
    ceiling: int
    tones: frozenset[int]
    root: int | None
    start: int
    half: int
    together: frozenset[tuple[tuple[int, ...], frozenset[int]]]
    beside: frozenset[tuple[int, int]]
    ringing: frozenset[tuple[int, int]]

    @property
    def kind(self) -> tuple[object, ...]:
        """What stands that are voiced alike have in common."""
        return (
            self.voices,
            self.basses[:1],
            self.tones,
            self.ceiling,
            self.half,
            self.together,
            self.beside,
            self.ringing,
        )

    @property
    def bears_colours(self) -> bool:
        """Is it a chord of four tones over its bass, beside which a ninth is nothing strange?"""
        return len(self.tones) > 3 and bool(self.basses) and self.basses[0] % 12 == self.root


@once
def tune_of(structure: Structure) -> frozenset[int]:
    """Indices of the tune above the chords; none where the top is only theirs."""
    heard = [index for index, note in enumerate(structure.notes) if not note.mute]
    top = [heard[place] for place in melody_line(NoteArrays.of(structure.notes))]
    pitches = [structure.notes[index].pitch for index in top]
    moves = float(np.mean(np.diff(pitches) != 0)) if len(pitches) > 1 else 0.0
    turns = len(_rows(structure)) / (1 if _is_block(structure) else 2)
    sings = len(top) >= max(_TUNE_NOTES * structure.prompt.length, _TUNE_TURNS * turns)
    sings = sings and moves >= _TUNE_MOVES and stepwise(pitches) >= _TUNE_STEPS
    return frozenset(top) if sings and texture_of(structure) == "chords" else frozenset()


@once
def stands_of(structure: Structure) -> Sequence[Stand]:
    """The stands of a clip in order."""
    return [_stand(structure, row) for row in _rows(structure)]


@once
def _rows(structure: Structure) -> Sequence[Sequence[Stroke]]:
    """The strokes of each stand."""
    rows: list[list[Stroke]] = []
    before, alone = set[int](), list[Stroke]()
    for stroke in strokes_of(structure):
        shape = stroke.indices if texture_of(structure) == "riff" else stroke.upper
        upper = {structure.notes[index].pitch for index in shape}
        if not upper and _is_block(structure):
            alone.append(stroke)  # a bass that comes before its chord
            continue
        if rows and _goes_on(structure, rows[-1], [*alone, stroke], upper, before):
            rows[-1] += [*alone, stroke]
        else:
            rows.append([*alone, stroke])
        before, alone = upper or before, []
    return [*rows[:-1], rows[-1] + alone] if rows else [alone]


def _goes_on(
    structure: Structure, row: Sequence[Stroke], coming: Sequence[Stroke], upper: set[int], before: set[int]
) -> bool:
    """Is a stroke, behind basses that were struck alone, of the same stand as the row of strokes before?"""
    same = structure.chord(row[0].step) == structure.chord(coming[-1].step)
    bars = [structure.bar_of(step) for step in (row[-1].step, coming[0].step)]
    if not _is_block(structure):
        return same and bars[0] == bars[1] and _half(structure, row[0].step) == _half(structure, coming[0].step)
    roots = [{structure.notes[index].pitch % 12 for one in some for index in one.bass} for some in (row, coming)]
    if roots[0] and roots[1] and not roots[0] & roots[1] and texture_of(structure) != "riff":
        # Within a bar a bass goes to and fro under its chord.
        return bars[0] == bars[1] and upper == before
    likeness = 2 * len(upper & before) / (len(upper) + len(before))
    return upper <= before or before <= upper or (same and likeness >= _SAME)


def _half(structure: Structure, step: int) -> int:
    return int(2 * (step % structure.bar) >= structure.bar)


def _is_block(structure: Structure) -> bool:
    return is_struck(structure) or texture_of(structure) == "riff"


def _stand(structure: Structure, row: Sequence[Stroke]) -> Stand:
    notes, step = structure.notes, row[0].step
    indices = [index for stroke in row for index in stroke.indices]
    chord = structure.chord(step)
    basses = _basses(structure, row, indices)
    tune, passing = set(tune_of(structure)).intersection(indices), set[int]()
    if chord is not None and not _is_block(structure):
        passing = {index for index in indices if notes[index].pitch % 12 not in chord.classes} - basses
    free = structure.constraints.free
    # A voice is moved whole or not at all: what is partly fixed stays.
    fixed = {notes[index].pitch for index in indices if index not in free or index in basses}
    lone = _lone(structure, row) - basses - tune
    fixed |= {notes[index].pitch for index in lone}
    fixed |= {notes[index].pitch for pair in _beside_passing(notes, indices, passing) for index in pair}
    held = [i for i in indices if i not in basses | tune | passing and notes[i].pitch not in fixed]
    low = [notes[index].pitch for index in sorted(basses)] or _bass_before(structure, step)
    return Stand(
        tuple(held),
        tuple(sorted({notes[index].pitch for index in held})),
        tuple(sorted(i for i in lone if i in free and notes[i].pitch + 12 in structure.constraints.allowed)),
        tuple(sorted(set(low))),
        min((notes[index].pitch for index in tune), default=128),
        frozenset(notes[index].pitch % 12 for index in indices if index not in passing | tune),
        None if chord is None else chord.root,
        step,
        0 if _is_block(structure) else _half(structure, step),
        frozenset(
            (
                tuple(notes[index].pitch for index in stroke.indices if index in held),
                frozenset(notes[index].pitch % 12 for index in stroke.indices if index not in held),
            )
            for stroke in row
        ),
        frozenset(
            (notes[index].pitch, notes[other].pitch)
            for stroke in row
            for index in stroke.indices
            for other in stroke.indices
            if index in held and other not in held
        ),
        frozenset(
            (notes[index].pitch, other.pitch)
            for index in held
            for place, other in enumerate(notes)
            if place not in held
            and min(other.end, notes[index].end) - max(other.onset, notes[index].onset) > 0.1
            and other.onset - notes[index].onset > _RINGS - 0.1
        ),
    )


def _lone(structure: Structure, row: Sequence[Stroke]) -> set[int]:
    """Of chords that are struck the notes struck alone that none of them has: they lead to the next one."""
    if not _is_block(structure):
        return set()
    notes = structure.notes
    chords = {notes[index].pitch for stroke in row if len(stroke.indices) > 1 for index in stroke.indices}
    alone = {stroke.indices[0] for stroke in row if len(stroke.indices) == 1}
    return {index for index in alone if notes[index].pitch not in chords}


def _beside_passing(
    notes: Sequence[Note], indices: Sequence[int], passing: Collection[int]
) -> Iterator[tuple[int, int]]:
    """The notes between which a passing note leads by step, up or down: they are a run with it."""
    for middle in passing:
        near = [index for index in indices if abs(notes[index].pitch - notes[middle].pitch) <= 2]
        for one, other in product(near, near):
            waits = notes[middle].onset - notes[one].onset, notes[other].onset - notes[middle].onset
            moves = notes[middle].pitch - notes[one].pitch, notes[other].pitch - notes[middle].pitch
            if min(waits) > 0 and max(waits) <= 0.5 and moves[0] * moves[1] > 0:
                yield one, other


def _basses(structure: Structure, row: Sequence[Stroke], indices: Sequence[int]) -> set[int]:
    """The notes of a stand that it stands on."""
    if texture_of(structure) == "riff":
        return set()
    notes = structure.notes
    # A weak one of a left hand that goes about is a voice like others.
    leads = [s for s in row if s is row[0] or len(s.indices) > 2 or structure.strength(s.step) >= _STRONG]
    found = {index for stroke in leads for index in stroke.bass} | pedals_of(structure).intersection(indices)
    lowest = structure.basses.intersection(indices)
    if not is_struck(structure):
        lowest |= {min(row[0].indices, key=lambda index: notes[index].pitch)}
    return found | {index for index in lowest if notes[index].pitch < _DEEPEST}


def _bass_before(structure: Structure, step: int) -> list[int]:
    """What still sounds below a stand that has no bass of its own."""
    sounding = [n for n in structure.notes if n.onset < step / 24 - 0.1 and n.end > step / 24 + 0.4]
    return [min(note.pitch for note in sounding)] if sounding else []
