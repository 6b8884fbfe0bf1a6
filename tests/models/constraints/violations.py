"""The proof that a variation kept every promise, which the property tests of every engine ask for."""

from __future__ import annotations

from collections.abc import Sequence

from models.constraints.verify import locks_held
from models.generator import Request, Variation
from models.music.beats import TIGHT
from models.music.clip import Role
from models.music.note import Note


def violations(request: Request, variation: Variation, role: Role) -> list[str]:
    """Every promise that the variation broke, as sentences; empty when it kept them all."""
    before, after, kept = request.prompt.notes, variation.clip.notes, variation.kept
    new = [note for note, index in zip(after, kept, strict=True) if index is None]
    found = [
        f"the lock {name} is broken"
        for name, held in locks_held(request.locks, before, after, kept).items()
        if not held
    ]
    if any(index is not None and before[index] != note for note, index in zip(after, kept, strict=True)):
        found.append("a note that is said to be kept has changed")
    if _fixed_outside(request) - {index for index in kept if index is not None}:
        found.append("a note outside the region or selection has changed")
    if request.region and any(not request.region[0] - TIGHT <= note.onset < request.region[1] for note in new):
        found.append("a new note begins outside the region")
    if request.scale and role != "drums" and any(note.pitch not in request.scale for note in new):
        found.append("a new note lies outside the scale")
    if request.range and any(not request.range[0] <= note.pitch <= request.range[1] for note in new):
        found.append("a new note lies outside the range")
    if not after:
        found.append("the result is empty")
    return found + _badly_formed(variation, new)


def _fixed_outside(request: Request) -> set[int]:
    """Indices of the prompt's notes that region and selection don't reach."""
    start, end = request.region or (0.0, float("inf"))
    return {
        index
        for index, note in enumerate(request.prompt.notes)
        if not start <= note.onset < end or (request.selected is not None and index not in request.selected)
    }


def _badly_formed(variation: Variation, new: Sequence[Note]) -> list[str]:
    found = []
    length = variation.clip.length
    if any(note.onset < 0 or note.onset >= length for note in new):
        found.append("a new note begins outside the clip")
    if any(note.end > length + TIGHT for note in new):
        found.append("a new note rings past the clip's end")
    if any(not (1 <= note.velocity <= 127 and 0 <= note.pitch <= 127 and note.duration > 0) for note in new):
        found.append("a new note has an impossible value")
    by_pitch: dict[int, list[tuple[Note, bool]]] = {}
    marked = set(map(id, new))
    for note in variation.clip.notes:
        by_pitch.setdefault(note.pitch, []).append((note, id(note) in marked))
    for line in by_pitch.values():
        for (first, first_new), (second, second_new) in zip(line, line[1:], strict=False):
            # Two notes of the prompt that overlap already are the prompt's own affair.
            if (first_new or second_new) and first.end > second.onset + TIGHT:
                found.append("a new note overlaps another of its pitch")
                break
    return found
