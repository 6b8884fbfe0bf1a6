"""How loud and how long a new note is, by the clip's own notes.

Offers: ``Habits``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.music.beats import Metre, strength
from models.music.note import Note

_PLAIN = 88
_ACCENT = 18


@dataclass(frozen=True)
class Habits:
    """The manner of a clip's notes; without notes, a plain one with an accent on strong places."""

    notes: Sequence[Note]
    metre: Metre

    @cached_property
    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        onsets = np.array([note.onset for note in self.notes])
        return onsets, np.array([note.velocity for note in self.notes])

    def velocity(self, onset: float) -> int:
        """Loudness of a new note: that of the nearest old ones, most alike in their place in the bar."""
        if not self.notes:
            return int(_PLAIN + _ACCENT * (strength(onset, self.metre) - 0.5))
        onsets, velocities = self._places
        bar = self.metre.bar
        in_bar = np.abs((onsets - onset + bar / 2) % bar - bar / 2)
        near = np.argsort(np.abs(onsets - onset) / (2 * bar) + 4 * in_bar, kind="stable")[:3]
        return int(np.clip(round(float(velocities[near].mean())), 1, 127))

    def gate(self, beats: float) -> float:
        """A note's length as the clip plays one written so long: most clips let go a little early, alike each time."""
        written = np.array([note.duration for note in self.notes])
        if not len(written):
            return beats
        near = written[(written > 0.72 * beats) & (written <= 1.12 * beats)]
        return float(np.median(near)) if len(near) else beats
