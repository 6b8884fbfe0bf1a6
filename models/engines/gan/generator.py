"""The engine ``gan``: windows are invented as the clip's kin, and the dial takes as much of one as was asked for.

Several are drawn for a variation; the one that needs the least forcing to the dial is taken. Beats are invented whole;
of a line some stretches are, the others stay and are known to what is new. Temperature is the width of the noise and
of the densities that nobody asked for, and divides the logits: the less, the more alike the inventions are.

Offers: ``GanEngine``, ``load``.
"""

from __future__ import annotations

from models.engines.gan.card import NAME, ROLES, TASKS
from models.engines.gan.config import GanConfig
from models.engines.gan.network import Network
from models.engines.gan.samplers import BeatSampler, LineSampler
from models.sampling.conditions import Conditions
from models.sampling.engine import NetworkEngine, Sampler
from models.sampling.networks.weights import read_playing


def load(name: str) -> GanEngine:
    """The engine with its weights; raises EngineUnavailable."""
    return GanEngine(read_playing(name, lambda config, arrays: Network(GanConfig(**config), arrays)))


class GanEngine(NetworkEngine):
    """Generates and varies beats and melodies."""

    name, tasks, roles = NAME, TASKS, ROLES

    def sampler(self, conditions: Conditions) -> Sampler:
        """See ``NetworkEngine``."""
        return (BeatSampler if conditions.constraints.drums else LineSampler)(self.network, conditions)
