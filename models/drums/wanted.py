"""From the hits that are wanted to a variation that keeps the promises.

Offers: ``as_wanted``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from models.constraints.constraints import Constraints
from models.constraints.edits import EditSet
from models.constraints.result import as_variation
from models.constraints.similarity_search import search_similarity
from models.generator import Variation
from models.music.beats import TIGHT
from models.music.note import Note

_SHORTEST = 1 / 64


def as_wanted(constraints: Constraints, wanted: Sequence[Note], seed: int, remark: str) -> Variation | None:
    """The clip with these hits in place of its free ones; None where that changes nothing, or leaves nothing.

    A free hit that rings into a new one of its drum is shortened; a new one that a fixed hit rings over isn't struck.
    """
    left = Counter(wanted)
    staying: list[int] = []
    for index in sorted(constraints.free):
        if left[constraints.notes[index]]:
            left[constraints.notes[index]] -= 1
            staying.append(index)
    shown = set(staying)
    fixed = [note for index, note in enumerate(constraints.notes) if index not in constraints.free]
    stays = [constraints.notes[index] for index in staying]
    fresh = _beside_fixed([note for note in left.elements() if constraints.may_lie(note)], fixed, stays)
    struck = {(constraints.notes[index].pitch, round(constraints.notes[index].onset / TIGHT)) for index in staying}
    fresh = [note for note in fresh if (note.pitch, round(note.onset / TIGHT)) not in struck]
    lines: dict[int, list[float]] = {}
    for note in sorted(fresh, key=lambda note: note.onset):
        lines.setdefault(note.pitch, []).append(note.onset)
    cuts = {index: _cut(constraints.notes[index], lines.get(constraints.notes[index].pitch, ())) for index in staying}
    shortened = {index: cut for index, cut in cuts.items() if cut != constraints.notes[index]}
    removed = [index for index in sorted(constraints.free) if index not in shown or index in shortened]
    edit_set = EditSet(constraints)
    if not edit_set.add(tuple(removed), (*shortened.values(), *fresh)):
        return None
    reached = search_similarity(edit_set, None)
    if reached is None:
        return None
    return as_variation(constraints, seed, reached, None).saying(remark)


def _beside_fixed(notes: Sequence[Note], fixed: Sequence[Note], stays: Sequence[Note]) -> list[Note]:
    """New hits, none under a ringing fixed hit of its drum, none ringing into one, into what stays or each other."""
    lines: dict[int, list[Note]] = {}
    for note in fixed:
        lines.setdefault(note.pitch, []).append(note)
    onsets: dict[int, list[float]] = {}
    for note in (*fixed, *stays):
        onsets.setdefault(note.pitch, []).append(note.onset)
    result: list[Note] = []
    ordered = sorted(notes, key=lambda note: (note.pitch, note.onset))
    for place, note in enumerate(ordered):
        line = lines.get(note.pitch, [])
        if any(other.onset - TIGHT < note.onset < other.end - TIGHT for other in line):
            continue
        following = [onset for onset in onsets.get(note.pitch, ()) if onset > note.onset + TIGHT]
        following += [other.onset for other in ordered[place + 1 : place + 2] if other.pitch == note.pitch]
        if following and min(following) < note.end:
            note = note.moved(duration=min(following) - note.onset)
        if note.duration >= _SHORTEST:
            result.append(note)
    return result


def _cut(note: Note, onsets: Sequence[float]) -> Note:
    """A free hit, ending where the next new one of its drum begins; ``onsets`` of those, rising."""
    place = bisect_right(onsets, note.onset + TIGHT)
    if place == len(onsets) or onsets[place] >= note.end - TIGHT:
        return note
    return note.moved(duration=max(_SHORTEST, onsets[place] - note.onset))
