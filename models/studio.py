"""The one road from a request to variations: make it ready, choose the engine, let it or an algorithm work.

All that is outside ``models`` calls this, for every task. It loads no torch itself: an engine that needs it does, when
asked for. What it calls lies below it, and calls nothing above itself: an algorithm that has an engine play a part is
given that engine.

Offers: ``Studio``, ``AUTO``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from models.accompaniment.in_style import in_style, style_of
from models.accompaniment.request import accompanied
from models.analysis.role import find_role
from models.arrangement.song import song
from models.constraints.continuation import behind_silence, on_bar_lines
from models.constraints.prepare import prepare
from models.constraints.result import carrying
from models.drums.drums import make_of
from models.drums.request import drummed
from models.engines.best import BestOf
from models.engines.harmony.card import NAME as HARMONY
from models.engines.registry import FALLBACK, PREFERRED, Engines, in_order
from models.generator import (
    Cancelled,
    EngineCard,
    OfRequest,
    OnProgress,
    Request,
    Task,
    Variation,
    ignore_progress,
    never_cancelled,
)
from models.music.clip import ROLES, Role
from models.music.errors import BadValue, ClipkinError, EngineUnavailable, Refused
from models.tasks.table import TABLE

AUTO = "auto"
"""The name that stands for the best engine there is."""

GRAMMAR = "grammar"
"""The name for accompaniments, drums and parts in a style that are written by rule, without an engine."""

HELPED: Mapping[Task, tuple[Task, tuple[Role, ...]]] = {
    "accompany": ("infill", ROLES),
    "drums": ("infill", ("drums",)),
    "arrange": ("vary", ROLES),
}
"""Tasks of algorithms that an engine can help with: what it has to be able to do for it, in which roles."""


class Studio:
    """Engines, kept once loaded.

    patient: wait for a preferred engine's weights (a command that runs once); else ``rules`` serves while they load
    in the background (a server whose user has pressed a button)
    """

    def __init__(self, *, patient: bool = False) -> None:
        self._engines = Engines(patient=patient)

    def warm_up(self) -> None:
        """Load what the first request would wait for, beside what the caller does meanwhile."""
        for name in (FALLBACK, *PREFERRED):
            self._engines.load_in_background(name)

    def engines(self) -> tuple[EngineCard, ...]:
        """Every engine's card; what the studio does with its help is among its tasks."""
        return tuple(replace(card, tasks=(*card.tasks, *_helped(card))) for card in self._engines.cards())

    def generate(
        self,
        request: Request,
        engine: str = AUTO,
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> Iterator[Variation]:
        """Yield variations as they are ready, the best of those drawn so far first.

        The first one says what of the request had no effect. Raises BadValue, EmptyClip, Refused or EngineUnavailable
        before it, each with one sentence.
        """
        ready = prepare(request)
        clips = (*request.prompts, *request.context)
        told = (
            *dict.fromkeys(remark for clip in clips if clip.carried for remark in clip.carried.remarks),
            *ready.remarks,
        )
        whole, silence = on_bar_lines(ready.request)
        for variation in self._made(whole, engine, on_progress, cancelled):
            yield carrying(request, behind_silence(whole, variation, silence)).saying(*map(OfRequest, told))
            told = ()  # once is enough

    def chosen(self, request: Request, engine: str = AUTO) -> str:
        """The name of the engine that ``generate`` would use now, or ``grammar``."""
        players = self._players(prepare(request).request, engine)
        ready = [player.name for player in players if player.is_ready]
        return (ready or [player.name for player in players] or [GRAMMAR])[0]

    def player(self, name: str, remark: str = "") -> BestOf:
        """The engine of a name as every request meets it: judged, the best first; raises BadValue."""
        cards = {card.name: card for card in self.engines()}
        if name not in cards:
            known = ", ".join(cards)
            raise BadValue(f'The engine "{name}" is not known; choose one of {known}, or auto.', field="engine")
        return BestOf(cards[name], self._engines, remark=remark)

    def _made(
        self, request: Request, engine: str, on_progress: OnProgress, cancelled: Cancelled
    ) -> Iterator[Variation]:
        """The variations of a request that was made ready."""
        players = self._players(request, engine)
        if request.task == "accompany":
            return accompanied(request, players, on_progress, cancelled)
        if request.task == "drums":
            return drummed(request, players, on_progress, cancelled)
        if _in_style(request):
            return in_style(request.but(role=_part(request)), players, on_progress, cancelled)
        (player,) = players
        if request.task == "arrange":
            return song(request, player, on_progress, cancelled)
        if request.task == "generate" and request.role is None:
            request = request.but(
                role=next(part for part in TABLE["generate"].parts if player.card.can("generate", part))
            )
        return player.generate(request, on_progress, cancelled)

    def _players(self, request: Request, engine: str) -> tuple[BestOf, ...]:
        """The engines to ask, one after the other until one can; none: the algorithm itself. Raises Refused, BadValue.

        More than one only for grooves.
        """
        task = request.task
        if task == "morph" and request.role is None:
            request = request.but(role=request.prompt.role or find_role(request.prompt))
        role = _part(request) if _in_style(request) else request.role
        cards = {card.name: card for card in self.engines()}
        styled = _in_style(request)
        by_rule = styled or task in ("accompany", "drums")
        if engine == GRAMMAR or (engine == HARMONY and (task == "accompany" or styled)):
            if not by_rule:
                raise _cannot(engine, request, tuple(cards.values()))
            return ()
        if engine != AUTO:
            idle = engine != HARMONY and _has_chord_words(request) and not styled
            player = self.player(engine, f"Without effect on {engine}: words for chords." if idle else "")
            if not _can(player.card, request):
                raise _cannot(engine, request, tuple(cards.values()))
            return (player,)
        if task == "drums" and make_of(request.style) == "groove":
            able = [name for name in in_order("humanise", "drums") if cards[name].can("humanise", "drums")]
            return tuple(BestOf(cards[name], self._engines, waits=False) for name in able)
        if by_rule:
            return ()
        first = (HARMONY,) if _has_chord_words(request) else ()
        return (self._best_player(request, dict.fromkeys((*first, *in_order(task, role), *cards)), cards),)

    def _best_player(self, request: Request, order: Iterable[str], cards: Mapping[str, EngineCard]) -> BestOf:
        """The first in order that can and is ready; the fallback says for whom it stands in."""
        able = [cards[name] for name in order if _can(cards[name], request)]
        remark = ""
        for card in able:
            player = BestOf(card, self._engines, remark=remark if card.name == FALLBACK else "")
            if card.available and (cards[FALLBACK] not in able or player.is_ready):
                return player
            why = card.reason or f"the weights of {card.name} are still loading."
            remark = remark or f"The engine {FALLBACK} stood in: {why}"
        raise _nobody(request, tuple(cards.values()))


def _helped(card: EngineCard) -> tuple[Task, ...]:
    """The tasks that the studio can do with an engine's help."""
    able = {task for task, (needed, roles) in HELPED.items() if needed in card.tasks and set(roles) <= set(card.roles)}
    # What is written by rule goes by the name of the engine of that room, too.
    return tuple(task for task in HELPED if task in able or (card.name, task) == (HARMONY, "accompany"))


def _in_style(request: Request) -> bool:
    """Is a clip from nothing to be of a kind of music?"""
    return request.task == "generate" and bool(style_of(request.style))


def _part(request: Request) -> Role:
    """The part in a style that is asked for; words for chords ask for chords."""
    chords = any(not style_of(word) for word in request.style.split()) or request.voices or request.bass
    return request.role or ("chords" if chords else TABLE["generate"].parts[0])


def _has_chord_words(request: Request) -> bool:
    """Is a clip from nothing to be chords that are voiced as the words say?"""
    return request.task == "generate" and bool(request.style or request.voices or request.bass)


def _can(card: EngineCard, request: Request) -> bool:
    # Drums are played whatever the clip is that they are made of; of a song each track has a role of its own.
    return card.can(request.task, None if request.task in ("drums", "arrange") else request.role)


def _cannot(engine: str, request: Request, cards: Sequence[EngineCard]) -> Refused:
    able = [card.name for card in cards if card.available and _can(card, request)]
    other = any(card.name == engine and request.task in card.tasks for card in cards)
    what = f"{request.task} {request.role}" if other else request.task
    instead = f"choose {' or '.join(able)}" if able else "no engine here can"
    return Refused(f'The engine "{engine}" can\'t {what}; {instead}.', field="engine")


def _nobody(request: Request, cards: Sequence[EngineCard]) -> ClipkinError:
    """Why no engine can be asked: the one that could is not available, or the task isn't done for the role."""
    for card in cards:
        if _can(card, request):
            return EngineUnavailable(card.reason, field="engine")
    roles = [role for role in ROLES if any(card.can(request.task, role) for card in cards)]
    return Refused(
        f"No engine can {request.task} {request.role}; choose a clip that is {' or '.join(roles)}.", field="engine"
    )
