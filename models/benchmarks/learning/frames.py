"""The chorales as frames: four voices on the grid of 16ths, batches of whole chorales, transposed for training.

A frame is a row (soprano, alto, tenor, bass) of whole numbers: 0 is silence, n is the pitch LOWEST + n - 1. Held and
repeated notes are not told apart, which is how the published figures were measured too.

Offers: ``read_chorales``, ``Chorale``, ``ChoraleBatch``, ``drawn``, ``in_order``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from models.music.errors import BadValue
from models.training.datasets.classics.grids import padded
from models.training.datasets.sources import entries_of, notes_of

VOICES = ("soprano", "alto", "tenor", "bass")
LOWEST, HIGHEST = 36, 81
"""Pitches of the collection."""
SILENCE = 0
PITCHES = HIGHEST - LOWEST + 2
"""Numbers of a voice in a frame, silence among them."""
BEFORE = PITCHES
"""What a voice had before the first frame."""
_TICKS_A_FRAME = 120
PIECES = {"train": 229, "valid": 76}
"""Chorales of the standard split (Boulanger-Lewandowski et al. 2012)."""
_LONGEST = 384
"""Frames of a training example: nine of ten chorales are shorter."""


@dataclass(frozen=True)
class Chorale:
    """One chorale, frames (T, 4); ``leak``: its tune is also in train."""

    name: str
    split: str
    frames: np.ndarray
    leak: bool = False

    def transposed(self, by: int) -> Chorale:
        """This chorale ``by`` semitones higher; silence stays."""
        return replace(self, frames=np.where(self.frames == SILENCE, SILENCE, self.frames + by))


@dataclass(frozen=True)
class ChoraleBatch:
    """Padded chorales: B pieces, T frames."""

    frames: Tensor  # (B, T, 4)
    starts: Tensor  # (B, 1), place of the first frame in its piece
    weights: Tensor  # (B, T, 4): 1 where a frame is there
    names: tuple[str, ...]

    @property
    def real(self) -> Tensor:
        """True where a frame is there, (B, T)."""
        return self.weights[..., 0] > 0

    @classmethod
    def of(cls, chosen: Sequence[Chorale], starts: Sequence[int]) -> ChoraleBatch:
        """Pad to the longest."""
        frames = padded([piece.frames for piece in chosen])  # SILENCE behind the shorter ones
        weights = padded([np.ones(piece.frames.shape, np.float32) for piece in chosen])
        return cls(frames, torch.tensor(starts)[:, None], weights, tuple(piece.name for piece in chosen))

    def to(self, device: str) -> ChoraleBatch:
        """This batch on another device."""
        return ChoraleBatch(self.frames.to(device), self.starts.to(device), self.weights.to(device), self.names)


def read_chorales(folder: Path, *, pieces: dict[str, int] | None = None) -> dict[str, list[Chorale]]:
    """The chorales of the packed corpus ``jsb`` by split; raises when they are not the standard ones."""
    notes = notes_of(folder, "jsb")
    found: dict[str, list[Chorale]] = {"train": [], "valid": []}
    for entry in entries_of(folder, "jsb"):
        piece = Chorale(entry["id"], entry["split"], _frames(entry["tracks"], notes), bool(entry.get("leak")))
        found[piece.split].append(piece)
    count = {split: len(chorales) for split, chorales in found.items()}
    if count != (pieces or PIECES):
        raise BadValue(
            f"There are {count} chorales; the published figures were measured on {pieces or PIECES}.", field="data"
        )
    return found


def _frames(tracks: list[dict], notes: np.ndarray) -> np.ndarray:
    voices = [
        notes[track["start"] : track["start"] + track["n"]] // (_TICKS_A_FRAME, 1, _TICKS_A_FRAME, 1)
        for track in tracks
    ]
    length = max(int((rows[:, 0] + rows[:, 2]).max()) for rows in voices)
    frames = np.full((length, len(VOICES)), SILENCE, np.int64)
    for voice, rows in enumerate(voices):
        for onset, pitch, duration, _ in rows.tolist():
            frames[onset : onset + duration, voice] = pitch - LOWEST + 1
    return frames


def drawn(chorales: Sequence[Chorale], frames: int, seed: int) -> Iterator[ChoraleBatch]:
    """Endless batches of about ``frames`` frames, each chorale in any key that keeps its voices in their ranges."""
    rng = np.random.default_rng(seed)
    lowest, highest = ranges(chorales)
    while True:
        own = [ranges([piece]) for piece in chorales]
        shifts = [rng.integers((lowest - low).max(), (highest - high).min() + 1) for low, high in own]
        pieces = [piece.transposed(int(by)) for piece, by in zip(chorales, shifts, strict=True)]
        starts = [int(rng.integers(0, max(1, len(piece.frames) - _LONGEST + 1))) for piece in pieces]
        cut = [
            replace(piece, frames=piece.frames[start : start + _LONGEST])
            for piece, start in zip(pieces, starts, strict=True)
        ]
        groups = _grouped([len(piece.frames) for piece in cut], frames, rng)
        for group in rng.permutation(len(groups)):
            yield ChoraleBatch.of([cut[i] for i in groups[group]], [starts[i] for i in groups[group]])


def in_order(chorales: Sequence[Chorale], frames: int = 4096) -> list[ChoraleBatch]:
    """Every chorale once, whole and in its own key, for measuring."""
    groups = _grouped([len(piece.frames) for piece in chorales], frames, None)
    return [ChoraleBatch.of([chorales[i] for i in group], [0] * len(group)) for group in groups]


def ranges(chorales: Sequence[Chorale]) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest number of each voice, (4,) each."""
    every = np.concatenate([piece.frames for piece in chorales])
    return np.where(every == SILENCE, PITCHES, every).min(0), every.max(0)


def _grouped(lengths: Sequence[int], frames: int, rng: np.random.Generator | None) -> list[list[int]]:
    """Numbers of pieces of like length, as many together as fit in ``frames`` when padded."""
    jitter = rng.uniform(0.9, 1.1, len(lengths)) if rng else np.ones(len(lengths))
    groups: list[list[int]] = [[]]
    longest = 0
    for index in np.argsort(np.array(lengths) * jitter, kind="stable").tolist():
        longest = max(longest, lengths[index])
        if groups[-1] and (len(groups[-1]) + 1) * longest > frames:
            groups.append([])
            longest = lengths[index]
        groups[-1].append(index)
    return groups
