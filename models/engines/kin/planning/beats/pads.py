"""Where a beat has room for a hit, how it is played there, and what was changed so far.

Offers: ``Pads``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.beats.kit import STRONG, Kit
from models.engines.kin.planning.beats.pulse import HATS, OPEN, by_hand
from models.engines.kin.planning.edit_builder import Change, EditBuilder
from models.engines.kin.planning.structure import Structure, once
from models.music.drum_kit import part_of
from models.music.note import Note

_ONE_AT_ONCE = (HATS, (35, 36))
_SHORTEST, _EARLY = 1 / 32, 0.04


class Pads(Kit):
    """A kit whose hits go and come; the higher the level, the more of the skeleton may go.

    taken  (pad, cell) of what is struck now
    level  0-2: how much of the skeleton may change
    """

    def __init__(self, structure: Structure, builder: EditBuilder, rng: np.random.Generator) -> None:
        vars(self).update(vars(once(Kit)(structure)))
        self.builder, self.rng, self.level = builder, rng, 0
        self.taken = set(self.struck)
        self._cells_of = {pad: sorted({self.cells[i] for i in hits}) for pad, hits in self.by_pad.items()}

    def may_go(self, index: int) -> bool:
        """May a hit go from its place, alone?"""
        if not self.builder.free(index):
            return False
        cell, layer, level = self.cells[index], self.layers[index], self.level
        strong = self.strength(cell) >= STRONG
        if layer == "kick":
            place = cell % self.structure.bar
            pattern = place in self.kicks
            last = self.bar_numbers[index] in self.ends
            return place != 0 and (level > 1 or (not pattern and (last or level > 0)) or (level > 0 and not strong))
        if layer in ("accent", "fixed"):
            return level > 1 and not strong
        if layer == "time":
            return (not strong and not self._pumps(index)) or level > 1
        return layer == "ghost" or level > 0 or not strong

    def _pumps(self, index: int) -> bool:
        """Is this the open hat between the kicks of a beat that has one on every beat?"""
        return (
            self.floor and self.structure.notes[index].pitch in OPEN and self.cells[index] % self.beat == self.beat // 2
        )

    def suits(self, pad: int, cell: int, without: Iterable[int] = ()) -> bool:
        """Would a drummer hit a pad there: is it free, does it go with what is struck there, are there hands for it?"""
        structure = self.structure
        if not 0 <= cell < structure.bars * structure.bar:
            return False
        gone = {(structure.notes[i].pitch, self.cells[i]) for i in without}
        here = [other for other in self.by_pad if (other, cell) in self.taken and (other, cell) not in gone]
        for group in _ONE_AT_ONCE:
            if pad in group:
                # In a roll two hits of a pad may have one cell: what is left of them is still struck.
                rest = {*without, *self.builder.edit_set.touched}
                rolled = (i for i in self._at.get(cell, ()) if i not in rest and structure.notes[i].pitch in group)
                if any(other in group for other in here) or any(True for _ in rolled):
                    return False
        if pad in here:
            return False
        if part_of(pad) == "kick":
            place = cell % structure.bar
            return not any(0 <= (place - beat) % structure.bar <= self.fine for beat in self.backbeats - self.kicks)
        return not by_hand(pad) or sum(map(by_hand, here)) < self.hands

    def hit(self, pad: int, cell: int, share: float | None = None, velocity: int | None = None) -> Note:
        """A hit as the clip plays that pad there; share: this much of the pad's usual loudness, 0-1."""
        other = 0.0 if cell % 12 == 0 else self._lags.get((cell + 12) % STEPS, 0.0)
        note, late = self._model(pad, cell), self._lags.get(cell % STEPS, other)
        velocity = velocity or note.velocity
        if share is not None:
            velocity = self.structure.softer(self.loud(pad), share)
        return note.moved(onset=max(0.0, cell / STEPS + late), velocity=velocity)

    def instead(self, hits: Iterable[int], pad: int, way: int = 0) -> list[Change]:
        """Hits on another pad, or so many steps later, as loud as they are."""
        found = []
        for index in hits:
            if self.swings and (self.cells[index] + way) % STEPS == 8:
                continue
            velocity = self.structure.notes[index].velocity
            part = self.come(pad, self.cells[index] + way, None, [index], velocity)
            if part and index not in part[0] and self.builder.free(index):
                found.append(((index, *part[0]), part[1]))
        return found

    def come(
        self, pad: int, cell: int, share: float | None = None, gone: Sequence[int] = (), velocity: int | None = None
    ) -> Change | None:
        """A new hit where there is room; one of the same pad that still rings there ends."""
        if not self.suits(pad, cell, gone):
            return None
        note, end, spans = self.hit(pad, cell, share, velocity), self.structure.constraints.end, self.spans[pad]
        onset, taken = note.onset, self._cells_of[pad]
        now, after = bisect_left(spans, (onset,)), bisect_left(spans, (onset, np.inf))
        later = [end, *(start for start, _, _ in spans[after : after + 1])]
        ahead = (at / STEPS - _EARLY for at in taken[bisect_right(taken, cell) :])
        later += [next((start for start in ahead if start > onset), end)]
        room = min((start - onset for start in later if start > onset), default=1.0)
        note = note.moved(duration=max(_SHORTEST, min(note.duration, room)))
        longest = self.longest[pad]
        for start, stop, index in spans[bisect_left(spans, (onset - longest,)) : now]:
            if stop > onset and index not in gone:
                short, other = onset - start, self.structure.notes[index]
                return ((index,), (other.moved(duration=short), note)) if short > _SHORTEST else None
        return (), (note,)

    def put(self, parts: Iterable[Change]) -> bool:
        """Make a change unless it leads beyond the dial; was it made?"""
        parts = list(parts)
        if not parts or not self.builder.put(parts):
            return False
        for removed, added in parts:
            for pad, cell in [(self.structure.notes[i].pitch, self.cells[i]) for i in removed]:
                if (pad, cell) in self.taken:
                    self.taken.remove((pad, cell))
                    self._cells_of[pad].remove(cell)
            for note in added:
                cell = round(note.onset * STEPS / self.fine) * self.fine
                if (note.pitch, cell) not in self.taken:
                    self.taken.add((note.pitch, cell))
                    insort(self._cells_of[note.pitch], cell)
        return True
