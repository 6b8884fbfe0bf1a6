"""Cutting a clip in windows: at most a few bars and some dozen notes, what the network knows from school.

A longer clip is written window by window; each sees the bars beside it as the prompt has them.

Offers: ``Window``, ``windows_of``, ``SHORT``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.constraints.constraints import Constraints
from models.engines.kin.config import STEPS

MOST_BARS = 8
MOST_NOTES = 80
SHORT = 3
"""Bars of a short window with those beside it."""


@dataclass(frozen=True)
class Window:
    """A part of a clip, in steps: what is seen, and in it the span that is written."""

    start: int
    end: int
    span: tuple[int, int]


def windows_of(
    constraints: Constraints, onsets: np.ndarray, bar: int, most_bars: int = MOST_BARS
) -> tuple[Window, ...]:
    """Windows of at most so many bars, whose spans together make up the stretch that may change.

    onsets, bar  of the clip's notes, (N,), and of a bar, in steps
    """
    start, end = round(constraints.start * STEPS), round(constraints.end * STEPS)
    length = round(constraints.prompt.length * STEPS)
    bars = constraints.prompt.metre.bars(constraints.prompt.length)
    count = np.bincount(np.minimum(onsets // bar, bars - 1), minlength=bars)
    if length <= most_bars * bar and count.sum() <= MOST_NOTES:
        return (Window(0, length, (start, end)),)
    windows, first, most = list[Window](), start // bar, max(2, most_bars - 2)
    while first * bar < end:
        size, before = 1, max(0, first - 1)
        while size < most and (first + size) * bar < end and count[before : first + size + 2].sum() <= MOST_NOTES:
            size += 1
        behind = min(length, (first + size + 1) * bar)
        windows.append(Window(before * bar, behind, (max(start, first * bar), min(end, (first + size) * bar))))
        first += size
    return tuple(windows)
