"""The road that learned engines share: request, constraints, drafts, dial, variations.

An engine brings one function: for constraints, a dial and a source of chance it draws drafts, each an edit set.
What is continued is filled in behind the clip, what is generated is filled into an empty one.

Offers: ``PlayingEngine``, ``play``, ``from_nothing``, ``role_of``, ``DEFAULT_SIMILARITY``.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.analysis.role import find_role
from models.constraints.constraints import Constraints
from models.constraints.continuation import DEFAULT_BARS, as_infill, behind
from models.constraints.edits import EditSet
from models.constraints.result import as_variation
from models.constraints.similarity_search import SearchResult, apply_edits, search_similarity
from models.generator import (
    DENSITY_FACTORS,
    LARGEST_SEED,
    Cancelled,
    Locks,
    OnProgress,
    Request,
    Stopped,
    Task,
    Variation,
    ignore_progress,
    never_cancelled,
)
from models.music.beats import Metre
from models.music.clip import Clip, Role
from models.music.errors import Refused
from models.music.note import Note
from models.music.similarity import similarity

DEFAULT_SIMILARITY = 0.7
_FIRST = 2
"""Variations that are drawn before the others: who ranks them wants a second one before giving the first."""
_ATTEMPTS = 6
_WARMING, _HOTTEST = 1.3, 2.0
_FEW_DRUMS = 3
_COMMON_DRUMS = (36, 38, 42, 46)
_SIZE_COUNTS = 0.15
_NUDGING = 4.0
"""How much worse it is to be too like the prompt, and so nudged, than too unlike it, and so taken back."""

Draw = Callable[[Constraints, float | None, Sequence[np.random.Generator]], list[list[EditSet]]]
"""Drafts of an engine: for each source of chance some edit sets, the engine's own choice of how daring among them."""


@dataclass(frozen=True)
class Player:
    """What ``play`` needs of an engine."""

    name: str
    tasks: tuple[Task, ...]
    roles: tuple[Role, ...]
    draw: Draw


class PlayingEngine(ABC):
    """An engine that ``play`` plays: it says its name, its tasks and roles, and draws drafts."""

    name: str
    tasks: tuple[Task, ...]
    roles: tuple[Role, ...]

    @abstractmethod
    def draw(
        self,
        constraints: Constraints,
        target: float | None,
        chances: Sequence[np.random.Generator],
        cancelled: Cancelled,
    ) -> list[list[EditSet]]:
        """See ``Draw``; target: the dial, 0-1, None where all is to be new. Raises Stopped when cancelled."""

    def player(self, cancelled: Cancelled) -> Player:
        """What ``play`` needs."""

        def draw(
            constraints: Constraints, target: float | None, chances: Sequence[np.random.Generator]
        ) -> list[list[EditSet]]:
            if cancelled():
                raise Stopped
            return self.draw(constraints, target, chances, cancelled)

        return Player(self.name, self.tasks, self.roles, draw)

    def generate(
        self, request: Request, on_progress: OnProgress = ignore_progress, cancelled: Cancelled = never_cancelled
    ) -> Iterator[Variation]:
        """See ``models.generator.Engine``."""
        yield from play(self.player(cancelled), request, on_progress, cancelled)


def play(player: Player, request: Request, on_progress: OnProgress, cancelled: Cancelled) -> Iterator[Variation]:
    """The variations of a request; see ``models.generator.Engine``."""
    if request.task not in player.tasks:
        raise Refused(
            f'The engine "{player.name}" can\'t {request.task}; it does {", ".join(player.tasks)}.', field="engine"
        )
    if request.task == "continue":
        infill = as_infill(request)
        for variation in _variations(player, infill, role_of(player, request), on_progress, cancelled):
            yield behind(infill, variation)
    elif request.task == "generate":
        role = request.role or player.roles[0]
        _see_that_it_plays(player, role)
        for variation in _variations(player, from_nothing(request, role), role, on_progress, cancelled):
            yield replace(variation, report=replace(variation.report, similarity=0.0))
    else:
        yield from _variations(player, request, role_of(player, request), on_progress, cancelled)


def role_of(player: Player, request: Request) -> Role:
    """What the prompt is; raises Refused when the engine doesn't play that."""
    role = request.role or request.prompt.role or find_role(request.prompt) or "melody"
    _see_that_it_plays(player, role)
    return role


def _see_that_it_plays(player: Player, role: Role) -> None:
    if role not in player.roles:
        raise Refused(
            f'The engine "{player.name}" plays {", ".join(player.roles)}, not {role}; choose another engine.',
            field="engine",
        )


def from_nothing(request: Request, role: Role) -> Request:
    """A generated clip as an infill of an empty one."""
    heard = request.context[0] if request.context else None
    metre = request.metre or (heard.metre if heard else Metre())
    tempo = request.tempo or (heard.tempo if heard else 120.0)
    empty = Clip((), (request.bars or DEFAULT_BARS) * metre.bar, tempo=tempo, metre=metre, role=role)
    return request.but(
        task="infill",
        prompts=(empty,),
        region=None,
        selected=None,
        locks=Locks(),
        similarity=None,
        bars=None,
        role=role,
    )


def _variations(
    player: Player, request: Request, role: Role, on_progress: OnProgress, cancelled: Cancelled
) -> Iterator[Variation]:
    constraints = in_the_kit(Constraints.of(request, role))
    target = request.similarity
    if target is None and request.task == "vary":
        target = DEFAULT_SIMILARITY
    taken: list[tuple[Note, ...]] = []
    seeds = [(request.seed + number) % (LARGEST_SEED + 1) for number in range(request.count)]
    try:
        # The first ones soon, the rest in one batch.
        for some in filter(None, (seeds[:_FIRST], seeds[_FIRST:])):
            drafts = player.draw(constraints, target, [np.random.default_rng((seed, 0)) for seed in some])
            for seed, edit_sets in zip(some, drafts, strict=True):
                if cancelled():
                    return
                reached = _reached(player, constraints, target, seed, edit_sets, taken, cancelled)
                if reached is None:
                    continue
                taken.append(reached.notes)
                on_progress(len(taken) / request.count, player.name)
                yield as_variation(constraints, seed, reached, target)
    except Stopped:
        return


def in_the_kit(constraints: Constraints) -> Constraints:
    """The constraints of a beat without the drums that it doesn't use: a producer's rack may not have them.

    The pitches that a few drums lack most are let in where the beat has hardly any; a range that is asked for stands.
    """
    if not constraints.drums or not constraints.notes or constraints.request.range is not None:
        return constraints
    used = {note.pitch for note in constraints.notes}
    kit = constraints.allowed & (used if len(used) >= _FEW_DRUMS else used | set(_COMMON_DRUMS))
    return replace(constraints, allowed=kit) if len(kit) > 1 else constraints


def _reached(
    player: Player,
    constraints: Constraints,
    target: float | None,
    seed: int,
    edit_sets: list[EditSet],
    taken: list[tuple[Note, ...]],
    cancelled: Cancelled,
) -> SearchResult | None:
    """The best of the drafts at the dial; of new ones where all of them are taken already."""
    for attempt in range(1, _ATTEMPTS + 1):
        for edit_set in sorted(edit_sets, key=lambda edit_set: _distance(edit_set, target)):
            reached = search_similarity(edit_set, target, taken, cancelled)
            if reached is not None:
                return reached
        if attempt < _ATTEMPTS:
            constraints = _bolder(constraints)
            edit_sets = player.draw(constraints, target, [np.random.default_rng((seed, attempt))])[0]
    return None


def _bolder(constraints: Constraints) -> Constraints:
    """The same constraints at a higher temperature: what comes out alike again and again is too sure of itself."""
    warmer = min(_HOTTEST, _WARMING * constraints.request.temperature)
    return replace(constraints, request=constraints.request.but(temperature=warmer))


def _distance(edit_set: EditSet, target: float | None) -> float:
    """How much forcing a draft needs to come to the dial, and how far it is from as many notes as were wished."""
    if target is None:
        return 0.0
    constraints = edit_set.constraints
    notes = apply_edits(edit_set, edit_set.edits, 0.0).notes
    whole = similarity(constraints.prompt.notes, notes, drums=constraints.drums)
    wished = DENSITY_FACTORS[constraints.request.density] * max(1, len(constraints.prompt.notes))
    size = abs(math.log(max(1, len(notes)) / wished))
    return _SIZE_COUNTS * size + (target - whole if whole <= target else _NUDGING * (whole - target))
