"""The drum kit as one clip plays it: which pitch for which lane, how loud, how long, how far from the grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from random import Random

from models.music.beats import Metre, snap
from models.music.drum_kit import Lane, lane_of, main_pitch
from models.music.note import Note

_USUAL_VELOCITY = 96.0
_USUAL_DURATION = 0.25


class Kit:
    """Habits read off a drum clip; times in beats, velocities 1-127."""

    def __init__(self, notes: Sequence[Note], metre: Metre, step: float) -> None:
        self._metre = metre
        self._step = step
        self._pitches: dict[Lane, Counter[int]] = {}
        self._velocities: dict[Lane, list[int]] = {}
        self._durations: dict[int, float] = {}
        self._shifts: dict[float, list[float]] = {}
        for note in notes:
            place = snap(note.onset, step)
            self._shifts.setdefault(self._key(place), []).append(note.onset - place)
            self._durations.setdefault(note.pitch, note.duration)
            lane = lane_of(note.pitch)
            if lane is not None:
                self._pitches.setdefault(lane, Counter())[note.pitch] += 1
                self._velocities.setdefault(lane, []).append(note.velocity)
        velocities = [note.velocity for note in notes]
        self._mean = sum(velocities) / len(velocities) if velocities else _USUAL_VELOCITY

    def _key(self, place: float) -> float:
        return round(self._metre.in_bar(place), 4)

    def uses(self, lane: Lane) -> bool:
        """Does the clip play this lane?"""
        return lane in self._pitches

    def pitch_for(self, lane: Lane, allowed: Collection[int]) -> int | None:
        """The allowed pitch that the clip uses most for a lane, else the lane's own where the clip has none."""
        used = self._pitches.get(lane)
        if used is None:
            own = main_pitch(lane)
            return own if own in allowed else None
        fitting = [(count, -pitch) for pitch, count in used.items() if pitch in allowed]
        return -max(fitting)[1] if fitting else None

    def loudness(self, lane: Lane) -> float:
        """The lane's mean velocity, or the whole clip's where it has none."""
        own = self._velocities.get(lane)
        return sum(own) / len(own) if own else self._mean

    def duration(self, pitch: int) -> float:
        """How long the clip holds this pitch."""
        return self._durations.get(pitch, _USUAL_DURATION)

    def shift_at(self, place: float, rng: Random) -> float:
        """Micro-timing of one of the clip's hits on this place of the bar, 0 where there is none."""
        shifts = self._shifts.get(self._key(place))
        return rng.choice(shifts) if shifts else 0.0
