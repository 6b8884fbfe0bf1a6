"""What a beat gains where it is to drive, or to be syncopated, with the drums that it has: its backbeat stays.

Offers: ``filled``, ``anticipated``: the next edits each; ``loudest_of``, ``carries``; ``groups_of``, ``sixteenth``,
``by_place``: the onsets of any clip by their places in the bars.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from models.constraints.constraints import Constraints
from models.constraints.edits import Edit
from models.mood.goal import strength_at
from models.music.beats import TIGHT
from models.music.drum_kit import lane_of

_STEP = 0.25
_SOFTER = 0.85
_GHOST, _GHOSTS_AT, _PUSHES_AT = 0.36, (1.75, 2.25, 3.75), (1.5, 3.5, 0.75)
"""How loud ghost notes of the snare are, and where they and the kick's pushes fall in a bar."""

_OPENED_AT = (3.5, 1.5)
"""Where in a bar an open hat stands for the closed one."""

_ACCENT = 0.7
"""Share of a drum's loudest hit from which a hit of it is no ghost note."""

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


def filled(here: Constraints, groups: Sequence[Group], missing: int) -> list[Edit]:
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
            and abs(sixteenth(here, here.notes[place].onset) - at) < TIGHT
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


def anticipated(here: Constraints) -> list[Edit]:
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
        early = [place for place in group if not _is_struck(here, here.notes[place].pitch, onset - _STEP)]
        if early:
            moved = tuple(here.notes[place].moved(onset=onset - _STEP) for place in early)
            found[at].append(Edit(tuple(group), moved))
    strongest = min(found, key=lambda at: (-strength_at(at, here.prompt.metre), -at), default=None)
    return found[strongest] if strongest is not None else []


def _is_struck(here: Constraints, pitch: int, onset: float) -> bool:
    return any(note.pitch == pitch and abs(note.onset - onset) < _STEP / 2 for note in here.notes)


def _has_backbeat(here: Constraints, groups: Iterable[Group]) -> bool:
    loudest = loudest_of(here)
    carrying = (here.notes[place] for group in groups for place in group if carries(here, place, loudest))
    return any(lane_of(note.pitch) == "snare" for note in carrying)
