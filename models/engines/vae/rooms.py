"""A request as points of the space, and points as notes of the request: once for lines, once for beats.

The clip is cut in windows of whole bars, each with its own point. What a window becomes when its point moves is read
off as the *difference* of two decodings: cells that the moved point writes otherwise than the clip's own point change,
the others stay as they are, so that what the network rebuilds badly is not taken for a variation.

Offers: ``LineRoom``, ``BeatRoom``; both have ``points``, ``notes_near``, ``notes_of``, ``changed``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from models.constraints.constraints import Constraints
from models.engines.vae.network import LATEST, UNSAID, Network
from models.music.clip import Clip
from models.music.note import Note
from models.sampling.beatwise import CELLS
from models.sampling.choose import Daring, choose
from models.sampling.kit import LANE_COUNT, Kit
from models.sampling.raster import Raster
from models.sampling.tokens import FIRST, centre_of, pitches_of, tokens_of
from models.sampling.tune import SILENT, Tune

_REGISTERS = {"melody": 72, "bass": 40}


class LineRoom:
    """A melody or bass line."""

    def __init__(self, network: Network, constraints: Constraints) -> None:
        self.network, self.constraints = network.line, constraints
        self.raster = Raster.of(constraints.prompt)
        self.tune = Tune.of(constraints, self.raster)
        self.windows = self.raster.windows(CELLS)
        self.centres = [self._centre(first, last) for first, last in self.windows]

    def _centre(self, first: int, last: int) -> int:
        own = self.tune.cells[first:last]
        pitches = own[own >= 0] if (own >= 0).any() else self.tune.cells[self.tune.cells >= 0]
        if not len(pitches):
            pitches = np.array([_REGISTERS[self.constraints.role]])
        return centre_of(pitches, self.tune.shift)

    def points(self, clip: Clip | None = None) -> Tensor:
        """The points of the windows, (windows, Z), of the prompt or of another clip of its length."""
        cells = self.tune.cells if clip is None else Tune.of(_as_prompt(self.constraints, clip), self.raster).cells
        mean, _ = self.network.encode(
            torch.from_numpy(
                np.stack(
                    [
                        tokens_of(_padded(cells[first:last], SILENT), centre)
                        for (first, last), centre in zip(self.windows, self.centres, strict=True)
                    ]
                )
            )
        )
        return mean

    def write(
        self, points: Tensor, chances: Sequence[np.random.Generator] | None = None, daring: Daring | None = None
    ) -> np.ndarray:
        """Cells of several sets of points, (sets, windows, Z) -> (sets, cells of the clip); likeliest, or by chance."""
        sets = len(points)
        cells = self.network.writer(points.flatten(0, 1))  # (sets * windows, T, C)
        before = torch.full((len(cells), 1), UNSAID)
        tokens = np.zeros((len(cells), CELLS), np.int64)
        for cell in range(CELLS):
            logits = self.network.logits(cells[:, cell : cell + 1], before)[:, 0]  # (sets * windows, SIZE)
            if chances is None or daring is None:
                tokens[:, cell] = logits.argmax(1).numpy()
            else:
                tokens[:, cell] = [
                    choose(row, daring, chances[number // len(self.windows)])
                    for number, row in enumerate(logits.numpy())
                ]
            before = torch.from_numpy(tokens[:, cell : cell + 1])
        return self._joined(tokens.reshape(sets, len(self.windows), CELLS))

    def _joined(self, tokens: np.ndarray) -> np.ndarray:
        parts = [
            pitches_of(tokens[:, number, : last - first], centre)
            for number, ((first, last), centre) in enumerate(zip(self.windows, self.centres, strict=True))
        ]
        return np.concatenate(parts, axis=1)

    def notes_near(self, own: np.ndarray, moved: np.ndarray) -> list[Note]:
        """The free notes when the points move: where ``moved`` is written otherwise than ``own``, as it says."""
        return self.tune.notes(np.where(own == moved, self.tune.cells, moved))

    def notes_of(self, cells: np.ndarray) -> list[Note]:
        """The free notes of cells."""
        return self.tune.notes(cells)

    def changed(self, points: Tensor) -> list[dict[int, Note]]:
        """Where notes may only change pitch: what each is at moved points, (sets, windows, Z)."""
        own, moved = self._pitches(self.points()[None])[0], self._pitches(points)
        return [self.tune.repitched(np.where(one == own, self.tune.cells, one)) for one in moved]

    def _pitches(self, points: Tensor) -> np.ndarray:
        """The likeliest pitch in each cell if a note began there, (sets, cells)."""
        cells = self.network.writer(points.flatten(0, 1))
        before = torch.full(cells.shape[:2], UNSAID)
        logits = self.network.logits(cells, before)[..., FIRST:]  # (sets * windows, T, pitches)
        return self._joined((FIRST + logits.argmax(-1).numpy()).reshape(len(points), len(self.windows), CELLS))


class BeatRoom:
    """A beat."""

    def __init__(self, network: Network, constraints: Constraints) -> None:
        self.network, self.constraints = network.beat, constraints
        self.raster = Raster.of(constraints.prompt)
        self.kit = Kit.of(constraints, self.raster)
        self.windows = self.raster.windows(CELLS)
        self.own_hits = self.kit.hits > 0

    def points(self, clip: Clip | None = None) -> Tensor:
        """The points of the windows, (windows, Z), of the prompt or of another clip of its length."""
        kit = self.kit if clip is None else Kit.of(_as_prompt(self.constraints, clip), self.raster)
        velocity, offset = (
            torch.from_numpy(np.stack([_padded(each[first:last], 0.0) for first, last in self.windows]))
            for each in (kit.hits, np.clip(kit.offsets, -LATEST, LATEST))
        )
        mean, _ = self.network.encode(velocity, offset)
        return mean

    def write(
        self, points: Tensor, chances: Sequence[np.random.Generator] | None = None, daring: Daring | None = None
    ) -> np.ndarray:
        """Hit (0 or 1), loudness and offset of several sets of points, (sets, windows, Z) -> (sets, cells, 27)."""
        sets = len(points)
        cells = self.network.writer(points.flatten(0, 1))
        before = torch.zeros(len(cells), 1, LANE_COUNT)
        hits = np.zeros((len(cells), CELLS, LANE_COUNT), np.float32)
        for cell in range(CELLS):
            logits = self.network.logits(cells[:, cell : cell + 1], before)[:, 0].numpy()  # (sets * windows, 9)
            if chances is None or daring is None:
                hits[:, cell] = logits > 0
            else:
                drawn = np.stack(
                    [chances[number // len(self.windows)].random(LANE_COUNT) for number in range(len(logits))]
                )
                hits[:, cell] = drawn < 1 / (1 + np.exp(-np.clip(logits / daring.temperature, -30, 30)))
            before = torch.from_numpy(hits[:, cell : cell + 1])
        touch = [each.numpy() for each in self.network.touched(cells)]
        return self._joined(np.concatenate([hits, *touch], axis=2).reshape(sets, len(self.windows), CELLS, -1))

    def _joined(self, written: np.ndarray) -> np.ndarray:
        return np.concatenate(
            [written[:, number, : last - first] for number, (first, last) in enumerate(self.windows)], axis=1
        )

    def notes_near(self, own: np.ndarray, moved: np.ndarray) -> list[Note]:
        """The free notes when the points move: where ``moved`` is written otherwise than ``own``, as it says."""
        same = own[:, :LANE_COUNT] == moved[:, :LANE_COUNT]
        return self._notes(np.where(same, self.own_hits, moved[:, :LANE_COUNT] > 0), moved)

    def notes_of(self, cells: np.ndarray) -> list[Note]:
        """The free notes of cells."""
        return self._notes(cells[:, :LANE_COUNT] > 0, cells)

    def _notes(self, hits: np.ndarray, written: np.ndarray) -> list[Note]:
        loud, late = written[:, LANE_COUNT : 2 * LANE_COUNT], written[:, 2 * LANE_COUNT :]
        loud = np.where(self.kit.plays_loudness, np.maximum(loud, 1 / 127), np.nan)
        return self.kit.notes(np.where(hits, loud, 0.0), np.where(self.kit.plays_late, late, 0.0))

    def changed(self, points: Tensor) -> list[dict[int, Note]]:
        """Where notes may only change lanes: as many hits in each cell, in the likeliest lanes."""
        own, moved = self._likely(self.points()[None])[0], self._likely(points)
        count = self.own_hits.sum(1)
        closed = self.kit.pitch < 0
        result = []
        for one in moved:
            # What the moved point likes better than the clip's own does; the clip's hits have the advantage.
            liked = np.where(closed & ~self.own_hits, -np.inf, one - own + 2.0 * self.own_hits)
            rank = np.argsort(np.argsort(-liked, axis=1, kind="stable"), axis=1)
            result.append(self.kit.exchanged(rank < count[:, None]))
        return result

    def _likely(self, points: Tensor) -> np.ndarray:
        """Logits of hits, (sets, cells, 9), whatever came before."""
        cells = self.network.writer(points.flatten(0, 1))
        logits = self.network.logits(cells, torch.zeros(*cells.shape[:2], LANE_COUNT)).numpy()
        return self._joined(logits.reshape(len(points), len(self.windows), CELLS, LANE_COUNT))


def _padded(cells: np.ndarray, value: float) -> np.ndarray:
    """A window filled up to 32 cells; what rings on from before it is not heard."""
    window = np.full((CELLS, *cells.shape[1:]), value, cells.dtype)
    window[: len(cells)] = cells
    if cells.ndim == 1:
        window[: int(np.argmax(window != -1))] = SILENT
    return window


def _as_prompt(constraints: Constraints, clip: Clip) -> Constraints:
    """The constraints of another clip, for reading it only."""
    return Constraints.of(constraints.request.but(prompts=(clip,)), constraints.role)
