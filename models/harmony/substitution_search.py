"""The search for rows of substitutes: dynamic programming over chord, way to fill its time, and similarity so far.

Of all rows whose similarity lies at the dial the likeliest is found, idea after idea (``IDEAS``); what asks for the
next chord is followed by it or by its substitute in every one of them.

Offers: ``SubstitutionSearch`` (``rows``), ``placed``, ``TOLERANCE``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from models.harmony.progressions import ProgressionModel
from models.harmony.substitutes import Way, closeness, leads
from models.harmony.symbols import symbol_of
from models.music.beats import TIGHT
from models.music.chord import FAMILIES, Chord, TimedChord
from models.music.note import Note
from models.music.scale import Scale

TOLERANCE = 0.05
_TRIES = 4
"""How often a row is looked for again, without what comes again in it."""
_BUCKETS = 400
_NOWHERE = -1e12
_LOST_CHANGE, _ONLY_COLOUR, _LOST_LEAD = 8.0, 4.0, 1000.0
"""Nats for a change of harmony that is lost, for one that only changes the colour of a root, and for a dominant that
doesn't go where it went: no row that can do without has one.
"""
_LEAST_DIFFERENCE, _LITTLE_DIFFERENCE, _HARDLY_ANY = 0.4, 0.26, 0.15
"""Share of the time in which each row is to have other chords than those before, has at least, and has where no idea
gives more.
"""

IDEAS: tuple[frozenset[str], ...] = tuple(
    frozenset(kinds.split()) for kinds in ("", "relative", "interchange tritone", "passing sus")
)
"""Kinds of substitution that each result in turn likes best: what songs do, relatives, loans, what leads on."""
_LIKED, _STRANGE = 1.5, 3.0
_LOANS = frozenset({"interchange", "tritone"})
"""Kinds that leave the key: they cost in the ideas that aren't theirs."""

Scores = NDArray[np.float64]


class SubstitutionSearch:
    """Dynamic programming over (chord, way, similarity spent so far in buckets)."""

    def __init__(
        self,
        old: list[TimedChord],
        ways: list[list[Way]],
        scale: Scale,
        similarity: float,
        tune: Sequence[Note],
        model: ProgressionModel,
    ) -> None:
        self.ways, self.scale, self.model = ways, scale, model
        self.target = similarity * _BUCKETS
        total = sum(timed.duration for timed in old)
        self.shares = [timed.duration / total for timed in old]
        self.spent = [
            [
                round(_BUCKETS * share * sum(part * closeness(timed.chord, chord) for part, chord in way.parts))
                for way in row
            ]
            for timed, share, row in zip(old, self.shares, ways, strict=True)
        ]
        self.symbols = [[[symbol_of(chord, scale.root) for _, chord in way.parts] for way in row] for row in ways]
        # What the last chord of each way asks for: the chord that followed in the clip, or nothing.
        self.goals = [
            [after.chord if leads(way.parts[-1][1], after.chord, scale) else None for way in row]
            for row, after in zip(ways, [*old[1:], old[0]], strict=True)
        ]
        self.likings = [
            np.array([self._liking(timed, way, tune) for way in row]) for timed, row in zip(old, ways, strict=True)
        ]

    def rows(self, count: int) -> list[tuple[int, ...]]:
        """Up to ``count`` rows of ways, the first for the first idea and so on, each as different from those before as
        ``_LEAST_DIFFERENCE`` asks, or as it can be.
        """
        taken = [np.zeros(len(row)) for row in self.ways]
        rows: list[tuple[int, ...]] = []
        turn = barren = 0
        while len(rows) < count and barren < 2 * len(IDEAS):
            liked, turn = IDEAS[turn % len(IDEAS)], turn + 1
            idea = [
                np.array(
                    [
                        _STRANGE * (way.kind in _LOANS) * (not liked & _LOANS) - _LIKED * (way.kind in liked)
                        for way in row
                    ]
                )
                for row in self.ways
            ]
            found: dict[tuple[int, ...], float] = {}
            for push in (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0):
                row = self._closed([like + push * costs for like, costs in zip(idea, taken, strict=True)])
                pairs = [list(enumerate(zip(row, other, strict=True))) for other in rows]
                new = [sum(self.shares[at] * self._new_at(at, *pair) for at, pair in each) for each in pairs]
                found[row] = min(new, default=1.0)
                if found[row] >= _LEAST_DIFFERENCE - TIGHT:
                    break
            row = max(found, key=lambda row: found[row])
            for place, node in enumerate(row):
                taken[place] += [1 - self._new_at(place, node, way) for way in range(len(self.ways[place]))]
            # After a round of ideas without a row: what little there is.
            late = barren >= len(IDEAS)
            if found[row] < (_HARDLY_ANY if late else _LITTLE_DIFFERENCE) or (self._again(row) and not late):
                barren += 1
                continue
            barren = 0
            rows.append(row)
        return rows

    def _new_at(self, place: int, one: int, other: int) -> float:
        """Share of a chord's time (0-1) in which two ways have other chords; another colour of the root counts half."""
        return 1 - sum(
            max(0.0, min(end, last) - max(start, first)) * (1.0 if a == b else 0.5 * (a.root == b.root))
            for start, end, a in placed(self.ways[place][one])
            for first, last, b in placed(self.ways[place][other])
        )

    def _closed(self, costs: list[Scores]) -> tuple[int, ...]:
        """The best row whose last chord goes on to its first where it asks for that, and in which no chord comes again
        where the clip had another, as far as there are such.
        """
        row = self._led(costs)
        for _ in range(_TRIES):
            if not (places := self._again(row)):
                break
            for place in places:
                costs[place][row[place]] += _LOST_CHANGE
            row = self._led(costs)
        return row

    def _led(self, costs: list[Scores]) -> tuple[int, ...]:
        """The best row whose last chord goes on to its first where it asks for that."""
        row = self._best(costs)
        for _ in self.ways[-1]:
            if not self._astray(len(row) - 1, row[-1], row[0]):
                break
            costs[-1][row[-1]] += _LOST_LEAD
            row = self._best(costs)
        return row

    def _again(self, row: tuple[int, ...]) -> set[int]:
        """Places whose new chord is that of one or two before, round the loop, where the clip had another chord."""
        count, found = len(row), set()
        for place, node in enumerate(row):
            for ago in (1, 2) if count > 2 else ():
                before = (place - ago) % count
                same = self.symbols[place][node][0] == self.symbols[before][row[before]][0]
                if same and self.symbols[place][0][0] != self.symbols[before][0][0]:
                    found.add(place if node else before)
        return found

    def _best(self, costs: list[Scores]) -> tuple[int, ...]:
        scores = np.full((len(self.ways[0]), _BUCKETS + len(self.ways) + 2), _NOWHERE)  # (way, bucket)
        for node, spent in enumerate(self.spent[0]):
            scores[node, spent] = self.likings[0][node] - costs[0][node] + self._inside(0, node, None)
        back = []
        for place in range(1, len(self.ways)):
            following = np.full((len(self.ways[place]), scores.shape[1]), _NOWHERE)
            came_from = np.zeros(following.shape, dtype=np.int64)
            for node, spent in enumerate(self.spent[place]):
                links = np.array(
                    [
                        self._inside(place, node, symbols[-1]) - _LOST_LEAD * self._astray(place - 1, before, node)
                        for before, symbols in enumerate(self.symbols[place - 1])
                    ]
                )
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
        """The best row well within the tolerance of the dial, else the nearest that there is."""
        buckets = np.arange(scores.shape[1])
        off = np.maximum(0, np.abs(buckets - self.target) - 0.8 * _BUCKETS * TOLERANCE)
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

    def _astray(self, place: int, way: int, node: int) -> bool:
        """Does a way end on a chord that asks for the next, which the next place's way ``node`` isn't? What stands for
        it is its own root, its tritone substitute, or the sixth degree for the tonic after a plain dominant.
        """
        goal = self.goals[place][way]
        if goal is None:
            return False
        following = (place + 1) % len(self.ways)
        first = self.ways[following][node].parts[0][1]
        step = (first.root - goal.root) % 12
        if step == 0 and {3, 4} <= {*first.intervals, *goal.intervals}:
            return True  # where a dominant resolves, major stays major
        last = self.ways[following][node].parts[-1][1].intervals
        if step == 0 and {3, 4} & {*goal.intervals} and 10 not in goal.intervals and not {3, 4} & {*last}:
            return True  # and its leading note finds the third that it asked for; another dominant may be suspended
        plain = (goal.root - self.ways[place][way].parts[-1][1].root) % 12 == 5
        deceptive = plain and goal.root == self.scale.root and self.ways[place][way].kind in ("keep", "sus")
        return not (step == 0 or (step == 6 and 10 in first.intervals) or (step in (8, 9) and deceptive))

    def _inside(self, place: int, node: int, before: int | None) -> float:
        """Log chance of a way's chords, after the symbol before them; a change of harmony isn't to be lost."""
        history, total = [] if before is None else [before], 0.0
        if before == self.symbols[place][node][0]:
            total -= _LOST_CHANGE
        elif before is not None and before // len(FAMILIES) == self.symbols[place][node][0] // len(FAMILIES):
            total -= _ONLY_COLOUR
        for symbol in self.symbols[place][node]:
            if not history or symbol != history[-1]:
                total += float(np.log(self.model.probabilities(history[-2:], begins=not history)[symbol]))
                history.append(symbol)
        return total

    @staticmethod
    def _liking(timed: TimedChord, way: Way, tune: Sequence[Note]) -> float:
        """More chords in the same time would always look less likely: each is paid for. A tune must be carried."""
        liking = 2.5 * (len(way.parts) - 1)
        for start, end, chord in placed(way):
            onset, last = timed.onset + start * timed.duration, timed.onset + end * timed.duration
            for note in tune:
                sounding = min(note.end, last) - max(note.onset, onset)
                if sounding > TIGHT and note.pitch not in chord:
                    liking -= sounding * (6.0 if note.pitch - 1 in chord else 1.0)
        return liking


def placed(way: Way) -> Iterator[tuple[float, float, Chord]]:
    """A way's chords with their beginnings and ends, shares of the time (0-1)."""
    start = 0.0
    for share, chord in way.parts:
        yield start, start + share, chord
        start += share
