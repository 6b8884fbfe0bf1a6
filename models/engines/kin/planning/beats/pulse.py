"""What a beat runs in, and what pads are to a drummer: hats that are one pad, what hands strike, kin.

The *pulse* is what hats, a ride, a bell or a shaker run in.

Offers: ``pulse_of``, ``unit_of``, ``snapped``, ``mates_of``, ``by_hand``, ``HATS``, ``OPEN``, ``CLOSED``, ``PEDAL``,
``RIDES``, ``BELLS``, ``CRASHES``, ``LEAST_LINE``.
"""

from __future__ import annotations

from collections.abc import Iterable

from models.engines.kin.config import STEPS
from models.engines.kin.planning.structure import Structure
from models.music.drum_kit import part_of

BELLS = (56, 53, 75, 76, 77)
"""Cowbell, ride bell, claves and wood blocks: what plays a time line."""
HATS = (42, 22, 46, 26)
"""The hat that a stick strikes, closed or open: never both at once."""
OPEN, CLOSED = (46, 26), (42, 22)
PEDAL, RIDES = 44, (51, 59, 53)
CRASHES = (49, 52, 55, 57)
LEAST_LINE = 3
"""Places of a bar that a line has which runs in no even pulse."""
_RUNS = 0.8
"""Share of the beats, or of the bars, in which a hit must come for it to run."""
_FINE, _TRIPLETS = 0.04, 0.6
"""Share of the hits off the 8ths from which on a beat is thought in 16ths, and of those, in triplets."""


def pulse_of(structure: Structure, unit: int) -> list[set[int]]:
    """The hits of each lane that run: at nearly all beats of its bars at the same ticks, or a time line.

    unit  steps of the grid on which the beat is thought

    Of 16ths or triplets that run through, those on 8ths or beats are the pulse. Hats are one lane; toms and hand drums
    run where nothing else does.
    """
    lanes: dict[int, list[int]] = {}
    for index, note in enumerate(structure.notes):
        if part_of(note.pitch) not in ("kick", "snare") and note.pitch not in CRASHES:
            lanes.setdefault(HATS[0] if note.pitch in HATS else note.pitch, []).append(index)
    found: dict[int, set[int]] = {}
    for pad, hits in lanes.items():
        cells = {index: snapped(structure.steps[index], unit) for index in hits}
        bars = len({structure.bar_of(step) for step in cells.values()})
        if bars < min(2, structure.bars):
            continue
        ticks = _running({(step % STEPS, step // STEPS) for step in cells.values()}, bars * structure.bar / STEPS)
        if len(ticks) == STEPS // unit > 2:
            ticks = {0, 12} if unit == 6 else {0}
        places = _running({(step % structure.bar, step // structure.bar) for step in cells.values()}, bars)
        line = not ticks and len(places) >= LEAST_LINE
        if pad in BELLS and len(places) >= LEAST_LINE:
            ticks, line = set(), True
        found[pad] = {
            i for i, step in cells.items() if (line and step % structure.bar in places) or step % STEPS in ticks
        }
    found = {pad: hits for pad, hits in found.items() if hits}
    metal = [hits for pad, hits in found.items() if part_of(pad) == "cymbals" or pad in BELLS]
    return metal or list(found.values())


def _running(hits: set[tuple[int, int]], most: float) -> set[int]:
    """Of (place, turn) pairs the places that come in nearly all of ``most`` turns."""
    places = [place for place, _ in hits]
    return {place for place in places if places.count(place) >= _RUNS * most}


def snapped(step: int, unit: int) -> int:
    """The step of the grid that a hit means; in a beat of triplets the half of a beat as well."""
    return step - step % STEPS + STEPS // 2 if abs(step % STEPS - STEPS // 2) <= 1 else round(step / unit) * unit


def unit_of(structure: Structure) -> int:
    """Steps of the grid on which the beat is thought: 16ths, triplets or 8ths."""
    steps = [step for step in structure.steps if step % 12]
    if len(steps) < _FINE * len(structure.steps):
        return 12
    triplets = sum(step % 8 == 0 and step % 6 != 0 for step in steps)
    return 8 if triplets > _TRIPLETS * len(steps) else 6


def by_hand(pad: int) -> bool:
    """Is a pad struck with a stick, rather than with a foot?"""
    return part_of(pad) != "kick" and pad != PEDAL


def mates_of(pad: int, pads: Iterable[int]) -> list[int]:
    """The pads on which a hit of another one may come instead: open and closed hats, drums of one kind."""
    fixed = (*CRASHES, *BELLS, PEDAL, pad)
    if pad in fixed[:-1] or part_of(pad) in ("kick", "snare", None):
        return []
    return [o for o in pads if o not in fixed and part_of(o) == part_of(pad) and (o in HATS) == (pad in HATS)]
