"""The shape of a clip: contour, repetition, phrases, register.

Contour is one of Huron's nine classes (1996): the first pitch, the mean of those between and the last are compared.
Phrases end where a note is followed by a rest or rings longer than those around it (Lerdahl & Jackendoff's grouping).

Sections are stretches of bars, at most eight, named by letters: the same letter where most of the notes come back.

Offers: ``Register``, ``Section``, ``find_register``, ``find_contour``, ``find_period``, ``find_sections``,
``find_phrases``, ``longest_repeat``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.analysis.arrays import NoteArrays
from models.music.beats import Metre

CONTOURS = {
    (1, 1): "rising",
    (-1, -1): "falling",
    (1, -1): "arch",
    (-1, 1): "bowl",
    (0, 0): "level",
    (1, 0): "rising, then level",
    (-1, 0): "falling, then level",
    (0, 1): "level, then rising",
    (0, -1): "level, then falling",
}

_LEVEL = 0.6
"""Semitones below which two heights are the same."""

_SAME_BAR = 0.85
"""Share of what two bars have together from which they count as repeated."""

_MOST_BARS = 64

_SAME_SECTION = 0.75
"""Share of what two sections have together from which they have the same letter."""

_MOST_SECTIONS = 8


@dataclass(frozen=True, slots=True)
class Register:
    """Lowest, highest and mean pitch, the mean weighed by duration."""

    lowest: int
    highest: int
    mean: float


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of bars in beats, and its letter: "A" for the first and all that are like it."""

    onset: float
    duration: float
    letter: str


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
    shared = _shared(notes, max(1, round(metre.bar * 4)), bars)
    for period in range(1, bars // 2 + 1):
        if np.diagonal(shared, period).mean() >= _SAME_BAR:
            return period
    return None


def find_sections(notes: NoteArrays, metre: Metre, length: float) -> tuple[Section, ...]:
    """The sections of a clip; none for one bar, and none where nothing is played."""
    bars = metre.bars(length)
    if bars < 2 or not len(notes):
        return ()
    unit = 1
    while bars > unit * _MOST_SECTIONS:
        unit *= 2
    count, span = -(-bars // unit), unit * metre.bar
    shared = _shared(notes, max(1, round(span * 4)), count)
    models: list[int] = []
    sections = []
    for number in np.flatnonzero(np.diag(shared) > 0):
        alike = (place for place, model in enumerate(models) if shared[model, number] >= _SAME_SECTION)
        like = next(alike, len(models))
        models += [int(number)] if like == len(models) else []
        onset = float(number * span)
        sections.append(Section(onset, min(span, length - onset), chr(ord("A") + like)))
    return tuple(sections)


def _shared(notes: NoteArrays, steps: int, count: int) -> np.ndarray:
    """Dice's coefficient of the notes of ``count`` stretches of ``steps`` 16ths, (count, count); 0 for empty ones."""
    at = np.round(notes.onset * 4).astype(int)
    inside = at < count * steps
    keys, place = np.unique((at[inside] % steps) * 128 + notes.pitch[inside], return_inverse=True)
    played = np.zeros((count, len(keys)), np.float32)
    played[at[inside] // steps, place] = 1
    counts = played.sum(axis=1)
    shared: np.ndarray = 2 * (played @ played.T) / np.maximum(counts[:, None] + counts[None], 1)
    return shared


def find_phrases(notes: NoteArrays, line: list[int]) -> tuple[float, ...]:
    """Where the phrases of a line end, in beats, rising; the last is the end of its last note."""
    if not line:
        return ()
    onset, end = notes.onset[line], notes.end[line]
    gaps = np.diff(onset)
    if len(gaps) < 3:
        return (float(end[-1]),)
    rests = np.maximum(onset[1:] - end[:-1], 0)
    around = np.array([np.median(gaps[max(0, at - 4) : at + 5]) for at in range(len(gaps))])
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
