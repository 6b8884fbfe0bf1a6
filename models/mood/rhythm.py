"""More or fewer onsets, and where they fall: one place of every bar at a time, so that a rhythm stays one.

Offers: ``sparser``, ``busier``, ``pushed``: the next layer of edits each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from models.constraints.constraints import Constraints
from models.constraints.edits import Edit
from models.constraints.lines import onset_groups
from models.mood.beat import Group, anticipated, by_place, carries, filled, groups_of, loudest_of, sixteenth
from models.mood.goal import MoodGoal, strength_at
from models.music.beats import TIGHT
from models.music.note import Note

_LEAST = 0.1
"""Densities nearer to the prompt's than this control says are left alone."""

_STEP = 0.25
_SHORTEST_GAP = 0.5
"""Beats that an onset must last to be broken in two."""

_SOFTER, _AGAIN = 0.85, 0.9
_PUSHED = 0.25
"""Syncopation from which onsets are moved, up or down."""
_ON_BEAT = 0.5


def sparser(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """The weakest place of the bars falls silent: what comes before it lasts, of a beat all but kicks and backbeats."""
    groups = groups_of(here)
    surplus = -_missing(here, goal, groups)
    if goal.controls["density"] > -_LEAST or not here.allowed_edits.remove or surplus <= 0:
        return []
    metre, loudest = here.prompt.metre, loudest_of(here)
    if here.drums:
        light = ([place for place in group if not carries(here, place, loudest)] for group in groups[1:])
        able = [group for group in light if group and set(group) <= here.free]
    else:
        pairs = zip(groups, groups[1:], strict=False)
        able = [group for before, group in pairs if set(group) <= here.free and _may_go(here, before, group)]
        if goal.controls.ties:  # an appoggiatura keeps what it resolves to
            old = {note.onset for note in here.prompt.notes}
            able = [group for group in able if here.notes[group[0]].onset in old]
    places = by_place(here, able)
    # A downbeat only where nothing else is struck, and then every other one.
    odd = [group for group in places.get(0.0, ()) if metre.bar_of(here.notes[group[0]].onset + TIGHT) % 2]
    off = {at: listed for at, listed in places.items() if at > 0} or ({0.0: odd} if odd else {})
    if not off:
        return []
    weakest = min(off, key=lambda at: (strength_at(at, metre), -len(off[at]), at))
    # New notes before the prompt's own, and late ones before early ones: the head is what is known again.
    rank = sorted(off[weakest], key=lambda group: (here.origin[group[0]] is not None, -here.notes[group[0]].onset))
    gone = rank if len(rank) <= surplus + 1 else rank[:surplus]
    before = dict(zip((tuple(group) for group in groups[1:]), groups, strict=False))
    ties = goal.controls.ties
    return [_silenced(here, before.get(tuple(group), ()), group, ties=ties) for group in gone]


def _silenced(here: Constraints, before: Group, group: Group, *, ties: bool) -> Edit:
    """The edit that lets a group of a line, or a chord, go and the one before it last, if it was joined to it or notes
    are to be tied."""
    start = here.notes[group[0]].onset
    end = max(here.notes[place].end for place in group)
    reaching = [
        place
        for place in before
        if place in here.free and here.allowed_edits.stretch and (ties or here.notes[place].end >= start - _STEP)
    ]
    if here.drums or not before or len(reaching) < len(before):
        return Edit(tuple(group), ())
    held = tuple(here.notes[place].moved(duration=end - here.notes[place].onset) for place in reaching)
    return Edit((*reaching, *group), held)


def _may_go(here: Constraints, before: Group, group: Group) -> bool:
    """A chord struck anew may go, one that changes the harmony only where fewer notes were asked for by hand."""
    if len(group) == 1 or here.request.density != "same":
        return True
    return {here.notes[place].pitch % 12 for place in group} <= {here.notes[place].pitch % 12 for place in before}


def _missing(here: Constraints, goal: MoodGoal, groups: Sequence[Group]) -> int:
    """Onsets that the goal has more; of a beat hits, or, where those are enough, onsets."""
    onsets = round(goal.quality.onsets) - len(groups)
    if not here.drums or not here.prompt.notes:
        return onsets
    hits = len([note for note in here.notes if here.start <= note.onset < here.end])
    usual = len(here.prompt.notes) / len(onset_groups(here.prompt.notes))
    return (
        max(onsets, round(goal.quality.onsets * usual) - hits)
        if goal.controls["density"] > 0
        else min(onsets, round(goal.quality.onsets * usual) - hits)
    )


def busier(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """Softer hits of a beat's time keeper between its hits; elsewhere the longest place of the bars is struck twice."""
    groups = groups_of(here)
    missing = _missing(here, goal, groups)
    if goal.controls["density"] < _LEAST or not here.allowed_edits.add or missing <= 0 or not groups:
        return []
    return filled(here, groups, missing) if here.drums else _broken(here, goal, groups, missing)


def _broken(here: Constraints, goal: MoodGoal, groups: Sequence[Group], missing: int) -> list[Edit]:
    """The longest place is struck twice, a line on its way to the next note; bars from the last back."""
    onsets = [here.notes[group[0]].onset for group in groups] + [here.end]
    gap_of = {tuple(group): after - on for group, on, after in zip(groups, onsets, onsets[1:], strict=False)}
    places = by_place(here, (group for group in groups if gap_of[tuple(group)] >= _SHORTEST_GAP - TIGHT))
    able = {at: [group for group in listed if set(group) <= here.free] for at, listed in places.items()}
    able = {at: listed for at, listed in able.items() if listed}
    if not able:
        locked = [group for listed in places.values() for group in listed]
        echoes = (_echo(here, group, gap_of[tuple(group)]) for group in locked)
        return [edit for edit in echoes if edit][:missing]
    # The last group of a phrase is its rest: it goes last.
    longest = max(able, key=lambda at: (len(able[at]) * min(gap_of[tuple(group)] for group in able[at]), at))
    tops = {tuple(group): here.notes[group[-1]].pitch for group in groups}
    following = dict(zip((tuple(group) for group in groups), groups[1:], strict=False))
    edits = []
    for group in sorted(able[longest], key=lambda group: -here.notes[group[0]].onset)[:missing]:
        half = _half(gap_of[tuple(group)])
        later = following.get(tuple(group))
        target = tops[tuple(later)] if later and len(group) == 1 and here.role != "chords" else None
        first = [here.notes[place].moved(duration=min(here.notes[place].duration, half)) for place in group]
        again = [
            note.moved(
                onset=note.onset + half,
                duration=min(note.duration, gap_of[tuple(group)] - half),
                velocity=max(1, round(note.velocity * _AGAIN)),
                pitch=_on_the_way(here, goal, note.pitch, target),
            )
            for note in first
        ]
        edits.append(Edit(tuple(group), (*first, *again)))
    return edits


def _half(gap: float) -> float:
    on_grid = gap / 2 >= _STEP and abs(gap / _STEP - round(gap / _STEP)) < TIGHT
    return round(gap / 2 / _STEP) * _STEP if on_grid else gap / 2


def _echo(here: Constraints, group: Group, gap: float) -> Edit | None:
    """A locked note's octave, softer, in the gap behind it."""
    note, half = here.notes[group[-1]], _half(gap)
    for octave in (-12, 12):
        if note.pitch + octave in here.allowed:
            soft = max(1, round(note.velocity * _SOFTER))
            new = note.moved(pitch=note.pitch + octave, onset=note.onset + half, duration=gap - half, velocity=soft)
            return Edit((), (new,))
    return None


def _on_the_way(here: Constraints, goal: MoodGoal, pitch: int, target: int | None) -> int:
    """In a line the pitch of its scale half-way to the next note, where there is one; else the pitch itself."""
    if target is None or goal.scale is None or not here.allowed_edits.repitch or not 3 <= abs(target - pitch) <= 9:
        return pitch
    middle = goal.scale.nearest(round((target + pitch) / 2))
    return pitch if middle == target else middle


def pushed(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """One beat of the bars comes half a beat early, or, straighter, what is off it goes back onto it."""
    wanted, metre = goal.controls["syncopation"], here.prompt.metre
    if abs(wanted) < _PUSHED or not here.allowed_edits.move:
        return []
    if here.drums:
        return anticipated(here) if wanted > 2 * _PUSHED else []
    if 0 < wanted <= 2 * _PUSHED and not has_room(here):
        return []
    groups = groups_of(here)
    origin = {sixteenth(here, note.onset) for note in here.prompt.notes}
    found: defaultdict[float, list[Edit]] = defaultdict(list)
    for previous, group in zip(groups, groups[1:], strict=False):
        onset = here.notes[group[0]].onset
        start, at = onset - metre.unit / 2, sixteenth(here, onset)
        on_beat = strength_at(onset, metre) >= _ON_BEAT
        if at < TIGHT or at not in origin or on_beat != (wanted > 0) or {*previous, *group} - here.free:
            continue
        if start > here.notes[previous[0]].onset + TIGHT:
            found[at].append(_early(here, previous, group, start))
    # Only one beat of the bar, the last that can: all of them early would only be another beat.
    moved = len(by_place(here, groups).keys() - origin)
    return found[max(found)] if found and moved < 1 + 2 * (abs(wanted) > 2 * _PUSHED) else []


def has_room(here: Constraints) -> bool:
    """Has the prompt's rhythm enough off the beat that a push is none by itself?"""
    notes, metre = here.prompt.notes, here.prompt.metre
    return 4 * sum(strength_at(note.onset, metre) < _ON_BEAT for note in notes) >= len(notes)


def _early(here: Constraints, previous: Group, group: Group, start: float) -> Edit:
    cut = [place for place in previous if here.notes[place].end > start + TIGHT]
    shorter: list[Note] = [here.notes[place].moved(duration=start - here.notes[place].onset) for place in cut]
    earlier = [here.notes[place].moved(onset=start, duration=here.notes[place].end - start) for place in group]
    return Edit((*cut, *group), (*shorter, *earlier))
