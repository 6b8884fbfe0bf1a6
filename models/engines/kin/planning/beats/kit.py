"""The hits of a clip as a drummer hears them: its grid and swing, its layers, its pattern.

Every hit is of one layer. *Kick* and *accents* (the loud snares and claps, the backbeat among them) are the skeleton,
with crashes, rolls and time lines, which are *fixed*; *time* is what hats, a ride or a shaker run in; *ghosts* are soft
snares; *colour* is all else.

Offers: ``Kit``, ``heard``, ``STRONG``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, wraps
from itertools import combinations, pairwise
from typing import Concatenate, Literal, ParamSpec, TypeVar

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.beats.pulse import (
    BELLS,
    CLOSED,
    CRASHES,
    HATS,
    LEAST_LINE,
    by_hand,
    pulse_of,
    snapped,
    unit_of,
)
from models.engines.kin.planning.structure import Structure
from models.music.drum_kit import part_of
from models.music.note import Note

Layer = Literal["kick", "accent", "ghost", "time", "colour", "fixed"]

STRONG = 0.6
"""From this strength (0-1) on a place is strong."""
_ROLL = 6
"""Steps between hits nearer than which they are a roll."""
_SOFT, _FAINT = 0.6, 0.4
_RUDIMENT = 0.7
"""Share of the snare's hits beyond which it plays no backbeat, but all there is."""
_USUAL = 0.5
"""Share of the bars in which a kick comes at a place that is part of the pattern."""
_HANDS = 2
_ALIKE = 0.6
"""Dice's coefficient of two bars below which a beat is played on rather than repeated."""


P, T, K = ParamSpec("P"), TypeVar("T"), TypeVar("K", bound="Kit")


def heard(method: Callable[Concatenate[K, P], T]) -> Callable[Concatenate[K, P], T]:
    """``once`` for a method that asks nothing but the clip."""

    @wraps(method)
    def kept(self: K, /, *others: P.args, **named: P.kwargs) -> T:
        key, known = (method, *others, *named.items()), self.structure.known
        if key not in known:
            known[key] = method(self, *others, **named)
        result: T = known[key]
        return result

    return kept


class Kit:
    """The hits of a clip by layer, pad and cell; worked out once for all plans of a clip.

    unit   steps of the grid on which the beat is thought: 8ths, 16ths or triplets; fine: those of new hits
    beat   steps of a pulse: a quarter, of 6/8 a dotted one
    cells  of each hit the step of the grid that it means
    """

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.unit = unit_of(structure)
        pulses = structure.prompt.metre.pulses
        self.beat = round(STEPS * (pulses[1] - pulses[0])) if len(pulses) > 1 else STEPS
        end = structure.bars * structure.bar
        self.cells = [min(snapped(step, self.unit), end - 1) for step in structure.steps]
        # In a compound metre of 8ths nothing comes between them.
        eighths = self.beat > STEPS and all(cell % 12 == 0 for cell in self.cells)
        self.fine = 8 if self.unit == 8 else 12 if eighths else 6
        self.bar_numbers = [structure.bar_of(cell) for cell in self.cells]
        self.by_pad, self.struck = {}, {}
        for index, (cell, note) in enumerate(zip(self.cells, structure.notes, strict=True)):
            self.by_pad.setdefault(note.pitch, []).append(index)
            self.struck[note.pitch, cell] = index
        middle, late = (sum(cell % STEPS == tick for cell in self.cells) for tick in (8, 16))
        self.swings = self.unit == 8 and middle < 0.3 * late
        self.pulse = set().union(*pulse_of(structure, self.unit))
        self.layers = self._layers()
        self._strengths = [structure.strength(place) for place in range(structure.bar)]
        for name in [name for name, value in vars(Kit).items() if isinstance(value, cached_property)]:
            getattr(self, name)

    def _layers(self) -> list[Layer]:
        notes, steps = self.structure.notes, self.structure.steps
        rolls = {
            index
            for hits in self.by_pad.values()
            for pair in pairwise(hits)
            if 0 < steps[pair[1]] - steps[pair[0]] < min(_ROLL, self.unit)
            for index in pair
        }
        running = {notes[index].pitch for index in self.pulse}
        snares = [note.velocity for note in notes if part_of(note.pitch) == "snare"]
        hard = max(_SOFT * max(snares, default=0), _FAINT * self.structure.loudest)
        rudiment = len(snares) > _RUDIMENT * len(notes)

        def layer(index: int) -> Layer:
            pad, part = notes[index].pitch, part_of(notes[index].pitch)
            # One hit of a cymbal is an accent; crashes that come again and again keep time.
            rare = len(self.by_pad[pad]) < (2 * self.structure.bars if pad in CRASHES else 2 * (part == "cymbals"))
            if index in rolls or rare or (pad in BELLS and pad in running):
                return "fixed"
            if part == "kick":
                return "kick"
            if part == "snare" and not rudiment:
                return "ghost" if notes[index].velocity < hard else "accent"
            return "time" if part == "snare" or part == "cymbals" or pad in running else "colour"

        return [layer(index) for index in range(len(notes))]

    @heard
    def of(self, *layers: Layer) -> list[int]:
        """The hits of these layers."""
        return [index for index, layer in enumerate(self.layers) if layer in layers]

    def places(self, hits: Iterable[int]) -> Counter[int]:
        """In how many bars there is one of these hits, by place of the bar."""
        bar = self.structure.bar
        return Counter(place for place, _ in {(self.cells[i] % bar, self.cells[i] // bar) for i in hits})

    def usual(self, hits: Iterable[int], share: float = _USUAL) -> set[int]:
        """Places of the bar where these hits come in at least that share of the bars."""
        return {place for place, bars in self.places(hits).items() if bars >= share * self.structure.bars}

    @cached_property
    def kicks(self) -> set[int]:
        """Places of the bar that the kick's pattern has."""
        return self.usual(self.of("kick"))

    @cached_property
    def kick_pads(self) -> list[int]:
        """The pads that are kicks."""
        return [pad for pad in self.by_pad if part_of(pad) == "kick"]

    @cached_property
    def snares(self) -> list[int]:
        """The pads that are snares, rims and claps."""
        return [pad for pad in self.by_pad if part_of(pad) == "snare"]

    @cached_property
    def backbeats(self) -> set[int]:
        """Places of the bar where a snare or clap is usually struck hard."""
        return self.usual(self.of("accent"))

    @cached_property
    def floor(self) -> bool:
        """Is there a loud kick on every beat?"""
        loud = float(np.median([self.structure.notes[index].velocity for index in self.of("kick")] or [0]))
        return loud >= _SOFT * self.structure.loudest and set(range(0, self.structure.bar, self.beat)) <= self.kicks

    @cached_property
    def ends(self) -> list[int]:
        """The last bars of the phrases."""
        phrase = 4 if self.structure.bars >= 4 else self.structure.bars
        return list(range(phrase - 1, self.structure.bars, phrase)) or [self.structure.bars - 1]

    @cached_property
    def plays_on(self) -> bool:
        """Do the bars differ so much that nothing is a pattern?"""
        likeness = [self.likeness(one, other) for one, other in combinations(range(self.structure.bars), 2)]
        return bool(likeness) and float(np.mean(likeness)) < _ALIKE

    def likeness(self, one: int, other: int) -> float:
        """Dice's coefficient of the hits of two bars, by pad and place."""
        here, there = self._hits[one], self._hits[other]
        return 2 * len(here & there) / max(1, len(here) + len(there))

    @cached_property
    def _hits(self) -> list[set[tuple[int, int]]]:
        """Pad and place of the hits of each bar."""
        found: list[set[tuple[int, int]]] = [set() for _ in range(self.structure.bars)]
        for (pad, cell), index in self.struck.items():
            found[self.bar_numbers[index]].add((pad, cell % self.structure.bar))
        return found

    @heard
    def lane(self, pad: int, *, open_too: bool = False) -> list[int]:
        """The hits of a pad; of a closed hat those of both, or open ones as well."""
        pads = HATS if open_too and pad in HATS else CLOSED if pad in CLOSED else (pad,)
        return sorted(index for other in pads for index in self.by_pad.get(other, ()))

    @heard
    def is_line(self, pad: int) -> bool:
        """Does a snare, rim or clap play a line as a clave does, rather than a backbeat?"""
        strong = [place for place in self.usual(self.by_pad[pad], 0.75) if self.strength(place) < STRONG]
        return len(strong) >= LEAST_LINE and not self.usual(i for i in self.by_pad[pad] if self.layers[i] == "ghost")

    @cached_property
    def _at(self) -> dict[int, list[int]]:
        """The hits of each cell."""
        found: dict[int, list[int]] = {}
        for index, cell in enumerate(self.cells):
            found.setdefault(cell, []).append(index)
        return found

    @cached_property
    def hands(self) -> int:
        """Sticks that strike at once: two, or what the clip has."""
        together = Counter(cell for pad, cell in self.struck if by_hand(pad))
        return max([_HANDS, *together.values()])

    @heard
    def _model(self, pad: int, cell: int) -> Note:
        """The hit of the clip that a new one is played like: of this pad, at this place or tick, or a near one."""
        for every in (self.structure.bar, STEPS, 12, 1):
            if hits := self._alike.get((pad, every, cell % every)):
                place = bisect_left(hits, (cell, 0))
                near = hits[max(0, place - 1) : place + 1]
                _, index = min(near, key=lambda hit: abs(hit[0] - cell))
                first = bisect_left(hits, (self.cells[index], 0))
                return self.structure.notes[hits[first][1]]
        raise KeyError(pad)

    @cached_property
    def _alike(self) -> dict[tuple[int, int, int], list[tuple[int, int]]]:
        """Cell and index of the hits of a pad, in order, that so many steps later come to the same."""
        found: dict[tuple[int, int, int], list[tuple[int, int]]] = {}
        for pad, hits in self.by_pad.items():
            for index in hits:
                for every in (self.structure.bar, STEPS, 12, 1):
                    found.setdefault((pad, every, self.cells[index] % every), []).append((self.cells[index], index))
        return found

    @cached_property
    def spans(self) -> dict[int, list[tuple[float, float, int]]]:
        """Onset, end and index of the hits of each pad, in order."""
        notes = self.structure.notes
        return {pad: [(notes[i].onset, notes[i].end, i) for i in hits] for pad, hits in self.by_pad.items()}

    @cached_property
    def longest(self) -> dict[int, float]:
        """Beats that the longest hit of each pad lasts."""
        return {pad: max(end - onset for onset, end, _ in spans) for pad, spans in self.spans.items()}

    def in_bar(self, hits: Sequence[int], bar: int) -> list[int]:
        """Those of some hits, in order, that lie in a bar."""
        number = self.bar_numbers.__getitem__
        return list(hits[bisect_left(hits, bar, key=number) : bisect_right(hits, bar, key=number)])

    @cached_property
    def _lags(self) -> dict[int, float]:
        """Beats by which the clip plays each tick behind the grid."""
        found: dict[int, list[float]] = {}
        for cell, note in zip(self.cells, self.structure.notes, strict=True):
            found.setdefault(cell % STEPS, []).append(note.onset - cell / STEPS)
        return {tick: float(np.median(lags)) for tick, lags in found.items()}

    def strength(self, cell: int) -> float:
        """How strong a place is in its bar, 0-1."""
        return self._strengths[cell % self.structure.bar]

    @heard
    def loud(self, pad: int) -> int:
        """The usual loudness of a pad's louder hits, 1-127."""
        return round(float(np.percentile([self.structure.notes[i].velocity for i in self.by_pad[pad]], 75)))
