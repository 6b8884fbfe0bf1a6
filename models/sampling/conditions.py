"""What hypotheses are drawn under: a request's conditions, and where chance comes from.

Offers: ``Conditions``, ``Trial``, ``rank_of``, ``ranked_seed``, ``RANKS``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.playing import DEFAULT_SIMILARITY, in_the_kit
from models.generator import LARGEST_SEED, Request, Task
from models.music.clip import Role
from models.sampling.context import Context

_WARMING, _HOTTEST = 1.3, 2.0
RANKS, _OF_EACH_RANK = 4, 2**16
_FIRST_RANKED = LARGEST_SEED + 1 - RANKS * _OF_EACH_RANK


def ranked_seed(seed: int, rank: int) -> int:
    """The seed that stands for a later rank of what one draws."""
    return _FIRST_RANKED + seed % _OF_EACH_RANK * RANKS + rank


def rank_of(seed: int) -> int:
    """How many of its best results a seed passes over, 0-3: the last 2^18 seeds say so by their last two bits."""
    return seed % RANKS if seed >= _FIRST_RANKED else 0


@dataclass(frozen=True)
class Conditions:
    """What the hypotheses of a request are drawn under.

    task         as it was asked for; that of ``constraints.request`` is "infill" for what is continued or generated
    target       the similarity to come to, 0-1; None: all that is drawn is taken
    temperature  0.1-2
    context      what sounds under the prompt
    """

    task: Task
    constraints: Constraints
    target: float | None
    temperature: float
    context: Context

    @classmethod
    def of(cls, task: Task, request: Request, role: Role) -> Conditions:
        """The conditions of a request with a prompt; raises EmptyClip or Refused with a sentence."""
        target = DEFAULT_SIMILARITY if task == "vary" and request.similarity is None else request.similarity
        constraints = in_the_kit(Constraints.of(request, role))
        return cls(task, constraints, None if task == "humanise" else target, request.temperature, Context(request))

    @classmethod
    def within(cls, constraints: Constraints) -> Conditions:
        """The conditions of a constraints of which all that is drawn is taken."""
        return cls(
            constraints.request.task, constraints, None, constraints.request.temperature, Context(constraints.request)
        )

    def hotter(self) -> Conditions:
        """The same at a higher temperature: what comes out alike again and again is too sure of itself."""
        return replace(self, temperature=min(_HOTTEST, _WARMING * self.temperature))

    @property
    def in_order(self) -> bool:
        """True when no note may come or go: every note keeps its place in the row."""
        return not (self.constraints.allowed_edits.add and self.constraints.allowed_edits.remove)


@dataclass(frozen=True)
class Trial:
    """A variation's seed and the attempt at it, counted from 0: all chance of its hypotheses comes from the two."""

    seed: int
    attempt: int = 0

    def rng(self, *number: int) -> np.random.Generator:
        """Its source of chance; number: of several."""
        return np.random.default_rng((self.seed, self.attempt, *number))
