"""Reharmonise: other chords in place of a clip's own, as far from them as a dial says.

The similarity of two rows of chords is the mean closeness (``substitutes.closeness``) of what sounds at the same time.
Of all rows of substitutes whose similarity lies at the dial, the one that the progression model finds likeliest is
found by exact dynamic programming over the similarity already spent.

Offers: ``reharmonise``, ``ReharmoniseOptions``, ``Reharmonisation``, ``row_similarity``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.harmony.progressions import ProgressionModel, progressions
from models.harmony.substitutes import KINDS, Way, closeness, substitutes
from models.harmony.symbols import symbol_of
from models.music.beats import TIGHT
from models.music.chord import TimedChord, chord_at
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip
from models.music.scale import Scale
from models.voicing.extensions import scale_of, within
from models.voicing.layers import Hit
from models.voicing.options import VoicingOptions
from models.voicing.spans import Span, spans_of
from models.voicing.voice import Voicing, voice_spans

TOLERANCE = 0.05
_BUCKETS = 400
_NOWHERE = -1e12
_LOST_CHANGE = 4.0
_LEAST_DIFFERENCE = 1 / 3

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
) -> list[Reharmonisation]:
    """Up to ``count`` rows of substitutes, the likeliest first, each different in a third of the chords.

    The similarity lies within TOLERANCE of the dial where substitutes reach it, else as near as they come. Raises
    EmptyClip without chords.
    """
    options = options or ReharmoniseOptions()
    spans = spans_of(source)
    if not spans:
        raise EmptyClip("There are no chords to reharmonise; choose a clip with chords.")
    old = [TimedChord(span.onset, span.end - span.onset, span.chord) for span in spans]
    scale = options.scale or scale_of(old)
    ways = [
        substitutes(timed.chord, after.chord, scale, options.kinds)
        for timed, after in zip(old, [*old[1:], old[0]], strict=True)
    ]
    if options.within is not None:
        ways = [_within(row, options.within) for row in ways]
    search = _Search(old, ways, scale, options, model or progressions())
    results = []
    for row in search.rows(count):
        chosen = [ways[place][node] for place, node in enumerate(row)]
        new_spans = [part for span, way in zip(spans, chosen, strict=True) for part in _split(span, way)]
        voicing = voice_spans(
            new_spans, options.voicing or VoicingOptions(scale=scale), 1, source if isinstance(source, Clip) else None
        )[0]
        chords = tuple(TimedChord(span.onset, span.end - span.onset, span.chord) for span in new_spans)
        results.append(Reharmonisation(chords, tuple(way.kind for way in chosen), row_similarity(old, chords), voicing))
    return results


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
        taken = [np.zeros(len(row)) for row in self.ways]
        least = max(1, round(len(self.ways) * _LEAST_DIFFERENCE))
        rows = [self._best(taken)]
        while len(rows) < count:
            for costs, node in zip(taken, rows[-1], strict=True):
                costs[node] += 1
            for push in (0.5, 1.0, 2.0, 4.0, 8.0):
                row = self._best([push * costs for costs in taken])
                if all(sum(a != b for a, b in zip(row, other, strict=True)) >= least for other in rows):
                    rows.append(row)
                    break
            else:
                break
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


def _split(span: Span, way: Way) -> list[Span]:
    """The span's time among the way's chords, each with the hits that fall into it, or a hit of its own."""
    parts, onset, last = [], span.onset, span.hits[0] if span.hits else None
    for share, chord in way.parts:
        end = onset + share * (span.end - span.onset)
        inside = [hit for hit in span.hits if onset - TIGHT <= hit.notes[0].onset < end - TIGHT]
        if last is not None and not inside:
            inside = [Hit(tuple(note.moved(onset=onset, duration=end - onset) for note in last.notes))]
        last = inside[-1] if inside else last
        cut = (
            tuple(
                Hit(tuple(note.moved(duration=min(note.duration, max(end - note.onset, 1 / 32))) for note in hit.notes))
                for hit in inside
            )
            if len(way.parts) > 1
            else tuple(inside)
        )
        parts.append(replace(span, onset=onset, end=end, chord=chord, hits=cut))
        onset = end
    return parts
