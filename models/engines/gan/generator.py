"""The engine ``gan``: windows are invented as the clip's kin, and the dial takes as much of one as was asked for.

Several are drawn for a variation; the one that needs the least forcing to the dial is taken. Beats are invented whole;
of a line some stretches are, the others stay and are known to what is new. Temperature is the width of the noise and
of the densities that nobody asked for, and divides the logits: the less, the more alike the inventions are.

Offers: ``GanEngine``, ``load``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from models.constraints.constraints import Constraints
from models.constraints.diff import diff, diff_in_place
from models.constraints.edits import EditSet
from models.constraints.playing import PlayingEngine
from models.engines.gan.beat_room import BeatRoom
from models.engines.gan.card import NAME, ROLES, TASKS
from models.engines.gan.config import GanConfig
from models.engines.gan.line_room import LineRoom
from models.engines.gan.network import Network
from models.generator import Cancelled, Task
from models.music.clip import Role
from models.sampling.weights import read_network

_DRAFTS = 4
"""Beats of which a variation chooses."""
_DARING = (0.6, 0.8, 1.0, 1.3)
"""How much more than needed the lines forget of which a variation chooses."""


def load(name: str) -> GanEngine:
    """The engine with its weights; raises EngineUnavailable."""
    assert name == NAME
    return GanEngine(read_network(name, lambda config: Network(GanConfig(**config))))


class GanEngine(PlayingEngine):
    """Generates and varies beats and melodies."""

    name = NAME
    tasks: tuple[Task, ...] = TASKS
    roles: tuple[Role, ...] = ROLES

    def __init__(self, network: Network) -> None:
        self.network = network

    @torch.inference_mode()
    def draw(
        self,
        constraints: Constraints,
        target: float | None,
        chances: Sequence[np.random.Generator],
        cancelled: Cancelled,
    ) -> list[list[EditSet]]:
        """See ``PlayingEngine``."""
        edit_sets = (
            self._beats(constraints, chances) if constraints.drums else self._lines(constraints, target, chances)
        )
        many = len(edit_sets) // len(chances)
        return [edit_sets[first : first + many] for first in range(0, len(edit_sets), many)]

    def _beats(self, constraints: Constraints, chances: Sequence[np.random.Generator]) -> list[EditSet]:
        room = BeatRoom(self.network, constraints)
        sources = [rng for rng in chances for _ in range(_DRAFTS)]
        written, liked = room.invent(sources)
        if constraints.allowed_edits.add and constraints.allowed_edits.remove:
            return [diff(constraints, room.notes_of(one), rng) for one, rng in zip(written, sources, strict=True)]
        return [diff_in_place(constraints, room.changed(one), rng) for one, rng in zip(liked, sources, strict=True)]

    def _lines(
        self, constraints: Constraints, target: float | None, chances: Sequence[np.random.Generator]
    ) -> list[EditSet]:
        room = LineRoom(self.network, constraints)
        sources = [rng for rng in chances for _ in _DARING]
        anew = np.stack([room.forgotten(target, more, rng) for rng in chances for more in _DARING])
        drawn = room.invent(anew, sources)
        if target is None:
            drawn = _fullest_first(room, drawn, len(_DARING))
        if room.in_order:
            return [diff_in_place(constraints, room.changed(one), rng) for one, rng in zip(drawn, sources, strict=True)]
        return [diff(constraints, room.notes_of(one), rng) for one, rng in zip(drawn, sources, strict=True)]


def _fullest_first(room: LineRoom, drawn: np.ndarray, drafts: int) -> np.ndarray:
    """The drafts of each variation, (variations * drafts, cells), those with the fewest empty bars first."""
    order = [
        first + place
        for first in range(0, len(drawn), drafts)
        for place in np.argsort([room.empty_bars(one) for one in drawn[first : first + drafts]], kind="stable")
    ]
    return drawn[order]
