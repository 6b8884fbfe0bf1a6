"""The one road from a request to ranked variations: choose the engine, see that it can, draw, judge, give the best.

All that is outside ``models`` calls this. It loads no torch itself: an engine that needs it does, when asked for.

Offers: ``Studio``, ``AUTO``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Lock, Thread, main_thread

from models.accompaniment.request import accompanied
from models.arrangement.song import song
from models.constraints.prepare import prepare
from models.drums.players import GRAMMAR
from models.drums.request import answer
from models.engines import registry
from models.engines.harmony.card import NAME as HARMONY
from models.evaluation.duplicates import near_duplicates
from models.evaluation.judge import Judge, Judged
from models.generator import (
    MOST_VARIATIONS,
    Cancelled,
    Engine,
    EngineCard,
    OnProgress,
    Request,
    Task,
    Variation,
    ignore_progress,
    never_cancelled,
)
from models.mood.mood_control import Tint
from models.music.clip import ROLES, Role
from models.music.errors import ClipkinError, EngineUnavailable, Refused

AUTO = "auto"
"""The name that stands for the best engine there is."""

PREFERRED = ("kin",)
"""Learned engines that ``auto`` prefers, the best first."""

BETTER: dict[tuple[Task, Role], str] = {("humanise", "drums"): "rnn"}
"""Who is preferred to them where it was measured to be better (``models.benchmarks.grooves``)."""

SPECIALISTS = ("vae", "lstm", "rnn", "gan")
"""Who is asked, in this order, for what neither the preferred nor the fallback engine does."""

FALLBACK = "rules"
"""The engine that needs nothing, and so serves when no other can."""


TOGETHER: tuple[Task, ...] = ("accompany", "drums", "arrange")
"""Tasks that the studio does itself: an algorithm that may ask engines for parts."""

HELPED: dict[Task, tuple[Task, tuple[Role, ...]]] = {
    "accompany": ("infill", ROLES),
    "drums": ("infill", ("drums",)),
    "arrange": ("vary", ROLES),
}
"""Tasks of those that an engine can help with, and what it has to be able to do for it, in which roles."""

AT_HOME: dict[Task, str] = {"accompany": HARMONY, "drums": FALLBACK}
"""Tasks that ``auto`` never gives to a preferred engine: who does them, and asks others where they do better."""

DRAWN_FOR_EACH = 2
"""Candidates drawn for each variation that is asked for."""

LONG = 500
"""Notes of a prompt above which no more are drawn than asked for: waiting would cost more than choosing gains."""


class Studio:
    """Engines, kept once loaded.

    patient: wait for a preferred engine's weights (a command that runs once); else ``rules`` serves while they load
    in the background (a server whose user has pressed a button)
    """

    def __init__(self, *, patient: bool = False) -> None:
        self._patient = patient
        self._loaded: dict[str, Engine] = {}
        self._loading: set[str] = set()
        self._failed: dict[str, str] = {}
        self._lock = Lock()

    def warm_up(self) -> None:
        """Load what the first request would wait for, beside what the caller does meanwhile: the fallback engine."""
        self._load_in_background(FALLBACK)

    def engines(self) -> tuple[EngineCard, ...]:
        """Every engine's card; one whose weights turned out to be damaged is listed with the reason.

        What the studio does with an engine's help is among its tasks.
        """
        return tuple(
            replace(card, reason=self._failed.get(card.name, card.reason), tasks=(*card.tasks, *_helped(card)))
            for card in registry.cards()
        )

    def generate(
        self,
        request: Request,
        engine: str = AUTO,
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> Iterator[Variation]:
        """Yield variations as they are ready, each the best of those drawn so far that were not given yet.

        More are drawn than asked for; what nearly repeats a given one, or repeats a training piece further than human
        music does, is left out. A request for one variation draws that one alone, so a seed that a variation carries
        makes it again.
        Raises BadValue, EmptyClip, Refused or EngineUnavailable before the first one, each with one sentence.
        """
        ready = prepare(request)
        told = ready.remarks
        for variation in self._made(ready.request, engine, on_progress, cancelled):
            yield variation.saying(*told)
            told = ()  # once is enough

    def _made(
        self, request: Request, engine: str, on_progress: OnProgress, cancelled: Cancelled
    ) -> Iterator[Variation]:
        """The variations of a request that was made ready."""
        name, remark = self._choose(request, engine)
        if request.task in TOGETHER:
            for variation in self._together(request, name, engine, on_progress, cancelled):
                yield variation.saying(*filter(None, (remark,)))
                remark = ""
            return
        if name == HARMONY and request.task != "generate":
            # An exact search has judged already, and knows its order.
            yield from self._engine(name).generate(request, on_progress, cancelled)
            return
        tint = Tint.of(request)
        wanted = tint.asked if tint else request
        if request.task == "morph":
            # A row of steps: each counts, in its order.
            judge = Judge(request)
            yield from (
                judge.assess(step).variation for step in self._engine(name).generate(request, on_progress, cancelled)
            )
            return
        long = bool(request.prompts) and len(request.prompt.notes) > LONG
        drawn = request.count if long or request.count == 1 else min(MOST_VARIATIONS, DRAWN_FOR_EACH * request.count)
        candidates = self._engine(name).generate(wanted.but(count=drawn), on_progress, cancelled)
        if tint:
            candidates = tint.over(candidates)
        remarks = (*filter(None, (remark,)), *(tint.remarks() if tint else ()))
        came = False
        for variation in _best_as_they_come(wanted, candidates, max(1, drawn // request.count), tint):
            yield variation.saying(*(() if came else remarks))  # once is enough
            came = True
        if not came and not cancelled():
            raise _nothing_left(request, name, remark)

    def _together(
        self, request: Request, name: str, engine: str, on_progress: OnProgress, cancelled: Cancelled
    ) -> Iterator[Variation]:
        """What takes several engines, or an exact algorithm and an engine; ``name`` is the one chosen."""
        if request.task == "arrange":
            yield from song(
                request, lambda asked: self.generate(asked, name, cancelled=cancelled), on_progress, cancelled
            )
        elif request.task == "drums":
            yield from answer(
                request, engine, self.generate if engine != AUTO else self._if_ready, on_progress, cancelled
            )
        else:
            by_grammar = name == HARMONY
            yield from accompanied(
                request,
                on_progress,
                cancelled,
                engine=GRAMMAR if by_grammar else name,
                ask=None if by_grammar else self.generate,
            )

    def _if_ready(self, request: Request, name: str) -> Iterator[Variation]:
        """The variations of an engine that needs no waiting for; of others the loading begins, for the next time."""
        if not self._patient and name not in self._loaded and name != FALLBACK:
            self._load_in_background(name)
            raise EngineUnavailable(f"The weights of {name} are still loading; try again in a moment.", field="engine")
        yield from self.generate(request, name)

    def chosen(self, request: Request, engine: str = AUTO) -> str:
        """The name of the engine that ``generate`` would use now."""
        return self._choose(prepare(request).request, engine)[0]

    def _choose(self, request: Request, engine: str) -> tuple[str, str]:
        """The engine's name, and a remark where it is not the one that the user would expect."""
        cards = {card.name: card for card in self.engines()}
        if engine != AUTO:
            if engine in cards:
                _see_that_it_can(cards[engine], request, tuple(cards.values()))
            return engine, ""
        remark = ""
        if request.task in AT_HOME:
            return AT_HOME[request.task], ""
        for name in (*_better(request), *PREFERRED):
            card = cards.get(name)
            if card is None or not _can(card, request):
                continue
            if card.available and (self._patient or name in self._loaded):
                return name, ""
            if card.available:
                self._load_in_background(name)
            remark = f"The engine {FALLBACK} stood in: {card.reason or f'the weights of {name} are still loading.'}"
        if not _can(cards[FALLBACK], request):
            able = [card.name for card in cards.values() if card.available and _can(card, request)]
            if able:
                return min(able, key=lambda name: SPECIALISTS.index(name) if name in SPECIALISTS else 99), ""
        _see_that_it_can(cards[FALLBACK], request, tuple(cards.values()))
        return FALLBACK, remark

    def _engine(self, name: str) -> Engine:
        # Loaded outside the lock: while a network is being read, the others go on playing.
        engine = self._loaded.get(name)
        if engine is None:
            try:
                engine = registry.load(name)
            except EngineUnavailable as problem:
                self._failed[name] = problem.sentence
                raise
            with self._lock:
                engine = self._loaded.setdefault(name, engine)
        return engine

    def _load_in_background(self, name: str) -> None:
        if name in self._loading:
            return
        self._loading.add(name)

        def load() -> None:
            try:
                self._engine(name)
            except ClipkinError as problem:
                self._failed[name] = problem.sentence
            except Exception:
                # A process that is ending lets nobody import any more; nobody waits for this engine either.
                if main_thread().is_alive():
                    raise
            finally:
                self._loading.discard(name)

        # Not a daemon: a process that ends while torch is being loaded would be aborted.
        Thread(target=load, name=f"load {name}").start()


def _helped(card: EngineCard) -> tuple[Task, ...]:
    """The tasks that the studio can do with an engine's help."""
    return tuple(
        task for task, (needed, roles) in HELPED.items() if needed in card.tasks and set(roles) <= set(card.roles)
    )


def _best_as_they_come(
    request: Request, candidates: Iterator[Variation], every: int, tint: Tint | None
) -> Iterator[Variation]:
    """After ``every`` so many candidates the best one that is left; at the end the rest, best first.

    With mood words what lies in their direction is worth more.
    """
    judge = Judge(request)
    pool: list[Judged] = []
    given: list[Variation] = []
    drawn = 0
    for drawn, candidate in enumerate(candidates, 1):
        judged = judge.assess(candidate)
        if tint:
            judged = replace(judged, worth=judged.worth + tint.nearness(candidate))
        if judged.offered:
            pool.append(judged)
        if pool and drawn % every == 0 and len(given) < request.count:
            given.append(_take_best(pool, given, request))
            yield given[-1]
    while pool and len(given) < request.count:
        given.append(_take_best(pool, given, request))
        yield given[-1]
    if drawn and not given:
        raise Refused(
            "Everything that was made repeats a piece of the training data; ask for less similarity or another seed.",
            field="similarity",
        )


def _take_best(pool: list[Judged], given: list[Variation], request: Request) -> Variation:
    """Take the best out of the pool, if possible one that nearly repeats none of those given."""
    prompt = request.prompts[0] if request.prompts else None

    def differs(one: Judged) -> bool:
        return not any(near_duplicates(one.variation.clip, other.clip, prompt) for other in given)

    best = max(pool, key=lambda one: (differs(one), one.worth))
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


def _better(request: Request) -> tuple[str, ...]:
    role = request.role or (request.prompt.role if request.prompts else None)
    name = BETTER.get((request.task, role)) if role else None
    return (name,) if name else ()


def _can(card: EngineCard, request: Request) -> bool:
    # Drums are played whatever the clip is that they are made of; of a song each track has a role of its own.
    return card.can(request.task, None if request.task in ("drums", "arrange") else request.role)


def _see_that_it_can(card: EngineCard, request: Request, others: tuple[EngineCard, ...]) -> None:
    if _can(card, request):
        return
    able = [other.name for other in others if other.available and _can(other, request)]
    what = request.task if request.task not in card.tasks else f"{request.task} {request.role}"
    instead = f"choose {' or '.join(able)}" if able else "no engine here can"
    raise Refused(f'The engine "{card.name}" can\'t {what}; {instead}.', field="engine")
