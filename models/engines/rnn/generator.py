"""The engine ``rnn``: some cells and lanes are forgotten and drawn anew, the dial takes as much as was asked for.

A beat under a lock on rhythm keeps the number of hits in every cell and moves them between lanes. Other roles keep
their pitches and get another rhythm; with their rhythm locked there is nothing for this engine to do, and it says so.
A beat that is humanised keeps its hits, which are played as a drummer would (``humanise``); other roles are not its
field. Temperature divides the logits of the symbols.

Offers: ``RnnEngine``, ``load``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.constraints.edits import EditSet
from models.engines.rnn.card import NAME, ROLES, TASKS
from models.engines.rnn.config import RnnConfig
from models.engines.rnn.humanise import humanised
from models.engines.rnn.network import Network
from models.engines.rnn.samplers import BeatSampler, RhythmSampler
from models.generator import Cancelled
from models.sampling.conditions import Conditions, Trial
from models.sampling.engine import NetworkEngine, Sampler
from models.sampling.networks.weights import read_playing


def load(name: str) -> RnnEngine:
    """The engine with its weights; raises EngineUnavailable."""
    return RnnEngine(read_playing(name, lambda config, arrays: Network(RnnConfig(**config), arrays)))


class RnnEngine(NetworkEngine):
    """Varies, fills in, continues and generates beats, and the rhythm of every other role."""

    name, tasks, roles = NAME, TASKS, ROLES

    def sampler(self, conditions: Conditions) -> Sampler:
        """See ``NetworkEngine``."""
        return (BeatSampler if conditions.constraints.drums else RhythmSampler)(self.network, conditions)

    def hypotheses(
        self, conditions: Conditions, trials: Sequence[Trial], cancelled: Cancelled
    ) -> Iterable[list[EditSet]]:
        """See ``ProposingEngine``."""
        if conditions.task == "humanise":
            return list(humanised(self.network, conditions, (trial.rng() for trial in trials)))
        return super().hypotheses(conditions, trials, cancelled)
