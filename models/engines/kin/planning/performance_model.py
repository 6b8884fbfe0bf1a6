"""How the clip plays a note, by place and pitch, so that new notes are played so.

Offers: ``PerformanceModel``.
"""

from __future__ import annotations

from collections.abc import Iterable

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
        self._rows = [
            (step % structure.bar, step % STEPS, note.pitch, index)
            for index, (step, note) in enumerate(zip(structure.steps, structure.notes, strict=True))
        ]

    def like(self, step: int, pitch: int, rng: np.random.Generator, among: Iterable[int] | None = None) -> int | None:
        """The note of the clip that one at this step with this pitch is to be played like; None: there is none."""
        place, tick = step % self._ground.bar, step % STEPS
        drums = self._ground.constraints.drums
        allowed = None if among is None else set(among)
        best, found = 0.0, []
        for other_place, other_tick, other_pitch, index in self._rows:
            if allowed is not None and index not in allowed:
                continue
            near = max(0.0, 1 - abs(other_pitch - pitch) / 24)
            score = (8.0 if drums else 0.5) * (other_pitch == pitch) + 2.0 * (other_tick == tick)
            score += 1.0 * (other_place == place) + (0.0 if drums else near)
            if score > best + 1e-9:
                best, found = score, [index]
            elif score > best - 1e-9:
                found.append(index)
        return int(found[rng.integers(len(found))]) if found else None

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
