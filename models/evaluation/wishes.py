"""What was asked for against what came.

    met_similarity  within 0.05 of the dial
    met_density     "low": fewer notes than the prompt; "high": more; "same": 2/3 to 3/2 of it
    met_range       no new note outside the range
    met_scale       no new note outside the scale asked for
    met_polyphony   nowhere more notes at once than asked, save where the prompt's own are

Offers: ``wishes_met``.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.generator import Request, Variation
from models.music.beats import TIGHT
from models.music.note import Note

NEAR = 0.05
_SAME_DENSITY = 1.5


def wishes_met(request: Request, variation: Variation, density: float | None) -> dict[str, float]:
    """1 or 0 for each wish that the request has; ``density``: notes for each note of the prompt, where it is known."""
    new = [note for note, index in zip(variation.clip.notes, variation.kept, strict=True) if index is None]
    drums = (request.role or variation.clip.role) == "drums"
    met: dict[str, bool] = {}
    if request.similarity is not None and request.task == "vary":
        met["met_similarity"] = abs(variation.report.similarity - request.similarity) <= NEAR + TIGHT
    if density is not None and request.task in ("vary", "infill"):
        met["met_density"] = {
            "low": density < 1,
            "high": density > 1,
            "same": 1 / _SAME_DENSITY <= density <= _SAME_DENSITY,
        }[request.density]
    if request.range is not None:
        met["met_range"] = all(request.range[0] <= note.pitch <= request.range[1] for note in new)
    if request.scale is not None and not drums:
        met["met_scale"] = all(note.pitch in request.scale for note in new)
    if request.polyphony is not None:
        met["met_polyphony"] = all(_sounding(variation.clip.notes, note) <= request.polyphony for note in new)
    return {name: float(kept) for name, kept in met.items()}


def _sounding(notes: Sequence[Note], at: Note) -> int:
    """How many notes sound when ``at`` begins."""
    return sum(note.onset <= at.onset + TIGHT and note.end > at.onset + TIGHT for note in notes)
