"""The shape of a clip: contour, repetition, phrases, register.

Contour is one of Huron's nine classes (1996): the first pitch, the mean of those between and the last are compared.
Phrases end where a note is followed by a rest or rings longer than those around it (Lerdahl & Jackendoff's grouping).

Offers: ``Register``, ``find_register``, ``find_contour``, ``find_period``, ``find_phrases``, ``longest_repeat``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.analysis.arrays import NoteArrays
from models.music.beats import Metre

CONTOURS = {(1, 1): "rising", (-1, -1): "falling", (1, -1): "arch", (-1, 1): "bowl", (0, 0): "level",
            (1, 0): "rising, then level", (-1, 0): "falling, then level", (0, 1): "level, then rising",
            (0, -1): "level, then falling"}

_LEVEL = 0.6
"""Semitones below which two heights are the same."""

_SAME_BAR = 0.85
"""Share of what two bars have together from which they count as repeated."""

_MOST_BARS = 64


@dataclass(frozen=True, slots=True)
class Register:
    """Lowest, highest and mean pitch, the mean weighed by duration."""

    lowest: int
    highest: int
    mean: float


def find_register(notes: NoteArrays) -> Register | None:
    """Where a clip lies; None without notes."""
    if not len(notes):
        return None
    return Register(int(notes.pitch.min()), int(notes.pitch.max()), float(np.average(notes.pitch, weights=notes.heard)))


def find_contour(pitches: np.ndarray) -> str | None:
    """The class of a line's contour, pitches (N,) in order; None under three notes."""
    if len(pitches) < 3:
        return None
    first, middle, last = float(pitches[0]), float(pitches[1:-1].mean()), float(pitches[-1])
    return CONTOURS[_direction(middle - first), _direction(last - middle)]


def _direction(change: float) -> int:
    return 0 if abs(change) < _LEVEL else (1 if change > 0 else -1)


def find_period(notes: NoteArrays, metre: Metre, length: float) -> int | None:
    """After how many bars the clip repeats itself, nearly; None when it doesn't."""
    bars = min(metre.bars(length), _MOST_BARS)
    if bars < 2 or not len(notes):
        return None
    steps = max(1, round(metre.bar * 4))
    at = np.round(notes.onset * 4).astype(int)
    inside = at < bars * steps
    played = np.zeros((bars, steps * 128), np.float32)
    played[at[inside] // steps, (at[inside] % steps) * 128 + notes.pitch[inside]] = 1
    counts = played.sum(axis=1)
    shared = 2 * (played @ played.T) / np.maximum(counts[:, None] + counts[None], 1)  # (bars, bars), Dice
    for period in range(1, bars // 2 + 1):
        if np.diagonal(shared, period).mean() >= _SAME_BAR:
            return period
    return None


def find_phrases(notes: NoteArrays, line: list[int]) -> tuple[float, ...]:
    """Where the phrases of a line end, in beats, rising; the last is the end of its last note."""
    if not line:
        return ()
    onset, end = notes.onset[line], notes.end[line]
    gaps = np.diff(onset)
    if len(gaps) < 3:
        return (float(end[-1]),)
    rests = np.maximum(onset[1:] - end[:-1], 0)
    around = np.array([np.median(gaps[max(0, at - 4):at + 5]) for at in range(len(gaps))])
    # Half a beat of rest, or a note twice as long as its surroundings and longer than those beside it.
    padded = np.concatenate([[0], gaps, [0]])
    peak = (gaps > padded[:-2]) & (gaps >= padded[2:])
    ends = np.flatnonzero(peak & ((rests >= 0.5) | (gaps >= 2 * around)))
    return (*(float(end[at]) for at in ends), float(end[-1]))


def longest_repeat(notes: NoteArrays, line: list[int]) -> int:
    """Notes in the longest run of a line that comes twice without overlap, at any pitch: 0 when none of three does."""
    if len(line) < 6:
        return 0
    intervals = np.diff(notes.pitch[line])
    gaps = np.round(np.diff(notes.onset[line]) * 24).astype(int)
    moves = intervals * 100_000 + gaps  # one number for each step of the line
    count, best = len(moves), 0
    run = np.zeros(count, int)
    for lag in range(1, count):
        # Runs of equal moves at this distance, counted from the left and not longer than the distance.
        equal = moves[lag:] == moves[:-lag]
        if best >= count - lag:
            break
        positions = np.arange(len(equal))
        broken = np.maximum.accumulate(np.where(equal, -1, positions))
        run = np.minimum(positions - broken, lag - 1)
        best = max(best, int(run.max(initial=0)))
    return best + 1 if best >= 2 else 0
