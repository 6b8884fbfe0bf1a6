"""Brighter or darker, higher or lower, wider or closer, rising or falling: other pitches for the notes of a result.

A line is bent on strong places to tones of the chord that sounds, or to the same note in another octave; on weak ones
to any note of its scale. Chords are inverted: a note of theirs changes its octave.

Offers: ``bend``.
"""

from __future__ import annotations

from functools import cached_property
from statistics import fmean

from models.analysis.chords import find_chords
from models.constraints.edits import EditSet
from models.constraints.lines import top_line
from models.mood.candidate import Canvas
from models.mood.targets import Aim, Quality
from models.music.beats import strength
from models.music.chord import TimedChord, chord_at

_LEAST = 0.05
_COLOUR = {4: 1, 9: 1, 11: 1, 3: -1, 8: -1, 10: -1}
"""Degrees, in semitones above the tonic, that tell a major mode, and those that tell a minor one."""

_STRONG = 0.6
_OUTWARDS = 7
"""Semitones beyond what the prompt and the result use already."""

_FAR, _FARTHEST = 7, 12
_WIDE = 0.2
"""Leaps asked for from which an octave is none too many."""

_NOW_AND_THEN = 0.9
_JARRING = 0.2
"""What a semitone beyond the usual leap costs."""

_WORTH = 0.05
"""Least gain for which a pitch is changed."""


def bend(canvas: Canvas, aim: Aim, edit_set: EditSet, *, further: bool = False) -> None:
    """Other pitches, until the aim's register is met; ``further``: of the prompt's notes, as many as there are."""
    if canvas.here.drums or not canvas.here.allowed_edits.repitch or not canvas.inside:
        return
    if max(abs(aim.register), abs(aim.leaps), abs(aim.contour), abs(aim.mode)) < _LEAST:
        return
    bending = _Bending(canvas, aim)
    if further:
        bending.missing = (1 if aim.register > 0 else -1) * _FARTHEST * len(canvas.notes)
    for place in canvas.by_cost:
        if not canvas.is_new(place) and bending.met:
            return  # leaps and contour alone are not worth a note of the prompt
        if canvas.is_new(place) and further:
            continue
        run = bending.run(place)
        for pitch in bending.candidates(place):
            if edit_set.add(run, tuple(canvas.notes[other].moved(pitch=pitch) for other in run)):
                bending.missing -= (pitch - canvas.notes[place].pitch) * len(run)
                break


class _Bending:
    """What one call of ``bend`` knows.

    missing  semitones, over all notes, by which the result is to be higher (below 0: lower)
    """

    def __init__(self, canvas: Canvas, aim: Aim) -> None:
        self.canvas, self.aim = canvas, aim
        now = Quality.of([canvas.notes[place] for place in canvas.inside])
        wanted = aim.goal.pitch - now.pitch if abs(aim.register) >= _LEAST else 0.0
        self.missing = wanted * len(canvas.inside) if wanted * aim.register > 0 else 0.0
        pitches = [note.pitch for note in (*canvas.notes, *canvas.base.notes)]
        self.lowest, self.highest = min(pitches) - _OUTWARDS, max(pitches) + _OUTWARDS
        self.number_of = {place: number for number, group in enumerate(canvas.groups) for place in group}

    @cached_property
    def usual_jump(self) -> int:
        """Semitones that the prompt's line leaps now and then; a fifth at least, an octave where leaps are wanted."""
        top = [self.canvas.base.prompt.notes[place].pitch for place in top_line(self.canvas.base.prompt.notes)]
        jumps = sorted(abs(after - before) for before, after in zip(top, top[1:], strict=False))
        own = jumps[int(len(jumps) * _NOW_AND_THEN)] if jumps else 0
        return max(own, _FARTHEST if self.aim.leaps > _WIDE else _FAR)

    @property
    def met(self) -> bool:
        """Is the register where it is wanted?"""
        return self.missing * self.aim.register < 1

    @cached_property
    def chords(self) -> tuple[TimedChord, ...]:
        """The chords of the prompt and of what plays beside it."""
        request = self.canvas.base.request
        return request.chords or find_chords(request.prompt, request.context)

    def run(self, place: int) -> tuple[int, ...]:
        """The note with those that must stay level with it: its repetitions on top where the contour is locked."""
        canvas, number = self.canvas, self.number_of.get(place)
        if not canvas.here.request.locks.contour or number is None or canvas.groups[number][-1] != place:
            return (place,)
        first = last = number
        pitches = [canvas.notes[group[-1]].pitch for group in canvas.groups]
        while first > 0 and pitches[first - 1] == pitches[number]:
            first -= 1
        while last + 1 < len(pitches) and pitches[last + 1] == pitches[number]:
            last += 1
        return tuple(group[-1] for group in canvas.groups[first : last + 1])

    def candidates(self, place: int) -> list[int]:
        """Other pitches for a note that are worth it, the best first."""
        note = self.canvas.notes[place]
        legal = self.canvas.here.pitches_at(note.onset, note.duration)
        pitches = [
            pitch
            for pitch in range(max(self.lowest, note.pitch - _FARTHEST), min(self.highest, note.pitch + _FARTHEST) + 1)
            if pitch != note.pitch and pitch in legal and self._suits(place, pitch)
        ]
        here = self._worth(place, note.pitch)
        gains = {pitch: self._worth(place, pitch) - here for pitch in pitches}
        return sorted((pitch for pitch in pitches if gains[pitch] > _WORTH), key=lambda pitch: -gains[pitch])[:4]

    def _suits(self, place: int, pitch: int) -> bool:
        note = self.canvas.notes[place]
        beside = (
            [self.canvas.notes[other].pitch for other in self.canvas.groups[self.number_of[place]] if other != place]
            if place in self.number_of
            else []
        )
        if any(abs(pitch - other) < 3 for other in beside):
            return False
        if (pitch - note.pitch) % 12 == 0:
            return True
        if self.aim.scale is not None and pitch not in self.aim.scale:
            return False
        chord = chord_at(self.chords, note.onset)
        if self.canvas.here.role == "chords" or beside:
            # Another tone of the same chord, in place of one that is the engine's own.
            return self.canvas.is_new(place) and chord is not None and pitch in chord
        if self.aim.scale is not None and self.canvas.here.request.locks.contour:
            return True  # there is little choice there
        return (
            chord is None
            or pitch in chord
            or strength(note.onset, self.canvas.base.prompt.metre) < _STRONG
            and self.aim.scale is not None
        )

    def _worth(self, place: int, pitch: int) -> float:
        """How well a pitch at this place serves register, leaps and contour."""
        canvas, aim, note = self.canvas, self.aim, self.canvas.notes[place]
        rise = pitch - note.pitch
        worth = 0.0 if aim.scale is None else aim.mode * _COLOUR.get((pitch - aim.scale.root) % 12, 0) / 3
        if not self.met:
            # Beyond what is missing it would be too much of it.
            worth += abs(aim.register) * min(rise * (1 if aim.register > 0 else -1), abs(self.missing) + 2) / 3
        along = (note.onset - canvas.here.start) / max(canvas.here.end - canvas.here.start, 1.0)
        worth += aim.contour * (2 * along - 1) * rise / 8
        jumps = self._jumps(place, pitch)
        if jumps:
            worth += aim.leaps * fmean(jumps) / 5 - _JARRING * max(0, max(jumps) - self.usual_jump)
        return worth

    def _jumps(self, place: int, pitch: int) -> list[int]:
        """Semitones to the notes before and after, in a line."""
        if place not in self.number_of or len(self.canvas.groups[self.number_of[place]]) > 1:
            return []
        number, groups = self.number_of[place], self.canvas.groups
        return [
            abs(pitch - self.canvas.notes[groups[beside][-1]].pitch)
            for beside in (number - 1, number + 1)
            if 0 <= beside < len(groups)
        ]
