"""What a beat gains where it is to drive, and loses where it is to be calm, with the drums that it has.

Each layer is the same in every bar, but for the one that closes a phrase; kicks and backbeats stay where they are.

Offers: ``filled``, ``opened``, ``ghosts``, ``kicked``, ``closed``, ``galloped``, ``quieted``: the next edits each;
``loudest_of``, ``carries``, ``bears``, ``is_struck``; ``groups_of``, ``sixteenth``, ``by_place``: the onsets of any
clip by their places in the bars.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from models.constraints.constraints import Constraints
from models.constraints.edits import Edit
from models.mood.goal import MoodGoal
from models.music.beats import TIGHT
from models.music.drum_kit import lane_of
from models.music.note import Note

_STEP = 0.25
_BETWEEN, _GHOST, _PUSH = 0.68, 0.36, 0.78
"""How loud a time keeper's new hits, ghost notes of the snare and the kick's pushes are, of the drum's usual hits."""

_GHOSTS_AT, _PUSHES_AT, _OPENED_AT = (1.75, 2.25), (1.5, 3.5, 2.5), (3.5, 1.5)
"""Where in a bar they fall, and where an open hat stands for the closed one."""

_CLOSE = ((3.25, 0.6), (3.5, 0.72), (3.75, 0.86))
"""Snares that close a phrase of four bars: places, and shares of the backbeat's loudness."""

_ACCENT = 0.7
"""Share of a drum's loudest hit from which a hit of it is no ghost note."""

_CLAPS = (39,)  # hands, which play no ghost notes

Group = Sequence[int]


def groups_of(here: Constraints) -> list[list[int]]:
    """The onsets that may change, each the places of its notes."""
    return [group for group in here.groups if here.start <= here.notes[group[0]].onset < here.end]


def sixteenth(here: Constraints, onset: float) -> float:
    """The sixteenth of its bar."""
    metre = here.prompt.metre
    return round(metre.in_bar(onset) / _STEP) * _STEP % metre.bar


def by_place(here: Constraints, groups: Iterable[Group]) -> dict[float, list[Group]]:
    """Those onsets by the sixteenth of the bar that they fall on."""
    places: defaultdict[float, list[Group]] = defaultdict(list)
    for group in groups:
        places[sixteenth(here, here.notes[group[0]].onset)].append(group)
    return places


def loudest_of(here: Constraints) -> Counter[int]:
    """The velocity of each drum's loudest hit; nothing of other clips."""
    loudest: Counter[int] = Counter()
    for note in here.notes if here.drums else ():
        loudest[note.pitch] = max(loudest[note.pitch], note.velocity)
    return loudest


def carries(here: Constraints, place: int, loudest: Counter[int]) -> bool:
    """Is it a kick or snare that is no ghost note?"""
    note = here.notes[place]
    return lane_of(note.pitch) in ("kick", "snare") and note.velocity >= _ACCENT * loudest[note.pitch]


def filled(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """The time keeper (hat or ride) plays its next finer notes, softly: between quarters eighths, between those all
    sixteenths or, where that is too much, those that lead to a beat."""
    keeper = _usual(here, "closed hat", "ride", "open hat") or _usual(here)
    missing = goal.quality.onsets - len({note.onset for note in here.notes if here.start <= note.onset < here.end})
    if keeper is None or goal.controls["density"] <= 0 or not (goal.needed or missing > 0):
        return []
    hits = {sixteenth(here, note.onset) for note in here.notes if lane_of(note.pitch) not in ("kick", "snare", "crash")}
    every = [number * _STEP for number in range(round(here.prompt.metre.bar / _STEP))]
    soft = _BETWEEN - 0.05 * goal.idea
    eighths = [at for at in every if at % 0.5 < TIGHT and at not in hits]
    if len(eighths) > 1:
        return _added(here, keeper, dict.fromkeys(eighths, soft))
    doubled = [place for place in sorted(here.free) if _is_doubled(here, place)]
    if doubled and here.allowed_edits.remove:
        return [Edit((place,), ()) for place in doubled]
    odd = [at for at in every if at % 0.5 > TIGHT and at not in hits and lane_of(keeper) != "open hat"]
    count = len(odd) * here.prompt.metre.bars(here.end - here.start)
    much = count / (2 * len(here.prompt.notes) or 1) > goal.budget or (not goal.needed and count > 1.5 * missing)
    if much or goal.idea % 2:
        odd = [at for at in odd if at % 1 > 0.5]
    return _added(here, keeper, dict.fromkeys(odd, soft)) if len(odd) > 1 else []


def _is_doubled(here: Constraints, place: int) -> bool:
    """Is it a closed hat where an open one sounds?"""
    note = here.notes[place]
    if lane_of(note.pitch) != "closed hat" or not here.start <= note.onset < here.end:
        return False
    return any(lane_of(other.pitch) == "open hat" and abs(other.onset - note.onset) < TIGHT for other in here.notes)


def opened(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """The next place of the bars where an open hat of the beat's own stands for the closed one."""
    opens = _usual(here, "open hat")
    if opens is None or goal.controls["density"] <= 0 or not here.allowed_edits.remove:
        return []
    for at in _OPENED_AT:
        hats = [
            place
            for place in sorted(here.free)
            if lane_of(here.notes[place].pitch) == "closed hat"
            and here.start <= here.notes[place].onset < here.end
            and abs(sixteenth(here, here.notes[place].onset) - at) < TIGHT
        ]
        if hats:
            return [
                Edit(
                    (place,),
                    () if is_struck(here, opens, here.notes[place].onset) else (here.notes[place].moved(pitch=opens),),
                )
                for place in hats
            ]
    return []


def ghosts(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """Ghost notes of the snare around its backbeat, where it has none; of claps none."""
    snare = _usual(here, "snare")
    if snare is None or snare in _CLAPS or goal.controls["density"] <= 0:
        return []
    soft = [place for place, note in enumerate(here.notes) if note.pitch == snare and note.velocity <= 50]
    return [] if soft else _added(here, snare, dict.fromkeys(_GHOSTS_AT, _GHOST))


def kicked(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """The kick pushes once more in every bar, unless it is on every beat."""
    kick = _usual(here, "kick")
    if kick is None or goal.controls["density"] <= 0:
        return []
    at = Counter(sixteenth(here, note.onset) for note in here.notes if note.pitch == kick)
    bars = here.prompt.metre.bars(here.end - here.start)
    new = {sixteenth(here, here.notes[place].onset) for place in here.strangers[0] if here.notes[place].pitch == kick}
    if len(new) > goal.needed * (goal.idea % 2) or all(at[beat] >= bars / 2 for beat in (0.0, 1.0, 2.0, 3.0)):
        return []
    near = {(place + side * _STEP) for place in at for side in (-1, 0, 1)}
    return _added(here, kick, {place: _PUSH for place in _PUSHES_AT if place not in near and not at[place]}, most=1)


def closed(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """The last bar of each phrase of four, or two, leads back: two or three snares grow louder, or one clap."""
    snare = _usual(here, "snare") or _usual(here, "high tom", "mid tom", "low tom")
    if snare is None or goal.controls["density"] <= 0:
        return []
    lead = (
        _CLOSE[2:]
        if snare in _CLAPS
        else _CLOSE[1:]
        if (goal.controls["dynamics"] < 0.7) == (goal.idea % 2 == 0)
        else _CLOSE
    )
    bars = here.prompt.metre.bars(here.prompt.length)
    new = [here.notes[place] for place in here.strangers[0] if here.notes[place].pitch == snare]
    closing = {here.prompt.metre.bar_of(note.onset + TIGHT) for note in new if note.onset % 4 > 3.2}
    # Phrases of two bars where the similarity asks for more of them.
    each = min(2 if snare in _CLAPS or closing and goal.needed else 4, bars)
    last = [bar for bar in range(bars) if (bar + 1) % each == 0]
    if here.prompt.metre.bar != 4 or closing >= set(last):
        return []
    return _added(here, snare, dict(lead), bars=last)


def galloped(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """The sixteenths of a hat become a gallop where the similarity asks for it: those behind each beat fall silent, or,
    where there are none, of a hat on the beats those between them that another leads on from; beside open hats those on
    kicks."""
    if goal.controls["density"] <= 0 or not goal.needed or not here.allowed_edits.remove:
        return []
    hats = [
        place
        for place in sorted(here.free)
        if here.origin[place] is not None
        and lane_of(here.notes[place].pitch) == "closed hat"
        and here.start <= here.notes[place].onset < here.end
    ]
    behind = [place for place in hats if abs(here.notes[place].onset % 1 - _STEP) < _STEP / 2]
    between = [
        place
        for place in hats
        if abs(here.notes[place].onset % 1 - 2 * _STEP) < _STEP / 2
        and is_struck(here, here.notes[place].pitch, here.notes[place].onset + _STEP)
        and any(hat.pitch == here.notes[place].pitch and hat.onset % 1 < TIGHT for hat in here.prompt.notes)
    ]
    kicks = {note.onset for note in here.notes if lane_of(note.pitch) == "kick"}
    opens = any(lane_of(note.pitch) == "open hat" and note.onset % 1 > _STEP for note in here.notes)
    doubling = [place for place in hats if opens and here.notes[place].onset in kicks]
    return [Edit((place,), ()) for place in behind or between or doubling]


def quieted(here: Constraints, goal: MoodGoal) -> list[Edit]:
    """The next that falls silent in all bars: what is between the eighths, ghost notes; where the similarity asks for
    more, open hats close and the time keeper goes, off the beats or, every other idea, on them."""
    surplus = len({note.onset for note in here.notes if here.start <= note.onset < here.end}) - goal.quality.onsets
    if goal.controls["density"] >= 0 or not here.allowed_edits.remove:
        return []
    loudest = loudest_of(here)
    inside = [place for place in sorted(here.free) if here.start <= here.notes[place].onset < here.end]
    # What stands for an open hat already stays.
    new = {place for place in inside if here.origin[place] is None}
    light = [place for place in inside if not carries(here, place, loudest) and place not in new]
    kinds: defaultdict[float, list[int]] = defaultdict(list)
    shut = _usual(here, "closed hat")
    for place in light:
        kinds[_kind(here, here.notes[place], goal.idea)].append(place)
    for place in inside:
        at = sixteenth(here, here.notes[place].onset)
        if lane_of(here.notes[place].pitch) == "kick" and at % 1 > TIGHT and place not in light:
            kinds[9].append(place)
    keeping = sum(not bears(here.notes[place]) for place in inside)
    for kind in sorted(kinds):
        if kind > 3 and len(kinds[kind]) >= keeping:
            continue  # the last that keeps time does so still
        if (goal.needed or kind <= 2 and surplus > 0) and len(kinds[kind]) < len(inside):
            opens = lane_of(here.notes[kinds[kind][0]].pitch) == "open hat"
            closes = shut if opens and sixteenth(here, here.notes[kinds[kind][0]].onset) % 0.5 < TIGHT else None
            return [Edit((place,), _closed_at(here, place, closes)) for place in kinds[kind]]
    return []


def _closed_at(here: Constraints, place: int, shut: int | None) -> tuple[Note, ...]:
    """The closed hat, softly, that stands for an open one."""
    note = here.notes[place]
    if shut is None or is_struck(here, shut, note.onset):
        return ()
    return (note.moved(pitch=shut, velocity=max(1, round(note.velocity * _PUSH))),)


def _kind(here: Constraints, note: Note, idea: int) -> float:
    """Which falls silent when: 0 between the eighths; 1 ghost notes or, every other idea, the time keeper between the
    beats; then what is struck with the beats, and last what keeps the time between them."""
    at = sixteenth(here, note.onset)
    carrying, opens = lane_of(note.pitch) in ("kick", "snare"), lane_of(note.pitch) == "open hat"
    if carrying:
        return 3 if idea % 2 else 1
    if at % 0.5 > TIGHT:
        return 0
    if opens:
        return (6 if idea % 2 else 2) + (at % 2 > 1)
    if at % 1 > TIGHT:
        return 2 + (at % 2 > 1) / 2 if idea % 2 else 7 if at % 2 < 1 else 8 + (at > 2)
    return 4 if at % 2 >= 1 else 5 + (at < 2)


def _usual(here: Constraints, *lanes: str) -> int | None:
    """The pad that the beat strikes most of the lanes, or of all but kicks, snares and crashes; None: it has none."""
    hits = Counter(
        note.pitch
        for note in here.prompt.notes
        if note.pitch in here.allowed
        and (lane_of(note.pitch) in lanes if lanes else lane_of(note.pitch) not in ("kick", "snare", "crash"))
    )
    return hits.most_common(1)[0][0] if hits and here.allowed_edits.add else None


def _added(
    here: Constraints, pitch: int, shares: dict[float, float], bars: Iterable[int] | None = None, most: int = 16
) -> list[Edit]:
    """New hits of a drum at places of the bars, in the beat's own swing, each a share of its usual loudness."""
    metre = here.prompt.metre
    own = [note for note in here.notes if note.pitch == pitch] or [n for n in here.prompt.notes if n.pitch == pitch]
    usual = median(note.velocity for note in own if note.velocity >= _ACCENT * max(n.velocity for n in own))
    # How late the beat's own notes between the eighths are.
    places = [(note.onset, round(note.onset / _STEP)) for note in here.prompt.notes]
    swings = [at - place * _STEP for at, place in places if place % 2 and abs(at - place * _STEP) < _STEP / 2]
    swing = median(swings) if swings else 0.0
    edits = []
    for at, share in [*shares.items()][:most]:
        for bar in bars if bars is not None else range(metre.bar_of(here.start), metre.bars(here.end)):
            onset = bar * metre.bar + at + (swing if at % 0.5 > TIGHT else 0.0)
            room = min(own[0].duration, _STEP / 2, here.end - onset)
            if at >= metre.bar or onset < here.start or room <= TIGHT or is_struck(here, pitch, onset):
                continue
            velocity = max(1, round(usual * share + 3 * (at % 1 < TIGHT)))
            note = own[0].moved(onset=onset, duration=room, velocity=velocity)
            if here.may_lie(note):
                edits.append(Edit((), (note,)))
    return edits


def bears(note: Note) -> bool:
    """Is it a kick, snare or clap?"""
    return lane_of(note.pitch) in ("kick", "snare")


def is_struck(here: Constraints, pitch: int, onset: float) -> bool:
    """Is a drum struck at an onset, within half a sixteenth?"""
    return any(note.pitch == pitch and abs(note.onset - onset) < _STEP / 2 for note in here.notes)
