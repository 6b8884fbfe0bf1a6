"""A request as points of the latent space, and points as notes of the request: once for lines, once for beats.

The clip is cut in windows of whole bars, each with its own point. What a window becomes when its point moves is read
off as the *difference* of two decodings: cells that the moved point writes otherwise than the clip's own point change,
the others stay as they are, so that what the network rebuilds badly is not taken for a variation.

Offers: ``LineWindows``, ``BeatWindows``; both have ``points``, ``write``, ``notes_near``, ``notes_of``, ``changed``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.engines.vae.config import LATEST, UNSAID
from models.engines.vae.network import Network
from models.music.clip import Clip
from models.music.note import Note
from models.sampling.beatwise import CELLS
from models.sampling.choose import SamplingParameters, choose_each
from models.sampling.conditions import Conditions
from models.sampling.representation.drum_grid import LANE_COUNT, DrumGrid
from models.sampling.representation.line import HELD, SILENT, Line
from models.sampling.representation.tokens import FIRST

_OWN = 2.0
"""Nats by which a lane that is hit already is liked better than another."""


class LineWindows:
    """A melody or bass line."""

    def __init__(self, network: Network, conditions: Conditions) -> None:
        self.network = network.line
        self.line = Line.of(conditions.constraints, conditions.context.heard)
        self.count = len(self.line.windows)

    def points(self, clip: Clip | None = None) -> np.ndarray:
        """The points of the windows, (windows, Z), of the prompt or of another clip of its length."""
        windows = (self.line if clip is None else self.line.reading(clip)).windows
        # What rings on from before a window is not heard.
        windows = np.where(np.logical_and.accumulate(windows == HELD, axis=1), SILENT, windows)
        return self.network.encode(self.line.tokens(windows))

    def write(
        self,
        points: np.ndarray,
        rngs: Sequence[np.random.Generator] | None = None,
        parameters: SamplingParameters | None = None,
    ) -> np.ndarray:
        """Cells of several sets of points, (sets, windows, Z) -> (sets, cells of the clip); likeliest, or by chance."""
        cells = self.network.writer(points.reshape(-1, points.shape[-1]))  # (sets * windows, T, C)
        before: np.ndarray | int = UNSAID
        tokens = np.zeros((len(cells), CELLS), np.int64)
        for cell in range(CELLS):
            logits = self.network.logits(cells[:, cell], before)  # (sets * windows, SIZE)
            if rngs is None or parameters is None:
                tokens[:, cell] = logits.argmax(1)
            else:
                tokens[:, cell] = choose_each(logits, parameters, [rng for rng in rngs for _ in range(self.count)])
            before = tokens[:, cell]
        return self.line.joined(tokens.reshape(len(points), self.count, CELLS))

    def notes_near(self, own: np.ndarray, moved: np.ndarray) -> list[Note]:
        """The free notes when the points move: where ``moved`` is written otherwise than ``own``, as it says."""
        return self.line.notes(np.where(own == moved, self.line.cells, moved))

    def notes_of(self, cells: np.ndarray) -> list[Note]:
        """The free notes of cells."""
        return self.line.notes(cells)

    def changed(self, points: np.ndarray) -> list[dict[int, Note]]:
        """Where notes may only change pitch: what each is at moved points, (sets, windows, Z)."""
        own, *moved = self._pitches(np.concatenate([self.points()[None], points]))
        return [self.line.repitched(np.where(one == own, self.line.cells, one)) for one in moved]

    def _pitches(self, points: np.ndarray) -> np.ndarray:
        """The likeliest pitch in each cell if a note began there, (sets, cells)."""
        cells = self.network.writer(points.reshape(-1, points.shape[-1]))
        logits = self.network.logits(cells, UNSAID)[..., FIRST:]
        return self.line.joined((FIRST + logits.argmax(-1)).reshape(len(points), self.count, CELLS))


class BeatWindows:
    """A beat."""

    def __init__(self, network: Network, conditions: Conditions) -> None:
        self.network = network.beat
        self.drums = DrumGrid.of(conditions.constraints)
        self.grid = self.drums.grid
        self.count = len(self.grid.windows(CELLS))

    def points(self, clip: Clip | None = None) -> np.ndarray:
        """The points of the windows, (windows, Z), of the prompt or of another clip of its length."""
        drums = self.drums if clip is None else self.drums.reading(clip)
        late = np.clip(drums.micro_timing, -LATEST, LATEST)
        return self.network.encode(*(self.grid.cut(each, 0.0, CELLS) for each in (drums.loudness, late)))

    def write(
        self,
        points: np.ndarray,
        rngs: Sequence[np.random.Generator] | None = None,
        parameters: SamplingParameters | None = None,
    ) -> np.ndarray:
        """Hit (0 or 1), loudness and offset of several sets of points, (sets, windows, Z) -> (sets, cells, 27)."""
        cells = self.network.writer(points.reshape(-1, points.shape[-1]))
        before = None
        hits = np.zeros((len(cells), CELLS, LANE_COUNT), np.float32)
        for cell in range(CELLS):
            logits = self.network.logits(cells[:, cell], before)  # (sets * windows, 9)
            if rngs is None or parameters is None:
                hits[:, cell] = logits > 0
            else:
                drawn = np.stack([rng.random(LANE_COUNT) for rng in rngs for _ in range(self.count)])
                hits[:, cell] = drawn < 1 / (1 + np.exp(-np.clip(logits / parameters.temperature, -30, 30)))
            before = hits[:, cell]
        return self._joined(np.concatenate([hits, self.network.performance(cells)], axis=2), len(points))

    def _joined(self, cells: np.ndarray, sets: int) -> np.ndarray:
        return self.grid.joined(cells.reshape(sets, self.count, CELLS, -1), CELLS)

    def notes_near(self, own: np.ndarray, moved: np.ndarray) -> list[Note]:
        """The free notes when the points move: where ``moved`` is written otherwise than ``own``, as it says."""
        own, hits = own[:, :LANE_COUNT], moved[:, :LANE_COUNT]
        return self._notes(np.where(own == hits, self.drums.hits, hits > 0), moved)

    def notes_of(self, cells: np.ndarray) -> list[Note]:
        """The free notes of cells."""
        return self._notes(cells[:, :LANE_COUNT] > 0, cells)

    def _notes(self, hits: np.ndarray, written: np.ndarray) -> list[Note]:
        return self.drums.notes(hits, written[:, LANE_COUNT : 2 * LANE_COUNT], written[:, 2 * LANE_COUNT :])

    def changed(self, points: np.ndarray) -> list[dict[int, Note]]:
        """Where notes may only change lanes: as many hits in each cell, in the lanes that the moved point likes better
        than the clip's own does; the clip's hits have the advantage."""
        own, *moved = self._likely(np.concatenate([self.points()[None], points]))
        return [self.drums.as_many(one - own + _OWN * self.drums.hits) for one in moved]

    def _likely(self, points: np.ndarray) -> np.ndarray:
        """Logits of hits, (sets, cells, 9), whatever came before."""
        cells = self.network.writer(points.reshape(-1, points.shape[-1]))
        return self._joined(self.network.logits(cells, None), len(points))
