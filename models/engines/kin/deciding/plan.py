"""A plan for each draft: an idea, the edits that follow from it, and the edit set that they make.

Neighbouring seeds have different ideas, so that the results of one request differ in what they are about. Behind the
edits of the plan stand the moves of the network, for where the edits don't suffice.

Offers: ``Planner``, ``planned``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from models.analysis.arrays import NoteArrays
from models.analysis.voices import melody_line
from models.constraints.constraints import Constraints
from models.constraints.edits import Edit, EditSet
from models.constraints.lines import bass_line, top_line
from models.constraints.similarity_search import TOLERANCE, apply_edits, search_similarity
from models.engines.kin.config import STEPS
from models.engines.kin.deciding.beat import IDEAS as BEAT_IDEAS
from models.engines.kin.deciding.beat import BeatPlan
from models.engines.kin.deciding.canvas import Canvas
from models.engines.kin.deciding.choice import NEAR_ENOUGH, amiss
from models.engines.kin.deciding.chords.comping import IDEAS as CHORD_IDEAS
from models.engines.kin.deciding.chords.comping import CompingPlan
from models.engines.kin.deciding.chords.strokes import BLOCK, strokes_of
from models.engines.kin.deciding.chords.voicing import ShapePlan, Voicing, is_parallel, pedals_of
from models.engines.kin.deciding.ground import Ground, Touch, once
from models.engines.kin.deciding.line import IDEAS, LinePlan
from models.engines.kin.deciding.onward import gone_on
from models.engines.kin.deciding.ornaments import Draft, no_draft
from models.engines.kin.reading.scene import Scene
from models.music.beats import TIGHT
from models.music.drum_kit import part_of
from models.music.note import Note
from models.sampling.engine import Trial

_PLANS, _ANOTHER = 3, 3
"""Drafts of each seed, and how far away the idea of the last of them is."""
_AGAIN = 3
"""How often a plan of chords that misses the dial is made anew."""
_LARGE, _PLANS_OF_LARGE = 110, 2
"""Of a clip with more notes there are fewer: nobody waits for a third opinion."""
_FILLED = {"melody": 0.35, "bass": 0.4, "chords": 0.3, "drums": 0.55}
_ANSWERED = {"melody": 0.5, "bass": 0.55, "chords": 0.65, "drums": 0.75}
"""How near what fills a region comes to what was there, by role; and an answer to the bars that it is made of."""
_WAYS_ON = 4
_FEWEST, _MOST = 4, 600
"""Notes of a clip that has figures to vary; and beyond which nobody waits for a plan."""


@dataclass(frozen=True)
class Planner:
    """Plans for the clip of a ground at a dial ``target`` (0-1).

    onward  for each idea the ground of what the clip would go on with, where the region of a request is empty
    dialled  False: no dial was asked for; ``target`` is how far a musician would go
    """

    constraints: Constraints
    ground: Ground
    target: float
    onward: tuple[Ground, ...] = ()
    dialled: bool = True

    @classmethod
    def of(cls, scene: Scene, target: float | None) -> Planner | None:
        """The planner of a scene; None where there is nothing to plan with: too few notes, doors that are shut."""
        constraints = scene.constraints
        able = (
            not constraints.keeps_order
            and constraints.allowed_edits.repitch
            and _FEWEST <= len(constraints.notes) <= _MOST
        )
        if not able or constraints.request.density != "same" or scene.task == "humanise":
            return None
        if target is not None:
            return cls(constraints, Ground.of(scene), target) if scene.task == "vary" else None
        if not constraints.allowed_edits.add or constraints.request.selected is not None:
            return None
        if constraints.free:
            left = len(constraints.free) / len(constraints.notes)
            return (
                cls(constraints, Ground.of(scene), 1 - left * (1 - _FILLED[constraints.role]), dialled=False)
                if left < 1
                else None
            )
        asked = [gone_on(constraints.request, constraints.role, number) for number in range(_WAYS_ON)]
        grounds = [
            Ground.of(Scene.of(Constraints.of(one, constraints.role), "vary")) for one in asked if one is not None
        ]
        return cls(constraints, grounds[0], 0.0, tuple(grounds), dialled=False) if grounds else None

    def edit_sets(self, trial: Trial, network: Callable[[], EditSet]) -> list[EditSet]:
        """The plans of a trial; ``network``: gives what the network would do."""

        @cache
        def draft() -> Sequence[Note]:
            written = network()
            return apply_edits(written, written.edits, 0.0).notes

        found, number = [], trial.seed + trial.attempt
        plans = _PLANS if len(self.ground.notes) <= _LARGE else _PLANS_OF_LARGE
        for plan in range(plans):
            rng = trial.rng(plan, len(self.ground.notes))
            if self.onward:
                found.append(self._onward(number, rng, draft))
                continue
            # The last plan has another idea, should the first one not carry far enough.
            canvas = self._planned(number + (_ANOTHER if plan == plans - 1 else 0), rng, draft)
            if self.dialled and canvas.similarity > self.target + NEAR_ENOUGH:
                self._fill_up(canvas, network().edits, rng)
            found.append(canvas.edit_set)
        return [edit_set for edit_set in found if edit_set.edits] or [network()]

    def _fill_up(self, canvas: Canvas, edits: Sequence[Edit], rng: np.random.Generator) -> None:
        """Behind the edits of a plan those of the network that hurt the clip least."""
        shortest = min(note.duration for note in self.ground.notes) / 2
        whole = [edit for edit in edits if all(note.duration >= shortest for note in edit.added)]
        moves = [self._played(move, rng) for move in whole if self._is_own(move)]
        if self.ground.constraints.drums and canvas.similarity <= self.target + TOLERANCE:
            moves = [move for move in moves if not self._harm(move)]
        canvas.fill_up(sorted(moves, key=self._harm))

    def _planned(self, idea: int, rng: np.random.Generator, draft: Draft) -> Canvas:
        """A plan; of chords another one where it doesn't carry to the dial, for then the network's moves would.

        What moved may meet its neighbours, so the whole is nearer to the prompt than the canvas knows: then the
        next one aims farther.
        """
        canvas, aim = planned(self.ground, self.target, idea, rng, draft), self.target
        for _ in range(_AGAIN * (self.ground.constraints.role == "chords" and self.dialled)):
            whole = search_similarity(canvas.edit_set, None)
            beyond = whole.similarity - self.target if whole else 0.0
            short = canvas.similarity > aim + NEAR_ENOUGH
            if abs(beyond) <= NEAR_ENOUGH and not short:
                break
            aim, idea = (aim, idea + 1) if short else (aim - beyond, idea)
            canvas = planned(self.ground, aim, idea, rng, draft)
        return canvas

    def _onward(self, number: int, rng: np.random.Generator, draft: Draft) -> EditSet:
        """The clip's own bars, varied, as new notes behind it."""
        ground = self.onward[number % len(self.onward)]
        share = len(ground.constraints.free) / len(ground.notes)
        canvas = planned(ground, 1 - share * (1 - _ANSWERED[ground.constraints.role]), number, rng, draft)
        edit_set = EditSet(self.constraints)
        start, end = ground.constraints.start, ground.constraints.end
        for note in apply_edits(canvas.edit_set, canvas.edit_set.edits, 0.0).notes:
            if start - TIGHT <= note.onset < end - TIGHT:
                edit_set.add((), (note.moved(duration=min(note.duration, end - note.onset)),))
        return edit_set

    def ear(self, notes: Sequence[Note]) -> float:
        """What is amiss in a result."""
        return amiss(self.ground, notes)

    def _played(self, move: Edit, rng: np.random.Generator) -> Edit:
        """A move of the network's with the loudness that the clip has at such places."""
        touch, notes = once(Touch)(self.ground), []
        for note in move.added:
            model = touch.like(round(note.onset * STEPS), note.pitch, rng)
            velocity = note.velocity if model is None else self.ground.notes[model].velocity
            notes.append(note.moved(velocity=velocity) if self.ground.constraints.allowed_edits.revelocity else note)
        return Edit(move.removed, tuple(notes))

    def _is_own(self, move: Edit) -> bool:
        """Does a move of the network's use the pads of a beat alone, and keep the roots of a bass?"""
        ground = self.ground
        if ground.constraints.role == "bass":
            come = {note.pitch % 12 for note in move.added}
            return all(index not in ground.roots or ground.notes[index].pitch % 12 in come for index in move.removed)
        return not ground.constraints.drums or all(note.pitch in ground.pads for note in move.added)

    def _harm(self, move: Edit) -> float:
        """How much a move of the network's would hurt what the clip is known by: those come last."""
        ground = self.ground
        if ground.constraints.drums:
            return float(sum(part_of(ground.notes[index].pitch) in ("kick", "snare") for index in move.removed))
        pillars = ground.cadences | ground.dead | ground.basses
        if ground.constraints.role == "bass":
            steady = {index for index, step in enumerate(ground.steps) if step in ground.steady and move.added}
            pillars |= ground.roots | steady
        lost = sum(index in pillars for index in move.removed)
        last = max(note.onset for note in ground.notes)
        strange = sum(note.pitch % 12 not in ground.own or note.onset > last for note in move.added)
        return 3 * lost + strange + 0.3 * abs(len(move.added) - len(move.removed))


def planned(ground: Ground, target: float, number: int, rng: np.random.Generator, draft: Draft = no_draft) -> Canvas:
    """One plan, carried out.

    target  the dial, 0-1
    number  which idea: those of neighbouring numbers differ
    draft   gives what the network would write
    """
    role = ground.constraints.role
    canvas = Canvas(ground.constraints, target, once(Voicing)(ground) if role == "chords" else None)
    if role in ("melody", "bass"):
        indices = bass_line(ground.notes) if role == "bass" else top_line(ground.notes)
        line = LinePlan(ground, canvas, indices, rng, draft, bass=role == "bass")
        line.apply_edits(IDEAS[number % len(IDEAS)])
    elif role == "drums":
        BeatPlan(ground, canvas, rng).apply_edits(BEAT_IDEAS[number % len(BEAT_IDEAS)])
    else:
        _chords(ground, canvas, number, rng, draft)
    return canvas


def _chords(ground: Ground, canvas: Canvas, number: int, rng: np.random.Generator, draft: Draft) -> None:
    """Block chords are voiced otherwise; of broken ones the tune on top and the notes between are lines."""
    if is_parallel(ground):
        ShapePlan(ground, canvas, rng).apply_edits(number)
        return
    sizes = [len(stroke.indices) for stroke in strokes_of(ground)]
    if np.mean(sizes) >= BLOCK:
        CompingPlan(ground, canvas, rng).apply_edits(CHORD_IDEAS[number % len(CHORD_IDEAS)])
        return
    heard = [index for index, note in enumerate(ground.notes) if not note.mute]
    pedals = pedals_of(ground) | ground.basses
    top = {heard[place] for place in melody_line(NoteArrays.of(ground.notes))} - pedals
    lowest = {stroke.indices[0] for stroke in strokes_of(ground)}
    floor = np.median([note.pitch for note in ground.notes])
    between = [
        i
        for i, n in enumerate(ground.notes)
        if i not in top and i not in pedals and not (i in lowest and n.pitch < floor - 12)
    ]
    idea = IDEAS[number % len(IDEAS)]
    target = canvas.target
    # First a little between, or a little on top; then the tune; what is left again between.
    canvas.target = (1 + target) / 2
    inner = LinePlan(ground, canvas, between, rng, inner=True) if len(between) > 2 else None
    if inner and number % 2:
        inner.apply_edits("answer")
    canvas.target = target if number % 2 else 0.35 + 0.65 * target
    if top:  # else only muted notes are there
        LinePlan(ground, canvas, sorted(top), rng, draft).apply_edits(idea)
    canvas.target = target
    if inner:
        inner.apply_edits("answer")
    if not canvas.full:
        CompingPlan(ground, canvas, rng).apply_edits("strokes")
