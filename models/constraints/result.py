"""A choice of moves, made into a variation with its report.

Offers: ``as_variation``, ``kept_notes``.
"""

from __future__ import annotations

from dataclasses import replace

from models.constraints.constraints import Constraints
from models.constraints.similarity_search import TOLERANCE, SearchResult
from models.constraints.verify import locks_held
from models.generator import Report, Variation
from models.music.note import Note


def as_variation(
    constraints: Constraints,
    seed: int,
    reached: SearchResult,
    target: float | None,
    bounds: str = "the locks and the number of notes",
) -> Variation:
    """The variation and its report; target: the dial, 0-1, or None; bounds: what may keep the result from there."""
    request = constraints.request
    new = [note for note, index in zip(reached.notes, reached.kept, strict=True) if index is None]
    scale = request.scale if constraints.role != "drums" else None
    inside = sum(note.pitch in scale for note in new) / len(new) if scale and new else 1.0
    remarks = []
    if target is not None and abs(reached.similarity - target) > TOLERANCE:
        remarks.append(f"The similarity is {reached.similarity:.2f}, as near to {target:.2f} as {bounds} let it come.")
    report = Report(
        similarity=reached.similarity,
        in_scale=inside,
        remarks=tuple(remarks),
        locks=locks_held(request.locks, request.prompt.notes, reached.notes, reached.kept),
    )
    return Variation(replace(request.prompt, notes=reached.notes), seed, reached.kept, report)


def kept_notes(before: tuple[Note, ...], after: tuple[Note, ...]) -> tuple[int | None, ...]:
    """For each note of ``after`` the place of the same note in ``before``, each used once; None: a new note."""
    places: dict[Note, list[int]] = {}
    for place in reversed(range(len(before))):
        places.setdefault(before[place], []).append(place)
    return tuple(places[note].pop() if places.get(note) else None for note in after)
