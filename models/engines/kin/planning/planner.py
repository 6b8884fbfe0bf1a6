"""A plan for each draft: an idea, the edits that follow from it, and the edit set that they make.

Neighbouring seeds have different ideas, so that the results of one request differ in what they are about. Behind the
edits of the plan stand the edits of the network, for where the edits don't suffice.

Offers: ``Planner``, ``plan_edits``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.analysis.arrays import NoteArrays
from models.analysis.voices import melody_line
from models.constraints.constraints import Constraints
from models.constraints.edits import Edit, EditSet
from models.constraints.lines import bass_line, top_line
from models.constraints.similarity_search import TOLERANCE, apply_edits, search_similarity
from models.engines.kin.config import STEPS
from models.engines.kin.planning.beat import IDEAS as BEAT_IDEAS
from models.engines.kin.planning.beat import BeatPlan
from models.engines.kin.planning.chords.comping import IDEAS as CHORD_IDEAS
from models.engines.kin.planning.chords.comping import CompingPlan
from models.engines.kin.planning.chords.strokes import BLOCK, strokes_of
from models.engines.kin.planning.chords.voicing import ShapePlan, Voicing, is_parallel, pedals_of
from models.engines.kin.planning.continuation import continued
from models.engines.kin.planning.edit_builder import EditBuilder
from models.engines.kin.planning.line import IDEAS, LinePlan
from models.engines.kin.planning.ornaments import Draft, no_draft
from models.engines.kin.planning.performance_model import PerformanceModel
from models.engines.kin.planning.selection import NEAR_ENOUGH, penalty
from models.engines.kin.planning.structure import Structure, once
from models.engines.kin.reading.view import RequestView
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
    """Plans for the clip of a structure at a dial ``target`` (0-1).

    continuations  for each idea the structure of what the clip would go on with, where the region of a request is empty
    dialled  False: no dial was asked for; ``target`` is how far a musician would go
    """

    constraints: Constraints
    structure: Structure
    target: float
    continuations: tuple[Structure, ...] = ()
    dialled: bool = True

    @classmethod
    def of(cls, view: RequestView, target: float | None) -> Planner | None:
        """The planner of a view; None where there is nothing to plan with: too few notes, doors that are shut."""
        constraints = view.constraints
        able = (
            not constraints.keeps_order
            and constraints.allowed_edits.repitch
            and _FEWEST <= len(constraints.notes) <= _MOST
        )
        if not able or constraints.request.density != "same" or view.task == "humanise":
            return None
        if target is not None:
            return cls(constraints, Structure.of(view), target) if view.task == "vary" else None
        if not constraints.allowed_edits.add or constraints.request.selected is not None:
            return None
        if constraints.free:
            left = len(constraints.free) / len(constraints.notes)
            return (
                cls(constraints, Structure.of(view), 1 - left * (1 - _FILLED[constraints.role]), dialled=False)
                if left < 1
                else None
            )
        asked = [continued(constraints.request, constraints.role, number) for number in range(_WAYS_ON)]
        structures = [
            Structure.of(RequestView.of(Constraints.of(one, constraints.role), "vary"))
            for one in asked
            if one is not None
        ]
        return cls(constraints, structures[0], 0.0, tuple(structures), dialled=False) if structures else None

    def edit_sets(self, trial: Trial, network: Callable[[], EditSet]) -> list[EditSet]:
        """The plans of a trial; ``network``: gives what the network would do."""

        notes: list[Sequence[Note]] = []

        def draft() -> Sequence[Note]:
            written = network()  # asked each time: that is where a plan stops when it is called off
            if not notes:
                notes.append(apply_edits(written, written.edits, 0.0).notes)
            return notes[0]

        found, number = [], trial.seed + trial.attempt
        plans = _PLANS if len(self.structure.notes) <= _LARGE else _PLANS_OF_LARGE
        for plan in range(plans):
            rng = trial.rng(plan, len(self.structure.notes))
            if self.continuations:
                found.append(self._continued(number, rng, draft))
                continue
            # The last plan has another idea, should the first one not carry far enough.
            builder = self._plan(number + (_ANOTHER if plan == plans - 1 else 0), rng, draft)
            if self.dialled and builder.similarity > self.target + NEAR_ENOUGH:
                self._fill_up(builder, network().edits, rng)
            found.append(builder.edit_set)
        return [edit_set for edit_set in found if edit_set.edits] or [network()]

    def _fill_up(self, builder: EditBuilder, edits: Sequence[Edit], rng: np.random.Generator) -> None:
        """Behind the edits of a plan those of the network that hurt the clip least."""
        shortest = min(note.duration for note in self.structure.notes) / 2
        whole = [edit for edit in edits if all(note.duration >= shortest for note in edit.added)]
        legal = [self._played(edit, rng) for edit in whole if self._is_own(edit)]
        if self.structure.constraints.drums and builder.similarity <= self.target + TOLERANCE:
            legal = [edit for edit in legal if not self._harm(edit)]
        builder.fill_up(sorted(legal, key=self._harm))

    def _plan(self, idea: int, rng: np.random.Generator, draft: Draft) -> EditBuilder:
        """A plan; of chords another one where it doesn't carry to the dial, for then the network's edits would.

        What moved may meet its neighbours, so the whole is nearer to the prompt than the builder knows: then the
        next one aims farther.
        """
        builder, aim = plan_edits(self.structure, self.target, idea, rng, draft), self.target
        for _ in range(_AGAIN * (self.structure.constraints.role == "chords" and self.dialled)):
            whole = search_similarity(builder.edit_set, None)
            beyond = whole.similarity - self.target if whole else 0.0
            short = builder.similarity > aim + NEAR_ENOUGH
            if abs(beyond) <= NEAR_ENOUGH and not short:
                break
            aim, idea = (aim, idea + 1) if short else (aim - beyond, idea)
            builder = plan_edits(self.structure, aim, idea, rng, draft)
        return builder

    def _continued(self, number: int, rng: np.random.Generator, draft: Draft) -> EditSet:
        """The clip's own bars, varied, as new notes behind it."""
        structure = self.continuations[number % len(self.continuations)]
        share = len(structure.constraints.free) / len(structure.notes)
        builder = plan_edits(structure, 1 - share * (1 - _ANSWERED[structure.constraints.role]), number, rng, draft)
        edit_set = EditSet(self.constraints)
        start, end = structure.constraints.start, structure.constraints.end
        for note in apply_edits(builder.edit_set, builder.edit_set.edits, 0.0).notes:
            if start - TIGHT <= note.onset < end - TIGHT:
                edit_set.add((), (note.moved(duration=min(note.duration, end - note.onset)),))
        return edit_set

    def penalty(self, notes: Sequence[Note]) -> float:
        """What a musician would find amiss in a result, 0 where nothing is."""
        return penalty(self.structure, notes)

    def _played(self, edit: Edit, rng: np.random.Generator) -> Edit:
        """An edit of the network's with the loudness that the clip has at such places."""
        performance, notes = once(PerformanceModel)(self.structure), []
        for note in edit.added:
            model = performance.like(round(note.onset * STEPS), note.pitch, rng)
            velocity = note.velocity if model is None else self.structure.notes[model].velocity
            notes.append(note.moved(velocity=velocity) if self.structure.constraints.allowed_edits.revelocity else note)
        return Edit(edit.removed, tuple(notes))

    def _is_own(self, edit: Edit) -> bool:
        """Does an edit of the network's use the pads of a beat alone, and keep the roots of a bass?"""
        structure = self.structure
        if structure.constraints.role == "bass":
            come = {note.pitch % 12 for note in edit.added}
            return all(
                index not in structure.roots or structure.notes[index].pitch % 12 in come for index in edit.removed
            )
        return not structure.constraints.drums or all(note.pitch in structure.pads for note in edit.added)

    def _harm(self, edit: Edit) -> float:
        """How much an edit of the network's would hurt what the clip is known by: those come last."""
        structure = self.structure
        if structure.constraints.drums:
            return float(sum(part_of(structure.notes[index].pitch) in ("kick", "snare") for index in edit.removed))
        pillars = structure.cadences | structure.dead | structure.basses
        if structure.constraints.role == "bass":
            steady = {index for index, step in enumerate(structure.steps) if step in structure.steady and edit.added}
            pillars |= structure.roots | steady
        lost = sum(index in pillars for index in edit.removed)
        last = max(note.onset for note in structure.notes)
        strange = sum(note.pitch % 12 not in structure.own or note.onset > last for note in edit.added)
        return 3 * lost + strange + 0.3 * abs(len(edit.added) - len(edit.removed))


def plan_edits(
    structure: Structure, target: float, number: int, rng: np.random.Generator, draft: Draft = no_draft
) -> EditBuilder:
    """One plan, carried out.

    target  the dial, 0-1
    number  which idea: those of neighbouring numbers differ
    draft   gives what the network would write
    """
    role = structure.constraints.role
    builder = EditBuilder(structure.constraints, target, once(Voicing)(structure) if role == "chords" else None)
    if role in ("melody", "bass"):
        indices = bass_line(structure.notes) if role == "bass" else top_line(structure.notes)
        line = LinePlan(structure, builder, indices, rng, draft, bass=role == "bass")
        line.apply_edits(IDEAS[number % len(IDEAS)])
    elif role == "drums":
        BeatPlan(structure, builder, rng).apply_edits(BEAT_IDEAS[number % len(BEAT_IDEAS)])
    else:
        _chords(structure, builder, number, rng, draft)
    return builder


def _chords(structure: Structure, builder: EditBuilder, number: int, rng: np.random.Generator, draft: Draft) -> None:
    """Block chords are voiced otherwise; of broken ones the tune on top and the notes between are lines."""
    if is_parallel(structure):
        ShapePlan(structure, builder, rng).apply_edits(number)
        return
    sizes = [len(stroke.indices) for stroke in strokes_of(structure)]
    if np.mean(sizes) >= BLOCK:
        CompingPlan(structure, builder, rng).apply_edits(CHORD_IDEAS[number % len(CHORD_IDEAS)])
        return
    heard = [index for index, note in enumerate(structure.notes) if not note.mute]
    pedals = pedals_of(structure) | structure.basses
    top = {heard[place] for place in melody_line(NoteArrays.of(structure.notes))} - pedals
    lowest = {stroke.indices[0] for stroke in strokes_of(structure)}
    floor = np.median([note.pitch for note in structure.notes])
    between = [
        i
        for i, n in enumerate(structure.notes)
        if i not in top and i not in pedals and not (i in lowest and n.pitch < floor - 12)
    ]
    idea = IDEAS[number % len(IDEAS)]
    target = builder.target
    # First a little between, or a little on top; then the tune; what is left again between.
    builder.target = (1 + target) / 2
    inner = LinePlan(structure, builder, between, rng, inner=True) if len(between) > 2 else None
    if inner and number % 2:
        inner.apply_edits("answer")
    builder.target = target if number % 2 else 0.35 + 0.65 * target
    if top:  # else only muted notes are there
        LinePlan(structure, builder, sorted(top), rng, draft).apply_edits(idea)
    builder.target = target
    if inner:
        inner.apply_edits("answer")
    if not builder.full:
        CompingPlan(structure, builder, rng).apply_edits("strokes")
