"""Varying a beat as a drummer does: a few named moves, each of which is fit to be played.

The skeleton stays: the kick's pattern, the backbeat and all loud snares, crashes, rolls, and the beats that the hats
run over. What varies is what a drummer varies at will: the time is subdivided, thinned or opened as a whole pattern
or goes to another pad for a section, ghosts come before kicks and backbeats, a kick leads into one of the pattern,
percussion changes at a place of the bar, a phrase ends in a fill. A move is made in all bars, in every other one, or
at the ends of phrases. A beat that is played on rather than repeated takes whole bars from elsewhere in the clip.

Offers: ``BeatPlan``, ``IDEAS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.edit_builder import Change
from models.engines.kin.planning.pads import CLOSED, HATS, OPEN, PEDAL, RIDES, Pads, mates_of
from models.music.drum_kit import part_of

IDEAS = ("time", "kick", "fill", "ghosts", "percussion", "section", "second half")
"""What a beat's variation is about; a seed has one."""

_FIRST: dict[str, tuple[str, ...]] = {
    "time": ("time", "time", "open"),
    "kick": ("pickup", "pickup", "kick end", "pickup"),
    "fill": ("pickup", "open"),
    "ghosts": ("ghosts", "ghosts", "fewer ghosts"),
    "percussion": ("colour", "colour", "open"),
    "section": ("section", "side stick", "open"),
    "second half": ("time", "ghosts", "pickup"),
}
_OTHERS = ("ghosts", "time", "pickup", "open", "colour", "bursts", "kick end", "join")
_LAST = ("time", "colour", "bursts", "section", "fewer ghosts", "side stick", "bars", "thin", "fill")

_LEVELS = 3
_DIALS = (0.6, 0.42)
"""The dials below which the first and the second level of the skeleton may change."""
_SLACK, _NEAR_ENOUGH = 0.02, 0.04
"""How far before the dial a plan may end, and rather than break the skeleton."""
_QUIET, _LEAD, _BETWEEN = 0.4, 0.8, 0.75
"""Loudness of ghosts, of a kick that leads into another, and of hits between those of the time; shares."""
_FASTEST = 150.0
"""The tempo up to which one hand plays 16ths."""
_MOST_GHOSTS, _MOST_OPEN = 3, 2
_CLAP = 39
_CELLS = ((0, 6, 12, 18), (0, 12, 18), (0, 6, 12), (12, 18))
_TRIPLETS = ((0, 8, 16), (0, 16), (8, 16))
"""The beats of a fill, in steps."""
_FILLS, _HALVES = 0.6, 0.25
"""How often a phrase ends in a fill whatever the idea, and a time of 8ths goes at half its pace."""
_STRAY, _FULL = 0.08, 0.6
"""Share of the hits of a lane at unusual places from which on it is known by its bursts; of all 16ths, to be thinned."""
_GOES, _USUAL_COLOUR, _AS_FULL = 0.5, 0.5, 0.75
"""Share of the hits of a colour that may just go, of the bars in which it comes at a place, and of the hits of a bar
that another one must have to be played in its stead."""


class BeatPlan(Pads):
    """A beat and what is done to it, as edits."""

    def apply_edits(self, idea: str) -> None:
        """Change the beat by this idea until the dial is met."""
        target = self.builder.target
        self.idea, self.level = idea, sum(target < dial for dial in _DIALS)
        self.scheme: dict[int, str] = {}
        self.gone: dict[int, int] = {}
        self.half = idea == "second half" and self.structure.bars > 1
        self.filled: set[int] = set()
        self.insists = False
        moves: dict[str, Callable[[], bool]] = {
            name: getattr(self, "_" + name.replace(" ", "_")) for name in {*_OTHERS, *_LAST, *sum(_FIRST.values(), ())}
        }
        start = ["bars", "bars"] if self.plays_on else []
        if idea == "fill" or self.rng.random() < _FILLS:
            start.append("fill")  # first, for the time stops for it
        order = [*start, *_FIRST[idea], *self.rng.permutation(_OTHERS), *_LAST]
        for name in order:
            if self.done:
                return
            moves[str(name)]()
        self.half = False
        for self.insists in (False, True):
            while any([not self.done and moves[str(name)]() for name in self.rng.permutation([*_OTHERS, *_LAST])]):
                pass
        if self.level == 0 and self.builder.similarity <= target + _NEAR_ENOUGH:
            return
        for level in range(self.level, _LEVELS):
            self.level = level
            while not self.done and self._loosen():
                pass

    @property
    def done(self) -> bool:
        """Is the dial met?"""
        return self.builder.full or self.builder.similarity <= self.builder.target + _SLACK

    def _everywhere(
        self, change: Callable[[int], Iterable[Change | None]], *, rare: bool = False, often: bool = True
    ) -> bool:
        """A change made in all bars, or where that is too much in every other one, or at the ends of phrases.

        change  what is done in a bar; rare: it suits the ends of phrases alone; often: all bars
        """
        bars = range(self.structure.bars // 2 if self.half else 0, self.structure.bars)
        every = [list(bars), [bar for bar in bars if bar % 2]]
        if self.structure.bars >= 4 and (not often or self.rng.random() < 0.3):
            every = every[1:]
        for some in [*([] if rare else every), self.ends, self.ends[-1:]]:
            parts = [part for bar in some for part in change(bar) if part]
            if self.put(parts):
                return True
        return False

    def _in_bar(self, hits: Iterable[int], bar: int) -> list[int]:
        return [index for index in hits if self.structure.bar_of(self.cells[index]) == bar]

    def _fits_beats(self) -> list[list[int]]:
        """Sets of beats of the bar, larger ones first."""
        beats = list(range(self.structure.bar // self.beat)) or [0]
        back = sorted({place // self.beat for place in self.backbeats if place % self.beat == 0}) or beats[1::2]
        halves = [back, [beat for beat in beats if beat not in back]]
        if self.rng.random() < 0.5 and self.idea != "time":
            return [*halves[: 1 + int(self.rng.integers(2))], beats[-1:]]
        return [beats, *halves, beats[-1:]]

    # The time.

    def _times(self) -> list[int]:
        """The pads that the time is played on, the busiest first; a pad that is struck now and then isn't one."""
        pads = {self.structure.notes[index].pitch for index in self.of("time")}
        if pads.issuperset(CLOSED):
            pads.remove(min(CLOSED, key=lambda pad: len(self.by_pad[pad])))  # one hat is played in two ways
        often = [pad for pad in pads if len(self.lane(pad)) >= 2 * self.structure.bars and pad not in OPEN]
        often = [pad for pad in often if pad != PEDAL] or often
        return sorted(often, key=lambda pad: (-len(self.lane(pad)), pad))

    def _time(self) -> bool:
        """The time is subdivided, or thinned, at the same ticks of the same beats in all bars."""
        return any(self._subdivide(pad) if self._kind(pad) == "more" else self._thin_out(pad) for pad in self._times())

    def _kind(self, pad: int) -> str:
        """What happens to a lane: it is subdivided, thinned, played in halves of its pace, or left to its bursts."""
        if pad not in self.scheme:
            hits, bar = self.lane(pad), self.structure.bar
            usual = self.usual(hits, 0.75)
            stray = sum(self.cells[i] % bar not in usual for i in hits)
            slots = bar / self.fine
            even = {place % self.beat for place in usual} == set(range(0, self.beat, 12))
            if stray > _STRAY * len(hits) or not usual:
                self.scheme[pad] = "bursts"
            elif len(usual) >= _FULL * slots:
                self.scheme[pad] = "fewer"
            else:
                rare = self.beat == STEPS and even and self.idea != "second half" and self.rng.random() < _HALVES
                self.scheme[pad] = "halves" if rare else "more"
        return self.scheme[pad]

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
        elif self.structure.prompt.tempo > _FASTEST and self.unit == 12:
            ticks = late[:1]
        lane = {self.cells[index] for index in self.lane(pad, open_too=True)}

        lane.add(self.structure.bars * self.structure.bar)
        loud = float(np.percentile([self.structure.notes[i].velocity for i in self.lane(pad)], 75))
        weak = [self.structure.notes[i].velocity for i in self.lane(pad) if self.cells[i] % 12]
        soft = min(self.structure.softer(round(loud), _BETWEEN), round(float(np.median(weak or [127]))))

        def between(tick: int, beats: Sequence[int]) -> Callable[[int], list[Change | None]]:
            back, ahead = (16, 8) if self.unit == 8 else (12, 12) if tick == 12 else (6, 6)

            def change(bar: int) -> list[Change | None]:
                there = [bar * self.structure.bar + beat * self.beat + tick for beat in beats]
                runs = [cell for cell in there if 0 not in own or {cell - back, cell + ahead} <= lane]
                return [self.come(pad, cell, velocity=soft) for cell in runs if cell not in self.filled]

            return change

        return any(self._everywhere(between(tick, beats)) for tick in ticks for beats in self._fits_beats())

    def _thin_out(self, pad: int, *, more: bool = False) -> bool:
        """Hits between the others go, at one tick of some beats; more: 8ths as well, where 16ths are gone."""
        kind, beats = self._kind(pad), self._fits_beats()
        if kind not in ("fewer", "halves"):
            return False
        ticks = [self.beat // 2] if kind == "halves" or more else [6, 18]
        if self.swings:  # what is left says that it swings
            back = {place // self.beat for place in self.backbeats}
            ticks, beats = [16], [[beat for beat in range(self.structure.bar // self.beat) if beat not in back]]
        elif self.beat > STEPS:
            ticks = [18] if more else [6, 30]
        elif more:
            beats = beats[1:2]

        def without(tick: int, some: Sequence[int]) -> Callable[[int], list[Change | None]]:
            places = {beat * self.beat + tick for beat in some}
            hits = [i for i in self.lane(pad) if self.cells[i] % self.structure.bar in places and self.may_go(i)]
            return lambda bar: [((index,), ()) for index in self._in_bar(hits, bar)]

        return any(self._everywhere(without(int(tick), some)) for tick in self.rng.permutation(ticks) for some in beats)

    def _open(self) -> bool:
        """An open hat for a closed one at one off-beat of the bar."""
        pads = [pad for pad in OPEN if pad in self.by_pad]
        if not pads:
            return False
        closed = [i for pad in HATS if pad not in OPEN for i in self.by_pad.get(pad, ())]
        places = self.places(i for i in closed if self.cells[i] % self.beat == (16 if self.unit == 8 else 12))
        if self.gone.get(pads[0], 0) >= _MOST_OPEN or not places:
            return False
        last = [place for place in places if place >= self.structure.bar - self.beat]
        order = [*last, *(int(p) for p in self.rng.permutation(sorted(set(places) - set(last))))]

        def opened(place: int) -> Callable[[int], list[Change]]:
            hits = [i for i in closed if self.cells[i] % self.structure.bar == place]
            return lambda bar: self.instead(self._in_bar(hits, bar), pads[0])

        self.gone[pads[0]] = self.gone.get(pads[0], 0) + 1
        return any(self._everywhere(opened(place)) for place in order)

    def _section(self) -> bool:
        """The time goes to another pad that the clip plays time on, for half of the bars."""
        pads = self._times()
        others = [pad for pad in pads if pad in (*HATS, *RIDES)]
        if not pads or len(others) < 2:
            return False
        half = self.structure.bars // 2
        for bars in (range(half, self.structure.bars), range(half)):
            for pad, mate in ((others[0], others[1]), (others[1], others[0])):
                hits = [i for bar in bars for i in self._in_bar(self.lane(pad), bar) if self.builder.free(i)]
                parts = self.instead(hits, mate)
                if 2 * len(parts) > len(hits) and self.put(parts):
                    return True
        return False

    def _join(self) -> bool:
        """A cymbal or shaker that the clip has plays the time along off the beat, in the second half."""
        pads = self._times()
        usual = self.usual(self.by_pad[pads[0]], 0.75) if pads else set()
        others = [p for p in self.by_pad if self._may_join(p, pads)]
        if not others or not usual or any(self.structure.strength(place) >= 0.5 for place in usual):
            return False
        mate, bar = int(others[self.rng.integers(len(others))]), self.structure.bar
        bars = range(self.structure.bars // 2, self.structure.bars)
        cells = [number * bar + place for number in bars for place in usual]
        parts = [part for cell in cells if (mate, cell) not in self.taken for part in [self.come(mate, cell)] if part]
        return len(parts) > 0.8 * len(cells) and self.put(parts)

    def _may_join(self, pad: int, pads: Sequence[int]) -> bool:
        time = {self.layers[index] for index in self.by_pad[pad]} == {"time"}
        return time and pad not in (*pads, PEDAL, *(HATS if HATS[0] in pads else ()))

    def _bursts(self) -> bool:
        """What a lane plays between its time in one beat of the bar comes in another one instead."""
        bar, beats = self.structure.bar, self.structure.bar // self.beat
        for pad in self._times():
            if self._kind(pad) != "bursts" or beats < 2:
                continue
            lane = [i for i in self.lane(pad) if self.cells[i] % 12 and self.may_go(i)]
            for source, goal in self.rng.permutation([(a, b) for a in range(beats) for b in range(beats) if a != b]):

                def change(number: int, source: int = int(source), goal: int = int(goal)) -> list[Change | None]:
                    here = self._in_bar(lane, number)
                    burst = [i for i in here if self.cells[i] % bar // self.beat == source]
                    if any(self.cells[i] % bar // self.beat == goal for i in here) or not burst:
                        return []
                    shift = (goal - source) * self.beat
                    come = [self.come(pad, self.cells[i] + shift) for i in burst]
                    return [(tuple(burst), ()), *come] if all(come) else []

                if self._everywhere(change):
                    return True
        return False

    # Snares.

    def _snare(self) -> int | None:
        """The pad that ghosts are played on: the one that has some, or is no clap; None where all is equally loud."""
        soft = [self.structure.notes[index].pitch for index in self.of("ghost")]
        pads = [p for p in (*soft, 38, 40, 37) if p in self.by_pad and (p in soft or len(self.by_pad[p]) > 1)]
        if not self.insists:  # a clave is a line of its own
            pads = [pad for pad in pads if not self.is_line(pad)]
        return None if self.even or not pads else max(pads, key=lambda pad: (soft.count(pad), len(self.by_pad[pad])))

    def _ghosts(self) -> bool:
        """A soft snare at one weak place of the bar, before a kick or backbeat rather than behind one."""
        pad, bar = self._snare(), self.structure.bar
        if pad is None:
            return False
        most = (_MOST_GHOSTS + 2 * self.insists) * max(1, bar // (4 * STEPS))
        if self.gone.get(pad, 0) >= most:
            return False
        weak = [16] if self.unit == 8 else range(6, self.beat, 12)
        usual = self.usual(self.of("ghost", "accent")) | self.kicks
        places = [p for p in range(bar) if p % self.beat in weak and p not in usual]
        leads = [p for p in places if (p + self.fine) % bar in self.backbeats | self.kicks]
        order = [*self.rng.permutation(leads), *self.rng.permutation([p for p in places if p not in leads])]
        made = any(self._everywhere(lambda b, p=int(place): [self._ghost(pad, b * bar + p)]) for place in order)
        self.gone[pad] = self.gone.get(pad, 0) + made
        return made

    def _ghost(self, pad: int, cell: int) -> Change | None:
        """A ghost as soft as the clip's, unless a kick is there or a snare right before it, or a soft one behind."""
        snares = [other for other in self.by_pad if part_of(other) == "snare"]
        behind = (cell + self.fine) % self.structure.bar not in self.backbeats
        beside = [cell, cell - self.fine, *([cell + self.fine] if behind else [])]
        hits = {(other, at) for other in snares for at in beside} | {(kick, cell) for kick in self.kick_pads}
        own = [self.structure.notes[i].velocity for i in self.of("ghost") if self.structure.notes[i].pitch == pad]
        if cell in self.filled or hits & self.taken:
            return None
        part = self.come(pad, cell, _QUIET)
        if part is None or not own:
            return part
        soft = min(round(float(np.median(own))), max(part[1][-1].velocity, min(own)))
        return part[0], (*part[1][:-1], part[1][-1].moved(velocity=soft))

    def _fewer_ghosts(self) -> bool:
        """The soft snares of one place of the bar go."""
        hits = [index for index in self.of("ghost") if self.may_go(index)]
        places = self.places(hits)
        for place in self.rng.permutation(sorted(places)):
            here = [i for i in hits if self.cells[i] % self.structure.bar == place]
            if self._everywhere(lambda bar, here=here: [((i,), ()) for i in self._in_bar(here, bar)]):
                return True
        return False

    def _side_stick(self) -> bool:
        """For half of the bars the backbeat is struck on another snare that the clip plays backbeats on."""
        accents = [index for index in self.of("accent") if self.cells[index] % self.structure.bar in self.backbeats]
        pads = sorted({self.structure.notes[index].pitch for index in accents})
        if len(pads) < 2 or any(len(self.by_pad[pad]) < self.structure.bars for pad in pads):
            return False
        half = self.structure.bars // 2
        pad, mate = self.rng.permutation(pads)[:2]
        hits = [i for i in accents if self.structure.notes[i].pitch == pad and self.builder.free(i)]
        hits = [
            i for i in hits if self.structure.bar_of(self.cells[i]) >= half and (mate, self.cells[i]) not in self.taken
        ]
        return self.put(((i,), (self.structure.notes[i].moved(pitch=int(mate)),)) for i in hits)

    # Kicks.

    def _pickup(self) -> bool:
        """A quieter kick a 16th before one of the pattern."""
        if not self.kick_pads:
            return False
        pad, bar = max(self.kick_pads, key=lambda pad: len(self.by_pad[pad])), self.structure.bar
        taken = {cell % bar for other, cell in self.taken if other in self.kick_pads}
        if len(taken) >= max(len(self.kicks) + 2, 1.5 * len(self.kicks)) + self.insists:
            return False
        near = 12 if self.insists or self.idea == "kick" else self.beat
        goals = [0] if self.floor else [place for place in sorted(self.kicks) if place % near == 0]

        def lead(number: int, goal: int) -> list[Change | None]:
            cell = number * bar + (goal or bar)
            struck = not goal or any((kick, cell) in self.taken for kick in self.kick_pads)
            alone = not any(part_of(other) == "snare" and at == cell - self.fine for other, at in self.taken)
            return [self.come(pad, cell - self.fine, _LEAD)] if struck and alone else []

        order = [int(p) for p in self.rng.permutation(goals) if (p - self.fine) % bar not in taken]
        order = [p for p in order if (p - 2 * self.fine) % bar not in taken]
        often = self.idea == "kick" or self.insists
        return any(self._everywhere(lambda b, p=p: lead(b, p), rare=self.floor, often=often) for p in order)

    def _kick_end(self) -> bool:
        """A kick that isn't of the pattern goes from the last bar of a phrase."""
        loose = [i for i in self.of("kick") if self.cells[i] % self.structure.bar not in self.kicks and self.may_go(i)]
        ends = [i for bar in self.ends for i in self._in_bar(loose, bar)][-1:]
        return self.put(((index,), ()) for index in ends)

    # The whole.

    def _fill(self) -> bool:
        """The end of a phrase on snare and toms from high to low, growing louder; the time stops for it."""
        pads = [p for p in self.by_pad if part_of(p) == "toms"]
        snare = [p for p in self.by_pad if part_of(p) == "snare" and p != _CLAP and len(self.by_pad[p]) > 1]
        if not self.insists:
            snare = [pad for pad in snare if not self.is_line(pad)]
        if not pads and not snare:
            return False
        row = [*sorted(snare, key=lambda p: -len(self.by_pad[p]))[:1], *sorted(pads, reverse=True)][:4]
        beats = (2, 1) if self.idea == "fill" and self.structure.bar >= 4 * self.beat else (1,)
        bars = self.ends
        if self.insists:
            if self.structure.bars < 4:
                return False
            beats, bars = (1,), [bar for bar in range(1, self.structure.bars, 2) if bar not in self.ends]
        for length in beats:
            cells = [
                self.beat * beat + tick
                for beat in range(length)
                for tick in self._cell(_TRIPLETS if self.unit == 8 else _CELLS)
            ]
            free = [bar for bar in bars if (bar + 1) * self.structure.bar - 1 not in self.filled]
            if self.put(part for bar in free for part in self._fill_of(bar, length, cells, row)):
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
        struck = {cell for pad, cell in self.taken if part_of(pad) == "snare"}
        parts: list[Change] = [((index,), ()) for index in hits]
        for number, cell in enumerate(cells):
            pad = row[min(len(row) - 1, number * len(row) // len(cells))]
            grown = 0.6 + 0.4 * (number + 1) / len(cells)
            part = None if start + cell in struck else self.come(pad, start + cell, grown, hits)
            parts += [part] if part else []
        return parts if len(parts) > len(hits) + 1 else []

    def _colour(self) -> bool:
        """A drum or percussion: at one place of the bar it is another one of its kind, goes, or comes beside it."""
        bar = self.structure.bar
        spots = [(self.structure.notes[i].pitch, self.cells[i] % bar) for i in self.of("colour")]
        spots = sorted({spot for spot in spots if spots.count(spot) >= _USUAL_COLOUR * self.structure.bars})
        for pad, place in self.rng.permutation(spots) if spots else ():
            here = [i for i in self.by_pad[pad] if self.cells[i] % bar == place and self.may_go(i)]
            mates = [mate for mate in mates_of(int(pad), self.by_pad) if len(self.by_pad[mate]) > self.structure.bars]
            kind = str(self.rng.choice(["other", "more", "more", "goes"]))
            weak = self.structure.strength(int(place)) < 0.5
            if kind == "goes" and (not weak or self.gone.get(int(pad), 0) > _GOES * len(self.by_pad[int(pad)])):
                continue
            if kind == "other" and mates:
                mate = int(mates[self.rng.integers(len(mates))])
                made = self._everywhere(lambda b, here=here, mate=mate: self.instead(self._in_bar(here, b), mate))
            elif kind == "more":
                step = self.fine * int(self.rng.choice((-1, 1)))
                cell = (int(place) + step) % bar
                swung = self.swings and cell % STEPS == 8
                made = not swung and self._everywhere(
                    lambda b, pad=int(pad), cell=cell: [self.come(pad, b * bar + cell, _BETWEEN)]
                )
            else:
                made = weak and self._everywhere(lambda b, here=here: [((i,), ()) for i in self._in_bar(here, b)])
                self.gone[int(pad)] = self.gone.get(int(pad), 0) + made * len(here)
            if made:
                return True
        return False

    def _bars(self) -> bool:
        """A bar, or half of one, is played as another one of the clip; ends of phrases stay."""
        if not self.plays_on:
            return False
        count = [len(self._in_bar(range(len(self.cells)), bar)) for bar in range(self.structure.bars)]
        inner = [bar for bar in range(self.structure.bars) if bar not in self.ends]
        pairs = [(a, b) for a in inner for b in inner if a != b and count[a] >= _AS_FULL * count[b]]
        order = self.rng.permutation(pairs).tolist() if pairs else []
        for source, goal in sorted(order, key=lambda pair: (pair[0] - pair[1]) % 2):  # phrases are of two bars
            for start, end in ((0, 1.0), (0.5, 1.0), (0, 0.5)):
                if self._of_bar(source, goal, int(start * self.structure.bar), int(end * self.structure.bar)):
                    return True
        return False

    def _of_bar(self, source: int, goal: int, start: int, end: int) -> bool:
        bar, notes = self.structure.bar, self.structure.notes

        def inside(number: int) -> dict[tuple[int, int], int]:
            return {
                (notes[i].pitch, self.cells[i] % bar): i
                for i in self._in_bar(range(len(notes)), number)
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

    def _thin(self) -> bool:
        """The weak hits of the time go, as a last resort, at one place of all bars."""
        return any(self._thin_out(pad, more=True) for pad in self._times())

    def _loosen(self) -> bool:
        """What the level sets free moves by a step or goes: at one place of every other bar, or of all of them.

        The least important places come first; the time is thinned, not moved.
        """
        firm = () if self.level else ("time", "kick")
        loose = [i for i in range(len(self.cells)) if self.may_go(i) and self.layers[i] not in firm]
        bar, spots = self.structure.bar, {}
        for index in loose:
            spots.setdefault((self.structure.notes[index].pitch, self.cells[index] % bar), []).append(index)
        weight = {spot: self.structure.strength(spot[1]) + (spot[0] in self.kick_pads) for spot in spots}
        order = sorted(spots, key=lambda spot: (weight[spot] + self.rng.uniform(0, 0.5), spot))
        for bars in (range(1, self.structure.bars, 2), range(self.structure.bars)):
            for pad, place in order:
                here = [i for i in spots[pad, place] if self.structure.bar_of(self.cells[i]) in bars]
                moves = here and self.layers[here[0]] != "time"
                for way in (*([self.fine, -self.fine] if moves else []), 0):
                    if self.put(self.instead(here, pad, way) if way else [((i,), ()) for i in here]):
                        return True
        return False
