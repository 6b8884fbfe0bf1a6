"""One score, 0-1: how much a variation looks like what a person would have made of the prompt.

A logistic regression on ``features``, one for each role, fitted on variation pairs found in human music against edits
of the same prompts, as similar to them as the human variation is. Similarity itself isn't weighed: the dial sets it.
What speaks for a variation does so only as far as people go: more repetition than nine of ten human variations add is
no better than that.

Fitted by ``clipkin train ranking``.

Offers: ``Ranker`` (``of_card``, ``score``), ``Preference``, ``ranker``, ``WEIGHTS``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from models.evaluation.features import FEATURES, features, qualities
from models.evaluation.shape import Ground, Shape
from models.evaluation.viewpoints import DRUMS, PITCHED, Viewpoints
from models.music.clip import ROLES, Role
from models.music.errors import EngineUnavailable

WEIGHTS = Path(__file__).resolve().parent.parent / "weights" / "ranking.json"

_FARTHEST = 6.0
"""Logits beyond which nothing is told: a score stays within 0.0025 … 0.9975."""


@dataclass(frozen=True)
class Preference:
    """Weights (F,), ceilings (F,) above which a feature counts no more, and the bias that puts 0.5 between people and
    edits.
    """

    weights: np.ndarray
    ceilings: np.ndarray
    bias: float

    def logit(self, seen: np.ndarray) -> float:
        """How much a result's features (F,) speak for it."""
        return float(self.weights @ np.minimum(seen, self.ceilings)) + self.bias

    def score(self, seen: np.ndarray) -> float:
        """The same as a score, 0-1."""
        return float(1 / (1 + np.exp(-np.clip(self.logit(seen), -_FARTHEST, _FARTHEST))))


@dataclass(frozen=True)
class RoleWeights:
    """What is learned for one role."""

    viewpoints: Viewpoints
    preference: Preference


@dataclass(frozen=True)
class Ranker:
    """The fitted score."""

    roles: Mapping[Role, RoleWeights]

    @classmethod
    def of_card(cls, card: Mapping) -> Ranker:
        """The ranker that a card's ``config`` holds; raises KeyError, TypeError or ValueError for anything else."""
        roles = {}
        for role in ROLES:
            stored = card["config"][role]
            names = FEATURES["drums" if role == "drums" else "pitched"]
            weights = np.array([stored["weights"].get(name, 0.0) for name in names], float)
            ceilings = np.array([stored["ceilings"].get(name, np.inf) for name in names], float)
            if not np.isfinite(weights).all() or np.isnan(ceilings).any():
                raise ValueError("a weight is not a number")
            viewpoints = Viewpoints.of_numbers(stored["viewpoints"])
            if set(viewpoints.tables) != set(DRUMS if role == "drums" else PITCHED):
                raise ValueError("a table of viewpoints is missing")
            roles[role] = RoleWeights(viewpoints, Preference(weights, ceilings, float(stored["bias"])))
        return cls(roles)

    def qualities(self, prompt: Shape, ground: Ground) -> dict[str, float]:
        """The qualities of a prompt with notes, to compare results with."""
        return qualities(prompt, ground, self.roles[ground.role].viewpoints)

    def score(self, result: Shape, prompt: Shape, before: dict[str, float], ground: Ground) -> float:
        """The score of a result with notes; ``before`` are the prompt's qualities."""
        learned = self.roles[ground.role]
        return learned.preference.score(features(result, prompt, before, ground, learned.viewpoints))


@cache
def ranker(path: Path = WEIGHTS) -> Ranker:
    """The shipped ranker; raises EngineUnavailable with a sentence when its file is missing or damaged."""
    try:
        return Ranker.of_card(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise EngineUnavailable(f"The weights {path.name} are missing; install Clipkin again.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EngineUnavailable(f"The weights {path.name} are damaged; install Clipkin again.") from error
