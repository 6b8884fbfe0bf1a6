"""How a clip is performed: what loudness and length its player gives a new note.

Offers: ``Performance``.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import numpy as np

from models.music.beats import Metre, strength
from models.music.note import Note

_PLAIN = 88
_ACCENT = 18


class Performance:
    """The manner of a clip's notes; without notes, a plain one with an accent on strong places.

    What was asked once is remembered: many drafts of a request play the same cells.
    """

    def __init__(self, notes: Sequence[Note], metre: Metre) -> None:
        self._metre = metre
        self._onsets = np.array([note.onset for note in notes])
        self._velocities = np.array([note.velocity for note in notes])
        self._written = sorted(note.duration for note in notes)
        self._loud: dict[float, int] = {}
        self._long: dict[float, float] = {}

    def velocity(self, onset: float) -> int:
        """Velocity of a new note: that of the nearest old ones, most alike in their place in the bar."""
        if onset not in self._loud:
            self._loud[onset] = self._velocity(onset)
        return self._loud[onset]

    def _velocity(self, onset: float) -> int:
        if not self._written:
            return int(_PLAIN + _ACCENT * (strength(onset, self._metre) - 0.5))
        bar, far = self._metre.bar, self._onsets - onset
        in_bar = np.abs((far + bar / 2) % bar - bar / 2)
        near = np.argsort(np.abs(far) / (2 * bar) + 4 * in_bar, kind="stable")[:3]
        return int(np.clip(round(float(self._velocities[near].mean())), 1, 127))

    def duration(self, beats: float) -> float:
        """Beats for which the clip plays what is written so long: most let go a little early, alike each time."""
        if beats not in self._long:
            near = [written for written in self._written if 0.72 * beats < written <= 1.12 * beats]
            self._long[beats] = median(near) if near else beats
        return self._long[beats]


def velocity_of(loudness: float) -> int:
    """The velocity, 1-127, of a loudness, 0-1."""
    return int(np.clip(round(127 * float(loudness)), 1, 127))
