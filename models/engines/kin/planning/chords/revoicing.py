"""Which voicing each stand takes: together they change as much as is wanted and lead into each other.

Stands of one kind are voiced alike. What a choice costs is what its voicings cost, and by how much the outer voices
leap farther from stand to stand than they do in the clip, those that stay as they are among them. From some starts the
kinds are gone through in turn, each taking the voicing that is best beside the others, until none changes; the best end
is taken.

Offers: ``revoicing_of``, ``PREFERRED``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from models.engines.kin.planning.chords.stands import Stand, stands_of
from models.engines.kin.planning.chords.strokes import is_struck, texture_of
from models.engines.kin.planning.chords.voicings import Voicing, voicings_of
from models.engines.kin.planning.structure import Structure, once
from models.music.similarity import OCTAVE_CREDIT, OTHER_PITCH_CREDIT

PREFERRED = {
    "inversion": ("up", "shift"),
    "figure": ("inner", "shift"),
    "open": ("open", "down", "shift"),
    "broken": ("top", "shift"),
    "colour": ("colour", "inner", "shift"),
    "last return": ("up", "inner", "shift"),
    "top": ("top", "shift"),
}
"""The voicings that an idea is about."""

_LIKED, _ODD, _CHANCE, _CHANCE_BROKEN, _DIAL, _NEAR = 5.0, 3.0, 2.4, 4.0, 500.0, 0.012
"""What it is worth to follow the idea, and costs not to; how much chance there is, more for broken chords, which have
fewer voicings; what a miss of the dial costs, as a share of the notes, and how much of one costs nothing."""
_FREE_TOP, _FREE_MIDDLE = 4, 2
_TOP, _BOTTOM, _ALONE, _MIDDLE = 1.8, 0.3, 2.5, 0.6
"""What a semitone costs by which a top voice, a lowest one above a bass and without one, and the middle go farther than
the clip's own."""
_LIFTED, _APART = 2, 3.0
"""Semitones by which a stand may be lifted farther than its neighbour, and what one more of them costs: all of a clip
keeps one register, or all of it goes."""
_UNLIKE, _BROKEN, _STRUCK = 0.3, 4.0, 16.0
"""What it costs to treat neighbours differently: struck chords, broken ones, whose figure is one, and where the same
chord is struck again."""
_TURNED, _STUTTERS = 2.0, 12.0
"""What it costs that a riff goes another way than it did; and that a figure strikes a pitch twice."""
_SWEEPS, _STARTS, _NOT_YET = 6, 2, 4.0
_OCTAVE_AWAY = 8
"""Semitones by which a chord's top is lifted from which on a note that leads from it goes an octave up with it."""
_LIFTS, _LIFT = (-4, 2, 4, 6, 8), 2.0
"""Semitones by which all stands are lifted where the search starts, and what a semitone more or less costs there."""


class _Kind:
    """Stands that are voiced alike: their voicings, what those change, and where their voices lie."""

    def __init__(self, structure: Structure, stands: list[Stand]) -> None:
        self.stands = stands
        self.voicings: list[Voicing] = list(voicings_of(structure, stands[0]))
        pitches = np.array([voicing.pitches for voicing in self.voicings], int).reshape(len(self.voicings), -1)
        struck: Counter[tuple[int, ...]] = Counter()
        for stand in stands:
            by_onset: dict[int, set[int]] = {}
            for index in stand.held:
                by_onset.setdefault(round(8 * structure.notes[index].onset), set()).add(
                    stand.voices.index(structure.notes[index].pitch)
                )
            struck.update(tuple(sorted(voices)) for voices in by_onset.values())
        old = np.array(stands[0].voices, int)
        self.changed = sum(
            (count * _changed(old[list(voices)], pitches[:, list(voices)]) for voices, count in struck.items()),
            np.zeros(len(pitches)),
        )  # (C,), in notes
        self.costs = np.array([voicing.cost for voicing in self.voicings])
        some = pitches if pitches.shape[1] else np.zeros((len(self.voicings), 1), int)
        self.top, self.middle = some.max(axis=1), some.mean(axis=1)
        self.bottom = np.minimum(some.min(axis=1), min(stands[0].basses, default=127))
        self.lifts = self.middle - self.middle[0]
        self._structure, self.moves_as_one = structure, texture_of(structure) == "riff"

    def placed(self, chosen: int) -> Iterator[tuple[int, int]]:
        """The notes that a voicing changes and their new pitches."""
        goals = dict(zip(self.stands[0].voices, self.voicings[chosen].pitches, strict=True))
        for stand in self.stands:
            for index in stand.held:
                old = self._structure.notes[index].pitch
                if goals[old] != old:
                    yield index, goals[old]
            if stand.lone and self.top[chosen] - self.top[0] >= _OCTAVE_AWAY:
                yield from ((index, self._structure.notes[index].pitch + 12) for index in stand.lone)


class Revoicing:
    """The voicings of a clip's stands; apart: those of the second half are of kinds of their own."""

    def __init__(self, structure: Structure, *, apart: bool) -> None:
        self.size = len(structure.notes)
        stands = [stand for stand in stands_of(structure) if stand.voices]
        half = structure.bars * structure.bar // 2
        groups: dict[Hashable, list[Stand]] = {}
        places = []
        for stand in stands:
            key = (stand.kind, apart and stand.start >= half)
            groups.setdefault(key, []).append(stand)
            places.append(list(groups).index(key))
        self.kinds = [_Kind(structure, group) for group in groups.values()]
        self.late = [apart and all(stand.start >= half for stand in kind.stands) for kind in self.kinds]
        self.apart = apart
        self.edges: dict[tuple[int, int], np.ndarray] = {}
        for one, other in pairwise(places):
            self._tie(one, other, _leaps(self.kinds[one], self.kinds[other]))
        price = _UNLIKE if is_struck(structure) else _BROKEN
        self.chance = _CHANCE if is_struck(structure) else _CHANCE_BROKEN
        for (one, stand), (other, following) in pairwise(zip(places, stands, strict=True)):
            again = any(
                len(some) > 1 and some in {other for other, _ in following.together} for some, _ in stand.together
            )
            if again or stand.voices == following.voices:
                self._tie(one, other, (_STRUCK if again else price) * _unlike(self.kinds[one], self.kinds[other]))
        for half in {stand.half for stand in stands}:
            same = [place for place, stand in zip(places, stands, strict=True) if stand.half == half]
            for one, other in pairwise(same):
                self._tie(one, other, price * _unlike(self.kinds[one], self.kinds[other]))
        if not is_struck(structure):
            for (one, stand), (other, following) in pairwise(zip(places, stands, strict=True)):
                self._tie(one, other, _STUTTERS * _stutters(structure, self.kinds, (one, stand), (other, following)))
        # For each kind the others that it lies beside: what each of theirs makes each of its own cost
        self.beside: list[list[tuple[int, np.ndarray]]] = [[] for _ in self.kinds]
        for (one, other), table in self.edges.items():
            self.beside[one].append((other, np.ascontiguousarray(table.T)))
            self.beside[other].append((one, table))

    def _tie(self, one: int, other: int, costs: np.ndarray) -> None:
        if one != other:
            self.edges[one, other] = self.edges.get((one, other), 0.0) + costs

    def drawn(self, idea: str, rng: np.random.Generator) -> tuple[list[np.ndarray], np.ndarray]:
        """Chance: what each voicing of each kind costs, (C,) each; and choices to start from, (S, kinds)."""
        liked, nodes = PREFERRED[idea], []
        for number, kind in enumerate(self.kinds):
            names = [voicing.name for voicing in kind.voicings]
            odd = [-_LIKED if name in liked else _ODD for name in names]
            cost = (kind.costs + odd) * len(kind.stands) ** 0.5 + self.chance * rng.gumbel(size=len(names))
            cost[0] = 0.0
            if self.apart and not self.late[number]:
                cost[1:] += _NOT_YET
            nodes.append(cost)
        starts = [[0] * len(nodes), [int(cost.argmin()) for cost in nodes]]
        starts.append([int(kind.changed.argmax()) for kind in self.kinds])
        # All of them lifted as far: one after the other would not leave the others.
        pairs = list(zip(self.kinds, nodes, strict=True))
        for lift in _LIFTS:
            starts.append([int((cost + _LIFT * np.abs(kind.lifts - lift)).argmin()) for kind, cost in pairs])
        starts += [[int(rng.integers(len(cost))) for cost in nodes] for _ in range(_STARTS)]
        return nodes, np.array(starts, int)

    def pitches(self, budget: float, drawn: tuple[list[np.ndarray], np.ndarray]) -> dict[int, int]:
        """A new pitch for each note that changes, by its index.

        budget  how much is to change, in notes; one at another pitch counts 1 less its credit
        """
        return {
            index: pitch
            for kind, chosen in zip(self.kinds, self._settled(*drawn, budget).tolist(), strict=True)
            for index, pitch in kind.placed(chosen)
        }

    def _missing(self, changed: np.ndarray, budget: float) -> np.ndarray:
        return _DIAL * np.maximum(0, np.abs(changed - budget) / self.size - _NEAR)

    def _settled(self, nodes: list[np.ndarray], starts: np.ndarray, budget: float) -> np.ndarray:
        """The best of the choices, one from each start, that none of the kinds would leave alone, (kinds,)."""
        choices, changed = starts.copy(), np.zeros(len(starts))
        for number, kind in enumerate(self.kinds):
            changed += kind.changed[choices[:, number]]
        moving = np.arange(len(starts))
        for _ in range(_SWEEPS):
            choice, now = choices[moving], changed[moving]  # (S, kinds), (S,)
            for number, kind in enumerate(self.kinds):
                others = now - kind.changed[choice[:, number]]
                total = nodes[number] + self._missing(others[:, None] + kind.changed, budget)  # (S, C)
                for other, table in self.beside[number]:
                    total += table[choice[:, other]]
                choice[:, number] = total.argmin(axis=1)
                now = others + kind.changed[choice[:, number]]
            settled = (choice == choices[moving]).all(axis=1)
            choices[moving], changed[moving] = choice, now
            moving = moving[~settled]
            if not len(moving):
                break
        costs = self._missing(changed, budget)
        costs += sum(cost[chosen] for cost, chosen in zip(nodes, choices.T, strict=True))
        costs += sum(table[choices[:, one], choices[:, other]] for (one, other), table in self.edges.items())
        best: np.ndarray = choices[costs.argmin()]
        return best


@once
def revoicing_of(structure: Structure, *, apart: bool) -> Revoicing:
    """The revoicing of a clip, worked out once."""
    return Revoicing(structure, apart=apart)


def _changed(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """How much each of some chords (C, V) struck in the place of another (V,) changes, in notes, (C,)."""
    found = []
    for row in new.tolist():
        come, gone = set(row) - set(old.tolist()), set(old.tolist()) - set(row)
        octaves = sum(any((pitch - other) % 12 == 0 for other in gone) for pitch in come)
        found.append(len(come) - OCTAVE_CREDIT * octaves - OTHER_PITCH_CREDIT * (len(come) - octaves))
    return np.array(found)


def _unlike(one: _Kind, other: _Kind) -> np.ndarray:
    """Where two kinds aren't treated alike, (C, D) of 0 and 1; what can't be treated otherwise doesn't count."""
    if min(len(one.voicings), len(other.voicings)) == 1:
        return np.zeros((len(one.voicings), len(other.voicings)))
    rows = [[(voicing.name, voicing.voice) for voicing in kind.voicings] for kind in (one, other)]
    return np.array([[float(a != b) for b in rows[1]] for a in rows[0]])


def _stutters(
    structure: Structure, kinds: Sequence[_Kind], before: tuple[int, Stand], after: tuple[int, Stand]
) -> np.ndarray:
    """Where a figure would strike a pitch twice from one stand to the next and doesn't now, (C, D) of 0 and 1."""
    notes, ends = structure.notes, (max(before[1].held), min(after[1].held))
    if notes[ends[0]].pitch == notes[ends[1]].pitch:
        return np.zeros((len(kinds[before[0]].voicings), len(kinds[after[0]].voicings)))
    last, first = (
        np.array([voicing.pitches[stand.voices.index(notes[index].pitch)] for voicing in kinds[number].voicings])
        for (number, stand), index in zip((before, after), ends, strict=True)
    )
    return (last[:, None] == first[None]).astype(float)


def _leaps(one: _Kind, other: _Kind) -> np.ndarray:
    """What it costs to go from each voicing of a kind to each of another, (C, D); 0 between their own."""
    total = np.zeros((len(one.top), len(other.top)))
    for line, free, price in (
        ("top", _FREE_TOP, _TOP),
        ("bottom", _FREE_TOP, _BOTTOM if one.stands[0].basses and other.stands[0].basses else _ALONE),
        ("middle", _FREE_MIDDLE, _MIDDLE),
    ):
        there, here = getattr(one, line), getattr(other, line)
        moves = np.abs(here[None] - there[:, None])
        total += price * np.maximum(0, moves - max(moves[0, 0], free))
    total += _APART * np.maximum(0, np.abs(one.lifts[:, None] - other.lifts[None]) - _LIFTED)
    if one.moves_as_one:
        ways = np.sign(other.top[None] - one.top[:, None])
        total += _TURNED * (ways != ways[0, 0])
    return total
