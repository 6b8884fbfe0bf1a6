"""More or fewer onsets, and where they fall: one place of every bar at a time, so that a rhythm stays one.

Offers: ``sparser``, ``busier``, ``pushed``: the next layer of edits each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from models.constraints.constraints import Constraints
from models.constraints.edits import Edit
from models.constraints.lines import onset_groups
from models.mood.goal import MoodGoal, strength_at
from models.music.beats import TIGHT
from models.music.drum_kit import lane_of
from models.music.note import Note

_LEAST = 0.1
"""Densities nearer to the prompt's than this control says are left alone."""

_STEP = 0.25
_SHORTEST_GAP = 0.5
"""Beats that an onset must last to be broken in two."""

_SOFTER, _AGAIN = 0.85, 0.9
_GHOST, _GHOSTS_AT, _PUSHES_AT = 0.36, (1.75, 2.25, 3.75), (1.5, 3.5, 0.75)
"""How loud ghost notes of the snare are, and where they and the kick's pushes fall in a bar."""

_OPENED_AT = (3.5, 1.5)
"""Where in a bar an open hat stands for the closed one."""

_ACCENT = 0.7
"""Share of a drum's loudest hit from which a hit of it is no ghost note."""

_PUSHED = 0.25
"""Syncopation from which onsets are moved, up or down."""
_ON_BEAT = 0.5

Group = Sequence[int]


def _groups(here: Constraints) -> list[list[int]]:
    return [group for group in here.groups if here.start <= here.notes[group[0]].onset < here.end]


def _at(here: Constraints, onset: float) -> float:
    """The sixteenth of its bar."""
    metre = here.prompt.metre
    return round(metre.in_bar(onset) / _STEP) * _STEP % metre.bar


def _by_place(here: Constraints, groups: Iterable[Group]) -> dict[float, list[Group]]:
    places: defaultdict[float, list[Group]] = defaultdict(list)
    for group in groups:
        places[_at(here, here.notes[group[0]].onset)].append(group)
    return places


def sparser(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """The weakest place of the bars falls silent: what comes before it lasts, of a beat all but kicks and backbeats."""
    groups = _groups(here)
    surplus = -_missing(here, goal, groups)
    if goal.controls["density"] > -_LEAST or not here.allowed_edits.remove or surplus <= 0:
        return []
    metre, loudest = here.prompt.metre, _loudest(here)
    if here.drums:
        light = ([place for place in group if not _carries(here, place, loudest)] for group in groups[1:])
        able = [group for group in light if group and set(group) <= here.free]
    else:
        pairs = zip(groups, groups[1:], strict=False)
        able = [group for before, group in pairs if set(group) <= here.free and _may_go(here, before, group)]
    places = _by_place(here, able)
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


def _loudest(here: Constraints) -> Counter[int]:
    loudest: Counter[int] = Counter()
    for note in here.notes if here.drums else ():
        loudest[note.pitch] = max(loudest[note.pitch], note.velocity)
    return loudest


def _carries(here: Constraints, place: int, loudest: Counter[int]) -> bool:
    """Is it a kick or snare that is no ghost note?"""
    note = here.notes[place]
    return lane_of(note.pitch) in ("kick", "snare") and note.velocity >= _ACCENT * loudest[note.pitch]


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
    groups = _groups(here)
    missing = _missing(here, goal, groups)
    if goal.controls["density"] < _LEAST or not here.allowed_edits.add or missing <= 0 or not groups:
        return []
    return _filled(here, groups, missing) if here.drums else _broken(here, goal, groups, missing)


def _filled(here: Constraints, groups: Sequence[Group], missing: int) -> list[Edit]:
    """The next place of the time keeper (hat or ride) that is free; where it is full, ghost notes of the snare."""
    taken = [*(here.notes[group[0]].onset for group in groups), *(note.onset for note in here.prompt.notes)]
    pitches = Counter([here.notes[place].pitch for place in here.free] or [note.pitch for note in here.notes])
    hits = Counter({pitch: count for pitch, count in pitches.items() if pitch in here.allowed})
    keepers = [pitch for pitch in hits if lane_of(pitch) not in ("kick", "snare", "crash")] or list(hits)
    struck = [note.onset for note in here.notes if lane_of(note.pitch) in ("kick", "snare")]
    every = tuple(number * _STEP for number in range(round(here.prompt.metre.bar / _STEP)))
    layers: list[tuple[int, float, list[float], tuple[float, ...]]] = []
    if keepers:
        layers.append((max(keepers, key=lambda pitch: hits[pitch]), _SOFTER, taken, every))
    for lane, share, offbeats in (("snare", _GHOST, _GHOSTS_AT), ("kick", _SOFTER, _PUSHES_AT)):
        drum = max((pitch for pitch in hits if lane_of(pitch) == lane), key=lambda pitch: hits[pitch], default=None)
        if drum is not None:
            layers.append((drum, share, struck, offbeats))
    for pitch, share, others, at in layers:
        found = {place: edits for place, edits in _free_places(here, pitch, share, others).items() if place in at}
        best = min(found, key=lambda at: (-strength_at(at, here.prompt.metre), -len(found[at]), at), default=None)
        if best is not None:
            return found[best][::-1] if share != _SOFTER else found[best][::-1][: max(missing, len(found[best]) // 2)]
    return _opened(here) or _galloped(here)


def _opened(here: Constraints) -> list[Edit]:
    """The next place of the bars where an open hat of the beat's own stands for the closed one."""
    hats = Counter(note.pitch for note in here.notes if lane_of(note.pitch) in ("closed hat", "open hat"))
    opens = [pitch for pitch in hats if lane_of(pitch) == "open hat" and pitch in here.allowed]
    for at in _OPENED_AT if opens and here.allowed_edits.remove else ():
        edits = [
            _open(here, place, opens[0])
            for place in sorted(here.free)
            if lane_of(here.notes[place].pitch) == "closed hat"
            and here.start <= here.notes[place].onset < here.end
            and abs(_at(here, here.notes[place].onset) - at) < TIGHT
        ]
        if edits:
            return edits
    return []


def _open(here: Constraints, place: int, pitch: int) -> Edit:
    hat = here.notes[place]
    return Edit((place,), () if _is_struck(here, pitch, hat.onset) else (hat.moved(pitch=pitch),))


def _is_own_hat(here: Constraints, place: int) -> bool:
    return here.origin[place] is not None and lane_of(here.notes[place].pitch) == "closed hat"


def _galloped(here: Constraints) -> list[Edit]:
    """Full sixteenths of a time keeper become a gallop: the one behind each beat falls silent."""
    hats = [place for place in sorted(here.free) if _is_own_hat(here, place)]
    behind = [place for place in hats if abs(here.notes[place].onset % 1 - _STEP) < TIGHT]
    inside = [place for place in behind if here.start <= here.notes[place].onset < here.end]
    return [Edit((place,), ()) for place in inside] if here.allowed_edits.remove else []


def _free_places(here: Constraints, pitch: int, share: float, others: Sequence[float]) -> dict[float, list[Edit]]:
    """Softer hits of a drum at each sixteenth of the bars that is free of others."""
    metre, sign = here.prompt.metre, lane_of(pitch)
    model = min((note for note in here.notes if note.pitch == pitch), key=lambda note: note.velocity)
    loud = model.velocity if sign not in ("kick", "snare") else max(n.velocity for n in here.notes if n.pitch == pitch)
    soft = model.moved(velocity=max(1, round(loud * share)))
    found: defaultdict[float, list[Edit]] = defaultdict(list)
    for bar in range(metre.bar_of(here.start), metre.bars(here.end)):
        for number in range(round(metre.bar / _STEP)):
            onset = bar * metre.bar + number * _STEP
            room = min(model.duration, here.end - onset)
            inside = here.start <= onset and room > TIGHT
            if inside and all(abs(onset - other) > _STEP / 2 for other in others):
                found[number * _STEP].append(Edit((), (soft.moved(onset=onset, duration=room),)))
    allowed = {at: [edit for edit in edits if all(map(here.may_lie, edit.added))] for at, edits in found.items()}
    return {at: edits for at, edits in allowed.items() if edits}


def _broken(here: Constraints, goal: MoodGoal, groups: Sequence[Group], missing: int) -> list[Edit]:
    """The longest place is struck twice, a line on its way to the next note; bars from the last back."""
    onsets = [here.notes[group[0]].onset for group in groups] + [here.end]
    gap_of = {tuple(group): after - on for group, on, after in zip(groups, onsets, onsets[1:], strict=False)}
    places = _by_place(here, (group for group in groups if gap_of[tuple(group)] >= _SHORTEST_GAP - TIGHT))
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
        return _anticipated(here) if wanted > 2 * _PUSHED else []
    if 0 < wanted <= 2 * _PUSHED and not has_room(here):
        return []
    groups = _groups(here)
    origin = {_at(here, note.onset) for note in here.prompt.notes}
    found: defaultdict[float, list[Edit]] = defaultdict(list)
    for previous, group in zip(groups, groups[1:], strict=False):
        onset = here.notes[group[0]].onset
        start, at = onset - metre.unit / 2, _at(here, onset)
        on_beat = strength_at(onset, metre) >= _ON_BEAT
        if at < TIGHT or at not in origin or on_beat != (wanted > 0) or {*previous, *group} - here.free:
            continue
        if start > here.notes[previous[0]].onset + TIGHT:
            found[at].append(_early(here, previous, group, start))
    # Only one beat of the bar, the last that can: all of them early would only be another beat.
    moved = len(_by_place(here, groups).keys() - origin)
    return found[max(found)] if found and moved < 1 + 2 * (abs(wanted) > 2 * _PUSHED) else []


def has_room(here: Constraints) -> bool:
    """Has the prompt's rhythm enough off the beat that a push is none by itself?"""
    notes, metre = here.prompt.notes, here.prompt.metre
    return 4 * sum(strength_at(note.onset, metre) < _ON_BEAT for note in notes) >= len(notes)


def _anticipated(here: Constraints) -> list[Edit]:
    """What a beat strikes at the strongest place that bears no backbeat comes a sixteenth early, in all bars."""
    groups = _groups(here)
    origin = {_at(here, note.onset) for note in here.prompt.notes}
    struck = {at for at, listed in _by_place(here, groups).items() if _has_backbeat(here, listed)}
    found: defaultdict[float, list[Edit]] = defaultdict(list)
    for group in groups:
        onset = here.notes[group[0]].onset
        at = _at(here, onset)
        if at < TIGHT or at not in origin or at in struck or round(at / _STEP) % 2 or not set(group) <= here.free:
            continue
        early = [place for place in group if not _is_struck(here, here.notes[place].pitch, onset - _STEP)]
        if early:
            moved = tuple(here.notes[place].moved(onset=onset - _STEP) for place in early)
            found[at].append(Edit(tuple(group), moved))
    strongest = min(found, key=lambda at: (-strength_at(at, here.prompt.metre), -at), default=None)
    return found[strongest] if strongest is not None else []


def _is_struck(here: Constraints, pitch: int, onset: float) -> bool:
    return any(note.pitch == pitch and abs(note.onset - onset) < _STEP / 2 for note in here.notes)


def _has_backbeat(here: Constraints, groups: Iterable[Group]) -> bool:
    loudest = _loudest(here)
    carrying = (here.notes[place] for group in groups for place in group if _carries(here, place, loudest))
    return any(lane_of(note.pitch) == "snare" for note in carrying)


def _early(here: Constraints, previous: Group, group: Group, start: float) -> Edit:
    cut = [place for place in previous if here.notes[place].end > start + TIGHT]
    shorter: list[Note] = [here.notes[place].moved(duration=start - here.notes[place].onset) for place in cut]
    earlier = [here.notes[place].moved(onset=start, duration=here.notes[place].end - start) for place in group]
    return Edit((*cut, *group), (*shorter, *earlier))
