"""A line, and the small things that are done to one: a note approached, split, pushed, or left out.

Each change happens in every return of its bar, or in the last one where all are too much for the dial.

Offers: ``Ornaments``, ``HELD``, ``MOST_SMALL``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from statistics import median

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.edit_builder import Change, EditBuilder
from models.engines.kin.planning.line_search import LineSearch
from models.engines.kin.planning.performance_model import PerformanceModel
from models.engines.kin.planning.structure import Structure, once

_PUSHES = (12, 6)
_REST = 0.3
MOST_SMALL = 5
"""How many small changes are enough for one idea."""
_SHORT, _BROKEN, _WALTZ = 0.2, 3.3, 3.0
_ABOVE = 12
"""Semitones above a bass's highest note to which its octaves may leap."""
HELD = 1.9
"""Beats from which on a bass holds a note."""
_STRIKES, _LEAST_STRIKE = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5), 0.4
"""Beats after which a held note may be struck again, and how many are left to the second stroke at least."""
_DEEP, _NEW = 0.5, 0.3
"""The dials from which on down nearly all changes, and all."""

Sketch = Mapping[int, int]
"""The pitches that the network would write in the clip's place, by the steps where they begin."""
Draft = Callable[[], Sketch]
"""Gives a sketch."""


def no_draft() -> Sketch:
    """Nothing: no network is at hand."""
    return {}


class Ornaments:
    """A line, and its small changes.

    line   indices of its notes, one at a time, in order
    draft  gives what the network would write in its place
    bass   it keeps to the roots; pumps: it repeats them; holds: most of them are long
    inner  it lies between others, where nobody decorates
    """

    def __init__(
        self,
        structure: Structure,
        builder: EditBuilder,
        line: Sequence[int],
        rng: np.random.Generator,
        draft: Draft = no_draft,
        *,
        bass: bool = False,
        inner: bool = False,
    ) -> None:
        self.structure, self.builder, self.rng, self.draft = structure, builder, rng, draft
        self.bass, self.inner = bass or inner, inner
        self.deep = builder.target < _DEEP
        # Dead notes are rhythm, and only take the pitch of what is about them when nearly all is new or dead.
        self.line = [index for index in line if self.deep or index not in structure.dead] or list(line)
        self.pitch = {index: structure.notes[index].pitch for index in self.line}
        self.place = {index: number for number, index in enumerate(self.line)}
        self.performance = once(PerformanceModel)(structure)
        pitches = [structure.notes[index].pitch for index in self.line]
        # A line that leaps from tone to tone is a broken chord.
        self.broken = len(pitches) > 1 and float(np.mean(np.abs(np.diff(pitches)))) >= _BROKEN
        pure = bass or self.broken
        self.search = once(LineSearch)(structure, tuple(self.line), pure=pure, bass=bass, free=self.deep)
        self.dances = structure.prompt.metre.bar == _WALTZ  # whose one is not to be tied over
        self.ticks = {step % STEPS for step in structure.steps}
        self.pumps = bass and 2 * sum(a == b for a, b in pairwise(pitches)) >= len(pitches)
        lengths = [structure.notes[index].duration for index in self.line]
        self.holds = bass and bool(lengths) and median(lengths) >= HELD
        self.stroke = int(rng.integers(len(_STRIKES))) if self.holds else 0  # one rhythm for all held notes
        self._led: set[int] = set()  # what is led into stays where that leads
        self._stretches: dict[tuple[int, tuple[int, int]], list[int]] = {}
        self.finest = min((note.duration for note in structure.notes), default=0.25)
        self.whole = structure.cadences | structure.pops | structure.dead
        self.kept: set[int] = set()
        if builder.target >= _NEW:
            first = {min(bar) for bar in structure.in_bars if bar}
            roots = structure.changes if self.deep else structure.roots
            self.kept = set(structure.cadences) | ((first | roots) & set(self.line) if bass else set())
        if not self.deep:
            self.kept |= set(self.line[:1]) | (set(structure.pops) if bass else set())

    def small(self, kinds: Sequence[str], most: int = MOST_SMALL) -> None:
        """A few small changes, each in every return of its bar, at the ends of phrases rather than at their heads."""
        if self.inner:
            return
        if self.pumps and self.builder.target >= _DEEP:  # a pulse that stops is a hole
            kinds = [kind for kind in kinds if kind != "thin"]
        done = 0
        # A root that stays may be shortened for a step to what follows, or struck again.
        shortening = [kind for kind in kinds if self.bass and kind in ("split", "restrike")]
        places = [i for i in self.line if i not in self.kept or (shortening and self._may_shorten(i))]
        weights = np.array([1.5 if self.structure.bar_of(self.structure.steps[i]) % 2 else 1.0 for i in places])
        if not len(places):
            return
        order = self.rng.choice(len(places), len(places), replace=False, p=weights / weights.sum())
        for tried, number in enumerate(order):
            if self.builder.full or done >= most or tried >= 4 * most:
                return
            index = places[int(number)]
            some = [kinds[int(self.rng.integers(len(kinds)))]]
            if index in self.kept:
                some = [str(kind) for kind in self.rng.permutation(shortening)]
            elif self.bass and most > MOST_SMALL:
                some = [str(kind) for kind in self.rng.permutation(kinds)]  # what is left to a bass is its rhythm
            done += any(self._small_in_returns(index, kind) for kind in some)

    def _may_shorten(self, index: int) -> bool:
        duration = self.structure.notes[index].duration
        return index not in self.whole and (duration >= HELD or duration >= max(0.5, 1.9 * self.finest))

    def _small_in_returns(self, index: int, kind: str) -> bool:
        structure = self.structure
        bar, place = structure.bar_of(structure.steps[index]), structure.steps[index] % structure.bar
        parts: list[Change] = []
        for other in structure.returns(bar):
            for twin in structure.in_bars[other]:
                if twin in self.place and structure.steps[twin] % structure.bar == place and self.builder.free(twin):
                    part = getattr(self, f"_{kind}")(twin)
                    if part is not None:
                        parts.append(part)
                    break
        return bool(parts) and (self.builder.put(parts) or self.builder.put(parts[-1:]))

    def roots_away(self) -> None:
        """A bass's roots an octave away, bar by bar in all returns: far from the clip, over the same chords."""
        structure, heads = self.structure, sorted(set(self.structure.alike))
        legal = structure.constraints.allowed & set(range(self.search.lowest, max(self.pitch.values()) + _ABOVE + 1))
        for head in self.rng.permutation(heads) if self.bass and not self.inner else ():
            parts: list[Change] = []
            for index in (index for bar in structure.returns(int(head)) for index in structure.in_bars[bar]):
                note = structure.notes[index]
                away = [pitch for pitch in (note.pitch + 12, note.pitch - 12) if pitch in legal]
                if index in self.kept - structure.cadences and self.builder.free(index) and away:
                    parts.append(((index,), (note.moved(pitch=away[0]),)))
            while parts and not self.builder.full and not self.builder.put(parts):
                parts = parts[(len(parts) + 1) // 2 :]

    def _beside(self, index: int) -> tuple[int | None, int | None]:
        number = self.place[index]
        before = self.line[number - 1] if number else None
        after = self.line[number + 1] if number + 1 < len(self.line) else None
        return before, after

    def _split(self, index: int) -> Change | None:
        """A longer note in two: itself, then a step towards what follows."""
        note, (_, after) = self.structure.notes[index], self._beside(index)
        if note.duration < max(0.5, 1.9 * self.finest) or self.pitch[index] != note.pitch:
            return None
        half = 0.5 if note.duration >= 1 else 0.25 if note.duration > 0.6 else note.duration / 2
        step = self.structure.steps[index] + round((note.duration - half) * STEPS)
        if step % STEPS not in self.ticks and step % 12:
            return None
        goal = self.pitch[after] if after is not None else note.pitch
        pitch = self._toward(note.pitch, goal)
        if pitch == goal and not self.bass:  # which would stammer: from the other side
            pitch = self._toward(note.pitch, 2 * note.pitch - goal)
        if pitch is None:
            return None
        come = self.performance.note(step, pitch, half * 0.95, self.rng)
        come = come.moved(
            onset=max(come.onset, note.onset + note.duration / 4), velocity=min(come.velocity, note.velocity)
        )
        return (index,), (note.moved(duration=come.onset - note.onset), come)

    def _restrike(self, index: int) -> Change | None:
        """A held root struck again: on the same pitch, or, short before what follows, an octave above it."""
        note = self.structure.notes[index]
        places = [place for place in _STRIKES if place <= note.duration - _LEAST_STRIKE]
        if note.duration < HELD or not places or index in self.whole:
            return None
        after = places[self.stroke % len(places)]
        short = note.duration - after <= 1
        pitch = note.pitch + 12 * bool(short and note.pitch + 12 in self.structure.constraints.allowed)
        step = self.structure.steps[index] + round(after * STEPS)
        come = self.performance.note(step, pitch, note.duration - after, self.rng)
        return (index,), (note.moved(duration=come.onset - note.onset), come)

    def _pickup(self, index: int) -> Change | None:
        """A step into a note that comes after a rest."""
        note, (before, _) = self.structure.notes[index], self._beside(index)
        lead = 12 if self.finest > 0.3 else 6
        step = self.structure.steps[index] - lead
        if step < 0 or self.structure.strength(self.structure.steps[index]) < 0.4 or step % STEPS not in self.ticks:
            return None
        if before is not None and self.structure.notes[before].end > step / STEPS + 0.02:
            return None
        pitch = self._toward(self.pitch[index], self.pitch[index] + int(self.rng.choice((-4, 4))))
        if pitch is None:
            return None
        self._led.add(index)
        come = self.performance.note(step, pitch, None, self.rng, 0.95)
        return (), (come.moved(duration=min(come.duration, note.onset - come.onset)),)

    def _push(self, index: int) -> Change | None:
        """A note on the beat comes an 8th or a 16th early."""
        note, (before, _) = self.structure.notes[index], self._beside(index)
        step = self.structure.steps[index]
        if step == 0 or self.structure.strength(step) < _REST * 2 or (step % self.structure.bar == 0 and self.dances):
            return None
        lead = _PUSHES[1] if self.finest < 0.3 else _PUSHES[0]
        if (step - lead) % STEPS not in self.ticks:
            return None
        come = note.moved(onset=note.onset - lead / STEPS, duration=note.duration + lead / STEPS)
        if before is None or self.structure.notes[before].end <= come.onset + 1e-6:
            return (index,), (come,)
        earlier = self.structure.notes[before]
        left = come.onset - earlier.onset
        if not self.builder.free(before) or before in self.kept or left < _SHORT or self.pitch[before] != earlier.pitch:
            return None
        return (before, index), (earlier.moved(duration=left), come)

    def _thin(self, index: int) -> Change | None:
        """A weak short note left out; the one before rings in its place."""
        note, (before, _) = self.structure.notes[index], self._beside(index)
        if before is None or self.structure.strength(self.structure.steps[index]) >= 0.6 or note.duration > 0.6:
            return None
        earlier = self.structure.notes[before]
        if not self.builder.free(before) or self.pitch[before] != earlier.pitch:
            return None
        if note.onset - earlier.end > _SHORT:
            return (index,), ()
        return (before, index), (earlier.moved(duration=note.end - earlier.onset),)

    def _octave(self, index: int) -> Change | None:
        """A weak note of a pitch that is repeated leaps an octave up: the root stays, and drives on."""
        note, step = self.structure.notes[index], self.structure.steps[index]
        near = [self.structure.notes[i].pitch for i in self._beside(index) if i is not None]
        if (
            index in self._led
            or step not in self.structure.steady
            or note.pitch not in near
            or self.structure.strength(step) >= _REST * 2
        ):
            return None
        pitch = note.pitch + 12
        high = max(self.pitch.values()) + _ABOVE
        return (
            ((index,), (note.moved(pitch=pitch),))
            if pitch in self.structure.constraints.allowed and pitch <= high
            else None
        )

    def _approach(self, index: int) -> Change | None:
        """The last weak note before another root steps up or down to it."""
        note, (before, after) = self.structure.notes[index], self._beside(index)
        if before is None or after is None or self.structure.strength(self.structure.steps[index]) >= _REST * 2:
            return None
        goal = self.pitch[after]
        repeats = self.structure.notes[before].pitch == note.pitch
        if not repeats or (goal - note.pitch) % 12 == 0 or after not in self.kept | self.structure.roots:
            return None
        far = [int(p) for p in self.search.pitches if 0 < abs(int(p) - goal) <= 2]
        pitch = min(far, key=lambda p: (abs(p - note.pitch), p), default=None)
        return ((index,), (note.moved(pitch=pitch),)) if pitch not in (None, note.pitch) else None

    def _toward(self, pitch: int, goal: int) -> int | None:
        """The next pitch of the line beside ``pitch`` on the way to ``goal``; any neighbour where they're equal."""
        pitches = self.search.pitches
        up = goal > pitch or (goal == pitch and self.rng.integers(2))
        found = pitches[pitches > pitch] if up else pitches[pitches < pitch][::-1]
        near = [int(p) for p in found[:1] if abs(int(p) - pitch) <= 4]
        return near[0] if near else None

    def _notes_in(self, start: int, length: int) -> list[int]:
        return [index for index in self.line if start <= self.structure.steps[index] < start + length]

    def _inside(self, bar: int, span: tuple[int, int]) -> list[int]:
        """The notes of a stretch of a bar, in steps from its start, that are still to be changed."""
        touched = self.builder.edit_set.touched
        if (bar, span) not in self._stretches:
            steps, start = self.structure.steps, bar * self.structure.bar
            inside = (i for i in self.structure.in_bars[bar] if span[0] <= steps[i] - start < span[1])
            free = self.structure.constraints.free
            self._stretches[bar, span] = [i for i in inside if i in self.place and i not in self.kept and i in free]
        return [index for index in self._stretches[bar, span] if index not in touched]

    def _of_network(self, run: Sequence[int]) -> list[int]:
        """What the network would play at the places of a run, where its draft has a note at each."""
        draft = self.draft()
        steps = [self.structure.steps[index] for index in run]
        found = [next((draft[near] for near in (step, step - 1, step + 1) if near in draft), None) for step in steps]
        pitches = [pitch for pitch in found if pitch is not None]
        differ = sum(pitch != self.structure.notes[index].pitch for pitch, index in zip(found, run, strict=True))
        return pitches if len(pitches) == len(run) and 2 * differ >= len(run) else []
