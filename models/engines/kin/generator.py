"""The engine ``kin``: plans of what a musician would change, and a network that proposes what comes there.

Promises are kept in three places: what is fixed is given to the network and copied, what is forbidden is masked while
it writes (``models/sampling``), and what is left to choose passes through an edit set of legal edits and the
similarity search (``models/constraints``). The network writes only when a plan asks for its notes, then for all trials
at hand in one batch.

Offers: ``KinEngine``, ``load``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from models.constraints.edits import EditSet
from models.constraints.similarity_search import TOLERANCE, SearchResult
from models.engines.kin.card import TASKS
from models.engines.kin.edit_sets import edit_set_of
from models.engines.kin.planning.planner import Planner
from models.engines.kin.planning.selection import select, too_near
from models.engines.kin.playing.decoding import Decoder
from models.engines.kin.reading.view import RequestView
from models.engines.kin.sampler import WindowSampler
from models.engines.kin.weights import read_decoder
from models.generator import DENSITY_FACTORS, Cancelled, Stopped
from models.music.clip import ROLES
from models.music.note import Note
from models.sampling.conditions import Conditions, Trial
from models.sampling.engine import ProposingEngine

_DRAFTS, _DRAFTS_OF_MANY, _FEW_NOTES = 3, 2, 40
"""Drafts of each variation without a plan: 3, or 2 of a clip with many notes other than drums."""
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

    def hotter(self) -> ViewConditions:
        """See ``Conditions``; view and planner, and what they have worked out, stay the same."""
        hot = super().hotter()
        assert isinstance(hot, ViewConditions)
        vars(hot).update(view=self.view, planner=self.planner)
        return hot


class KinEngine(ProposingEngine):
    """Varies, fills in, continues and humanises clips of every role."""

    tasks, roles, conditions = TASKS, ROLES, ViewConditions
    attempts, first = 3, 8

    def __init__(self, name: str, decoder: Decoder) -> None:
        self.name, self.decoder = name, decoder

    def hypotheses(
        self, conditions: Conditions, trials: Sequence[Trial], cancelled: Cancelled
    ) -> Iterator[list[EditSet]]:
        """See ``ProposingEngine``: the plans of each trial or, where nothing can be planned, the network's drafts."""
        assert isinstance(conditions, ViewConditions)
        drafts = _Drafts(self.decoder, conditions, trials, cancelled)
        for number, trial in enumerate(trials):
            if cancelled():
                raise Stopped
            if conditions.planner:
                yield conditions.planner.edit_sets(trial, lambda number=number: drafts.of(number)[0])
            else:
                yield drafts.of(number)

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


class _Drafts:
    """The network's drafts of some trials: written when the first is asked for, those of the later trials with it."""

    def __init__(
        self, decoder: Decoder, conditions: ViewConditions, trials: Sequence[Trial], cancelled: Cancelled
    ) -> None:
        self._decoder, self._conditions, self._trials, self._cancelled = decoder, conditions, trials, cancelled
        self._written: dict[int, list[EditSet]] = {}
        few = conditions.constraints.drums or len(conditions.view.rows) <= _FEW_NOTES
        self._each = 1 if conditions.planner else _DRAFTS if few else _DRAFTS_OF_MANY

    def of(self, number: int) -> list[EditSet]:
        """The drafts of a trial as edit sets; raises Stopped when cancelled."""
        if self._cancelled():
            raise Stopped
        if number not in self._written:
            view, trials = self._conditions.view, self._trials[number:]
            rngs = [trial.rng(draft) for trial in trials for draft in range(self._each)]
            farther = _BEYOND + _FARTHER * trials[0].attempt
            sampler = WindowSampler(self._decoder, view, self._conditions.target, self._conditions.temperature, farther)
            written = sampler.write(rngs, self._cancelled, self._nearest(trials[0]))
            if self._cancelled():
                raise Stopped
            sets = [edit_set_of(view, notes, rng) for notes, rng in zip(written, rngs, strict=bool(written))]
            for later in range(len(trials)):
                self._written[number + later] = sets[later * self._each : (later + 1) * self._each]
        return self._written[number]

    def _nearest(self, trial: Trial) -> float:
        """From which similarity on drafts are written again, so surely that they needn't be written to their end."""
        conditions = self._conditions
        again = trial.attempt + 1 < KinEngine.attempts and conditions.constraints.allowed_edits.add
        dialled = again and conditions.target is not None and not conditions.planner
        return conditions.target + TOLERANCE + _SURELY if dialled and conditions.target is not None else 1.0
