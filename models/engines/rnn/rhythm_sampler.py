"""The rhythm of a melody, of chords or of a bass line, apart from its pitches.

Each cell rests, begins something or holds it. A rhythm written anew takes its pitches from the clip: what begins where
something began before is that again, perhaps longer or shorter; what begins elsewhere takes the pitches nearest to
it in time, and behind the clip those of the same place in it.

Offers: ``RhythmSampler``.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from models.engines.rnn.card import NAME
from models.engines.rnn.config import BEGINS, HELD, LANES, REST
from models.engines.rnn.network import Network
from models.engines.rnn.writing import CellSampler, RhythmHypothesis
from models.music.errors import Refused
from models.music.note import Note
from models.sampling.beatwise import CELLS_A_BEAT
from models.sampling.conditions import Conditions
from models.sampling.representation.cell_grid import CellGrid, cells_held, share_to_forget, stretches
from models.sampling.representation.performance import Performance, velocity_of

LIKENESS_OF_NEW = 0.5
"""How alike what is drawn anew is to what was there, about."""
LONGEST_STRETCH = 4


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
            wanted = share_to_forget(target, LIKENESS_OF_NEW, more) * free.sum()
            forgotten = forgotten & (stretches(beats, free, wanted, rng, np.unique(beats), LONGEST_STRETCH) > 0)
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
