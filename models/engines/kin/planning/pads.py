"""The pads of a beat: which hits it is known by, which may change, where there is room for another, and how it sounds.

The backbeat, the kicks that make the pattern, and rolls are *pillars*; the higher the level, the fewer there are. The
*pulse* is what hats, a ride, a bell or a shaker run in: it stays, opens or is filled, but isn't broken.

Offers: ``Pads``, ``pulse_of``, ``mates_of``, ``HATS``, ``OPEN``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.edit_builder import Change, EditBuilder
from models.engines.kin.planning.performance_model import PerformanceModel
from models.engines.kin.planning.structure import Structure, once
from models.music.drum_kit import part_of
from models.music.note import Note

_USUAL, _USUAL_KICK = 0.6, 0.5
"""Share of the bars in which a hit must come at its place to be a pillar; a kick of every other bar is one."""
_ROLL = 6
"""Steps between hits nearer than which they are a roll."""
_MOST_OF_A_PAD, _KICKS_CHANGED = 0.45, 0.3
"""Share of a pad's hits that may change, at first; and of the kick's until nearly all else has."""
_GHOST, _SOFT, _STRONG, _DEEP = 0.5, 0.6, 0.6, 0.45
_BELLS = (56, 53, 75, 76, 77)
"""Cowbell, ride bell, claves and wood blocks: what plays a time line."""
HATS = (42, 22, 46, 26)
"""The hat that a stick strikes, closed or open: never both at once."""
OPEN = (46, 26)
_ONE_AT_ONCE = (HATS, (35, 36))
_CRASHES, _PEDAL = (49, 52, 55, 57), 44
_RUNS = 0.8
"""Share of the beats, or of the bars, in which a hit must come for it to run."""
_LEAST_LINE = 3
"""Places of a bar that a line has which runs in no even pulse."""
_HANDS, _FASTEST = 2, 150.0
"""Sticks that strike at once; the tempo up to which one hand plays 16ths."""


class Pads:
    """The hits of a clip, by pad and place of the bar."""

    def __init__(self, structure: Structure, builder: EditBuilder, rng: np.random.Generator) -> None:
        self.structure, self.builder, self.rng = structure, builder, rng
        self.performance = once(PerformanceModel)(structure)
        self.pads: dict[int, list[int]] = {}
        self.at: dict[tuple[int, int], list[int]] = {}
        struck: dict[int, set[int]] = {}
        for index, (step, note) in enumerate(zip(structure.steps, structure.notes, strict=True)):
            self.pads.setdefault(note.pitch, []).append(index)
            self.at.setdefault((note.pitch, step % structure.bar), []).append(index)
            struck.setdefault(step, set()).add(note.pitch)
        self.taken = {(note.pitch, step) for step, note in zip(structure.steps, structure.notes, strict=True)}
        self.unit = self.find_unit()
        self.rolls = self.find_rolls()
        self.level, self.idea, self.deep = 0, "", builder.target < _DEEP
        self.pulses = pulse_of(structure, self.unit)
        self.pulse = self.find_pulse()
        self.lines = {structure.notes[i].pitch for i in self.pulse if structure.notes[i].pitch in _BELLS}
        self.rudiment = 2 * sum(part_of(note.pitch) == "snare" for note in structure.notes) > len(structure.notes)
        self.backbeats = set() if self.rudiment else self.find_backbeats()
        middle = sum(step % STEPS == 8 for step in structure.steps)
        self.swings = self.unit == 8 and middle < 0.3 * sum(step % STEPS == 16 for step in structure.steps)
        self.together = [pads & set(group) for pads in struck.values() for group in _ONE_AT_ONCE]
        self.hands = max([_HANDS, *(sum(map(_by_hand, pads)) for pads in struck.values())])
        self.gaps = {pad: self.gap(hits) if part_of(pad) == "kick" else self.unit for pad, hits in self.pads.items()}
        self.dropped = dict.fromkeys(self.pads, 0)
        self.pillars = self.find_pillars()
        running = {structure.notes[index].pitch for index in self.pulse}
        self.room = {
            pad: max(2, round((0.75 if pad in running else 0.5) * len(hits))) for pad, hits in self.pads.items()
        }
        self.room |= dict.fromkeys(self.lines, 0)
        self.room |= {pad: max(self.room[pad], 2 * structure.bars) for pad in running.intersection(OPEN)}
        if self.unit == 12 and structure.prompt.tempo <= _FASTEST:
            self.gaps |= dict.fromkeys(running, 6)
        self.changed = dict.fromkeys(self.pads, 0)
        self.left = dict.fromkeys(self.pads, 0)
        self.size = len(structure.notes)

    def let_go(self) -> None:
        """How many hits of each pad may still change at this level."""
        share = min(1.0, _MOST_OF_A_PAD * (1 + 0.5 * self.level))
        kicks = _KICKS_CHANGED + 0.2 * (self.idea == "kick")
        self.left = {
            pad: max(1, round((min(share, kicks) if part_of(pad) == "kick" and self.level < 3 else share) * len(hits)))
            - self.changed[pad]
            for pad, hits in self.pads.items()
        }

    def find_unit(self) -> int:
        """Steps of the grid on which the beat is thought: 16ths, triplets or 8ths."""
        steps = [step for step in self.structure.steps if step % 12]
        if len(steps) < 0.04 * len(self.structure.steps):
            return 12
        triplets = sum(step % 8 == 0 and step % 6 != 0 for step in steps)
        return 8 if triplets > 0.6 * len(steps) else 6

    def find_rolls(self) -> set[int]:
        """Hits of runs that are faster than the grid."""
        found: set[int] = set()
        for hits in self.pads.values():
            for one, other in pairwise(hits):
                if 0 < self.structure.steps[other] - self.structure.steps[one] < min(_ROLL, self.unit):
                    found |= {one, other}
        return found

    def gap(self, hits: Sequence[int]) -> int:
        """Steps that the hits of a pad keep from each other, rolls apart."""
        steps = [self.structure.steps[index] for index in hits]
        gaps = (b - a for a, b in pairwise(steps) if b - a >= self.unit)
        return min(2 * self.unit, min(gaps, default=self.unit))

    def find_pillars(self) -> set[int]:
        """Hits that the beat is known by; the higher the level, the fewer."""
        structure, found = self.structure, set(self.rolls if self.level < 3 else ())
        for (pad, place), hits in self.at.items():
            part = part_of(pad)
            often = len(hits) >= (_USUAL_KICK if part == "kick" else _USUAL) * structure.bars
            strong = structure.strength(place) >= 0.6
            loud = {index for index in hits if structure.notes[index].velocity >= 0.75 * structure.loudest}
            if part == "kick":
                free = self.level >= ((1 if self.idea == "kick" else 3) if often else 0 if self.idea == "kick" else 2)
                stays = place == 0 or not free or (often and strong and (self.level < 3 or not self.deep))
            elif part == "snare":
                # Ghost notes come and go.
                soft = {index for index in hits if structure.notes[index].velocity < _SOFT * structure.loudest}
                hits = [index for index in hits if index not in soft]
                often = often and not self.rudiment
                stays = (often or strong) and (self.level < 3 or (strong and not self.rudiment) or not self.deep)
            elif part == "cymbals" and pad not in _BELLS:
                usual = strong or (len(loud) == len(hits) and often)
                stays = usual and self.level < 2 and not self.pulse.intersection(hits)
            else:
                stays = len(hits) == structure.bars and bool(loud) and self.level < 2
            if stays:
                found.update(hits)
        return found

    def find_pulse(self) -> set[int]:
        """Hits of the pulse that stay at this level: all; at last time lines, and of each lane those it leans on."""
        found = set()
        busiest = max(self.pulses, key=len, default=set())
        for hits in self.pulses:
            line = all(self.structure.notes[index].pitch in _BELLS for index in hits)
            if self.level < 3 or (line and not self.deep) or (hits is busiest and self.level == 3):
                found |= hits
            elif not self.deep:
                found |= self.leant_on(hits)
        return found

    def leant_on(self, hits: set[int]) -> set[int]:
        """The hits of a lane on the beat, or those off it where they are louder."""
        on = {index for index in hits if self.structure.strength(self.structure.steps[index]) >= _STRONG}
        loud, soft = (
            np.mean([self.structure.notes[index].velocity for index in some] or [0]) for some in (hits - on, on)
        )
        return hits - on if loud > soft else on

    def find_backbeats(self) -> set[int]:
        """Places of the bar where a snare or clap is usually struck hard."""
        structure = self.structure
        return {
            place
            for (pad, place), hits in self.at.items()
            if part_of(pad) == "snare"
            and sum(structure.notes[i].velocity >= _SOFT * structure.loudest for i in hits) >= _USUAL * structure.bars
        }

    def open(self, index: int) -> bool:
        return self.builder.free(index) and index not in self.pillars

    def loose(self, index: int) -> bool:
        """May a hit go from its place?"""
        return self.open(index) and index not in self.pulse

    def suits(self, pad: int, step: int, own: tuple[int, int] | None = None) -> bool:
        """Would a drummer hit a pad there, beside what is there but ``own``?

        No kick under or beside the backbeat or on a 16th behind the beat, no hard snare on a strong beat, no open hat
        on a 16th or with a closed one, no more sticks at once than two hands have, unless the clip does so.
        """
        structure, part, place = self.structure, part_of(pad), step % self.structure.bar
        here = {o for o in self.pads if (o, step) in self.taken and (o, step) != own} | {pad}
        if self.swings and part in ("kick", "snare") and step % STEPS == 8:
            return False
        if part == "kick" and not any(part_of(other) == part and at == place for other, at in self.at):
            wide = max(6, self.unit % 12)
            near = any((place - beat + wide) % structure.bar <= 2 * wide for beat in self.backbeats)
            tick = step % STEPS
            behind = tick == 6 and not any(part_of(other) == part and at % STEPS == tick for other, at in self.at)
            if near or behind:
                return False
        if part == "snare" and not self.rudiment and (pad, place) not in self.at and not self.in_fill(step):
            even = len({note.velocity for note in structure.notes}) == 1
            if even or structure.strength(place) >= _STRONG:
                return False
        if pad in OPEN and self.unit != 8 and step % 12 and not any(o == pad and at % 12 for o, at in self.at):
            return False
        for group in _ONE_AT_ONCE:
            both = here & set(group)
            if pad in group and len(both) > 1 and not any(both <= pads for pads in self.together):
                return False
        return not _by_hand(pad) or sum(map(_by_hand, here)) <= self.hands

    def in_fill(self, step: int) -> bool:
        """Is a step in the last half bar of a phrase?"""
        bar = self.structure.bar_of(step)
        return (bar % 4 == 3 or bar == self.structure.bars - 1) and 2 * (
            step % self.structure.bar
        ) >= self.structure.bar

    def remember(self, parts: Sequence[Change]) -> None:
        for removed, added in parts:
            self.taken -= {(self.structure.notes[i].pitch, self.structure.steps[i]) for i in removed}
            for note in added:
                self.taken.add((note.pitch, round(note.onset * STEPS)))
                self.room[note.pitch] -= 1

    def crowded(self, pad: int, step: int, but: int = -1) -> bool:
        """Is there no room for a hit: no clip, no such pad in the bar, another hit too near, enough new ones?"""
        structure = self.structure
        if not 0 <= step < structure.bars * structure.bar or self.room[pad] <= 0:
            return True
        if not any(structure.notes[index].pitch == pad for index in structure.in_bars[structure.bar_of(step)]):
            return True
        own = (structure.notes[but].pitch, structure.steps[but]) if but >= 0 else None
        if not self.suits(pad, step, own):
            return True
        gap = self.gaps[pad]
        near = ((pad, other) for other in range(step - gap + 1, step + gap))
        return any(hit in self.taken and hit != own for hit in near)

    def hit(self, step: int, pad: int, most: int) -> Note:
        """A hit as the pad is played there, no louder than ``most`` where the clip never hits it there."""
        known = self.at.get((pad, step % self.structure.bar))
        note = self.performance.note(step, pad, None, self.rng)
        note = note.moved(duration=min(note.duration, self.gaps[pad] / STEPS))
        return note if known else note.moved(velocity=max(1, min(note.velocity, most)))

    def has_ghosts(self, pad: int) -> bool:
        """A snare can be played softly; a clap can't, unless the clip does."""
        loud = [self.structure.notes[i].velocity for i in self.pads[pad]]
        return pad in (38, 40, 37) or min(loud) < 0.75 * max(loud)


def pulse_of(structure: Structure, unit: int) -> list[set[int]]:
    """The hits of each lane that run: at nearly all beats of its bars at the same ticks, or a time line.

    unit  steps of the grid on which the beat is thought

    Of 16ths or triplets that run through, those on 8ths or beats are the pulse. Hats are one lane; toms and hand drums
    run where nothing else does.
    """
    lanes: dict[int, list[int]] = {}
    for index, note in enumerate(structure.notes):
        if part_of(note.pitch) not in ("kick", "snare") and note.pitch not in _CRASHES:
            lanes.setdefault(HATS[0] if note.pitch in HATS else note.pitch, []).append(index)
    found: dict[int, set[int]] = {}
    for pad, hits in lanes.items():
        snapped = {index: round(structure.steps[index] / unit) * unit for index in hits}
        bars = len({structure.bar_of(step) for step in snapped.values()})
        if bars < min(2, structure.bars):
            continue
        ticks = _running({(step % STEPS, step // STEPS) for step in snapped.values()}, bars * structure.bar / STEPS)
        if len(ticks) == STEPS // unit > 2:
            ticks = {0, 12} if unit == 6 else {0}
        places = _running({(step % structure.bar, step // structure.bar) for step in snapped.values()}, bars)
        line = not ticks and len(places) >= _LEAST_LINE
        if pad in _BELLS and len(places) >= _LEAST_LINE:
            ticks, line = set(), True
        found[pad] = {
            i for i, step in snapped.items() if (line and step % structure.bar in places) or step % STEPS in ticks
        }
    found = {pad: hits for pad, hits in found.items() if hits}
    metal = [hits for pad, hits in found.items() if part_of(pad) == "cymbals" or pad in _BELLS]
    return metal or list(found.values())


def _running(hits: set[tuple[int, int]], most: float) -> set[int]:
    """Of (place, turn) pairs the places that come in nearly all of ``most`` turns."""
    places = [place for place, _ in hits]
    return {place for place in places if places.count(place) >= _RUNS * most}


def _by_hand(pad: int) -> bool:
    return part_of(pad) != "kick" and pad != _PEDAL


def mates_of(pad: int, pads: Iterable[int]) -> list[int]:
    """The pads on which a hit of another one may come instead: open and closed hats, drums of one kind."""
    fixed = (*_CRASHES, *_BELLS, _PEDAL, pad)
    if pad in fixed[:-1] or part_of(pad) in ("kick", "snare", None):
        return []
    return [o for o in pads if o not in fixed and part_of(o) == part_of(pad) and (o in HATS) == (pad in HATS)]
