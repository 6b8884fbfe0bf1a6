"""From what was written to edits for the dial: what goes, what comes, and which of it belongs together.

A written note that equals one of the prompt's is that note, and stays bit for bit. What is left over on both sides is
bound into edits: what lies in the same beat, and what would collide if only half of it were done.

Offers: ``edit_set_of``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from models.constraints.diff import group_edits, without_collisions
from models.constraints.edits import Edit, EditSet
from models.engines.kin.config import DURATIONS, MICRO, MICRO_UNIT, STEPS
from models.engines.kin.reading.representation import DURATION, MICRO_FIELD, ONSET
from models.engines.kin.reading.view import RequestView
from models.music.drum_kit import PARTS, part_of
from models.music.note import Note
from models.sampling.hypothesis import Written

_SAME_TIMING = 2
"""Units of micro-timing within which two notes are the same: a hit that comes again stays where the player put it."""
_SAME_GATE = 1.2
_SHORTEST = 1 / 64
_FEW_NOTES = 32


def edit_set_of(view: RequestView, written: Sequence[Written], rng: np.random.Generator) -> EditSet:
    """The edits from the prompt to what was written, in the order in which the dial shall take them.

    written  onsets in steps of the clip; ``given`` is an index into ``constraints.notes``, -1 for a note of its own
    """
    constraints = view.constraints
    edit_set = EditSet(constraints)
    written = _joined(written) if view.never_rests else written
    written = [replace(note, duration=_gate(view, note.duration)) if note.given < 0 else note for note in written]
    bound = [note for note in written if note.given >= 0]
    edits = [Edit((note.given,), (_changed(view, note),)) for note in bound if note.given in constraints.free]
    copied, new = _copied([note for note in written if note.given < 0], view)
    given = {note.given for note in bound}
    removed = [index for index in sorted(constraints.free) if index not in copied and index not in given]
    gone = set(removed)
    staying = [note for index, note in enumerate(constraints.notes) if index not in gone]
    hit = float(np.median([note.duration for note in constraints.notes])) if constraints.notes else 0.25
    added = without_collisions(constraints, [_fresh(view, note, hit) for note in new], staying)
    apart = (lambda note: part_of(note.pitch)) if constraints.drums else None
    edits += group_edits(constraints, removed, added, few=_FEW_NOTES, apart=apart)
    edits = _around_a_place(view, edits, rng)
    for edit in _part_by_part(view, edits, rng) if constraints.drums else edits:
        edit_set.add(edit.removed, edit.added)
    return edit_set


def _part_by_part(view: RequestView, edits: Sequence[Edit], rng: np.random.Generator) -> list[Edit]:
    """Moves of a beat by its parts, the backbeat last; of a programmed one, what only goes goes after all else.

    A drummer changes what one hand or foot plays, through all bars, and what is left in peace carries the beat. A
    drummer leaves out hits, too; where a machine does, there is a hole.
    """
    parts = list(rng.permutation(list(PARTS)))
    late = {"snare": 2, "kick": rng.integers(2)}

    def turn(edit: Edit) -> tuple[bool, int, int]:
        thins = view.on_grid and not edit.added
        part = part_of(edit.added[0].pitch if edit.added else view.constraints.notes[edit.removed[0]].pitch)
        return (thins, late.get(part, 0), parts.index(part)) if part else (thins, 0, -1)

    return sorted(edits, key=turn)


def _around_a_place(view: RequestView, edits: Sequence[Edit], rng: np.random.Generator) -> list[Edit]:
    """Moves by their distance from a place drawn by chance.

    The dial takes them from the front, so what it leaves out lies together as well: people change a stretch and keep
    a stretch, they don't strew.
    """
    notes, length = view.constraints.notes, view.constraints.prompt.length
    place = rng.uniform(view.constraints.start, view.constraints.end)

    def distance(edit: Edit) -> float:
        onsets = [notes[index].onset for index in edit.removed] + [note.onset for note in edit.added]
        away = abs(sum(onsets) / len(onsets) - place)
        return min(away, length - away)  # a clip is a loop: its end lies beside its beginning

    return sorted(edits, key=distance)


def _joined(written: Sequence[Written]) -> list[Written]:
    """A line whose notes reach the next one, but for rests of a beat and more, which are meant."""
    result = list(written)
    for place, (note, following) in enumerate(pairwise(written)):
        room = following.onset - note.onset
        if note.given < 0 and DURATIONS[note.duration] < room < DURATIONS[note.duration] + STEPS and room in DURATIONS:
            result[place] = replace(note, duration=DURATIONS.index(room))
    return result


def _gate(view: RequestView, duration: int) -> int:
    """The clip's own duration that a written one means: what differs by less than a fifth is the same articulation."""
    near = min(view.usual_durations, key=lambda own: abs(own - duration), default=duration)
    longer, shorter = max(DURATIONS[near], DURATIONS[duration]), min(DURATIONS[near], DURATIONS[duration])
    return near if longer <= _SAME_GATE * shorter else duration


def _copied(written: Sequence[Written], view: RequestView) -> tuple[set[int], list[Written]]:
    """Indices of the free notes that were written again, and what was written besides."""
    drums, timed = view.constraints.drums, not view.on_grid
    free = {}
    for index in view.constraints.free:
        row, note = view.rows[index], view.constraints.notes[index]
        free[(int(row[ONSET]), note.pitch, 0 if drums else int(row[DURATION]) - 1)] = (index, int(row[MICRO_FIELD]))
    copied, new = set(), []
    for note in written:
        index, micro = free.get((note.onset, note.pitch, 0 if drums else note.duration), (-1, 0))
        if index >= 0 and (not timed or abs(micro - 1 - note.micro) <= _SAME_TIMING):
            copied.add(index)
        else:
            new.append(note)
    return copied, new


def _fresh(view: RequestView, written: Written, hit: float) -> Note:
    """A new note, inside the stretch that may change, with the clip's own gate and loudness; a drum lasts ``hit``
    beats."""
    constraints = view.constraints
    onset = written.onset / STEPS + view.late_at(written.onset, (written.micro - MICRO) * MICRO_UNIT)
    onset = min(max(onset, constraints.start), constraints.end - _SHORTEST)
    beats = hit
    if not constraints.drums:
        beats = view.usual_durations.get(written.duration, DURATIONS[written.duration] / STEPS)
    velocity = min(127, written.velocity * 4 + 2) if view.velocities else view.usual_velocity
    return Note(written.pitch, onset, min(beats, constraints.end - onset), velocity)


def _changed(view: RequestView, written: Written) -> Note:
    """A note of the prompt with what could be chosen anew."""
    constraints, allowed_edits = view.constraints, view.constraints.allowed_edits
    old, row = constraints.notes[written.given], view.rows[written.given]
    changes: dict[str, float] = {}
    if allowed_edits.repitch and written.pitch != old.pitch:
        changes["pitch"] = written.pitch
    if allowed_edits.stretch and written.duration != int(row[DURATION]) - 1:
        changes["duration"] = view.usual_durations.get(written.duration, DURATIONS[written.duration] / STEPS)
    micro = 0 if view.on_grid and view.task != "humanise" else written.micro - MICRO
    if allowed_edits.move and (written.onset != int(row[ONSET]) or view.task == "humanise"):
        onset = written.onset / STEPS + micro * MICRO_UNIT
        changes["onset"] = min(max(onset, constraints.start), constraints.end - _SHORTEST)
    if allowed_edits.revelocity and (view.velocities or view.task == "humanise"):
        velocity = min(127, written.velocity * 4 + 2)
        if abs(velocity - old.velocity) >= 4:
            changes["velocity"] = velocity
    new = old.moved(**changes)
    return (
        new
        if new.end <= max(constraints.end, old.end)
        else new.moved(duration=max(_SHORTEST, max(constraints.end, old.end) - new.onset))
    )
