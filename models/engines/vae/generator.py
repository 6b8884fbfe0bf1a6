"""The engine ``vae``: a variation is a small step away from the clip's point, a morph a walk to another clip's.

For a variation the point moves towards one drawn from where real clips lie, by several distances, the longer the
farther the dial is from 1; the draft that comes nearest to the dial is taken, and the dial makes it exact.
Temperature widens the steps, and the spread of what is drawn.

Offers: ``VaeEngine``, ``load``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from models.constraints.constraints import Constraints
from models.constraints.diff import diff, diff_in_place
from models.constraints.edits import EditSet
from models.constraints.morph import morph
from models.constraints.playing import PlayingEngine
from models.engines.vae.card import NAME, ROLES, TASKS
from models.engines.vae.config import VaeConfig
from models.engines.vae.network import Instrument
from models.engines.vae.rooms import BeatRoom, LineRoom
from models.generator import Cancelled, OnProgress, Request, Task, Variation, ignore_progress, never_cancelled
from models.music.clip import Clip, Role
from models.music.note import Note
from models.sampling.choose import Daring
from models.sampling.weights import read_network

_DISTANCES = (0.4, 0.7, 1.0, 1.4, 2.0)
"""Lengths of the drafts' steps, in units of what the dial asks for."""
_SHORTEST, _LONGEST = 0.05, 1.0
"""Shares of the way to the drawn point."""
_DECISION = 0.55
"""Temperature of the cells of a clip from nothing, beside that of its points."""
_GENERATED = 3
"""Drafts of a clip from nothing, of which the wished density chooses."""


def load(name: str) -> VaeEngine:
    """The engine with its weights; raises EngineUnavailable."""
    assert name == NAME
    return VaeEngine(read_network(name, lambda config: Instrument(VaeConfig(**config))))


class VaeEngine(PlayingEngine):
    """Varies, morphs and generates lines and beats."""

    name = NAME
    tasks: tuple[Task, ...] = TASKS
    roles: tuple[Role, ...] = ROLES

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument

    def generate(
        self, request: Request, on_progress: OnProgress = ignore_progress, cancelled: Cancelled = never_cancelled
    ) -> Iterator[Variation]:
        """See ``models.generator.Engine``."""
        if request.task == "morph":
            yield from morph(self.player(cancelled), request, self._blend, on_progress, cancelled)
        else:
            yield from super().generate(request, on_progress, cancelled)

    @torch.inference_mode()
    def draw(
        self,
        constraints: Constraints,
        target: float | None,
        chances: Sequence[np.random.Generator],
        cancelled: Cancelled,
    ) -> list[list[EditSet]]:
        """See ``PlayingEngine``."""
        room = self._room(constraints)
        if not constraints.notes:
            return [self._from_nothing(room, constraints, rng) for rng in chances]
        own = room.points()  # (windows, Z)
        moved = [self._moved(own, constraints, 0.5 if target is None else target, rng) for rng in chances]
        points = torch.cat(moved)  # (chances * distances, windows, Z)
        in_order = not (constraints.allowed_edits.add and constraints.allowed_edits.remove)
        if in_order:
            forms = room.changed(points)
            edit_sets = [
                diff_in_place(constraints, form, chances[i // len(_DISTANCES)]) for i, form in enumerate(forms)
            ]
        else:
            written = room.write(torch.cat([own[None], points]))
            edit_sets = [
                diff(constraints, room.notes_near(written[0], one), chances[i // len(_DISTANCES)])
                for i, one in enumerate(written[1:])
            ]
        return [edit_sets[i : i + len(_DISTANCES)] for i in range(0, len(edit_sets), len(_DISTANCES))]

    def _room(self, constraints: Constraints) -> LineRoom | BeatRoom:
        network = self.instrument.network
        return BeatRoom(network, constraints) if constraints.drums else LineRoom(network, constraints)

    def _moved(self, own: Tensor, constraints: Constraints, target: float, rng: np.random.Generator) -> Tensor:
        """Points on the way to others that are drawn, (distances, windows, Z)."""
        temperature = constraints.request.temperature
        drawn = self._drawn(constraints, len(own), 1, rng)[0]  # (windows, Z)
        shares = np.clip((1 - target) * temperature * np.array(_DISTANCES), _SHORTEST, _LONGEST)
        return torch.stack([torch.lerp(own, drawn, float(share)) for share in shares])

    def _drawn(self, constraints: Constraints, windows: int, count: int, rng: np.random.Generator) -> Tensor:
        """Points from where real clips lie, each after the one before, (count, windows, Z)."""
        places = self.instrument.places[constraints.role]
        point, points = None, []
        for _ in range(windows):
            chance = torch.from_numpy(rng.standard_normal((count, places.mean.shape[0] // 2))).float()
            point = places.draw(point, constraints.request.temperature * chance)  # type: ignore[operator]
            points.append(point)
        return torch.stack(points, dim=1)

    def _from_nothing(
        self, room: LineRoom | BeatRoom, constraints: Constraints, rng: np.random.Generator
    ) -> list[EditSet]:
        """Drafts of a clip of points that were drawn, one after the other."""
        points = self._drawn(constraints, len(room.windows), _GENERATED, rng)
        written = room.write(points, [rng] * _GENERATED, Daring(_DECISION, 0.95, 0.05))
        drafts = [room.notes_of(one) for one in written]
        if constraints.request.density != "same":
            drafts.sort(key=len, reverse=constraints.request.density == "high")
        return [diff(constraints, notes, rng) for notes in drafts]

    @torch.inference_mode()
    def _blend(self, first: Clip, constraints: Constraints, along: Sequence[float]) -> list[list[Note]]:
        """What lies on the way from the first clip's points to those of the constraints's clip."""
        room = self._room(constraints)
        start, end = room.points(first), room.points()
        written = room.write(torch.stack([torch.lerp(start, end, place) for place in (*along, 1.0)]))
        return [room.notes_near(written[-1], one) for one in written[:-1]]
