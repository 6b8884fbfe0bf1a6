"""How else a stand may be voiced: inversions, open positions, other inner voices, colours, another order of the tones.

A voicing gives each voice of a stand its new pitch, so whatever figure the chord is played in stays that figure. All
new pitches are tones of the stand, or a colour that its bass and its key bear.

Offers: ``Voicing``, ``voicings_of``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.engines.kin.planning.chords.stands import Stand
from models.engines.kin.planning.chords.strokes import is_struck, texture_of
from models.engines.kin.planning.structure import Structure, once

_MUD, _LOW, _FIFTH = 48, 55, 7
"""Below C2 there are no voices but the clip's; below G2 none nearer than a third to another."""
_TELLING = (3, 4, 10, 11)
"""Semitones above a root of the tones that a chord is known by."""
_COLOURS = {0: (2,), 7: (9, 5), 5: (7,)}
"""What may stand for the root (its ninth) and for the fifth (sixth, fourth), in semitones above the root."""
_WIDEST, _REACH, _UP, _DOWN = 12, 7, 7, 7
_COLOUR, _OCTAVE = 0.7, 2.5


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
            known[voicing.pitches] = voicing
    return list(known.values())


def _drawn(structure: Structure, stand: Stand) -> Iterator[Voicing]:
    voices, struck = list(stand.voices), is_struck(structure)
    if not voices:
        return
    if len(voices) > 1:
        up, down = voices[0] + 12, voices[-1] - 12
        yield Voicing("up", (up, *voices[1:]))
        yield Voicing("down", (*voices[:-1], down))
        if not struck:
            for turn, raised in (("up", sorted([*voices[1:], up])), ("down", sorted([down, *voices[:-1]]))):
                yield Voicing(turn, tuple(raised), voice=1)
            for place in range(len(voices) - 1):
                turned = voices.copy()
                turned[place], turned[place + 1] = turned[place + 1], turned[place]
                yield Voicing("swap", tuple(turned), voice=place)
        if len(voices) > 2:
            yield Voicing("up", (up, voices[1] + 12, *voices[2:]), 0.6)
            yield Voicing("down", (*voices[:-2], voices[-2] - 12, down), 0.6)
            yield Voicing("open", (*voices[:-2], voices[-2] - 12, voices[-1]))
            yield Voicing("open", (voices[0], voices[1] + 12, *voices[2:]), 0.2, 1)
    for shift in (12, -12):
        yield Voicing("octave", tuple(pitch + shift for pitch in voices), _OCTAVE)
    singles = list(_singles(structure, stand))
    yield from singles
    for number, one in enumerate(singles):
        for other in singles[number + 1 :]:
            pitches = [b if b != v else a for v, a, b in zip(voices, one.pitches, other.pitches, strict=True)]
            if sum(a != b for a, b in zip(voices, pitches, strict=True)) == 2 and other.name != "colour":
                yield Voicing(one.name, tuple(pitches), one.cost + other.cost + 0.2, one.voice)


def _singles(structure: Structure, stand: Stand) -> Iterator[Voicing]:
    """One voice goes to another tone near it, or to a colour."""
    voices = stand.voices
    for place, voice in enumerate(voices):
        low = voices[place - 1] + 1 if place else voice - _DOWN
        high = voices[place + 1] - 1 if place + 1 < len(voices) else voice + _UP
        name = "top" if place == len(voices) - 1 else "inner"
        for pitch in range(max(low, voice - _REACH), min(high, voice + _REACH) + 1):
            if pitch != voice and pitch % 12 in stand.tones:
                moved = (*voices[:place], pitch, *voices[place + 1 :])
                yield Voicing(name, moved, 0.06 * abs(pitch - voice), place)
        if is_struck(structure) and stand.root is not None and stand.basses:
            for degree in _COLOURS.get((voice - stand.root) % 12, ()):
                goal = (stand.root + degree) % 12
                if goal in structure.own_near(stand.start) and goal not in stand.tones:
                    pitch = voice + (goal - voice + 6) % 12 - 6
                    yield Voicing("colour", (*voices[:place], pitch, *voices[place + 1 :]), _COLOUR, place)


def _shifts(structure: Structure, stand: Stand) -> Iterator[Voicing]:
    """The shape goes to where the riff has been about here."""
    bar = structure.bar_of(stand.start)
    near = [index for some in structure.in_bars[max(0, bar - 2) : bar + 3] for index in some]
    lowest = {structure.notes[index].pitch for index in near}
    for shift in (*range(-_REACH, 0), *range(1, _REACH + 1), 12, -12):
        moved = tuple(pitch + shift for pitch in stand.voices)
        if stand.voices and set(moved) <= lowest and stand.start:
            yield Voicing("shift", moved, 0.1 * abs(shift))


def _sounds(structure: Structure, stand: Stand, pitches: Sequence[int]) -> bool:
    """Is a voicing legal, whole and clear: nothing muddy, rubbing, spread or lost that the stand's own hasn't?"""
    if len(set(pitches)) < len(pitches) or not set(pitches) <= structure.constraints.allowed:
        return False
    if texture_of(structure) == "riff":
        return True
    old, new = sorted(stand.voices), sorted(pitches)
    if new[-1] >= stand.ceiling > old[-1] or not _is_clear(stand, old, new):
        return False
    return _keeps_tones(stand, pitches)


def _is_clear(stand: Stand, old: Sequence[int], new: Sequence[int]) -> bool:
    for bass in stand.basses:
        if any(
            p not in old and (p <= bass + 2 or (p < _LOW and p - bass < _FIFTH) or p - bass in (13, 1)) for p in new
        ):
            return False
    if any(pitch < _MUD and pitch not in old for pitch in new):
        return False
    known = {b - a for place, a in enumerate(old) for b in old[place + 1 :]}
    for a, b in pairwise(new):
        if {a, b} <= set(old):
            continue
        if b - a == 1 or (a < _LOW and b - a < 3) or b - a > max(_WIDEST, *known, 0):
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
