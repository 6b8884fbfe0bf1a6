"""The engine ``kin``: plans of what a musician would change, and a network that proposes what comes there.

Promises are kept in three places: what is fixed is given to the network and copied, what is forbidden is masked while
it writes (``models/sampling``), and what is left to choose passes through an edit set of legal edits and the
similarity search (``models/constraints``). The network writes only when a plan asks for its notes, then for all results
in one batch.

Offers: ``KinEngine``, ``load``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from functools import cache, cached_property, partial
from typing import NamedTuple

from models.constraints.edits import EditSet
from models.constraints.similarity_search import TOLERANCE, SearchResult
from models.engines.kin.card import TASKS
from models.engines.kin.edit_sets import edit_set_of
from models.engines.kin.planning.ornaments import Sketch
from models.engines.kin.planning.planner import Planner
from models.engines.kin.planning.selection import select, too_near
from models.engines.kin.playing.decoding import Decoder
from models.engines.kin.reading.view import RequestView
from models.engines.kin.sampler import MOST_TOGETHER, WindowSampler
from models.engines.kin.weights import read_decoder
from models.generator import DENSITY_FACTORS, Cancelled, Stopped
from models.music.clip import ROLES
from models.music.note import Note
from models.sampling.conditions import Conditions, Trial
from models.sampling.engine import ProposingEngine
from models.sampling.hypothesis import Written

_DRAFTS, _DRAFTS_OF_MANY, _FEW_NOTES, _LONG = 3, 2, 40, 600
"""Drafts of each variation without a plan: 3, or 2 of a clip with many notes other than drums; of a long one's, in
which chance evens out, 1."""
_SHARED, _KNOWN = 2, 128
"""Drafts that the plans of a clip have in common; requests whose drafts are remembered."""
_SURELY = 0.01
"""How much nearer than the dial tolerates drafts have to be while they are written to be given up."""
_BEYOND, _FARTHER = 0.08, 0.2
"""How much farther (0-1) from the prompt than the dial the network is asked to go, and how much more at each new
attempt: what is written should lie a little beyond the dial."""


def load(name: str) -> KinEngine:
    """The engine of that name with its weights; raises EngineUnavailable."""
    return KinEngine(name, read_decoder(name))


class ViewConditions(Conditions):
    """The conditions as plans and network meet them."""

    @cached_property
    def view(self) -> RequestView:
        """What the network sees of the request."""
        performance = not self.constraints.allowed_edits.reshape or (self.target is not None and self.target >= 1)
        return RequestView.of(self.constraints, "humanise" if performance else self.task)

    @cached_property
    def planner(self) -> Planner | None:
        """Its planner; None where there is nothing to plan."""
        return Planner.of(self.view, self.target)

    @cached_property
    def samplers(self) -> dict[tuple[float, float, bool], WindowSampler]:
        """Samplers by temperature, how far they go and whether they sketch: each reads its windows once."""
        return {}

    @cached_property
    def same(self) -> Hashable:
        """What requests have in common that differ in seed and count alone."""
        return self.task, self.constraints.role, self.constraints.request.but(seed=0, count=1)

    def hotter(self) -> ViewConditions:
        """See ``Conditions``; view and planner, and what they have worked out, stay the same."""
        hot = super().hotter()
        assert isinstance(hot, ViewConditions)
        vars(hot).update(view=self.view, planner=self.planner, samplers=self.samplers)
        return hot


class _Draft(NamedTuple):
    """What the network wrote, and the lowest pitch at each step where something begins."""

    notes: Sequence[Written]
    pitches: Sketch


class KinEngine(ProposingEngine):
    """Varies, fills in, continues and humanises clips of every role."""

    tasks, roles, conditions = TASKS, ROLES, ViewConditions
    attempts, first = 3, 8

    def __init__(self, name: str, decoder: Decoder) -> None:
        self.name, self.decoder = name, decoder
        self._known: dict[Hashable, list[_Draft]] = {}

    def hypotheses(
        self, conditions: Conditions, trials: Sequence[Trial], cancelled: Cancelled
    ) -> Iterator[list[EditSet]]:
        """See ``ProposingEngine``: the plans of each trial or, where nothing can be planned, the network's drafts."""
        assert isinstance(conditions, ViewConditions)
        planner, view = conditions.planner, conditions.view
        drafts = cache(partial(self._shared, conditions, trials[0].attempt, cancelled))

        def shared(seed: int, *, sketches: bool) -> _Draft:
            """What a plan quotes from, which it asks for at every figure, or fills up with."""
            if cancelled():
                raise Stopped
            return drafts(sketches=sketches)[seed % _SHARED]

        def filling(trial: Trial) -> EditSet:
            return edit_set_of(view, shared(trial.seed, sketches=False).notes, trial.rng(0))

        if planner:
            for trial in trials:
                if cancelled():
                    raise Stopped
                quoted = partial(lambda seed: shared(seed, sketches=True).pitches, trial.seed)
                yield planner.edit_sets(trial, quoted, cache(partial(filling, trial)))
            return
        few = conditions.constraints.drums or len(view.rows) <= _FEW_NOTES
        each = _DRAFTS if few else _DRAFTS_OF_MANY if len(view.rows) <= _LONG else 1
        # Of a long clip the first result needn't wait for what would be written after it.
        together = max(1, MOST_TOGETHER // (each * len(view.windows)))
        for first in range(0, len(trials), together):
            yield from self._drafts(conditions, trials[first : first + together], each, cancelled)

    def _drafts(
        self, conditions: ViewConditions, trials: Sequence[Trial], each: int, cancelled: Cancelled
    ) -> Iterator[list[EditSet]]:
        """So many of the network's drafts of each trial, all written together; raises Stopped when cancelled."""
        target, attempt = conditions.target, trials[0].attempt
        rngs = [trial.rng(draft) for trial in trials for draft in range(each)]
        again = attempt + 1 < self.attempts and conditions.constraints.allowed_edits.add
        # From here on drafts are written again, so surely that they needn't be written to their end.
        nearest = target + TOLERANCE + _SURELY if again and target is not None else 1.0
        written = self._sampler(conditions, attempt).write(rngs, cancelled, nearest)
        if cancelled():
            raise Stopped
        for number in range(len(trials)):
            some = slice(number * each, (number + 1) * each)
            drafts = zip(written[some], rngs[some], strict=bool(written))
            yield [edit_set_of(conditions.view, notes, rng) for notes, rng in drafts]

    def _sampler(self, conditions: ViewConditions, attempt: int, *, sketches: bool = False) -> WindowSampler:
        key = conditions.temperature, _BEYOND + _FARTHER * attempt, sketches
        if key not in conditions.samplers:
            conditions.samplers[key] = WindowSampler(self.decoder, conditions.view, conditions.target, *key)
        return conditions.samplers[key]

    def _shared(
        self, conditions: ViewConditions, attempt: int, cancelled: Cancelled, *, sketches: bool
    ) -> list[_Draft]:
        """What plans quote from or fill up with.

        A plan takes a figure here and there, so a clip has a few that all its variations have in common, and those
        asked for later find them written. They are always written together: a seed gives the same notes alone.
        """
        key = conditions.same, conditions.temperature, attempt, sketches
        if key not in self._known:
            rngs = [Trial(number, attempt).rng(0) for number in range(_SHARED)]
            written = self._sampler(conditions, attempt, sketches=sketches).write(rngs, cancelled)
            if cancelled():
                raise Stopped
            if len(self._known) >= _KNOWN:
                self._known.pop(next(iter(self._known)))
            self._known[key] = [
                _Draft(notes, {note.onset: note.pitch for note in reversed(notes)}) for notes in written
            ]
        return self._known[key]

    def choose(
        self,
        conditions: Conditions,
        hypotheses: Sequence[EditSet],
        taken: Sequence[tuple[Note, ...]],
        cancelled: Cancelled,
        *,
        last: bool,
    ) -> SearchResult | None:
        """See ``ProposingEngine``: drafts that are all too near the prompt are written again while they can be."""
        assert isinstance(conditions, ViewConditions)
        constraints, target = conditions.constraints, conditions.target
        if not last and constraints.allowed_edits.add and too_near(hypotheses, target):
            return None  # none at all: they were given up
        planner = conditions.planner
        penalty = planner.penalty if planner else None
        density = DENSITY_FACTORS[constraints.request.density]
        whole = planner is not None and (constraints.role == "chords" if planner.dialled else not last)
        if whole and last:
            # Half of a plan for chords is none: it is only for where a whole one doesn't come to the dial.
            whole = bool(taken) and select(hypotheses, target, density, (), penalty, whole=True) is not None
        if not planner:
            hypotheses = sorted(hypotheses, key=lambda edit_set: self.cost(edit_set, target))
        return select(hypotheses, target, density, taken, penalty, whole=whole)

    def cost(self, edit_set: EditSet, target: float | None) -> float:
        """See ``ProposingEngine``; where nothing is dialled more is better."""
        return super().cost(edit_set, target) if target is not None else -float(len(edit_set.edits))
