"""The weights of ``kin`` and of the user's adaptations of it, read as those of every engine are.

Offers: ``read_network``.
"""

from __future__ import annotations

from models.engines.kin.card import folder_of
from models.engines.kin.config import KinConfig
from models.engines.kin.network import Network
from models.sampling import weights


def read_network(name: str) -> Network:
    """The network of an engine, ready to play; raises EngineUnavailable with the reason when a file is damaged."""
    return weights.read_network(name, lambda config: Network(KinConfig(**config)), folder_of(name))
