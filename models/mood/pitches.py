"""Higher or lower, wider or closer, rising or falling: other pitches for the notes of a result.

What each pitch would be worth to each note is one table (N notes by P pitches). A note that the engine has played anew
may take a tone of the chord that sounds, on weak places any of its scale; one of the prompt's own only changes its
octave: of a line the end, of a chord what is neither its bass nor would cross it.

Offers: ``PitchChoice`` (``add_to``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.edits import EditSet
from models.constraints.lines import top_line
from models.mood.goal import MoodGoal, strength_at
from models.music.chord import chord_at
from models.music.note import Note

_LEAST = 0.05
_COLOUR = np.array([0, 0, 0, -1, 1, 0, 0, 0, -1, 1, -1, 1])
"""How major (1) or minor (-1) each degree, in semitones above the tonic, sounds."""

_STRONG = 0.6
_OUTWARDS = 7
"""Semitones beyond what the prompt and the result use already."""

_DEEPEST = 28
"""E0, the lowest string of a bass."""

_FAR, _OCTAVE = 7, 12
_WIDE = 0.2
"""Leaps asked for from which an octave is none too many."""

_NOW_AND_THEN = 0.9
_JARRING = 0.2
"""What a semitone beyond the usual leap costs."""

_WORTH = 0.05
"""Least gain for which a pitch is changed."""
_TRIED = 4
"""Pitches tried for a note, the best first."""


class PitchChoice:
    """Chooses pitches for the free notes of a result (its constraints, onset groups, what its notes are to become)."""

    def __init__(
        self, here: Constraints, goal: MoodGoal, groups: Sequence[Sequence[int]], forms: Sequence[Note]
    ) -> None:
        self.here, self.goal, self.groups, self.forms = here, goal, groups, forms
        self.group_of = {place: number for number, group in enumerate(groups) for place in group}
        self.pitch = np.array([note.pitch for note in forms])  # (N,)
        inside = sorted(self.group_of)
        wanted = goal.quality.pitch - self.pitch[inside].mean() if abs(goal.controls["register"]) >= _LEAST else 0.0
        self.missing = wanted * len(inside) if wanted * goal.controls["register"] > 0 else 0.0
        """Semitones, over all notes, by which the result is to be higher (below 0: lower)."""
        own = [note.pitch for note in here.prompt.notes] or [int(self.pitch.min())]
        self.lowest = min(_DEEPEST, *own)
        """No note goes deeper than a bass does, or the prompt."""

    def add_to(self, edit_set: EditSet) -> None:
        """Add edits to the set: of new notes all that are worth it, of others until the register is met."""
        controls = self.goal.controls
        if not self.here.allowed_edits.repitch or all(
            abs(controls[name]) < _LEAST for name in ("register", "leaps", "contour", "mode")
        ):
            return
        new = [place for place in sorted(self.here.free) if self.here.origin[place] is None]
        if new:
            span = np.arange(
                max(self.lowest, int(self.pitch.min()) - _OUTWARDS), min(127, int(self.pitch.max()) + _OUTWARDS) + 1
            )  # (P,)
            worth = self._worth(new, span)  # (new, P)
            order = np.argsort(-worth, axis=1)[:, :_TRIED]
            for row, place in enumerate(new):
                self._try(edit_set, place, [int(span[at]) for at in order[row] if worth[row, at] > _WORTH])
        octave = _OCTAVE if controls["register"] > 0 else -_OCTAVE
        for place in sorted(self.here.free - set(new), reverse=True):
            if abs(self.missing) < _OCTAVE / 2:
                return
            if self._may_change_octave(place, octave):
                self._try(edit_set, place, [int(self.pitch[place]) + octave])

    def _try(self, edit_set: EditSet, place: int, pitches: Sequence[int]) -> None:
        for pitch in pitches:
            if place not in edit_set.touched and edit_set.add((place,), (self.forms[place].moved(pitch=pitch),)):
                self.missing -= pitch - int(self.pitch[place])
                return

    def _together(self, place: int) -> list[int]:
        """Pitches of the notes that begin with this one."""
        return [int(self.pitch[other]) for other in self.groups[self.group_of[place]] if other != place]

    def _may_change_octave(self, place: int, octave: int) -> bool:
        if place not in self.group_of:
            return False
        pitch, together = int(self.pitch[place]) + octave, self._together(place)
        if pitch < self.lowest:
            return False
        return not together or (
            min(together) < min(pitch, pitch - octave) and all(abs(pitch - other) > 2 for other in together)
        )

    def _worth(self, places: Sequence[int], span: np.ndarray) -> np.ndarray:
        """What each pitch gains each note, (N, P); -inf where it may not be."""
        controls, here = self.goal.controls, self.here
        own = self.pitch[places][:, None]  # (N, 1)
        rise = span[None] - own  # (N, P)
        worth = np.zeros(rise.shape)
        if self.goal.scale is not None:
            colour = _COLOUR[(np.arange(128) - self.goal.scale.root) % 12]
            worth += controls["mode"] * (colour[span] - colour[own]) / 3
        register = controls["register"]
        if self.missing:
            worth += abs(register) * np.minimum(rise * np.sign(register), abs(self.missing) + 2) / 3
        onsets = np.array([here.notes[place].onset for place in places])[:, None]
        worth += controls["contour"] * (2 * (onsets - here.start) / max(here.end - here.start, 1.0) - 1) * rise / 8
        beside = self._neighbours(places)  # (N, 2), NaN: none
        known = ~np.isnan(beside).all(axis=1)
        usual = self._usual_leap()
        for pitches, sign in ((np.broadcast_to(span, rise.shape), 1), (np.broadcast_to(own, rise.shape), -1)):
            leaps = np.abs(pitches[known, :, None] - beside[known, None])  # (known, P, 2)
            jarring = np.maximum(0, np.nanmax(leaps, axis=2) - usual)
            worth[known] += sign * (controls["leaps"] * np.nanmean(leaps, axis=2) / 5 - _JARRING * jarring)
        worth[(np.abs(rise) > _OCTAVE) | (rise == 0) | ~self._suits(places, span)] = -np.inf
        return worth

    def _neighbours(self, places: Sequence[int]) -> np.ndarray:
        """The pitches before and after each note in a line, (N, 2); NaN where there is none, and in chords."""
        tops = [np.nan, *(self.pitch[group[-1]] for group in self.groups), np.nan]
        numbers = [self.group_of.get(place) for place in places]
        return np.array(
            [
                (np.nan, np.nan) if number is None or len(self.groups[number]) > 1 else (tops[number], tops[number + 2])
                for number in numbers
            ],
            float,
        ).reshape(-1, 2)

    def _usual_leap(self) -> int:
        """Semitones that the prompt's line leaps now and then; a fifth at least, an octave where leaps are wanted."""
        notes = self.here.prompt.notes
        leaps = np.sort(np.abs(np.diff([notes[place].pitch for place in top_line(notes)])))
        own = int(leaps[int(len(leaps) * _NOW_AND_THEN)]) if len(leaps) else 0
        return max(own, _OCTAVE if self.goal.controls["leaps"] > _WIDE else _FAR)

    def _suits(self, places: Sequence[int], span: np.ndarray) -> np.ndarray:
        """(N, P): is the pitch in the scale, on strong places in the chord, and clear of what begins with it?"""
        scale, metre = self.goal.scale, self.here.prompt.metre
        in_scale = np.array([scale is None or pitch in scale for pitch in range(12)])[span % 12]
        result = np.zeros((len(places), len(span)), bool)
        for row, place in enumerate(places):
            note = self.forms[place]
            together = self._together(place) if place in self.group_of else []
            chord = chord_at(self.goal.chords, note.onset)
            weak = not together and self.here.role != "chords" and strength_at(note.onset, metre) < _STRONG
            if chord is not None and not weak:
                fits = in_scale & np.array([pitch in chord for pitch in range(12)])[span % 12]
            else:
                fits = in_scale & (weak or not together) & (scale is not None or chord is None)
            fits |= (span - note.pitch) % 12 == 0
            for other in together:
                fits &= np.abs(span - other) > 2
            if together and note.pitch < min(together):
                fits &= False  # a chord keeps its bass
            elif together:
                fits &= span > min(together)
            result[row] = fits
        return result
