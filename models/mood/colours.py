"""What chords gain in colour: a seventh or a ninth where it is to be soft, an octave where it is to be strong, and
how they are struck: at once, or rolled from below.

Offers: ``coloured``, ``rolled``: the next layer of edits each.
"""

from __future__ import annotations

from models.constraints.constraints import Constraints
from models.constraints.edits import Edit
from models.mood.beat import groups_of
from models.mood.goal import MoodGoal
from models.music.chord import chord_at
from models.music.note import Note

_SOFTLY, _STRONGLY = -0.15, 0.5
"""Articulation up to which chords are soft, dynamics from which they are strong."""

_ROLL, _HELD = 0.06, 0.9
"""Beats between the notes of a rolled chord at most, and how long a chord must last to be rolled."""

_CLEAR, _LOWEST = 48, 29
"""C2, below which no third sounds; F0, below which no octave is doubled."""


def coloured(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """A ninth or seventh of the scale within each triad, or the bass doubled an octave lower; in every chord."""
    if here.role != "chords" or not here.allowed_edits.add or goal.scale is None:
        return []
    soft = goal.controls["articulation"] <= _SOFTLY and goal.controls["dynamics"] <= 0.1
    strong = goal.controls["dynamics"] >= _STRONGLY and goal.controls["mode"] <= 0.2
    if not soft and not strong:
        return []
    groups = [group for group in groups_of(here) if len(group) >= 3]
    edits = []
    for group in groups:
        notes = [here.notes[place] for place in group]
        pitch = _colour(here, goal, notes) if soft else min(note.pitch for note in notes) - 12
        if pitch is None or not set(group) <= here.free or pitch < _LOWEST:
            continue
        if strong and any(note.pitch == pitch + 24 for note in notes):
            continue  # an octave is there already
        model = min(notes, key=lambda note: abs(note.pitch - pitch))
        new = model.moved(pitch=pitch, velocity=max(1, round(model.velocity * 0.92)))
        if here.may_lie(new):
            edits.append(Edit((), (new,)))
    return edits if 3 * len(edits) >= 2 * len(groups) else []


def _colour(here: Constraints, goal: MoodGoal, notes: list[Note]) -> int | None:
    """The pitch of the ninth or, where there is no room for one, of the seventh; None where the chord has colour."""
    chord = chord_at(goal.chords, notes[0].onset)
    if chord is None or goal.scale is None:
        return None
    pitches = sorted(note.pitch for note in notes)
    root = (chord.root + goal.turn.shifts.get(chord.root, 0)) % 12
    classes = {pitch % 12 for pitch in pitches}
    if len({(pitch - root) % 12 for pitch in pitches} & {2, 9, 10, 11}) > 0:
        return None
    for interval in (2, 11, 10):
        tone = (root + interval) % 12
        if tone not in goal.scale or tone in classes or tone not in {pitch % 12 for pitch in here.allowed}:
            continue
        for pitch in range(max(pitches[0] + 7, _CLEAR), pitches[-1]):
            if pitch % 12 == tone and all(abs(pitch - other) >= 2 for other in pitches):
                return pitch
    return None


def rolled(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """Held chords from below, one note after the other, as far as the similarity asks for it."""
    if (
        here.role != "chords"
        or goal.controls["articulation"] > _SOFTLY
        or not here.allowed_edits.move
        or not goal.needed
    ):
        return []
    groups = [
        group
        for group in groups_of(here)
        if len(group) >= 3 and set(group) <= here.free and min(here.notes[place].duration for place in group) >= _HELD
    ]
    if not groups:
        return []
    steps = sum(number for group in groups for number in range(len(group)))
    step = min(_ROLL, goal.budget * len(here.notes) / (2 * steps))
    edits = []
    for group in groups:
        low = sorted(group, key=lambda place: here.notes[place].pitch)
        later = tuple(
            here.notes[place].moved(
                onset=here.notes[place].onset + number * step, duration=here.notes[place].duration - number * step
            )
            for number, place in enumerate(low)
        )
        edits.append(Edit(tuple(low[1:]), later[1:]))
    return edits
