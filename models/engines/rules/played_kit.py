"""The drum kit as one clip plays it: which pitch for which lane, how loud, how long, how far from the grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from random import Random
from statistics import fmean

from models.music.beats import Metre, snap
from models.music.drum_kit import Lane, lane_of, main_pitch
from models.music.note import Note

_USUAL_VELOCITY = 96.0
_USUAL_DURATION = 0.25


class PlayedKit:
    """Read off a drum clip; times in beats, velocities 1-127."""

    def __init__(self, notes: Sequence[Note], metre: Metre, step: float) -> None:
        self._notes, self._metre = notes, metre
        self._lanes: dict[Lane | None, list[Note]] = {}
        self._shifts: dict[float, list[float]] = {}
        for note in notes:
            place = snap(note.onset, step)
            self._shifts.setdefault(self._key(place), []).append(note.onset - place)
            self._lanes.setdefault(lane_of(note.pitch), []).append(note)

    def _key(self, place: float) -> float:
        return round(self._metre.in_bar(place), 4)

    def uses(self, lane: Lane) -> bool:
        """Does the clip play this lane?"""
        return lane in self._lanes

    def pitch_for(self, lane: Lane, allowed: Collection[int]) -> int | None:
        """The allowed pitch that the clip uses most for a lane, else the lane's own where the clip has none."""
        used = Counter(note.pitch for note in self._lanes.get(lane, ())) or {main_pitch(lane): 1}
        fitting = [(count, -pitch) for pitch, count in used.items() if pitch in allowed]
        return -max(fitting)[1] if fitting else None

    def loudness(self, lane: Lane) -> float:
        """The lane's mean velocity, or the whole clip's where it has none."""
        notes = self._lanes.get(lane) or self._notes
        return fmean(note.velocity for note in notes) if notes else _USUAL_VELOCITY

    def duration(self, pitch: int) -> float:
        """How long the clip holds this pitch."""
        return next((note.duration for note in self._notes if note.pitch == pitch), _USUAL_DURATION)

    def shift_at(self, place: float, rng: Random) -> float:
        """Micro-timing of one of the clip's hits on this place of the bar, 0 where there is none."""
        shifts = self._shifts.get(self._key(place))
        return rng.choice(shifts) if shifts else 0.0
