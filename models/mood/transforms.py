"""The one pass that gives a result its mood: mode, density, articulation, syncopation, register, leaps and contour.

What each note is to become is worked out for all notes at once, by closed-form amounts (``MoodGoal``); each note, or
onset, is then one edit of a set whose every choice keeps every promise. The clip stays itself: a chord keeps its bass,
a beat its kicks and backbeats, and what the engine has played anew changes before what is the clip's own.

Offers: ``mood_edits``, ``louder``, ``early_edits``.
"""

from __future__ import annotations

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.edits import Edit, EditSet
from models.constraints.lines import onset_groups
from models.mood.density import Density
from models.mood.goal import MoodGoal, Quality, strength_at
from models.mood.pitches import PitchChoice
from models.music.beats import TIGHT
from models.music.note import Note

_LEAST = 0.05
"""Controls weaker than this change nothing."""

_SHORTEST = 1 / 16
_LEAST_CHANGE = 0.03
"""Share by which a duration must change to be worth it."""

_RINGING = 1.1
"""Usual duration by usual distance from which notes of a clip ring into each other anyway."""

_DETACHED = 0.35
"""Share of a line's distances that is silent at full articulation, at least."""

_FIRMEST, _WIDEST = 0.4, 8.0
"""Factors of a duration at most."""

_SYNCOPATED, _SHIFTED = 0.2, 0.3
"""Syncopation from which an onset is moved at all, and the share of the onsets that move at the full strength."""

_EARLY = 0.25
"""Beats by which an onset comes early that is to change at all."""

_ON_BEAT = 0.6
"""Metrical strength from which an onset is on the beat."""


def mood_edits(here: Constraints, goal: MoodGoal) -> EditSet:
    """Edits of a result (``here``: its constraints, see ``Constraints.carried_to``), those that weigh most first."""
    edit_set = EditSet(here)
    inside = [place for place, note in enumerate(here.notes) if here.start <= note.onset < here.end]
    if not inside:
        return edit_set
    groups = [[inside[place] for place in group] for group in onset_groups([here.notes[place] for place in inside])]
    forms = _Forms(here, goal, groups)
    forms.recolour()
    forms.articulate([here.notes[place] for place in inside])
    Density(here, goal, groups, forms.notes).add_to(edit_set)
    forms.add_recoloured(edit_set)
    if not here.drums:
        forms.syncopate(edit_set)
        PitchChoice(here, goal, groups, forms.notes).add_to(edit_set)
    for place in sorted(here.free - edit_set.touched, key=forms.cost):
        if forms.notes[place] != here.notes[place]:
            edit_set.add((place,), (forms.notes[place],))
    edit_set.edits.sort(key=forms.rank)
    return edit_set


def louder(here: Constraints, goal: MoodGoal) -> tuple[Note, ...]:
    """The result's notes, the free ones louder or softer by what their mean lacks of the goal; accents stay."""
    inside = [note for note in here.notes if here.start <= note.onset < here.end]
    wanted = goal.controls["dynamics"]
    if abs(wanted) < _LEAST or not here.allowed_edits.revelocity or not inside:
        return here.notes
    shift = round(goal.quality.velocity - Quality.of(inside).velocity)
    if shift * wanted <= 0:
        return here.notes
    # A note of the prompt that lies outside scale or range stays as it is: changed it would be a new one there.
    return tuple(
        note.moved(velocity=max(1, min(127, note.velocity + shift)))
        if place in here.free and here.may_lie(note, latest_end=note.end)
        else note
        for place, note in enumerate(here.notes)
    )


def early_edits(here: Constraints) -> EditSet:
    """Every other onset of a result, from its end, a 16th early and held: what can still change where a mood has left
    it too like the prompt.
    """
    edit_set, notes = EditSet(here), here.notes
    groups = onset_groups(notes) if here.allowed_edits.move and not here.drums else []
    for number in range(len(groups) - 1, 0, -2):
        start = notes[groups[number][0]].onset - _EARLY
        if start - notes[groups[number - 1][0]].onset >= _EARLY - TIGHT:
            cut = [place for place in groups[number - 1] if notes[place].end > start + TIGHT]
            shorter = [notes[place].moved(duration=start - notes[place].onset) for place in cut]
            early = [notes[place].moved(onset=start, duration=notes[place].end - start) for place in groups[number]]
            edit_set.add((*cut, *groups[number]), (*shorter, *early))
    return edit_set


class _Forms:
    """What each note is to become.

    notes  by place; recoloured: for each pitch class that moves, the places that move with it
    """

    def __init__(self, here: Constraints, goal: MoodGoal, groups: list[list[int]]) -> None:
        self.here, self.goal, self.groups = here, goal, groups
        self.notes = list(here.notes)
        self.recoloured: list[tuple[int, ...]] = []

    def cost(self, place: int) -> tuple[bool, float, float]:
        """New notes before the prompt's own, weak places before strong ones, late ones before early ones."""
        note = self.here.notes[place]
        return self.here.origin[place] is not None, strength_at(note.onset, self.here.prompt.metre), -note.onset

    def rank(self, edit: Edit) -> int:
        """A mode tells most, and half of it is none; lengths cost least, another octave for the prompt's notes most."""
        if any(place in places for places in self.recoloured for place in edit.removed):
            return 0
        before = [self.here.notes[place] for place in edit.removed]
        if [(note.pitch, note.onset) for note in before] == [(note.pitch, note.onset) for note in edit.added]:
            return 1
        own = all(self.here.origin[place] is not None for place in edit.removed)
        return 3 if own and len(before) == len(edit.added) else 2

    def recolour(self) -> None:
        """Each degree that the mode doesn't have becomes its own; a chord whose bass would move stays as it is."""
        if not self.here.allowed_edits.repitch:
            return
        roots = {
            place: self.notes[group[0]].pitch % 12
            for group in self.groups
            if self.here.role == "chords" and len(group) > 1
            for place in group
        }
        moving = {pitch_class for pitch_class, _ in self.goal.shifts}
        for pitch_class, shift in self.goal.shifts:
            places = tuple(
                place
                for place in sorted(self.here.free)
                if self.here.notes[place].pitch % 12 == pitch_class and roots.get(place) not in moving
            )
            for place in places:
                self.notes[place] = self.notes[place].moved(pitch=self.notes[place].pitch + shift)
            if places:
                self.recoloured.append(places)

    def add_recoloured(self, edit_set: EditSet) -> None:
        """All notes of a degree in one edit where that is legal, else each for itself."""
        for places in self.recoloured:
            left = tuple(place for place in places if place not in edit_set.touched)
            if left and not edit_set.add(left, tuple(self.notes[place] for place in left)):
                for place in left:
                    edit_set.add((place,), (self.notes[place],))

    def articulate(self, inside: list[Note]) -> None:
        """Durations times one factor; a longer note ends where the next begins or, where notes ring on, with its bar.

        So much of the factor as the budget bears: all notes a little rather than some of them a lot.
        """
        wanted, here, goal = self.goal.controls["articulation"], self.here, self.goal.quality.gate
        if abs(wanted) < _LEAST or not here.allowed_edits.stretch or here.drums:
            return
        if here.polyphony == 1 and wanted > 0:
            # A line's notes can't last longer than until the next: usual durations and distances only seem to say so.
            goal = min(goal, 1 - wanted * _DETACHED)
        factor = min(_WIDEST, max(_FIRMEST, goal / max(Quality.of(inside).gate, TIGHT)))
        if (factor - 1) * wanted >= 0:
            return  # played so already
        bearable = max(0.1, 1 - 2 * self.goal.budget)  # n notes changed by r keep (1 + r) / 2 of the similarity
        factor = max(factor, bearable) if factor < 1 else min(factor, 1 / bearable)
        onsets = [here.notes[group[0]].onset for group in self.groups]
        if here.polyphony != 1 and goal > _RINGING:
            onsets = [number * here.prompt.metre.bar for number in range(here.prompt.metre.bars(here.end))]
        ends = np.array([*onsets, here.end])
        places = sorted(here.free)
        onset, duration = (
            np.array([(self.notes[place].onset, self.notes[place].duration) for place in places]).reshape(-1, 2).T
        )  # (N,), (N,)
        following = ends[np.minimum(np.searchsorted(ends, onset + TIGHT, side="right"), len(ends) - 1)]
        longest = np.maximum(duration, following - onset) if factor > 1 else duration
        after = np.maximum(np.minimum(duration, _SHORTEST), np.minimum(duration * factor, longest))
        for place, new, old in zip(places, after, duration, strict=True):
            if abs(new - old) >= _LEAST_CHANGE * old:
                self.notes[place] = self.notes[place].moved(duration=float(new))

    def syncopate(self, edit_set: EditSet) -> None:
        """New onsets come half a beat before the beat, or, straighter, go back onto it; what is in their way is cut."""
        wanted, here, metre = self.goal.controls["syncopation"], self.here, self.here.prompt.metre
        left = abs(wanted) * _SHIFTED * len(self.groups)
        if abs(wanted) < _SYNCOPATED or not here.allowed_edits.move:
            return
        for previous, group in zip(self.groups, self.groups[1:], strict=False):
            onset = here.notes[group[0]].onset
            start, on_beat = onset - metre.unit / 2, strength_at(onset, metre) >= _ON_BEAT
            cut = [place for place in previous if self.notes[place].end > start + TIGHT]
            if (
                left < 1
                or on_beat != (wanted > 0)
                or not (on_beat or strength_at(start, metre) >= _ON_BEAT)
                or any(here.origin[place] is not None for place in group)
                or start <= here.notes[previous[0]].onset + TIGHT
                or {*cut, *group} & edit_set.touched
            ):
                continue
            shorter = [self.notes[place].moved(duration=start - self.notes[place].onset) for place in cut]
            earlier = [self.notes[place].moved(onset=start, duration=self.notes[place].end - start) for place in group]
            left -= edit_set.add((*cut, *group), (*shorter, *earlier))
