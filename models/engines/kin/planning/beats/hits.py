"""Single hits of a beat: ghosts before kicks and backbeats, kicks that lead into the pattern's, drums and percussion.

Offers: ``HitMoves``.
"""

from __future__ import annotations

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.beats.kit import heard
from models.engines.kin.planning.beats.pulse import mates_of
from models.engines.kin.planning.beats.timekeeping import TimeMoves
from models.engines.kin.planning.edit_builder import Change

_QUIET, _OWN, _LEAD, _BESIDE = 0.35, 0.5, 0.65, 0.75
"""Loudness of ghosts, also at most where the clip has some, of a kick that leads into another, and of a drum beside
another hit; shares."""
_MOST_GHOSTS = 3
"""Places of four beats where ghosts come."""
_GOES, _USUAL = 0.5, 0.5
"""Share of the hits of a colour that may just go, and of the bars in which it must come at a place to be changed."""


class HitMoves(TimeMoves):
    """What is done to snares, kicks, drums and percussion; each says whether it was done."""

    def _snare(self) -> int | None:
        """The pad that ghosts are played on: the one that has some, or is no clap; None where all is equally loud."""
        soft = [self.structure.notes[index].pitch for index in self.of("ghost")]
        pads = [p for p in (*soft, 38, 40, 37) if p in self.by_pad and (p in soft or len(self.by_pad[p]) > 1)]
        pads = [p for p in pads if p != 37 or p in soft or self.is_line(p)]  # a cross-stick that drops on 3 drops alone
        if not self.insists:  # a clave is a line of its own
            pads = [pad for pad in pads if not self.is_line(pad)]
        if {38, 40}.intersection(pads):  # nobody turns the stick over between two strokes
            pads = [pad for pad in pads if pad != 37]
        return (
            None
            if self.structure.even or not pads
            else max(pads, key=lambda pad: (soft.count(pad), len(self.by_pad[pad])))
        )

    def ghosts(self) -> bool:
        """A soft snare at one weak place of the bar, before a kick or backbeat rather than behind one."""
        pad, bar = self._snare(), self.structure.bar
        if pad is None:
            return False
        most = (_MOST_GHOSTS + 2 * self.insists) * max(1, bar // (4 * STEPS))
        if self.counts.get(pad, 0) >= most:
            return False
        weak = [16, 8][: 1 + self.insists] if self.unit == 8 else range(self.fine, self.beat, 12)
        usual = self.usual(self.of("ghost", "accent")) | self.kicks
        places = [p for p in range(bar) if p % self.beat in weak and p not in usual]
        leads = [p for p in places if (p + self.fine) % bar in self.backbeats | self.kicks]
        # What comes right behind a kick that it doesn't lead from drags it.
        others = [p for p in places if p not in leads and (p - self.fine) % bar not in self.kicks]
        order = [*self.rng.permutation(leads), *self.rng.permutation(others)]
        made = any(self.everywhere(lambda b, p=int(place): [self._ghost(pad, b * bar + p)]) for place in order)
        self.counts[pad] = self.counts.get(pad, 0) + made
        return made

    def _ghost(self, pad: int, cell: int) -> Change | None:
        """A ghost as soft as the clip's, unless a kick is there or a snare right before it, or a soft one behind."""
        behind = (cell + self.fine) % self.structure.bar not in self.backbeats
        beside = [cell, cell - self.fine, *([cell + self.fine] if behind else [])]
        hits = {(other, at) for other in self.snares for at in beside} | {(kick, cell) for kick in self.kick_pads}
        if cell in self.filled or hits & self.taken:
            return None
        return self.come(pad, cell, velocity=self._softly(pad))

    @heard
    def _softly(self, pad: int) -> int:
        """How loud a ghost on a snare is."""
        own = [self.structure.notes[i].velocity for i in self.of("ghost") if self.structure.notes[i].pitch == pad]
        loud = max(self.structure.notes[i].velocity for other in self.snares for i in self.by_pad[other])
        soft = min(float(np.median(own)), _OWN * loud) if own else _QUIET * loud
        return max(1, round(soft))

    def fewer_ghosts(self) -> bool:
        """The soft snares of one place of the bar go."""
        hits = [index for index in self.of("ghost") if self.may_go(index)]
        places = self.places(hits)
        for place in self.rng.permutation(sorted(places)):
            here = [i for i in hits if self.cells[i] % self.structure.bar == place]
            if self.everywhere(lambda bar, here=here: [((i,), ()) for i in self.in_bar(here, bar)]):
                return True
        return False

    def pickup(self) -> bool:
        """A quieter kick a 16th before one of the pattern."""
        claves = [pad for pad in self.snares if self.is_line(pad)]
        if not self.kick_pads or (claves and not self.insists):  # a kick beside a clave stumbles
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
            alone = not any((snare, cell - self.fine) in self.taken for snare in self.snares)
            return [self.come(pad, cell - self.fine, _LEAD)] if struck and alone else []

        order = [int(p) for p in self.rng.permutation(goals) if (p - self.fine) % bar not in taken]
        order = [p for p in order if (p - 2 * self.fine) % bar not in taken]
        often = self.insists or (self.idea == "kick" and not taken - self.kicks)  # one push a bar, not two
        return any(self.everywhere(lambda b, p=p: lead(b, p), rare=self.floor, often=often and p > 0) for p in order)

    def colour(self) -> bool:
        """A drum or percussion: at one place of the bar it is another one of its kind, goes, or comes beside it."""
        bar = self.structure.bar
        spots = [(self.structure.notes[i].pitch, self.cells[i] % bar) for i in self.of("colour")]
        spots = sorted({spot for spot in spots if spots.count(spot) >= _USUAL * self.structure.bars})
        for pad, place in self.rng.permutation(spots) if spots else ():
            here = [i for i in self.by_pad[pad] if self.cells[i] % bar == place and self.may_go(i)]
            mates = [mate for mate in mates_of(int(pad), self.by_pad) if len(self.by_pad[mate]) > self.structure.bars]
            kind = str(self.rng.choice(["other", "more", "more", "goes"]))
            weak = self.strength(int(place)) < 0.5
            if kind == "goes" and (not weak or self.counts.get(int(pad), 0) > _GOES * len(self.by_pad[int(pad)])):
                continue
            if kind == "other" and mates:
                mate = int(mates[self.rng.integers(len(mates))])
                made = self.everywhere(lambda b, here=here, mate=mate: self.instead(self.in_bar(here, b), mate))
            elif kind == "more":
                step = self.fine * int(self.rng.choice((-1, 1)))
                cell = (int(place) + step) % bar
                swung = self.swings and cell % STEPS == 8
                made = not swung and self.everywhere(
                    lambda b, pad=int(pad), cell=cell: [self.come(pad, b * bar + cell, _BESIDE)]
                )
            else:
                made = weak and self.everywhere(lambda b, here=here: [((i,), ()) for i in self.in_bar(here, b)])
                self.counts[int(pad)] = self.counts.get(int(pad), 0) + made * len(here)
            if made:
                return True
        return False
