"""Figures of a row of the table that need no judge: the dial, what is copied, and how far from people's it lies.

Offers: ``alike``, ``copied``, ``rank_correlation``, ``apart_from_people``, ``f1``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.benchmarks.music.makers import Maker
from models.benchmarks.music.people import HumanPair
from models.evaluation.originality import originality
from models.music.clip import Clip
from models.music.similarity import similarity

DIALS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_COPIED = 0.5
"""The value of an originality at the 95th percentile of people."""


def alike(one: Clip, other: Clip) -> float:
    """Their similarity, 0-1."""
    return similarity(one.notes, other.notes, drums=one.drums)


def copied(clips: Sequence[Clip]) -> float:
    """Share of the clips that borrow a longer run than 95 of 100 of people's."""
    values = [originality(clip).value for clip in clips]
    return float(np.mean([value is not None and value < _COPIED for value in values]))


def rank_correlation(maker: Maker, clips: Sequence[Clip]) -> float:
    """Spearman's: of dial and similarity, over clips and dials."""
    points = [
        (dial, alike(clip, made))
        for number, clip in enumerate(clips)
        for dial in DIALS
        if (made := maker(clip, dial, number)) is not None
    ]
    ranks = [_ranks(np.array(column)) for column in zip(*points, strict=True)]
    return float(np.corrcoef(*ranks)[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks, those of equal values in the middle."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]


def apart_from_people(made: Sequence[tuple[HumanPair, Clip]]) -> dict[str, float]:
    """Mean distance (1 - cosine) of pitch classes, intervals and onsets in the bar from people's variations."""

    def histograms(clip: Clip) -> dict[str, np.ndarray]:
        pitches = np.array([note.pitch for note in clip.notes])
        steps = np.clip(np.diff(pitches), -12, 12) + 12
        places = np.array([round(note.onset % clip.metre.bar * 4) for note in clip.notes])
        return {
            "apart, classes": np.bincount(pitches % (128 if clip.drums else 12), minlength=12),
            "apart, intervals": np.bincount(steps, minlength=25),
            "apart, onsets": np.bincount(places, minlength=64),
        }

    apart: dict[str, list[float]] = {}
    for pair, clip in made:
        theirs = histograms(pair.after)
        for name, ours in histograms(clip).items():
            size = max(len(ours), len(theirs[name]))
            one, other = (np.pad(h, (0, size - len(h))).astype(float) for h in (ours, theirs[name]))
            cosine = one @ other / (np.linalg.norm(one) * np.linalg.norm(other) + 1e-9)
            apart.setdefault(name, []).append(1 - float(cosine))
    return {name: float(np.mean(values)) for name, values in apart.items()}


def f1(truth: set, made: set) -> float:
    """Harmonic mean of precision and recall."""
    return 2 * len(truth & made) / max(1, len(truth) + len(made))
