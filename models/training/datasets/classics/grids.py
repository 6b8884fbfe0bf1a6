"""Windows on the 16th grid, cut from every track at every bar: what ``vae``, ``gan`` and ``rnn`` learn from.

A window holds as many whole bars as fit; the rest of it is masked. Where many notes lie between the 16ths (triplets)
it is left out. Lines are the highest (bass: lowest) note at each onset.

Offers: ``TuneWindows``, ``DrumWindows`` (``cut``); ``chances_of``, ``spun``; ``batched``, ``endless``, ``padded``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from models.music.drum_kit import LANES, lane_of
from models.sampling.grid import DURATIONS, STEPS, home_shift
from models.training.datasets.corpus import GRID, ROLE, ROLES, SOURCE, VELOCITIES, Corpus, evened

CELL = STEPS // 4
Example, Batch = TypeVar("Example"), TypeVar("Batch")
Rng = np.random.Generator
HOLD, REST = -1, -2
"""Values of a line's cell in which no note begins."""
MICRO, MICRO_UNIT = 10, 1 / 80
"""How the corpus writes micro-timing: MICRO + 1 is none, a unit is so many beats."""
LANE_OF = np.array([list(LANES).index(lane) if (lane := lane_of(pitch)) else -1 for pitch in range(128)])
_OFF = 0.07
_MOST_OFF = 0.15
_FEWEST = 3
_AFTER = 65
"""Empty cells after the last, so that its bar is whole whatever the metre."""


@dataclass(frozen=True)
class TuneWindows:
    """Lines, N windows of W cells.

    pitch  (N, W) a pitch where a note begins, HOLD, or REST
    length (N,) cells that count
    shift  (N,) semitones to the white keys
    kind   (N, 4) role, source, track, bar
    """

    pitch: np.ndarray
    length: np.ndarray
    shift: np.ndarray
    kind: np.ndarray

    @classmethod
    def cut(cls, corpus: Corpus, cells: int, roles: tuple[str, ...], *, valid: bool) -> TuneWindows:
        """Every window of the lines of these roles in one split."""
        pitch, length, shift, kind = [], [], [], []
        for track in _tracks(corpus, roles, valid):
            grid, off = _line_grid(line_of(corpus, track))
            for part, own in _windows(corpus, track, grid >= 0, off, cells):
                window, cut = np.full(cells, REST, np.int16), grid[part]
                window[: len(cut)] = cut
                window[: int(np.argmax(window != HOLD))] = REST  # nothing rings on from before
                pitch.append(window)
                length.append(len(cut))
                steps = np.diff(np.append(np.flatnonzero(cut >= 0), len(cut)))
                shift.append(home_shift(cut[cut >= 0].astype(np.int64), steps))
                kind.append(own)
        return cls(np.array(pitch), np.array(length), np.array(shift), np.array(kind))


@dataclass(frozen=True)
class DrumWindows:
    """Beats, N windows of W cells and nine lanes, (N, W, 9).

    velocity  0-1, 0 where nothing is hit
    offset    beats behind (+) or ahead of the 16th
    said      (N, 2) whether loudness, and timing, mean anything
    """

    velocity: np.ndarray
    offset: np.ndarray
    length: np.ndarray
    said: np.ndarray
    kind: np.ndarray

    @classmethod
    def cut(cls, corpus: Corpus, cells: int, *, valid: bool) -> DrumWindows:
        """Every window of the drum tracks in one split."""
        velocity, offset, length, said, kind = [], [], [], [], []
        for track in _tracks(corpus, ("drums",), valid):
            loud, late, far = _drum_grid(corpus, track)
            entry = corpus.tracks[track]
            for part, own in _windows(corpus, track, loud > 0, far, cells):
                size = part.stop - part.start
                velocity.append(np.pad(loud[part], ((0, cells - size), (0, 0))))
                offset.append(np.pad(late[part], ((0, cells - size), (0, 0))))
                length.append(size)
                said.append((entry[VELOCITIES], not entry[GRID]))
                kind.append(own)
        return cls(np.array(velocity), np.array(offset), np.array(length), np.array(said), np.array(kind))


def chances_of(kind: np.ndarray) -> np.ndarray:
    """Chances of windows, (N,), sources and roles evened out."""
    weight = evened(np.ones(len(kind)), kind[:, 0] * 1000 + kind[:, 1])
    chances: np.ndarray = weight / weight.sum()
    return chances


def spun(edges: np.ndarray, rng: Rng, size: int | None = None) -> np.ndarray:
    """A number, or ``size`` of them, by chance; ``edges``: the sums of the chances so far, (N,), which end near 1."""
    numbers: np.ndarray = np.searchsorted(edges, rng.random(size)).clip(max=len(edges) - 1)
    return numbers


def batched(examples: Iterable[Example], of: Callable[[list[Example]], Batch], size: int) -> list[Batch]:
    """Batches of ``size`` examples of like length."""
    ordered = sorted(examples, key=len)  # type: ignore[arg-type]  # lines and rhythms have a length
    return [of(ordered[start : start + size]) for start in range(0, len(ordered), size)]


def endless(
    draw: Callable[[Rng], Example], of: Callable[[list[Example]], Batch], size: int, together: int, seed: int
) -> Iterator[Batch]:
    """Endless batches of ``size`` examples of like length, out of ``together`` batches drawn together."""
    rng = np.random.default_rng(seed)
    while True:
        drawn = batched((draw(rng) for _ in range(together * size)), list, size)
        yield from (of(drawn[number]) for number in rng.permutation(together))


def padded(arrays: Sequence[np.ndarray]) -> Tensor:
    """Arrays (T, …) as one tensor (B, longest T, …), zeros behind the shorter ones."""
    return pad_sequence([torch.from_numpy(array) for array in arrays], batch_first=True)


def line_of(corpus: Corpus, track: int) -> np.ndarray:
    """Onset (steps), pitch, duration (steps) of a track's line, (N, 3)."""
    rows = corpus.notes(track)
    later = np.diff(rows[:, 0]) > 0
    chosen = np.insert(later, 0, True) if corpus.tracks[track, ROLE] == ROLES.index("bass") else np.append(later, True)
    line = rows[chosen].astype(np.int64)
    until = np.append(np.diff(line[:, 0]), 10**6)
    return np.column_stack([line[:, 0], line[:, 1] - 1, np.minimum(DURATIONS[line[:, 2] - 1], until)])


def _tracks(corpus: Corpus, roles: tuple[str, ...], valid: bool) -> np.ndarray:
    mine = np.isin(corpus.tracks[:, ROLE], [ROLES.index(role) for role in roles])
    return np.flatnonzero(corpus.usable(valid=valid) & mine)


def _windows(
    corpus: Corpus, track: int, filled: np.ndarray, off: np.ndarray, cells: int
) -> Iterator[tuple[slice, tuple[int, int, int, int]]]:
    """The cells of each window of a track, as many whole bars as fit in ``cells``, and its kind.

    filled, off  (T, …) where something begins, and whether it lies off the 16ths
    """
    bar, entry = corpus.bar(track) // CELL, corpus.tracks[track]
    size = cells // bar * bar if bar else 0
    begun = np.flatnonzero(filled.any(1) if filled.ndim > 1 else filled)
    last = int(begun[-1]) if len(begun) else -1
    for start in range(0, (last // bar + 1) * bar - size + 1, bar) if size else ():
        part = slice(start, start + size)
        if filled[part].sum() >= _FEWEST and off[part][filled[part]].mean() <= _MOST_OFF:
            yield part, (entry[ROLE], entry[SOURCE], track, start // bar)


def _line_grid(line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A line's cells, and for each whether its note lies off the 16ths."""
    cell = np.rint(line[:, 0] / CELL).astype(np.int64)
    end = np.maximum(cell + 1, np.rint((line[:, 0] + line[:, 2]) / CELL).astype(np.int64))
    grid = np.full(int(end.max()) + _AFTER, REST, np.int16)
    off = np.zeros(len(grid), bool)
    for at, until, pitch, onset in zip(cell, end, line[:, 1], line[:, 0], strict=True):
        grid[at:until] = HOLD
        grid[at] = pitch
        off[at] = abs(onset - at * CELL) > 1
    return grid, off


def _drum_grid(corpus: Corpus, track: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Loudness (0-1), offset (beats) and "far from its 16th" of a drum track, (cells, 9) each."""
    rows = corpus.notes(track).astype(np.int64)
    lane = LANE_OF[(rows[:, 1] - 1) % 128]
    rows, lane = rows[lane >= 0], lane[lane >= 0]
    beats = rows[:, 0] / STEPS + np.where(rows[:, 4] > 0, rows[:, 4] - 1 - MICRO, 0) * MICRO_UNIT
    cell = np.maximum(np.rint(beats * 4).astype(np.int64), 0)
    shape = (int(cell.max(initial=0)) + _AFTER, len(LANES))
    loud, late = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    order = np.argsort(rows[:, 3], kind="stable")  # of two hits in a cell the louder stays
    loud[cell[order], lane[order]] = np.clip(rows[order, 3], 1, 32) / 32
    late[cell[order], lane[order]] = (beats - cell / 4)[order]
    return loud, late, np.abs(late) > _OFF
