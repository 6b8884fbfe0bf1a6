"""From what an engine would play to moves for the dial: what goes, what comes, and which of it belongs together.

A proposed note that equals one of the prompt's is that note and stays bit for bit. What is left over on both sides is
bound into moves: what lies in the same beat, and what would collide if only half of it were done.

Offers: ``diff`` (notes in place of all free ones), ``diff_in_place`` (other forms of single notes), ``group_edits``
(what goes and what comes, as edits), ``without_collisions``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.edits import Edit, EditSet
from models.music.beats import TIGHT
from models.music.note import Note

SAME_ONSET = 0.04
"""Beats within which a proposed note begins with one of the prompt's."""
_SAME_LENGTH = 0.8
_SHORTEST = 1 / 64
_FEW_NOTES = 16
_EARLY = 0.1
"""Beats; notes a little early belong to the beat they lead."""


def diff(constraints: Constraints, proposed: Sequence[Note], rng: np.random.Generator) -> EditSet:
    """The moves from the prompt to a clip whose free notes are the ``proposed`` ones, in random order."""
    edit_set = EditSet(constraints)
    copied, fresh = _copied(constraints, proposed)
    removed = [index for index in sorted(constraints.free) if index not in copied]
    gone = set(removed)
    staying = [note for index, note in enumerate(constraints.notes) if index not in gone]
    added = [note for note in without_collisions(constraints, fresh, staying) if constraints.may_lie(note)]
    moves = group_edits(constraints, removed, added)
    for number in rng.permutation(len(moves)):
        edit_set.add(moves[number].removed, moves[number].added)
    return edit_set


def diff_in_place(constraints: Constraints, changed: Mapping[int, Note], rng: np.random.Generator) -> EditSet:
    """The moves that give free notes (by index) another form, one for each, in random order."""
    edit_set = EditSet(constraints)
    indices = [index for index in sorted(changed) if changed[index] != constraints.notes[index]]
    for number in rng.permutation(len(indices)):
        index = indices[number]
        edit_set.add((index,), (changed[index],))
    return edit_set


def _copied(constraints: Constraints, proposed: Sequence[Note]) -> tuple[set[int], list[Note]]:
    """Indices of the free notes that are proposed again, and what is proposed besides."""
    copied, fresh = set[int](), list[Note]()
    free, notes, lines = constraints.free, constraints.notes, constraints.spans_by_pitch
    for note in proposed:
        line, until = lines.get(note.pitch, ()), note.onset + 2 * SAME_ONSET
        same = None
        for at in range(bisect_left(line, (note.onset - 2 * SAME_ONSET,)), len(line)):
            onset, _, index = line[at]
            if onset >= until:
                break
            # The first of them by number, which is not always the first in time.
            first = (same is None or index < same) and index in free and index not in copied
            if first and _same(constraints, notes[index], note):
                same = index
        if same is None:
            fresh.append(note)
        else:
            copied.add(same)
    return copied, fresh


def _same(constraints: Constraints, old: Note, new: Note) -> bool:
    if old is new:
        return True
    if abs(old.onset - new.onset) > SAME_ONSET:
        return False
    shorter, longer = sorted((old.duration, new.duration))
    return constraints.drums or shorter >= _SAME_LENGTH * longer


def without_collisions(constraints: Constraints, fresh: Sequence[Note], staying: Sequence[Note]) -> list[Note]:
    """New notes cut before the next one in their way; none where something in their way sounds already.

    In the way is what has the same pitch, or, in a clip of one voice, anything.
    """
    alone = constraints.polyphony == 1
    lines: dict[int, tuple[list[float], list[float]]] = {}  # onsets, and the latest end so far
    for note in sorted(staying, key=attrgetter("onset")):
        onsets, ends = lines.setdefault(0 if alone else note.pitch, ([], []))
        onsets.append(note.onset)
        ends.append(max(note.end, ends[-1]) if ends else note.end)
    result: list[Note] = []
    last: dict[int, int] = {}
    for note in sorted(fresh, key=attrgetter("order")):
        onset = min(max(note.onset, constraints.start, 0.0), constraints.end - TIGHT)
        duration = min(note.duration, constraints.end - onset)
        if (onset, duration) != (note.onset, note.duration):
            note = note.moved(onset=onset, duration=duration)
        key = 0 if alone else note.pitch
        onsets, ends = lines.get(key, ([], []))
        begun = bisect_left(onsets, note.onset + TIGHT)  # how many of them begin at the note or before it
        if note.duration < _SHORTEST or (begun and note.onset < ends[begun - 1] - TIGHT):
            continue
        after = bisect_right(onsets, note.onset + TIGHT)
        following = onsets[after] if after < len(onsets) else note.end
        if following < note.end:
            note = note.moved(duration=following - note.onset)
        if key in last and result[last[key]].end > note.onset - TIGHT:
            earlier = result[last[key]]
            result[last[key]] = earlier.moved(duration=min(earlier.duration, note.onset - earlier.onset))
        last[key] = len(result)
        result.append(note)
    return [note for note in result if note.duration >= _SHORTEST]


def group_edits(
    constraints: Constraints,
    removed: Sequence[int],
    added: Sequence[Note],
    *,
    few: int = _FEW_NOTES,
    apart: Callable[[Note], object] | None = None,
) -> list[Edit]:
    """Moves out of what goes and what comes: joined within a beat, and where half a move would collide.

    few    of a clip with no more notes they are joined within half a beat
    apart  what notes must have in common to be joined
    """
    cell = 0.5 if len(constraints.notes) <= few else 1.0
    items = [(constraints.notes[index], index) for index in removed] + [(note, -1) for note in added]
    items.sort(key=lambda item: item[0].order)
    group = list(range(len(items)))

    def find(item: int) -> int:
        while group[item] != item:
            group[item] = group[group[item]]
            item = group[item]
        return item

    crowded = constraints.polyphony is not None
    rows = [(note.onset, note.end - TIGHT, int((note.onset + _EARLY) / cell), note.pitch) for note, _ in items]
    for one, (onset, end, beat, pitch) in enumerate(rows):
        for other in range(one + 1, len(rows)):
            later, stop, other_beat, other_pitch = rows[other]
            if beat != other_beat:
                overlap = later < end and onset < stop
                if not overlap and later > onset + cell:
                    break
                if not (overlap and (crowded or pitch == other_pitch)):
                    continue
            if apart is None or apart(items[one][0]) == apart(items[other][0]):
                group[find(one)] = find(other)
    bound: dict[int, tuple[list[int], list[Note]]] = {}
    for item, (note, index) in enumerate(items):
        gone, come = bound.setdefault(find(item), ([], []))
        if index >= 0:
            gone.append(index)
        else:
            come.append(note)
    return [Edit(tuple(gone), tuple(come)) for gone, come in bound.values()]
