"""The engine ``lstm``: stretches of the line are taken out and written anew, towards what stays.

Each hypothesis keeps some of the line - more, the nearer the dial is to 1. Some stretches are written wholly anew,
about as many notes as there were; of the others only the pitches, as people's variations mostly keep their rhythm. The
dial then takes as much as was asked for. Locks on rhythm, loudness or contour leave every note in its place and choose
pitches only; a lock on pitch leaves the row of pitches and chooses places. Temperature divides the logits.

Offers: ``LstmEngine``, ``load``.
"""

from __future__ import annotations

from models.engines.lstm.card import NAME, ROLES, TASKS
from models.engines.lstm.config import LstmConfig
from models.engines.lstm.network import Network
from models.engines.lstm.sampler import LstmSampler
from models.sampling.conditions import Conditions
from models.sampling.engine import NetworkEngine
from models.sampling.networks.weights import read_playing


def load(name: str) -> LstmEngine:
    """The engine with its weights; raises EngineUnavailable."""
    return LstmEngine(read_playing(name, lambda config, arrays: Network(LstmConfig(**config), arrays)))


class LstmEngine(NetworkEngine):
    """Varies, fills in, continues and generates melodies and bass lines."""

    name, tasks, roles = NAME, TASKS, ROLES

    def sampler(self, conditions: Conditions) -> LstmSampler:
        """See ``NetworkEngine``."""
        return LstmSampler(self.network, conditions)
