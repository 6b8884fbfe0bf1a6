"""The one pass that gives a result its mood, layer by layer: each changes one thing everywhere, as an arranger would.

A mode turns all its degrees, roots with their chords, at once; of a rhythm the same place of every bar goes or comes;
one touch goes over all notes; an octave over whole phrases of a line, or one voice of every chord. So whatever the
words leave alone - figure, hook, backbeat, the colour of a chord - is what it was, whoever played it. A layer that the
similarity can't bear is not begun. Each idea begins with another layer: what it does nobody else's has done.

Offers: ``painted``, ``louder``, ``IDEAS``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.edits import Edit, EditSet
from models.constraints.lines import onset_groups
from models.constraints.result import bearable
from models.constraints.similarity_search import SearchResult, apply_edits, similarity_after
from models.mood.beat import bears, closed, filled, galloped, ghosts, kicked, opened, quieted
from models.mood.figures import approached, leaned, picked_up, rolled, rooted, suspended
from models.mood.goal import MoodGoal, Quality
from models.mood.rhythm import busier, led, pushed, sparser
from models.mood.voices import coloured, framed, is_broken, octave, sung
from models.music.beats import TIGHT
from models.music.note import Note

_LEAST = 0.05
"""Controls weaker than this change nothing."""

_SHORTEST = 0.22
_LEAST_CHANGE = 0.03
"""Share by which a duration must change to be worth it."""

_RINGING = 1.1
"""Usual duration by usual distance from which notes of a clip ring into each other anyway."""

_DETACHED = 0.35
"""Share of a line's distances that is silent at full articulation, at least."""

_LEGATO, _PEDAL = 1.5, 5.0
"""Usual duration by usual distance of notes that last until the next: some come later than usual."""

_FIRMEST, _WIDEST = 0.5, 8.0
"""Factors of a duration at most."""

_MOST = 12
"""Layers of one kind at most."""

_WINDOW = 0.097
"""Similarity above the least at which a result is as far from the prompt as it shall be."""

_GHOSTLY = 45
"""Velocity up to which a hit is a ghost note."""

_SOFT, _LOUD, _HARDEST, _KEEPER = 60, 108, 118, 100
"""Mean velocities of full calm and full excitement, and the loudest that a mood makes a note, and a time keeper."""

_HEARD, _MILD = 8, 84
"""Velocity by which what is to be softer is softer, at least, and above which it is not."""

_LIVELY = (
    (closed, filled, kicked, ghosts, opened),
    (closed, kicked, ghosts, opened, filled),
    (filled, ghosts, closed, kicked, opened),
    (opened, closed, ghosts, filled, kicked),
)
"""What a beat gains, in the order of four ideas."""

Layer = Callable[[Constraints, MoodGoal], Sequence[Edit]]
"""The next edits of one kind that bring a result nearer to a goal; none where it is reached, or nothing can be had."""


def painted(base: Constraints, here: Constraints, goal: MoodGoal, floor: float) -> SearchResult:
    """A result (``here``, see ``Constraints.carried_to``) with as much of the goal as the similarity bears (0-1).

    base: the prompt's own constraints
    """
    reached = apply_edits(EditSet(here), [], similarity_after(EditSet(here), []))
    sounding = any(here.start <= note.onset < here.end for note in here.notes)
    for layer in _layers(here, goal) if sounding else ():
        for _ in range(_MOST):
            edits = _legal(here, layer(here, _within(goal, reached.similarity, floor)))
            if not edits.edits:
                break
            value = similarity_after(edits, edits.edits)
            # Beside locks, or of a number of notes set by hand, some of it is better than nothing.
            by_hand = here.request.locks.names or here.request.density != "same"
            locked = by_hand and value < floor and layer not in (recoloured, octave)
            edits = _apart(here, edits.edits) if locked else edits
            chosen = bearable(edits, floor) if locked else edits.edits if value >= floor else []
            if chosen:
                reached = apply_edits(edits, chosen, similarity_after(edits, chosen))
                here = base.carried_to(reached.notes, reached.kept)
            if value < floor:
                break
    return replace(reached, notes=louder(here, goal))


def _within(goal: MoodGoal, similarity: float, floor: float) -> MoodGoal:
    """The goal where so much similarity is left above the least."""
    needed = floor > 0 and similarity > floor + _WINDOW
    return replace(goal, budget=max(0.0, similarity - floor), needed=needed)


def _apart(here: Constraints, edits: Sequence[Edit]) -> EditSet:
    """Each note for itself where as many come as go, from the end."""
    single: list[Edit] = []
    for edit in edits:
        pairs = list(zip(edit.removed, edit.added, strict=False))
        alike = len(edit.removed) == len(edit.added)
        single += [Edit((place,), (note,)) for place, note in reversed(pairs)] if alike else [edit]
    return _legal(here, single)


def _layers(here: Constraints, goal: MoodGoal) -> tuple[Layer, ...]:
    """All that the words can be heard by, in the order of the goal's idea."""
    lively, warm = goal.controls["density"] > _LEAST, goal.controls.ties and goal.controls["mode"] >= 0
    if here.drums:
        return (quieted, pushed, *_LIVELY[goal.idea % len(_LIVELY)], galloped)
    if here.request.density != "same":
        return (recoloured, sparser, busier, led, pushed, octave, articulated)  # a number of notes, and no figures
    kind = "chords" if here.role == "chords" else "bass" if here.role == "bass" else "line"
    if is_broken(here):
        kind = "broken"
    chains = _CHAINS[kind]["lively" if lively else "warm" if warm else "calm"]
    order = chains[goal.idea % len(chains)]
    # What changes no pitch is heard by its touch, which must not be left what a new rhythm leaves.
    return (recoloured, *order) if here.allowed_edits.repitch else (recoloured, articulated, *order)


def _legal(here: Constraints, edits: Sequence[Edit]) -> EditSet:
    """Those of the edits that are legal as a whole."""
    edit_set = EditSet(here)
    for edit in edits:
        edit_set.add(edit.removed, edit.added)
    return edit_set


def recoloured(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """All notes that the mode doesn't have become its own, chord by chord, in one edit: half a mode is none."""
    if not here.allowed_edits.repitch or not goal.turn.turns:
        return []
    moves = {place: goal.turn.moved(here.notes[place]) for place in sorted(here.free)}
    places = [place for place, move in moves.items() if move]
    sounding = {(note.onset, note.pitch) for place, note in enumerate(here.notes) if not moves.get(place)}
    after = []
    for note in (here.notes[place].moved(pitch=here.notes[place].pitch + moves[place]) for place in places):
        # What would double a note of its chord goes.
        if (note.onset, note.pitch) not in sounding or not here.allowed_edits.remove:
            after.append(note)
        sounding.add((note.onset, note.pitch))
    return [Edit(tuple(places), tuple(after))] if places else []


def articulated(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """Durations times one factor; a longer note ends where the next begins or, where notes ring on, with its bar.

    So much of the factor as the similarity bears: all notes a little rather than some of them a lot.
    """
    wanted, gate = goal.controls["articulation"], goal.quality.gate
    if abs(wanted) < _LEAST or not here.allowed_edits.stretch or here.drums:
        return []
    inside = [note for note in here.notes if here.start <= note.onset < here.end]
    groups = onset_groups(inside)
    if here.polyphony == 1 and wanted > 0:
        # A line's notes can't last longer than until the next: usual durations and distances only seem to say so.
        gate = min(gate, 1 - wanted * _DETACHED)
    if goal.controls.ties or here.polyphony == 1 and wanted < 0 and goal.controls["density"] < 0:
        gate = max(gate, _PEDAL if is_broken(here) else _LEGATO)
    gate = max(gate, _FIRMEST * Quality.of(here.prompt.notes or inside).gate)
    factor = min(_WIDEST, max(_FIRMEST, gate / max(Quality.of(inside).gate, TIGHT)))
    if (factor - 1) * wanted >= 0:
        return []  # played so already
    most = max(0.1, 1 - 2 * goal.budget)  # n notes changed by r keep (1 + r) / 2 of the similarity
    factor = max(factor, most) if factor < 1 else min(factor, 1 / most)
    chordal = here.role == "chords" and not is_broken(here)  # a voice that sings over them ends none
    onsets = [inside[group[0]].onset for group in groups if len(group) > 1 or not chordal]
    rings = goal.controls.ties and is_broken(here)  # held to the end of their harmony, as with a pedal
    if here.polyphony != 1 and (rings or Quality.of(here.prompt.notes or inside).gate > _RINGING):
        onsets = [number * here.prompt.metre.bar for number in range(here.prompt.metre.bars(here.end))]
    ends = np.array([*onsets, here.end])
    # Whole bars, the last first: where not all can be borne, one touch still holds within a bar.
    places = sorted(here.free, key=lambda place: -here.notes[place].onset)
    edits = []
    for place in places:
        note = here.notes[place]
        again = min((n.onset for n in inside if n.pitch == note.pitch and n.onset > note.onset), default=here.end)
        following = ends[min(int(np.searchsorted(ends, note.onset + TIGHT, side="right")), len(ends) - 1)]
        longest = max(note.duration, min(float(following), again) - note.onset) if factor > 1 else note.duration
        duration = max(min(note.duration, _SHORTEST), min(note.duration * factor, longest))
        if abs(duration - note.duration) >= _LEAST_CHANGE * note.duration:
            edits.append(Edit((place,), (note.moved(duration=duration),)))
    return edits


def louder(here: Constraints, goal: MoodGoal) -> tuple[Note, ...]:
    """The result's notes, the free ones louder or softer by what their mean lacks of the goal; accents stay."""
    inside = [note for note in here.notes if here.start <= note.onset < here.end]
    wanted = goal.controls["dynamics"]
    if abs(wanted) < _LEAST or not here.allowed_edits.revelocity or not inside:
        return here.notes
    # Ghost notes stay ghosts, and time keepers below the backbeat.
    mean = Quality.of([note for note in inside if note.velocity > _GHOSTLY] or inside).velocity
    far = mean + min(1.0, 1.8 * abs(wanted)) * ((_LOUD if wanted > 0 else _SOFT) - mean)
    soft = max(min(goal.quality.velocity, far), min(_MILD, mean - _HEARD - 28 * abs(wanted)))
    aim = max(goal.quality.velocity, far) if wanted > 0 else min(soft, mean - _HEARD)
    shift = round(aim - mean)
    if shift * wanted <= 0:
        return here.notes
    backbeat = [note.velocity for note in inside if bears(note) and note.velocity > _GHOSTLY]
    ceiling = min(_KEEPER, fmean(backbeat) - 4) if here.drums and backbeat else _HARDEST

    def shifted(note: Note) -> int:
        velocity = note.velocity
        if shift < 0:
            return max(min(velocity, 12), velocity + shift)
        if here.drums and not bears(note):
            return max(velocity, min(round(ceiling), velocity + shift // 2))
        return min(max(_HARDEST, velocity), velocity + shift)

    # A note of the prompt that lies outside scale or range stays as it is: changed it would be a new one there.
    return tuple(
        replace(note, velocity=shifted(note))
        if place in here.free and note.velocity > _GHOSTLY and here.may_lie(note, latest_end=note.end)
        else note
        for place, note in enumerate(here.notes)
    )


_CHAINS: dict[str, dict[str, tuple[tuple[Layer, ...], ...]]] = {
    "line": {
        "lively": (
            (busier, led, articulated, pushed, octave, approached),
            (picked_up, articulated, leaned, octave, approached),
            (leaned, articulated, picked_up, octave, approached),
            (pushed, articulated, busier, octave, approached),
        ),
        "warm": (
            (leaned, articulated, sparser, approached),
            (suspended, articulated, leaned, sparser, approached),
            (leaned, suspended, articulated, sparser, approached),
        ),
        "calm": (
            (sparser, articulated, octave, suspended, approached),
            (leaned, sparser, suspended, articulated, approached, octave),
            (approached, articulated, sparser, octave),
            (suspended, sparser, articulated, approached),
        ),
    },
    "bass": {
        "lively": (
            (busier, articulated, picked_up, octave, approached),
            (picked_up, articulated, approached, octave),
            (approached, articulated, busier),
            (pushed, articulated, busier, approached),
        ),
        "warm": ((articulated, sparser, rooted), (articulated, approached, sparser), (rooted, articulated, sparser)),
        "calm": (
            (sparser, articulated, rooted, octave, approached),
            (rooted, articulated, sparser, octave, approached),
            (approached, articulated, sparser, rooted),
        ),
    },
    "chords": {
        "lively": (
            (coloured, busier, pushed, articulated, octave),
            (coloured, octave, busier, articulated, pushed),
            (coloured, articulated, busier, pushed, octave),
            (coloured, pushed, octave, articulated, busier),
        ),
        "warm": (
            (coloured, sung, articulated, framed, sparser, rolled),
            (coloured, octave, rolled, articulated, framed, sparser),
            (framed, sung, articulated, sparser, rolled),
            (coloured, rolled, sung, articulated, sparser),
        ),
        "calm": (
            (framed, octave, coloured, articulated, sung, sparser, rolled),
            (framed, coloured, sung, articulated, sparser, octave, rolled),
            (framed, sung, articulated, sparser, octave, rolled),
            (coloured, sparser, octave, articulated, rolled),
        ),
    },
    "broken": {
        "lively": ((coloured, busier, articulated, octave), (coloured, octave, articulated, busier)),
        "warm": ((coloured, articulated, sparser), (coloured, articulated, octave, sparser)),
        "calm": ((coloured, sparser, articulated, octave), (coloured, octave, articulated, sparser)),
    },
}
"""The layers by kind of clip and mood, one row an idea; the mode comes before all of them."""

IDEAS = 4
"""How many ideas there are of a mood."""
