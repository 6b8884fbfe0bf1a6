"""A request as the network meets it: the clip's line as events, the chords, and where new notes may be.

Times are steps (24 to a beat) from ``begin``, a few bars before the stretch that may change; what lies before that
is not heard. The line is the highest (bass: lowest) note at each onset; other notes stay as they are.

Offers: ``Scene`` (``Scene.of``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.analysis.chords import find_chords
from models.analysis.role import find_role
from models.constraints.constraints import Constraints
from models.constraints.lines import bass_line, top_line
from models.engines.lstm.config import ROLES
from models.music.chord import TimedChord
from models.sampling.grid import DURATIONS, STEPS, duration_numbers, home_shift, steps_of

_HEARD_BARS = 4
_CHORD_SHARE = 0.3
_REGISTERS = {"melody": (57, 84), "bass": (28, 52)}
_ROOM = 7
"""Semitones above and below the clip's own notes that new ones may take."""
_STRAIGHT = (0, 6, 12, 18)
_TRIPLETS = (0, 8, 16, 4, 20)


@dataclass(frozen=True)
class Scene:
    """What is fixed before writing.

    line      indices into ``constraints.notes``
    onset, pitch, duration  of those, (N,): steps, pitch at home, number
    late      beats by which each is behind its step
    shift     semitones from the clip's pitches to those at home, as far as the line stays within 0-127
    span      steps in which notes may be new
    end       step at which the clip ends
    chords    (beats, 12) pitch classes, at home
    bar       steps
    """

    constraints: Constraints
    begin: float
    line: np.ndarray
    onset: np.ndarray
    pitch: np.ndarray
    duration: np.ndarray
    late: np.ndarray
    shift: int
    span: tuple[int, int]
    end: int
    chords: np.ndarray
    bar: int

    @classmethod
    def of(cls, constraints: Constraints) -> Scene:
        """The scene of a request whose constraints are known."""
        prompt, bar = constraints.prompt, constraints.prompt.metre.bar
        begin = max(0.0, prompt.metre.bar_of(constraints.start) - _HEARD_BARS) * bar
        end = round((min(constraints.end + bar, prompt.length) - begin) * STEPS)
        line = np.array(
            bass_line(constraints.notes) if constraints.role == "bass" else top_line(constraints.notes), np.int64
        )
        line = np.array([i for i in line if begin <= constraints.notes[i].onset < begin + end / STEPS - 1e-3], np.int64)
        notes = [constraints.notes[index] for index in line]
        onset, late = steps_of(np.array([note.onset - begin for note in notes]))
        chords, heard = _chords(constraints, begin, end)
        lengths = np.array([note.duration for note in notes])
        pitches = np.array([note.pitch for note in notes], np.int64)
        home = home_shift(np.append(pitches, heard[:, 0]).astype(np.int64), np.append(lengths, heard[:, 1]) * STEPS)
        shift = int(np.clip(home, -pitches.min(initial=127), 127 - pitches.max(initial=0)))
        span = (round((constraints.start - begin) * STEPS), min(end, round((constraints.end - begin) * STEPS)))
        return cls(
            constraints,
            begin,
            line,
            onset,
            pitches + shift,
            duration_numbers(lengths),
            late,
            shift,
            span,
            end,
            np.roll(chords, shift, axis=1),
            round(bar * STEPS),
        )

    @cached_property
    def legal(self) -> np.ndarray:
        """Which pitches, at home, a new note may take at each step, (end + 1, 128)."""
        constraints = self.constraints
        legal = np.zeros((self.end + 1, 128), bool)
        allowed = np.zeros(128, bool)
        low, high = self._register()
        for pitch in constraints.allowed:
            if low <= pitch <= high and 0 <= pitch + self.shift <= 127:
                allowed[pitch + self.shift] = True
        legal[max(0, self.span[0]) : self.span[1]] = allowed
        if constraints.request.locks.top or constraints.request.locks.bass:
            for step in range(max(0, self.span[0]), self.span[1]):
                there = constraints.pitches_at(self.begin + step / STEPS, 1 / STEPS)
                legal[step, [pitch for pitch in range(128) if pitch - self.shift not in there]] = False
        return legal

    def _register(self) -> tuple[int, int]:
        if self.constraints.request.range is not None:
            return self.constraints.request.range
        if not len(self.pitch):
            return _REGISTERS.get(self.constraints.role, (40, 84))
        own = self.pitch - self.shift
        # A short line says little about the register: leave room for an octave.
        room = max(_ROOM, (14 - int(own.max() - own.min())) // 2)
        return int(own.min()) - room, int(own.max()) + room

    @cached_property
    def open(self) -> np.ndarray:
        """Where a new note may begin, (end + 1,): 16ths of the span, or triplets where the clip has them."""
        steps = np.arange(self.end + 1)
        ticks = self.onset % STEPS
        triplets = np.isin(ticks, (4, 8, 16, 20)).mean() if len(ticks) else 0.0
        grid = set(_STRAIGHT) if triplets < 0.1 else set(_TRIPLETS) if triplets > 0.4 else {*_STRAIGHT, *_TRIPLETS}
        if np.isin(ticks, (3, 9, 15, 21)).any():
            grid |= {3, 9, 15, 21}
        return (
            np.isin(steps % STEPS, sorted(grid)) & (steps >= self.span[0]) & (steps < self.span[1]) & self.legal.any(1)
        )

    @property
    def shortest(self) -> int:
        """Steps of the shortest new note: a 16th, or the clip's own shortest."""
        return min(_STRAIGHT[1], int(DURATIONS[self.duration].min())) if len(self.duration) else _STRAIGHT[1]

    @property
    def role(self) -> int:
        """The role's number for the network."""
        return ROLES.index(self.constraints.role) if self.constraints.role in ROLES else 0

    @cached_property
    def _chord_rows(self) -> list[list[float]]:
        return self.chords.tolist()

    def chord_at(self, step: int) -> list[float]:
        """Pitch classes that sound at a step, 12 of them, 0 or 1."""
        return self._chord_rows[min(step // STEPS, len(self.chords) - 1)]

    def place(self, step: int) -> int:
        """16th in the bar, from 1."""
        return min(step % self.bar // (STEPS // 4) + 1, 32) if self.bar else 0


def _chords(constraints: Constraints, begin: float, end: int) -> tuple[np.ndarray, np.ndarray]:
    """Pitch classes of each beat, (beats + 1, 12), and (pitch, beats) of what was heard beside the clip, (N, 2)."""
    request, prompt = constraints.request, constraints.prompt
    beats = -(-end // STEPS) + 1
    sound = np.zeros((beats, 12))
    beside = [clip.looped(prompt.length) for clip in request.context if clip.notes and find_role(clip) != "drums"]
    heard = [(note.pitch, note.duration) for clip in beside for note in clip.notes]
    if request.chords:
        spelt: Sequence[TimedChord] = request.chords
    elif beside:
        _add(sound, [(note.onset - begin, note.duration, note.pitch) for clip in beside for note in clip.notes])
        spelt = ()
    else:
        spelt = find_chords(prompt, ()) if prompt.notes else ()
    _add(
        sound,
        [
            (timed.onset - begin, timed.duration, (timed.chord.root + interval) % 12)
            for timed in spelt
            for interval in timed.chord.intervals
        ],
    )
    return (sound >= _CHORD_SHARE).astype(np.float32), np.array(heard, float).reshape(-1, 2)


def _add(sound: np.ndarray, notes: Sequence[tuple[float, float, int]]) -> None:
    """Add to sound (beats, 12) the share of each beat in which notes (onset, duration, pitch) sound."""
    for onset, duration, pitch in notes:
        for beat in range(max(0, int(onset)), min(len(sound), int(np.ceil(onset + duration)))):
            sound[beat, pitch % 12] += max(0.0, min(onset + duration, beat + 1) - max(onset, beat))
