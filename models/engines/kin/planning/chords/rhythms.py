"""Another rhythm for the hand that plays chords: one place of the bar comes early or is struck once more.

It happens in all bars that have a stroke there, or in those of them that let it if they are most, or in every other
one, else not at all. What is held stays held, and what would ring into an early stroke ends there.

Offers: ``Played``, ``rhythm_of``, ``is_held``, ``shorter``, ``bears``, ``closing_bar``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.chords.strokes import Stroke, hand_of, strokes_of, texture_of
from models.engines.kin.planning.structure import Structure, once
from models.music.note import Note

Played = dict[int, tuple[Note, ...]]
"""For each note of the clip whose rhythm changes, by index, what is played in its place, at the pitch that it had."""

_HELD, _WEAK, _SHORT = 1.9, 0.6, 0.7
"""Beats of chords that are held, which have no rhythm; strength of a weak place; beats of a short stroke."""
_LONG, _LEAST_GATE, _LEAST_OF_HELD = 0.4, 0.6, 0.85
"""Beats of chords that may be held for less, and the least share of it; of held ones."""
_LEADS = (12, 6)
_SWUNG = frozenset((STEPS // 6, STEPS // 3, 2 * STEPS // 3, 5 * STEPS // 6))
"""Steps of a beat that only a swung rhythm has."""
_SOFT = 0.85


def rhythm_of(
    structure: Structure, kinds: Sequence[str], most: float, rng: np.random.Generator, known: Played
) -> Played:
    """One change of rhythm of a kind ("push", "strokes") beside those known; {} where none fits.

    most  notes that may be moved
    """
    kinds = [kind for kind in _CHANGES if kind in kinds]
    changes = [one for kind in kinds for change in _CHANGES[kind] for one in _figures(structure, change)]
    found = [one for one in changes if _size(one) <= most and one.keys().isdisjoint(known)]
    if not found:
        return {}
    # What happens in more bars is the better figure.
    sizes = np.array([_size(one) for one in found])
    return found[int(rng.choice(len(found), p=sizes / sizes.sum()))]


@once
def _figures(structure: Structure, change: Callable[[Structure, Stroke], Played | None]) -> Sequence[Played]:
    """The same change of rhythm at each place of the bar where it fits, in all bars and in every other one."""
    if is_held(structure):
        return []
    found: list[Played] = []
    by_place: dict[int, list[Stroke]] = {}
    for stroke in _struck(structure):
        if structure.bar_of(stroke.step) != closing_bar(structure) and all(
            index in structure.constraints.free for index in hand_of(structure, stroke)
        ):
            by_place.setdefault(stroke.step % structure.bar, []).append(stroke)
    for row in by_place.values():
        parts = [change(structure, stroke) for stroke in row]
        odd = [part for stroke, part in zip(row, parts, strict=True) if structure.bar_of(stroke.step) % 2]
        able = [part for part in parts if part is not None]  # a chord out of the scale is left alone
        for some in (able if 2 * len(able) > len(row) else [], odd):
            joined = {index: notes for part in some if part is not None for index, notes in part.items()}
            if joined and None not in some and sum(len(part or ()) for part in some) == len(joined):
                found.append(joined)
    return found


@once
def bears(structure: Structure, step: int) -> bool:
    """Is a step such as the clip's rhythm may be struck at: on its grid, and no stronger than all of its strokes?"""
    strokes, ticks = strokes_of(structure), {step % STEPS for step in structure.steps} | {0}
    if not ticks & _SWUNG:
        ticks.add(STEPS // 2)
    return step % STEPS in ticks and structure.strength(step) <= max(structure.strength(one.step) for one in strokes)


@once
def closing_bar(structure: Structure) -> int | None:
    """The last bar where it has fewer strokes than most, and so is a close; None where it goes on like others."""
    counts = np.bincount([structure.bar_of(one.step) for one in _struck(structure)], minlength=structure.bars)
    return structure.bars - 1 if structure.bars > 1 and counts[-1] < np.median(counts[:-1]) else None


@once
def is_held(structure: Structure) -> bool:
    """Are the chords held, so that they have no rhythm?"""
    lengths = [structure.notes[i].duration for stroke in _struck(structure) for i in hand_of(structure, stroke)]
    return not lengths or float(np.median(lengths)) >= _HELD


@once
def _struck(structure: Structure) -> Sequence[Stroke]:
    """The strokes that have more than a bass."""
    return [stroke for stroke in strokes_of(structure) if hand_of(structure, stroke)]


def _size(played: Played) -> int:
    return sum(max(1, abs(len(notes) - 1)) for notes in played.values())


def _neighbours(structure: Structure, stroke: Stroke) -> tuple[int, int]:
    """Steps of the strokes before and behind, of those that have more than a bass."""
    steps = [other.step for other in _struck(structure)]
    place = steps.index(stroke.step)
    last = structure.bars * structure.bar
    return (steps[place - 1] if place else -structure.bar), (steps[place + 1] if place + 1 < len(steps) else last)


def _is_free(structure: Structure, indices: Sequence[int]) -> bool:
    constraints = structure.constraints
    return all(index in constraints.free and structure.notes[index].pitch in constraints.allowed for index in indices)


def shorter(structure: Structure, size: float, known: Played, tune: Collection[int]) -> Played:
    """All chords that last are held for less, as much as makes so many notes of a change; not the tune."""
    hands = [index for stroke in _struck(structure) for index in hand_of(structure, stroke)]
    long = [i for i in hands if structure.notes[i].duration >= _LONG and i not in known and i not in tune]
    long = [index for index in long if _is_free(structure, [index])]
    if not long or size <= 0:
        return {}
    held = np.median([structure.notes[index].duration for index in long]) >= _HELD
    share = max(_LEAST_OF_HELD if held else _LEAST_GATE, 1 - 2 * size / max(1, len(long)))
    return {i: (structure.notes[i].moved(duration=share * structure.notes[i].duration),) for i in long}


def _pushed(structure: Structure, stroke: Stroke) -> Played | None:
    """It comes an 8th or a 16th early, on a place of the grid that the clip uses, and is held as long as before."""
    before, _ = _neighbours(structure, stroke)
    ticks = {step % STEPS for step in structure.steps}
    leads = [lead for lead in _LEADS if (stroke.step - lead) % STEPS in ticks and stroke.step - lead - before >= lead]
    if not leads or structure.strength(stroke.step) < _WEAK or stroke.step - leads[0] < 0:
        return None
    lead = leads[0] / STEPS
    start = structure.notes[hand_of(structure, stroke)[0]].onset - lead
    tones = {structure.notes[index].pitch % 12 for index in stroke.indices}
    if any(
        start - 0.05 <= note.onset < start + lead - 0.05 and note.pitch % 12 not in tones
        for index, note in enumerate(structure.notes)
        if index not in stroke.indices
    ):
        return None  # it would rub against what is struck there
    played: Played = {}
    for index in hand_of(structure, stroke):
        note = structure.notes[index]
        longer = note.duration + lead if note.duration > _SHORT else note.duration
        played[index] = (note.moved(onset=note.onset - lead, duration=longer),)
    for index, note in enumerate(structure.notes):
        if index not in played and note.onset < start - 0.05 and start + 0.02 < note.end <= start + lead + 0.3:
            played[index] = (note.moved(duration=start - note.onset),)
    return played if _is_free(structure, list(played)) else None


def _again(structure: Structure, stroke: Stroke) -> Played | None:
    """It is struck once more, short and softer, where the clip's grid has room before the next one."""
    notes, (_, coming) = structure.notes, _neighbours(structure, stroke)
    steps = [other.step for other in _struck(structure)]
    gap = min((b - a for a, b in pairwise(steps)), default=STEPS)
    length = max(notes[index].duration for index in hand_of(structure, stroke))
    wait = gap // 2 if texture_of(structure) == "riff" and gap >= 12 else STEPS // 2 if gap <= STEPS else STEPS
    if length > wait / STEPS + 0.05 and length > 1.0:
        return None
    step = stroke.step + wait
    if (
        coming - step < min(wait, 12)
        or structure.strength(step) >= 1
        or not bears(structure, step)
        or structure.bar_of(step) != structure.bar_of(stroke.step)
    ):
        return None
    played = {}
    for index in hand_of(structure, stroke):
        note = notes[index]
        onset = note.onset + wait / STEPS
        short = min(note.duration, wait / STEPS)
        soft = structure.softer(note.velocity, _SOFT)
        played[index] = (
            note.moved(duration=short),
            note.moved(onset=onset, duration=min(short, (coming - step) / STEPS), velocity=soft),
        )
    return played if _is_free(structure, list(played)) else None


_CHANGES: Mapping[str, Sequence[Callable[[Structure, Stroke], Played | None]]] = {
    "push": (_pushed,),
    "strokes": (_again,),
}
"""The changes of each kind."""
