"""Notes as arrays, which analysis counts with.

Times are beats from the start of the clip; pitch classes are 0-11, C = 0. Muted notes are not heard, so not here.

Offers: ``heard_notes``; ``NoteArrays`` (``of``, ``heard_with``, ``between``, ``lowest``, ``last_bass``);
``class_histogram``, ``among``, ``share``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from models.music.beats import TIGHT
from models.music.clip import Clip
from models.music.note import Note

LONGEST = 4.0
"""Beats after which a note counts no more by ringing on: a pad must not drown the tune."""

LONGEST_BASS = 8.0

_AT_THE_END = 0.26
"""Beats before the end in which a note still belongs to the last chord."""


def heard_notes(clip: Clip, context: Iterable[Clip] = ()) -> tuple[Note, ...]:
    """The pitched notes of a clip and of those that play at the same time; each loops to the clip's length.

    What key and harmony depend on, so findings are kept by it: the same music, whoever
    leads it, is never looked at twice.
    """
    heard = [
        note
        for one in (clip, *context)
        if not one.drums
        for note in (one if one.length == clip.length else one.looped(clip.length)).notes
    ]
    return tuple(sorted(heard, key=lambda note: note.order))


@dataclass(frozen=True)
class NoteArrays:
    """Notes sorted by onset, then pitch: arrays of shape (N,), pitch and velocity whole numbers."""

    onset: np.ndarray
    pitch: np.ndarray
    duration: np.ndarray
    velocity: np.ndarray

    @classmethod
    def of(cls, notes: Iterable[Note]) -> NoteArrays:
        """The notes that sound."""
        rows = sorted((note.onset, note.pitch, note.duration, note.velocity) for note in notes if not note.mute)
        table = np.array(rows, float).reshape(-1, 4)  # (N, 4)
        return cls(table[:, 0], table[:, 1].astype(int), table[:, 2], table[:, 3].astype(int))

    @classmethod
    def heard_with(cls, clip: Clip, context: Iterable[Clip] = ()) -> NoteArrays:
        """The pitched notes of a clip and of those that play at the same time; each loops to the clip's length."""
        return cls.of(heard_notes(clip, context))

    def between(self, start: float, end: float) -> NoteArrays:
        """The notes that begin in [start, end) beats, where they are."""
        inside = (self.onset >= start) & (self.onset < end)
        return NoteArrays(self.onset[inside], self.pitch[inside], self.duration[inside], self.velocity[inside])

    def sounding_in(self, start: float, end: float) -> NoteArrays | None:
        """What sounds in [start, end) beats, cut to it; None where nothing does."""
        inside = (self.onset < end - TIGHT) & (self.end > start + TIGHT)
        if not inside.any():
            return None
        onset = np.maximum(self.onset[inside], start)
        duration = np.minimum(self.end[inside], end) - onset
        return NoteArrays(onset, self.pitch[inside], duration, self.velocity[inside])

    def __len__(self) -> int:
        return len(self.onset)

    @property
    def end(self) -> np.ndarray:
        """Where each note stops, beats (N,)."""
        ends: np.ndarray = self.onset + self.duration
        return ends

    @property
    def heard(self) -> np.ndarray:
        """What each note weighs, (N,): its duration, at most LONGEST beats."""
        weights: np.ndarray = np.minimum(self.duration, LONGEST)
        return weights

    @property
    def last_bass(self) -> int:
        """The lowest pitch at the very end, of at least one note: where a broken chord rests, not where it began."""
        return int(self.pitch[self.end > self.end.max() - _AT_THE_END].min())

    def lowest(self, step: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        """The lowest pitch that sounds in each stretch of ``step`` beats: stretch numbers and pitches, (T,) both.

        Stretches without a note are left out.
        """
        if not len(self):
            return np.zeros(0, int), np.zeros(0, int)
        begins = np.floor(self.onset / step + 1e-6).astype(int)
        ends = np.ceil((self.onset + np.minimum(self.duration, LONGEST_BASS)) / step - 1e-3).astype(int)
        first = int(begins.min())
        low = np.full(max(int(ends.max()), int(begins.max()) + 1) - first, 128)
        np.minimum.at(low, begins - first, self.pitch)
        for held in np.flatnonzero(ends > begins + 1):
            place = slice(begins[held] + 1 - first, ends[held] - first)
            low[place] = np.minimum(low[place], self.pitch[held])
        at = np.flatnonzero(low < 128)
        return at + first, low[at]


def among(values: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    """Which values are in an array that is sorted; for few of them faster than ``numpy.isin``."""
    if not len(ordered):
        return np.zeros(len(values), bool)
    there: np.ndarray = ordered.take(ordered.searchsorted(values), mode="clip") == values
    return there


def share(true: np.ndarray) -> float:
    """Share of the values of an array that are true, 0-1; of none NaN."""
    return int(np.count_nonzero(true)) / len(true) if len(true) else float("nan")


def class_histogram(pitch: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    """Share of each pitch class, (12,); zeros where there is no note."""
    counts = np.bincount(pitch % 12, weight, 12).astype(float)
    total = counts.sum()
    return counts / total if total > 0 else counts
