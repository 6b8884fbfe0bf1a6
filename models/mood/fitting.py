"""How many of a mood's edits the similarity dial bears, and what is done where they leave a result too similar.

Offers: ``fitted``, ``bearable``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from models.constraints.edits import Edit, EditSet
from models.constraints.similarity_search import (
    TOLERANCE,
    SearchResult,
    apply_edits,
    search_similarity,
    similarity_after,
)
from models.mood.transforms import early_edits
from models.music.note import Note

_BELOW = 0.04
"""How far below the dial a mood may bring a result."""


def fitted(
    edits: EditSet, dial: float, asked: float, taken: Collection[tuple[Note, ...]], *, ring: bool
) -> SearchResult | None:
    """As many of the edits as the ``dial`` (0-1) bears; where they leave the result too similar, what the search finds.

    asked: the similarity that the engine was asked for; ring: its notes are to be long, and so not shortened for it
    """
    unchanged = apply_edits(edits, [], similarity_after(edits, []))
    chosen = bearable(edits, dial - _BELOW)
    found = apply_edits(edits, chosen, similarity_after(edits, chosen)) if chosen else unchanged
    # The locks may have kept the engine from what it was asked for.
    near = max(TOLERANCE, abs(unchanged.similarity - asked))
    choices: list[SearchResult | None] = [found]
    if abs(found.similarity - dial) > near or found.notes in taken:
        choices += [_nudged(edits, found, dial, taken, ring=ring), search_similarity(edits, dial, taken), unchanged]
    there = [one for one in choices if one and one.notes]
    fitting = [one for one in there if one.notes not in taken] or there
    within = [one for one in fitting if abs(one.similarity - dial) <= near]
    return next(iter(within), min(fitting, key=lambda one: abs(one.similarity - dial), default=None))


def _nudged(
    edits: EditSet, found: SearchResult, dial: float, taken: Collection[tuple[Note, ...]], *, ring: bool
) -> SearchResult | None:
    """A result that the mood has left too similar, with single onsets early or nudged; what is to ring isn't."""
    here = edits.constraints.carried_to(found.notes, found.kept)
    if ring:
        here = replace(here, allowed_edits=replace(here.allowed_edits, stretch=False))
    return search_similarity(early_edits(here), dial, taken) if found.notes else None


def bearable(edits: EditSet, floor: float) -> list[Edit]:
    """As many edits, from the front, as leave the similarity at ``floor`` (0-1) or more."""
    low, high = 0, len(edits.edits)
    if high and similarity_after(edits, edits.edits) >= floor:
        return edits.edits
    while low < high:
        middle = (low + high + 1) // 2
        if similarity_after(edits, edits.edits[:middle]) >= floor:
            low = middle
        else:
            high = middle - 1
    return edits.edits[:low]
