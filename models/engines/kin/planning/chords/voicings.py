"""How else a stand may be voiced: inversions, open positions, other inner voices, colours, another order of the tones.

A voicing gives each voice of a stand its new pitch, so whatever figure the chord is played in stays that figure. All
new pitches are tones of the stand, or a colour that its bass and its key bear.

Offers: ``Voicing``, ``voicings_of``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, product

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.chords.stands import Stand, stands_of
from models.engines.kin.planning.chords.strokes import is_struck, strokes_of, texture_of
from models.engines.kin.planning.structure import Structure, once

_MUD, _LOW, _FIFTH = 48, 55, 7
"""Below C2 there are no more voices than the clip's; below G2 none nearer to another than a fifth, or a fourth."""
_WIDEST, _REACH, _UP, _DOWN = 12, 7, 7, 7
_BASS_BELOW, _DOWNBEAT = 60, 0.6
"""C3, below which the lowest note of a chord that is struck where the bar is this strong is heard as its bass."""
_HAND, _STRETCHED, _HOLE, _HIGHER = 12, 16, 24, 5
"""Semitones of one hand, where the other plays the bass: in 8ths, and with time; those between the two that are a hole,
and how much farther it may go where it is one already."""
_COLOUR, _DRIFT, _EACH = 0.7, 0.08, 0.15
_NARROW = 5
_ROUGH = (1, 2, 6, 10, 11)
_STEP, _UNEVEN, _MOST = 0.04, 0.05, 60
"""What it costs that a voice of a figure goes a semitone and another that much less; voicings that are weighed."""
_WIDER, _LOWER, _TURNED = 0.09, 0.07, 3.0


@dataclass(frozen=True)
class Voicing:
    """Pitches for the voices of a stand, in their order; the name of what was done, which voice, and what it costs."""

    name: str
    pitches: tuple[int, ...]
    cost: float = 0.0
    voice: int = 0


@once
def voicings_of(structure: Structure, stand: Stand) -> Sequence[Voicing]:
    """The voicings of a stand, its own first."""
    own = Voicing("own", stand.voices)
    drawn = _shifts(structure, stand) if texture_of(structure) == "riff" else _drawn(structure, stand)
    known: dict[tuple[int, ...], Voicing] = {own.pitches: own}
    for voicing in drawn:
        if voicing.pitches not in known and _sounds(structure, stand, voicing.pitches):
            known[voicing.pitches] = replace(voicing, cost=voicing.cost + _strange(stand, voicing.pitches))
    return sorted(known.values(), key=lambda voicing: (voicing is not own, voicing.cost))[:_MOST]


def _drawn(structure: Structure, stand: Stand) -> Iterator[Voicing]:
    voices = stand.voices
    if not voices:
        return
    if not is_struck(structure):
        yield from _turns(stand)
        yield from (single for single in _singles(structure, stand) if single.name == "colour")
        return
    yield from _inversions(voices, alone=not stand.basses)
    singles = list(_singles(structure, stand))
    yield from singles
    for number, one in enumerate(singles):
        for other in singles[number + 1 :]:
            pitches = [b if b != v else a for v, a, b in zip(voices, one.pitches, other.pitches, strict=True)]
            if sum(a != b for a, b in zip(voices, pitches, strict=True)) == 2 and other.name != "colour":
                yield Voicing(one.name, tuple(pitches), one.cost + other.cost + 0.2, one.voice)


def _turns(stand: Stand) -> list[Voicing]:
    """Voices of a figure go to other tones near them and stay in their order, so that it keeps its shape."""
    voices = stand.voices
    rows: list[tuple[int, ...]] = [()]
    near = [[p for p in range(v - _DOWN, v + _UP + 1) if p % 12 in stand.tones] for v in voices]
    for place, pitches in enumerate(near):
        rows = [
            (*row, pitch)
            for row in rows
            for pitch in pitches
            if not row or (pitch > row[-1] and abs(pitch - row[-1] - voices[place] + voices[place - 1]) <= _FIFTH)
        ]
    found = []
    for row in rows:
        moves = [new - old for old, new in zip(voices, row, strict=True)]
        moved = [place for place, move in enumerate(moves) if move]
        if moved:
            ways, wider = {moves[place] > 0 for place in moved}, row[-1] - row[0] > voices[-1] - voices[0]
            if len(moved) == 1:
                name = "top" if moved == [len(voices) - 1] else "inner"
            elif len(ways) == 1:
                name = "up" if ways == {True} else "down"
            else:
                name = "open" if wider else "inner"
            cost = _STEP * sum(map(abs, moves)) + _UNEVEN * (max(moves) - min(moves))
            how = sum(3**place * (1 + (move > 0) - (move < 0)) for place, move in enumerate(moves))
            found.append(Voicing(name, row, cost, how))
    return sorted(found, key=lambda voicing: voicing.cost)


def _inversions(voices: Sequence[int], *, alone: bool) -> Iterator[Voicing]:
    """Voices go an octave up or down, of wide chords one or two of them; of one alone, without a bass, not all."""
    most = len(voices) - alone if len(voices) <= _NARROW else 2
    for count in range(1, most + 1):
        for places in combinations(range(len(voices)), count):
            for shifts in product((12, -12), repeat=count):
                moved = dict(zip(places, shifts, strict=True))
                pitches = tuple(pitch + moved.get(place, 0) for place, pitch in enumerate(voices))
                drift = sum(shifts) / len(voices)
                body = int(alone and min(pitches) == voices[0])  # what lies over a bass is a hand of its own
                wide = [sorted(some)[-1] - sorted(some)[body] for some in (pitches, voices)]
                name = "open" if wide[0] > wide[1] else "up" if drift > 0 else "down"
                yield Voicing(name, pitches, _DRIFT * abs(drift) + _EACH * (count - 1), places[0])


def _singles(structure: Structure, stand: Stand) -> Iterator[Voicing]:
    """One voice goes to another tone near it, or from the root, which the bass has, to the ninth."""
    voices = stand.voices
    for place, voice in enumerate(voices):
        low = voices[place - 1] + 1 if place else voice - _DOWN
        high = voices[place + 1] - 1 if place + 1 < len(voices) else voice + _UP
        name = "top" if place == len(voices) - 1 else "inner"
        for pitch in range(max(low, voice - _REACH), min(high, voice + _REACH) + 1):
            if pitch != voice and pitch % 12 in stand.tones:
                moved = (*voices[:place], pitch, *voices[place + 1 :])
                yield Voicing(name, moved, 0.06 * abs(pitch - voice), place)
        if stand.bears_colours and stand.root is not None and (voice - stand.root) % 12 == 0:
            pitch = voice + 2
            if pitch % 12 in structure.own_near(stand.start) - stand.tones:
                yield Voicing("colour", (*voices[:place], pitch, *voices[place + 1 :]), _COLOUR, place)


def _shifts(structure: Structure, stand: Stand) -> Iterator[Voicing]:
    """The shape goes to where the riff has been about here."""
    bar = structure.bar_of(stand.start)
    near = [index for some in structure.in_bars[max(0, bar - 2) : bar + 3] for index in some]
    lowest = {structure.notes[index].pitch for index in near}
    beside, firm = _beside(structure).get(stand.kind, (set(), False))
    for shift in (*range(-_REACH, 0), *range(1, _REACH + 1), 12, -12):
        moved = tuple(pitch + shift for pitch in stand.voices)
        if stand.voices and set(moved) <= lowest and not firm and moved not in beside:
            yield Voicing("shift", moved, 0.1 * abs(shift))


@once
def _beside(structure: Structure) -> dict[tuple[object, ...], tuple[set[tuple[int, ...]], bool]]:
    """By kind the voices of the stands before and behind, and whether it is the first of all or leads back to it."""
    stands = stands_of(structure)
    kinds = [stand.kind for stand in stands]
    found = {kind: (set[tuple[int, ...]](), kind in (kinds[0], kinds[-1])) for kind in kinds}
    for (kind, stand), (following, other) in pairwise(zip(kinds, stands, strict=True)):
        found[kind][0].add(other.voices)
        found[following][0].add(stand.voices)
    return found


def _sounds(structure: Structure, stand: Stand, pitches: Sequence[int]) -> bool:
    """Is a voicing legal, whole and clear: nothing muddy, rubbing, spread or lost that the stand's own hasn't?"""
    legal = structure.constraints.allowed
    moved = {new for new, old in zip(pitches, stand.voices, strict=True) if new != old}
    if len(set(pitches)) < len(pitches) or not moved <= legal:
        return False
    if texture_of(structure) == "riff":
        return True
    old, new = sorted(stand.voices), sorted(pitches)
    if not _stands(structure, stand, old, new) or not _is_full(stand, pitches) or not _leads(stand, pitches):
        return False
    if is_struck(structure) and not _in_hand(structure, stand, old, new):
        return False
    if new[-1] >= stand.ceiling > old[-1] or not _is_clear(stand, old, new):
        return False
    return _keeps_tones(stand, pitches) and _agree(stand, pitches)


def _stands(structure: Structure, stand: Stand, old: Sequence[int], new: Sequence[int]) -> bool:
    """Does the lowest of a chord without a bass, where it is heard as its bass, keep its tone?"""
    bears = _goes_on(structure) and old[0] % 12 == stand.root and structure.strength(stand.start) >= _DOWNBEAT
    deep = min(old[0], new[0]) < (_BASS_BELOW if bears else _LOW)
    return bool(stand.basses) or not deep or new[0] % 12 == old[0] % 12


def _in_hand(structure: Structure, stand: Stand, old: Sequence[int], new: Sequence[int]) -> bool:
    """Is what lies above a bass near enough to it, and where it is struck apart from that, of one hand?"""
    if not stand.basses:
        return True
    apart = any(len(some) > 1 and not others for some, others in stand.together)
    spread, hole = max(_reach(structure), old[-1] - old[0]), max(_HOLE, old[0] - stand.basses[-1] + _HIGHER)
    return (new[-1] - new[0] <= spread or not apart) and new[0] - stand.basses[-1] <= hole


@once
def _goes_on(structure: Structure) -> bool:
    """Are there several chords, whose lowest notes are a line?"""
    return sum(bool(stand.voices) for stand in stands_of(structure)) > 1


@once
def _reach(structure: Structure) -> int:
    """Semitones that a hand reaches at the pace of the clip."""
    steps = [stroke.step for stroke in strokes_of(structure) if stroke.upper]
    return _HAND if len(steps) > 1 and np.median(np.diff(steps)) < STEPS else _STRETCHED


def _is_full(stand: Stand, pitches: Sequence[int]) -> bool:
    """Has each stroke as many tones as it had, a full one its telling ones and no others, and does none sink?"""
    goals = dict(zip(stand.voices, pitches, strict=True))
    for some, others in stand.together:
        old, new = {p % 12 for p in some} | others, {goals[p] % 12 for p in some} | others
        lost = {(place - stand.root) % 12 for place in old - new} if stand.root is not None else set[int]()
        if len(new) < len(old) or (len(some) > 2 and not lost <= {0, 7}):
            return False
        if len(some) > 3 and not (new <= old or stand.bears_colours):
            return False
        if some and min(goals[p] for p in some) < min(some[0], max(_MUD, some[0] - _FIFTH)):
            return False
    return True


def _leads(stand: Stand, pitches: Sequence[int]) -> bool:
    """Do the notes that are struck alone stay in their order, and long ones off what is struck meanwhile?"""
    moved = dict(zip(stand.voices, pitches, strict=True))
    alone = sorted({some[0] for some, _ in stand.together if len(some) == 1})
    rings = any(moved[own] == other != own for own, other in stand.ringing)
    return not rings and all(moved[a] < moved[b] for a, b in pairwise(alone))


def _agree(stand: Stand, pitches: Sequence[int]) -> bool:
    """Do the notes that are struck together agree, or disagree as they did?"""
    goals = dict(zip(stand.voices, pitches, strict=True))
    pairs = [(low, high) for some, _ in stand.together for place, low in enumerate(some) for high in some[place + 1 :]]
    moved = [(goals[low], goals[high], high - low) for low, high in pairs]
    moved += [(goals[own], other, other - own) for own, other in stand.beside]
    rough = [abs(b - a) % 12 in _ROUGH and abs(b - a) % 12 not in (was % 12, -was % 12) for a, b, was in moved]
    crossed = [(other - goals[own]) * (other - own) <= 0 for own, other in stand.beside]
    return not any(rough) and not any(crossed)


def _strange(stand: Stand, pitches: Sequence[int]) -> float:
    """What it costs to lie wider or lower than the clip does, and to stand on another tone where no bass says which."""
    wider = max(pitches) - min(pitches) - (stand.voices[-1] - stand.voices[0])
    lower = stand.voices[0] - min(pitches)
    turned = not stand.basses and (min(pitches) - stand.voices[0]) % 12 != 0
    return _WIDER * max(0, wider) + _LOWER * max(0, lower) + _TURNED * turned


def _is_clear(stand: Stand, old: Sequence[int], new: Sequence[int]) -> bool:
    for bass in stand.basses:
        if any(
            p not in old and (p <= bass + 2 or (p < _LOW and p - bass < _FIFTH) or p - bass in (13, 1)) for p in new
        ):
            return False
    if sum(pitch < _MUD for pitch in new) > sum(pitch < _MUD for pitch in old):
        return False
    known = {b - a for place, a in enumerate(old) for b in old[place + 1 :]}
    # Low notes that are struck one after the other may lie as near as the figure's own.
    narrow = min(known, default=_FIFTH) if all(len(some) < 2 for some, _ in stand.together) else _FIFTH
    for a, b in pairwise(new):
        if {a, b} <= set(old):
            continue
        if (
            b - a == 1
            or (a < _LOW and b - a < min(narrow, _FIFTH - 2 * (a >= _MUD)))
            or b - a > max(_WIDEST, *known, 0)
        ):
            return False
    if len(new) > 1 and new[-1] - new[-2] <= 2 < old[-1] - old[-2]:
        return False
    if any(c - a <= 3 and not {a, c} <= set(old) for a, c in zip(new, new[2:], strict=False)):
        return False
    return not any(b - a == 13 and 13 not in known for place, a in enumerate(new) for b in new[place + 1 :])


def _keeps_tones(stand: Stand, pitches: Sequence[int]) -> bool:
    """Do all tones stay, but for a root or fifth that the bass makes up for?"""
    before = {pitch % 12 for pitch in (*stand.voices, *stand.basses)}
    lost = before - {pitch % 12 for pitch in (*pitches, *stand.basses)}
    if not lost or stand.root is None:
        return not lost
    return bool(stand.basses) and all((place - stand.root) % 12 in (0, 7) for place in lost)
