"""The time of a beat: subdivided, thinned or opened as a whole pattern, on another pad for a section, its bursts moved.

Offers: ``TimeMoves``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.beats.kit import heard
from models.engines.kin.planning.beats.moves import Moves
from models.engines.kin.planning.beats.pulse import CLOSED, HATS, OPEN, PEDAL, RIDES
from models.engines.kin.planning.edit_builder import Change

_BETWEEN = 0.6
"""Loudness of hits between those of the time, a share."""
_FASTEST = 150.0
"""The tempo up to which one hand plays 16ths."""
_MOST_OPEN, _HALVES = 2, 0.25
"""Places where a hat opens, over kicks on every beat twice as many; how often a time of 8ths goes at half its pace."""
_STRAY, _FULL, _NEARLY = 0.08, 0.85, 0.6
"""Share of a lane's hits at unusual places from which on it is known by its bursts; of all 16ths, to be thinned, and to
be filled up."""


class TimeMoves(Moves):
    """What is done to the time; each says whether it was done."""

    @heard
    def _times(self) -> list[int]:
        """The pads that the time is played on, the busiest first; a pad that is struck now and then isn't one."""
        pads = {self.structure.notes[index].pitch for index in self.of("time")}
        if pads.issuperset(CLOSED):
            pads.remove(min(CLOSED, key=lambda pad: len(self.by_pad[pad])))  # one hat is played in two ways
        pads -= set(OPEN if pads.intersection(CLOSED) else ())
        often = [pad for pad in pads if len(self.lane(pad)) >= 2 * self.structure.bars]
        often = [pad for pad in often if pad != PEDAL] or often
        return sorted(often, key=lambda pad: (-len(self.lane(pad)), pad))

    def time(self) -> bool:
        """The time is subdivided, or thinned, at the same ticks of the same beats in all bars."""
        pads = self._times()
        if not self.insists:  # beside hats or a ride a shaker's pattern is its own
            pads = [pad for pad in pads if pad in (*HATS, *RIDES)] or pads
        return any(self._subdivide(pad) if self._kind(pad) == "more" else self._thin_out(pad) for pad in pads)

    def _kind(self, pad: int) -> str:
        """What happens to a lane: it is subdivided, thinned, played in halves of its pace, or left to its bursts."""
        if pad not in self.schemes:
            hits, bar = self.lane(pad), self.structure.bar
            usual = self.usual(hits, 0.75)
            stray = sum(self.cells[i] % bar not in usual for i in hits)
            slots = bar / self.fine
            even = {place % self.beat for place in usual} == set(range(0, self.beat, 12))
            if stray > _STRAY * len(hits) or not usual or self._is_uneven(pad):
                self.schemes[pad] = "bursts"
            elif len(usual) >= _FULL * slots:
                self.schemes[pad] = "fewer"
            else:
                # Beside open hats between the beats closed ones are heard on them alone.
                often = _HALVES + 0.25 * (self.floor and any(pad in self.by_pad for pad in OPEN))
                rare = self.level > 0 or (self.idea != "second half" and self.rng.random() < often)
                fast = pad in RIDES and self.structure.prompt.tempo > _FASTEST
                rare = (rare or fast) and even and self.beat == STEPS
                self.schemes[pad] = "halves" if rare else "more"
        if self.insists and self.schemes[pad] == "bursts" and self._runs_nearly(pad):
            return "more"
        return self.schemes[pad]

    @heard
    def _runs_nearly(self, pad: int) -> bool:
        """Does a lane play so many 16ths that it may run through?"""
        return len(self.usual(self.lane(pad), 0.75)) >= _NEARLY * self.structure.bar / self.fine

    @heard
    def _is_uneven(self, pad: int) -> bool:
        """Does a lane, its open hats among it, play other 16ths in one beat of the bar than in another?"""
        usual = self.usual(self.lane(pad, open_too=True), 0.75)
        beats = range(self.structure.bar // self.beat)
        fine = {frozenset(p % self.beat for p in usual if p // self.beat == beat and p % 12) for beat in beats}
        return len(fine) > 1

    def _subdivide(self, pad: int) -> bool:
        """Hits come after those of the time, at one tick of some beats."""
        own = {place % self.beat for place in self.usual(self.lane(pad))}
        late = list(range(self.beat - 6, 0, -12))
        ticks = late if self.rng.random() < 0.75 else late[::-1]
        if self.unit == 8:
            ticks = [16]
        elif not own - {0}:
            ticks = [12]
        elif 0 not in own:
            ticks = [*late, *([0] if self.insists else [])]  # what runs off the beat is led into
        elif 12 not in own and self.beat == STEPS:
            ticks = [12, *ticks]
        elif self.structure.prompt.tempo > _FASTEST and self.unit == 12 and not self.insists:
            ticks = late[:1]
        lane, soft = self._between(pad)

        def between(tick: int, beats: Sequence[int]) -> Callable[[int], list[Change | None]]:
            back, ahead = (16, 8) if self.unit == 8 else (12, 12) if tick == 12 else (6, 6)

            def change(bar: int) -> list[Change | None]:
                there = [bar * self.structure.bar + beat * self.beat + tick for beat in beats]
                runs = [cell for cell in there if 0 not in own or {cell - back, cell + ahead} <= lane]
                return [self.come(pad, cell, velocity=soft) for cell in runs if cell not in self.filled]

            return change

        return any(self.everywhere(between(tick, beats)) for tick in ticks for beats in self.sets_of_beats())

    @heard
    def _between(self, pad: int) -> tuple[set[int], int]:
        """The cells of a lane and the clip's end, and how loud a hit between them is."""
        lane = {self.cells[index] for index in self.lane(pad, open_too=True)}
        lane.add(self.structure.bars * self.structure.bar)
        loud = float(np.percentile([self.structure.notes[i].velocity for i in self.lane(pad)], 75))
        weak = [self.structure.notes[i].velocity for i in self.lane(pad) if self.cells[i] % 12]
        return lane, min(self.structure.softer(round(loud), _BETWEEN), round(float(np.median(weak or [127]))))

    def _thin_out(self, pad: int, *, more: bool = False) -> bool:
        """Hits between the others go, at one tick of some beats; more: 8ths as well, where 16ths are gone."""
        kind, beats = self._kind(pad), self.sets_of_beats()
        if kind not in ("fewer", "halves"):
            return False
        ticks = [self.beat // 2] if kind == "halves" or more else [6, 18]
        if self.swings:  # what is left says that it swings
            back = {place // self.beat for place in self.backbeats}
            ticks, beats = [16], [[beat for beat in range(self.structure.bar // self.beat) if beat not in back]]
        elif kind == "halves":
            beats = [list(range(self.structure.bar // self.beat))]
        elif self.beat > STEPS:
            ticks = [12, 24] if self.fine == 12 else [18] if more else [6, 30]
        elif more and not self.level:
            beats = beats[1:2]

        def without(tick: int, some: Sequence[int]) -> Callable[[int], list[Change | None]]:
            places = {beat * self.beat + tick for beat in some}
            hits = [i for i in self.lane(pad) if self.cells[i] % self.structure.bar in places and self.may_go(i)]
            return lambda bar: [((index,), ()) for index in self.in_bar(hits, bar)]

        return any(self.everywhere(without(int(tick), some)) for tick in self.rng.permutation(ticks) for some in beats)

    def thin(self) -> bool:
        """The weak hits of the time go, as a last resort, at one place of all bars."""
        return any(self._thin_out(pad, more=True) for pad in self._times())

    def open_hat(self) -> bool:
        """An open hat for a closed one at one off-beat of the bar."""
        pads = [pad for pad in OPEN if pad in self.by_pad]
        if not pads:
            return False
        closed = [i for pad in HATS if pad not in OPEN for i in self.by_pad.get(pad, ())]
        places = self.places(i for i in closed if self.cells[i] % self.beat == (16 if self.unit == 8 else 12))
        if self.counts.get(pads[0], 0) >= _MOST_OPEN * (1 + self.floor) or not places:
            return False
        last = [place for place in places if place >= self.structure.bar - self.beat]
        order = [*last, *(int(p) for p in self.rng.permutation(sorted(set(places) - set(last))))]

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

    def bursts(self) -> bool:
        """What a lane plays between its time in one beat of the bar comes in another one instead."""
        beats = range(self.structure.bar // self.beat)
        ways = [(source, goal) for source in beats for goal in beats if source != goal]
        for pad in self._times():
            hits = [i for i in self.lane(pad) if self.cells[i] % 12 and self.may_go(i)]
            for number in self.rng.permutation(len(ways)) if hits and self._kind(pad) == "bursts" else ():
                if self.everywhere(lambda bar, pad=pad, hits=hits, way=ways[number]: self._burst(pad, hits, bar, *way)):
                    return True
        return False

    def _burst(self, pad: int, hits: Sequence[int], bar: int, source: int, goal: int) -> list[Change | None]:
        """The hits of a beat that are no 8ths go to another beat of the same bar that has none."""
        here = self.in_bar(hits, bar)
        beats = [self.cells[i] % self.structure.bar // self.beat for i in here]
        burst = [index for index, beat in zip(here, beats, strict=True) if beat == source]
        if not burst or goal in beats:
            return []
        come = [self.come(pad, self.cells[i] + (goal - source) * self.beat) for i in burst]
        return [(tuple(burst), ()), *come] if all(come) else []
