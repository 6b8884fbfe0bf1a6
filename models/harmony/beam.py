"""Beam search for a row of chords: one symbol for each stretch of time, weighed by fit and by the chords before.

Offers: ``best_row``, ``Stretch``, ``Palette``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.harmony.progressions import ProgressionModel

WIDTH = 64
_PLENTY = 1e-9

_EXPECTED_SURPRISE = 1.3
"""Nats that a chord of a likely row costs: a change pays only what it costs more, else holding always wins."""

_RETURN = 0.5
"""Nats that going straight back to the chord before costs: the likeliest row of all is a vamp, which is dull."""

_CLOSING = 0.7
"""How much of the step back to the first chord counts, where the clip is looped."""


_OVER_THE_LINE = 3.0
"""Nats that holding such a chord costs."""

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


@dataclass(frozen=True)
class Palette:
    """The symbols that may be used, rising, and what each adds to the score when it enters; shapes (P,) and (144,)."""

    symbols: NDArray[np.int64]
    gain: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _State:
    """The end of a row: the way back to its start, its first symbol, and the last few changes of harmony."""

    score: float
    symbol: int
    first: int
    changes: tuple[int, ...]
    before: _State | None
    within: bool = False
    """Did the last chord begin within a bar?"""

    @property
    def row(self) -> tuple[int, ...]:
        """Every symbol, from the first on."""
        symbols, state = [], self
        while state.before is not None:
            symbols.append(state.symbol)
            state = state.before
        return tuple(reversed(symbols))


def best_row(
    stretches: list[Stretch], fit: NDArray[np.float64], palette: Palette, model: ProgressionModel, loop: bool
) -> tuple[int, ...]:
    """The best symbol for each stretch; ``fit`` (stretches, 144) is added to the log chances, held or new."""
    states = [_State(0.0, _NONE, _NONE, (), None)]
    remembered = max(model.order - 1, 2)
    for place, stretch in enumerate(stretches):
        following: dict[tuple[int, ...], _State] = {}
        for state in states:
            for state_after in _steps(state, stretch, fit[place], palette, model, remembered):
                history = state_after.changes[1 - model.order :] if model.order > 1 else state_after.changes[-1:]
                key = (*history, int(state_after.within))
                known = following.get(key)
                if known is None or state_after.score > known.score:
                    following[key] = state_after
        states = sorted(following.values(), key=lambda state: -state.score)[:WIDTH]
    return max(states, key=lambda state: state.score + _closing(state, model, loop)).row


def _steps(
    state: _State,
    stretch: Stretch,
    fit: NDArray[np.float64],
    palette: Palette,
    model: ProgressionModel,
    remembered: int,
) -> list[_State]:
    """The state with its chord held, and with the most promising new chords."""
    allowed = palette.symbols
    chances = np.log(model.probabilities(state.changes) + _PLENTY) + _EXPECTED_SURPRISE + fit + palette.gain  # (144,)
    if len(state.changes) >= 2:
        chances[state.changes[-2]] -= _RETURN
    chances = chances[allowed]  # (P,)
    held = []
    if state.before is not None:
        current = state.symbol
        score = state.score + math.log(1 - stretch.change) + float(fit[current])
        score -= _OVER_THE_LINE * (state.within and stretch.bar_line)
        within = state.within and not stretch.bar_line
        held = [_State(score, current, state.first, state.changes, state, within)]
        chances = chances + math.log(stretch.change)
        chances[allowed == current] = -np.inf
    best = np.argsort(-chances, kind="stable")[:12]
    return held + [
        _after(state, state.score + float(chances[place]), int(allowed[place]), remembered, not stretch.bar_line)
        for place in best
        if np.isfinite(chances[place])
    ]


def _after(state: _State, score: float, symbol: int, remembered: int, within: bool) -> _State:
    """The state with a new chord behind it."""
    first = symbol if state.before is None else state.first
    return _State(score, symbol, first, (*state.changes, symbol)[-remembered:], state, within)


def _closing(state: _State, model: ProgressionModel, loop: bool) -> float:
    """What the way back to the first chord adds; nothing where first and last are the same chord."""
    if not loop or state.first == state.symbol:
        return 0.0
    return _CLOSING * (math.log(model.probabilities(state.changes)[state.first] + _PLENTY) + _EXPECTED_SURPRISE)
