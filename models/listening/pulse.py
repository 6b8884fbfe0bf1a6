"""Tempo and beats of struck times: which pulse they lie on, found or given.

For a period the fit is how well all times lie on its beats, halves and quarters (the length of the mean of their
phases); tempos that people tap are liked a little more. A rhythm may be told as twice or half as fast: that is said by
whoever asks. Times are seconds, tempos beats a minute.

Offers: ``Pulse``, ``find_pulse``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SLOWEST, FASTEST, LIKED = 60.0, 190.0, 115.0
_OCTAVES_WIDE = 0.55
_DIVISIONS = ((1, 0.3), (2, 0.6), (4, 1.0))
"""Parts of a beat, and how much lying on them counts."""
_STEP = 0.0015
_LIKING = 0.35
_FIRST = 0.35


@dataclass(frozen=True)
class Pulse:
    """tempo; when a beat falls; how sure it is, 0-1: how well the times lie on its quarters."""

    tempo: float
    beat: float
    sure: float

    def beats(self, second: float) -> float:
        """How many beats after the beat of reference, a fraction."""
        return (second - self.beat) * self.tempo / 60


def find_pulse(times: Sequence[float], weights: Sequence[float], tempo: float | None = None) -> Pulse:
    """The pulse of times that were struck, at least one, with weights > 0; ``tempo``: given, only the beat is found."""
    at, weight = np.asarray(times, float), np.asarray(weights, float)
    weight = weight / weight.sum()
    if tempo is None:
        tempos = np.exp(np.arange(np.log(SLOWEST), np.log(FASTEST), _STEP))
        liked = -_LIKING * (np.log2(tempos / LIKED) / _OCTAVES_WIDE) ** 2 / 2
        near = tempos[np.argmax(_fit(at, weight, tempos) + liked)] * np.linspace(0.985, 1.015, 121)
        tempo = float(near[np.argmax(_fit(at, weight, near))])
    return Pulse(tempo, _beat(at, weight, tempo), float(np.abs(_phases(at, weight, np.array([tempo * 4]))[0])))


def _phases(at: np.ndarray, weight: np.ndarray, tempos: np.ndarray) -> np.ndarray:
    """For each tempo the mean of the phases of all times, complex."""
    phases: np.ndarray = np.exp(2j * np.pi / 60 * np.outer(tempos, at)) @ weight
    return phases


def _fit(at: np.ndarray, weight: np.ndarray, tempos: np.ndarray) -> np.ndarray:
    fits: np.ndarray = sum(share * np.abs(_phases(at, weight, tempos * parts)) for parts, share in _DIVISIONS)
    return fits


def _beat(at: np.ndarray, weight: np.ndarray, tempo: float) -> float:
    """Of the four quarters of a beat the one that holds most of what is struck; one that is struck first wins a tie."""
    quarter = 15 / tempo
    first = -np.angle(_phases(at, weight, np.array([tempo * 4]))[0]) / (2 * np.pi) * quarter
    held = []
    for number in range(4):
        place = -first + number * quarter
        off = np.abs((at - place + 30 / tempo) % (60 / tempo) - 30 / tempo)
        held.append(float(weight[off < quarter / 2].sum()) + (_FIRST if off[0] < quarter / 2 else 0.0))
    return float(-first + int(np.argmax(held)) * quarter)
