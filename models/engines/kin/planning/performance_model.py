"""How the clip plays a note, by place and pitch, so that new notes are played so.

Offers: ``PerformanceModel``.
"""

from __future__ import annotations

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.structure import Structure
from models.music.note import Note


class PerformanceModel:
    """Loudness, lateness and length of a clip's notes by place and pitch.

    drums  True: a pad keeps its own performance before its place does
    """

    def __init__(self, structure: Structure) -> None:
        self._ground = structure
        steps, pitches = np.array(structure.steps, int), np.array([note.pitch for note in structure.notes], int)
        self._rows = np.stack([steps % structure.bar, steps % STEPS, pitches, np.arange(len(steps))])
        self._known: dict[tuple[int, int, int], np.ndarray] = {}

    def like(self, step: int, pitch: int, rng: np.random.Generator) -> int | None:
        """The note of the clip that one at this step with this pitch is to be played like; None: there is none."""
        key = step % self._ground.bar, step % STEPS, pitch
        if key not in self._known:
            self._known[key] = self._likest(*key)
        found = self._known[key]
        return int(found[rng.integers(len(found))]) if len(found) else None

    def _likest(self, place: int, tick: int, pitch: int) -> np.ndarray:
        """The indices of the notes that are played most likely as one there."""
        places, ticks, pitches, indices = self._rows
        near = 0.0 if self._ground.constraints.drums else np.maximum(0.0, 1 - np.abs(pitches - pitch) / 24)
        same = 8.0 if self._ground.constraints.drums else 0.5
        scores = same * (pitches == pitch) + 2.0 * (ticks == tick)
        scores = scores + 1.0 * (places == place) + near
        likest: np.ndarray = indices[scores > scores.max(initial=0.0) - 1e-9]
        return likest

    def note(self, step: int, pitch: int, duration: float | None, rng: np.random.Generator, soft: float = 1.0) -> Note:
        """A new note at a step, played as the clip plays there; duration in beats, None: as long as its model."""
        model = self.like(step, pitch, rng)
        if model is None:
            return Note(pitch, step / STEPS, duration or 0.25, 90)
        note = self._ground.notes[model]
        late = note.onset - self._ground.steps[model] / STEPS
        if self._ground.steps[model] % STEPS != step % STEPS and abs(late) > 1 / 24:
            late = 0.0
        return Note(
            pitch,
            max(0.0, step / STEPS + late),
            note.duration if duration is None else duration,
            self._ground.softer(note.velocity, soft),
        )
