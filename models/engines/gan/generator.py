"""The engine ``gan``: windows are invented as the clip's kin, and the dial takes as much of one as was asked for.

Several are drawn for a variation; the one that needs the least forcing to the dial is taken. Temperature is the width
of the noise and of the densities that nobody asked for, and divides the logits of the hits: the less, the more alike
the inventions are.

Offers: ``GanEngine``, ``load``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from models.engines.gan.beat_room import BeatRoom
from models.engines.gan.card import NAME, ROLES, TASKS
from models.engines.gan.config import GanConfig
from models.engines.gan.network import Network
from models.generator import Cancelled, OnProgress, Request, Stopped, Task, Variation, ignore_progress, never_cancelled
from models.music.clip import Role
from models.promise.freedom import Freedom
from models.promise.play import Player, play
from models.promise.proposal import in_place, towards
from models.promise.sketch import Sketch
from models.sampling.weights import read_network

_DRAFTS = 4


def load(name: str) -> GanEngine:
    """The engine with its weights; raises EngineUnavailable."""
    assert name == NAME
    return GanEngine(read_network(name, lambda config: Network(GanConfig(**config))))


class GanEngine:
    """Generates and varies beats."""

    name = NAME
    tasks: tuple[Task, ...] = TASKS
    roles: tuple[Role, ...] = ROLES

    def __init__(self, network: Network) -> None:
        self.network = network

    def generate(self, request: Request, on_progress: OnProgress = ignore_progress,
                 cancelled: Cancelled = never_cancelled) -> Iterator[Variation]:
        """See ``models.generator.Engine``."""
        def draw(freedom: Freedom, target: float | None, chances: Sequence[np.random.Generator]) -> list[list[Sketch]]:
            if cancelled():
                raise Stopped
            return self._draw(freedom, chances)

        yield from play(Player(self.name, self.tasks, self.roles, draw), request, on_progress, cancelled)

    @torch.inference_mode()
    def _draw(self, freedom: Freedom, chances: Sequence[np.random.Generator]) -> list[list[Sketch]]:
        room = BeatRoom(self.network, freedom)
        sources = [rng for rng in chances for _ in range(_DRAFTS)]
        written, liked = room.invent(sources)
        if freedom.may.add and freedom.may.remove:
            sketches = [towards(freedom, room.notes_of(one), rng) for one, rng in zip(written, sources, strict=True)]
        else:
            sketches = [in_place(freedom, room.changed(one), rng) for one, rng in zip(liked, sources, strict=True)]
        return [sketches[i:i + _DRAFTS] for i in range(0, len(sketches), _DRAFTS)]
