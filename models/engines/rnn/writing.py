"""Writing rhythms together, cell by cell: what is known stays, the rest is drawn among the symbols that agree with it.

Offers: ``RhythmHypothesis``, ``CellSampler``, ``earlier_symbols``, ``BITS``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.engines.rnn.config import (
    BEGINS,
    HELD,
    LANES,
    LOOKBACKS,
    LOUDNESSES,
    NONE,
    REST,
    SYMBOLS_OF,
    TIMING_UNIT,
    TIMINGS,
)
from models.engines.rnn.network import Network
from models.generator import Cancelled, Stopped
from models.sampling.choose import SamplingParameters, choose_each
from models.sampling.conditions import Conditions
from models.sampling.engine import Sampler
from models.sampling.representation.cell_grid import CellGrid

BITS = np.arange(LANES)
_BEATS = np.arange(REST)
_COUNT = np.array([bin(symbol).count("1") for symbol in range(REST)])
_BEGUN = np.array([0, 1, 0])
"""How many notes begin with each symbol of another role."""
_MORE = (1.0, 1.5, 2.2)
"""How much more than needed the hypotheses of one variation forget."""
_DENSITY = {"low": 0.6, "same": 1.0, "high": 1.6}
_TOP_P, _MIN_P = 0.97, 0.01
_STEERING = 1.6
"""Nats for each hit where there are twice as many as wished, or none."""
_REMEMBERED, _FEW = 32, 4.0
"""Cells, and hits, over which too many or too few are counted."""
_PERFORMANCE = SamplingParameters(0.9, 0.95, 0.03)


def earlier_symbols(symbols: np.ndarray, bar: int) -> np.ndarray:
    """Of symbols (T,) before each cell those of the cell before, and one and two bars (0 cells: not known) ago,
    (T, 1 + L); NONE before the first."""
    earlier, cells = (1, *(bars * (bar or 16) for bars in LOOKBACKS)), len(symbols)
    return np.stack([np.append(np.full(min(far, cells), NONE), symbols)[:cells] for far in earlier], axis=1)


@dataclass
class RhythmHypothesis:
    """A rhythm: what it is, what of it is known, and what was drawn.

    symbol   (T,) the prompt's, then the hypothesis's
    loud     (T, 9) 0-1 of the prompt's hits
    known    (T, 9) which lanes stay; another role's cell stays wholly or not at all
    drums    True for a beat; as_many: True when a cell keeps its number of hits
    wished   (T,) how many hits are wished for in what is forgotten of each cell; None: as the network likes
    new_loud, new_late  (T, 9) how new hits of each lane are played there: 0-1, beats
    """

    symbol: np.ndarray
    loud: np.ndarray
    known: np.ndarray
    drums: bool
    as_many: bool = False
    wished: np.ndarray | None = None
    new_loud: np.ndarray = field(init=False)
    new_late: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.new_loud, self.new_late = np.zeros(self.known.shape), np.zeros(self.known.shape)

    def lanes(self) -> np.ndarray:
        """What the network is told of each lane, (T, 27)."""
        lanes = self.hits(0, len(self.symbol))
        if not self.drums:
            lanes[:, 1] = self.symbol == HELD
        return np.concatenate([self.known, lanes * self.known, self.loud * self.known], axis=1).astype(np.float32)

    def hits(self, start: int = 0, end: int | None = None) -> np.ndarray:
        """What begins in cells, (cells, 9), 0 or 1; other roles in lane 0."""
        symbols = self.symbol[start:end, None]
        return (symbols >> BITS) & 1 if self.drums else (symbols == BEGINS) * (BITS == 0).astype(np.int64)


class _Rhythms:
    """The hypotheses of a batch, all of one kind, as arrays (D, T, …) while they are written.

    heard    the symbols behind as many NONE as are looked back; symbol: the part behind those
    open     cells to write; symbols: which may be chosen there, as a slice of all
    """

    def __init__(self, hypotheses: Sequence[RhythmHypothesis], earlier: int) -> None:
        one = hypotheses[0]
        self.drums, self.as_many = one.drums, one.as_many
        self.symbols, self.begun = SYMBOLS_OF[self.drums], _COUNT if self.drums else _BEGUN
        self.heard = np.pad([one.symbol for one in hypotheses], ((0, 0), (earlier, 0)), constant_values=NONE)
        self.symbol, self.known = self.heard[:, earlier:], np.stack([one.known for one in hypotheses])
        self.open, self.told = ~np.all(self.known, axis=2), (self.known << BITS).sum(2)
        wished = [one.wished for one in hypotheses if one.wished is not None]
        self.wished = np.stack(wished) if wished else None
        self.added = np.zeros(self.open.shape)  # what began in what was written of each cell
        self.loud, self.late = np.zeros(self.known.shape), np.zeros(self.known.shape)

    def legal(self, cell: int, rows: np.ndarray) -> np.ndarray:
        """Which of ``symbols`` an open cell may have in the hypotheses ``rows``, (N, symbols)."""
        if self.drums:
            symbol, told = self.symbol[rows, cell, None], self.told[rows, cell, None]
            legal = (_BEATS & told) == (symbol & told)
            return legal & (_COUNT[symbol] == _COUNT) if self.as_many else legal
        legal = np.ones((len(rows), 3), bool)
        legal[:, HELD - REST] = (self.symbol[rows, cell - 1] != REST) if cell else False
        return legal

    def steering(self, cell: int, rows: np.ndarray) -> np.ndarray | float:
        """What to add to the logits of ``symbols``, (N, symbols), to come back to as many hits as are wished."""
        if self.wished is None:
            return 0.0
        start = max(0, cell - _REMEMBERED)
        wished, written = (each[rows, start:cell].sum(1) for each in (self.wished, self.added))
        excess = np.clip((written - wished) / np.maximum(_FEW, wished), -1, 1)
        return -_STEERING * excess[:, None] * self.begun

    def take(self, cell: int, rows: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Put symbols down; gives which of the rows, and in which lane, begins something new, (hits,) each."""
        self.symbol[rows, cell] = chosen
        if self.drums:
            new = ((chosen[:, None] >> BITS) & 1) > self.known[rows, cell]
        else:
            new = (chosen[:, None] == BEGINS) & (BITS == 0)
        self.added[rows, cell] = new.sum(1)
        which, lanes = np.nonzero(new)
        return which, lanes


class CellSampler(Sampler[RhythmHypothesis]):
    """What beats and rhythms have in common: what is wished for, the loop over the cells, the order."""

    def __init__(self, network: Network, conditions: Conditions, grid: CellGrid) -> None:
        super().__init__(conditions)
        self.network, self.grid = network, grid
        self.parameters = SamplingParameters(conditions.temperature, _TOP_P, _MIN_P)

    @abstractmethod
    def opened(self, more: float, rng: np.random.Generator) -> RhythmHypothesis:
        """A rhythm of which some is forgotten, so much more than needed."""

    def open(self, rng: np.random.Generator) -> list[RhythmHypothesis]:
        """See ``Sampler``."""
        return [self.opened(more, rng) for more in _MORE]

    def wished(self, sounding: np.ndarray, forgotten: np.ndarray) -> np.ndarray | None:
        """How many hits are wished for in what is forgotten (T, L) of each cell, (T,); None where nothing says.

        Without a dial as dense as the rest of the clip; else as what is forgotten was.
        """
        wish = _DENSITY[self.constraints.request.density]
        if self.conditions.target is not None:
            return wish * (sounding & forgotten).sum(1)
        rest = ~forgotten.any(1)
        if not (sounding & ~forgotten).any() or not rest.any():
            return None
        return wish * sounding[rest].sum(1).mean() * forgotten.any(1)

    def write(
        self, hypotheses: Sequence[RhythmHypothesis], rngs: Sequence[np.random.Generator], cancelled: Cancelled
    ) -> list[RhythmHypothesis]:
        """See ``Sampler``; the hypotheses are written in place."""
        network, bar = self.network, self.grid.bar or 16
        read = network.read(np.stack([one.lanes() for one in hypotheses]), self.grid, self.constraints.role)
        earlier = np.array([1, *(bars * bar for bars in LOOKBACKS)])
        rhythms, state = _Rhythms(hypotheses, int(earlier.max())), network.start(len(hypotheses))
        for cell in range(int(np.flatnonzero(rhythms.open.any(0)).max(initial=-1)) + 1):
            if cancelled():
                raise Stopped
            before = rhythms.heard[:, earlier.max() + cell - earlier]
            state = network.write(read[:, cell], before, state)
            rows = np.flatnonzero(rhythms.open[:, cell])
            if len(rows):
                self._choose(cell, rhythms, rows, network.norm(state[rows]), before[rows, 1:], rngs)
        for one, symbol, loud, late in zip(hypotheses, rhythms.symbol, rhythms.loud, rhythms.late, strict=True):
            one.symbol, one.new_loud, one.new_late = symbol, loud, late
        return list(hypotheses)

    def _choose(
        self,
        cell: int,
        rhythms: _Rhythms,
        rows: np.ndarray,
        states: np.ndarray,
        back: np.ndarray,
        rngs: Sequence[np.random.Generator],
    ) -> None:
        """The symbol of an open cell, and how its hits are played, in the hypotheses ``rows``."""
        logits = self.network.logits(states, back, drums=rhythms.drums) + rhythms.steering(cell, rows)
        legal = np.where(rhythms.legal(cell, rows), logits, -np.inf)
        chosen = choose_each(legal, self.parameters, [rngs[row] for row in rows.tolist()]) + rhythms.symbols.start
        which, lanes = rhythms.take(cell, rows, chosen)
        if not len(which):
            return
        loud, late = self.network.performance(states, chosen)
        odds, rows = np.full((len(which), 2, LOUDNESSES), -np.inf), rows[which]
        odds[:, 0], odds[:, 1, :TIMINGS] = loud[which, lanes], late[which, lanes]
        drawn = choose_each(
            odds.reshape(-1, LOUDNESSES), _PERFORMANCE, [rngs[row] for row in rows.tolist() for _ in range(2)]
        )
        rhythms.loud[rows, cell, lanes] = (drawn[::2] + 0.5) / LOUDNESSES
        rhythms.late[rows, cell, lanes] = (drawn[1::2] - TIMINGS // 2) * TIMING_UNIT

    def ranked(self, hypotheses: list[RhythmHypothesis]) -> list[RhythmHypothesis]:
        """Where no dial chooses, those first that are about as dense as was wished."""
        return hypotheses if self.conditions.target is not None else sorted(hypotheses, key=self._off_density)

    def _off_density(self, hypothesis: RhythmHypothesis) -> float:
        known, hits = hypothesis.known, hypothesis.hits()
        new, new_cells = hits[~known].sum(), (~known).any(1).sum()
        old, old_cells = hits[known].sum(), known.all(1).sum()
        density = self.constraints.request.density
        if not old_cells or not old:
            # Nothing to compare with: low is the sparsest of the hypotheses, high the densest.
            return {"low": 1.0, "same": 0.0, "high": -1.0}[density] * float(new)
        wished = _DENSITY[density] * old / old_cells
        return abs(float(np.log((new / max(1, new_cells) + 0.01) / (wished + 0.01))))
