"""Beats: which lanes of which cells are forgotten, and what the ones written anew mean as moves.

Offers: ``BeatSampler``.
"""

from __future__ import annotations

import numpy as np

from models.engines.rnn.network import Network
from models.engines.rnn.writing import BITS, CellSampler, RhythmHypothesis
from models.music.note import Note
from models.sampling.beatwise import CELLS_A_BEAT
from models.sampling.conditions import Conditions
from models.sampling.representation.cell_grid import share_to_forget, stretches
from models.sampling.representation.drum_grid import DrumGrid

LIKENESS_OF_NEW = 0.4
"""How alike what is drawn anew is to what was there, about."""
LONGEST_STRETCH = 4
_MUCH, _LEAST_LEFT = 3, 0.3
"""Share of the hits of a drum with so many hits or more that a variation has at least."""
_BY_LANES = 0.5
"""Share of hypotheses that forget whole lanes."""


class BeatSampler(CellSampler):
    """A beat: what may change of it, and what a hypothesis makes of it."""

    def __init__(self, network: Network, conditions: Conditions) -> None:
        self.drums = DrumGrid.of(conditions.constraints)
        super().__init__(network, conditions, self.drums.grid)
        self.open_hits = self.drums.open()
        if conditions.in_order and not conditions.constraints.allowed_edits.repitch:
            self.open_hits[:] = False

    def opened(self, more: float, rng: np.random.Generator) -> RhythmHypothesis:
        """See ``CellSampler``."""
        forgotten, drums = self.open_hits.copy(), self.drums
        if self.conditions.target is not None:
            forgotten &= self._forgotten(share_to_forget(self.conditions.target, LIKENESS_OF_NEW, more), rng)
        symbol = (drums.hits << BITS).sum(1)
        wished = self.wished(drums.hits, forgotten)
        return RhythmHypothesis(symbol, drums.loudness, ~forgotten, True, self.conditions.in_order, wished)

    def _forgotten(self, share: float, rng: np.random.Generator) -> np.ndarray:
        """Cells (T, 9) with about ``share`` of the free hits in them: whole lanes, or stretches of beats."""
        free = self.open_hits & self.drums.hits
        wanted = share * free.sum()
        if rng.random() < _BY_LANES:
            lanes = rng.permutation(free.shape[1])
            before = np.cumsum(free[:, lanes].sum(0)) - free[:, lanes].sum(0)
            return np.isin(np.arange(len(lanes)), lanes[before < wanted - 0.5])[None].repeat(len(free), axis=0)
        beats = np.arange(len(free)) // CELLS_A_BEAT
        chosen = stretches(beats, free.sum(1), wanted, rng, np.unique(beats), LONGEST_STRETCH) > 0
        return chosen[:, None].repeat(free.shape[1], axis=1)

    def ranked(self, hypotheses: list[RhythmHypothesis]) -> list[RhythmHypothesis]:
        """Those that leave no drum out which the beat uses much, if there are any; else all."""
        own = self.drums.hits.sum(0)  # (9,)
        least = np.where(own >= _MUCH, _LEAST_LEFT * own, 0.0)
        return super().ranked([one for one in hypotheses if (one.hits().sum(0) >= least).all()] or hypotheses)

    def notes(self, hypothesis: RhythmHypothesis) -> list[Note]:
        """See ``Sampler``."""
        return self.drums.notes(hypothesis.hits() > 0, hypothesis.new_loud, hypothesis.new_late)

    def changed(self, hypothesis: RhythmHypothesis) -> dict[int, Note]:
        """See ``Sampler``."""
        return self.drums.exchanged(hypothesis.hits() > 0)
