"""Pitches for a row of places: the path that steps as the clip steps, rests on its chords and keeps a given shape.

The least cost over all paths (Viterbi), with a little chance in the costs of the single notes, so that each seed finds
its own. Costs are nats: how unusual an interval is beside the clip's own; a strong or long note outside its chord; a
weak one outside that is neither reached nor left by a step; a class that the clip doesn't use.

Of a figure that is written anew the path keeps where it rises, falls and stays. Runs of one pitch and toggles between
two that are longer than the clip's own, and leaps there and back, are faults of a line as a whole.

Offers: ``LineSearch``, ``Slot``, ``directions``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from models.engines.kin.planning.structure import Structure

_STRONG, _LONG = 0.6, 0.9
"""From this strength (0-1) or length (beats) on a note must belong to its chord."""
_PRIOR = 10.0
"""Intervals that the clip's own are mixed with."""
_USUAL = np.array([0.12, 0.19, 0.3, 0.12, 0.09, 0.07, 0.006, 0.05, 0.012, 0.01, 0.005, 0.001, 0.026])
"""Shares of intervals in songs, in semitones; an octave is the last."""
_OFF_CHORD, _WEAK_OFF, _LEAPT, _ABROAD, _UNUSED, _OUTSIDE = 3.5, 0.4, 1.6, 6.0, 2.0, 0.6
_PURE = 1.3
_GENTLE = 0.75
"""What the chord's costs are multiplied with where it is only guessed from the line itself."""
_SHAPE, _MOST_SHAPE, _AIM, _AGAIN = 0.22, 7, 0.2, 1.6
_TURNED, _FLAT, _MOVED = 2.0, 4.0, 1.2
"""Going the other way than the figure did, resting where it moved, moving where it rested."""
_RESTS, _LEAST_REST, _OFF_REST = 1.8, 0.7, 2.0
"""A line rests on a note that is so many times as long as most, and so many beats; and where the clip never rests;
where chords are told they say it."""
_OFF_ROOT, _OFF_STEADY = 7.0, 4.0
"""A note of a bass where a chord begins that isn't the chord's lowest; and amid a pitch that it repeats."""
_LOWEST_STRING = 28
"""E1 of a bass of four strings: what doesn't go below it stays playable."""
_FREE_RUN, _FREE_TOGGLE, _FREE_SEESAW = 2, 3, 7
"""Notes of a run and of a toggle, and semitones there and back, that every line may have."""
_RUN_COUNTS, _TOGGLE_COUNTS, _SEESAW_COUNTS = 1.0, 2.0, 0.3


class Slot(NamedTuple):
    """Where a pitch is wanted: step, beats, and the pitch that it had (None: a new note)."""

    step: int
    beats: float
    old: int | None = None


class _Row(NamedTuple):
    """Costs of each pitch in a slot, (P,), as array and as list; which belong to the chord there, and its number."""

    costs: np.ndarray
    price: list[float]
    number: int
    stable: np.ndarray


class LineSearch:
    """The costs of a clip's line.

    line  indices of its notes, in order; pure: it keeps to its chords at weak places as well; bass: and says which they
          are; free: what it repeats it may leave
    """

    def __init__(
        self, structure: Structure, line: Sequence[int], *, pure: bool = False, bass: bool = False, free: bool = False
    ) -> None:
        self._ground, self._bass, self._free = structure, bass, free
        self._weak = _PURE if pure else _WEAK_OFF
        pitches = np.array([structure.notes[index].pitch for index in line])
        self.low, self.high = int(pitches.min()), int(pitches.max())
        self.lowest = max(self.low - 3, min(self.low, _LOWEST_STRING)) if bass else self.low - 3
        allowed = [pitch for pitch in sorted(structure.constraints.allowed) if self.lowest <= pitch <= self.high + 3]
        self.pitches = np.array([pitch for pitch in allowed if pitch % 12 in structure.classes] or allowed, int)  # (P,)
        self._places = {int(pitch): number for number, pitch in enumerate(self.pitches)}
        self._classes = self.pitches % 12
        self._steps = self._step_costs(pitches)
        self._base = self._base_costs()
        self._intervals = self.pitches[:, None] - self.pitches[None]  # (P, P), to each from each
        self._leaps = np.abs(self._intervals) > 2
        signs = np.sign(self._intervals)
        self._ways = {
            way: _TURNED * (signs * way < 0) + (_MOVED * (signs != 0) if way == 0 else _FLAT * (signs == 0))
            for way in (-1, 0, 1)
        }
        # From here on what is worked out once: rows of slots, the costs from a row's pitches to the next one's, …
        self._rows: dict[Slot, _Row] = {}
        self._belonging: dict[frozenset[int], tuple[int, np.ndarray]] = {}
        self._tables: dict[tuple[int, int, int | None], tuple[np.ndarray, list[list[float]]]] = {}
        self._shapes: dict[int, np.ndarray] = {}
        self._besides: dict[tuple[int, int, bool], tuple[np.ndarray, list[float]]] = {}
        self._all_stable = self._belongs_to(range(12))
        self._sure = 1.0 if structure.told else _GENTLE
        lengths = np.array([structure.notes[index].duration for index in line])
        self._rest = max(_LEAST_REST, _RESTS * float(np.median(lengths)))
        self._rests = sorted(set(pitches[lengths >= self._rest] % 12))
        self._own = _turns([int(pitch) for pitch in pitches])

    def paths(  # noqa: PLR0913 - what a path is to keep to are names of their own
        self,
        slots: Sequence[Slot],
        before: int | None,
        after: int | None,
        rng: np.random.Generator | None,
        tries: int = 1,
        *,
        aims: Sequence[float] | None = None,
        shape: Sequence[int] | None = None,
        ways: Sequence[int] | None = None,
        heat: float = 0.8,
    ) -> list[list[int]]:
        """Some paths, each with a pitch for each slot; none where no pitch is allowed.

        before, after  the pitches beside the row, None where nobody sounds there
        aims           pitches to come near to; shape: intervals from slot to slot to come near to
        ways           the directions (-1, 0, 1) to take: to the first slot, from slot to slot, and on to ``after``
        rng            the source of chance, which makes each of the tries another path; None: the cheapest path
        """
        if not len(self.pitches) or not slots:
            return []
        rows = [self._row(slot) for slot in slots]
        nodes = np.array([row.costs for row in rows])  # (S, P)
        if aims is not None:
            nodes += _AIM * np.abs(self.pitches[None] - np.asarray(aims, float)[:, None])
        size = (tries, *nodes.shape)
        drawn = np.broadcast_to(nodes, size) if rng is None else nodes + heat * rng.gumbel(size=size)  # (N, S, P)
        totals, tables = [drawn[:, 0] + self._from(before, rows[0], ways and ways[0])[0]], []
        for place in range(1, len(slots)):
            table, _ = self._table(rows[place - 1], rows[place], ways and ways[place])
            if shape is not None:
                table = table + self._shape(shape[place - 1])
            tables.append(table)
            sums = totals[-1][:, :, None] + table.T  # (N, P, P), from the middle axis
            totals.append(np.minimum.reduce(sums, axis=1) + drawn[:, place])
        steps = [(totals[-1] + self._from(after, rows[-1], ways and ways[-1])[0]).argmin(axis=1)]  # (N,) each
        for total, table in zip(totals[-2::-1], reversed(tables), strict=True):
            steps.append((total + table[steps[-1]]).argmin(axis=1))  # where it came from, of those that were taken
        paths: list[list[int]] = self.pitches[np.array(steps[::-1]).T].tolist()
        return paths

    def faults(self, pitches: Sequence[int]) -> float:
        """How much longer the longest run, toggle and leap there and back of a line are than the clip's own."""
        (run, toggle, seesaw), own = _turns(pitches), self._own
        longer = _RUN_COUNTS * max(0, run - own[0]) + _TOGGLE_COUNTS * max(0, toggle - own[1])
        return longer + _SEESAW_COUNTS * max(0, seesaw - own[2])

    def pricing(
        self, slots: Sequence[Slot], before: int | None, after: int | None, ways: Sequence[int] | None = None
    ) -> Callable[[Sequence[int]], float]:
        """What pitches cost in these slots, in nats a note; infinite where one can not be had or there are no slots."""
        if not slots:
            return lambda pitches: np.inf
        rows = [self._row(slot) for slot in slots]
        # Lists: what is looked up one by one is slow to find in an array.
        beside = [
            self._from(pitch, row, way)[1]
            for pitch, row, way in ((before, rows[0], ways and ways[0]), (after, rows[-1], ways and ways[-1]))
        ]
        tables = [
            self._table(row, following, ways and ways[place])[1]
            for place, (row, following) in enumerate(pairwise(rows), 1)
        ]

        prices, places = [row.price for row in rows], self._places

        def price(pitches: Sequence[int]) -> float:
            alone = 0.0
            path = [places.get(pitch, -1) for pitch in pitches]
            if -1 in path:
                return np.inf
            for costs, number in zip(prices, path, strict=True):
                alone += costs[number]
            total = beside[0][path[0]] + beside[1][path[-1]] + alone
            one = path[0]
            for table, other in zip(tables, path[1:], strict=True):
                total += table[other][one]
                one = other
            return total / len(slots)

        return price

    def _belongs_to(self, classes: Iterable[int]) -> tuple[int, np.ndarray]:
        """A number for some pitch classes, and which pitches are of them, (P,)."""
        key = frozenset(classes)
        if key not in self._belonging:
            self._belonging[key] = len(self._belonging), _belongs(key)[self._classes]
        return self._belonging[key]

    def _row(self, slot: Slot) -> _Row:
        """Costs of each pitch in a slot, and whether it belongs to the chord there; worked out once."""
        if slot in self._rows:
            return self._rows[slot]
        costs, (number, stable) = self._base.copy(), self._all_stable
        classes = self._classes
        chord = self._ground.chord(slot.step)
        if chord is not None:
            number, stable = self._belongs_to(chord.classes)
            heavy = self._ground.strength(slot.step) >= _STRONG or slot.beats >= _LONG
            costs[~stable] += self._sure * (_OFF_CHORD if heavy else self._weak)
        if slot.beats >= self._rest and self._rests and not self._ground.told:
            costs[~_belongs(self._rests)[classes]] += _OFF_REST
        root = self._ground.root_due(slot.step) if self._bass else None
        if root is not None:
            costs[classes != root] += self._sure * _OFF_ROOT
        if self._bass and not self._free and slot.old is not None and slot.step in self._ground.steady:
            costs[(self.pitches - slot.old) % 12 != 0] += _OFF_STEADY
        if slot.old is not None:
            costs[self.pitches == slot.old] += _AGAIN
        self._rows[slot] = _Row(costs, costs.tolist(), number, stable)
        return self._rows[slot]

    def _table(self, row: _Row, following: _Row, way: int | None) -> tuple[np.ndarray, list[list[float]]]:
        """Costs of each pitch of a slot behind each of the one before it, (P, P), as an array and as lists."""
        key = row.number, following.number, way
        if key not in self._tables:
            unstable = ~following.stable[:, None] | ~row.stable[None]
            table = self._steps + self._sure * _LEAPT * (self._leaps & unstable)
            if way is not None:
                table += self._ways[way]
            self._tables[key] = table, table.tolist()
        return self._tables[key]

    def _shape(self, wanted: int) -> np.ndarray:
        """Costs of going otherwise than by an interval, (P, P)."""
        if wanted not in self._shapes:
            self._shapes[wanted] = _SHAPE * np.minimum(_MOST_SHAPE, np.abs(self._intervals - wanted))
        return self._shapes[wanted]

    def _from(self, beside: int | None, row: _Row, way: int | None) -> tuple[np.ndarray, list[float]]:
        """Costs of each pitch of a slot beside a note that stays, before or after it, (P,), as array and as list."""
        key = -1 if beside is None else beside, row.number, bool(way)
        if key not in self._besides:
            costs = np.zeros(len(self.pitches))
            if beside is not None:
                sizes = np.abs(self.pitches - beside)
                costs = self._cost_of(sizes) + self._sure * _LEAPT * ((sizes > 2) & ~row.stable)
                costs += _FLAT * bool(way) * (sizes == 0)
            self._besides[key] = costs, costs.tolist()
        return self._besides[key]

    def _step_costs(self, line: np.ndarray) -> np.ndarray:
        sizes = np.abs(np.diff(line))
        counts = np.bincount(np.minimum(sizes, 12), minlength=13) + _PRIOR * _USUAL
        self._nats = -np.log(counts / counts.sum())
        self._nats[12:] += 0.3
        return self._cost_of(np.abs(self.pitches[:, None] - self.pitches[None]))

    def _cost_of(self, sizes: np.ndarray) -> np.ndarray:
        beyond = np.maximum(0, sizes - 12)
        costs: np.ndarray = self._nats[np.minimum(sizes, 12)] + 0.5 * beyond
        return costs

    def _base_costs(self) -> np.ndarray:
        structure, pitches = self._ground, self.pitches
        costs = _OUTSIDE * (np.maximum(0, self.low - pitches) + np.maximum(0, pitches - self.high)).astype(float)
        costs += _ABROAD * ~_belongs(structure.classes)[self._classes]
        costs += _UNUSED * ~_belongs(structure.own)[self._classes]
        return costs


def _belongs(classes: Collection[int]) -> np.ndarray:
    """(12,), True for the pitch classes that are named."""
    belongs = np.zeros(12, bool)
    belongs[list(classes)] = True
    return belongs


def directions(pitches: Sequence[int]) -> list[int]:
    """From each pitch to the next: 1 up, -1 down, 0 neither."""
    return [(b > a) - (b < a) for a, b in pairwise(pitches)]


def _turns(pitches: Sequence[int]) -> tuple[int, int, int]:
    """Notes of the longest run of one pitch and of the longest toggle, and semitones of the widest leap and back."""
    longest, widest, most = _FREE_RUN, _FREE_SEESAW, _FREE_TOGGLE
    run, toggle, earlier, came = 1, 1, None, 0
    for last, pitch in pairwise(pitches):
        step = pitch - last
        if step == 0:
            run += 1
            toggle = 1
            if run > longest:
                longest = run
        else:
            run, toggle = 1, toggle + 1 if pitch == earlier else 2
            if toggle > most:
                most = toggle
            if step * came < 0 and (size := min(abs(step), abs(came))) > widest:
                widest = size
        earlier, came = last, step
    return longest, most, widest
