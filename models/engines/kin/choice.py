"""Which of several drafts becomes the variation: the one that needs the least forcing to meet the dial.

What goes farther from the prompt than asked can be taken back in part; what stays too near must be nudged note by
note, which is no music. So drafts a little beyond the dial are the best, and where all are too near they are written
anew.

Offers: ``nearest``, ``too_near``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from models.music.note import Note
from models.promise.dial import TOLERANCE, Reached, reach
from models.promise.sketch import Sketch

SIZE_COUNTS = 0.3
"""What a result e times too large or small is worth in similarity."""
TOO_NEAR_COUNTS = 4.0
"""How much worse it is to be too near than too far."""


def nearest(sketches: Sequence[Sketch], target: float | None, density: float,
            taken: Sequence[tuple[Note, ...]]) -> Reached | None:
    """The best result that isn't taken; None when there is none.

    target   the dial, 0-1; None: as much as was written
    density  notes of the result for each note of the prompt
    """
    for sketch in sorted(sketches, key=lambda sketch: _forcing(sketch, target, density)):
        reached = reach(sketch, target, taken)
        if reached is not None:
            return reached
    return None


def too_near(sketches: Sequence[Sketch], target: float | None) -> bool:
    """Does every draft, taken whole, stay nearer to the prompt than the dial tolerates?"""
    return target is not None and all(_whole(sketch)[0] > target + TOLERANCE for sketch in sketches)


def _whole(sketch: Sketch) -> tuple[float, int]:
    """Similarity and number of notes of a draft that is taken whole."""
    whole = reach(sketch, None)
    return (1.0, len(sketch.freedom.notes)) if whole is None else (whole.similarity, len(whole.notes))


def _forcing(sketch: Sketch, target: float | None, density: float) -> float:
    if target is None:
        return -float(len(sketch.moves))
    similarity, notes = _whole(sketch)
    size = abs(math.log(max(1, notes) / max(1.0, density * len(sketch.freedom.notes))))
    beyond = target - similarity
    return SIZE_COUNTS * size + (beyond if beyond >= 0 else -TOO_NEAR_COUNTS * beyond)
