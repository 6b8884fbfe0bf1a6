"""Varying a line - a melody, a bass, the tune on top of a two-handed piece - as a musician does.

The head of a figure and the last note stay longest; answers get other pitches first, in every return alike. What is
left to the dial is filled with small things: a note approached, split, pushed or left out.

Offers: ``LinePlan``, ``IDEAS``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.deciding.canvas import Canvas, Part
from models.engines.kin.deciding.ground import Ground, Touch
from models.engines.kin.deciding.tune import Slot, Tune
from models.music.note import Note

IDEAS = ("answer", "sequence", "rhythm", "last return", "ornament", "mirror", "space")
"""What a line's variation is about; a seed has one."""

_PUSHES = (12, 6)
_REST = 0.3
_WORSE = 0.9
"""Nats a note by which the network's line may be more unusual than the smoothest one and still be taken."""
_SHIFTS = (3, -3, 4, -4, 5, -5, 7)
_MOST_SMALL = 5
_SHORT = 0.2


class LinePlan:
    """A line and what is done to it on a canvas.

    line    indices of its notes, one at a time, in order
    drafts  notes that the network would write in its place
    """

    def __init__(
        self,
        ground: Ground,
        canvas: Canvas,
        line: Sequence[int],
        rng: np.random.Generator,
        drafts: Sequence[Sequence[Note]] = (),
        *,
        bass: bool = False,
    ) -> None:
        self.ground, self.canvas, self.rng, self.drafts, self.bass = ground, canvas, rng, drafts, bass
        self.line = [index for index in line if index not in ground.dead]
        self.pitch = {index: ground.notes[index].pitch for index in self.line}
        self.place = {index: number for number, index in enumerate(self.line)}
        self.touch = Touch(ground)
        self.tune = Tune(ground, self.line, pure=bass)
        self.deep = canvas.target < 0.4
        self.finest = min((note.duration for note in ground.notes), default=0.25)
        self.kept = set() if self.deep else set(ground.cadences) | (self._pillars() if bass else set())
        if bass and canvas.target >= 0.5:
            self.kept |= ground.pops
        if self.line:
            self.kept.add(self.line[0] if not self.deep else -1)

    def carry_out(self, idea: str) -> None:
        """Change the line by this idea until the dial is met."""
        if len(self.line) < 2:
            return
        if idea in ("ornament", "rhythm") or self.canvas.target > 0.85:
            self._small(("split", "pickup", "push") if idea != "space" else ("thin", "push"))
        if idea == "space":
            self._small(("thin", "push"))
        for cell in self._cells(last_only=idea == "last return"):
            if self.canvas.full:
                return
            self._rework(cell, idea)
        for cell in self._cells(last_only=False, fine=True):
            if self.canvas.full:
                return
            self._rework(cell, idea)
        self._small(("split", "push", "thin", "pickup"), most=4 * _MOST_SMALL)

    def _pillars(self) -> set[int]:
        """The bass notes that say which chord has come: the first of each chord and of each bar."""
        starts = {round(timed.onset * STEPS) for timed in self.ground.chords}
        first = {min(bar) for bar in self.ground.in_bars if bar}
        return {index for index in self.line if self.ground.steps[index] in starts} | (first & set(self.line))

    def _cells(self, *, last_only: bool, fine: bool = False) -> list[list[int]]:
        """Stretches to rework, each with its returns, the first to change first: lists of first steps of bars."""
        ground = self.ground
        heads = sorted(set(ground.alike))
        heat = {}
        for head in heads:
            members = ground.returns(head)
            heat[head] = max(
                1.0 * (bar % 2 == 1) + 0.3 * (bar % 4 == 3) - 1.0 * (bar == 0) - 0.6 * (bar == ground.bars - 1)
                for bar in members
            ) + self.rng.uniform(0, 0.4)
        cells = []
        for head in sorted(heads, key=lambda head: -heat[head]):
            members = ground.returns(head)
            if last_only:
                members = members[len(members) // 2 :]
            half = ground.bar // 2
            spans = [(half, ground.bar), (0, half)]
            if fine:
                quarter = max(1, half // 2)
                spans = [(start, start + quarter) for start in range(0, ground.bar, quarter)][::-1]
            elif self._count(head, (0, ground.bar)) <= 4 or heat[head] > 1 and ground.bars > 2:
                spans = [(0, ground.bar)]
            cells += [[start, end, *members] for start, end in spans]
        return cells

    def _count(self, bar: int, span: tuple[int, int]) -> int:
        return sum(index in self.place for index in self._inside(bar, span))

    def _inside(self, bar: int, span: tuple[int, int]) -> list[int]:
        ground = self.ground
        return [
            index
            for index in ground.in_bars[bar]
            if span[0] <= ground.steps[index] - bar * ground.bar < span[1]
            and index in self.place
            and index not in self.kept
            and self.canvas.free(index)
        ]

    def _rework(self, cell: list[int], idea: str) -> None:
        """New pitches for a stretch in all its returns; half of the returns where all are too much for the dial."""
        start, end, *bars = cell
        for some in (bars, bars[len(bars) // 2 :], bars[-1:]):
            done: dict[int, int] = {}
            parts = self._parts(some, (start, end), idea, done)
            if parts and self.canvas.put(parts):
                self.pitch.update(done)
                return
            if len(bars) == 1:
                return

    def _parts(self, bars: Sequence[int], span: tuple[int, int], idea: str, done: dict[int, int]) -> list[Part]:
        ground, parts = self.ground, []
        models: dict[int, dict[int, int]] = {}  # by the bar that is equal: pitches by place
        shape: dict[int, int] = {}
        for bar in bars:
            indices = self._inside(bar, span)
            if not indices:
                continue
            places = [ground.steps[index] % ground.bar for index in indices]
            known = models.get(ground.equal[bar], {})
            if known and set(places) <= set(known):
                pitches = [known[place] for place in places]
            else:
                pitches = self._new_pitches(indices, idea, [shape.get(place) for place in places])
            if not pitches:
                continue
            models.setdefault(ground.equal[bar], dict(zip(places, pitches, strict=True)))
            if not shape:
                shape = dict(zip(places, pitches, strict=True))
            changed = [(i, p) for i, p in zip(indices, pitches, strict=True) if p != ground.notes[i].pitch]
            done.update(zip(indices, pitches, strict=True))
            if changed:
                parts.append((tuple(i for i, _ in changed), tuple(ground.notes[i].moved(pitch=p) for i, p in changed)))
        return parts

    def _new_pitches(self, indices: list[int], idea: str, model: Sequence[int | None]) -> list[int]:
        """Other pitches for these notes, which may lie apart: each run of neighbours is a path of its own."""
        runs: list[list[int]] = []
        for index in indices:
            if runs and self.place[index] == self.place[runs[-1][-1]] + 1:
                runs[-1].append(index)
            else:
                runs.append([index])
        found: list[int] = []
        for run in runs:
            following = [model[indices.index(index)] for index in run]
            pitches = self._run(run, idea, following)
            if not pitches:
                return []
            found += pitches
        return found

    def _run(self, run: list[int], idea: str, model: Sequence[int | None]) -> list[int]:
        ground, first, last = self.ground, self.place[run[0]], self.place[run[-1]]
        before = self.pitch[self.line[first - 1]] if first else None
        after = self.pitch[self.line[last + 1]] if last + 1 < len(self.line) else None
        notes = [ground.notes[index] for index in run]
        slots = [Slot(ground.steps[index], note.duration, note.pitch) for index, note in zip(run, notes, strict=True)]
        known = [pitch for pitch in model if pitch is not None]
        if len(known) == len(run) and len(run) > 1:
            shape = [int(b - a) for a, b in pairwise(known)]
            return self.tune.solve(slots, before, after, self.rng, shape=shape, heat=0.2)
        aims, shape_of = self._aims(notes, idea)
        smooth = self.tune.solve(slots, before, after, self.rng, aims=aims, shape=shape_of)
        theirs = self._of_network(run)
        if theirs and self.tune.cost(slots, theirs, before, after) <= _WORSE + self.tune.cost(
            slots, smooth, before, after
        ):
            return theirs
        return smooth

    def _aims(self, notes: Sequence[Note], idea: str) -> tuple[list[float] | None, list[int] | None]:
        """What the new pitches should come near to."""
        pitches = [note.pitch for note in notes]
        middle = float(np.mean(pitches))
        steps = [b - a for a, b in pairwise(pitches)]
        if idea == "sequence":
            room = [shift for shift in _SHIFTS if self.tune.low <= middle + shift <= self.tune.high] or [0]
            shift = room[int(self.rng.integers(min(3, len(room))))]
            return [pitch + shift for pitch in pitches], steps
        if idea == "mirror":
            return [2 * middle - pitch for pitch in pitches], [-step for step in steps]
        if idea in ("ornament", "last return"):
            return [float(pitch) for pitch in pitches], None
        if self.bass:
            return None, steps
        # A curve of its own, so that the line goes somewhere.
        way = np.linspace(0, 1, len(notes))
        curves = (np.sin(np.pi * way), -np.sin(np.pi * way), way - 0.5, 0.5 - way, np.sin(2 * np.pi * way))
        reach = float(self.rng.uniform(0.3, 0.6)) * (self.tune.high - self.tune.low)
        middle = min(max(middle, self.tune.low + reach / 2), self.tune.high - reach / 2)
        return list(middle + reach * curves[int(self.rng.integers(len(curves)))]), None

    def _of_network(self, run: Sequence[int]) -> list[int]:
        """What the network would play at the places of a run, where one of its drafts has a note at each."""
        notes = [self.ground.notes[index] for index in run]
        for number in self.rng.permutation(len(self.drafts)):
            draft = self.drafts[number]
            found = [next((new.pitch for new in draft if abs(new.onset - note.onset) < 0.08), None) for note in notes]
            if None not in found and sum(p != n.pitch for p, n in zip(found, notes, strict=True)) * 2 >= len(run):
                return [pitch for pitch in found if pitch is not None]
        return []

    def _small(self, kinds: Sequence[str], most: int = _MOST_SMALL) -> None:
        """A few small changes, each in every return of its bar, at the ends of phrases rather than at their heads."""
        done = 0
        places = [index for index in self.line if index not in self.kept]
        weights = np.array([1.5 if self.ground.bar_of(self.ground.steps[i]) % 2 else 1.0 for i in places])
        if not len(places):
            return
        order = self.rng.choice(len(places), len(places), replace=False, p=weights / weights.sum())
        for tried, number in enumerate(order):
            if self.canvas.full or done >= most or tried >= 4 * most:
                return
            kind = kinds[int(self.rng.integers(len(kinds)))]
            done += self._small_in_returns(places[int(number)], kind)

    def _small_in_returns(self, index: int, kind: str) -> bool:
        ground = self.ground
        bar, place = ground.bar_of(ground.steps[index]), ground.steps[index] % ground.bar
        parts: list[Part] = []
        for other in ground.returns(bar):
            for twin in ground.in_bars[other]:
                if twin in self.place and ground.steps[twin] % ground.bar == place and self.canvas.free(twin):
                    part = getattr(self, f"_{kind}")(twin)
                    if part is not None:
                        parts.append(part)
                    break
        return bool(parts) and (self.canvas.put(parts) or self.canvas.put(parts[-1:]))

    def _beside(self, index: int) -> tuple[int | None, int | None]:
        number = self.place[index]
        before = self.line[number - 1] if number else None
        after = self.line[number + 1] if number + 1 < len(self.line) else None
        return before, after

    def _split(self, index: int) -> Part | None:
        """A longer note in two: itself, then a step towards what follows."""
        note, (_, after) = self.ground.notes[index], self._beside(index)
        if note.duration < max(0.5, 1.9 * self.finest) or self.pitch[index] != note.pitch:
            return None
        half = 0.5 if note.duration >= 1 else 0.25 if note.duration > 0.6 else note.duration / 2
        step = self.ground.steps[index] + round((note.duration - half) * STEPS)
        goal = self.pitch[after] if after is not None else note.pitch
        pitch = self._toward(note.pitch, goal)
        if pitch is None:
            return None
        come = self.touch.note(step, pitch, half * 0.95, self.rng)
        come = come.moved(onset=max(come.onset, note.onset + note.duration / 4))
        return (index,), (note.moved(duration=come.onset - note.onset), come)

    def _pickup(self, index: int) -> Part | None:
        """A step into a note that comes after a rest."""
        note, (before, _) = self.ground.notes[index], self._beside(index)
        lead = 12 if self.finest > 0.3 else 6
        step = self.ground.steps[index] - lead
        if step < 0 or self.ground.strength(self.ground.steps[index]) < 0.4:
            return None
        if before is not None and self.ground.notes[before].end > step / STEPS + 0.02:
            return None
        pitch = self._toward(self.pitch[index] + int(self.rng.choice((-4, 4))), self.pitch[index])
        if pitch is None or pitch == self.pitch[index]:
            return None
        come = self.touch.note(step, pitch, None, self.rng, 0.95)
        return (), (come.moved(duration=min(come.duration, note.onset - come.onset)),)

    def _push(self, index: int) -> Part | None:
        """A note on the beat comes an 8th or a 16th early."""
        note, (before, _) = self.ground.notes[index], self._beside(index)
        step = self.ground.steps[index]
        if step == 0 or self.ground.strength(step) < _REST * 2:
            return None
        lead = _PUSHES[1] if self.finest < 0.3 else _PUSHES[0]
        come = note.moved(onset=note.onset - lead / STEPS, duration=note.duration + lead / STEPS)
        if before is None or self.ground.notes[before].end <= come.onset + 1e-6:
            return (index,), (come,)
        earlier = self.ground.notes[before]
        left = come.onset - earlier.onset
        if not self.canvas.free(before) or before in self.kept or left < _SHORT or self.pitch[before] != earlier.pitch:
            return None
        return (before, index), (earlier.moved(duration=left), come)

    def _thin(self, index: int) -> Part | None:
        """A weak short note left out; the one before rings in its place."""
        note, (before, _) = self.ground.notes[index], self._beside(index)
        if before is None or self.ground.strength(self.ground.steps[index]) >= 0.6 or note.duration > 0.6:
            return None
        earlier = self.ground.notes[before]
        if not self.canvas.free(before) or self.pitch[before] != earlier.pitch:
            return None
        if note.onset - earlier.end > _SHORT:
            return (index,), ()
        return (before, index), (earlier.moved(duration=note.end - earlier.onset),)

    def _toward(self, pitch: int, goal: int) -> int | None:
        """The next pitch of the line beside ``pitch`` on the way to ``goal``; any neighbour where they're equal."""
        pitches = self.tune.pitches
        up = goal > pitch or (goal == pitch and self.rng.integers(2))
        found = pitches[pitches > pitch] if up else pitches[pitches < pitch][::-1]
        near = [int(p) for p in found[:1] if abs(int(p) - pitch) <= 4]
        return near[0] if near else None
