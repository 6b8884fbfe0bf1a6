"""What of a request the network sees: the clip cut in windows, each as rows, givens and room.

Offers: ``RequestView`` (``RequestView.of``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from models.analysis.arrays import NoteArrays
from models.analysis.harmony import Harmony
from models.analysis.key import FEWEST, find_key, find_scale
from models.analysis.role import find_role
from models.constraints.constraints import Constraints
from models.engines.kin.config import MICRO, STEPS
from models.engines.kin.reading.chords import ChordConditions
from models.engines.kin.reading.representation import DURATION, MICRO_FIELD, ONSET, PITCH, VELOCITY, home_shift, rows_of
from models.engines.kin.reading.surroundings import chord_notes, register
from models.engines.kin.reading.windows import MOST_NOTES, SHORT, Window, windows_of
from models.music.clip import Role
from models.music.similarity import OTHER_PITCH_CREDIT
from models.sampling.context import Context
from models.sampling.hypothesis import Written
from models.sampling.masks import cycle

_MOST_CONTEXT_NOTES = 64
_MOST_CONTEXTS = 3
_ENOUGH_NOTES = 6
_ENOUGH_TO_GROOVE, _EVEN = 2, 1 / 160
_LONGEST_PERIOD = 4
_MOST_FOREIGN = 0.1
"""Share of its notes that a clip which keeps to its key may have outside."""
_REST = 1 / 48
"""Beats; a shorter gap is heard as none."""


@dataclass(frozen=True)
class RequestView:
    """A request as the network meets it.

    task        as the network knows it
    rows        (N, 5) of ``constraints.notes``, at home on the white keys, with everything said
    shift       semitones from the clip to the rows
    on_grid     all onsets lie on the grid
    velocities  the notes differ in loudness
    contexts    (role, rows) of what sounds beside the clip
    context     the same, and the chords that are given, heard there or found
    """

    constraints: Constraints
    task: str
    rows: np.ndarray
    shift: int
    on_grid: bool
    velocities: bool
    contexts: tuple[tuple[Role, np.ndarray], ...]
    context: Context

    @classmethod
    def of(cls, constraints: Constraints, task: str) -> RequestView:
        """The view of a request whose constraints are known."""
        length = constraints.prompt.length
        contexts = [
            (clip.role or find_role(clip) or "melody", clip.looped(length))
            for clip in constraints.request.context
            if clip.notes
        ]
        notes, drums = constraints.notes, constraints.drums
        rows, on_grid = rows_of(notes, drums=drums)
        if drums and on_grid:
            rows[:, MICRO_FIELD] = 1 + MICRO  # exactly on it, see ``says_timing``
        heard = [(role, rows_of(clip.notes, drums=role == "drums")[0]) for role, clip in contexts[:_MOST_CONTEXTS]]
        if constraints.request.chords:
            heard.append(("chords", rows_of(chord_notes(constraints), drums=False)[0]))
        seen = np.concatenate([rows, *(other for _, other in heard)])
        shift = home_shift(seen) if len(seen) else 0
        velocities = len({note.velocity for note in notes}) > 1
        return cls(
            constraints,
            task,
            _moved(rows, shift),
            shift,
            on_grid,
            velocities,
            tuple((role, _moved(other, shift)) for role, other in heard),
            Context(constraints.request),
        )

    @cached_property
    def harmony(self) -> Harmony:
        """The chord that the result is to follow at each of the clip's steps, in the clip's own pitches.

        Not known of drums, and of a tune alone, which leaves too much open. Behind a clip that goes on its own chords
        come again.
        """
        constraints, told = self.constraints, self.context.tells_chords
        if constraints.drums or not (told or constraints.role in ("chords", "bass")):
            return Harmony.silent(round(constraints.prompt.length * STEPS))
        harmony = Harmony.of(self.context.chords, constraints.prompt.length)
        behind = round(constraints.start * STEPS)
        return harmony.looped(behind) if self.task == "continue" and behind and not told else harmony

    @property
    def says_timing(self) -> bool:
        """Is the network told of micro-timing?

        Of drums always: it has learned them from drummers, so what a machine plays is to it a very exact hand.
        """
        return not self.on_grid or self.constraints.drums

    @property
    def says_velocities(self) -> bool:
        """The same of loudness."""
        return self.velocities or self.constraints.drums

    @property
    def bar_steps(self) -> int:
        """Steps in a bar."""
        return round(self.constraints.prompt.metre.bar * STEPS)

    @property
    def bars(self) -> int:
        """Bars of the clip."""
        return self.constraints.prompt.metre.bars(self.constraints.prompt.length)

    def told(self, window: Window) -> ChordConditions:
        """The harmony in a window's time, at home on the white keys."""
        return ChordConditions(self.harmony.between(window.start, window.end).moved(self.shift))

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """Windows whose spans together make up the stretch that may change."""
        return windows_of(self.constraints, self.rows[:, ONSET], self.bar_steps)

    @cached_property
    def short_windows(self) -> tuple[Window, ...]:
        """The same, of a clip that is one window cut in shorter ones: written together they are there sooner."""
        one = len(self.windows) == 1
        return windows_of(self.constraints, self.rows[:, ONSET], self.bar_steps, SHORT) if one else self.windows

    @cached_property
    def room(self) -> np.ndarray:
        """(steps of the clip, 128): where a new note of that pitch may begin, other notes apart."""
        constraints = self.constraints
        first, end = max(0, round(constraints.start * STEPS)), round(constraints.end * STEPS)
        room = np.zeros((round(constraints.prompt.length * STEPS) + 1, 128), bool)
        room[first:end, sorted(constraints.allowed)] = True
        if constraints.request.locks.top or constraints.request.locks.bass:
            for step in range(first, end):
                legal = np.zeros(128, bool)
                legal[sorted(constraints.pitches_at(step / STEPS, 1 / STEPS))] = True
                room[step] &= legal
        if constraints.request.range is None:
            room &= register(constraints)
        return room

    def copied_share(self, written: Sequence[Written], end: int) -> float:
        """How alike what is written up to a step and what the prompt has there are at least, 0-1: the similarity has
        more to count than what is the same and, drums apart, what begins together."""
        notes = zip(self.rows[:, ONSET].tolist(), self.constraints.notes, strict=True)
        own = {(onset, note.pitch) for onset, note in notes if onset < end}
        same = own & (new := {(note.onset, note.pitch) for note in written})
        beside = Counter(onset for onset, _ in own - same) & Counter(onset for onset, _ in new - same)
        credit = len(same) + (0 if self.constraints.drums else OTHER_PITCH_CREDIT / 2 * beside.total())
        return 2 * credit / max(1, len(own) + len(written))

    def heard(self, window: Window) -> list[tuple[str, np.ndarray]]:
        """The contexts in a window's time, nearest to its span first where there are too many notes."""
        result = []
        for role, rows in self.contexts:
            inside = rows[(rows[:, ONSET] >= window.start) & (rows[:, ONSET] < window.end)].copy()
            inside[:, ONSET] -= window.start
            inside[:, [VELOCITY, MICRO_FIELD]] *= np.array([self.velocities, 0])
            if len(inside):
                result.append((role, inside[:_MOST_CONTEXT_NOTES]))
        return result

    def late_at(self, step: int, otherwise: float) -> float:
        """Beats by which a new note at a step is behind it: those of the clip there, where they are always the same."""
        return 0.0 if self.on_grid else self._groove.get(step % STEPS, otherwise)

    @cached_property
    def _groove(self) -> dict[int, float]:
        """Beats that the clip's notes are behind each step of the beat, where a machine plays: no hand is so even."""
        steps = self.rows[:, ONSET]
        late = np.array([note.onset for note in self.constraints.notes]) - steps / STEPS
        places = steps % STEPS
        return {
            place: float(np.median(late[places == place]))
            for place in set(places.tolist())
            if (places == place).sum() >= _ENOUGH_TO_GROOVE and np.ptp(late[places == place]) < _EVEN
        }

    @cached_property
    def usual_durations(self) -> dict[int, float]:
        """Beats that the clip's own notes of a written duration last, so that new ones have the same gate."""
        by_number: dict[int, list[float]] = {}
        for row, note in zip(self.rows, self.constraints.notes, strict=True):
            by_number.setdefault(int(row[DURATION]) - 1, []).append(note.duration)
        return {number: float(np.median(lengths)) for number, lengths in by_number.items()}

    @cached_property
    def is_line(self) -> bool:
        """One voice, with enough notes to have habits."""
        return self.constraints.polyphony == 1 and len(self.constraints.notes) >= _ENOUGH_NOTES

    @cached_property
    def longest_cycles(self) -> tuple[int, ...]:
        """For each period from 1: most notes in a row that equal the one so many before; from 2 on at least a round."""
        lowest: dict[int, int] = {}
        for onset, pitch in self.rows[:, (ONSET, PITCH)].tolist():  # of a strummed chord one note counts, too
            lowest[onset] = min(pitch, lowest.get(onset, pitch))
        pitches = [lowest[onset] for onset in sorted(lowest)]

        def longest(period: int) -> int:
            return max(cycle(pitches[:end], period) for end in range(len(pitches) + 1))

        return (longest(1), *(max(period, longest(period)) for period in range(2, _LONGEST_PERIOD + 1)))

    @cached_property
    def chord_sizes(self) -> tuple[int, int]:
        """Fewest and most notes at one onset."""
        _, sizes = np.unique(self.rows[:, ONSET], return_counts=True)
        return (int(sizes.min()), int(sizes.max())) if len(sizes) else (1, MOST_NOTES)

    @cached_property
    def longest_rest(self) -> int:
        """Steps that the clip's onsets, and its end, lie apart at most; a bar at least."""
        length = round(self.constraints.prompt.length * STEPS)
        return max(self.bar_steps, int(np.diff(np.unique([0, *self.rows[:, ONSET], length])).max(initial=0)))

    @property
    def places(self) -> set[int]:
        """Steps of the bar at which the clip's notes begin."""
        return set((self.rows[:, ONSET] % self.bar_steps).tolist())

    @cached_property
    def has_clusters(self) -> bool:
        """Do notes of a chord lie a semitone apart?"""
        struck = {(onset, pitch) for onset, pitch in self.rows[:, (ONSET, PITCH)].tolist()}
        return any((onset, pitch + 1) in struck for onset, pitch in struck)

    @cached_property
    def home(self) -> frozenset[int]:
        """The pitch classes of the clip and its key, where it is clear and the clip hardly leaves it; else none."""
        constraints, request = self.constraints, self.constraints.request
        if constraints.drums or request.scale is not None or len(constraints.notes) < FEWEST:
            return frozenset()
        keys = find_key(constraints.prompt, request.context)
        if not keys:  # nothing that has a pitch sounds
            return frozenset()
        key = keys[0]
        # Music in minor has a leading note now and then.
        classes = {place for place in range(12) if place in key.scale} | {(key.tonic + 11) % 12}
        classes |= find_scale(key, NoteArrays.of(constraints.notes)).classes
        own = [note.pitch % 12 for note in constraints.notes]
        if sum(place not in classes for place in own) > _MOST_FOREIGN * len(own):
            return frozenset()
        return frozenset(classes).union(own, *(timed.chord.classes for timed in request.chords))

    @cached_property
    def never_rests(self) -> bool:
        """Is it a line without a gap between its notes?"""
        return self.is_line and all(other.onset - one.end < _REST for one, other in pairwise(self.constraints.notes))

    @cached_property
    def usual_velocity(self) -> int:
        """The middle loudness of the clip's notes."""
        return int(np.median([note.velocity for note in self.constraints.notes])) if self.constraints.notes else 100


def _moved(rows: np.ndarray, shift: int) -> np.ndarray:
    """Rows moved by semitones, without wrapping octaves: pitches beyond the piano meet its ends."""
    rows = rows.copy()
    pitched = rows[:, PITCH] <= 128
    rows[pitched, PITCH] = np.clip(rows[pitched, PITCH] + shift, 1, 128)
    return rows
