"""Beats, and the rhythm of a melody, of chords or of a bass line apart from its pitches: what of them is forgotten,
and what is written anew means as notes.

A cell of a rhythm rests, begins something or holds it. A rhythm written anew takes its pitches from the clip: what
begins where something began before is that again, perhaps longer or shorter; what begins elsewhere takes the pitches
nearest to it in time, and behind the clip those of the same place in it.

Offers: ``BeatSampler``, ``RhythmSampler``.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from models.engines.rnn.card import NAME
from models.engines.rnn.config import BEGINS, HELD, LANES, REST
from models.engines.rnn.network import Network
from models.engines.rnn.writing import BITS, CellSampler, RhythmHypothesis
from models.music.errors import Refused
from models.music.note import Note
from models.sampling.beatwise import CELLS_A_BEAT
from models.sampling.conditions import Conditions
from models.sampling.representation.cell_grid import CellGrid, cells_held, share_to_forget, stretches
from models.sampling.representation.drum_grid import DrumGrid
from models.sampling.representation.performance import Performance, velocity_of

_LIKENESS_OF_NEW, _LIKENESS_OF_RHYTHM = 0.4, 0.5
"""How alike what is drawn anew is to what was there, about: of a beat, and of another rhythm."""
_LONGEST_STRETCH = 4
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
            forgotten &= self._forgotten(share_to_forget(self.conditions.target, _LIKENESS_OF_NEW, more), rng)
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
        chosen = stretches(beats, free.sum(1), wanted, rng, np.unique(beats), _LONGEST_STRETCH) > 0
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


class RhythmSampler(CellSampler):
    """A rhythm: what may change of it, and what a hypothesis makes of it.

    groups  indices of the notes that begin in each cell
    symbol  (cells,) of the prompt; loud: (cells, 9) 0-1 in lane 0
    fixed   (cells,) True where nothing may change
    """

    def __init__(self, network: Network, conditions: Conditions) -> None:
        constraints = conditions.constraints
        if constraints.request.locks.rhythm:
            raise Refused(
                f'The engine "{NAME}" makes rhythms; with rhythm locked choose another engine, or open that lock.',
                field="locks",
            )
        if not constraints.notes:
            raise Refused(
                f'The engine "{NAME}" makes rhythms, and takes their pitches from a clip; '
                "for pitches out of nothing choose another engine.",
                field="engine",
            )
        grid = CellGrid.of(constraints.prompt)
        super().__init__(network, conditions, grid)
        self.groups: dict[int, list[int]] = {}
        for index, note in enumerate(constraints.notes):
            self.groups.setdefault(grid.cell_of(note.onset), []).append(index)
        self.symbol, self.fixed = np.full(grid.cells, REST), ~grid.inside(constraints)
        self.loud = np.zeros((grid.cells, LANES), np.float32)
        for cell, group in self.groups.items():
            longest = max(constraints.notes[index].duration for index in group)
            until = max(cell + 1, min(grid.cells, cell + round(longest / grid.cell)))
            self.symbol[cell + 1 : until] = HELD
            self.fixed[cell:until] |= any(index not in constraints.free for index in group)
        for cell, group in self.groups.items():
            self.symbol[cell] = BEGINS
            self.loud[cell, 0] = max(constraints.notes[index].velocity for index in group) / 127
        self.dynamics = len({note.velocity for note in constraints.notes}) > 1
        self.sizes = cells_held(self.symbol == HELD)
        self.performance = Performance(constraints.notes, constraints.prompt.metre)
        self._pitches = cache(self._pitches_of)  # many hypotheses begin something in the same cells

    def opened(self, more: float, rng: np.random.Generator) -> RhythmHypothesis:
        """See ``CellSampler``."""
        forgotten, target, begins = ~self.fixed, self.conditions.target, self.loud[:, 0] > 0
        if target is not None:
            free, beats = forgotten & begins, np.arange(len(begins)) // CELLS_A_BEAT
            wanted = share_to_forget(target, _LIKENESS_OF_RHYTHM, more) * free.sum()
            forgotten = forgotten & (stretches(beats, free, wanted, rng, np.unique(beats), _LONGEST_STRETCH) > 0)
        wished = self.wished(begins[:, None], forgotten[:, None])
        known = np.repeat(~forgotten[:, None], LANES, axis=1)
        return RhythmHypothesis(self.symbol.copy(), self.loud, known, False, wished=wished)

    def notes(self, hypothesis: RhythmHypothesis) -> list[Note]:
        """See ``Sampler``."""
        constraints, grid, performance = self.constraints, self.grid, self.performance
        sizes = cells_held(hypothesis.symbol == HELD)
        result: list[Note] = []
        for cell in np.flatnonzero(hypothesis.symbol == BEGINS).tolist():
            group = self.groups.get(cell, [])
            free = [index for index in group if index in constraints.free]
            if group and (not free or sizes[cell] == self.sizes[cell]):
                result += [constraints.notes[index] for index in free]
                continue
            late = grid.micro_timing(constraints.notes[group[0]]) if group else 0.0
            onset = max(0.0, constraints.start, cell * grid.cell + late)
            loud = hypothesis.new_loud[cell, 0] if self.dynamics else 0.0
            velocity = velocity_of(loud) if loud else performance.velocity(onset)
            duration = performance.duration(int(sizes[cell]) * grid.cell)
            result += [Note(pitch, onset, duration, velocity) for pitch in self._pitches(cell)]
        return result

    def _pitches_of(self, cell: int) -> list[int]:
        """Legal pitches for what begins in a cell."""
        last = max(self.groups)
        phrase = (last // self.grid.bar + 1) * self.grid.bar if self.grid.bar else last + 1
        like = cell % phrase if cell > last else cell
        source = min(self.groups, key=lambda other: (abs(other - like), other > like))
        legal = set(self.constraints.pitches_at(cell * self.grid.cell, self.grid.cell))
        chosen: list[int] = []
        for index in self.groups[source]:
            pitch = self.constraints.notes[index].pitch
            near = min(legal.difference(chosen), default=None, key=lambda other: (abs(other - pitch), other))
            chosen += [] if near is None else [near]
        return chosen

    def changed(self, hypothesis: RhythmHypothesis) -> dict[int, Note]:
        """See ``Sampler``: the n-th group goes to the n-th place, if there are as many."""
        old, new = sorted(self.groups), np.flatnonzero(hypothesis.symbol == BEGINS).tolist()
        if len(old) != len(new):
            return {}
        notes, cell = self.constraints.notes, self.grid.cell
        return {
            index: notes[index].moved(onset=max(0.0, notes[index].onset + (after - before) * cell))
            for before, after in zip(old, new, strict=True)
            for index in self.groups[before]
            if index in self.constraints.free and before != after
        }
