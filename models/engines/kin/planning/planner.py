"""A plan for each draft: an idea, the edits that follow from it, and the edit set that they make.

Neighbouring seeds have different ideas, so that the results of one request differ in what they are about. Behind the
edits of the plan stand the edits of the network, for where the edits don't suffice.

Offers: ``Planner``, ``plan_edits``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.edits import Edit, EditSet
from models.constraints.lines import bass_line, top_line
from models.constraints.similarity_search import TOLERANCE, apply_edits
from models.engines.kin.config import STEPS
from models.engines.kin.planning.beats.plan import IDEAS as BEAT_IDEAS
from models.engines.kin.planning.beats.plan import BeatPlan
from models.engines.kin.planning.chords.plan import vary_chords
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
from models.sampling.conditions import Trial

_PLANS, _ANOTHER = 3, 3
"""Drafts of each seed, and how far away the idea of the last of them is."""
_AGAIN, _SOFTEST = (1.0, 0.92, 1.08), 0.75
"""How far each attempt at chords goes, of the dial; how soft a new note of theirs may be beside those around it."""
_LARGE, _FEWER_PLANS = 110, 2
"""Of a clip with more notes there are fewer, and one of chords, whose plans weigh all their choices themselves."""
_FILLED = {"melody": 0.35, "bass": 0.4, "chords": 0.68, "drums": 0.7}
_ANSWERED = {"melody": 0.5, "bass": 0.55, "chords": 0.65, "drums": 0.75}
"""How near what fills a region comes to what was there, by role; and an answer to the bars that it is made of."""
_AGAIN_NEARER = 0.85
"""How near the next attempt at an answer is to the bars that it is made of, beside this one."""
_AS_FAR = (0.35, 1.15)
"""How much less or more far, as a share, chords go that no dial was set for: a few voices soon have nothing new."""
_WAYS_ON = 4
_FEWEST, _MOST, _MOST_HITS = 4, 600, 6000
"""Notes of a clip that has figures to vary; and beyond which nobody waits for a plan, of beats hits."""


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
            and _FEWEST <= len(constraints.notes) <= (_MOST_HITS if constraints.drums else _MOST)
        )
        counted = constraints.request.density != "same" and constraints.allowed_edits.add
        if not able or counted or view.task == "humanise":
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
        if constraints.request.region is None:  # all is locked, and nothing is empty
            return None
        asked = [continued(constraints.request, constraints.role, number) for number in range(_WAYS_ON)]
        structures = [
            Structure.of(RequestView.of(Constraints.of(one, constraints.role), "vary"))
            for one in asked
            if one is not None
        ]
        return cls(constraints, structures[0], 0.0, tuple(structures), dialled=False) if structures else None

    def edit_sets(self, trial: Trial, draft: Draft, network: Callable[[], EditSet]) -> list[EditSet]:
        """The plans of a trial.

        draft    gives the notes that the network would write, asked each time: there a plan stops when it's called off
        network  gives its edits
        """
        found, number = [], trial.seed + trial.attempt
        chords = self.structure.constraints.role == "chords"
        plans = 1 if chords else _PLANS if len(self.structure.notes) <= _LARGE else _FEWER_PLANS
        for plan in range(plans):
            rng = trial.rng(plan, len(self.structure.notes))
            if self.continuations:
                found.append(self._continued(number, rng, draft, trial.attempt))
                continue
            # The last plan has another idea, should the first one not carry far enough.
            builder = self._plan(number + (_ANOTHER if 0 < plan == plans - 1 else 0), rng, draft, trial.attempt)
            if self.dialled and builder.similarity > self.target + NEAR_ENOUGH and self._has_room(builder):
                self._fill_up(builder, network().edits, rng)
            found.append(builder.edit_set)
        return [edit_set for edit_set in found if edit_set.edits] or [network()]

    def _has_room(self, builder: EditBuilder) -> bool:
        """Could an edit of the network's find notes that are left? Of chords it is one of other tones than the bass."""
        if self.structure.constraints.role != "chords":
            return True
        return not self.structure.constraints.free <= builder.edit_set.touched | self.structure.basses

    def _fill_up(self, builder: EditBuilder, edits: Sequence[Edit], rng: np.random.Generator) -> None:
        """Behind the edits of a plan those of the network that hurt the clip least."""
        shortest = min(note.duration for note in self.structure.notes) / 2
        whole = [edit for edit in edits if all(note.duration >= shortest for note in edit.added)]
        legal = [self._played(edit, rng) for edit in whole if self._is_own(edit)]
        if self.structure.constraints.drums and builder.similarity <= self.target + TOLERANCE:
            legal = [edit for edit in legal if not self._harm(edit)]
        builder.fill_up(sorted(legal, key=self._harm))

    def _plan(self, idea: int, rng: np.random.Generator, draft: Draft, attempt: int) -> EditBuilder:
        """A plan; of chords another one where it doesn't carry to the dial, for then the network's edits would.

        attempt  of the trial: chords that were had already go a little less or more far from the second one on
        """
        chords = self.structure.constraints.role == "chords"
        far = (rng.uniform(*_AS_FAR) if not self.dialled else _AGAIN[attempt % len(_AGAIN)]) if chords else 1.0
        builder = plan_edits(self.structure, 1 - far * (1 - self.target), idea, rng, draft)
        if chords and self.dialled and builder.similarity > self.target + NEAR_ENOUGH:
            other = plan_edits(self.structure, self.target, idea + 1, rng, draft)
            builder = min(builder, other, key=lambda one: one.similarity)
        return builder

    def _continued(self, number: int, rng: np.random.Generator, draft: Draft, attempt: int) -> EditSet:
        """The clip's own bars, varied, as new notes behind it; from attempt to attempt they go farther."""
        structure = self.continuations[number % len(self.continuations)]
        share = len(structure.constraints.free) / len(structure.notes)
        answered = _ANSWERED[structure.constraints.role] * _AGAIN_NEARER**attempt
        builder = plan_edits(structure, 1 - share * (1 - answered), number, rng, draft)
        edit_set = EditSet(self.constraints)
        start, end = structure.constraints.start, structure.constraints.end
        notes = [n for n in apply_edits(builder.edit_set, builder.edit_set.edits, 0.0).notes if n.onset < end - TIGHT]
        beside = dict(zip(notes, zip([None, *notes[:-1]], [*notes[1:], None], strict=True), strict=True))
        strengths = {note: structure.strength(round(note.onset * STEPS)) for note in notes}
        # The last edits are given up first, where a result is to differ from others: weak notes, never the end.
        for note in sorted(notes, key=lambda note: (note.onset < notes[-1].onset, -strengths[note])):
            if start - TIGHT <= note.onset:
                # What the clip has from outside the scale goes on inside it, and doesn't stand still there.
                near = {other.pitch for other in beside[note] if other is not None and other.pitch != note.pitch}
                pitches = sorted(self.constraints.allowed, key=lambda pitch: (abs(pitch - note.pitch), pitch in near))
                pitch = next((pitch for pitch in pitches[:3] if pitch not in near), None)
                if pitch is not None:
                    edit_set.add((), (note.moved(pitch=pitch, duration=min(note.duration, end - note.onset)),))
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
            around = [old.velocity for old in self.structure.notes if abs(old.onset - note.onset) <= 1]
            if around and self.structure.constraints.role == "chords":
                velocity = max(velocity, round(_SOFTEST * float(np.median(around))))
            notes.append(note.moved(velocity=velocity) if self.structure.constraints.allowed_edits.revelocity else note)
        return Edit(edit.removed, tuple(notes))

    def _is_own(self, edit: Edit) -> bool:
        """Does an edit of the network's keep to a beat's pads, chords' basses, places and tones, a bass's roots?"""
        structure = self.structure
        if structure.constraints.role == "bass":
            come = {note.pitch % 12 for note in edit.added}
            return all(
                index not in structure.roots or structure.notes[index].pitch % 12 in come for index in edit.removed
            )
        if structure.constraints.role == "chords":
            gone = sorted(round(8 * structure.notes[index].onset) for index in edit.removed)
            chords = [structure.chord(round(note.onset * STEPS)) for note in edit.added]
            inside = all(chord is None or note.pitch in chord for chord, note in zip(chords, edit.added, strict=True))
            kept = structure.basses.isdisjoint(edit.removed)
            return kept and inside and gone == sorted(round(8 * note.onset) for note in edit.added)
        return not structure.constraints.drums or _pads(structure).issuperset(note.pitch for note in edit.added)

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


@once
def _pads(structure: Structure) -> frozenset[int]:
    return frozenset(note.pitch for note in structure.notes)


def plan_edits(
    structure: Structure, target: float, number: int, rng: np.random.Generator, draft: Draft = no_draft
) -> EditBuilder:
    """One plan, carried out.

    target  the dial, 0-1
    number  which idea: those of neighbouring numbers differ
    draft   gives what the network would write
    """
    role = structure.constraints.role
    if role == "chords":
        return vary_chords(structure, target, number, rng, draft)
    builder = EditBuilder(structure.constraints, target)
    if role in ("melody", "bass"):
        indices = bass_line(structure.notes) if role == "bass" else top_line(structure.notes)
        line = LinePlan(structure, builder, indices, rng, draft, bass=role == "bass")
        line.apply_edits(IDEAS[number % len(IDEAS)])
    else:
        BeatPlan(structure, builder, rng).apply_edits(BEAT_IDEAS[number % len(BEAT_IDEAS)])
    return builder
