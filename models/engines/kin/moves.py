"""From what was written to moves for the dial: what goes, what comes, and which of it belongs together.

A written note that equals one of the prompt's is that note, and stays bit for bit. What is left over on both sides is
bound into moves: what lies in the same beat, and what would collide if only half of it were done.

Offers: ``sketch_of``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from models.constraints.edits import Move, Sketch
from models.engines.kin.config import DURATIONS, MICRO, MICRO_UNIT, STEPS
from models.engines.kin.reading.representation import DURATION, MICRO_FIELD, ONSET
from models.engines.kin.reading.scene import Scene
from models.music.beats import TIGHT
from models.music.drum_kit import PARTS, part_of
from models.music.note import Note
from models.sampling.draft import Written

_SAME_TIMING = 2
"""Units of micro-timing within which two notes are the same: a hit that comes again stays where the player put it."""
_SAME_GATE = 1.2
_SHORTEST = 1 / 64
_FEW_NOTES = 32


def sketch_of(scene: Scene, written: Sequence[Written], rng: np.random.Generator) -> Sketch:
    """The moves from the prompt to what was written, in the order in which the dial shall take them.

    written  onsets in steps of the clip; ``given`` is an index into ``freedom.notes``, -1 for a note of its own
    """
    freedom = scene.freedom
    sketch = Sketch(freedom)
    written = _joined(written) if scene.never_rests else written
    written = [replace(note, duration=_gate(scene, note.duration)) if note.given < 0 else note for note in written]
    bound = [note for note in written if note.given >= 0]
    moves = [Move((note.given,), (_changed(scene, note),)) for note in bound if note.given in freedom.free]
    copied, new = _copied([note for note in written if note.given < 0], scene)
    given = {note.given for note in bound}
    removed = [index for index in sorted(freedom.free) if index not in copied and index not in given]
    staying = [note for index, note in enumerate(freedom.notes) if index not in removed]
    added = _without_collisions([_fresh(scene, note) for note in new], staying)
    moves += _bind(scene, removed, added)
    moves = _around_a_place(scene, moves, rng)
    for move in _part_by_part(scene, moves, rng) if freedom.drums else moves:
        sketch.add(move.removed, move.added)
    return sketch


def _part_by_part(scene: Scene, moves: Sequence[Move], rng: np.random.Generator) -> list[Move]:
    """Moves of a beat by its parts, the backbeat last; of a programmed one, what only goes goes after all else.

    A drummer changes what one hand or foot plays, through all bars, and what is left in peace carries the beat. A
    drummer leaves out hits, too; where a machine does, there is a hole.
    """
    parts = list(rng.permutation(list(PARTS)))
    late = {"snare": 2, "kick": rng.integers(2)}

    def turn(move: Move) -> tuple[bool, int, int]:
        thins = scene.on_grid and not move.added
        part = part_of(move.added[0].pitch if move.added else scene.freedom.notes[move.removed[0]].pitch)
        return (thins, late.get(part, 0), parts.index(part)) if part else (thins, 0, -1)

    return sorted(moves, key=turn)


def _around_a_place(scene: Scene, moves: Sequence[Move], rng: np.random.Generator) -> list[Move]:
    """Moves by their distance from a place drawn by chance.

    The dial takes them from the front, so what it leaves out lies together as well: people change a stretch and keep
    a stretch, they don't strew.
    """
    notes, length = scene.freedom.notes, scene.freedom.prompt.length
    place = rng.uniform(scene.freedom.start, scene.freedom.end)

    def distance(move: Move) -> float:
        onsets = [notes[index].onset for index in move.removed] + [note.onset for note in move.added]
        away = abs(sum(onsets) / len(onsets) - place)
        return min(away, length - away)  # a clip is a loop: its end lies beside its beginning

    return sorted(moves, key=distance)


def _joined(written: Sequence[Written]) -> list[Written]:
    """A line whose notes reach the next one, but for rests of a beat and more, which are meant."""
    result = list(written)
    for place, (note, following) in enumerate(pairwise(written)):
        room = following.onset - note.onset
        if note.given < 0 and DURATIONS[note.duration] < room < DURATIONS[note.duration] + STEPS and room in DURATIONS:
            result[place] = replace(note, duration=DURATIONS.index(room))
    return result


def _gate(scene: Scene, duration: int) -> int:
    """The clip's own duration that a written one means: what differs by less than a fifth is the same articulation."""
    near = min(scene.usual_durations, key=lambda own: abs(own - duration), default=duration)
    longer, shorter = max(DURATIONS[near], DURATIONS[duration]), min(DURATIONS[near], DURATIONS[duration])
    return near if longer <= _SAME_GATE * shorter else duration


def _copied(written: Sequence[Written], scene: Scene) -> tuple[set[int], list[Written]]:
    """Indices of the free notes that were written again, and what was written besides."""
    drums, timed = scene.freedom.drums, not scene.on_grid
    free = {}
    for index in scene.freedom.free:
        row, note = scene.rows[index], scene.freedom.notes[index]
        free[(int(row[ONSET]), note.pitch, 0 if drums else int(row[DURATION]) - 1)] = (index, int(row[MICRO_FIELD]))
    copied, new = set(), []
    for note in written:
        index, micro = free.get((note.onset, note.pitch, 0 if drums else note.duration), (-1, 0))
        if index >= 0 and (not timed or abs(micro - 1 - note.micro) <= _SAME_TIMING):
            copied.add(index)
        else:
            new.append(note)
    return copied, new


def _fresh(scene: Scene, written: Written) -> Note:
    """A new note, inside the stretch that may change, with the clip's own gate and loudness."""
    freedom = scene.freedom
    onset = written.onset / STEPS + scene.late_at(written.onset, (written.micro - MICRO) * MICRO_UNIT)
    onset = min(max(onset, freedom.start), freedom.end - _SHORTEST)
    usual = scene.usual_durations
    if freedom.drums:
        beats = float(np.median([note.duration for note in freedom.notes])) if freedom.notes else 0.25
    else:
        beats = usual.get(written.duration, DURATIONS[written.duration] / STEPS)
    velocity = min(127, written.velocity * 4 + 2) if scene.velocities else scene.usual_velocity
    return Note(written.pitch, onset, min(beats, freedom.end - onset), velocity)


def _changed(scene: Scene, written: Written) -> Note:
    """A note of the prompt with what could be chosen anew."""
    freedom, may = scene.freedom, scene.freedom.may
    old, row = freedom.notes[written.given], scene.rows[written.given]
    changes: dict[str, float] = {}
    if may.repitch and written.pitch != old.pitch:
        changes["pitch"] = written.pitch
    if may.stretch and written.duration != int(row[DURATION]) - 1:
        changes["duration"] = scene.usual_durations.get(written.duration, DURATIONS[written.duration] / STEPS)
    micro = 0 if scene.on_grid and scene.task != "humanise" else written.micro - MICRO
    if may.move and (written.onset != int(row[ONSET]) or scene.task == "humanise"):
        onset = written.onset / STEPS + micro * MICRO_UNIT
        changes["onset"] = min(max(onset, freedom.start), freedom.end - _SHORTEST)
    if may.revelocity and (scene.velocities or scene.task == "humanise"):
        velocity = min(127, written.velocity * 4 + 2)
        if abs(velocity - old.velocity) >= 4:
            changes["velocity"] = velocity
    new = old.moved(**changes)
    return (
        new
        if new.end <= max(freedom.end, old.end)
        else new.moved(duration=max(_SHORTEST, max(freedom.end, old.end) - new.onset))
    )


def _without_collisions(added: list[Note], staying: Sequence[Note]) -> list[Note]:
    """New notes cut before the next of their pitch; none where that pitch sounds already."""
    by_pitch: dict[int, list[tuple[float, float]]] = {}
    for note in staying:
        by_pitch.setdefault(note.pitch, []).append((note.onset, note.end))
    result = []
    for note in sorted(added, key=lambda note: note.order):
        line = by_pitch.setdefault(note.pitch, [])
        if any(onset - TIGHT < note.onset < end - TIGHT for onset, end in line):
            continue
        following = min((onset for onset, _ in line if onset > note.onset + TIGHT), default=note.end)
        if following < note.end:
            note = note.moved(duration=following - note.onset)
        if note.duration < _SHORTEST:
            continue
        # An earlier new note of the pitch may still ring here.
        for place, earlier in enumerate(result):
            if earlier.pitch == note.pitch and earlier.end > note.onset:
                result[place] = earlier.moved(duration=note.onset - earlier.onset)
        line.append((note.onset, note.end))
        result.append(note)
    return [note for note in result if note.duration >= _SHORTEST]


def _bind(scene: Scene, removed: Sequence[int], added: Sequence[Note]) -> list[Move]:
    """Moves out of what goes and what comes: joined within a beat, and where half a move would collide; never across
    the parts of a beat of drums.
    """
    notes = scene.freedom.notes
    cell = 0.5 if len(notes) <= _FEW_NOTES else 1.0
    items = [(notes[index], True) for index in removed] + [(note, False) for note in added]
    group = list(range(len(items)))

    def find(item: int) -> int:
        while group[item] != item:
            group[item] = group[group[item]]
            item = group[item]
        return item

    voices = scene.freedom.voices is not None
    # Of micro-timed notes those a little early belong to the beat they lead.
    rows = [
        (
            part_of(note.pitch) if scene.freedom.drums else None,
            int((note.onset + 0.1) / cell),
            note.pitch,
            note.onset,
            note.end - TIGHT,
        )
        for note, _ in items
    ]
    for one, (part, place, pitch, onset, end) in enumerate(rows):
        for other, (other_part, other_place, other_pitch, other_onset, other_end) in enumerate(rows[:one]):
            if part == other_part and (
                place == other_place or ((voices or pitch == other_pitch) and onset < other_end and other_onset < end)
            ):
                group[find(one)] = find(other)
    bound: dict[int, tuple[list[int], list[Note]]] = {}
    for item, (note, goes) in enumerate(items):
        gone, come = bound.setdefault(find(item), ([], []))
        if goes:
            gone.append(removed[item])
        else:
            come.append(note)
    return [Move(tuple(gone), tuple(come)) for gone, come in bound.values()]
