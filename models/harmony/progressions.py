"""How likely a chord is after others: an n-gram over symbols, interpolated from short to long contexts.

Counts are numbers of songs in which a run occurs (to the power ``weight`` in its repetitions), not of occurrences: a
vamp that one song repeats forty times says little about the next song. A context of k symbols is mixed with the next
shorter one in the manner of Witten and Bell (IEEE Trans. Inf. Theory 1991): the more different chords have followed it,
the less it is trusted, by the factor ``trust[k]``.

The table ships as ``weights/progressions.npz`` with its card beside it; ``clipkin train progressions``
makes both.

Offers: ``ProgressionModel`` (``fit``, ``probabilities``, ``drawn``, ``perplexity``, ``save``, ``load``) and
``progressions``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.harmony.symbols import SYMBOLS
from models.music.errors import EngineUnavailable

START = SYMBOLS
"""Stands before the first chord."""

WEIGHTS = Path(__file__).resolve().parent.parent / "weights" / "progressions.npz"
_PAD = 255

Symbols = tuple[int, ...]


@dataclass(frozen=True)
class ProgressionModel:
    """An interpolated n-gram.

    followers  for a context of 0 to order - 1 symbols: what followed it, with its weight
    trust      for each length of context, how strongly the variety of what followed pulls to the shorter context
    changes    chance (0-1) that the harmony changes at a bar line, and at the half of a bar
    """

    order: int
    trust: tuple[float, ...]
    changes: tuple[float, float]
    followers: dict[Symbols, dict[int, float]] = field(repr=False)
    _seen: dict[Symbols, NDArray[np.float64]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def fit(
        cls,
        songs: Iterable[Sequence[int]],
        *,
        order: int,
        weight: float,
        trust: tuple[float, ...],
        changes: tuple[float, float] = (0.5, 0.25),
    ) -> ProgressionModel:
        """The model of songs, each a row of symbols without immediate repetition."""
        followers: dict[Symbols, dict[int, float]] = {}
        for song in songs:
            runs: Counter[Symbols] = Counter()
            row = (*[START] * (order - 1), *song)
            for place in range(order - 1, len(row)):
                runs.update(tuple(row[place - length : place + 1]) for length in range(order))
            for run, times in runs.items():
                after = followers.setdefault(run[:-1], {})
                after[run[-1]] = after.get(run[-1], 0.0) + times**weight
        return cls(order, trust, changes, followers)

    def probabilities(self, history: Sequence[int], *, begins: bool = True) -> NDArray[np.float64]:
        """The chance of each symbol (144,) after ``history``, oldest first; sums to 1; don't write to it.

        ``begins``: nothing came before the history; else it is the end of something longer.
        """
        before = (START,) * self.order if begins else ()
        context = (before + tuple(history))[-(self.order - 1) :] if self.order > 1 else ()
        if context not in self._seen:
            self._seen[context] = self._mixed(context)
        return self._seen[context]

    def _mixed(self, context: Symbols) -> NDArray[np.float64]:
        chances = np.full(SYMBOLS, 1 / SYMBOLS)
        for length in range(self.order):
            after = self.followers.get(context[len(context) - length :])
            if after is None:
                break
            pull = self.trust[length] * len(after)
            chances = chances * pull
            for symbol, weight in after.items():
                chances[symbol] += weight
            chances /= pull + sum(after.values())
        return chances

    def drawn(
        self,
        length: int,
        symbols: NDArray[np.int64],
        rng: np.random.Generator,
        *,
        temperature: float = 1.0,
        liking: NDArray[np.float64] | None = None,
    ) -> Symbols:
        """A row of ``length`` chords by chance, none twice in a row where there are two to choose from.

        symbols      those that may come
        temperature  0.1-2: low for what songs do most, high for what they seldom do
        liking       (144,), added to every symbol's log chance
        """
        row: list[int] = []
        for _ in range(length):
            logs = np.log(self.probabilities(row)[symbols]) + (0.0 if liking is None else liking[symbols])
            if row and len(symbols) > 1:
                logs[symbols == row[-1]] = -np.inf
            chances = np.exp((logs - logs.max()) / temperature)
            row.append(int(rng.choice(symbols, p=chances / chances.sum())))
        return tuple(row)

    def log_likelihood(self, song: Sequence[int]) -> float:
        """Natural logarithm of the chance of a whole row of symbols."""
        return sum(math.log(self.probabilities(song[:place])[symbol]) for place, symbol in enumerate(song))

    def perplexity(self, songs: Sequence[Sequence[int]]) -> float:
        """exp of the mean surprise per chord: 1 is a certain next chord, 144 blind guessing."""
        chords = sum(map(len, songs))
        return math.exp(-sum(map(self.log_likelihood, songs)) / chords)

    def save(self, path: Path) -> None:
        """Write the table as .npz; the reverse of ``load``."""
        runs = [(*context, symbol) for context, after in self.followers.items() for symbol in after]
        runs.sort(key=lambda run: (len(run), run))
        table = np.full((len(runs), self.order), _PAD, dtype=np.uint8)
        for row, run in zip(table, runs, strict=True):
            row[self.order - len(run) :] = run
        weights = np.array([self.followers[run[:-1]][run[-1]] for run in runs], dtype=np.float32)
        np.savez_compressed(
            path, runs=table, weights=weights, trust=np.array(self.trust), changes=np.array(self.changes)
        )

    @classmethod
    def load(cls, path: Path) -> ProgressionModel:
        """The model of a file; raises EngineUnavailable where it is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                table, weights = stored["runs"], stored["weights"].tolist()
                trust, changes = tuple(stored["trust"].tolist()), tuple(stored["changes"].tolist())
        except (OSError, ValueError, KeyError) as error:
            raise EngineUnavailable(
                f"The table of progressions {path.name} is missing or damaged; install Clipkin again."
            ) from error
        followers: dict[Symbols, dict[int, float]] = {}
        starts = (table == _PAD).sum(axis=1).tolist()
        for run, start, weight in zip(table.tolist(), starts, weights, strict=True):
            followers.setdefault(tuple(run[start:-1]), {})[run[-1]] = weight
        return cls(table.shape[1], trust, changes, followers)


@lru_cache(maxsize=1)
def progressions() -> ProgressionModel:
    """The shipped model, read once."""
    return ProgressionModel.load(WEIGHTS)
