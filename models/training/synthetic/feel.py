"""How drummers play: velocity and timing of each drum on each 16th of the bar, measured on recordings.

Offers: ``Feel`` (``measure``, ``touch``), ``swung``.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import numpy as np

from models.music.drum_kit import Lane, lane_of
from models.training.datasets.sources import Piece

_PLACES = 16
_STEP = 0.25
_MOST_LATE = 0.1
"""Beats: farther from its 16th a hit belongs to another grid."""


class Feel:
    """Hits of many drummers by lane and place: how loud beside the lane's mean, how late beside the drummer's mean."""

    def __init__(self, hits: dict[tuple[Lane | None, int], np.ndarray]) -> None:
        self.hits = hits

    @classmethod
    def measure(cls, pieces: Iterable[Piece]) -> Feel:
        """The hits of the drum tracks in train that are in 4/4 and off the grid."""
        gathered: dict[tuple[Lane | None, int], list[np.ndarray]] = {}
        for piece in pieces:
            if piece.split != "train" or piece.metre is None or piece.metre.bar != 4:
                continue
            for track in piece.tracks:
                if track.role == "drums" and len(track.notes):
                    _gather(track.notes, gathered)
        return cls({key: np.concatenate(hits) for key, hits in gathered.items()})

    def touch(self, pitch: int, place: int, chance: Random) -> tuple[float, float]:
        """How much louder (factor) and later (beats) a drummer played this drum on this place; 1, 0 if none did."""
        hits = self.hits.get((lane_of(pitch), place % _PLACES))
        if hits is None:
            return 1.0, 0.0
        louder, late = hits[chance.randrange(len(hits))]
        return float(louder), float(late)


def _gather(notes: np.ndarray, gathered: dict[tuple[Lane | None, int], list[np.ndarray]]) -> None:
    steps = np.rint(notes[:, 0] / _STEP).astype(int)
    late = notes[:, 0] - steps * _STEP
    near = np.abs(late) <= _MOST_LATE
    late -= late[near].mean() if near.any() else 0.0
    lanes = np.array([lane_of(int(pitch)) or "" for pitch in notes[:, 1]])
    for lane in set(lanes.tolist()) - {""}:
        mine = near & (lanes == lane)
        if not mine.any():
            continue
        louder = notes[:, 3] / notes[mine, 3].mean()
        for place in range(_PLACES):
            there = mine & (steps % _PLACES == place)
            if there.any():
                gathered.setdefault((lane, place), []).append(np.column_stack([louder[there], late[there]]))


def swung(onset: float, swing: float) -> float:
    """An onset (beats) under a swing of 16ths: the first of two takes ``swing`` of their 8th."""
    eighth, inside = divmod(onset, 0.5)
    share = inside / 0.5
    bent = share / 0.5 * swing if share <= 0.5 else swing + (share - 0.5) / 0.5 * (1 - swing)
    return (eighth + bent) * 0.5
