"""How a clip is performed: what loudness and length its player gives a new note.

Offers: ``Performance``.
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
class Performance:
    """The manner of a clip's notes; without notes, a plain one with an accent on strong places."""

    notes: Sequence[Note]
    metre: Metre

    @cached_property
    def _velocities(self) -> tuple[np.ndarray, np.ndarray]:
        onsets = np.array([note.onset for note in self.notes])
        return onsets, np.array([note.velocity for note in self.notes])

    def velocity(self, onset: float) -> int:
        """Velocity of a new note: that of the nearest old ones, most alike in their place in the bar."""
        if not self.notes:
            return int(_PLAIN + _ACCENT * (strength(onset, self.metre) - 0.5))
        onsets, velocities = self._velocities
        bar = self.metre.bar
        in_bar = np.abs((onsets - onset + bar / 2) % bar - bar / 2)
        near = np.argsort(np.abs(onsets - onset) / (2 * bar) + 4 * in_bar, kind="stable")[:3]
        return int(np.clip(round(float(velocities[near].mean())), 1, 127))

    def duration(self, beats: float) -> float:
        """Beats for which the clip plays what is written so long: most let go a little early, alike each time."""
        written = np.array([note.duration for note in self.notes])
        near = written[(written > 0.72 * beats) & (written <= 1.12 * beats)]
        return float(np.median(near)) if len(near) else beats


def velocity_of(loudness: float) -> int:
    """The velocity, 1-127, of a loudness, 0-1."""
    return int(np.clip(round(127 * float(loudness)), 1, 127))
