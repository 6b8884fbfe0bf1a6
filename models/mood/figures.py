"""What notes do on their way: a line leans on a beat, hangs over it, is led into it, goes to the next note by a step,
or, a bass, stays on its root; a chord is rolled from below.

Offers: ``leaned``, ``suspended``, ``picked_up``, ``approached``, ``rooted``, ``rolled``: the next layer of edits each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from models.constraints.constraints import Constraints
from models.constraints.edits import Edit
from models.mood.beat import by_place, groups_of
from models.mood.goal import MoodGoal, strength_at
from models.music.beats import TIGHT

_LEAST = 0.05
"""Density from which a line is to be lively."""

_WARM, _STRONG = 0.3, 0.5
"""Mode from which words are warm, or dark, enough for appoggiaturas, and the strength of a beat that one leans on, or
is led to, at least."""

_STEP, _JOINED, _SOFTER = 0.25, 0.12, 0.85
"""Beats; those that notes which are joined lie apart at most; and how loud what leads on is."""

_SOFTLY, _ROLL, _HELD = -0.15, 0.06, 0.9
"""Articulation up to which chords are rolled, beats between their notes at most, and how long a chord must last."""

_NEAR, _SEAM = 7, 9
"""How far (semitones) a note goes to lead to the next, and the widest leap that it is left with."""


def leaned(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """Every other bar's longest strong note of a line begins on its upper neighbour in the scale, an appoggiatura; or,
    lively, the one of every bar turns there and back."""
    able = here.allowed_edits.repitch and here.allowed_edits.add and here.allowed_edits.stretch
    lively = goal.controls["density"] > _LEAST
    own_bars = {0, 1} if lively else {1 - goal.idea % 2}  # each idea leans on other bars
    if (
        here.polyphony != 1
        or here.role == "bass"
        or goal.scale is None
        or not able
        or abs(goal.controls["mode"]) < _WARM
    ):
        return []
    metre = here.prompt.metre
    new = {metre.bar_of(note.onset + TIGHT) for note, at in zip(here.notes, here.origin, strict=True) if at is None}
    new = set() if goal.turn.turns else new
    longest: dict[int, int] = {}
    for place in sorted(here.free - {0, len(here.notes) - 1}):
        note, bar = here.notes[place], metre.bar_of(here.notes[place].onset + TIGHT)
        following = min(here.notes[place + 1].onset, (bar + 1) * metre.bar)
        leans = bar % 2 in own_bars and bar not in new and strength_at(note.onset, metre) >= _STRONG
        longer = bar not in longest or note.duration > here.notes[longest[bar]].duration
        if leans and longer and following - note.onset >= 1 - TIGHT:
            longest[bar] = place
    edits = []
    for place in reversed(longest.values()):
        note = here.notes[place]
        above = next((note.pitch + step for step in (1, 2) if note.pitch + step in goal.scale), None)
        if above is None or above not in here.allowed:
            continue
        gap = min(here.notes[place + 1].onset, here.end) - note.onset
        half = 0.5 if gap < 2 - TIGHT else 1.0
        later = note.moved(onset=note.onset + half, duration=max(note.duration, min(gap, 2 * half)) - half)
        if lively:
            turn = (note.moved(duration=0.25), note.moved(onset=note.onset + 0.25, duration=0.25, pitch=above))
            rest = note.moved(onset=note.onset + 0.5, duration=max(0.25, note.duration - 0.5))
            edits.append(Edit((place,), (*turn, rest)))
        else:
            edits.append(Edit((place,), (note.moved(pitch=above, duration=half), later)))
    old = {round(note.onset, 3) for note in here.prompt.notes}
    done = any(round(note.onset, 3) not in old for note in here.notes) and goal.turn.turns
    return [] if done else edits


def suspended(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """What a line goes down to by step on a beat comes half a beat late, and the note before it hangs over."""
    able = here.allowed_edits.move and here.allowed_edits.stretch and here.polyphony == 1
    if not able or here.role != "melody" or goal.controls["articulation"] > 0:
        return []
    groups, edits = groups_of(here), list[Edit]()
    onsets = [here.notes[group[0]].onset for group in groups[1:]] + [here.end]
    taken: set[int] = set()
    for (previous, *_), (place, *_), end in zip(groups, groups[1:], onsets[1:], strict=False):
        note, last = here.notes[place], here.notes[previous]
        falls = 1 <= last.pitch - note.pitch <= 2 and note.onset - last.end < _JOINED
        whole = {place, previous} <= here.free - taken and None not in (here.origin[place], here.origin[previous])
        if falls and whole and end - note.onset >= 1 - TIGHT and strength_at(note.onset, here.prompt.metre) >= _STRONG:
            late = note.moved(onset=note.onset + 0.5, duration=max(note.duration, 0.95) - 0.5)
            edits.append(Edit((previous, place), (last.moved(duration=late.onset - last.onset), late)))
            taken |= {place, previous}
    return edits


def picked_up(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """A step of its scale leads a line into the strongest place of the bars that has time before it."""
    able = here.allowed_edits.add and here.allowed_edits.stretch and goal.scale is not None and not here.drums
    if not able or here.role == "chords" or goal.controls["density"] < _LEAST or goal.scale is None:
        return []
    groups, metre = groups_of(here), here.prompt.metre
    old = {round(note.onset, 3) for note in here.prompt.notes}
    found: defaultdict[float, list[Edit]] = defaultdict(list)
    for before, group in zip(groups, groups[1:], strict=False):
        last, note = here.notes[before[-1]], here.notes[group[0]]
        gap, strong = note.onset - last.onset, strength_at(note.onset, metre)
        ahead = 0.5 if gap >= 1 - TIGHT else _STEP
        fresh = {round(last.onset, 3), round(note.onset, 3)} <= old and len(before) == len(group) == 1
        if (
            strong < _STRONG
            or gap < 3 * _STEP - TIGHT
            or not fresh
            or note.pitch not in goal.scale
            or before[-1] not in here.free
        ):
            continue
        sides = [goal.scale.step(note.pitch, step) for step in ((-1, 1) if last.pitch <= note.pitch else (1, -1))]
        pitch, start = next(side for side in sides if side != last.pitch), note.onset - ahead
        shorter = last.moved(duration=min(last.duration, start - last.onset))
        lead = last.moved(onset=start, pitch=pitch, duration=0.9 * ahead, velocity=round(note.velocity * _SOFTER))
        found[-strong].append(Edit((before[-1],), (shorter, lead)))
    return found[min(found)] if found else []


def approached(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """At the weakest place of the bars a line goes to what follows by a step of its scale: from above where it is to be
    darker or calmer, else from below."""
    scale = goal.scale
    if here.role == "chords" or here.drums or not here.allowed_edits.repitch or scale is None or not goal.needed:
        return []
    side = 1 if min(goal.controls["mode"], goal.controls["density"]) < 0 else -1
    groups = groups_of(here)
    following = {tuple(group): after for group, after in zip(groups, groups[1:], strict=False)}
    old = {(note.onset, note.pitch) for note in here.prompt.notes}
    for at, listed in _by_strength(here, (group for group in groups if tuple(group) in following)):
        edits = []
        for group in listed if here.role == "bass" or strength_at(at, here.prompt.metre) < _STRONG else ():
            note, later = here.notes[group[0]], here.notes[following[tuple(group)][0]]
            pitch = scale.step(later.pitch, side)
            before = here.notes[max(0, group[0] - 1)].pitch
            near = 0 < abs(pitch - note.pitch) <= _NEAR and 0 < abs(pitch - before) <= _SEAM
            stronger = strength_at(later.onset, here.prompt.metre) > strength_at(note.onset, here.prompt.metre)
            if near and stronger and len(group) == 1 and (note.onset, note.pitch) in old:
                edits.append(Edit((group[0],), (note.moved(pitch=pitch),)))
        if edits:
            return edits
    return []


def rooted(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """A bass stays on the note that its bar begins with, the weakest place of the bars first; what leads on at the end
    of the last bar does so still."""
    if here.role != "bass" or not here.allowed_edits.repitch or not goal.needed:
        return []
    metre, first = here.prompt.metre, dict[int, int]()
    for note in here.notes:
        first.setdefault(metre.bar_of(note.onset + TIGHT), note.pitch)
    groups = [group for group in groups_of(here) if len(group) == 1 and group[0] in here.free]
    found = []
    for _, listed in _by_strength(here, groups[:-1]):
        edits = []
        for (place,) in listed:
            root = first[metre.bar_of(here.notes[place].onset + TIGHT)]
            if here.notes[place].pitch != root:
                edits.append(Edit((place,), (here.notes[place].moved(pitch=root),)))
        found.append(edits)
    return next(filter(None, found), [])


def _by_strength(here: Constraints, groups: Iterable[Sequence[int]]) -> list[tuple[float, list[Sequence[int]]]]:
    """The places of the bars but the first, the weakest first."""
    places = by_place(here, groups)
    return sorted(
        ((at, listed) for at, listed in places.items() if at > 0),
        key=lambda item: (strength_at(item[0], here.prompt.metre), -item[0]),
    )


def rolled(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """Held chords from below, one note after the other, as far as the similarity asks for it."""
    warm = goal.controls["articulation"] <= _SOFTLY and goal.controls["mode"] >= 0
    if here.role != "chords" or not warm or not here.allowed_edits.move or not goal.needed:
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
