"""What the musical measures share: the new notes of a result, notes that begin together, bars as sets.

Offers: ``new_notes``, ``starts``, ``bars_of``, ``dice``, ``UNSAID``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.music.clip import Clip
from models.music.note import Note

UNSAID = float("nan")
"""The value of a measure that has no meaning there."""

STEPS = 24
ROLLED = 0.2
"""Beats after a chord's first note in which the others of a roll follow."""


def step_of(onset: float) -> int:
    """An onset in 1/24 beats."""
    return round(onset * STEPS)


def new_notes(before: Clip, after: Clip) -> list[Note]:
    """The notes of a result that its clip doesn't have, by onset (1/24 beat) and pitch."""
    old = {(step_of(note.onset), note.pitch) for note in before.notes}
    return [note for note in after.notes if (step_of(note.onset), note.pitch) not in old]


def starts(notes: Sequence[Note]) -> list[list[Note]]:
    """Notes that begin together, in order; a rolled chord is one start."""
    groups: list[list[Note]] = []
    for note in sorted(notes, key=lambda note: note.order):
        if groups and note.onset - groups[-1][0].onset < ROLLED:
            groups[-1].append(note)
        else:
            groups.append([note])
    return groups


def bars_of(clip: Clip) -> list[set[tuple[int, int]]]:
    """For each bar of a clip its notes as (16th in the bar, pitch)."""
    bars: list[set[tuple[int, int]]] = [set() for _ in range(clip.metre.bars(clip.length))]
    for note in clip.notes:
        sixteenth = round(note.onset * 4) / 4
        number = min(len(bars) - 1, clip.metre.bar_of(sixteenth))
        bars[number].add((round((sixteenth - number * clip.metre.bar) * 4), note.pitch))
    return bars


def dice(one: set, other: set) -> float:
    """How much two sets share, 0-1; two empty ones everything."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


def share(flags: Sequence[bool]) -> float:
    """Share of what is true; UNSAID of nothing."""
    return float(np.mean(flags)) if len(flags) else UNSAID
