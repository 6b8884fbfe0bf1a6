"""The notes of a prompt while they are edited by rule: the moves so far, and the music around the notes.

Times are beats; ``rng`` is the only source of chance, seeded by the variation's seed.

Offers: ``Editor``.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from random import Random

from models.constraints.edits import EditSet
from models.engines.rules.played_kit import PlayedKit
from models.generator import Cancelled, Stopped, never_cancelled
from models.music.beats import snap, strength
from models.music.chord import Chord, chord_at
from models.music.note import Note
from models.music.scale import CHROMATIC
from models.sampling.conditions import Conditions, Trial

SUBDIVISIONS = (0.5, 0.25, 1 / 3, 1 / 6, 0.125)
"""Grid steps that are looked for, the coarsest first; micro-timing of a 20th of a beat is forgiven."""

_FORGIVEN = 0.05
_MARGIN = 5
"""Semitones by which new notes may leave the prompt's own register."""


_IN_STEP = [math.exp(-max(0, semitones - 4) / 3) for semitones in range(128)]
"""What a pitch weighs so many semitones from its neighbour: leaps seldom come."""


def grid_step(notes: Sequence[Note]) -> float:
    """The coarsest subdivision of the beat on which nine of ten onsets lie; 16ths where none fits."""
    for step in SUBDIVISIONS:
        on = sum(abs(note.onset - snap(note.onset, step)) <= _FORGIVEN for note in notes)
        if notes and on >= 0.9 * len(notes):
            return step
    return 0.25


class Editor:
    """The surroundings of the notes that are to change, and the edit set of moves.

    notes    to start from; moves name them by index
    scale    of new pitches: the request's lock, else the key that was found; every pitch for drums
    chords   the harmony, as given or found; may be empty
    seed     the variation's seed
    rng      the variation's own source of chance, exchanged while alike bars are changed alike
    """

    def __init__(self, conditions: Conditions, cancelled: Cancelled = never_cancelled) -> None:
        self.constraints = conditions.constraints
        self.request, self.clip, self.notes = self.constraints.request, self.constraints.prompt, self.constraints.notes
        self.drums, self.temperature, self._cancelled = self.constraints.drums, conditions.temperature, cancelled
        self.scale = CHROMATIC if self.drums else conditions.context.scale
        self.chords = () if self.drums else conditions.context.chords
        self._chord_of: dict[float, Chord | None] = {}
        self._legal_at: dict[tuple[float, float], list[int]] = {}
        self.begin(Trial(0))

    def begin(self, trial: Trial) -> None:
        """Start a variation: from here on chance is what its seed, and the attempt at it, make it."""
        self.seed = trial.seed
        self.rng = Random(f"{trial.seed}:{trial.attempt}" if trial.attempt else trial.seed)
        self.edit_set = EditSet(self.constraints)

    def go_on(self) -> None:
        """Raise Stopped when the request has been cancelled, asked at every bar."""
        if self._cancelled():
            raise Stopped

    def add(self, removed: Iterable[int], added: Iterable[Note]) -> bool:
        """Take a move into the edit set if it is legal whatever else is chosen; say whether it was taken."""
        return self.edit_set.add(tuple(removed), tuple(added))

    def change(
        self, index: int, *, pitch: int | None = None, onset: float | None = None, duration: float | None = None
    ) -> bool:
        """Give one note other values; say whether the move was taken."""
        return self.add((index,), (self.notes[index].moved(pitch=pitch, onset=onset, duration=duration),))

    def untouched(self, indices: Iterable[int]) -> list[int]:
        """Those of the notes that may still change."""
        return [index for index in indices if index in self.constraints.free and index not in self.edit_set.touched]

    def strength(self, index: int) -> float:
        """How strong the place of a note is in its bar, 0-1."""
        return strength(self.notes[index].onset, self.clip.metre)

    def neighbours(self, index: int) -> tuple[Note | None, Note | None]:
        """The notes of the next onsets before and after, the highest where several begin together."""
        groups, number = self.constraints.groups, self.constraints.group_of[index]
        before = self.notes[groups[number - 1][-1]] if number > 0 else None
        after = self.notes[groups[number + 1][-1]] if number + 1 < len(groups) else None
        return before, after

    @cached_property
    def step(self) -> float:
        """The grid of new onsets, in beats: the prompt's own, 16ths at least for drums, finer when busier is wanted."""
        own = grid_step(self.notes)
        if self.drums:
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
    def shapes(self) -> dict[int, str]:
        """What bars must share to be alike: the same onsets and pitches, to a hair."""
        bar = self.clip.metre.bar
        return {
            number: ",".join(f"{self.notes[at].pitch}@{self.notes[at].onset - number * bar:.2f}" for at in indices)
            for number, indices in self.by_bar.items()
        }

    def in_bar(self, bar: int) -> list[int]:
        """Indices of the notes that begin in a bar."""
        return self.by_bar.get(bar, [])

    def span(self, bar: int) -> tuple[float, float]:
        """Where a bar begins and ends, as far as it may change."""
        length = self.clip.metre.bar
        return max(self.constraints.start, bar * length), min(self.constraints.end, (bar + 1) * length)

    @cached_property
    def kit(self) -> PlayedKit:
        """The drum kit as this clip plays it."""
        return PlayedKit(self.notes, self.clip.metre, self.step)

    @cached_property
    def register(self) -> tuple[int, int]:
        """Lowest and highest pitch for new notes, where the request gives no range."""
        pitches = [note.pitch for note in self.notes] or [60, 72]
        return self.request.range or (max(0, min(pitches) - _MARGIN), min(127, max(pitches) + _MARGIN))

    @cached_property
    def _velocities(self) -> list[tuple[float, int]]:
        return sorted((self.strength(index), note.velocity) for index, note in enumerate(self.notes))

    def velocity(self, onset: float, near: Note | None = None) -> int:
        """A velocity for a new note: one that the prompt has on places as strong as this, or that of ``near``."""
        place = strength(onset, self.clip.metre)
        if near is not None:
            accent = place - strength(near.onset, self.clip.metre)
            return clamped(near.velocity + 12 * accent + self.rng.gauss(0, 3))
        if not self._velocities:
            return clamped(84 + 24 * place + self.rng.gauss(0, 4))
        first = bisect_left(self._velocities, (place - 0.05, 0))
        last = bisect_right(self._velocities, (place + 0.05, 128))
        pool = self._velocities[first:last] or self._velocities
        return clamped(self.rng.choice(pool)[1] + self.rng.gauss(0, 3))

    def chord(self, onset: float) -> Chord | None:
        """The chord that sounds at ``onset``; behind the last chord the progression begins again."""
        if onset not in self._chord_of:
            end = self.chords[-1].end if self.chords else 0.0
            self._chord_of[onset] = chord_at(self.chords, onset % end if end and onset >= end else onset)
        return self._chord_of[onset]

    def legal(self, place: Note) -> list[int]:
        """Pitches that a new note may have in a place: promised first, then inside key and register, rising.

        Where key and register leave none, what the promise allows is all that counts.
        """
        at = place.onset, place.duration
        if at not in self._legal_at:
            self._legal_at[at] = self._legal(*at)
        return self._legal_at[at]

    def _legal(self, onset: float, duration: float) -> list[int]:
        low, high = self.register
        promised = self.constraints.pitches_at(onset, duration)
        chord = self.chord(onset)
        tones = chord.classes if chord else frozenset()
        fitting = [pitch for pitch in promised if low <= pitch <= high and (pitch in self.scale or pitch % 12 in tones)]
        return sorted(fitting or promised)

    def pick_pitch(
        self,
        candidates: Iterable[int],
        place: Note,
        around: float,
        before: int | None,
        after: int | None,
        spread: float = 3.5,
    ) -> int | None:
        """Draw a pitch for a place: near ``around``, in step with its neighbours, a chord tone where it is strong.

        spread: semitones from ``around`` at which the weight has fallen to 1/e, at temperature 1
        """
        pool = list(candidates)
        if not pool:
            return None
        chord = self.chord(place.onset)
        tones = chord.classes if chord else frozenset()
        weight_of_place = strength(place.onset, self.clip.metre) + (0.3 if place.duration >= 1 else 0.0)
        on, off = (1.0, 1.0) if chord is None else (1 + 3 * weight_of_place, 1.2 - min(1.0, weight_of_place))
        weights, width = [], spread * self.temperature
        for pitch in pool:
            weight = math.exp(-abs(pitch - around) / width)
            if before is not None:
                weight *= _IN_STEP[abs(pitch - before)]
            if after is not None:
                weight *= _IN_STEP[abs(pitch - after)]
            weight *= 0.35 if pitch == before else 0.6 if pitch == after else 1.0
            weight *= on if pitch % 12 in tones else off
            weights.append(max(weight, 1e-9))
        return self.rng.choices(pool, weights)[0]


def clamped(velocity: float) -> int:
    """The nearest velocity, 1-127."""
    return max(1, min(127, round(velocity)))
