"""The engine ``harmony``: exact algorithms, so the best result is always the same one.

Results come in the order of their rank; each carries the seed that begins with it.

Offers: ``HarmonyEngine``, ``load``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from models.analysis.role import find_role
from models.engines.harmony.card import NAME, TASKS
from models.engines.harmony.compose import composed
from models.generator import Cancelled, OnProgress, Request, Task, Variation, ignore_progress, never_cancelled
from models.harmony.offer import Offer, offered, rank_of, seed_of
from models.harmony.requests import harmonised, reharmonised, voiced
from models.music.clip import ROLES, Role
from models.music.errors import Refused
from models.music.note import Note

_SPARE = 2
"""Results asked for beyond those needed: one may be the prompt itself, or break a lock."""

_MAKERS: dict[Task, Callable[[Request, int], Iterable[Offer]]] = {
    "voice": voiced,
    "harmonise": harmonised,
    "reharmonise": reharmonised,
}


class HarmonyEngine:
    """Voices, harmonises, reharmonises, and makes chords out of nothing."""

    name = NAME
    tasks: tuple[Task, ...] = TASKS
    roles: tuple[Role, ...] = ROLES

    def generate(
        self, request: Request, on_progress: OnProgress = ignore_progress, cancelled: Cancelled = never_cancelled
    ) -> Iterator[Variation]:
        """See ``models.generator.Engine``."""
        if request.task == "generate":
            yield from composed(request, on_progress, cancelled)
        elif request.task in _MAKERS:
            yield from _ranked(request, on_progress, cancelled)
        else:
            raise Refused(f'The engine "{NAME}" can\'t {request.task}; it does {", ".join(TASKS)}.', field="engine")


def _ranked(request: Request, on_progress: OnProgress, cancelled: Cancelled) -> Iterator[Variation]:
    if request.role == "drums" or (request.role is None and find_role(request.prompt) == "drums"):
        raise Refused(f"Drums have no harmony to {request.task}; choose a clip with pitches.", field="role")
    first = rank_of(request.seed)
    if cancelled():
        return
    offers = _sound(request, _MAKERS[request.task](request, first + request.count + _SPARE))
    ranked: Iterator[tuple[int, Offer]] = enumerate(islice(offers, first + request.count))
    if first:
        # Where there are fewer, the count begins again.
        found = list(ranked)
        place = first % max(1, len(found))
        ranked = iter([*found[place:], *found[:place]])
    for number, (rank, offer) in enumerate(islice(ranked, request.count), 1):
        if cancelled():
            return
        on_progress(number / request.count, NAME)
        yield offered(request, offer, seed_of(rank))


def _sound(request: Request, offers: Iterable[Offer]) -> Iterator[Offer]:
    """The offers that are neither empty nor the prompt nor one another, and keep the locks, in their order."""
    seen: set[tuple[Note, ...]] = set()
    broken: set[str] = set()
    itself = request.task == "reharmonise" and request.similarity == 1
    for offer in offers:
        held = offered(request, offer, 0).report.locks
        broken |= {name for name, kept in held.items() if not kept}
        same = offer.clip.notes == request.prompt.notes and not itself
        if offer.clip.notes and offer.clip.notes not in seen and not same and all(held.values()):
            seen.add(offer.clip.notes)
            yield offer
    if not seen and broken:
        raise Refused(
            f"The lock {', '.join(sorted(broken))} can't be kept with these chords and words; open it, "
            "or leave out words for rhythm.",
            field="locks",
        )
    if not seen:
        raise Refused(
            f"There is no other way to {request.task} this; ask for another style or free more of it.", field="style"
        )


def load(name: str) -> HarmonyEngine:
    """The engine of this folder; there is nothing to read."""
    assert name == NAME
    return HarmonyEngine()
