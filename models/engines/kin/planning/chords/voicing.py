"""What may not be struck together: mud, rubs and lost tones that the clip hasn't; and chords that move as one shape.

Offers: ``Voicing``, ``ShapePlan``, ``is_parallel``, ``pedals_of``, ``top_gap``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from models.engines.kin.planning.chords.strokes import Stroke, Strokes, strokes_of
from models.engines.kin.planning.edit_builder import Change, EditBuilder
from models.engines.kin.planning.structure import Structure, once
from models.music.chord import TimedChord
from models.music.note import Note

_LOW, _FIFTH = 52, 7
"""Below this pitch (E2) no new interval is smaller than a fifth."""
_TOGETHER, _STRUCK = 0.15, 0.2
"""Beats for which two notes sound together; within which they are one stroke."""
_TELLING = (3, 4, 10, 11)
"""Semitones above a root of the tones that a chord is known by."""
_PARALLEL, _PAIRED, _MORE = 0.8, 0.65, 0.1
"""Share of the strokes from which one shape is the texture; from which two notes are, if no more
than a few have more."""


class Voicing:
    """Judges edits of chords by what sounds together after them; what the clip itself does is never to blame."""

    def __init__(self, structure: Structure) -> None:
        self._ground = structure
        notes = structure.notes
        self._pedals = {notes[i] for i in pedals_of(structure) if self._is_alone(notes[i])}
        self._known = {
            (min(a.pitch, b.pitch), max(a.pitch, b.pitch))
            for place, a in enumerate(notes)
            for b in notes[place + 1 :]
            if _overlap(a, b) > 0
        }

    def _is_alone(self, pedal: Note) -> bool:
        return sum(abs(note.onset - pedal.onset) < _STRUCK for note in self._ground.notes) == 1

    def allows(self, removed: Collection[Note], added: Sequence[Note], present: Collection[Note]) -> bool:
        """May these notes go and those come, where ``present`` are all the others? Pure."""
        if not self._pedals.isdisjoint(removed):
            return False
        was = {(note.pitch, round(note.onset, 3)) for note in removed}
        new = [note for note in added if (note.pitch, round(note.onset, 3)) not in was]
        start, end = min((n.onset for n in new), default=0.0), max((n.end for n in new), default=0.0)
        near = [*(other for other in present if other.onset < end and other.end > start), *added]
        for note in new:
            beside = [other for other in near if other is not note and _overlap(note, other) > _TOGETHER]
            if any(abs(note.onset - pedal.onset) < _STRUCK for pedal in self._pedals):
                return False
            if any(self._is_harsh(note, other, beside) for other in beside):
                return False
        return self._keeps_tones(removed, added, present)

    def _is_harsh(self, note: Note, other: Note, beside: Sequence[Note]) -> bool:
        low, high = sorted((note.pitch, other.pitch))
        gap = high - low
        if (low, high) in self._known or gap == 0:
            return False
        if gap in (1, 13) or (low < _LOW and gap < _FIFTH):
            return True
        struck = [third.pitch for third in beside if abs(note.onset - third.onset) < _STRUCK]
        return gap == 2 and other.pitch in struck and max(struck) <= high

    def _tells(self, place: int, timed: TimedChord) -> bool:
        inside = place in timed.chord.classes and (place - timed.chord.root) % 12 in _TELLING
        return inside or place not in self._ground.classes

    def _keeps_tones(self, removed: Collection[Note], added: Sequence[Note], present: Collection[Note]) -> bool:
        """Do the thirds, sevenths and leading tones of the chords stay?"""
        if not removed:
            return True
        start, end = min(note.onset for note in removed), max(note.onset for note in removed)
        for timed in self._ground.chords:
            if timed.end <= start - _STRUCK or timed.onset > end + _STRUCK:
                continue
            told = {place for note in removed if self._tells(place := note.pitch % 12, timed) and _in(note, timed)}
            if told - {note.pitch % 12 for note in (*added, *present) if _in(note, timed)}:
                return False
        return True


def _in(note: Note, timed: TimedChord) -> bool:
    return note.onset < timed.end - _STRUCK and note.end > timed.onset + _STRUCK


def _overlap(one: Note, other: Note) -> float:
    return min(one.end, other.end) - max(one.onset, other.onset)


def top_gap(voices: Sequence[int]) -> int:
    """Semitones between the two highest voices; an octave where there is but one."""
    return int(np.diff(sorted(voices)[-2:])[0]) if len(voices) > 1 else 12


@once
def pedals_of(structure: Structure) -> frozenset[int]:
    """Indices of the notes that hold below at least two later strokes: the chords stand on them."""
    found = set()
    for index, note in enumerate(structure.notes):
        beside = [other for other in structure.notes if _overlap(note, other) > _TOGETHER]
        later = {round(4 * other.onset) for other in beside if other.onset > note.onset + _STRUCK}
        if len(later) >= 2 and note.pitch == min(other.pitch for other in beside):
            found.add(index)
    return frozenset(found)


@once
def is_parallel(structure: Structure) -> bool:
    """Is the clip a row of equal shapes, such as power fifths, or a line of two voices?"""
    shapes = Counter(_shape([structure.notes[i].pitch for i in stroke.indices]) for stroke in strokes_of(structure))
    shape, count = shapes.most_common(1)[0] if shapes else ((), 0)
    dyads = sum(often for some, often in shapes.items() if len(some) == 2)
    more = sum(often for some, often in shapes.items() if len(some) > 2)
    paired = more <= _MORE * shapes.total() and dyads >= _PAIRED * shapes.total()
    return (len(shape) > 1 and count >= _PARALLEL * shapes.total()) or (paired and len(shapes) > 1)


def _shape(pitches: Sequence[int]) -> tuple[int, ...]:
    return tuple(pitch - min(pitches) for pitch in sorted(pitches))


class ShapePlan(Strokes):
    """Chords of one shape: a stroke goes to a neighbour's place as a whole, is left out or struck twice."""

    def __init__(self, structure: Structure, builder: EditBuilder, rng: np.random.Generator) -> None:
        super().__init__(structure, builder)
        self.rng = rng

    def apply_edits(self, number: int) -> None:
        """Change direction or rhythm, ``number`` says which first, until the dial is met."""
        kinds = ("turn", "rest", "turn back", "double") if number % 2 else ("rest", "double", "turn", "turn back")
        for kind in (*kinds, "rest", "leap"):
            for part in self._parts(kind, number):
                if self.builder.full:
                    return
                self.builder.put([part])

    def _parts(self, kind: str, number: int) -> Iterator[Change]:
        strokes = self.strokes[1:-1]
        every = 4 if kind in ("rest", "double") else 3
        offset = (number // 2) % every
        first = range(offset, len(strokes), every)
        for place in (*first, *(p for p in range(len(strokes)) if p not in first and kind.startswith("turn"))):
            stroke = strokes[place]
            if not all(self.builder.free(index) for index in stroke.indices):
                continue
            part = self._part(kind, stroke)
            if part is not None:
                yield part

    def _part(self, kind: str, stroke: Stroke) -> Change | None:
        notes = [self.structure.notes[index] for index in stroke.indices]
        if kind == "rest":
            return (stroke.indices, ()) if self.structure.strength(stroke.step) < 0.6 else None
        if kind == "double":
            if min(note.duration for note in notes) < 0.4:
                return None
            half = [note.duration / 2 for note in notes]
            again = [
                n.moved(onset=n.onset + d, duration=d, velocity=self.structure.softer(n.velocity, 0.8))
                for n, d in zip(notes, half, strict=True)
            ]
            return stroke.indices, (*(n.moved(duration=d) for n, d in zip(notes, half, strict=True)), *again)
        goal = [note.pitch + 12 for note in notes] if kind == "leap" else self._other(stroke, kind == "turn back")
        if not goal or max(goal) > 127:
            return None
        return stroke.indices, tuple(note.moved(pitch=pitch) for note, pitch in zip(notes, goal, strict=True))

    def _other(self, stroke: Stroke, back: bool) -> list[int]:
        """The pitches of the nearest stroke before (or behind) that lies elsewhere and has as many."""
        own = [self.structure.notes[index].pitch for index in stroke.indices]
        others = [s for s in self.strokes if (s.step < stroke.step if back else s.step > stroke.step)]
        for other in reversed(others) if back else others:
            there = [self.structure.notes[index].pitch for index in other.indices]
            if there != own and len(there) == len(own):
                return there
        return []
