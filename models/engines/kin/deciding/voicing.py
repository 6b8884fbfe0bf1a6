"""What may not be struck together: mud, rubs and lost tones that the clip hasn't; and chords that move as one shape.

Offers: ``Voicing``, ``ShapePlan``, ``is_parallel``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from models.engines.kin.deciding.canvas import Canvas, Part
from models.engines.kin.deciding.ground import Ground
from models.engines.kin.deciding.strokes import Stroke, Strokes, strokes_of
from models.music.note import Note

_LOW, _FIFTH = 52, 7
"""Below this pitch (E2) no new interval is smaller than a fifth."""
_TOGETHER, _STRUCK = 0.15, 0.2
"""Beats for which two notes sound together; within which they are one stroke."""
_TELLING = (3, 4, 10, 11)
"""Semitones above a root of the tones that a chord is known by."""
_PARALLEL = 0.8
"""Share of the strokes from which one shape is the texture."""


class Voicing:
    """Judges edits of chords by what sounds together after them; what the clip itself does is never to blame."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        notes = ground.notes
        self._known = {
            (min(a.pitch, b.pitch), max(a.pitch, b.pitch))
            for place, a in enumerate(notes)
            for b in notes[place + 1 :]
            if _overlap(a, b) > 0
        }

    def allows(self, removed: Collection[Note], added: Sequence[Note], present: Collection[Note]) -> bool:
        """May these notes go and those come, where ``present`` are all the others? Pure."""
        was = {(note.pitch, round(note.onset, 3)) for note in removed}
        new = [note for note in added if (note.pitch, round(note.onset, 3)) not in was]
        for note in new:
            beside = [other for other in (*present, *added) if other is not note and _overlap(note, other) > _TOGETHER]
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
        struck = abs(note.onset - other.onset) < _STRUCK
        return gap == 2 and struck and all(third.pitch <= high for third in beside)

    def _keeps_tones(self, removed: Collection[Note], added: Sequence[Note], present: Collection[Note]) -> bool:
        """Do the thirds, sevenths and leading tones of the chords stay?"""
        if not removed:
            return True
        start, end = min(note.onset for note in removed), max(note.onset for note in removed)
        for timed in self._ground.chords:
            if timed.end <= start - _STRUCK or timed.onset > end + _STRUCK:
                continue
            span = [
                {n.pitch % 12 for n in notes if n.onset < timed.end - _STRUCK and n.end > timed.onset + _STRUCK}
                for notes in (removed, (*present, *added))
            ]
            lost = span[0] - span[1]
            if any(
                (place - timed.chord.root) % 12 in _TELLING and place in timed.chord.classes for place in lost
            ) or any(place not in self._ground.classes for place in lost):
                return False
        return True


def _overlap(one: Note, other: Note) -> float:
    return min(one.end, other.end) - max(one.onset, other.onset)


def is_parallel(ground: Ground) -> bool:
    """Is the clip a row of equal shapes, such as power fifths?"""
    shapes = Counter(_shape([ground.notes[i].pitch for i in stroke.indices]) for stroke in strokes_of(ground))
    shape, count = shapes.most_common(1)[0] if shapes else ((), 0)
    return len(shape) > 1 and count >= _PARALLEL * shapes.total()


def _shape(pitches: Sequence[int]) -> tuple[int, ...]:
    return tuple(pitch - min(pitches) for pitch in sorted(pitches))


class ShapePlan(Strokes):
    """Chords of one shape: a stroke goes to a neighbour's place as a whole, is left out or struck twice."""

    def __init__(self, ground: Ground, canvas: Canvas, rng: np.random.Generator) -> None:
        super().__init__(ground, canvas)
        self.rng = rng

    def apply_edits(self, number: int) -> None:
        """Change direction or rhythm, ``number`` says which first, until the dial is met."""
        kinds = ("turn", "rest", "turn back", "double") if number % 2 else ("rest", "double", "turn", "turn back")
        for kind in (*kinds, "leap", "double", "turn", "turn back"):
            for part in self._parts(kind, number):
                if self.canvas.full:
                    return
                self.canvas.put([part])

    def _parts(self, kind: str, number: int) -> Iterator[Part]:
        strokes = self.strokes[1:-1]
        every = 4 if kind in ("rest", "double") else 3
        offset = (number // 2) % every
        for place in range(offset, len(strokes), every):
            stroke = strokes[place]
            if not all(self.canvas.free(index) for index in stroke.indices):
                continue
            part = self._part(kind, stroke)
            if part is not None:
                yield part

    def _part(self, kind: str, stroke: Stroke) -> Part | None:
        notes = [self.ground.notes[index] for index in stroke.indices]
        if kind == "rest":
            return (stroke.indices, ()) if self.ground.strength(stroke.step) < 0.6 else None
        if kind == "double":
            if min(note.duration for note in notes) < 0.4:
                return None
            half = [note.duration / 2 for note in notes]
            again = [
                n.moved(onset=n.onset + d, duration=d, velocity=self.ground.softer(n.velocity, 0.8))
                for n, d in zip(notes, half, strict=True)
            ]
            return stroke.indices, (*(n.moved(duration=d) for n, d in zip(notes, half, strict=True)), *again)
        shift = 12 if kind == "leap" else self._step(stroke, kind == "turn back")
        moved = tuple(note.moved(pitch=note.pitch + shift) for note in notes if note.pitch + shift < 128)
        return (stroke.indices, moved) if shift and len(moved) == len(notes) else None

    def _step(self, stroke: Stroke, back: bool) -> int:
        """Semitones to the nearest stroke before (or behind) that lies elsewhere."""
        own = self.ground.notes[stroke.indices[0]].pitch
        others = [s for s in self.strokes if (s.step < stroke.step if back else s.step > stroke.step)]
        for other in reversed(others) if back else others:
            there = self.ground.notes[other.indices[0]].pitch
            if there != own and len(other.indices) == len(stroke.indices):
                return there - own
        return 0
