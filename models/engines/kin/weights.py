"""The weights of ``kin`` and of the user's adaptations of it, read as those of every engine are.

Offers: ``read_decoder``, ``read_network``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.engines.kin.card import folder_of
from models.engines.kin.config import KinConfig
from models.engines.kin.playing.decoding import Decoder
from models.sampling.networks import weights

if TYPE_CHECKING:
    from models.engines.kin.network import Network


def read_decoder(name: str) -> Decoder:
    """The network of an engine as it plays; raises EngineUnavailable with the reason when a file is damaged."""
    return weights.read_playing(name, lambda config, arrays: Decoder(KinConfig(**config), arrays), folder_of(name))


def read_network(name: str) -> Network:
    """The same network in torch, for training; raises EngineUnavailable."""
    from models.engines.kin.network import Network

    return weights.read_network(name, lambda config: Network(KinConfig(**config)), folder_of(name))
