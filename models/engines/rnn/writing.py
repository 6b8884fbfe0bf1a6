"""Writing rhythms together, cell by cell: what is known stays, the rest is drawn among the symbols that agree with it.

Offers: ``RhythmHypothesis``, ``CellSampler``, ``told``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from models.engines.rnn.config import (
    BEGINS,
    HELD,
    LANES,
    LOOKBACKS,
    LOUDNESSES,
    NONE,
    PLACES,
    REST,
    ROLES,
    TIMING_UNIT,
    TIMINGS,
)
from models.engines.rnn.network import Known, Network
from models.generator import Cancelled, Stopped
from models.music.clip import Role
from models.sampling.choose import SamplingParameters, choose_each
from models.sampling.conditions import Conditions
from models.sampling.engine import Sampler
from models.sampling.representation.cell_grid import CellGrid

BITS = np.arange(LANES)
_EVERY = np.arange(HELD + 1)
_COUNT = np.array([bin(symbol).count("1") for symbol in range(512)])
_HITS = np.append(_COUNT, np.zeros(3, np.int64))
_MORE = (1.0, 1.5, 2.2)
"""How much more than needed the hypotheses of one variation forget."""
_DENSITY = {"low": 0.6, "same": 1.0, "high": 1.6}
_TOP_P, _MIN_P = 0.97, 0.01
_STEERING = 1.6
"""Nats for each hit where there are twice as many as wished, or none."""
_REMEMBERED, _FEW = 32, 4.0
"""Cells, and hits, over which too many or too few are counted."""
_PERFORMANCE = SamplingParameters(0.9, 0.95, 0.03)


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

    def legal(self, cell: int) -> np.ndarray:
        """Which symbols a cell may have, (515,)."""
        symbol, known = int(self.symbol[cell]), self.known[cell]
        if self.drums:
            told = int((known << BITS).sum())
            legal = (_EVERY < 512) & ((_EVERY & told) == (symbol & told))
            if self.as_many:
                legal[:512] &= _COUNT[symbol] == _COUNT
        else:
            legal = (symbol == _EVERY) if known[0] else (_EVERY >= REST)
            if not known[0] and (cell == 0 or self.symbol[cell - 1] == REST):
                legal = legal & (_EVERY != HELD)
        return legal

    def steering(self, cell: int) -> np.ndarray:
        """What to add to the logits of a cell's symbols, (515,), to come back to as many hits as are wished."""
        if self.wished is None:
            return np.zeros(len(_EVERY))
        start = max(0, cell - _REMEMBERED)
        wished = float(self.wished[start:cell].sum())
        written = float((self.hits(start, cell) * ~self.known[start:cell]).sum())
        excess = np.clip((written - wished) / max(_FEW, wished), -1, 1)
        return -_STEERING * excess * (_HITS if self.drums else _EVERY == BEGINS)

    def hits(self, start: int = 0, end: int | None = None) -> np.ndarray:
        """What begins in cells, (cells, 9), 0 or 1; other roles in lane 0."""
        symbols = self.symbol[start:end, None]
        return (symbols >> BITS) & 1 if self.drums else (symbols == BEGINS) * (BITS == 0).astype(np.int64)

    def new_hits(self, cell: int) -> list[int]:
        """The lanes in which something new begins in a cell."""
        hits = self.hits(cell, cell + 1)[0] > 0
        return np.flatnonzero(hits & ~self.known[cell] if self.drums else hits).tolist()

    def back(self, cell: int, cells: int) -> int:
        """The symbol so many cells before a cell; NONE before the first."""
        return int(self.symbol[cell - cells]) if cell >= cells else NONE


class CellSampler(Sampler[RhythmHypothesis]):
    """What beats and rhythms have in common: what is wished for, the loop over the cells, the order."""

    def __init__(self, network: Network, conditions: Conditions, grid: CellGrid) -> None:
        self.network, self.conditions, self.constraints = network, conditions, conditions.constraints
        self.grid = grid
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

    @torch.inference_mode()
    def write(
        self, hypotheses: Sequence[RhythmHypothesis], rngs: Sequence[np.random.Generator], cancelled: Cancelled
    ) -> list[RhythmHypothesis]:
        """See ``Sampler``; the hypotheses are written in place."""
        lanes = np.stack([one.lanes() for one in hypotheses])
        read = self.network.read(told(lanes, self.grid, self.constraints.role))  # (D, T, W)
        open_cells = np.stack([~one.known.all(1) for one in hypotheses])  # (D, T)
        state, bar = None, self.grid.bar or 16
        for cell in range(int(np.flatnonzero(open_cells.any(0)).max(initial=-1)) + 1):
            if cancelled():
                raise Stopped
            before = torch.tensor([[one.back(cell, 1)] for one in hypotheses])
            back = torch.tensor([[[one.back(cell, bars * bar) for bars in LOOKBACKS]] for one in hypotheses])
            states, state = self.network.write(read[:, cell : cell + 1], before, back, state)
            if open_cells[:, cell].any():
                numbers = np.flatnonzero(open_cells[:, cell]).tolist()
                mine = [hypotheses[number] for number in numbers], [rngs[number] for number in numbers]
                self._choose(cell, states[numbers, 0], back[numbers, 0], *mine)
        return list(hypotheses)

    def _choose(
        self,
        cell: int,
        states: Tensor,
        back: Tensor,
        hypotheses: Sequence[RhythmHypothesis],
        rngs: Sequence[np.random.Generator],
    ) -> None:
        """The symbol of an open cell, and how its hits are played, in every hypothesis."""
        logits = self.network.logits(states, back).numpy() + np.stack([one.steering(cell) for one in hypotheses])
        legal = np.stack([one.legal(cell) for one in hypotheses])
        chosen = choose_each(np.where(legal, logits, -np.inf), self.parameters, rngs)
        for one, symbol in zip(hypotheses, chosen.tolist(), strict=True):
            one.symbol[cell] = symbol
        hits = [(number, lane) for number, one in enumerate(hypotheses) for lane in one.new_hits(cell)]
        if not hits:
            return
        loud, late = (each.numpy() for each in self.network.performance(states, torch.from_numpy(chosen)))
        late = np.pad(late, ((0, 0), (0, 0), (0, LOUDNESSES - TIMINGS)), constant_values=-np.inf)
        rows = np.stack([odds[number, lane] for number, lane in hits for odds in (loud, late)])
        drawn = choose_each(rows, _PERFORMANCE, [rngs[number] for number, _ in hits for _ in range(2)])
        for (number, lane), loudness, timing in zip(hits, drawn[::2], drawn[1::2], strict=True):
            hypotheses[number].new_loud[cell, lane] = (loudness + 0.5) / LOUDNESSES
            hypotheses[number].new_late[cell, lane] = (timing - TIMINGS // 2) * TIMING_UNIT

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


def told(lanes: np.ndarray, grid: CellGrid, role: Role) -> Known:
    """What the network is told before it writes; lanes (D, T, 27)."""
    positions = torch.from_numpy(np.stack([grid.positions(PLACES)] * len(lanes)))
    control = torch.tensor([[ROLES.index(role), min(grid.bar, PLACES + 1)]] * len(lanes))
    return Known(torch.from_numpy(lanes), positions, control)
