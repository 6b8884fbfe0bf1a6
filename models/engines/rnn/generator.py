"""The engine ``rnn``: some cells and lanes are forgotten and drawn anew, the dial takes as much as was asked for.

A beat under a lock on rhythm keeps the number of hits in every cell and moves them between lanes. Other roles keep
their pitches and get another rhythm; with their rhythm locked there is nothing for this engine to do, and it says so.
A beat that is humanised keeps its hits, which are played as a drummer would (``touch``); other roles are not its field.
Temperature divides the logits of the symbols.

Offers: ``RnnEngine``, ``load``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.diff import diff, diff_in_place
from models.constraints.edits import EditSet
from models.constraints.playing import PlayingEngine
from models.engines.rnn.card import NAME, ROLES, TASKS
from models.engines.rnn.config import LANES, RnnConfig
from models.engines.rnn.config import ROLES as NETWORK_ROLES
from models.engines.rnn.network import Network
from models.engines.rnn.rhythm import Rhythm
from models.engines.rnn.touch import humanised
from models.engines.rnn.writing import Draft, write
from models.generator import Cancelled, Task
from models.music.clip import Role
from models.music.errors import Refused
from models.sampling.kit import Kit
from models.sampling.raster import Raster
from models.sampling.weights import read_network

_DARING = (1.0, 1.5, 2.2)
"""How much more than needed the drafts of one variation forget."""
_LIKENESS_OF_NEW = {"drums": 0.4, "other": 0.5}
"""How alike what is drawn anew is to what was there, about."""
_DENSITY = {"low": 0.6, "same": 1.0, "high": 1.6}
_MUCH, _LEAST_LEFT = 3, 0.3
"""Share of the hits of a drum with so many hits or more that a variation has at least."""
_BY_LANES = 0.5
"""Share of drafts of a beat that forget whole lanes."""


def load(name: str) -> RnnEngine:
    """The engine with its weights; raises EngineUnavailable."""
    assert name == NAME
    return RnnEngine(read_network(name, lambda config: Network(RnnConfig(**config))))


class RnnEngine(PlayingEngine):
    """Varies, fills in, continues and generates beats, and the rhythm of every other role."""

    name = NAME
    tasks: tuple[Task, ...] = TASKS
    roles: tuple[Role, ...] = ROLES

    def __init__(self, network: Network) -> None:
        self.network = network

    def draw(
        self,
        constraints: Constraints,
        target: float | None,
        chances: Sequence[np.random.Generator],
        cancelled: Cancelled,
    ) -> list[list[EditSet]]:
        """See ``PlayingEngine``."""
        raster = Raster.of(constraints.prompt)
        if constraints.request.task == "humanise":
            return [[humanised(self.network, constraints, raster, rng)] for rng in chances]
        room = _BeatRoom(constraints, raster) if constraints.drums else _RhythmRoom(constraints, raster)
        daring = _DARING
        sources = [rng for rng in chances for _ in daring]
        drafts = [room.draft(target, more, rng) for rng in chances for more in daring]
        write(self.network, drafts, constraints.request.temperature, sources, cancelled)
        result = []
        for first in range(0, len(drafts), len(daring)):
            mine = room.whole(drafts[first : first + len(daring)])
            if target is None:
                mine = sorted(mine, key=room.off_density)
            result.append([room.edit_set(draft, sources[first]) for draft in mine])
        return result


class _BeatRoom:
    """A beat: what may change of it, and what a draft makes of it."""

    def __init__(self, constraints: Constraints, raster: Raster) -> None:
        self.constraints, self.raster = constraints, raster
        self.kit = Kit.of(constraints, raster)
        self.loud, self.open = self.kit.hits, self.kit.open()
        self.symbol = ((self.loud > 0) << np.arange(LANES)).sum(1)
        self.as_many = not (constraints.allowed_edits.add and constraints.allowed_edits.remove)
        if self.as_many and not constraints.allowed_edits.repitch:
            self.open[:] = False

    def draft(self, target: float | None, more: float, rng: np.random.Generator) -> Draft:
        """A beat of which some is forgotten."""
        forgotten = self.open.copy()
        if target is not None:
            share = min(1.0, more * (1 - target) / (1 - _LIKENESS_OF_NEW["drums"]))
            forgotten &= _some(self.open, self.loud > 0, share, rng, by_lanes=rng.random() < _BY_LANES)
        wished = _wished(self.constraints, self.loud > 0, forgotten, afresh=target is None)
        return Draft(
            self.symbol.copy(),
            self.loud,
            ~forgotten,
            NETWORK_ROLES.index("drums"),
            self.raster.bar,
            self.as_many,
            wished,
        )

    def whole(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Those that leave no drum out which the beat uses much, if there are any; else all."""
        own = (self.loud > 0).sum(0)  # (9,)
        least = np.where(own >= _MUCH, _LEAST_LEFT * own, 0.0)
        full = [draft for draft in drafts if (draft.hits(0, len(draft.symbol)).sum(0) >= least).all()]
        return full or list(drafts)

    def off_density(self, draft: Draft) -> float:
        """How far a draft is from as dense as was wished."""
        hits = (draft.symbol[:, None] >> np.arange(LANES)) & 1
        return _off_density(
            self.constraints,
            hits[~draft.known].sum(),
            (~draft.known).any(1).sum(),
            (self.loud > 0)[draft.known].sum(),
            draft.known.all(1).sum(),
        )

    def edit_set(self, draft: Draft, rng: np.random.Generator) -> EditSet:
        """The moves to a draft."""
        assert draft.new_loud is not None
        assert draft.new_late is not None
        hits = ((draft.symbol[:, None] >> np.arange(LANES)) & 1) > 0
        if self.as_many:
            return diff_in_place(self.constraints, self.kit.exchanged(hits), rng)
        loud = np.where(self.kit.plays_loudness, draft.new_loud, np.nan)
        loud = np.where(hits, np.where(self.loud > 0, self.loud, loud), 0.0)
        late = np.where(self.kit.plays_late, draft.new_late, 0.0)
        return diff(self.constraints, self.kit.notes(loud, late), rng)


class _RhythmRoom:
    """Another role's rhythm: what may change of it, and what a draft makes of it."""

    def __init__(self, constraints: Constraints, raster: Raster) -> None:
        if constraints.request.locks.rhythm:
            raise Refused(
                f'The engine "{NAME}" makes rhythms; with rhythm locked choose another engine, or open that lock.',
                field="locks",
            )
        self.constraints, self.raster = constraints, raster
        if not constraints.notes:
            raise Refused(
                f'The engine "{NAME}" makes rhythms, and takes their pitches from a clip; '
                "for pitches out of nothing choose another engine.",
                field="engine",
            )
        self.rhythm = Rhythm.of(constraints, raster)
        self.in_order = not (constraints.allowed_edits.add and constraints.allowed_edits.remove)

    def draft(self, target: float | None, more: float, rng: np.random.Generator) -> Draft:
        """A rhythm of which some is forgotten."""
        rhythm = self.rhythm
        open_cells = ~rhythm.fixed[:, None]
        forgotten = open_cells
        if target is not None:
            share = min(1.0, more * (1 - target) / (1 - _LIKENESS_OF_NEW["other"]))
            forgotten = open_cells & _some(open_cells, rhythm.loud[:, :1] > 0, share, rng, by_lanes=False)
        known = np.repeat(~forgotten, LANES, axis=1)
        wished = _wished(self.constraints, rhythm.loud[:, :1] > 0, forgotten, afresh=target is None)
        return Draft(
            rhythm.symbol.copy(),
            rhythm.loud,
            known,
            NETWORK_ROLES.index(self.constraints.role),
            self.raster.bar,
            wished=wished,
        )

    def whole(self, drafts: Sequence[Draft]) -> list[Draft]:
        """All: a rhythm has no parts to lose."""
        return list(drafts)

    def off_density(self, draft: Draft) -> float:
        """How far a draft is from as dense as was wished."""
        known, begins = draft.known[:, 0], draft.symbol == 513
        return _off_density(
            self.constraints, (begins & ~known).sum(), (~known).sum(), (begins & known).sum(), known.sum()
        )

    def edit_set(self, draft: Draft, rng: np.random.Generator) -> EditSet:
        """The moves to a draft."""
        if self.in_order:
            return diff_in_place(self.constraints, self.rhythm.moved(draft.symbol), rng)
        loud = draft.new_loud if len({note.velocity for note in self.constraints.notes}) > 1 else None
        return diff(self.constraints, self.rhythm.notes(draft.symbol, loud), rng)


def _some(
    open_cells: np.ndarray, sounding: np.ndarray, share: float, rng: np.random.Generator, *, by_lanes: bool
) -> np.ndarray:
    """Cells (T, L) to forget, with about ``share`` of the free hits in them: whole lanes, or stretches of beats."""
    forgotten = np.zeros_like(open_cells)
    wanted = share * (open_cells & sounding).sum()
    beats = np.arange(len(open_cells)) // 4
    if by_lanes:
        for lane in rng.permutation(open_cells.shape[1]):
            if (forgotten & sounding & open_cells).sum() >= wanted - 0.5:
                return forgotten
            forgotten[:, lane] = True
        return forgotten
    places = np.unique(beats)
    while (forgotten & sounding & open_cells).sum() < wanted - 0.5 and len(places):
        start, size = int(rng.choice(places)), int(rng.integers(1, 5))
        forgotten[(beats >= start) & (beats < start + size)] = True
        places = places[(places < start) | (places >= start + size)]
    return forgotten


def _wished(
    constraints: Constraints, sounding: np.ndarray, forgotten: np.ndarray, *, afresh: bool
) -> np.ndarray | None:
    """How many hits are wished for in what is forgotten of each cell, (T,); None where nothing says.

    afresh: as dense as the rest of the clip; else as what is forgotten was
    """
    wish = _DENSITY[constraints.request.density]
    if not afresh:
        return wish * (sounding & forgotten).sum(1)
    rest = ~forgotten.any(1)
    if not (sounding & ~forgotten).any() or not rest.any():
        return None
    return wish * sounding[rest].sum(1).mean() * forgotten.any(1)


def _off_density(constraints: Constraints, new: int, new_cells: int, old: int, old_cells: int) -> float:
    wish = _DENSITY[constraints.request.density]
    if not old_cells or not old:
        # Nothing to compare with: low is the sparsest of the drafts, high the densest.
        return {"low": 1.0, "same": 0.0, "high": -1.0}[constraints.request.density] * float(new)
    return abs(float(np.log((new / max(1, new_cells) + 0.01) / (wish * old / old_cells + 0.01))))
