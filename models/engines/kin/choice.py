"""Which of several drafts becomes the variation: the one that needs the least forcing to meet the dial; of beats the
least strange one.

What goes farther from the prompt than asked can be taken back in part; what stays too near must be nudged note by
note, which is no music. So drafts a little beyond the dial are the best, and where all are too near they are written
anew.

Offers: ``nearest``, ``too_near``, ``strangeness``, ``most_hits``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from models.constraints.edits import EditSet
from models.constraints.similarity_search import TOLERANCE, SearchResult, search_similarity
from models.music.clip import Clip
from models.music.drum_kit import PARTS, Part, part_of
from models.music.note import Note

SIZE_COUNTS = 0.3
"""What a result e times too large or small is worth in similarity."""
TOO_NEAR_COUNTS = 4.0
"""How much worse it is to be too near than too far."""

_MORE, _MORE_HITS, _FEW_HITS = 1.5, 1, 3
"""A part is crowded with more hits in a bar than 1.5 times the most that the prompt has, and one, and three."""
_MISSED = 0.5
"""A part is missing with less than this share of its hits."""
_EARLY = 0.06
"""Beats by which a hit may come before the bar line that it belongs to."""


def nearest(
    edit_sets: Sequence[EditSet], target: float | None, density: float, taken: Sequence[tuple[Note, ...]]
) -> SearchResult | None:
    """The best result that isn't taken; None when there is none.

    edit_sets  of at least one draft
    target    the dial, 0-1; None: as much as was written
    density   notes of the result for each note of the prompt
    """
    ordered = sorted(edit_sets, key=lambda edit_set: _forcing(edit_set, target, density))
    results = (reached for edit_set in ordered if (reached := search_similarity(edit_set, target, taken)) is not None)
    constraints = edit_sets[0].constraints
    if not constraints.drums or not constraints.notes:  # beside no beat none is strange
        return next(results, None)
    return min(
        results,
        default=None,
        key=lambda reached: (
            target is not None and abs(reached.similarity - target) > TOLERANCE,
            strangeness(constraints.prompt, reached.notes)
            + SIZE_COUNTS * abs(math.log(max(1, len(reached.notes)) / (density * len(constraints.notes)))),
        ),
    )


def too_near(edit_sets: Sequence[EditSet], target: float | None) -> bool:
    """Does every draft, taken whole, stay nearer to the prompt than the dial tolerates?"""
    return target is not None and all(_whole(edit_set)[0] > target + TOLERANCE for edit_set in edit_sets)


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
    bars, parts = clip.metre.bars(clip.length), list(PARTS)
    hits = np.zeros((bars, len(parts)), int)
    for note in notes:
        part = part_of(note.pitch)
        if part:
            hits[min(bars - 1, clip.metre.bar_of(note.onset + _EARLY)), parts.index(part)] += 1
    return hits


def _whole(edit_set: EditSet) -> tuple[float, int]:
    """Similarity and number of notes of a draft that is taken whole."""
    whole = search_similarity(edit_set, None)
    return (1.0, len(edit_set.constraints.notes)) if whole is None else (whole.similarity, len(whole.notes))


def _forcing(edit_set: EditSet, target: float | None, density: float) -> float:
    if target is None:
        return -float(len(edit_set.edits))
    similarity, notes = _whole(edit_set)
    size = abs(math.log(max(1, notes) / max(1.0, density * len(edit_set.constraints.notes))))
    beyond = target - similarity
    return SIZE_COUNTS * size + (beyond if beyond >= 0 else -TOO_NEAR_COUNTS * beyond)
