"""A request as points of the latent space, and points as notes of the request: once for lines, once for beats.

The clip is cut in windows of whole bars, each with its own point. What a window becomes when its point moves is read
off as the *difference* of two decodings: cells that the moved point writes otherwise than the clip's own point change,
the others stay as they are, so that what the network rebuilds badly is not taken for a variation.

Offers: ``Windows``, and as such ``LineWindows``, ``BeatWindows``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import partial

import numpy as np

from models.engines.vae.config import LATEST, UNSAID
from models.engines.vae.network import BeatVae, LineVae, Network
from models.music.clip import Clip
from models.music.note import Note
from models.sampling.beatwise import CELLS
from models.sampling.choose import SamplingParameters, choose_each
from models.sampling.conditions import Conditions
from models.sampling.networks.layers import sigmoid
from models.sampling.representation.cell_grid import CellGrid
from models.sampling.representation.drum_grid import LANE_COUNT, DrumGrid
from models.sampling.representation.line import HELD, SILENT, Line
from models.sampling.representation.tokens import FIRST

_OWN = 2.0
"""Nats by which a lane that is hit already is liked better than another."""
_FROM_NOTHING = SamplingParameters(0.55, 0.95, 0.05)
"""Of the cells of a clip from nothing, beside the temperature of its points."""
Rngs = Sequence[np.random.Generator]


class Windows(ABC):
    """A clip in windows."""

    def __init__(self, network: LineVae | BeatVae, grid: CellGrid) -> None:
        self._network, self._grid, self._count = network, grid, len(grid.windows(CELLS))

    @abstractmethod
    def points(self, clip: Clip | None = None) -> np.ndarray:
        """The points of the windows, (windows, Z), of the prompt or of another clip of its length."""

    def write(self, points: np.ndarray, rngs: Rngs = ()) -> np.ndarray:
        """The cells of the clip for several sets of points, (sets, windows, Z) -> (sets, cells, …): the likeliest, or
        by chance."""
        sources = [rng for rng in rngs for _ in range(self._count)]
        choose = partial(self._choose, sources) if sources else None
        return self._joined(self._network.write(points.reshape(-1, points.shape[-1]), choose), len(points))

    @abstractmethod
    def _choose(self, rngs: Rngs, logits: np.ndarray) -> np.ndarray:
        """What is drawn of the logits of a cell, a row for each window."""

    def _joined(self, cells: np.ndarray, sets: int) -> np.ndarray:
        return self._grid.joined(cells.reshape(sets, self._count, CELLS, -1), CELLS)

    @abstractmethod
    def notes(self, cells: np.ndarray, own: np.ndarray | None = None) -> list[Note]:
        """The free notes of cells; own: only where they are written otherwise, else those of the clip."""

    def changed(self, points: np.ndarray) -> list[dict[int, Note]]:
        """Where notes keep their places: what each is at moved points, (sets, windows, Z)."""
        points = np.concatenate([self.points()[None], points])
        own, *moved = self._liked(self._network.writer(points.reshape(-1, points.shape[-1])), len(points))
        return [self._changed(own, one) for one in moved]

    @abstractmethod
    def _liked(self, cells: np.ndarray, sets: int) -> np.ndarray:
        """What is liked in each cell, whatever came before, (sets, cells, …); from what the network's writer wrote."""

    @abstractmethod
    def _changed(self, own: np.ndarray, moved: np.ndarray) -> dict[int, Note]:
        """Notes that become another, from what is liked at the clip's own points and at moved ones."""


class LineWindows(Windows):
    """A melody or bass line; a cell is one as ``Line`` has it."""

    def __init__(self, network: Network, conditions: Conditions) -> None:
        self.line = Line.of(conditions.constraints, conditions.context.heard)
        self.network = network.line
        super().__init__(network.line, self.line.grid)

    def points(self, clip: Clip | None = None) -> np.ndarray:
        """See ``Windows``."""
        windows = (self.line if clip is None else self.line.reading(clip)).windows
        # What rings on from before a window is not heard.
        windows = np.where(np.logical_and.accumulate(windows == HELD, axis=1), SILENT, windows)
        return self.network.encode(self.line.tokens(windows))

    def _choose(self, rngs: Rngs, logits: np.ndarray) -> np.ndarray:
        return choose_each(logits, _FROM_NOTHING, rngs)

    def _joined(self, cells: np.ndarray, sets: int) -> np.ndarray:
        return self.line.joined(cells.reshape(sets, self._count, CELLS))

    def notes(self, cells: np.ndarray, own: np.ndarray | None = None) -> list[Note]:
        """See ``Windows``."""
        return self.line.notes(cells if own is None else np.where(own == cells, self.line.cells, cells))

    def _liked(self, cells: np.ndarray, sets: int) -> np.ndarray:
        """The likeliest pitch in each cell if a note began there."""
        return self._joined(FIRST + self.network.logits(cells, UNSAID)[..., FIRST:].argmax(-1), sets)

    def _changed(self, own: np.ndarray, moved: np.ndarray) -> dict[int, Note]:
        return self.line.repitched(np.where(moved == own, self.line.cells, moved))


class BeatWindows(Windows):
    """A beat; a cell is hits (0 or 1), loudness and offset of nine lanes, 27 numbers."""

    def __init__(self, network: Network, conditions: Conditions) -> None:
        self.drums = DrumGrid.of(conditions.constraints)
        self.network = network.beat
        super().__init__(network.beat, self.drums.grid)

    def points(self, clip: Clip | None = None) -> np.ndarray:
        """See ``Windows``."""
        drums = self.drums if clip is None else self.drums.reading(clip)
        late = np.clip(drums.micro_timing, -LATEST, LATEST)
        return self.network.encode(*(drums.grid.cut(each, 0.0, CELLS) for each in (drums.loudness, late)))

    def _choose(self, rngs: Rngs, logits: np.ndarray) -> np.ndarray:
        return np.stack([rng.random(LANE_COUNT) for rng in rngs]) < sigmoid(logits / _FROM_NOTHING.temperature)

    def notes(self, cells: np.ndarray, own: np.ndarray | None = None) -> list[Note]:
        """See ``Windows``."""
        hits, loud, late = np.split(cells, 3, axis=1)
        hits = hits > 0 if own is None else np.where(own[:, :LANE_COUNT] == hits, self.drums.hits, hits > 0)
        return self.drums.notes(hits, loud, late)

    def _liked(self, cells: np.ndarray, sets: int) -> np.ndarray:
        """Logits of hits."""
        return self._joined(self.network.logits(cells, None), sets)

    def _changed(self, own: np.ndarray, moved: np.ndarray) -> dict[int, Note]:
        """As many hits in each cell, in lanes that the moved point likes better than the clip's own does; the clip's
        hits have the advantage."""
        return self.drums.as_many(moved - own + _OWN * self.drums.hits)
