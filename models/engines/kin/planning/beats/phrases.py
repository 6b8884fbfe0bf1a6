"""What is done to phrases of a beat: a fill at the end, and a bar that is played as another one.

Offers: ``PhraseMoves``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.beats.hits import HitMoves
from models.engines.kin.planning.beats.kit import heard
from models.engines.kin.planning.beats.pulse import PEDAL, by_hand
from models.engines.kin.planning.edit_builder import Change
from models.music.drum_kit import part_of

_NO_FILLS = (37, 39)
"""Cross-stick and clap, on which nobody plays a fill."""
_CELLS = ((0, 6, 12, 18), (0, 12, 18), (6, 12, 18), (12, 18))
_TRIPLETS = ((0, 8, 16), (0, 16), (8, 16))
"""The beats of a fill, in steps: each leads into the next bar."""
_FILL = 2
"""Drums by which a bar that has a fill has more than another."""
_AS_FULL, _ALIKE = 0.75, 0.75
"""Share of a bar's hits, time and skeleton that another one must have to be played in its stead; most in common."""


class PhraseMoves(HitMoves):
    """Fills and bars; each says whether it was done."""

    def fill(self) -> bool:
        """The end of a phrase on snare and toms from high to low, growing louder; the time stops for it."""
        pads = [p for p in self.by_pad if part_of(p) == "toms"]
        snare = [p for p in self.snares if p not in _NO_FILLS and len(self.by_pad[p]) > 1]
        if not self.insists:
            snare = [pad for pad in snare if not self.is_line(pad)]
        if not pads and not snare:
            return False
        row = [*sorted(snare, key=lambda p: -len(self.by_pad[p]))[:1], *sorted(pads, reverse=True)][:4]
        beats = (2, 1) if self.idea == "fill" and self.structure.bar >= 4 * self.beat else (1,)
        bars, ways = self.ends, _TRIPLETS if self.unit == 8 else _CELLS
        if self.filled:
            beats, bars = (
                (1,),
                [bar for bar in range(1, self.structure.bars, 2) if self.insists and bar not in self.ends],
            )
            ways = [cells for cells in ways if len(cells) <= self.most]  # amid a phrase no larger one than at its end
        for length in beats:
            cells = [self.beat * beat + tick for beat in range(length) for tick in self._cell(ways)]
            free = [bar for bar in bars if (bar + 1) * self.structure.bar - 1 not in self.filled]
            if self.put(part for bar in free for part in self._fill_of(bar, length, cells, row)):
                self.most = min(self.most, len(cells))
                for bar in free:
                    end = (bar + 1) * self.structure.bar
                    self.filled |= set(range(end - self.beat * length + cells[0], end))
                return True
        return False

    def _cell(self, cells: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        return cells[int(self.rng.integers(len(cells)))]

    def _fill_of(self, bar: int, beats: int, cells: Sequence[int], row: Sequence[int]) -> list[Change]:
        start = (bar + 1) * self.structure.bar - beats * self.beat
        hits = [i for i in self.of("time") if start + cells[0] <= self.cells[i] < start + beats * self.beat]
        hits = [i for i in hits if self.structure.notes[i].pitch != PEDAL and self.builder.free(i)]
        if bar not in self.ends:  # amid a phrase the time runs over it
            hits = [i for i in hits if self.cells[i] % self.beat]
        parts: list[Change] = [((index,), ()) for index in hits]
        inside = range(start + cells[0], start + beats * self.beat)
        if any(cell in inside and by_hand(pad) and (pad, cell) not in self.struck for pad, cell in self.taken):
            return []  # something new plays there already
        for number, cell in enumerate(cells):
            pad = row[min(len(row) - 1, number * len(row) // len(cells))]
            grown = 0.6 + 0.4 * (number + 1) / len(cells)
            struck = any((snare, start + cell) in self.taken for snare in self.snares)
            part = None if struck else self.come(pad, start + cell, grown, hits)
            if part:
                short = min(part[1][-1].duration, 0.9 * self.fine / STEPS)
                parts.append((part[0], (*part[1][:-1], part[1][-1].moved(duration=short))))
        return parts if len(parts) > len(hits) + 1 else []

    def bars(self) -> bool:
        """A bar, or half of one, is played as another one of the clip; ends of phrases stay."""
        pairs = self._pairs()
        order = self.rng.permutation(pairs).tolist() if pairs else []
        for source, goal in sorted(order, key=lambda pair: (pair[0] - pair[1]) % 2):  # phrases are of two bars
            for start, end in ((0, 1.0), (0.5, 1.0), (0, 0.5)):
                if self._of_bar(source, goal, int(start * self.structure.bar), int(end * self.structure.bar)):
                    return True
        return False

    @heard
    def _pairs(self) -> list[tuple[int, int]]:
        """Bars that differ, the first full enough to be played in the other's stead; no end of a phrase."""
        layers = (self.of("time"), self.of("kick", "accent"), range(len(self.cells)))
        count = np.array([[len(self.in_bar(hits, bar)) for hits in layers] for bar in range(self.structure.bars)])
        drums = np.array([len(self.in_bar(self.of("colour"), bar)) for bar in range(self.structure.bars)])
        able = (count[:, None] >= _AS_FULL * count).all(axis=2) & (drums[:, None] <= drums + _FILL)
        able[self.ends] = able[:, self.ends] = False
        np.fill_diagonal(able, False)
        return [(a, b) for a, b in np.argwhere(able).tolist() if self.likeness(a, b) < _ALIKE]

    def _of_bar(self, source: int, goal: int, start: int, end: int) -> bool:
        bar, notes = self.structure.bar, self.structure.notes

        def inside(number: int) -> dict[tuple[int, int], int]:
            return {
                (notes[i].pitch, self.cells[i] % bar): i
                for i in self.in_bar(range(len(notes)), number)
                if start <= self.cells[i] % bar < end and not (self.layers[i] == "fixed" and self.cells[i] % bar == 0)
            }

        model, old = inside(source), inside(goal)
        gone = [index for key, index in old.items() if key not in model]
        if any(not self.builder.free(index) for index in gone) or any(
            (pad, goal * bar + place) not in self.taken for pad, place in old
        ):
            return False
        parts: list[Change] = [((index,), ()) for index in gone]
        shift = (goal - source) * bar / STEPS
        for (pad, place), index in model.items():
            if (pad, place) not in old and (pad, goal * bar + place) not in self.taken:
                parts.append(((), (notes[index].moved(onset=max(0.0, notes[index].onset + shift)),)))
        return self.put(parts)
