"""The baseline of the recurrent engines: chains of order 2 with back-off.

A field is predicted from contexts, the longest first; each is interpolated with the next shorter one by how many
different values followed it (Witten & Bell 1991):

    p(v | c) = (n(c, v) + t(c) p(v | shorter c)) / (n(c) + t(c)),    t(c) = number of different values seen after c

Offers: ``Chain``, ``backed_off``, ``line_nats``, ``rhythm_nats``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain

from models.engines.lstm.config import DURATION_COUNT, PITCHES, WAITS
from models.engines.rnn.config import NONE, SYMBOLS
from models.training.datasets.classics.lines import LineExample
from models.training.datasets.classics.rhythms import Rhythm

Context = tuple[Hashable, ...]
Event = tuple[int, list[Context], int]
"""Number of a field, its contexts from the longest to the empty one, its value."""


class Chain:
    """Counts of what followed what, for one field of ``size`` values."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.after: dict[Context, Counter[int]] = {}

    def learn(self, contexts: Sequence[Context], value: int) -> None:
        """Count a value after each of its contexts."""
        for context in contexts:
            self.after.setdefault(context, Counter())[value] += 1

    def chance(self, contexts: Sequence[Context], value: int) -> float:
        """How likely a value is, 0-1; contexts from the longest to the empty one."""
        likely = 1 / self.size
        for context in reversed(contexts):
            seen = self.after.get(context)
            if seen is not None:
                different = len(seen)
                likely = (seen[value] + different * likely) / (seen.total() + different)
        return likely

    def nats(self, contexts: Sequence[Context], value: int) -> float:
        """How little a value was expected: minus the logarithm of its chance."""
        return -math.log(self.chance(contexts, value))


def backed_off(*values: Hashable) -> list[Context]:
    """Contexts from all values to none."""
    return [values[:size] for size in range(len(values), -1, -1)]


def _line_events(example: LineExample) -> Iterator[Event]:
    """Field, contexts and value of everything that is new in a line; the first number of a context names its length."""
    waits, pitches, durations = [WAITS] * 2, [PITCHES] * 2, [DURATION_COUNT] * 2
    line = example.line
    for wait, pitch, duration, kept in zip(
        line.waits.tolist(), line.pitch.tolist(), line.duration.tolist(), line.kept.tolist(), strict=True
    ):
        role = example.role
        if not kept:
            yield 0, backed_off(role, durations[-1], waits[-1], waits[-2]), wait
            yield 1, backed_off(role, pitches[-1], pitches[-2]), pitch
            if pitch < 128:
                yield 2, backed_off(role, wait, durations[-1], durations[-2]), duration
        waits.append(wait)
        pitches.append(pitch)
        durations.append(duration)


def line_nats(learned: Iterable[LineExample], asked: Sequence[LineExample]) -> float:
    """Nats a note of the asked lines under chains that learned from the others."""
    notes = sum(int((~example.line.kept & (example.line.pitch < 128)).sum()) for example in asked)
    return _nats((WAITS, PITCHES, DURATION_COUNT), map(_line_events, learned), map(_line_events, asked)) / notes


def _rhythm_events(rhythm: Rhythm) -> Iterator[Event]:
    before = [NONE, NONE]
    for symbol in rhythm.symbol.tolist():
        yield 0, backed_off(int(rhythm.role == 3), before[-1], before[-2]), symbol
        before.append(symbol)


def rhythm_nats(learned: Iterable[Rhythm], asked: Sequence[Rhythm]) -> float:
    """Nats a cell of the asked rhythms under a chain that learned from the others."""
    cells = sum(map(len, asked))
    return _nats((SYMBOLS,), map(_rhythm_events, learned), map(_rhythm_events, asked)) / cells


def _nats(sizes: Sequence[int], learned: Iterable[Iterable[Event]], asked: Iterable[Iterable[Event]]) -> float:
    """Nats of all that is asked under a chain for each field, of so many values, that learned from the others."""
    chains = [Chain(size) for size in sizes]
    for field, contexts, value in chain.from_iterable(learned):
        chains[field].learn(contexts, value)
    return sum(chains[field].nats(contexts, value) for field, contexts, value in chain.from_iterable(asked))
