"""A clip's notes as the rows that measures count with: steps of a grid, bars, the line that leads.

Onsets are taken to the nearest of 24 steps a beat; notes of one step begin together.

Offers: ``Shape``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.analysis.arrays import NoteArrays
from models.evaluation.ground import Ground

STEPS = 24
SLOTS = 4
"""Slots of a beat that rhythms are compared in: 16ths."""


@dataclass(frozen=True)
class Shape:
    """Notes seen on the grid.

    notes   (N,) arrays, sorted by onset, then pitch
    steps   (N,) onsets in steps
    onsets  (O,) the different ones
    first   (O,) index of the lowest note of each onset; counts (O,) how many begin there
    leads   (O,) index of the note that leads at each onset: the lowest in a bass, else the highest
    slots   (N,) onsets in 16ths; bar_slots: 16ths in a bar
    """

    notes: NoteArrays
    steps: np.ndarray
    onsets: np.ndarray
    first: np.ndarray
    counts: np.ndarray
    leads: np.ndarray
    slots: np.ndarray
    bar_slots: int

    @classmethod
    def of(cls, notes: NoteArrays, ground: Ground) -> Shape:
        """The shape of notes in the metre of their ground."""
        steps = np.rint(notes.onset * STEPS).astype(np.int64)
        order = np.lexsort((notes.pitch, steps))
        notes = NoteArrays(notes.onset[order], notes.pitch[order], notes.duration[order], notes.velocity[order])
        steps = steps[order]
        first = np.flatnonzero(np.diff(steps, prepend=-1))
        counts = np.diff(first, append=len(steps))
        leads = first if ground.role == "bass" else first + counts - 1
        slots = (steps + STEPS // SLOTS // 2) * SLOTS // STEPS
        return cls(notes, steps, steps[first], first, counts, leads, slots, max(1, round(ground.metre.bar * SLOTS)))

    def __len__(self) -> int:
        return len(self.steps)

    @cached_property
    def line(self) -> np.ndarray:
        """The pitch that leads at each onset, (O,)."""
        line: np.ndarray = self.notes.pitch[self.leads]
        return line

    @cached_property
    def gaps(self) -> np.ndarray:
        """Steps between onsets, (O - 1,)."""
        gaps: np.ndarray = np.diff(self.onsets)
        return gaps

    @cached_property
    def intervals(self) -> np.ndarray:
        """Semitones from each note of the line to the next, (O - 1,)."""
        intervals: np.ndarray = np.diff(self.line)
        return intervals

    @cached_property
    def repetition(self) -> float:
        """How much of a bar's notes (16th, pitch) the bar most like it shares, as Dice's coefficient, on average; 0-1.

        Of at least one note.
        """
        number = self.slots // self.bar_slots
        bar = np.cumsum(np.diff(number, prepend=number[0]) != 0)  # those without notes don't count
        bars = int(bar[-1]) + 1
        if bars < 2:
            return 0.0
        keys, place = np.unique((self.slots % self.bar_slots) * 128 + self.notes.pitch, return_inverse=True)
        played = np.zeros((bars, len(keys)))
        played[bar, place] = 1
        counts = played.sum(axis=1)
        alike = 2 * (played @ played.T) / (counts[:, None] + counts[None])
        np.fill_diagonal(alike, 0)
        return float(alike.max(axis=1).mean())
