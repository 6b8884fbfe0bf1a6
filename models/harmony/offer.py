"""An offer made into a variation: what was kept of the prompt, and what holds.

Offers: ``Offer``, ``offered``, ``rank_of``, ``seed_of``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.constraints.result import kept_notes
from models.constraints.verify import locks_held
from models.generator import Report, Request, Variation
from models.music.clip import Clip
from models.music.similarity import similarity
from models.tasks.table import MOST_VARIATIONS, TABLE

_EQUALS = 4
"""The first ranks, one for each idea, which are about as good as each other."""
_LATER = MOST_VARIATIONS
"""Seeds from here on, as many as there are later ranks, are the names of those: see ``seed_of``."""


def rank_of(seed: int) -> int:
    """The rank that a row of results begins with: one of the best for any seed, a later one for the seed that such a
    result carries.
    """
    later = seed - _LATER
    return _EQUALS + later if 0 <= later < 2 * MOST_VARIATIONS else seed % _EQUALS


def seed_of(rank: int) -> int:
    """The seed that a result of this rank carries, which makes it again."""
    return rank if rank < _EQUALS else _LATER + rank - _EQUALS


@dataclass(frozen=True, slots=True)
class Offer:
    """A possible result: the whole clip, figures by name, and sentences."""

    clip: Clip
    measures: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def offered(request: Request, offer: Offer, seed: int) -> Variation:
    """The variation that an offer is, with its report; a note kept is one that is bit for bit the prompt's."""
    stands = TABLE[request.task].in_place
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
        remarks=offer.remarks,
    )
    return Variation(offer.clip, seed, kept, report)
