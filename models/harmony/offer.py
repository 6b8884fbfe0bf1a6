"""An offer made into a variation: what was kept of the prompt, what holds, what had no effect.

Offers: ``Offer``, ``offered``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.constraints.request_words import without_effect
from models.constraints.result import kept_notes
from models.constraints.verify import locks_held
from models.generator import Report, Request, Variation
from models.music.clip import Clip
from models.music.similarity import similarity
from models.music.tasks import Task

IN_PLACE: tuple[Task, ...] = ("voice", "reharmonise")
"""Tasks whose result stands in the prompt's place, note for note in its time; the others give a clip beside it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A possible result: the whole clip, figures by name, and sentences."""

    clip: Clip
    measures: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def offered(request: Request, offer: Offer, seed: int) -> Variation:
    """The variation that an offer is, with its report; a note kept is one that is bit for bit the prompt's."""
    stands = request.task in IN_PLACE
    before = request.prompt.notes if stands else ()
    after = offer.clip.notes
    kept = kept_notes(before, after)
    new = [note for note, index in zip(after, kept, strict=True) if index is None]
    inside = sum(note.pitch in request.scale for note in new) / len(new) if request.scale and new else 1.0
    report = Report(
        similarity=similarity(before, after) if stands else 0.0,
        in_scale=inside,
        measures=offer.measures,
        locks=locks_held(request.locks, before, after, kept),
        remarks=(*offer.remarks, *without_effect(request)),
    )
    return Variation(offer.clip, seed, kept, report)
