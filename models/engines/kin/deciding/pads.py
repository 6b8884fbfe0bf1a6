"""The pads of a beat: which hits it is known by, which may change, where there is room for another, and how it sounds.

The backbeat, the kicks that make the pattern, and rolls are *pillars*; the higher the level, the fewer there are.

Offers: ``Pads``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.deciding.canvas import Canvas, Part
from models.engines.kin.deciding.ground import Ground, Touch
from models.music.drum_kit import part_of
from models.music.note import Note

_USUAL = 0.6
"""Share of the bars in which a hit must come at its place to be a pillar."""
_ROLL = 6
"""Steps between hits nearer than which they are a roll."""
_MOST_OF_A_PAD = 0.45
"""Share of a pad's hits that may change, at first."""
_GHOST, _SOFT = 0.5, 0.6
_LEVELS, _DEEP = 4, 0.45
_BELLS = (56, 53, 75, 76, 77)
"""Cowbell, ride bell, claves and wood blocks: what plays a time line."""


class Pads:
    """The hits of a clip on a canvas, by pad and place of the bar."""

    def __init__(self, ground: Ground, canvas: Canvas, rng: np.random.Generator) -> None:
        self.ground, self.canvas, self.rng = ground, canvas, rng
        self.touch = Touch(ground)
        self.pads: dict[int, list[int]] = {}
        for index, note in enumerate(ground.notes):
            self.pads.setdefault(note.pitch, []).append(index)
        self.at: dict[tuple[int, int], list[int]] = {}
        for index, (step, note) in enumerate(zip(ground.steps, ground.notes, strict=True)):
            self.at.setdefault((note.pitch, step % ground.bar), []).append(index)
        self.taken = {(note.pitch, step) for step, note in zip(ground.steps, ground.notes, strict=True)}
        self.unit = self.find_unit()
        self.rolls = self.find_rolls()
        self.gaps = {pad: self.gap(hits) if part_of(pad) == "kick" else self.unit for pad, hits in self.pads.items()}
        self.level, self.idea, self.deep = 0, "", canvas.target < _DEEP
        self.dropped = dict.fromkeys(self.pads, 0)
        self.pillars = self.find_pillars()
        self.room = {pad: max(2, len(hits) // 2) for pad, hits in self.pads.items()}
        self.changed = dict.fromkeys(self.pads, 0)
        self.left = dict.fromkeys(self.pads, 0)
        self.size = len(ground.notes)

    def let_go(self) -> None:
        """How many hits of each pad may still change at this level."""
        share = min(1.0, _MOST_OF_A_PAD * (1 + 0.5 * self.level))
        self.left = {pad: max(1, round(share * len(hits))) - self.changed[pad] for pad, hits in self.pads.items()}

    def find_unit(self) -> int:
        """Steps of the grid on which the beat is thought: 16ths, triplets or 8ths."""
        steps = [step for step in self.ground.steps if step % 12]
        if len(steps) < 0.04 * len(self.ground.steps):
            return 12
        triplets = sum(step % 8 == 0 and step % 6 != 0 for step in steps)
        return 8 if triplets > 0.6 * len(steps) else 6

    def find_rolls(self) -> set[int]:
        """Hits of runs that are faster than the grid."""
        found: set[int] = set()
        for hits in self.pads.values():
            for one, other in zip(hits, hits[1:], strict=False):
                if 0 < self.ground.steps[other] - self.ground.steps[one] < min(_ROLL, self.unit):
                    found |= {one, other}
        return found

    def gap(self, hits: Sequence[int]) -> int:
        """Steps that the hits of a pad keep from each other, rolls apart."""
        steps = [self.ground.steps[index] for index in hits]
        gaps = [b - a for a, b in zip(steps, steps[1:], strict=False) if b - a >= self.unit]
        return min([2 * self.unit, *gaps]) if gaps else self.unit

    def find_pillars(self) -> set[int]:
        """Hits that the beat is known by; the higher the level, the fewer."""
        ground, found = self.ground, set(self.rolls if self.level < 2 else ())
        loudest = max(note.velocity for note in ground.notes)
        for (pad, place), hits in self.at.items():
            part = part_of(pad)
            often = len(hits) >= _USUAL * ground.bars
            strong = ground.strength(place) >= 0.6
            loud = {index for index in hits if ground.notes[index].velocity >= 0.75 * loudest}
            if part == "kick":
                free = self.level >= (0 if self.idea == "kick" else 1 if not often else 2)
                stays = place == 0 or not free or (often and strong and (self.level < 3 or not self.deep))
            elif part == "snare":
                # Ghost notes come and go.
                soft = {index for index in hits if ground.notes[index].velocity < _SOFT * loudest}
                hits = [index for index in hits if index not in soft]
                stays = (often or strong) and (self.level < 3 or strong or not self.deep)
            elif part == "cymbals" and pad not in _BELLS:
                stays = (strong and self.level < 2) or (len(loud) == len(hits) and often and self.level < 2)
            else:
                stays = len(hits) == ground.bars and bool(loud) and self.level < 2
            if stays:
                found.update(hits)
        return found

    def open(self, index: int) -> bool:
        return self.canvas.free(index) and index not in self.pillars

    def remember(self, parts: Sequence[Part]) -> None:
        for removed, added in parts:
            self.taken -= {(self.ground.notes[i].pitch, self.ground.steps[i]) for i in removed}
            self.taken |= {(note.pitch, round(note.onset * STEPS)) for note in added}
            for note in added:
                self.room[note.pitch] -= 1

    def crowded(self, pad: int, step: int, but: int = -1) -> bool:
        """Is there no room for a hit: no clip, no such pad in the bar, another hit too near, enough new ones?"""
        ground = self.ground
        if not 0 <= step < ground.bars * ground.bar or self.room[pad] <= 0:
            return True
        if not any(ground.notes[index].pitch == pad for index in ground.in_bars[ground.bar_of(step)]):
            return True
        own = (ground.notes[but].pitch, ground.steps[but]) if but >= 0 else None
        gap = self.gaps[pad]
        near = ((pad, other) for other in range(step - gap + 1, step + gap))
        return any(hit in self.taken and hit != own for hit in near)

    def hit(self, step: int, pad: int, most: int) -> Note:
        """A hit as the pad is played there, no louder than ``most`` where the clip never hits it there."""
        known = self.at.get((pad, step % self.ground.bar))
        note = self.touch.note(step, pad, None, self.rng)
        if known:
            return note
        ticks = [i for i in self.pads[pad] if self.ground.steps[i] % STEPS == step % STEPS]
        return note if ticks else note.moved(velocity=max(1, min(note.velocity, most)))

    def has_ghosts(self, pad: int) -> bool:
        """A snare can be played softly; a clap can't, unless the clip does."""
        velocities = [self.ground.notes[i].velocity for i in self.pads[pad]]
        return pad in (38, 40, 37) or min(velocities) < 0.75 * max(velocities)
