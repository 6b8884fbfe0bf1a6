"""Varying a beat as a drummer does: one pad at one place of the bar, in all bars or every other one, with its own pads.

The backbeat, the kicks that make the pattern, and rolls are pillars: they stay until nearly all else has changed. What
changes are ghost notes, hats and percussion at weak places, a kick that leads into a strong beat, and the end of a
phrase. A hit that comes is played as its pad is played at such a place.

Offers: ``BeatPlan``, ``IDEAS``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.edit_builder import Change
from models.engines.kin.planning.pads import HATS, OPEN, Pads, mates_of
from models.music.drum_kit import part_of
from models.music.note import Note

IDEAS = ("hats", "kick", "fill", "ghosts", "percussion", "thin", "second half")
"""What a beat's variation is about; a seed has one."""

_MOST_DROPPED = 0.3
"""Share of a pad's hits that may just go, while other things may still change."""
_CARPET = 0.35
"""Share of all hits from which a pad is what the others stand on, which may thin out more."""
_GHOST, _STRONG = 0.5, 0.6
_CLAP = 39
_DENSE, _THIN = 1.2, 0.88
"""Hits of the result for each of the prompt's beyond which what comes must go first, or the reverse."""
_TRIES = 60
_LEVELS, _LITTLE = 5, 0.78
"""The dial from which on up one half of the clip may stay as it is."""


class BeatPlan(Pads):
    """A beat and what is done to it, as edits."""

    def apply_edits(self, idea: str) -> None:
        """Change the beat by this idea until the dial is met."""
        self.idea = idea
        if idea == "fill" or (self.structure.bars % 4 == 0 and self.rng.random() < 0.4):
            self._fill(2 if idea == "fill" else 1)
        if idea in ("ghosts", "kick"):
            self._lead_ins("snare" if idea == "ghosts" else "kick")
        for level in range(_LEVELS) if not self.deep else (1, 2, 3, 4):
            self.level = level
            self.let_go()
            self.pulse = self.find_pulse()
            self.pillars = self.find_pillars()
            self._borrow(idea)
            order = self._order(idea)
            for _ in range(_TRIES):
                if self.builder.full:
                    return
                if not order:
                    break
                pad, place = order[int(self.rng.integers(min(len(order), 6)))]
                if not self._change(pad, place, idea):
                    order.remove((pad, place))
            if self.level == 0:
                self._lead_ins("kick")
                self._lead_ins("snare")

    def _order(self, idea: str) -> list[tuple[int, int]]:
        """Pads and places, those to change first in front."""
        liked = {"hats": "cymbals", "kick": "kick", "ghosts": "snare", "thin": "cymbals"}.get(idea)
        ranks = {}
        for (pad, place), hits in self.at.items():
            if not any(self.open(index) for index in hits):
                continue
            part = part_of(pad)
            rank = self.structure.strength(place) + self.rng.uniform(0, 0.5) - 0.5 * (part == liked)
            rank -= 0.5 * (idea == "percussion" and part not in ("kick", "snare") and pad not in (42, 46))
            ranks[pad, place] = rank + 0.8 * (part == "kick") * (idea != "kick")
        return sorted(ranks, key=lambda key: (ranks[key], key))

    def _bars(self, bars: Sequence[int], idea: str) -> list[int]:
        """In which bars: all of them, one half of a pair in each pair, the second half."""
        if idea == "second half" and self.level == 0 and self.builder.target >= _LITTLE:
            return [bar for bar in bars if bar >= self.structure.bars // 2]
        kinds = [list(bars), [bar for bar in bars if bar % 2], [bar for bar in bars if bar % 2 == 0]]
        return kinds[int(self.rng.choice(3, p=(0.3, 0.45, 0.25)))]

    def _change(self, pad: int, place: int, idea: str) -> bool:
        """One pad at one place of the bar goes, moves, is hit on another pad, or comes twice."""
        structure = self.structure
        hits = [index for index in self.at[pad, place] if self.open(index)]
        bars = self._bars([structure.bar_of(structure.steps[index]) for index in hits], idea)
        hits = [index for index in hits if structure.bar_of(structure.steps[index]) in bars]
        if not hits or len(hits) > self.left[pad]:
            hits = hits[-max(1, self.left[pad]) :] if self.left[pad] > 0 else []
        if not hits:
            return False
        kinds = ["move", "other", "double", "drop"]
        weights = np.array([1.0, 0.7, 0.9, 0.6 + 1.2 * (idea == "thin")])
        ratio = self.size / len(structure.notes)
        thinnest = (_THIN if idea != "thin" else 0.75) - 0.13 * self.level
        weights *= [1, 1, ratio < _DENSE + 0.06 * self.level, ratio > thinnest]
        if part_of(pad) == "kick":
            weights *= [0.5, 1, 1, 0.4]
        if self.pulse.intersection(hits):
            # It runs on: an open hat may stand for a closed one where the beat is weak, or hits come between.
            weights *= [0, pad in HATS and pad not in OPEN and structure.strength(place) < _STRONG, 1, 0]
        some = int(np.count_nonzero(weights))
        for kind in self.rng.choice(kinds, some, replace=False, p=weights / weights.sum()) if some else ():
            parts = getattr(self, f"_{kind}")(pad, hits)
            if parts and (self.builder.put(parts) or self.builder.put(parts[len(parts) // 2 :])):
                self.left[pad] -= len(hits)
                self.changed[pad] += len(hits)
                self.size += sum(len(added) - len(removed) for removed, added in parts)
                self.remember(parts)
                return True
        return False

    def _borrow(self, idea: str) -> None:
        """What a pad does in one beat of a bar it does in another as well, in the bars that are alike."""
        structure = self.structure
        beats = structure.bar // STEPS
        busy = [pad for pad, hits in self.pads.items() if part_of(pad) != "snare" and len(hits) > structure.bars]
        busy = [pad for pad in busy if pad not in self.lines and (idea == "kick" or part_of(pad) != "kick")]
        for _ in range(3 if idea in ("hats", "percussion", "second half") else 1):
            if self.builder.full or not busy or beats < 2:
                return
            pad = int(busy[self.rng.integers(len(busy))])
            bars = self._bars(range(structure.bars), idea)
            source = int(self.rng.integers(structure.bars)) * structure.bar + int(self.rng.integers(beats)) * STEPS
            goal = int(self.rng.integers(1, beats)) * STEPS
            model = self._of_beat(pad, source)
            shape = {structure.steps[index] - source for index in model}
            parts: list[Change] = []
            for bar in bars:
                here = bar * structure.bar + goal
                old = self._of_beat(pad, here)
                there = {structure.steps[index] - here for index in old}
                gone = tuple(index for index in old if structure.steps[index] - here not in shape and self.loose(index))
                come = tuple(
                    structure.notes[index].moved(onset=structure.notes[index].onset + (here - source) / STEPS)
                    for index in model
                    if structure.steps[index] - source not in there
                    and self.suits(pad, structure.steps[index] + here - source)
                )
                if (gone or come) and model:
                    parts.append((gone, come))
            if parts and self.builder.put(parts):
                self.size += sum(len(come) - len(gone) for gone, come in parts)
                self.remember(parts)

    def _of_beat(self, pad: int, start: int) -> list[int]:
        return [index for index in self.pads[pad] if start <= self.structure.steps[index] < start + STEPS]

    def _drop(self, pad: int, hits: Sequence[int]) -> list[Change]:
        self.dropped[pad] += len(hits)
        carpet = 1.4 if len(self.pads[pad]) > _CARPET * len(self.structure.notes) else 1.0
        if self.dropped[pad] > _MOST_DROPPED * carpet * len(self.pads[pad]) * (1 + self.level):
            return []
        return [((index,), ()) for index in hits]

    def _move(self, pad: int, hits: Sequence[int]) -> list[Change]:
        """The hits come a step of the grid earlier or later, at a place that isn't stronger."""
        way = self.unit * int(self.rng.choice((-1, 1)))
        return self._elsewhere(hits, way, pad)

    def _elsewhere(self, hits: Sequence[int], way: int, pad: int) -> list[Change]:
        parts: list[Change] = []
        for index in hits:
            step = self.structure.steps[index] + way
            if self.crowded(pad, step, index):
                continue
            note = self.structure.notes[index]
            parts.append(((index,), (self.hit(step, pad, note.velocity),)))
        return parts if len(parts) == len(hits) else []

    def _other(self, pad: int, hits: Sequence[int]) -> list[Change]:
        """The hits go to another pad of the same part of the kit."""
        mates = mates_of(pad, self.pads)
        if not mates:
            return []
        mate = int(mates[self.rng.integers(len(mates))])
        return self._elsewhere(hits, 0, mate)

    def _double(self, pad: int, hits: Sequence[int]) -> list[Change]:
        """One more hit beside each, softer, at a weaker place."""
        parts: list[Change] = []
        if pad in OPEN:  # what comes beside an open hat is closed
            closed = [other for other in HATS if other in self.pads and other not in OPEN]
            pad = closed[0] if closed else pad
        unit = min(self.unit, self.gaps[pad])
        soft = _GHOST if part_of(pad) == "snare" else 0.75
        for way in self.rng.permutation([-unit, unit]):
            parts = []
            for index in hits:
                step = self.structure.steps[index] + int(way)
                if not self.crowded(pad, step) and self.structure.strength(step) < _STRONG:
                    most = self.structure.softer(self.structure.notes[index].velocity, soft)
                    parts.append(self._beside(index, self.hit(step, pad, most)))
            if len(parts) == len(hits):
                return parts
        return []

    def _beside(self, index: int, new: Note) -> Change:
        """A hit comes beside another one, which ends where the new one begins."""
        note = self.structure.notes[index]
        if note.pitch != new.pitch or not note.onset < new.onset < note.end:
            return (), (new,)
        return (index,), (note.moved(duration=new.onset - note.onset), new)

    def _lead_ins(self, part: str) -> None:
        """A kick that leads into a strong beat, or soft snares about the backbeat; in the bars that are alike."""
        structure = self.structure
        pads = [pad for pad in self.pads if part_of(pad) == part]
        soft = [pad for pad in pads if part == "kick" or self.has_ghosts(pad)]
        if not soft:
            return
        pad = max(soft, key=lambda pad: len(self.pads[pad]))
        goals = sorted(
            {structure.steps[i] % structure.bar for i in self.pillars if part_of(structure.notes[i].pitch) == part}
        )
        most = 2 if self.idea == ("kick" if part == "kick" else "ghosts") else 1
        floor = part == "kick" and len(goals) * STEPS >= structure.bar
        for place in self.rng.permutation([*goals, 0])[:most]:
            if self.builder.full or self.size > _DENSE * 1.1 * len(structure.notes):
                return
            way = self.unit * int(self.rng.choice((-1, -2, 1) if part == "snare" else (-1, -2)))
            bars = self._bars(range(structure.bars), "")
            bars = [bar for bar in bars if bar % 4 == 3] or bars[-1:] if floor else bars
            parts: list[Change] = []
            for bar in bars:
                step = bar * structure.bar + int(place) + way
                if not self.crowded(pad, step):
                    note = self.performance.note(step, pad, None, self.rng)
                    loud = max(structure.notes[i].velocity for i in self.pads[pad])
                    quiet = structure.softer(loud, _GHOST if part == "snare" else 0.85)
                    parts.append(((), (note.moved(velocity=max(1, min(note.velocity, quiet))),)))
            if parts and self.builder.put(parts):
                self.size += len(parts)
                self.remember(parts)

    def _fill(self, beats: int) -> None:
        """The end of the last bar of each phrase on snare, toms or percussion, growing louder."""
        structure = self.structure
        pads = [pad for pad in self.pads if part_of(pad) not in ("kick", "cymbals")]
        pads = [pad for pad in pads if pad != _CLAP]
        phrase = 4 if structure.bars >= 4 else structure.bars
        if not pads:
            return
        length = beats * STEPS
        steps = [s for s in range(structure.bar - length, structure.bar, self.unit) if self.rng.random() < 0.75]
        hit = [int(pads[self.rng.integers(len(pads))]) for _ in steps]
        parts: list[Change] = []
        for bar in range(phrase - 1, structure.bars, phrase):
            start = bar * structure.bar
            gone = tuple(
                index
                for index in structure.in_bars[bar]
                if structure.steps[index] >= start + structure.bar - length
                and (self.open(index) if beats > 1 else self.loose(index))
                and part_of(structure.notes[index].pitch) == "cymbals"
                and structure.strength(structure.steps[index]) < _STRONG
            )
            come = []
            for number, (step, pad) in enumerate(zip(steps, hit, strict=True)):
                if not self.crowded(pad, start + step):
                    loud = max(structure.notes[i].velocity for i in self.pads[pad])
                    note = self.performance.note(start + step, pad, None, self.rng)
                    grown = 0.55 + 0.45 * (number + 1) / len(steps)
                    come.append(note.moved(velocity=structure.softer(loud, grown)))
            if come:
                parts.append((gone, tuple(come)))
        if parts and self.builder.put(parts):
            self.size += sum(len(come) - len(gone) for gone, come in parts)
            self.remember(parts)
