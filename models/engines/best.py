"""An engine as the user meets it: its candidates take the mood on, are judged, and the best are given.

More are drawn than asked for; what nearly repeats a given one, or repeats a training piece further than human music
does, is left out. A request for one variation draws that one alone, so a seed that a variation carries makes it again.

Offers: ``BestOf``, ``in_mood`` (its candidates under mood words).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Set
from dataclasses import replace
from itertools import takewhile

from models.engines.registry import Engines
from models.evaluation.judge import SAME, Judge, Judged, overlap
from models.generator import (
    LARGEST_SEED,
    SEEDS_APART,
    Cancelled,
    EngineCard,
    OfRequest,
    OnProgress,
    Request,
    Variation,
    ignore_progress,
    never_cancelled,
)
from models.mood.mood_control import MoodControl
from models.music.errors import EngineUnavailable, Refused
from models.music.note import Note
from models.tasks.table import MOST_VARIATIONS, TABLE

log = logging.getLogger("clipkin.engines")

Generate = Callable[[Request, OnProgress, Cancelled], Iterator[Variation]]
"""An engine's ``generate``."""

DRAWN_FOR_EACH = 2
"""Candidates drawn for each variation that is asked for."""
_MOST_DRAWN = 3
"""Times as many seeds as candidates are asked for under a mood, at most, until enough of them differ."""

_MAY_SHARE, _SHARED = 0.4, 1.5
"""How much of its changes a result may share with one that is given already, and what it costs to share more."""

LONG = 500
"""Notes of a prompt above which no more are drawn than asked for: waiting would cost more than choosing gains."""


class BestOf:
    """The engine of a card, loaded when it is first asked; an ``Engine`` itself.

    waits   load it however long that takes; else an engine that isn't ready is unavailable for now
    remark  said of the first result, and of a refusal: why this engine is asked and not another
    """

    def __init__(self, card: EngineCard, engines: Engines, *, waits: bool = True, remark: str = "") -> None:
        self.card, self.name, self.tasks, self.roles = card, card.name, card.tasks, card.roles
        self._engines, self._waits, self._remark = engines, waits, remark

    @property
    def is_ready(self) -> bool:
        """May it be asked now? Where it may not, its loading has begun."""
        return self.card.available and self._engines.ready(self.name)

    def generate(
        self, request: Request, on_progress: OnProgress = ignore_progress, cancelled: Cancelled = never_cancelled
    ) -> Iterator[Variation]:
        """The best of what the engine draws, each as soon as it is found; see ``models.generator.Engine``."""
        if not self._waits and not self.is_ready:
            raise EngineUnavailable(
                f"The weights of {self.name} are still loading; try again in a moment.", field="engine"
            )
        engine = self._engines.get(self.name)
        log.info("%s is at work", self.name)
        if TABLE[request.task].ranked:
            # An exact search has judged already, and knows its order.
            yield from engine.generate(request, on_progress, cancelled)
        elif request.task == "morph":
            # A row of steps: each counts, in its order.
            judge = Judge(request)
            yield from (judge.assess(step).variation for step in engine.generate(request, on_progress, cancelled))
        else:
            mood_control = MoodControl.of(request)
            wanted = mood_control.asked if mood_control else request
            drawn = _drawn(request, moody=bool(mood_control and mood_control.text.readings))
            # What a mood makes of a candidate differs from the prompt, and from what is there already.
            seen = {request.prompt.notes} if mood_control and request.prompts and request.similarity != 1 else set()
            candidates = (
                in_mood(mood_control, engine.generate, drawn, seen, on_progress, cancelled)
                if mood_control
                else engine.generate(wanted.but(count=drawn), on_progress, cancelled)
            )
            remarks = (*filter(None, (self._remark,)), *(mood_control.remarks() if mood_control else ()))
            came = False
            for variation in _best_as_they_come(wanted, candidates, max(1, drawn // request.count), mood_control, seen):
                yield variation.saying(*(() if came else map(OfRequest, remarks)))  # once is enough
                came = True
            if not came and not cancelled():
                raise _nothing_left(request, self.name, self._remark)


def in_mood(
    control: MoodControl,
    generate: Generate,
    count: int,
    taken: Set[tuple[Note, ...]],
    on_progress: OnProgress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Iterator[Variation]:
    """``count`` candidates as the words want them; an engine is asked (``generate``) only for seeds for which the
    prompt itself in the mood is not enough.

    taken: results that are there already, and those that come by and by; a result is none of them where it can
    """
    asked, before = control.asked.but(count=count), frozenset(taken)
    if not control.of_prompts:
        for variation in generate(asked, on_progress, cancelled):
            result = control.applied(variation, before)
            yield control.applied(variation, taken) if result.clip.notes in taken else result
        return
    seeds = [(asked.seed + SEEDS_APART * number) % (LARGEST_SEED + 1) for number in range(_MOST_DRAWN * count)]
    for number, seed in enumerate(seeds[:count], 1):
        own = control.of_the_prompt(seed, before)
        own = control.of_the_prompt(seed, taken) if own is not None and own.clip.notes in taken else own
        if cancelled():
            return
        if own is not None:
            on_progress(number / count, "in the mood")
            yield own
            continue
        for variation in generate(asked.but(count=1, seed=seed), on_progress, cancelled):
            result = control.of_the_engine(variation, before)
            yield control.of_the_engine(variation, taken) if result.clip.notes in taken else result
    # Where locks leave the words little several seeds come to the same: then an engine's plain ideas differ.
    plain = control.request.but(mood="", count=1)
    for seed in takewhile(lambda _: len(taken) - len(before) < control.request.count, seeds[count:]):
        for variation in generate(plain.but(seed=seed), ignore_progress, cancelled):
            result = control.of_the_engine(variation, taken)
            yield variation if result.clip.notes in taken else result


def _drawn(request: Request, *, moody: bool) -> int:
    """How many candidates: half as many more where words go over each of them, which costs as much as the drawing."""
    long = bool(request.prompts) and len(request.prompt.notes) > LONG
    each = (1 + DRAWN_FOR_EACH) / 2 if moody else DRAWN_FOR_EACH
    return request.count if long or request.count == 1 else min(MOST_VARIATIONS, round(each * request.count))


def _best_as_they_come(
    request: Request,
    candidates: Iterator[Variation],
    every: int,
    mood_control: MoodControl | None,
    seen: set[tuple[Note, ...]],
) -> Iterator[Variation]:
    """After ``every`` so many candidates the best one that is left; at the end the rest, best first.

    With mood words what lies in their direction is worth more. ``seen`` is what none may be; it grows by those that are
    kept.
    """
    judge = Judge(request)
    pool: list[Judged] = []
    given: list[Variation] = []
    drawn = 0
    for drawn, candidate in enumerate(candidates, 1):
        judged = judge.assess(candidate)
        if mood_control:
            judged = replace(judged, worth=judged.worth + mood_control.nearness(candidate))
        if judged.offered and candidate.clip.notes not in seen:
            pool.append(judged)
            seen.add(candidate.clip.notes)
        if pool and drawn % every == 0 and len(given) < request.count:
            log.info("best of %d drafts, %d drawn so far:", len(pool), drawn)
            given.append(_take_best(pool, given, request))
            yield given[-1]
    while pool and len(given) < request.count:
        log.info("best of %d drafts left, of %d drawn:", len(pool), drawn)
        given.append(_take_best(pool, given, request))
        yield given[-1]
    if drawn and not given:
        raise Refused(
            "Everything that was made repeats a piece of the training data; ask for less similarity or another seed.",
            field="similarity",
        )


def _take_best(pool: list[Judged], given: list[Variation], request: Request) -> Variation:
    """Take the best out of the pool; what shares much with those given is worth less, what repeats one comes last."""
    prompt = request.prompts[0] if request.prompts else None

    def worth(one: Judged) -> tuple[bool, float]:
        shared = max((overlap(one.variation.clip, other.clip, prompt) for other in given), default=0.0)
        return shared <= SAME, one.worth - _SHARED * max(0.0, shared - _MAY_SHARE)

    best = max(pool, key=worth)
    pool.remove(best)
    return best.variation


def _nothing_left(request: Request, name: str, remark: str) -> Refused:
    locks = ", ".join(request.locks.names)
    why = (
        f'With {locks} locked the engine "{name}" finds nothing to change here; open a lock'
        if locks
        else f'The engine "{name}" finds nothing here that differs; free more notes'
    )
    # A stand-in may be followed by one that can.
    how = f", or try again in a moment ({remark.rstrip('.')})." if remark else ", or choose another engine."
    return Refused(why + how, field="locks" if locks else "similarity")
