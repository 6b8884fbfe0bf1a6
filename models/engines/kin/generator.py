"""The engine ``kin``: the network proposes a whole new clip, the dial takes as much of it as was asked for.

All variations of a request are written in one batch. Promises are kept in three places: what is fixed is given to the
network and copied, what is forbidden is masked while it writes (``models/sampling``), and what is left to choose
passes through an edit set of legal moves and the dial (``models/constraints``).

Offers: ``KinEngine``, ``load``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from models.analysis.role import find_role
from models.constraints.constraints import Constraints
from models.constraints.continuation import as_infill, behind
from models.constraints.edits import EditSet
from models.constraints.result import as_variation
from models.engines.kin.deciding.choice import nearest, too_near
from models.engines.kin.deciding.plan import Planner
from models.engines.kin.moves import edit_set_of
from models.engines.kin.network import Network
from models.engines.kin.reading.scene import Scene
from models.engines.kin.weights import read_network
from models.engines.kin.writing import Writer
from models.generator import (
    DENSITY_FACTORS,
    LARGEST_SEED,
    Cancelled,
    OnProgress,
    Request,
    Task,
    Variation,
    ignore_progress,
    never_cancelled,
)
from models.music.clip import ROLES, Clip, Role
from models.music.note import Note

DEFAULT_SIMILARITY = 0.7
_SEEDS_A_BATCH = 4
"""Variations written together: more are slower to the first result."""
_DRAFTS, _DRAFTS_OF_MANY, _FEW_NOTES = 3, 2, 40
"""Drafts of each variation, of which the best is taken: 3, or 2 of a clip with many notes other than drums."""
_ATTEMPTS = 3
"""How often a seed is written whose result is another's over again, or too near for the dial."""
_BEYOND, _FARTHER = 0.08, 0.2
"""How much farther (0-1) from the prompt than the dial the network is asked to go, and how much more at each new
attempt: what is written should lie a little beyond the dial."""
_HOTTER = 0.35
"""How much higher the temperature is at each new attempt: a prompt that repeats itself is copied by who dares nothing.
"""


def load(name: str) -> KinEngine:
    """The engine of that name with its weights; raises EngineUnavailable."""
    return KinEngine(name, read_network(name))


class KinEngine:
    """Varies, fills in, continues and humanises clips of every role."""

    tasks: tuple[Task, ...] = ("vary", "infill", "continue", "humanise")
    roles: tuple[Role, ...] = ROLES

    def __init__(self, name: str, network: Network) -> None:
        self.name = name
        self.network = network

    def generate(
        self, request: Request, on_progress: OnProgress = ignore_progress, cancelled: Cancelled = never_cancelled
    ) -> Iterator[Variation]:
        """See ``models.generator.Engine``."""
        if request.task == "continue":
            infill = as_infill(request)
            for variation in self._variations(infill, "continue", on_progress, cancelled):
                yield behind(infill, variation)
        else:
            yield from self._variations(request, request.task, on_progress, cancelled)

    def _variations(
        self, request: Request, task: str, on_progress: OnProgress, cancelled: Cancelled
    ) -> Iterator[Variation]:
        role = request.role or request.prompt.role or find_role(request.prompt) or "melody"
        constraints = Constraints.of(request, role)
        target = _dial(request)
        contexts = [
            (clip.role or find_role(clip) or "melody", _beside(clip, request.prompt))
            for clip in request.context
            if clip.notes
        ]
        scene = Scene.of(constraints, "humanise" if _only_touch(constraints, target) else task, contexts)
        planner = Planner.of(scene, target)
        taken: list[tuple[Note, ...]] = []
        waiting = [(request.seed + number) % (LARGEST_SEED + 1) for number in range(request.count)]
        for attempt in range(_ATTEMPTS):
            writer = Writer(
                self.network, scene, target, farther=_BEYOND + _FARTHER * attempt, heat=1 + _HOTTER * attempt
            )
            missed: list[int] = []
            for first in range(0, len(waiting), _SEEDS_A_BATCH):
                seeds = waiting[first : first + _SEEDS_A_BATCH]
                drafts = self._drafts(writer, planner, seeds, attempt, cancelled)
                for seed, edit_sets in zip(seeds, drafts, strict=True):
                    if cancelled():
                        return
                    again = attempt + 1 < _ATTEMPTS and constraints.allowed_edits.add and too_near(edit_sets, target)
                    density = DENSITY_FACTORS[request.density]
                    ear = planner.ear if planner else None
                    reached = None if again else nearest(edit_sets, target, density, taken, ear)
                    if reached is None:
                        missed.append(seed)
                        continue
                    taken.append(reached.notes)
                    on_progress(len(taken) / request.count, self.name)
                    yield as_variation(constraints, seed, reached, target)
            waiting = missed
            if not waiting:
                return

    def _drafts(
        self, writer: Writer, planner: Planner | None, seeds: list[int], attempt: int, cancelled: Cancelled
    ) -> list[list[EditSet]]:
        """For each seed the edit sets of its drafts, all written in one batch; of planned ones those of its plans."""
        drafts = _DRAFTS if writer.scene.constraints.drums or len(writer.scene.rows) <= _FEW_NOTES else _DRAFTS_OF_MANY
        drafts = 1 if planner else drafts
        chances = [np.random.default_rng((seed, attempt, number)) for seed in seeds for number in range(drafts)]
        with torch.inference_mode():
            written = writer.write(chances, cancelled)
        edit_sets = [edit_set_of(writer.scene, notes, rng) for notes, rng in zip(written, chances, strict=True)]
        if planner:
            return [planner.edit_sets(seed, attempt, edit_set) for seed, edit_set in zip(seeds, edit_sets, strict=True)]
        return [edit_sets[i : i + drafts] for i in range(0, len(edit_sets), drafts)]


def _dial(request: Request) -> float | None:
    if request.task == "vary":
        return DEFAULT_SIMILARITY if request.similarity is None else request.similarity
    return None if request.task == "humanise" else request.similarity


def _only_touch(constraints: Constraints, target: float | None) -> bool:
    """Is loudness (and timing) all that may change?"""
    return (
        constraints.request.task == "humanise"
        or not constraints.allowed_edits.reshape
        or (target is not None and target >= 1)
    )


def _beside(clip: Clip, prompt: Clip) -> Clip:
    """A context clip as it sounds beside the prompt: repeated, or cut, to the prompt's length."""
    return clip.looped(prompt.length)
