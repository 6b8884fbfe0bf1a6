"""The strokes of chords, and what may happen to their rhythm: a push, an echo, a break, one more, one fewer.

A *stroke* is what is struck within a fifth of a beat, so a roll or a strum is one.

Offers: ``Strokes``, ``Stroke``, ``strokes_of``, ``APART``, ``BLOCK``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.edit_builder import Change, EditBuilder
from models.engines.kin.planning.structure import Structure, once
from models.music.note import Note

BLOCK = 2.2
"""Notes a stroke from which chords are struck, not broken."""
_ROLLED = 0.2
APART = 7
"""Semitones from a bass to the chord above it."""
_LEADS = (6, 8, 12)
"""Steps by which a stroke may come early."""


@dataclass(frozen=True)
class Stroke:
    """Notes struck as one: indices from the lowest, the step of the first, and those of the bass."""

    indices: tuple[int, ...]
    step: int
    bass: frozenset[int]

    @cached_property
    def upper(self) -> tuple[int, ...]:
        """What is struck above the bass."""
        return tuple(index for index in self.indices if index not in self.bass)


@once
def strokes_of(structure: Structure) -> Sequence[Stroke]:
    """The strokes of a clip in order."""
    groups: list[list[int]] = []
    for index, note in enumerate(structure.notes):
        if groups and note.onset - structure.notes[groups[-1][0]].onset < _ROLLED:
            groups[-1].append(index)
        else:
            groups.append([index])
    notes = structure.notes
    found = []
    ordered = [sorted(group, key=lambda index: notes[index].pitch) for group in groups]
    crowds = [group for group in ordered if len(group) >= 3]
    # The second lowest of a chord is surely above the bass.
    ceiling = float(np.median([notes[group[1]].pitch for group in crowds])) - APART if crowds else 0.0
    for group in ordered:
        gap = notes[group[1]].pitch - notes[group[0]].pitch if len(group) > 1 else 0
        deep = [index for index in group if notes[index].pitch <= ceiling]
        bass = deep if len(group) <= 2 else group[:1] if gap >= APART else []
        found.append(Stroke(tuple(group), structure.steps[min(group)], frozenset(bass)))
    if any(stroke.bass for stroke in found):
        return found
    return [replace(stroke, bass=frozenset(stroke.indices[:1])) for stroke in found]


class Strokes:
    """The strokes of a clip, and changes of their rhythm.

    now       the pitch of each note, as changed so far
    rootless  no bass lies apart from the chords: it goes with them
    """

    def __init__(self, structure: Structure, builder: EditBuilder) -> None:
        self.structure, self.builder = structure, builder
        self.strokes = strokes_of(structure)
        self.now: dict[int, int] = {index: note.pitch for index, note in enumerate(structure.notes)}
        self.rootless = all(len(s.bass) == 1 and s.indices[0] in s.bass for s in self.strokes) and all(
            structure.notes[s.indices[1]].pitch - structure.notes[s.indices[0]].pitch < APART
            for s in self.strokes
            if len(s.indices) > 1
        )
        self._ticks = {step % STEPS for step in structure.steps}

    def basses(self, strokes: Sequence[Stroke]) -> list[int]:
        """What sounds below some strokes: their own bass, or the last one of their bar."""
        own = [self.now[index] for stroke in strokes for index in stroke.bass]
        if own:
            return own
        first = strokes[0].step
        before = [s for s in self.strokes if s.bass and first - self.structure.bar < s.step < first]
        return [self.now[index] for stroke in before[-1:] for index in stroke.bass]

    def walked(self, stroke: Stroke) -> Change | None:
        """The bass steps to the next one before it comes."""
        structure, later = self.structure, [s for s in self.strokes if s.step > stroke.step and s.bass]
        if not stroke.bass or not later:
            return None
        goal = min(self.now[index] for index in later[0].bass)
        index = min(stroke.bass, key=lambda index: self.now[index])
        note, step = structure.notes[index], later[0].step - 12
        others = [s.step for s in self.strokes if s.step >= step - 3 and s.step < later[0].step]
        if goal == self.now[index] or others or not self.builder.free(index) or step - stroke.step < 12:
            return None
        near = [p for p in (goal - 2, goal - 1, goal + 2, goal + 1) if p % 12 in structure.own and p != self.now[index]]
        goals = [pitch for pitch in near if pitch in structure.constraints.allowed]
        if not goals:
            return None
        onset = step / STEPS + note.onset - structure.steps[index] / STEPS
        come = note.moved(pitch=goals[0], onset=onset, duration=0.45, velocity=structure.softer(note.velocity, 0.85))
        if note.end <= onset:
            return (), (come,)
        return (index,), (note.moved(duration=onset - note.onset), come)

    def echoed(self, stroke: Stroke) -> Change | None:
        """A longer stroke is struck again, softer, half a beat later."""
        structure = self.structure
        coming = [s.step for s in self.strokes if s.step > stroke.step]
        room = (min(coming) if coming else structure.bars * structure.bar) - stroke.step
        indices = [index for index in stroke.upper if self.builder.free(index)]
        if room < 24 or len(indices) < max(2, len(stroke.upper)) or not self._as_it_was(indices):
            return None
        added = []
        for index in indices:
            note = structure.notes[index]
            length = min(note.duration, 0.45)
            added.append(note.moved(duration=length))
            soft = structure.softer(note.velocity, 0.85)
            added.append(note.moved(onset=note.onset + 0.5, duration=length, velocity=soft))
        return tuple(indices), tuple(added)

    def ghosted(self, stroke: Stroke) -> Change | None:
        """A stroke comes again, short and soft, on the next half beat that is still empty."""
        structure = self.structure
        ends = max(round(structure.notes[index].end * STEPS) for index in stroke.indices)
        step = -(-max(ends, stroke.step + 12) // 12) * 12
        coming = min((s.step for s in self.strokes if s.step > stroke.step), default=structure.bars * structure.bar)
        if not stroke.upper or step + 9 > coming or structure.strength(step) >= 1:
            return None
        notes = [structure.notes[index].moved(pitch=self.now[index]) for index in stroke.upper]
        return (), tuple(
            n.moved(onset=step / STEPS, duration=0.25, velocity=structure.softer(n.velocity, 0.75)) for n in notes
        )

    def broken(self, stroke: Stroke) -> Change | None:
        """A stroke is broken: its lowest voice first, the others half a beat later."""
        coming = [s.step for s in self.strokes if s.step > stroke.step]
        room = (min(coming) if coming else self.structure.bars * self.structure.bar) - stroke.step
        indices = [index for index in stroke.upper[1:] if self.builder.free(index)]
        if room < 24 or len(stroke.upper) < 3 or len(indices) < len(stroke.upper) - 1 or not self._as_it_was(indices):
            return None
        notes = [self.structure.notes[index] for index in indices]
        return tuple(indices), tuple(
            note.moved(onset=note.onset + 0.5, duration=min(note.duration, 0.45)) for note in notes
        )

    def _as_it_was(self, indices: Sequence[int]) -> bool:
        return all(self.now[index] == self.structure.notes[index].pitch for index in indices)

    def pushed(self, stroke: Stroke) -> Change | None:
        structure = self.structure
        hand = stroke.indices if self.rootless else stroke.upper
        moving = [index for index in hand if self.builder.free(index)]
        if stroke.step == 0 or structure.strength(stroke.step) < 0.4:
            return None
        if len(moving) < max(1, len(hand)) or not self._as_it_was(moving):
            return None
        first = min(structure.notes[index].onset for index in moving)
        leads = [lead for lead in _LEADS if (stroke.step - lead) % STEPS in self._ticks]
        if not leads:
            return None
        lead = leads[0] / STEPS
        before = [note for note in structure.notes if first - 2 < note.onset < first - 1e-6]
        if first - lead < 0 or any(note.onset > first - lead - 0.2 for note in before):
            return None
        removed, added = list(moving), []
        for index in moving:
            note = structure.notes[index]
            added.append(note.moved(onset=note.onset - lead, duration=note.duration + lead))
        for index, note in enumerate(structure.notes):
            if index in moving or note.onset >= first - lead or note.end <= first - lead:
                continue
            if any(note.pitch == structure.notes[other].pitch for other in moving):
                if not self.builder.free(index) or self.now[index] != note.pitch:
                    return None
                removed.append(index)
                added.append(note.moved(duration=first - lead - note.onset))
        return tuple(removed), tuple(added)

    def dropped(self, bar: int, place: int) -> Change | None:
        structure = self.structure
        for stroke in self.strokes:
            if structure.bar_of(stroke.step) == bar and stroke.step % structure.bar == place:
                short = all(structure.notes[index].duration <= 0.5 for index in stroke.indices)
                weak = structure.strength(stroke.step) < 0.6
                if short and weak and not stroke.bass and all(self.builder.free(i) for i in stroke.indices):
                    return stroke.indices, ()
        return None

    def struck(self, bar: int, place: int) -> Change | None:
        structure, step = self.structure, bar * self.structure.bar + place
        if structure.strength(step) >= 1:
            return None
        near = [s for s in self.strokes if abs(s.step - step) < STEPS // 3]
        before = [s for s in self.strokes if s.step < step and s.upper]
        if near or not before or step - before[-1].step > structure.bar:
            return None
        model = before[-1]
        coming = [s.step for s in self.strokes if s.step > step]
        room = ((min(coming) if coming else structure.bars * structure.bar) - step) / STEPS
        at = next((s for s in self.strokes if s.step % structure.bar == place and s.upper), None)
        if at is None:
            return None
        span = min(room * 0.9, float(np.median([structure.notes[i].duration for i in at.upper])))
        late = float(np.mean([structure.notes[i].onset for i in at.upper])) - at.step / STEPS
        loud = int(np.median([structure.notes[i].velocity for i in at.upper]))
        chord, old = structure.chord(step), structure.chord(model.step)
        if chord != old:
            return None
        added: list[Note] = []
        removed: list[int] = []
        for index in model.indices if self.rootless else model.upper:
            note = structure.notes[index]
            onset = max(0.0, step / STEPS + late)
            added.append(Note(self.now[index], onset, span, loud))
            if note.end > onset:
                if not self.builder.free(index) or self.now[index] != note.pitch or onset - note.onset < 0.1:
                    return None
                removed.append(index)
                added.append(note.moved(duration=onset - note.onset))
        return tuple(removed), tuple(added)
