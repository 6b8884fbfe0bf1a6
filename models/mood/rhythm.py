"""More or fewer onsets, and where they fall: one place of every bar at a time, so that a rhythm stays one.

Offers: ``sparser``, ``busier``, ``led``, ``pushed``: the next layer of edits each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from statistics import median

from models.constraints.constraints import Constraints
from models.constraints.edits import Edit
from models.mood.beat import Group, by_place, carries, groups_of, is_struck, loudest_of, sixteenth
from models.mood.goal import MoodGoal, strength_at
from models.music.beats import TIGHT
from models.music.drum_kit import lane_of
from models.music.note import Note

_LEAST = 0.1
"""Densities nearer to the prompt's than this control says are left alone."""

_STEP = 0.25
_SHORTEST_GAP, _JOINED = 0.5, 0.12
"""Beats that an onset must last to be broken in two, and that notes which are joined lie apart at most."""

_SOFTER, _AGAIN = 0.85, 0.9
_PUSHED = 0.25
"""Syncopation from which onsets are moved, up or down."""
_ON_BEAT = 0.5

_PLAINLY_FEWER, _FEWEST = -0.4, 0.7
"""Density from which fewer notes are plainly asked for, and the share of those asked for that are left at least."""

_LASTS = 0.8
"""Beats from which a line's note off the beat is none that goes first."""

_ORNAMENTS = 0.1
"""New notes of a tune by its own from which it has enough of them."""

_STILL = 2.0
"""Beats that a tune's note must not last for want of the next."""

_BRIGHT, _HIGHEST_BASS = 0.2, 55
"""Mode from which a bass leaps by octaves, and how high."""


def sparser(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """The weakest place of the bars falls silent, and what comes before it lasts."""
    groups = groups_of(here)
    density, left = goal.controls["density"], goal.quality.onsets
    if goal.needed and density <= _PLAINLY_FEWER:
        left *= _FEWEST  # the similarity asks for more of it than the words
    if here.drums or density > -_LEAST or not here.allowed_edits.remove or len(groups) <= round(left):
        return []
    metre = here.prompt.metre
    onsets = [here.notes[group[0]].onset for group in groups[1:]] + [here.end]
    triples = zip(groups, groups[1:], onsets[1:], strict=False)
    able = [group for before, group, end in triples if set(group) <= here.free and _may_go(here, before, group, end)]
    # What an idea has brought stays, and an appoggiatura keeps what it resolves to.
    old = {note.onset for note in here.prompt.notes}
    able = [group for group in able if here.request.density != "same" or here.notes[group[0]].onset in old]
    places = by_place(here, able)
    # A downbeat only where nothing else is struck, and then every other one.
    odd = [group for group in places.get(0.0, ()) if metre.bar_of(here.notes[group[0]].onset + TIGHT) % 2]
    off = {at: listed for at, listed in places.items() if at > 0} or ({0.0: odd} if odd else {})
    if not off:
        return []
    telling = {at: any(_tells(here, goal, group) for group in listed) for at, listed in off.items()}
    after = {tuple(group): end - here.notes[group[0]].onset for group, end in zip(groups[1:], onsets[1:], strict=False)}
    # What lasts is strong wherever it begins.
    lasts = {at: here.role != "chords" and min(after[tuple(group)] for group in off[at]) > _LASTS for at in off}
    weakest = min(off, key=lambda at: (telling[at], lasts[at], strength_at(at, metre), -len(off[at]), at))
    before = dict(zip((tuple(group) for group in groups[1:]), groups, strict=False))
    ties = goal.controls.ties
    return [_silenced(here, before.get(tuple(group), ()), group, ties=ties) for group in off[weakest]]


def _tells(here: Constraints, goal: MoodGoal, group: Group) -> bool:
    """Does a note of the group say what mode it is: one that was turned, or the leading tone of a minor key?"""
    if goal.scale is None:
        return False
    turned = {place for place in group if here.origin[place] is None and goal.turn.turns}
    old = {(round(note.onset, 3), note.pitch % 12) for note in here.prompt.notes}
    leading = (goal.scale.root + 11) % 12
    return any((round(here.notes[place].onset, 3), here.notes[place].pitch % 12) not in old for place in turned) or (
        leading not in goal.scale and any(here.notes[place].pitch % 12 == leading for place in group)
    )


def _silenced(here: Constraints, before: Group, group: Group, *, ties: bool) -> Edit:
    """The edit that lets a group of a line, or a chord, go and the one before it last, if it was joined to it or notes
    are to be tied."""
    start = here.notes[group[0]].onset
    end = max(here.notes[place].end for place in group)
    reaching = [
        place
        for place in before
        if place in here.free and here.allowed_edits.stretch and (ties or here.notes[place].end >= start - _JOINED)
    ]
    if not before or len(reaching) < len(before):
        return Edit(tuple(group), ())
    held = tuple(here.notes[place].moved(duration=end - here.notes[place].onset) for place in reaching)
    return Edit((*reaching, *group), held)


def _may_go(here: Constraints, before: Group, group: Group, end: float) -> bool:
    """A chord struck anew may go, one that changes the harmony only where fewer notes were asked for by hand; a tune
    must not come to stand still."""
    if here.request.density != "same":
        return True
    if len(group) == 1:
        first, after = here.notes[before[0]], [note.pitch for note in here.notes if abs(note.onset - end) < TIGHT]
        return here.role != "melody" or end - first.onset < _STILL - TIGHT and first.pitch not in after
    return {here.notes[place].pitch % 12 for place in group} <= {here.notes[place].pitch % 12 for place in before}


def busier(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """The place of the bars where notes last longest is struck twice: a line goes on its way to the next note, chords
    come again. The end of a phrase rests, and nothing is broken a second time."""
    groups = groups_of(here)
    missing = round(goal.quality.onsets) - len(groups)
    if here.drums or goal.controls["density"] < _LEAST or not here.allowed_edits.add or missing <= 0 or not groups:
        return []
    onsets = [here.notes[group[0]].onset for group in groups] + [here.end]
    gap_of = {tuple(group): after - on for group, on, after in zip(groups, onsets, onsets[1:], strict=False)}
    usual = median(gap_of.values())
    exact = {note.onset for note in here.prompt.notes}
    old = {round(onset, 3) for onset in exact}
    whole = [
        group
        for group, after in zip(groups, onsets[1:], strict=False)
        if gap_of[tuple(group)] >= _SHORTEST_GAP - TIGHT
        and round(here.notes[group[0]].onset, 3) in old
        and (after == here.end or round(after, 3) in old)
        and (here.role != "melody" or gap_of[tuple(group)] < max(1.5, 2 * usual) - TIGHT)
        and (after != here.end or here.role == "chords")
        and (here.role != "chords" or _stays_in_bar(here, group, gap_of[tuple(group)]))
    ]
    places = by_place(here, (group for group in whole if set(group) <= here.free))
    if not places:
        locked = [group for group in whole if not set(group) <= here.free]
        echoes = (_echo(here, group, gap_of[tuple(group)]) for group in locked)
        return [edit for edit in echoes if edit][:missing]
    if here.role == "melody" and sum(note.onset not in exact for note in here.notes) > _ORNAMENTS * len(exact):
        return []  # more would hide the hook
    rank = sorted(
        places, key=lambda at: (len(places[at]) * min(gap_of[tuple(group)] for group in places[at]), at), reverse=True
    )
    longest = rank[goal.idea % 2 if len(rank) > 1 else 0]
    following = dict(zip((tuple(group) for group in groups), groups[1:], strict=False))
    return [
        _broken(here, goal, group, gap_of[tuple(group)], following.get(tuple(group), ())) for group in places[longest]
    ]


def _stays_in_bar(here: Constraints, group: Group, gap: float) -> bool:
    onset, metre = here.notes[group[0]].onset, here.prompt.metre
    return metre.bar_of(onset + TIGHT) == metre.bar_of(onset + _half(here, gap) + TIGHT)


def _broken(here: Constraints, goal: MoodGoal, group: Group, gap: float, later: Group) -> Edit:
    """Struck again half-way to the next onset."""
    half = _half(here, gap)
    target = here.notes[later[-1]].pitch if later and len(group) == 1 and here.role != "chords" else None
    first = [here.notes[place].moved(duration=min(here.notes[place].duration, half)) for place in group]
    again = [
        note.moved(
            onset=note.onset + half,
            duration=min(note.duration, gap - half),
            velocity=max(1, round(note.velocity * _AGAIN)),
            pitch=_on_the_way(here, goal, note.pitch, target),
        )
        for note in first
    ]
    return Edit(tuple(group), (*first, *again))


def led(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """Where a tune rests for a beat or more before it goes on, two steps of its scale lead to what comes."""
    able = here.allowed_edits.add and goal.scale is not None and here.role == "melody" and here.polyphony == 1
    if not able or goal.controls["density"] < _LEAST or goal.scale is None:
        return []
    groups, edits = groups_of(here), []
    old = {note.onset for note in here.prompt.notes}
    for before, group in zip(groups, groups[1:], strict=False):
        note, last = here.notes[group[0]], here.notes[before[-1]]
        if note.onset - last.end < 1 - 2 * TIGHT or note.onset not in old or not set(before) | set(group) <= here.free:
            continue
        way = -1 if last.pitch <= note.pitch else 1
        steps = [goal.scale.step(note.pitch, way * steps) for steps in (2, 1)]
        soft = max(1, round(note.velocity * _AGAIN))
        new = [
            note.moved(pitch=pitch, onset=note.onset - ahead, duration=0.45, velocity=soft)
            for pitch, ahead in zip(steps, (1.0, 0.5), strict=True)
        ]
        if all(map(here.may_lie, new)):
            edits.append(Edit((), tuple(new)))
    return edits


def _half(here: Constraints, gap: float) -> float:
    """About half a gap, on the clip's own grid."""
    eighths = all(abs(note.onset / 0.5 - round(note.onset / 0.5)) < TIGHT for note in here.prompt.notes)
    step = 2 * _STEP if eighths and gap >= 4 * _STEP - TIGHT else _STEP
    on_grid = gap / 2 >= step and abs(gap / step - round(gap / step)) < TIGHT
    return round(gap / 2 / step) * step if on_grid else gap / 2


def _echo(here: Constraints, group: Group, gap: float) -> Edit | None:
    """A locked note's octave, softer, in the gap behind it."""
    note, half = here.notes[group[-1]], _half(here, gap)
    for octave in (-12, 12):
        if note.pitch + octave in here.allowed:
            soft = max(1, round(note.velocity * _SOFTER))
            new = note.moved(pitch=note.pitch + octave, onset=note.onset + half, duration=gap - half, velocity=soft)
            return Edit((), (new,))
    return None


def _on_the_way(here: Constraints, goal: MoodGoal, pitch: int, target: int | None) -> int:
    """In a line the pitch of its scale half-way to the next note, or a neighbour; a bass leaps by an octave where it
    is to be bright. Elsewhere the pitch itself."""
    if target is None or goal.scale is None or not here.allowed_edits.repitch:
        return pitch
    if here.role == "bass":
        return pitch + 12 if goal.controls["mode"] >= _BRIGHT and pitch + 12 <= _HIGHEST_BASS else pitch
    if 3 <= abs(target - pitch) <= 9:
        middle = goal.scale.nearest(round((target + pitch) / 2))
        if middle not in (pitch, target):
            return middle
    side = goal.scale.step(pitch, 1 if target <= pitch else -1)
    return side if side in here.allowed and abs(side - pitch) <= 3 else pitch


def pushed(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """One beat of the bars comes early, or, straighter, what is off it goes back onto it."""
    wanted, metre = goal.controls["syncopation"], here.prompt.metre
    if abs(wanted) < _PUSHED or not here.allowed_edits.move:
        return []
    if here.drums:
        return _anticipated(here) if wanted > 2 * _PUSHED else []
    if 0 < wanted <= 2 * _PUSHED and not has_room(here):
        return []
    groups = groups_of(here)
    origin = {sixteenth(here, note.onset) for note in here.prompt.notes}
    found: defaultdict[float, list[Edit]] = defaultdict(list)
    # By a sixteenth where an eighth of a place in every bar is more than the similarity bears.
    bars = metre.bars(here.prompt.length)
    step = metre.unit / (2 if 1.5 * bars <= goal.budget * len(groups) else 4)
    for previous, group in zip(groups, groups[1:], strict=False):
        onset = here.notes[group[0]].onset
        start, at = onset - step, sixteenth(here, onset)
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


def _anticipated(here: Constraints) -> list[Edit]:
    """What a beat strikes at the strongest place that bears no backbeat comes a sixteenth early, in all bars."""
    groups = groups_of(here)
    origin = {sixteenth(here, note.onset) for note in here.prompt.notes}
    struck = {at for at, listed in by_place(here, groups).items() if _has_backbeat(here, listed)}
    found: defaultdict[float, list[Edit]] = defaultdict(list)
    for group in groups:
        onset = here.notes[group[0]].onset
        at = sixteenth(here, onset)
        if at < TIGHT or at not in origin or at in struck or round(at / _STEP) % 2 or not set(group) <= here.free:
            continue
        early = [place for place in group if not is_struck(here, here.notes[place].pitch, onset - _STEP)]
        if early:
            moved = tuple(here.notes[place].moved(onset=onset - _STEP) for place in early)
            found[at].append(Edit(tuple(group), moved))
    strongest = min(found, key=lambda at: (-strength_at(at, here.prompt.metre), -at), default=None)
    return found[strongest] if strongest is not None else []


def _has_backbeat(here: Constraints, groups: Iterable[Group]) -> bool:
    loudest = loudest_of(here)
    carrying = (here.notes[place] for group in groups for place in group if carries(here, place, loudest))
    return any(lane_of(note.pitch) == "snare" for note in carrying)
