"""What a rule needs to know of the music around the notes it changes.

Offers: ``Setting`` (scale, harmony, grid, register, dynamics of a prompt) and how it weighs a new pitch.
Times are beats; ``rng`` is the only source of chance, seeded by the variation's seed.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from models.constraints.constraints import Constraints
from models.engines.rules.kit import Kit
from models.generator import Cancelled, Request, Stopped, never_cancelled
from models.music.beats import snap, strength
from models.music.chord import Chord, TimedChord, chord_at
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale

SUBDIVISIONS = (0.5, 0.25, 1 / 3, 1 / 6, 0.125)
"""Grid steps that are looked for, the coarsest first; micro-timing of a 20th of a beat is forgiven."""

_FORGIVEN = 0.05
_MARGIN = 5
"""Semitones by which new notes may leave the prompt's own register."""


def grid_step(notes: Sequence[Note]) -> float:
    """The coarsest subdivision of the beat on which nine of ten onsets lie; 16ths where none fits."""
    if not notes:
        return 0.25
    for step in SUBDIVISIONS:
        on = sum(abs(note.onset - snap(note.onset, step)) <= _FORGIVEN for note in notes)
        if on >= 0.9 * len(notes):
            return step
    return 0.25


@dataclass
class Setting:
    """The surroundings of the notes that are to change.

    scale    of new pitches: the request's lock, else the key that was found
    chords   the harmony, as given or found; may be empty
    cancelled  asked at every bar, so that a long clip can be given up
    seed     the variation's seed
    rng      the variation's own source of chance, exchanged while alike bars are changed alike
    """

    constraints: Constraints
    scale: Scale
    chords: tuple[TimedChord, ...]
    cancelled: Cancelled = never_cancelled
    seed: int = 0
    rng: Random = field(default_factory=Random)

    def begin(self, seed: int) -> None:
        """Start a variation: from here on chance is what ``seed`` makes it."""
        self.seed = seed
        self.rng = Random(seed)

    def go_on(self) -> None:
        """Raise Stopped when the request has been cancelled."""
        if self.cancelled():
            raise Stopped

    @property
    def request(self) -> Request:
        """What was asked for."""
        return self.constraints.request

    @property
    def clip(self) -> Clip:
        """The prompt."""
        return self.constraints.prompt

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes to start from."""
        return self.constraints.notes

    @cached_property
    def step(self) -> float:
        """The grid of new onsets, in beats: the prompt's own, 16ths at least for drums, finer when busier is wanted."""
        own = grid_step(self.notes)
        if self.constraints.drums:
            return min(own, 0.25)
        return max(own / 2, 1 / 6) if self.request.density == "high" else own

    @cached_property
    def by_bar(self) -> dict[int, list[int]]:
        """Indices of the notes that begin in each bar."""
        bars: dict[int, list[int]] = {}
        for index, note in enumerate(self.notes):
            bars.setdefault(self.clip.metre.bar_of(note.onset), []).append(index)
        return bars

    @cached_property
    def kit(self) -> Kit:
        """The drum kit as this clip plays it."""
        return Kit(self.notes, self.clip.metre, self.step)

    @cached_property
    def register(self) -> tuple[int, int]:
        """Lowest and highest pitch for new notes, where the request gives no range."""
        if self.request.range:
            return self.request.range
        pitches = [note.pitch for note in self.notes] or [60, 72]
        return max(0, min(pitches) - _MARGIN), min(127, max(pitches) + _MARGIN)

    @cached_property
    def _velocities(self) -> list[tuple[float, int]]:
        return sorted((strength(note.onset, self.clip.metre), note.velocity) for note in self.notes)

    def velocity(self, onset: float, near: Note | None = None) -> int:
        """A velocity for a new note: one that the prompt has on places as strong as this, or beside ``near``."""
        if near is not None:
            accent = strength(onset, self.clip.metre) - strength(near.onset, self.clip.metre)
            return _clamp(round(near.velocity + 12 * accent + self.rng.gauss(0, 3)))
        if not self._velocities:
            return _clamp(round(84 + 24 * strength(onset, self.clip.metre) + self.rng.gauss(0, 4)))
        place = strength(onset, self.clip.metre)
        first = bisect_left(self._velocities, (place - 0.05, 0))
        last = bisect_right(self._velocities, (place + 0.05, 128))
        pool = self._velocities[first:last] or self._velocities
        return _clamp(round(self.rng.choice(pool)[1] + self.rng.gauss(0, 3)))

    def chord(self, onset: float) -> Chord | None:
        """The chord that sounds at ``onset``; behind the last chord the progression begins again."""
        end = self.chords[-1].end if self.chords else 0.0
        return chord_at(self.chords, onset % end if end and onset >= end else onset)

    def legal(self, onset: float, duration: float) -> list[int]:
        """Pitches that a new note may have: promised first, then inside key and register, rising.

        Where key and register leave none, what the promise allows is all that counts.
        """
        low, high = self.register
        promised = self.constraints.pitches_at(onset, duration)
        chord = self.chord(onset)
        fitting = [
            pitch
            for pitch in promised
            if low <= pitch <= high and (pitch in self.scale or (chord is not None and pitch in chord))
        ]
        return sorted(fitting or promised)

    def pick_pitch(
        self,
        candidates: Iterable[int],
        *,
        onset: float,
        duration: float,
        around: float,
        before: int | None,
        after: int | None,
        spread: float = 3.5,
    ) -> int | None:
        """Draw a pitch: near ``around``, in step with its neighbours, a chord tone where the place is strong.

        spread: semitones from ``around`` at which the weight has fallen to 1/e, at temperature 1
        """
        pool = list(candidates)
        if not pool:
            return None
        chord = self.chord(onset)
        weight_of_place = strength(onset, self.clip.metre) + (0.3 if duration >= 1 else 0.0)
        spread *= self.request.temperature
        weights = []
        for pitch in pool:
            weight = math.exp(-abs(pitch - around) / spread)
            for neighbour in (before, after):
                if neighbour is not None:
                    weight *= math.exp(-max(0, abs(pitch - neighbour) - 4) / 3)
            weight *= 0.35 if pitch == before else 0.6 if pitch == after else 1.0
            if chord is not None:
                weight *= 1 + 3 * weight_of_place if pitch in chord else 1.2 - min(1.0, weight_of_place)
            weights.append(max(weight, 1e-9))
        return self.rng.choices(pool, weights)[0]


def _clamp(velocity: int) -> int:
    return max(1, min(127, velocity))
