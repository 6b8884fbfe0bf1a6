"""Beam search for a row of chords: one symbol for each stretch of time, weighed by fit and by the chords before.

Offers: ``Stretch``; ``Search`` (``rows``): rows that differ, idea after idea.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.analysis.chords import roots_in
from models.harmony.progressions import ProgressionModel
from models.harmony.symbols import DIATONIC, SEVENTH, SUSPENDED, SYMBOLS, levels, liking, palette
from models.music.beats import TIGHT
from models.music.chord import FAMILIES
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale
from models.music.similarity import similarity

WIDTH = 64
_PLENTY = 1e-9

_EXPECTED_SURPRISE = 1.3
"""Nats that a chord of a likely row costs: a change pays only what it costs more, else holding always wins."""

_RETURN, _VAMP = 0.5, 1.0
"""Nats that going straight back to the chord before costs: the likeliest row of all is a vamp, which is dull; and what
it costs besides where it was so before.
"""

_CLOSING = 0.7
"""How much of the step back to the first chord counts: a clip is looped."""


_OVER_THE_LINE = 3.0
"""Nats that holding a chord over a bar line costs that came within a bar."""
_LATE = 1.5
"""Nats for a change within a bar after a chord that was held over the bar line."""
_ONLY_COLOUR = 1.5
"""Nats for another chord on the root that sounds: that is no change of harmony."""
_STANDS_STILL, _LONGEST = 1.8, 3
_SLOW, _STAYS = 2.4, 1.0
"""Nats that holding it over another bar line costs for each before, and how many count; the seconds of a bar from which
on the first costs too, and what.
"""

_HOME, _OTHER_HOME, _HEARD = 1.2, 3.0, 1.7
"""Nats for a row that begins at home, or elsewhere where that is the idea; for a root that the tune surely has."""
_LIKED, _PLAIN = 1.5, 0.05
"""Nats that a chord costs which an idea dislikes; the colour up to which only plain chords are asked for."""
_AS_BEFORE, _THE_SAME = 2.5, 0.8
"""Nats for the chord that a bar had before, and how similar the two bars are at least."""
_ROOTS = np.arange(SYMBOLS) // len(FAMILIES)
_FAMILIES = np.array(FAMILIES * 12)
_LEAST_DIFFERENCE, _FAR_FETCHED = 1 / 3, 2.0

_NONE = -1
"""No symbol: where a row begins."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time that one chord takes at least: beats, the chance (0-1) that a new one begins with it, and whether a bar
    does: a chord that came within a bar is not held over the next bar line.
    """

    onset: float
    end: float
    change: float
    bar_line: bool = False


class _State(NamedTuple):
    """The end of a row: the way back to its start, its first symbol, and the last few changes of harmony."""

    score: float
    symbol: int
    first: int
    changes: tuple[int, ...]
    before: _State | None
    within: bool = False
    """Did the last chord begin within a bar?"""
    bars: int = 0
    """Bar lines that the last chord was held over."""

    @property
    def row(self) -> tuple[int, ...]:
        """Every symbol, from the first on."""
        symbols, state = [], self
        while state.before is not None:
            symbols.append(state.symbol)
            state = state.before
        return tuple(reversed(symbols))


@dataclass(frozen=True)
class Search:
    """Rows of chords, idea after idea: what is heard in the tune, another home, sevenths, the other mode's chords.

    Bars of the tune that come again take the chords that they had before.

    melody   the tune; stretches: the places where its chords may change; fit: how each takes the tune, (stretches, 144)
    cadences what the ends of phrases ask for, (stretches, 144): every idea keeps to it
    scale    the key, with all that its chords draw on; colour: the dial, 0-1
    allowed  the only symbols that may be used; None: any
    more     symbols that may be used whatever the dial says: the tune asks for them
    """

    melody: Clip
    stretches: list[Stretch]
    fit: NDArray[np.float64]
    cadences: NDArray[np.float64]
    scale: Scale
    model: ProgressionModel
    colour: float
    allowed: NDArray[np.int64] | None = None
    more: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _worth: dict[tuple[int, ...], NDArray[np.float64]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def ideas(self) -> list[tuple[NDArray[np.float64], NDArray[np.float64], float]]:
        """For each idea what is added to the fit, and to each symbol as it enters, and how far its palette reaches."""
        minor = 3 in {(tone - self.scale.root) % 12 for tone in self.scale.classes}
        first, other = np.zeros_like(self.fit), np.zeros_like(self.fit)
        first[0, _ROOTS == 0] += _HOME
        heard = roots_in(self.melody, [(one.onset, one.end) for one in self.stretches])  # (stretches, 12)
        first += _HEARD * heard[:, (_ROOTS + self.scale.root) % 12]
        other[0, np.isin(_ROOTS, (8, 3) if minor else (9, 5))] += _OTHER_HOME
        for liked in (first, other, seventh := np.zeros_like(first)):
            liked[0, np.isin(_ROOTS, (7, 11))] -= _OTHER_HOME
        none, level, minors = np.zeros(SYMBOLS), levels(self.scale), np.isin(_FAMILIES, ("min", "min7"))
        ideas = [(first, none, self.colour), (other, none, self.colour)]
        if self.colour > _PLAIN:
            # What an idea dislikes costs: a reward for each new chord would make them many.
            plain = (level == DIATONIC) | (level == SUSPENDED)
            ideas.append((seventh, -_LIKED * plain, max(self.colour, SEVENTH)))
        ideas.append((first, -_LIKED * (minors == minor), self.colour))
        return ideas

    @cached_property
    def slow(self) -> bool:
        """Does a bar last so long that it asks for a chord of its own?"""
        return self.melody.metre.bar * 60 / self.melody.tempo >= _SLOW

    @cached_property
    def again(self) -> dict[int, int]:
        """For each stretch whose bar came before, four or eight bars ago and much the same, the stretch of then."""
        metre, found = self.melody.metre, dict[int, int]()
        bars: list[list[Note]] = [[] for _ in range(metre.bars(self.melody.length))]
        for note in self.melody.notes:
            number = metre.bar_of(note.onset)
            bars[number].append(note.moved(onset=note.onset - number * metre.bar))
        places = {round(stretch.onset, 3): place for place, stretch in enumerate(self.stretches)}
        for place, stretch in enumerate(self.stretches):
            number = metre.bar_of(stretch.onset)
            for ago in (8, 4):
                before = places.get(round(stretch.onset - ago * metre.bar, 3))
                known = before is not None and bars[number] and bars[number - ago]
                if known and before is not None and similarity(bars[number], bars[number - ago]) >= _THE_SAME:
                    found[place] = found.get(before, before)
        return found

    def _palette(self, colour: float) -> NDArray[np.int64]:
        """The symbols that may be used, rising."""
        symbols = np.union1d(palette(self.scale, colour), self.more)
        if self.allowed is not None:
            symbols = np.intersect1d(symbols, self.allowed) if np.isin(symbols, self.allowed).any() else self.allowed
        return symbols

    def rows(self, count: int) -> Iterator[tuple[int, ...]]:
        """Up to ``count`` rows, each with other roots than those before in a third of the places."""
        least = max(1, math.ceil(len(self.stretches) * _LEAST_DIFFERENCE - TIGHT))
        rows: list[tuple[int, ...]] = []
        taken = np.zeros_like(self.fit)
        while len(rows) < count:
            liked, gain, colour = self.ideas[len(rows) % len(self.ideas)]
            symbols, gain = self._palette(colour), liking(self.scale, self.colour) + gain
            for push in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 8.0):
                row = self._row(self.fit + self.cadences + liked - push * taken, symbols, gain)
                new = [sum(_ROOTS[a] != _ROOTS[b] for a, b in zip(row, other, strict=True)) for other in rows]
                # Far-fetched chords are no idea: from some push on a quarter of the places is enough.
                if min(new, default=least) >= (least if push < _FAR_FETCHED else 0.75 * least):
                    break
            else:
                return
            rows.append(row)
            yield row
            for place, symbol in enumerate(row):
                taken[place, _ROOTS[symbol] == _ROOTS] += not self.cadences[place].any()

    def _row(self, fit: NDArray[np.float64], symbols: NDArray[np.int64], gain: NDArray[np.float64]) -> tuple[int, ...]:
        """The best row, and for bars that come again the best with the chords that they had before."""
        row = self._best(fit, symbols, gain)
        if not self.again:
            return row
        fit = fit.copy()
        for place, before in self.again.items():
            fit[place, row[before]] += _AS_BEFORE * (not self.cadences[place].any())
        return self._best(fit, symbols, gain)

    def _best(self, fit: NDArray[np.float64], symbols: NDArray[np.int64], gain: NDArray[np.float64]) -> tuple[int, ...]:
        """The best of the symbols for each stretch; ``fit`` (stretches, 144) counts as long as a chord sounds, ``gain``
        (144,) as it enters.
        """
        states = [_State(0.0, _NONE, _NONE, (), None)]
        order = self.model.order
        for stretch, here in zip(self.stretches, fit, strict=True):
            following: dict[tuple[int, ...], _State] = {}
            for state in states:
                for after in self._steps(state, stretch, here, symbols, gain):
                    history = after.changes[1 - order :] if order > 1 else after.changes[-1:]
                    key = (*history, int(after.within), after.bars)
                    if key not in following or after.score > following[key].score:
                        following[key] = after
            states = sorted(following.values(), key=lambda state: -state.score)[:WIDTH]
        return max(states, key=lambda state: state.score + self._closing(state)).row

    def _steps(
        self,
        state: _State,
        stretch: Stretch,
        fit: NDArray[np.float64],
        allowed: NDArray[np.int64],
        gain: NDArray[np.float64],
    ) -> Iterator[_State]:
        """The state with its chord held, and with the most promising new chords."""
        worth = self._worth.get(state.changes)
        if worth is None:
            worth = np.log(self.model.probabilities(state.changes) + _PLENTY) + _EXPECTED_SURPRISE
            self._worth[state.changes] = worth
        chances = worth + fit + gain  # (144,)
        if len(state.changes) >= 2:
            again = len(state.changes) >= 3 and state.changes[-1] == state.changes[-3]
            chances[state.changes[-2]] -= _RETURN + _VAMP * again
        if state.changes:
            root = _ROOTS[state.symbol]
            chances[root * len(FAMILIES) : (root + 1) * len(FAMILIES)] -= _ONLY_COLOUR
        chances = chances[allowed]  # (P,)
        if state.before is not None:
            score = state.score + math.log(1 - stretch.change) + float(fit[state.symbol])
            stays = _STAYS * self.slow + _STANDS_STILL * state.bars
            score -= (_OVER_THE_LINE * state.within + stays) * stretch.bar_line
            within = state.within and not stretch.bar_line
            bars = min(state.bars + stretch.bar_line, _LONGEST)
            yield _State(score, state.symbol, state.first, state.changes, state, within, bars)
            chances = chances + math.log(stretch.change) - _LATE * (state.bars > 0 and not stretch.bar_line)
            chances[allowed == state.symbol] = -np.inf
        remembered = max(self.model.order - 1, 3)
        best = np.argsort(-chances, kind="stable")[:12]
        for symbol, chance in zip(allowed[best].tolist(), chances[best].tolist(), strict=True):
            if chance > -math.inf:
                first = symbol if state.before is None else state.first
                changes = (*state.changes, symbol)[-remembered:]
                yield _State(state.score + chance, symbol, first, changes, state, not stretch.bar_line)

    def _closing(self, state: _State) -> float:
        """What the way back to the first chord adds; nothing where first and last are the same chord."""
        if state.first == state.symbol:
            return 0.0
        chance = self.model.probabilities(state.changes)[state.first]
        return _CLOSING * (math.log(chance + _PLENTY) + _EXPECTED_SURPRISE)
