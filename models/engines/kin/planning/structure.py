"""What a clip is made of, as far as one must know it to vary it: bars that return, chords, how its notes are played.

Times in steps are 1/24 beat from the clip's start, as in the view's rows; other times are beats. A bar returns *alike*
where nearly all of its onsets come again at their places, and *equal* where their pitches do as well.

Offers: ``Structure`` (``Structure.of(view)``), ``once``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from itertools import pairwise
from statistics import median
from typing import Any, Concatenate, ParamSpec, TypeVar

from models.constraints.constraints import Constraints
from models.engines.kin.config import STEPS
from models.engines.kin.reading.representation import ONSET
from models.engines.kin.reading.view import RequestView
from models.music.beats import strength
from models.music.chord import Chord, TimedChord, chord_at
from models.music.clip import Clip
from models.music.note import Note

_ALIKE, _EQUAL = 0.75, 0.85
"""Dice's coefficient of two bars' places (and pitches) from which one is a return of the other."""
_NEAR, _SOON, _ABOUT, _STRONG = 0.2, 1.0, 2, 0.8
"""Beats from where a chord begins, and within which its root comes; bars about one; half bars are strong."""
_RESTING, _POP = 0.9, 10
_HELD, _LONGER = 1.9, 1.5
"""Beats of a note that a phrase may rest on; semitones by which a pop leaps; a note is held that lasts so many beats,
or so many times as long as most: a bass that walks holds none."""
_WALKS, _BREATH = 0.75, 0.4
"""Share of the steps of a walking bass that take a beat and go to another pitch; beats of silence for a breath."""
_LEAST_DEAD, _DEAD_BEATS, _DEAD_LOUDNESS = 2, 0.13, 0.5
"""A dead note is this short, and this soft beside the clip's loudest ones."""


@dataclass(frozen=True)
class Structure:
    """A clip as whoever varies it hears it.

    notes   those of ``constraints``; ``steps`` (N,) where they begin
    chords  in order; ``told``: they were given, or are heard in other clips as well
    alike   for each bar the first one that it returns by rhythm; ``equal``: by pitch as well
    """

    constraints: Constraints
    steps: tuple[int, ...]
    bar: int
    bars: int
    chords: tuple[TimedChord, ...]
    told: bool
    alike: tuple[int, ...]
    equal: tuple[int, ...]
    home: frozenset[int]
    known: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, view: RequestView) -> Structure:
        """The structure of a view."""
        constraints = view.constraints
        steps = tuple(int(step) for step in view.rows[:, ONSET])
        bar, bars = view.bar_steps, view.bars
        chords = () if constraints.drums else view.context.chords
        told = view.context.tells_chords or constraints.role == "chords"
        alike = _returns(steps, [0] * len(steps), bar, bars, _ALIKE)
        equal = _returns(steps, [note.pitch for note in constraints.notes], bar, bars, _EQUAL)
        return cls(constraints, steps, bar, bars, chords, told, alike, equal, view.home)

    @property
    def prompt(self) -> Clip:
        """The clip as it came."""
        return self.constraints.prompt

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes to start from."""
        return self.constraints.notes

    def bar_of(self, step: int) -> int:
        """Number of the bar of a step."""
        return min(self.bars - 1, step // self.bar)

    @cached_property
    def in_bars(self) -> tuple[tuple[int, ...], ...]:
        """Indices of the notes of each bar."""
        found: list[list[int]] = [[] for _ in range(self.bars)]
        for index, step in enumerate(self.steps):
            found[self.bar_of(step)].append(index)
        return tuple(map(tuple, found))

    def returns(self, bar: int) -> list[int]:
        """The bars that are alike this one, itself among them."""
        return [other for other in range(self.bars) if self.alike[other] == self.alike[bar]]

    def chord(self, step: int) -> Chord | None:
        """The chord that sounds at a step."""
        return chord_at(self.chords, step / STEPS)

    def root_due(self, step: int) -> int | None:
        """The class that a bass owes a place where a chord begins; None elsewhere."""
        return next((one.chord.bass for one in self._changes if abs(one.onset - step / STEPS) < _NEAR), None)

    @cached_property
    def roots(self) -> frozenset[int]:
        """The notes of a bass that say which chord is there: its first one, and roots at strong places.

        Where nobody told the chords, a pitch that comes to be repeated, in whatever octave, or held is a root as well;
        and of a bass that walks, whose every note could be a chord of its own, those of half bars are.
        """
        found = {
            index
            for index, (step, note) in enumerate(zip(self.steps, self.notes, strict=True))
            if self.strength(step) >= _STRONG and (chord := self.chord(step)) and note.pitch % 12 == chord.bass
        }
        found |= self.changes
        if not self.told:
            rows = [index for index in range(len(self.notes)) if index not in self.dead]
            for before, index, after in zip([None, *rows], rows, [*rows[1:], None], strict=False):
                note = self.notes[index]
                come = before is None or (self.notes[before].pitch - note.pitch) % 12 != 0
                stays = after is not None and (self.notes[after].pitch - note.pitch) % 12 == 0
                if (come and stays) or note.duration >= self._rest:
                    found.add(index)
        return frozenset(found)

    @cached_property
    def changes(self) -> frozenset[int]:
        """The notes of a bass with which chords begin."""
        found: set[int] = set()
        for timed in self._changes:
            start, end = timed.onset - _NEAR, timed.onset + min(_SOON, timed.duration)
            found |= set([i for i, note in enumerate(self.notes) if start <= note.onset < end][:1])
        return frozenset(found)

    @cached_property
    def _rest(self) -> float:
        """Beats of a note that is held, or that a phrase rests on."""
        lengths = [note.duration for index, note in enumerate(self.notes) if index not in self.dead]
        return max(_RESTING, min(_HELD, _LONGER * median(lengths or [0.0])))

    @cached_property
    def _changes(self) -> tuple[TimedChord, ...]:
        """The chords whose beginning a bass has to say: of those only guessed from one that walks the strong ones."""
        steps = [
            abs(after.onset - before.onset - 1) < _NEAR and after.pitch != before.pitch
            for before, after in pairwise(self.notes)
        ]
        if self.told or sum(steps) < max(1, _WALKS * len(steps)):
            return self.chords
        return tuple(timed for timed in self.chords if self.strength(round(timed.onset * STEPS)) >= _STRONG)

    @cached_property
    def steady(self) -> frozenset[int]:
        """The steps of the notes amid a pitch that is repeated: where a bass moves there, the chord seems to move.

        A bass that pumps octaves repeats its pitch all the same.
        """
        rows = [index for index in range(len(self.notes)) if index not in self.dead]
        classes = [self.notes[index].pitch % 12 for index in rows]
        return frozenset(
            self.steps[rows[place]]
            for place in range(1, len(rows) - 1)
            if classes[place - 1] == classes[place] == classes[place + 1]
        )

    def strength(self, step: int) -> float:
        """How strong a step is in its bar, 0-1."""
        return strength(step / STEPS, self.prompt.metre)

    @cached_property
    def own(self) -> frozenset[int]:
        """The pitch classes of the clip."""
        return frozenset(note.pitch % 12 for note in self.notes)

    def own_near(self, step: int) -> frozenset[int]:
        """The pitch classes of the clip about a step: a piece may go to another key and stay there."""
        bar = self.bar_of(step)
        near = (index for some in self.in_bars[max(0, bar - _ABOUT) : bar + _ABOUT + 1] for index in some)
        return frozenset(self.notes[index].pitch % 12 for index in near)

    @cached_property
    def classes(self) -> frozenset[int]:
        """The pitch classes that are at home here: the clip's, and those of its scale where it hardly leaves it."""
        scale = self.constraints.request.scale
        return frozenset(scale.classes) if scale is not None else (self.home or self.own)

    @cached_property
    def last(self) -> frozenset[int]:
        """The notes that end the clip: those at its last onset."""
        latest = max(self.steps, default=0)
        return frozenset(index for index, step in enumerate(self.steps) if step >= latest - 4)

    def softer(self, velocity: int, share: float) -> int:
        """A loudness below that of a note, 0-1 of it; the same where the whole clip is equally loud."""
        return velocity if self.even else max(1, min(127, round(share * velocity)))

    @cached_property
    def even(self) -> bool:
        """Are all notes equally loud?"""
        return len({note.velocity for note in self.notes}) == 1

    @cached_property
    def loudest(self) -> int:
        """The velocity of the loudest note."""
        return max((note.velocity for note in self.notes), default=0)

    @cached_property
    def basses(self) -> frozenset[int]:
        """The lowest notes where chords begin."""
        found = set()
        for timed in self.chords:
            if near := [index for index, note in enumerate(self.notes) if abs(note.onset - timed.onset) < _NEAR]:
                found.add(min(near, key=lambda index: self.notes[index].pitch))
        return frozenset(found)

    @cached_property
    def cadences(self) -> frozenset[int]:
        """Where phrases of four bars rest, with what follows in their bar, the last note, and what leads to it."""
        found, end = set(self.last), min(self.last, default=0)
        leads, natural = ((self.notes[end].pitch - i) % 12 for i in (1, 2))
        if self.bars > 1 and {leads, natural} <= self.own:
            closing = self.in_bars[self.bar_of(self.steps[end])]
            found |= {i for i in closing if i < end and self.notes[i].pitch % 12 == leads}
        for bar in range(3, self.bars, 4):
            inside = self.in_bars[bar]
            lengths = [self.notes[index].duration for index in inside]
            if lengths and max(lengths) >= self._rest:
                # Where the bar returns, so does its rest.
                rest = max(range(len(inside)), key=lambda place: (lengths[place], place))
                places = {self.steps[index] % self.bar for index in inside[rest:]}
                same = [other for other in range(self.bars) if self.equal[other] == self.equal[bar]]
                found |= {i for other in same for i in self.in_bars[other] if self.steps[i] % self.bar in places}
        return frozenset(found)

    @cached_property
    def breaths(self) -> frozenset[int]:
        """The held notes after which a line breathes: they end its phrases."""
        pairs = [
            (i, note, after) for i, (note, after) in enumerate(pairwise(self.notes)) if note.duration >= self._rest
        ]
        return frozenset(index for index, note, after in pairs if after.onset - note.end >= _BREATH)

    @cached_property
    def pops(self) -> frozenset[int]:
        """Notes of a bass that are struck hard an octave or so above those about them: they are rhythm, too."""
        return frozenset(
            index
            for index, note in enumerate(self.notes)
            if note.pitch - min([self.notes[other].pitch for other in range(max(0, index - 4), index)] or [127]) >= _POP
            and note.duration <= 0.3
            and note.velocity >= 0.9 * self.loudest
        )

    @cached_property
    def dead(self) -> frozenset[int]:
        """Notes that are rhythm and no pitch: very short and soft in a clip that has loud ones."""
        found = [
            index
            for index, note in enumerate(self.notes)
            if note.duration <= _DEAD_BEATS and note.velocity <= _DEAD_LOUDNESS * self.loudest
        ]
        return frozenset(found) if len(found) >= _LEAST_DEAD else frozenset()


P, T = ParamSpec("P"), TypeVar("T")


def once(function: Callable[Concatenate[Structure, P], T]) -> Callable[Concatenate[Structure, P], T]:
    """A function of a structure and of hashable arguments: its results are kept with the structure, never changed."""

    @wraps(function)
    def kept(structure: Structure, /, *others: P.args, **named: P.kwargs) -> T:
        key = (function, *others, *named.items())
        if key not in structure.known:
            structure.known[key] = function(structure, *others, **named)
        result: T = structure.known[key]
        return result

    return kept


def _returns(steps: Sequence[int], marks: Sequence[int], bar: int, bars: int, share: float) -> tuple[int, ...]:
    """For each bar the first one that has nearly all of its (place, mark) pairs."""
    contents: list[set[tuple[int, int]]] = [set() for _ in range(bars)]
    for step, mark in zip(steps, marks, strict=True):
        contents[min(bars - 1, step // bar)].add((step % bar, mark))

    def likeness(one: int, other: int) -> float:
        total = len(contents[one]) + len(contents[other])
        return 2 * len(contents[one] & contents[other]) / total if total else 0.0

    result: list[int] = []
    for bar_number in range(bars):
        result.append(next((one for one in sorted(set(result)) if likeness(bar_number, one) >= share), bar_number))
    return tuple(result)
