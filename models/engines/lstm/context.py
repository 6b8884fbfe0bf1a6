"""A request as the network meets it: the clip's line as events, the chords, and where new notes may be.

Times are steps (24 to a beat) from ``begin``, a few bars before the stretch that may change; what lies before that
is not heard. The line is the highest (bass: lowest) note at each onset; other notes stay as they are.

Offers: ``LineContext``.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from models.engines.lstm.config import ROLES
from models.sampling.conditions import Conditions
from models.sampling.grid import DURATIONS, STEPS, duration_numbers, steps_of
from models.sampling.representation.line import home_of, line_of

_HEARD_BARS = 4
_REGISTERS = {"melody": (57, 84), "bass": (28, 52)}
_LEAST_ROOM, _OCTAVE = 7, 14
"""Semitones above and below the clip's own notes that new ones may take, and that a line's register has at least."""
_STRAIGHT, _TRIPLETS, _FINE = {0, 6, 12, 18}, {0, 8, 16, 4, 20}, {3, 9, 15, 21}
_PITCHES = np.arange(128)


class LineContext:
    """What is fixed before writing.

    line      indices into ``constraints.notes``
    onset, pitch, duration  of those, (N,): steps, pitch at home, number
    shift     semitones from the clip's pitches to those at home, as far as the line stays within 0-127
    span      steps in which notes may be new; end: step at which the clip ends
    chords    (beats, 12) pitch classes that sound, at home
    bar       steps
    """

    def __init__(self, conditions: Conditions) -> None:
        self.constraints = constraints = conditions.constraints
        prompt, bar = constraints.prompt, constraints.prompt.metre.bar
        self.begin = begin = max(0.0, prompt.metre.bar_of(constraints.start) - _HEARD_BARS) * bar
        self.end = end = round((min(constraints.end + bar, prompt.length) - begin) * STEPS)
        inside = begin, begin + end / STEPS - 1e-3
        self.line = [index for index in line_of(constraints) if inside[0] <= constraints.notes[index].onset < inside[1]]
        notes = [constraints.notes[index] for index in self.line]
        self.onset, _ = steps_of(np.array([note.onset - begin for note in notes]))
        self.duration = duration_numbers(np.array([note.duration for note in notes]))
        pitches = np.array([note.pitch for note in notes], np.int64)
        home = home_of((*notes, *conditions.context.heard))
        self.shift = int(np.clip(home, -pitches.min(initial=127), 127 - pitches.max(initial=0)))
        self.pitch = pitches + self.shift
        self.span = (round((constraints.start - begin) * STEPS), min(end, round((constraints.end - begin) * STEPS)))
        chords = conditions.context.pitch_classes(begin, -(-end // STEPS) + 1)
        self.chords = np.roll(chords, self.shift, axis=1)
        self.bar = round(bar * STEPS)
        self.role = ROLES.index(constraints.role) if constraints.role in ROLES else 0

    @cached_property
    def legal(self) -> np.ndarray:
        """Which pitches, at home, a new note may take at each step, (end + 1, 128)."""
        constraints, (low, high) = self.constraints, self._register()
        legal = np.zeros((self.end + 1, 128), bool)
        span = range(max(0, self.span[0]), self.span[1])
        own = _PITCHES - self.shift
        legal[span.start : span.stop] = np.isin(own, list(constraints.allowed)) & (low <= own) & (own <= high)
        if constraints.request.locks.top or constraints.request.locks.bass:
            for step in span:
                there = constraints.pitches_at(self.begin + step / STEPS, 1 / STEPS)
                legal[step] &= np.isin(own, list(there))
        return legal

    def _register(self) -> tuple[int, int]:
        if self.constraints.request.range is not None:
            return self.constraints.request.range
        if not len(self.pitch):
            return _REGISTERS.get(self.constraints.role, (40, 84))
        own = self.pitch - self.shift
        # A short line says little about the register: leave room for an octave.
        room = max(_LEAST_ROOM, (_OCTAVE - int(own.max() - own.min())) // 2)
        return int(own.min()) - room, int(own.max()) + room

    @cached_property
    def open(self) -> np.ndarray:
        """Where a new note may begin, (end + 1,): 16ths of the span, or triplets where the clip has them."""
        steps = np.arange(self.end + 1)
        ticks = self.onset % STEPS
        triplets = np.isin(ticks, list(_TRIPLETS - {0})).mean() if len(ticks) else 0.0
        grid = _STRAIGHT if triplets < 0.1 else _TRIPLETS if triplets > 0.4 else _STRAIGHT | _TRIPLETS
        grid = grid | _FINE if np.isin(ticks, list(_FINE)).any() else grid
        inside = (steps >= self.span[0]) & (steps < self.span[1])
        return np.isin(steps % STEPS, list(grid)) & inside & self.legal.any(1)

    @cached_property
    def shortest(self) -> int:
        """Steps of the shortest new note: a 16th, or the clip's own shortest."""
        return int(DURATIONS[self.duration].min(initial=STEPS // 4))

    @cached_property
    def per_step(self) -> float:
        """Notes a step in the line, about; 0 where there is none."""
        return len(self.onset) / max(STEPS, int(self.onset.max()) + STEPS) if len(self.onset) else 0.0
