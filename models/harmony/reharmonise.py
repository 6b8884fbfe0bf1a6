"""Reharmonise: other chords in place of a clip's own, as far from them as a dial says.

The similarity of two rows of chords is the mean closeness (``substitutes.closeness``) of what sounds at the same time.
Of all rows of substitutes whose similarity lies at the dial, the one that the progression model finds likeliest is
found by exact dynamic programming over the similarity already spent.

Offers: ``reharmonise``, ``ReharmoniseOptions``, ``Reharmonisation``, ``row_similarity``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.harmony.played import Played
from models.harmony.progressions import ProgressionModel, progressions
from models.harmony.substitutes import KINDS, Way, closeness, substitutes
from models.harmony.symbols import symbol_of
from models.music.beats import TIGHT
from models.music.chord import Chord, TimedChord, chord_at
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip
from models.music.scale import Scale
from models.voicing.extensions import scale_of, within
from models.voicing.options import VoicingOptions
from models.voicing.voice import Voicing

TOLERANCE = 0.05
_BUCKETS = 400
_NOWHERE = -1e12
_LOST_CHANGE = 4.0
_LEAST_DIFFERENCE = 1 / 3

IDEAS: tuple[frozenset[str], ...] = tuple(
    frozenset(kinds.split()) for kinds in ("", "relative", "interchange tritone", "passing sus")
)
"""Kinds of substitution that each result in turn likes best: what songs do, relatives, loans, what leads on."""
_LIKED = 1.5

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReharmoniseOptions:
    """How chords are to be replaced; raises BadValue, with the field's name.

    similarity  0-1: 1 the chords themselves; down to about 0.3, as far as substitutes go
    kinds       kinds of substitution that may be used, out of ``substitutes.KINDS``
    scale       the key; None: the one most of the chords belong to
    within      a scale that no new tone may leave; None: substitutes may
    melody      a clip whose strong notes the new chords should carry
    voicing     how the result is played; None: close
    """

    similarity: float = 0.7
    kinds: frozenset[str] = frozenset(KINDS)
    scale: Scale | None = None
    within: Scale | None = None
    melody: Clip | None = None
    voicing: VoicingOptions | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.similarity <= 1:
            raise BadValue(f"The similarity must be 0 to 1, not {self.similarity:g}.", field="similarity")
        for kind in sorted(self.kinds - set(KINDS)):
            raise BadValue(f'The substitution "{kind}" is not known; choose from {", ".join(KINDS)}.', field="kinds")


@dataclass(frozen=True, slots=True)
class Reharmonisation:
    """One result: the new chords, the kind of substitution in each old chord's place, similarity, and the voicing."""

    chords: tuple[TimedChord, ...]
    kinds: tuple[str, ...]
    similarity: float
    voicing: Voicing

    @property
    def clip(self) -> Clip:
        """The new chords, voiced in the prompt's rhythm."""
        return self.voicing.clip


def reharmonise(
    source: Clip | Sequence[TimedChord],
    options: ReharmoniseOptions | None = None,
    count: int = 1,
    model: ProgressionModel | None = None,
    chords: Sequence[TimedChord] = (),
) -> list[Reharmonisation]:
    """Up to ``count`` rows of substitutes, idea after idea (``IDEAS``), each different in a third of the chords.

    The similarity lies within TOLERANCE of the dial where substitutes reach it, else as near as they come. ``chords``:
    a clip's harmony, where it is given. Raises EmptyClip without chords.
    """
    options = options or ReharmoniseOptions()
    played = Played.of(source, chords)
    old = list(played.chords)
    if not old:
        raise EmptyClip("There are no chords to reharmonise; choose a clip with chords.")
    if played.layers.tune and options.melody is None:
        options = replace(options, melody=Clip(played.layers.tune, max(timed.end for timed in old)))
    scale = options.scale or scale_of(old)
    shortest = min(*(timed.duration for timed in old), played.half_bar)
    ways = [
        [
            way
            for way in substitutes(timed.chord, after.chord, scale, options.kinds)
            if len(way.parts) == 1 or min(share for share, _ in way.parts) * timed.duration >= shortest - TIGHT
        ]
        for timed, after in zip(old, [*old[1:], old[0]], strict=True)
    ]
    if options.within is not None:
        ways = [_within(row, options.within) for row in ways]
    search = _Search(old, ways, scale, options, model or progressions())
    results = []
    for row in search.rows(count):
        chosen = [ways[place][node] for place, node in enumerate(row)]
        row_of = [part for timed, way in zip(old, chosen, strict=True) for part in _parts(timed, way)]
        new = tuple(TimedChord(onset, end - onset, chord) for onset, end, _, chord in row_of)
        voicing = played.anew(row_of, options.voicing or VoicingOptions(scale=scale))
        kinds = tuple(way.kind for way in chosen)
        results.append(Reharmonisation(new, kinds, row_similarity(old, new), voicing))
    return results


def _parts(timed: TimedChord, way: Way) -> Iterator[tuple[float, float, Chord, Chord]]:
    """A way's chords in the time of a chord: onset, end, the chord before and the new one."""
    onset = timed.onset
    for share, chord in way.parts:
        end = onset + share * timed.duration
        yield onset, end, timed.chord, chord
        onset = end


def _within(ways: list[Way], scale: Scale) -> list[Way]:
    """The ways that stay in a scale; what the chord itself has outside is left out of it."""
    kept = Way(ways[0].kind, tuple((share, within(chord, scale)) for share, chord in ways[0].parts))
    return [kept, *(way for way in ways[1:] if all(chord.classes <= scale.classes for _, chord in way.parts))]


def row_similarity(one: Sequence[TimedChord], other: Sequence[TimedChord]) -> float:
    """Mean closeness (0-1) of the chords that sound together, over the time of the first row."""
    total = sum(timed.duration for timed in one)
    borders = sorted({each for row in (one, other) for timed in row for each in (timed.onset, timed.end)})
    shared = 0.0
    for start, end in zip(borders, borders[1:], strict=False):
        a, b = chord_at(one, (start + end) / 2), chord_at(other, (start + end) / 2)
        if a is not None and b is not None:
            shared += (end - start) * closeness(a, b)
    return shared / total


class _Search:
    """Dynamic programming over (chord, way, similarity spent so far in buckets)."""

    def __init__(
        self,
        old: list[TimedChord],
        ways: list[list[Way]],
        scale: Scale,
        options: ReharmoniseOptions,
        model: ProgressionModel,
    ) -> None:
        self.ways = ways
        self.model = model
        self.target = options.similarity * _BUCKETS
        total = sum(timed.duration for timed in old)
        self.spent = [
            [
                round(
                    _BUCKETS
                    * timed.duration
                    / total
                    * sum(share * closeness(timed.chord, chord) for share, chord in way.parts)
                )
                for way in row
            ]
            for timed, row in zip(old, ways, strict=True)
        ]
        self.symbols = [[[symbol_of(chord, scale.root) for _, chord in way.parts] for way in row] for row in ways]
        self.likings = [
            np.array([self._liking(timed, way, options.melody) for way in row])
            for timed, row in zip(old, ways, strict=True)
        ]

    def rows(self, count: int) -> list[tuple[int, ...]]:
        """Up to ``count`` rows of ways, the first for the first idea and so on."""
        taken = [np.zeros(len(row)) for row in self.ways]
        least = max(1, round(len(self.ways) * _LEAST_DIFFERENCE))
        rows: list[tuple[int, ...]] = []
        while len(rows) < count:
            liked = IDEAS[len(rows) % len(IDEAS)]
            idea = [np.array([-_LIKED * (way.kind in liked) for way in row]) for row in self.ways]
            for push in (0.0, 0.5, 1.0, 2.0, 4.0, 8.0):
                row = self._best([like + push * costs for like, costs in zip(idea, taken, strict=True)])
                if all(sum(a != b for a, b in zip(row, other, strict=True)) >= least for other in rows):
                    break
            else:
                return rows
            rows.append(row)
            for costs, node in zip(taken, row, strict=True):
                costs[node] += 1
        return rows

    def _best(self, costs: list[Scores]) -> tuple[int, ...]:
        scores = np.full((len(self.ways[0]), _BUCKETS + len(self.ways) + 2), _NOWHERE)  # (way, bucket)
        for node, spent in enumerate(self.spent[0]):
            scores[node, spent] = self.likings[0][node] - costs[0][node] + self._inside(0, node, None)
        back = []
        for place in range(1, len(self.ways)):
            following = np.full((len(self.ways[place]), scores.shape[1]), _NOWHERE)
            came_from = np.zeros(following.shape, dtype=np.int64)
            for node, spent in enumerate(self.spent[place]):
                links = np.array([self._inside(place, node, before[-1]) for before in self.symbols[place - 1]])
                reached = scores + links[:, None]
                best = reached.argmax(axis=0)
                shifted = np.roll(reached.max(axis=0), spent)
                shifted[:spent] = _NOWHERE
                following[node] = shifted + self.likings[place][node] - costs[place][node]
                came_from[node] = np.roll(best, spent)
            back.append(came_from)
            scores = following
        return self._traced(scores, back)

    def _traced(self, scores: Scores, back: list[NDArray[np.int64]]) -> tuple[int, ...]:
        """The best row within half the tolerance of the dial, else the nearest that there is."""
        buckets = np.arange(scores.shape[1])
        off = np.maximum(0, np.abs(buckets - self.target) - _BUCKETS * TOLERANCE / 2)
        reachable = scores.max(axis=0) > _NOWHERE / 2
        nearest = off[reachable].min()
        allowed = reachable & (off <= nearest + TIGHT)
        bucket = int(np.argmax(np.where(allowed, scores.max(axis=0), -np.inf)))
        node = int(scores[:, bucket].argmax())
        row = [node]
        for place in range(len(back), 0, -1):
            before = int(back[place - 1][node, bucket])
            bucket -= self.spent[place][node]
            node = before
            row.append(node)
        return tuple(reversed(row))

    def _inside(self, place: int, node: int, before: int | None) -> float:
        """Log chance of a way's chords, after the symbol before them; a change of harmony isn't to be lost."""
        history, total = [] if before is None else [before], 0.0
        if before == self.symbols[place][node][0]:
            total -= _LOST_CHANGE
        for symbol in self.symbols[place][node]:
            if not history or symbol != history[-1]:
                total += float(np.log(self.model.probabilities(history[-2:], begins=not history)[symbol]))
                history.append(symbol)
        return total

    @staticmethod
    def _liking(timed: TimedChord, way: Way, melody: Clip | None) -> float:
        """More chords in the same time would always look less likely: each is paid for. A melody must be carried."""
        liking = 2.5 * (len(way.parts) - 1)
        if melody is None:
            return liking
        onset = timed.onset
        for share, chord in way.parts:
            end = onset + share * timed.duration
            for note in melody.notes:
                sounding = min(note.end, end) - max(note.onset, onset)
                if sounding > TIGHT and note.pitch not in chord:
                    liking -= sounding * (3.0 if note.pitch - 1 in chord else 0.7)
            onset = end
        return liking
