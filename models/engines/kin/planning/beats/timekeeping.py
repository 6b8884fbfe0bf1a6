"""The time of a beat: subdivided, thinned or opened as a whole pattern, on another pad for a section, its bursts moved.

Offers: ``TimeMoves``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.beats.figures import figures_of, others_of
from models.engines.kin.planning.beats.moves import Moves
from models.engines.kin.planning.beats.pulse import CLOSED, HATS, OPEN, PEDAL, RIDES
from models.engines.kin.planning.edit_builder import Change

_BETWEEN = 0.6
"""Loudness of hits between those of the time, a share."""
_FASTEST = 150.0
"""The tempo up to which one hand plays 16ths."""
_CHOICE, _REST = 3, 0.13
"""So many figures are a choice; how far from the dial one may lie that goes far."""
_STRAY = 0.08
"""Share of a lane's hits at unusual places from which on it is known by its bursts."""
_LOUDER = 1.15
"""How much louder a lane is off the beat than on it that is known by that."""
_MOST_OPEN = 2
"""Places where a hat opens."""
_THIN, _THINNER, _NEAR = 0.5, 0.25, 0.8
"""Share of a lane's places that it keeps at least from a dial on, and below that."""


class _ByBeat(NamedTuple):
    """A lane by beats of the clip: its hits, where it has bursts, where something has come."""

    hits: dict[int, list[int]]
    bursts: set[int]
    new: set[int]


class TimeMoves(Moves):
    """What is done to the time; each says whether it was done."""

    def _times(self) -> list[int]:
        """The pads that the time is played on, the busiest first; a pad that is struck now and then isn't one."""
        pads = {self.structure.notes[index].pitch for index in self.of("time")}
        if pads.issuperset(CLOSED):
            pads.remove(min(CLOSED, key=lambda pad: len(self.by_pad[pad])))  # one hat is played in two ways
        pads -= set(OPEN if pads.intersection(CLOSED) else ())
        often = [pad for pad in pads if len(self.lane(pad)) >= 2 * self.structure.bars]
        often = [pad for pad in often if pad != PEDAL] or often
        return sorted(often, key=lambda pad: (-len(self.lane(pad)), pad))

    def figure(self) -> bool:
        """A lane of the time is played in another figure, in the bars of the idea; each idea has one of its own.

        Once all bars have one, only more of the same follows: still more hits come, or still more go.
        """
        for rank, pad in enumerate(self._times()):
            own = frozenset(self.usual(self.lane(pad, open_too=True), 0.75))
            if len(own) < self.structure.bar // self.beat - 1 and not self.insists:
                continue  # an accent of its own, such as a tambourine's with the backbeat
            figures = self._figures(pad, own, rank)
            played = self.schemes.get(pad, [])
            left = [bar for bar in self.changing if all(bar not in bars for bars, _ in played)]
            if played and left:  # the others are played in a figure of the other kind, or not at all
                figures.sort(key=lambda one, full=own < played[0][1]: (own < one) == full)
                figures = [frozenset(), *figures] if self.level else figures
            if left and any(self._begins(pad, own, one, some) for some in (left, left[1::2]) for one in figures):
                return True
            if not left and self.insists and self._goes_on(pad, own, figures):
                return True
        return False

    def _figures(self, pad: int, own: frozenset[int], rank: int) -> list[frozenset[int]]:
        """What a lane may be played in, beginning with the figure that this variation has for the lane of a rank; what
        is known by its bursts isn't filled in."""
        bar, beat = self.structure.bar, self.beat
        beats, off = set(range(0, bar, beat)), set(range(beat // 2 if self.unit != 8 else 16, bar, beat))
        loud = [float(np.median(self._loudness(pad, places) or [0])) for places in (beats, off)]
        firm = [off if _LOUDER * loud[0] < loud[1] else beats, *([off] if self.floor else [])]
        fast = self.structure.prompt.tempo > _FASTEST and not self.even
        thinnest = _THIN if self.builder.target >= _NEAR else _THINNER
        figures = figures_of(set(own), firm, bar, beat, self.fine, fast=fast, thinnest=thinnest)
        if self.level and not (self.swings or beat > STEPS):
            figures = [*others_of(set(own), bar, beat, self.fine), *figures]
        if self.swings and pad in RIDES:
            figures = [one for one in figures if not any(place % STEPS == 8 for place in one)]
        if self._has_bursts(pad, own):
            figures = [one for one in figures if one < own]
        far = [one for one in figures if self._is_far(own, one)]
        if len(far) >= _CHOICE:  # one that goes far from the start needs no second one
            figures = [*far, *(one for one in figures if one not in far)]
        first = (self.number * (1 + rank)) % max(1, len(far) if len(far) >= _CHOICE else len(figures))
        return [*figures[first:], *figures[:first]]

    def _is_far(self, own: frozenset[int], figure: frozenset[int]) -> bool:
        """Would a lane in this figure come near the dial?"""
        whole, bars = len(self.structure.notes), len(self.changing)
        gone, come = bars * len(own - figure), bars * len(figure - own)
        return 2 * (whole - gone) / (2 * whole - gone + come) <= self.builder.target + _REST

    def _loudness(self, pad: int, places: set[int]) -> list[int]:
        hits = [i for i in self.lane(pad, open_too=True) if self.cells[i] % self.structure.bar in places]
        return [self.structure.notes[index].velocity for index in hits]

    def _has_bursts(self, pad: int, own: frozenset[int]) -> bool:
        """Is a lane known by its rolls, or by what else it plays now and then?"""
        hits = self.lane(pad)
        stray = sum(self.cells[i] % self.structure.bar not in own for i in hits)
        return stray > _STRAY * len(hits) or any(self.layers[i] == "fixed" and self.cells[i] % 12 for i in hits)

    def _begins(self, pad: int, own: frozenset[int], figure: frozenset[int], bars: list[int]) -> bool:
        """A lane takes a figure in some bars."""
        made = bool(bars) and self._play(pad, own, figure, bars)
        if made:
            self.schemes.setdefault(pad, []).append((bars, figure))
        return made

    def _goes_on(self, pad: int, own: frozenset[int], figures: Sequence[frozenset[int]]) -> bool:
        """What a lane plays in some bars becomes still fuller, or still thinner."""
        for number, (bars, now) in enumerate(self.schemes[pad]):
            for figure in figures:
                if (own <= now < figure or figure < now < own) and self._play(pad, now, figure, bars):
                    self.schemes[pad][number] = (bars, figure)
                    return True
        return False

    def _play(self, pad: int, now: frozenset[int], figure: frozenset[int], bars: Sequence[int]) -> bool:
        """A lane goes from one figure to another in some bars; beats where it has a roll stay, or where it stops."""
        hits = self.lane(pad)
        rolls = {self.cells[i] // self.beat for i in hits if self.layers[i] == "fixed"}
        runs = {self.cells[i] // self.beat for i in self.lane(pad, open_too=True)} - rolls
        loud = float(np.percentile([self.structure.notes[i].velocity for i in hits], 75))
        weak = [self.structure.notes[i].velocity for i in hits if self.cells[i] % 12]
        soft = min(self.structure.softer(round(loud), _BETWEEN), round(float(np.median(weak or [127]))))
        goes, comes = now - figure, figure - now

        def change(number: int) -> list[Change | None]:
            start = number * self.structure.bar
            gone = [i for i in self.in_bar(hits, number) if self.cells[i] - start in goes and self.builder.free(i)]
            come = sorted(start + place for place in comes if (start + place) // self.beat in runs)
            return [
                *(((i,), ()) for i in gone if self.layers[i] == "time" and self.cells[i] not in self.filled),
                *(self.come(pad, cell, velocity=soft) for cell in come if cell not in self.filled),
            ]

        return self.put(part for bar in bars for part in change(bar) if part)

    def open_hat(self) -> bool:
        """An open hat for a closed one at one off-beat of the bar."""
        pads = [pad for pad in OPEN if pad in self.by_pad]
        if not pads:
            return False
        closed = [i for pad in HATS if pad not in OPEN for i in self.by_pad.get(pad, ())]
        places = self.places(i for i in closed if self.cells[i] % self.beat == (16 if self.unit == 8 else 12))
        if self.counts.get(pads[0], 0) >= _MOST_OPEN or not places:
            return False
        order = sorted(places, reverse=True)
        first = self.number % len(order)
        order = [*order[first:], *order[:first]]

        def opened(place: int) -> Callable[[int], list[Change]]:
            hits = [i for i in closed if self.cells[i] % self.structure.bar == place]
            return lambda bar: self.instead(self.in_bar(hits, bar), pads[0])

        self.counts[pads[0]] = self.counts.get(pads[0], 0) + 1
        return any(self.everywhere(opened(place)) for place in order)

    def section(self) -> bool:
        """The time goes to another pad that the clip plays time on, for half of the bars."""
        pads = self._times()
        others = [pad for pad in pads if pad in (*HATS, *RIDES)]
        if not pads or len(others) < 2:
            return False
        half = self.structure.bars // 2
        for bars in (range(half, self.structure.bars), range(half)):
            for pad, mate in ((others[0], others[1]), (others[1], others[0])):
                hits = [i for bar in bars for i in self.in_bar(self.lane(pad), bar) if self.builder.free(i)]
                parts = self.instead(hits, mate)
                if 2 * len(parts) > len(hits) and self.put(parts):
                    return True
        return False

    def join(self) -> bool:
        """A cymbal or shaker that the clip has plays the time along off the beat, in the second half."""
        pads = self._times()
        usual = self.usual(self.by_pad[pads[0]], 0.75) if pads else set()
        others = [p for p in self.by_pad if self._may_join(p, pads)]
        if not others or not usual or any(self.strength(place) >= 0.5 for place in usual):
            return False
        mate, bar = int(others[self.rng.integers(len(others))]), self.structure.bar
        bars = range(self.structure.bars // 2, self.structure.bars)
        cells = [number * bar + place for number in bars for place in usual]
        parts = [part for cell in cells if (mate, cell) not in self.taken for part in [self.come(mate, cell)] if part]
        return len(parts) > 0.8 * len(cells) and self.put(parts)

    def _may_join(self, pad: int, pads: Sequence[int]) -> bool:
        time = {self.layers[index] for index in self.by_pad[pad]} == {"time"}
        return time and pad not in (*pads, PEDAL, *(HATS if HATS[0] in pads else ()))

    def swap(self) -> bool:
        """What a lane plays in one beat of the bar, rolls and all, and what it plays in another one change places."""
        return self._carried(back=True)

    def double(self) -> bool:
        """A roll, or what else a lane plays between its 8ths, comes in another beat as well."""
        return self._carried(back=False)

    def _carried(self, *, back: bool) -> bool:
        beats = self.structure.bar // self.beat
        ways = [(a, b) for a in range(beats) for b in range(beats) if (a < b if back else a != b)]
        for pad in self._times():
            lane = self._by_beat(pad)

            def change(bar: int, source: int, goal: int, lane: _ByBeat = lane) -> list[Change]:
                return self._carry(lane, bar * beats + source, bar * beats + goal, beats, back=back)

            for number in self.rng.permutation(len(ways)):
                if self.everywhere(lambda bar, way=ways[number], change=change: change(bar, *way)):
                    come = {cell // self.beat for cell in self._new(pad)} - lane.new
                    self.filled.update(beat * self.beat + tick for beat in come for tick in range(self.beat))
                    return True
        return False

    def _by_beat(self, pad: int) -> _ByBeat:
        hits: dict[int, list[int]] = {}
        for index in self.lane(pad, open_too=True):
            hits.setdefault(self.cells[index] // self.beat, []).append(index)
        bursts = {beat for beat, some in hits.items() if any(map(self._is_burst, some))}
        return _ByBeat(hits, bursts, {cell // self.beat for cell in (*self._new(pad), *self.filled)})

    def _carry(self, lane: _ByBeat, source: int, goal: int, beats: int, *, back: bool) -> list[Change]:
        """The changes by which one beat of a lane is played as another one, ``back``: and that as this one.

        beats  of a bar: no more than half of them come to have bursts
        """
        bar = range(source // beats * beats, source // beats * beats + beats)
        alone = source in lane.bursts and goal not in lane.bursts
        fits = alone or (back and goal in lane.bursts)
        if not fits or not {source, goal} <= lane.hits.keys() or {source, goal} & lane.new:
            return []
        if not back and 2 * len((lane.bursts | lane.new).intersection(bar)) >= beats:
            return []
        here, there, shift = lane.hits[source], lane.hits[goal], (goal - source) * self.beat
        gone, come = self._exchange(there, here, shift)
        if back:
            others = self._exchange(here, there, -shift)
            gone, come = gone + others[0], come + others[1]
        # As one change: a roll comes whole or not at all.
        return [(gone, come)] if all(map(self.builder.free, (*here, *there))) and (gone or come) else []

    def _is_burst(self, index: int) -> bool:
        return self.cells[index] % 12 != 0 or self.layers[index] == "fixed"

    def _new(self, pad: int) -> list[int]:
        """Cells where something has come to a lane."""
        pads = HATS if pad in HATS else (pad,)
        return [cell for other, cell in self.taken - self.struck.keys() if other in pads]

    def has_new(self, pad: int, cell: int) -> bool:
        """Has anything come to a lane in the beat of a cell?"""
        return any(at // self.beat == cell // self.beat for at in self._new(pad))

    def _exchange(self, gone: Sequence[int], model: Sequence[int], shift: int) -> Change:
        """What makes hits ``gone`` the ones of ``model``, so many steps later; what both have stays."""
        notes, steps = self.structure.notes, self.structure.steps
        old = {(notes[i].pitch, steps[i]): i for i in gone}
        new = {(notes[i].pitch, steps[i] + shift): i for i in model}
        moved = [notes[i].moved(onset=notes[i].onset + shift / STEPS) for at, i in new.items() if at not in old]
        return tuple(i for at, i in old.items() if at not in new), tuple(moved)
