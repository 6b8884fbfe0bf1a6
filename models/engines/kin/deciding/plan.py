"""A plan for each draft: an idea, the edits that follow from it, and the sketch that they make.

Neighbouring seeds have different ideas, so that the results of one request differ in what they are about. Behind the
edits of the plan stand the moves of the network, for where the edits don't suffice.

Offers: ``Planner``, ``planned``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.analysis.arrays import NoteArrays
from models.analysis.voices import melody_line
from models.constraints.edits import Sketch
from models.constraints.similarity_search import carry_out
from models.engines.kin.deciding.beat import IDEAS as BEAT_IDEAS
from models.engines.kin.deciding.beat import BeatPlan
from models.engines.kin.deciding.canvas import Canvas
from models.engines.kin.deciding.comping import IDEAS as CHORD_IDEAS
from models.engines.kin.deciding.comping import CompingPlan, strokes_of
from models.engines.kin.deciding.ear import amiss
from models.engines.kin.deciding.ground import Ground
from models.engines.kin.deciding.line import IDEAS, LinePlan
from models.engines.kin.reading.scene import Scene
from models.music.note import Note

_PLANS = 3
"""Drafts of each seed."""
_FEWEST, _MOST = 4, 600
_BLOCK = 2.2
"""Notes a stroke from which chords are struck, not broken."""
"""Notes of a clip that has figures to vary; and beyond which nobody waits for a plan."""


@dataclass(frozen=True)
class Planner:
    """Plans for the clip of a ground at a dial ``target`` (0-1)."""

    ground: Ground
    target: float

    @classmethod
    def of(cls, scene: Scene, target: float | None) -> Planner | None:
        """The planner of a scene; None where there is nothing to plan with: too few notes, doors that are shut."""
        freedom = scene.freedom
        wanted = scene.task == "vary" and target is not None and freedom.request.density == "same"
        able = not freedom.keeps_order and freedom.may.repitch and _FEWEST <= len(freedom.notes) <= _MOST
        return cls(Ground.of(scene), target) if wanted and able and target is not None else None

    def sketches(self, seed: int, attempt: int, written: Sketch) -> list[Sketch]:
        """The plans of a seed; ``written``: what the network would do."""
        draft = carry_out(written, written.moves, 0.0).notes
        found = []
        for number in range(_PLANS):
            rng = np.random.default_rng((seed, attempt, number, len(self.ground.notes)))
            canvas = planned(self.ground, self.target, seed + attempt, rng, [draft])
            canvas.fill_up(written.moves)
            found.append(canvas.sketch)
        return found

    def ear(self, notes: Sequence[Note]) -> float:
        """What is amiss in a result."""
        return amiss(self.ground, notes)


def planned(
    ground: Ground, target: float, number: int, rng: np.random.Generator, drafts: Sequence[Sequence[Note]]
) -> Canvas:
    """One plan, carried out.

    target  the dial, 0-1
    number  which idea: those of neighbouring numbers differ
    drafts  what the network would write
    """
    canvas = Canvas(ground.freedom, target)
    role = ground.freedom.role
    if role in ("melody", "bass"):
        line = LinePlan(ground, canvas, range(len(ground.notes)), rng, drafts, bass=role == "bass")
        line.carry_out(IDEAS[number % len(IDEAS)])
    elif role == "drums":
        BeatPlan(ground, canvas, rng).carry_out(BEAT_IDEAS[number % len(BEAT_IDEAS)])
    else:
        _chords(ground, canvas, number, rng, drafts)
    return canvas


def _chords(
    ground: Ground, canvas: Canvas, number: int, rng: np.random.Generator, drafts: Sequence[Sequence[Note]]
) -> None:
    """Block chords are voiced otherwise; of broken ones the tune on top and the notes between are lines."""
    sizes = [len(stroke.indices) for stroke in strokes_of(ground)]
    if np.mean(sizes) >= _BLOCK:
        CompingPlan(ground, canvas, rng).carry_out(CHORD_IDEAS[number % len(CHORD_IDEAS)])
        return
    top = set(melody_line(NoteArrays.of(ground.notes)))
    lowest = {stroke.indices[0] for stroke in strokes_of(ground)}
    floor = np.median([note.pitch for note in ground.notes])
    between = [i for i, n in enumerate(ground.notes) if i not in top and not (i in lowest and n.pitch < floor - 12)]
    idea = IDEAS[number % len(IDEAS)]
    if number % 2 and len(between) > 2:
        target, canvas.target = canvas.target, (1 + canvas.target) / 2
        LinePlan(ground, canvas, between, rng, bass=True).carry_out("answer")
        canvas.target = target
    LinePlan(ground, canvas, sorted(top), rng, drafts).carry_out(idea)
