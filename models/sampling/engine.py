"""The base of every engine that proposes: a request becomes hypotheses, hypotheses become variations.

What is continued is filled in behind the clip, what is generated into an empty one. For each seed the engine draws
hypotheses - moves that are legal whatever is chosen of them -, those of a batch of seeds together. They are ranked by
how much forcing they need to come to the similarity that is asked for, and the similarity search makes the first that
can be had a variation. Where none can be had the seed is drawn again, at a higher temperature. What a seed gives never
hangs on the other seeds of a request, so that it makes its result again alone; where two give the same, the
next best of another comes in its place.

An engine brings ``hypotheses``; one with a network brings ``sampler``, and stands on the loop of ``NetworkEngine``.

Offers: ``ProposingEngine``, ``NetworkEngine``, ``Sampler``.
"""

from __future__ import annotations

import logging
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

import numpy as np

from models.constraints.continuation import as_infill, behind
from models.constraints.diff import diff, diff_in_place
from models.constraints.edits import EditSet
from models.constraints.playing import from_nothing, role_of, see_that_it_plays
from models.constraints.result import as_variation
from models.constraints.similarity_search import SearchResult, search_similarity, similarity_after
from models.generator import (
    DENSITY_FACTORS,
    LARGEST_SEED,
    SEEDS_APART,
    Cancelled,
    OnProgress,
    Request,
    Stopped,
    Task,
    Variation,
    ignore_progress,
    never_cancelled,
)
from models.music.clip import Role
from models.music.errors import Refused
from models.music.note import Note
from models.sampling.conditions import RANKS, Conditions, Trial, rank_of, ranked_seed

logger = logging.getLogger(__name__)

_SIZE_COUNTS = 0.15
"""What a result e times too large or small is worth in similarity."""
_NUDGING = 4.0
"""How much worse it is to be too like the prompt, and so nudged, than too unlike it, and so taken back."""


class ProposingEngine(ABC):
    """An engine that draws hypotheses; see ``models.generator.Engine``.

    attempts    how often a seed is drawn at most
    first       variations drawn before the others: who ranks them wants a second one before giving the first
    conditions  what a request becomes
    """

    name: str
    tasks: tuple[Task, ...]
    roles: tuple[Role, ...]
    attempts: int = 6
    first: int = 2
    conditions: type[Conditions] = Conditions

    @abstractmethod
    def hypotheses(
        self, conditions: Conditions, trials: Sequence[Trial], cancelled: Cancelled
    ) -> Iterable[Sequence[EditSet]]:
        """For each trial, in order, one or more hypotheses, the engine's favourite first.

        They may be drawn as they are asked for, so that the first result needn't wait for the others. Raises Stopped
        when cancelled.
        """

    def generate(
        self, request: Request, on_progress: OnProgress = ignore_progress, cancelled: Cancelled = never_cancelled
    ) -> Iterator[Variation]:
        """See ``models.generator.Engine``."""
        task = request.task
        if task not in self.tasks:
            raise Refused(f'The engine "{self.name}" can\'t {task}; it does {", ".join(self.tasks)}.', field="engine")
        if task == "generate":
            role = request.role or self.roles[0]
            see_that_it_plays(self, role)
            conditions = self.conditions.of(task, from_nothing(request, role), role)
        else:
            opened = as_infill(request) if task == "continue" else request
            conditions = self.conditions.of(task, opened, role_of(self, opened))
        for variation in self._variations(conditions, on_progress, cancelled):
            if task == "continue":
                yield behind(conditions.constraints.request, variation)
            elif task == "generate":
                yield replace(variation, report=replace(variation.report, similarity=0.0))
            else:
                yield variation

    def _variations(self, conditions: Conditions, on_progress: OnProgress, cancelled: Cancelled) -> Iterator[Variation]:
        request, given = conditions.constraints.request, set[tuple[Note, ...]]()
        ranks = RANKS
        seeds = [(request.seed + SEEDS_APART * number) % (LARGEST_SEED + 1) for number in range(request.count)]
        try:
            # The first ones soon, the rest in one batch.
            for batch in filter(None, (seeds[: self.first], seeds[self.first :])):
                drawn = self._drawn(conditions, [Trial(seed) for seed in batch], cancelled)
                for first, hypotheses in zip(batch, drawn, strict=True):
                    for seed, reached in self._until_new(conditions, first, hypotheses, ranks, cancelled):
                        if reached is None:
                            break
                        if reached.notes not in given:
                            given.add(reached.notes)
                            on_progress(len(given) / request.count, self.name)
                            yield as_variation(conditions.constraints, seed, reached, conditions.target)
                            break
                    else:
                        # One that found nothing new anywhere: where there is a choice already, the others won't.
                        ranks = 1 if 2 * len(given) >= request.count else RANKS
        except Stopped:
            return

    def _until_new(
        self, conditions: Conditions, seed: int, hypotheses: Sequence[EditSet], ranks: int, cancelled: Cancelled
    ) -> Iterator[tuple[int, SearchResult | None]]:
        """What the seed gives, then what ranked seeds give in its place, each with its own seed; ``ranks`` in all."""
        yield seed, self._best(conditions, seed, hypotheses, cancelled)
        for rank in range(1, ranks):
            other = ranked_seed(seed, rank)
            (found,) = self._drawn(conditions, [Trial(other)], cancelled)
            yield other, self._best(conditions, other, found, cancelled)

    def _drawn(
        self, conditions: Conditions, trials: Sequence[Trial], cancelled: Cancelled
    ) -> Iterable[Sequence[EditSet]]:
        if cancelled():
            raise Stopped
        return self.hypotheses(conditions, trials, cancelled)

    def _best(
        self, conditions: Conditions, seed: int, hypotheses: Sequence[EditSet], cancelled: Cancelled
    ) -> SearchResult | None:
        """The best of a seed's hypotheses at the dial; of a ranked one the next best, and so on."""
        passed: list[tuple[Note, ...]] = []
        drawn = {0: hypotheses}
        while (reached := self._beside(conditions, seed, drawn, passed, cancelled)) is not None:
            if len(passed) == rank_of(seed):
                return reached
            passed.append(reached.notes)
        return None

    def _beside(
        self,
        conditions: Conditions,
        seed: int,
        drawn: dict[int, Sequence[EditSet]],
        taken: Sequence[tuple[Note, ...]],
        cancelled: Cancelled,
    ) -> SearchResult | None:
        """The best of a seed's hypotheses that isn't taken; of new ones where all of them are.

        drawn  the hypotheses of each attempt so far, to which those of new ones are added
        """
        for attempt in range(self.attempts):
            if attempt:
                conditions = conditions.hotter()
            if attempt not in drawn:
                (drawn[attempt],) = self._drawn(conditions, [Trial(seed, attempt)], cancelled)
            hypotheses = drawn[attempt]
            reached = self.choose(conditions, hypotheses, taken, cancelled, last=attempt + 1 == self.attempts)
            logger.debug(
                "%s, seed %d, attempt %d at temperature %.2f: %d hypotheses of %s moves, for %s %s",
                self.name,
                seed,
                attempt,
                conditions.temperature,
                len(hypotheses),
                [len(edit_set.edits) for edit_set in hypotheses],
                conditions.target,
                "none"
                if reached is None
                else f"similarity {reached.similarity:.3f}, {len(reached.notes)} notes,"
                f" {sum(index is not None for index in reached.kept)} kept",
            )
            if reached is not None:
                return reached
        logger.debug("%s, seed %d: nothing new in %d attempts", self.name, seed, self.attempts)
        return None

    def choose(
        self,
        conditions: Conditions,
        hypotheses: Sequence[EditSet],
        taken: Sequence[tuple[Note, ...]],
        cancelled: Cancelled,
        *,
        last: bool,
    ) -> SearchResult | None:
        """What becomes of a seed's hypotheses; None: it is to be drawn again, ``last``: unless it can't be any more."""
        costs = (
            [self.cost(edit_set, conditions.target) for edit_set in hypotheses]
            if len(hypotheses) > 1
            else [0.0] * len(hypotheses)
        )
        logger.debug("%s: hypotheses cost %s", self.name, [round(cost, 3) for cost in costs])
        for number in np.argsort(costs, kind="stable").tolist():
            reached = search_similarity(hypotheses[number], conditions.target, taken, cancelled)
            if reached is not None:
                return reached
        return None

    def cost(self, edit_set: EditSet, target: float | None) -> float:
        """How much forcing a hypothesis needs to come to the dial, and how far it is from as many notes as wished."""
        if target is None:
            return 0.0
        constraints = edit_set.constraints
        whole = similarity_after(edit_set, edit_set.edits)
        count = len(constraints.notes) + sum(len(edit.added) - len(edit.removed) for edit in edit_set.edits)
        wished = DENSITY_FACTORS[constraints.request.density] * max(1, len(constraints.prompt.notes))
        size = abs(math.log(max(1, count) / wished))
        return _SIZE_COUNTS * size + (target - whole if whole <= target else _NUDGING * (whole - target))


HypothesisT = TypeVar("HypothesisT")


class Sampler(ABC, Generic[HypothesisT]):
    """What a network makes of one request: hypotheses in its own representation, and what they mean as notes."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions, self.constraints = conditions, conditions.constraints

    @abstractmethod
    def open(self, rng: np.random.Generator) -> list[HypothesisT]:
        """The hypotheses of one variation, as far as they are known before the network writes."""

    @abstractmethod
    def write(
        self, hypotheses: Sequence[HypothesisT], rngs: Sequence[np.random.Generator], cancelled: Cancelled
    ) -> list[HypothesisT]:
        """All hypotheses of a batch written to their end, each with its own chance; raises Stopped when cancelled."""

    def ranked(self, hypotheses: list[HypothesisT]) -> list[HypothesisT]:
        """Those of one variation that may be taken, the best first where no dial chooses."""
        return hypotheses

    @abstractmethod
    def notes(self, hypothesis: HypothesisT) -> list[Note]:
        """The free notes as a hypothesis has them."""

    @abstractmethod
    def changed(self, hypothesis: HypothesisT) -> dict[int, Note]:
        """What free notes become, by index, where none may come or go."""

    def edit_set(self, hypothesis: HypothesisT, rng: np.random.Generator) -> EditSet:
        """The moves from the prompt to a hypothesis."""
        if self.conditions.in_order:
            return diff_in_place(self.constraints, self.changed(hypothesis), rng)
        return diff(self.constraints, self.notes(hypothesis), rng)


class NetworkEngine(ProposingEngine):
    """An engine whose hypotheses a network writes: opened for each variation, written in one batch, ranked.

    A step for all that is drawn for four variations takes hardly longer than one for the first two.
    """

    first = 8

    def __init__(self, network: Any) -> None:  # noqa: ANN401 - each brings its own
        self.network = network
        self._opened: tuple[Conditions, Sampler] | None = None

    @abstractmethod
    def sampler(self, conditions: Conditions) -> Sampler:
        """What the network makes of a request; raises Refused where that is nothing."""

    def hypotheses(
        self, conditions: Conditions, trials: Sequence[Trial], cancelled: Cancelled
    ) -> Iterable[list[EditSet]]:
        """See ``ProposingEngine``: all are written together, those of each trial are compared as they are asked for."""
        # The batches of a request have a sampler in common.
        if self._opened is None or self._opened[0] is not conditions:
            self._opened = conditions, self.sampler(conditions)
        sampler = self._opened[1]
        rngs = [trial.rng() for trial in trials]
        opened = [sampler.open(rng) for rng in rngs]
        sources = [rng for rng, some in zip(rngs, opened, strict=True) for _ in some]
        written = iter(sampler.write([one for some in opened for one in some], sources, cancelled))
        for some, rng in zip(opened, rngs, strict=True):
            yield [sampler.edit_set(one, rng) for one in sampler.ranked([next(written) for _ in some])]
