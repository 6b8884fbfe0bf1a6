"""Varying a line - a melody, a bass, the tune on top of a two-handed piece - as a musician does.

The head of a figure and the last note stay longest; answers get other pitches first, in every return alike. What is
left to the dial is filled with small things: a note approached, split, pushed or left out.

Offers: ``LinePlan``, ``IDEAS``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from models.engines.kin.config import STEPS
from models.engines.kin.planning.edit_builder import Change
from models.engines.kin.planning.line_search import Slot, directions
from models.engines.kin.planning.ornaments import MOST_SMALL, Ornaments
from models.music.note import Note

IDEAS = ("answer", "sequence", "rhythm", "last return", "ornament", "mirror", "space")
"""What a line's variation is about; a seed has one."""

_WORSE = 0.9
"""Nats a note by which the network's line may be more unusual than the smoothest one and still be taken."""
_LOOSE, _FAR = 0.75, 0.5
"""The dials under which a rhythm may change by half bars, and a bass in all of them."""
_LATE = (0, 12, 12)  # steps by which a bass takes over a rhythm later than it is, where nearly all changes
_SHIFTS = (3, -3, 4, -4, 5, -5, 7)
_TRIES, _AROUND = 4, 6
"""Paths among which the best is taken; notes on either side with which a new figure is heard."""
_CHANGE = 0.6
"""The least share of a stretch's notes that nearly always get another pitch."""
_MAY_LOSE, _FAULTS, _TURNED, _TOGETHER, _HEAT = 1.0, 1.0, 0.3, 0.15, 0.8
"""Nats a note by which a stretch may become more unusual than it was; what a fault of the line counts beside those;
how often an answer goes the other way than the figure; beats within which two notes are one place; how much chance a
path has."""


class LinePlan(Ornaments):
    """A line and what is done to it, as edits; strict: a stretch stays as it is if it would lose much."""

    strict = False

    def apply_edits(self, idea: str) -> None:
        """Change the line by this idea until the dial is met."""
        if len(self.line) < 2:
            return
        if idea in ("ornament", "rhythm", "space") or self.builder.target > 0.85:
            self.small(("split", "pickup", "push") if idea != "space" else ("thin", "push"))
        if (self.pumps and not self.deep) or self.holds:
            self.small(("octave", "approach") if self.pumps else ("restrike", "split"), most=4 * MOST_SMALL)
        if idea == "rhythm" and self.builder.target < _LOOSE:
            self._other_rhythms(2 if self.builder.target > 0.5 else 3)
        elif self.bass and not self.inner and self.builder.target < _LOOSE:
            self._other_rhythms(1)
        for fine, self.strict in ((False, True), (True, True), (True, False)):
            for cell in self._cells(last_only=idea == "last return" and not fine, fine=fine):
                if self.builder.full:
                    return
                self._rework(cell, idea)
        if self.deep or (self.bass and self.builder.target <= _FAR):
            self._other_rhythms(4 * self.structure.bars)
            self.roots_away()
        self.small(("split", "push", "thin", "pickup"), most=4 * MOST_SMALL)

    def _other_rhythms(self, most: int) -> None:
        """Half bars take over the rhythm of others of the clip, each in all its returns."""
        structure, half = self.structure, self.structure.bar // 2
        heads = [int(head) for head in self.rng.permutation(sorted(set(structure.alike))) if head or self.deep]
        spans = [(head, start) for start in (half, 0) for head in heads]
        for head, start in spans[:most]:
            if self.builder.full:
                return
            models = [
                model
                for bar in range(structure.bars)
                for begin in (0, half)
                if len(model := self._notes_in(bar * structure.bar + begin, half)) >= 1
            ]
            if not models:
                return
            model = models[int(self.rng.integers(len(models)))]
            late = int(self.rng.choice(_LATE)) if self.deep and self.bass else 0
            parts = [part for bar in structure.returns(head) if (part := self._in_rhythm(bar, start, model, late))]
            if parts and not self.builder.put(parts):
                self.builder.put(parts[-1:])

    def _in_rhythm(self, bar: int, start: int, model: Sequence[int], late: int = 0) -> Change | None:
        """Half a bar in the rhythm of other notes, ``late`` steps later, round its end: those again if they fit."""
        structure = self.structure
        half, here = structure.bar // 2, bar * structure.bar + start
        old = self._notes_in(here, half)
        origin = structure.steps[model[0]] // half * half
        model = sorted(model, key=lambda index: (structure.steps[index] - origin + late) % half)
        places = [(structure.steps[index] - origin + late) % half for index in model]
        kept = [index for index in old if index in self.kept]
        # A root may be shortened, and what else stays stays whole.
        loose = set(kept) <= structure.roots - structure.cadences - self.whole
        fixed = not loose or any(not self.builder.free(i) or i in structure.breaths for i in old)
        if not old or fixed or places == [structure.steps[index] - here for index in old]:
            return None
        last = self.place[old[-1]]
        slots = [Slot(here + place, structure.notes[i].duration) for place, i in zip(places, model, strict=True)]
        theirs = [structure.notes[index].pitch + self._moved_root(origin, here) for index in model]
        ways = [0, *directions(theirs), 1]
        # Chords that were told are no guess: what is quoted fits them or is written anew.
        quoted = () if structure.told else theirs
        pitches = self._best(slots, (old[0], old[-1]), ways, theirs=quoted)
        if not pitches:
            return None
        end = structure.notes[self.line[last + 1]].onset if last + 1 < len(self.line) else structure.prompt.length
        lags = [slot.step / STEPS - structure.steps[index] / STEPS for slot, index in zip(slots, model, strict=True)]
        olds = [structure.notes[index] for index in model]
        rows = zip(olds, pitches, lags, strict=True)
        notes = [note.moved(pitch=pitch, onset=note.onset + lag) for note, pitch, lag in rows]
        stays = [structure.notes[index] for index in kept]
        notes = [note for note in notes if all(abs(note.onset - one.onset) > _TOGETHER for one in stays)] + stays
        notes = sorted((note for note in notes if note.onset < end - 0.05), key=lambda note: note.onset)
        ends = [*(note.onset for note in notes[1:]), end]
        fitting = [n.moved(duration=min(n.duration, until - n.onset)) for n, until in zip(notes, ends, strict=True)]
        same = set(fitting) & set(stays)
        gone = tuple(index for index in old if structure.notes[index] not in same)
        return (gone, tuple(note for note in fitting if note not in same)) if gone else None

    def _moved_root(self, origin: int, here: int) -> int:
        """Semitones from the chord at a step to the one at another, the near way."""
        there, chord = self.structure.chord(origin), self.structure.chord(here)
        return 0 if there is None or chord is None else (chord.root - there.root + 6) % 12 - 6

    def _cells(self, *, last_only: bool, fine: bool = False) -> list[list[int]]:
        """Stretches to rework, each with its returns, the first to change first: lists of first steps of bars."""
        structure = self.structure
        heads = sorted(set(structure.alike))
        heat = {}
        for head in heads:
            members = structure.returns(head)
            heat[head] = max(
                1.0 * (bar % 2 == 1) + 0.3 * (bar % 4 == 3) - 1.0 * (bar == 0) - 0.6 * (bar == structure.bars - 1)
                for bar in members
            ) + self.rng.uniform(0, 0.4)
        cells = []
        for head in sorted(heads, key=lambda head: -heat[head]):
            members = structure.returns(head)
            if last_only:
                members = members[len(members) // 2 :]
            half = structure.bar // 2
            spans = [(half, structure.bar), (0, half)]
            if fine:
                quarter = max(1, half // 2)
                spans = [(start, start + quarter) for start in range(0, structure.bar, quarter)][::-1]
            elif len(self._inside(head, (0, structure.bar))) <= 4 or heat[head] > 1 and structure.bars > 2:
                spans = [(0, structure.bar)]
            cells += [[start, end, *members] for start, end in spans]
        return cells

    def _rework(self, cell: list[int], idea: str) -> None:
        """New pitches for a stretch in all its returns; in half of them or one where that is too much for the dial."""
        start, end, *bars = cell
        middle, late = (start + end) // 2, (start + 3 * end) // 4
        tries = [(bars, start), (bars, middle), (bars, late), (bars[len(bars) // 2 :], start), (bars[-1:], start)]
        tries += [([bar], start) for bar in bars[-2:0:-1] if self.structure.equal.count(self.structure.equal[bar]) == 1]
        for some, begin in tries:
            if self.builder.too_far(_CHANGE * sum(len(self._inside(bar, (begin, end))) for bar in some)):
                continue
            done: dict[int, int] = {}
            parts = self._parts(some, (begin, end), idea, done)
            if parts and self.builder.put(parts):
                self.pitch.update(done)
                return

    def _parts(self, bars: Sequence[int], span: tuple[int, int], idea: str, done: dict[int, int]) -> list[Change]:
        structure, parts, others = self.structure, list[Change](), 0
        models: dict[int, dict[int, int]] = {}  # by the bar that is equal: pitches by place
        shape: dict[int, int] = {}
        for bar in bars:
            indices = self._inside(bar, span)
            if not indices:
                continue
            places = [structure.steps[index] % structure.bar for index in indices]
            known = models.get(structure.equal[bar], {})
            if known and set(places) <= set(known):
                pitches = [known[place] for place in places]
            else:
                pitches = self._new_pitches(indices, idea, [shape.get(place) for place in places])
            if not pitches:
                continue
            models.setdefault(structure.equal[bar], dict(zip(places, pitches, strict=True)))
            if not shape:
                shape = dict(zip(places, pitches, strict=True))
            changed = [(i, p) for i, p in zip(indices, pitches, strict=True) if p != structure.notes[i].pitch]
            done.update(zip(indices, pitches, strict=True))
            if changed:
                parts.append(
                    (tuple(i for i, _ in changed), tuple(structure.notes[i].moved(pitch=p) for i, p in changed))
                )
                others += len(changed)
                if self.builder.too_far(others):
                    return []
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
        structure = self.structure
        notes = [structure.notes[index] for index in run]
        slots = [
            Slot(structure.steps[index], note.duration, note.pitch) for index, note in zip(run, notes, strict=True)
        ]
        first, last = self.place[run[0]], self.place[run[-1]]
        figure = [structure.notes[index].pitch for index in self.line[max(0, first - 1) : last + 2]]
        ways = [*([] if first else [0]), *directions(figure), *([] if last + 1 < len(self.line) else [0])]
        known = [pitch for pitch in model if pitch is not None]
        if len(known) == len(run) and len(run) > 1:
            shape = [int(b - a) for a, b in pairwise(known)]
            return self._best(slots, (run[0], run[-1]), ways, shape=shape, heat=0.2)
        turned = idea == "mirror" or (idea == "answer" and not self.bass and self.rng.random() < _TURNED)
        if turned:
            ways = [-way for way in ways]
        aims, shape_of = self._aims(notes, idea, turned=turned)
        return self._best(slots, (run[0], run[-1]), ways, aims=aims, shape=shape_of, theirs=self._of_network(run))

    def _best(
        self,
        slots: Sequence[Slot],
        ends: tuple[int, int],
        ways: Sequence[int],
        theirs: Sequence[int] = (),
        aims: Sequence[float] | None = None,
        shape: Sequence[int] | None = None,
        heat: float = _HEAT,
    ) -> list[int]:
        """Of some paths in place of the notes from one to another the one that makes the best line with what is about.

        ways, aims, shape, heat  as ``LineSearch.paths`` has them; theirs: pitches that are as good as ours
        """
        first, last = self.place[ends[0]], self.place[ends[1]]
        around = [
            [self.pitch[i] for i in some] for some in (self.line[:first][-_AROUND:], self.line[last + 1 :][:_AROUND])
        ]
        before, after = (around[0] or [None])[-1], (around[1] or [None])[0]

        paths = self.search.paths(slots, before, after, self.rng, _TRIES, ways=ways, aims=aims, shape=shape, heat=heat)
        if not paths:
            return []
        cost, known = self.search.pricing(slots, before, after, ways), dict[tuple[int, ...], float]()

        def price(pitches: Sequence[int]) -> float:
            path = tuple(pitches)
            if path not in known:
                known[path] = cost(path) + _FAULTS * self.search.faults([*around[0], *path, *around[1]])
            return known[path]

        # The first of those that are as good leaves chance its part.
        smooth = min(paths, key=lambda path: round(price(path)))
        olds = [slot.old for slot in slots if slot.old is not None]
        if self.strict and len(olds) == len(slots) and price(smooth) > price(olds) + _MAY_LOSE:
            return []
        return list(theirs) if theirs and price(theirs) <= _WORSE + price(smooth) else smooth

    def _aims(self, notes: Sequence[Note], idea: str, *, turned: bool) -> tuple[list[float] | None, list[int] | None]:
        """What the new pitches should come near to."""
        pitches = [note.pitch for note in notes]
        middle = sum(pitches) / len(pitches)
        steps = [b - a for a, b in pairwise(pitches)]
        if idea == "sequence":
            room = [shift for shift in _SHIFTS if self.search.low <= middle + shift <= self.search.high] or [0]
            shift = room[int(self.rng.integers(min(3, len(room))))]
            return [pitch + shift for pitch in pitches], steps
        if turned:
            return [2 * middle - pitch for pitch in pitches], [-step for step in steps]
        if idea in ("ornament", "last return"):
            return [float(pitch) for pitch in pitches], None
        if self.bass or self.broken:
            return None, steps
        # The figure itself, higher or lower.
        reach = (self.search.high - self.search.low) / 3
        shift = float(self.rng.uniform(-reach, reach))
        return [pitch + shift for pitch in pitches], None
