"""Which of several drafts becomes the variation: the one that needs the least forcing to meet the dial; of beats the
least strange one.

What goes farther from the prompt than asked can be taken back in part; what stays too near must be nudged note by
note, which is no music. So drafts a little beyond the dial are the best, and where all are too near they are written
anew.

What a musician would find amiss in a planned result is one small sum, 0 where nothing is: a line's unusual intervals
and notes against their chords, turns that go round longer than the prompt's, flat
runs, toggles, roots that are lost, dead notes that are loud, an ending elsewhere than the clip's; of beats the
strangeness.

Offers: ``NEAR_ENOUGH``, ``select``, ``too_near``, ``penalty``, ``strangeness``, ``most_hits``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from models.constraints.edits import EditSet
from models.constraints.similarity_search import TOLERANCE, SearchResult, search_similarity
from models.engines.kin.config import STEPS
from models.engines.kin.planning.line_search import LineSearch, Slot
from models.engines.kin.planning.structure import Structure, once
from models.music.beats import TIGHT
from models.music.clip import Clip
from models.music.drum_kit import PARTS, Part, part_of
from models.music.note import Note

NEAR_ENOUGH = 0.048
"""How far from the dial (0-1) a plan may lie to be taken as it is."""
ALIKE_COUNTS = 1.0
"""The penalty of having much in common with a result before this one."""
_MAY_SHARE = 0.5

_MORE, _MORE_HITS, _FEW_HITS = 1.5, 1, 3
"""A part is crowded with more hits in a bar than 1.5 times the most that the prompt has, and one, and three."""
_MISSED = 0.5
"""A part is missing with less than this share of its hits."""
_EARLY = 0.06
"""Beats by which a hit may come before the bar line that it belongs to."""
_LOOPS, _FAULTS, _FLATTER, _LOST_ROOTS, _RAISED, _STUMPS = 0.15, 0.4, 3.0, 3.0, 2.0, 0.3
_ENDS, _SIZE = 0.5, 0.3
_HOLES = {"bass": 2.0, "melody": 1.0, "chords": 0.0}
"""What it costs, by role, that notes are fewer, for the natural logarithm of their share."""
_WAVERS, _NARROWS, _NARROWER = 2.0, 3.0, 0.15
"""What it costs that more of a line goes to and fro, and that its range shrinks by more than this share."""
_LOST_HITS, _LOUD = 4.0, 0.5
_PUSHED = 0.3
"""Beats by which a root may come early or late."""
_PERIODS = range(1, 9)
_COLUMNS = {part: number for number, part in enumerate(PARTS)}


def select(
    edit_sets: Sequence[EditSet],
    target: float | None,
    density: float,
    taken: Sequence[tuple[Note, ...]],
    penalty: Callable[[Sequence[Note]], float] | None = None,
    *,
    whole: bool = False,
) -> SearchResult | None:
    """The best result that isn't taken; None when there is none.

    edit_sets  of at least one draft, those first that need the least forcing to come to the dial
    target     the dial, 0-1; None: as much as was written
    density    notes of the result for each note of the prompt
    penalty    what is amiss in a result: of plans that are as near the best is taken
    whole      no plan is to be taken in part
    """
    constraints = edit_sets[0].constraints
    spoken_for = () if whole else taken
    planned = (_as_planned(edit_set, target, spoken_for) for edit_set in edit_sets if penalty is not None)
    # What keeps close to its plan is worth more than what comes closer to the dial.
    results: Iterable[SearchResult] = [one for one in planned if one is not None and one.notes not in taken]
    if not results and not whole:
        searched = (search_similarity(edit_set, target, taken) for edit_set in edit_sets)
        results = (reached for reached in searched if reached is not None)
    if penalty is None and (not constraints.drums or not constraints.notes):  # beside no beat none is strange
        return next(iter(results), None)

    def cost(reached: SearchResult) -> tuple[bool, float]:
        misses = target is not None and abs(reached.similarity - target) > TOLERANCE
        if penalty is not None:
            return misses, penalty(reached.notes) + ALIKE_COUNTS * _alike(constraints.notes, reached.notes, taken)
        size = abs(math.log(max(1, len(reached.notes)) / (density * len(constraints.notes))))
        return misses, strangeness(constraints.prompt, reached.notes) + _SIZE * size

    return min(results, default=None, key=cost)


def _as_planned(edit_set: EditSet, target: float | None, taken: Sequence[tuple[Note, ...]]) -> SearchResult | None:
    """A plan whole where that is near enough to the dial: its edits are worth more than the second decimal."""
    whole = search_similarity(edit_set, None, taken)
    near = target is None or (whole is not None and abs(whole.similarity - target) <= NEAR_ENOUGH)
    return whole if near else None


def _alike(prompt: Sequence[Note], notes: Sequence[Note], taken: Sequence[tuple[Note, ...]]) -> float:
    """How much more of what is new in a result is new in another one, too, than may be: the most of any of those."""
    if not taken:
        return 0.0
    new = set(notes).difference(prompt)
    shared = max(len(new & set(other)) / max(1, len(new)) for other in taken)
    return max(0.0, shared - _MAY_SHARE)


def too_near(edit_sets: Sequence[EditSet], target: float | None) -> bool:
    """Does every draft, taken whole, stay nearer to the prompt than the dial tolerates?"""
    wholes = (search_similarity(edit_set, None) for edit_set in edit_sets)
    return target is not None and all(whole is None or whole.similarity > target + TOLERANCE for whole in wholes)


def strangeness(prompt: Clip, notes: Sequence[Note]) -> float:
    """How many parts of a beat (kick, snare, cymbals, toms), a bar, are mostly missing or crowded beside the prompt.

    A variation of a backbeat may move it, but a bar without any, or of nothing else, is another piece.
    """
    before, after = _hits(prompt, prompt.notes), _hits(prompt, notes)  # (bars, parts)
    missing = after < _MISSED * before
    crowded = after > list(most_hits(prompt).values())
    return float((missing | crowded).sum() / len(before))


def most_hits(prompt: Clip) -> dict[Part, int]:
    """How many hits of each part a bar may have before it is crowded."""
    fullest = _hits(prompt, prompt.notes).max(axis=0)
    return {part: max(_FEW_HITS, int(_MORE * hits + _MORE_HITS)) for part, hits in zip(PARTS, fullest, strict=True)}


def _hits(clip: Clip, notes: Sequence[Note]) -> np.ndarray:
    """Hits of each part in each bar of the clip, (bars, parts)."""
    bars, bar = clip.metre.bars(clip.length), clip.metre.bar
    struck = [
        min(bars - 1, int((note.onset + _EARLY + TIGHT) // bar)) * len(PARTS) + _COLUMNS[part]
        for note in notes
        if (part := part_of(note.pitch))
    ]
    return np.bincount(struck, minlength=bars * len(PARTS)).reshape(bars, -1)


def penalty(structure: Structure, notes: Sequence[Note]) -> float:
    """The penalty of a result of at least one note; ``notes`` in order."""
    role = structure.constraints.role
    if role == "drums":
        return strangeness(structure.prompt, notes) + _LOST_HITS * _lost_hits(structure, notes)
    growth = float(np.log(len(notes) / max(1, len(structure.notes))))
    size = _SIZE * abs(growth) + _HOLES[role] * max(0.0, -growth)
    return size if role == "chords" else size + _line(structure, notes)  # a plan of chords has no rival


def _lost_hits(structure: Structure, notes: Sequence[Note]) -> float:
    """Share of a beat's kicks and loud snares that aren't there any more."""
    loud = _LOUD * structure.loudest
    known = [
        note
        for note in structure.notes
        if part_of(note.pitch) == "kick" or (part_of(note.pitch) == "snare" and note.velocity >= loud)
    ]
    there = {(note.onset, note.pitch) for note in notes}
    return sum((note.onset, note.pitch) not in there for note in known) / max(1, len(known))


def _line(structure: Structure, notes: Sequence[Note]) -> float:
    own = _own_line(structure)
    if own is None:
        return 0.0
    bass, search, old = structure.constraints.role == "bass", own.search, own.places
    line = [note for note in notes if note.duration > 0.1]
    slots = [Slot(round(note.onset * STEPS), note.duration) for note in line]
    pitches = [note.pitch for note in line]
    # Only what is new is to blame; what stays is the clip's own affair.
    costs = [
        search.pricing(slots[place : place + 1], before, after)(pitches[place : place + 1])
        for place, (before, after) in enumerate(zip([None, *pitches[:-1]], [*pitches[1:], None], strict=True))
        if (round(line[place].onset, 3), line[place].pitch) not in old
    ]
    mean = float(np.mean([min(cost, 12.0) for cost in costs])) if costs else 0.0
    loops = sum(max(0, _longest(pitches, period) - longest) for period, longest in own.longest.items())
    ends = bool(line) and line[-1].pitch % 12 not in {structure.notes[index].pitch % 12 for index in structure.last}
    flatter = max(0.0, _resting(pitches) - own.resting)
    wavers = max(0.0, _wavering(pitches) - own.wavering)
    narrower = max(0.0, 1 - _NARROWER - (max(pitches) - min(pitches)) / own.range) if pitches and own.range else 0.0
    stumps = sum(note.duration < own.shortest for note in notes)
    harm = _STUMPS * stumps + _LOOPS * loops + _FAULTS * search.faults(pitches) + _FLATTER * flatter + _ENDS * ends
    harm += _WAVERS * wavers + _NARROWS * narrower
    return (
        0.3 * mean
        + harm
        + (_LOST_ROOTS * _lost_roots(structure, notes) if bass else 0.0)
        + _RAISED * _raised(structure, notes)
    )


class _OwnLine(NamedTuple):
    """The line that a result is held against: its costs, where its notes are, how long it goes round in each period,
    how much of it rests and goes to and fro, its semitones from lowest to highest, and half of its shortest note."""

    search: LineSearch
    places: frozenset[tuple[float, int]]
    longest: dict[int, int]
    resting: float
    wavering: float
    range: int
    shortest: float


@once
def _own_line(structure: Structure) -> _OwnLine | None:
    heard = [index for index in range(len(structure.notes)) if index not in structure.dead]
    if len(heard) < 2:
        return None
    pitches = [note.pitch for note in structure.notes]
    return _OwnLine(
        once(LineSearch)(structure, tuple(heard), bass=structure.constraints.role == "bass"),
        frozenset((round(note.onset, 3), note.pitch) for note in structure.notes),
        {period: _longest(pitches, period) for period in _PERIODS},
        _resting([pitches[index] for index in heard]),
        _wavering([pitches[index] for index in heard]),
        max(pitches[index] for index in heard) - min(pitches[index] for index in heard),
        min(note.duration for note in structure.notes) / 2,
    )


def _resting(pitches: Sequence[int]) -> float:
    """Share of the steps of a line that stay on a pitch."""
    return float(np.mean(np.diff(pitches) == 0)) if len(pitches) > 1 else 0.0


def _wavering(pitches: Sequence[int]) -> float:
    """Share of a line's notes that go back to the pitch before the last."""
    row = np.array(pitches)
    return float(np.mean((row[2:] == row[:-2]) & (row[2:] != row[1:-1]))) if len(row) > 2 else 0.0


def _lost_roots(structure: Structure, notes: Sequence[Note]) -> float:
    """Share of a bass's roots that neither stay nor come a little early or late, or an octave away."""
    lost = [
        not any(abs(note.onset - old.onset) <= _PUSHED and (note.pitch - old.pitch) % 12 == 0 for note in notes)
        for old in (structure.notes[index] for index in structure.roots)
    ]
    return float(np.mean(lost)) if lost else 0.0


def _raised(structure: Structure, notes: Sequence[Note]) -> float:
    """Share of the dead notes whose places sound loud now."""
    dead = [structure.notes[index] for index in structure.dead]
    raised = [any(abs(n.onset - old.onset) < 0.08 and n.velocity > 1.5 * old.velocity for n in notes) for old in dead]
    return float(np.mean(raised)) if raised else 0.0


def _longest(pitches: Sequence[int], period: int) -> int:
    """How many notes in a row equal the one ``period`` notes before them, at most."""
    longest = same = 0
    for pitch, earlier in zip(pitches[period:], pitches, strict=False):
        same = same + 1 if pitch == earlier else 0
        longest = max(longest, same)
    return longest
