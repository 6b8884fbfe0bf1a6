"""Weights for a preference: logistic regression on the difference of two results of one prompt (Bradley & Terry 1952).

Offers: ``Match``, ``Preference``, ``fit``, ``wins``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.evaluation.features import NEVER_BETTER, NEVER_WORSE

_L2 = 30.0
_STEPS_OF_NEWTON = 25
_AS_PEOPLE_GO = 90
"""Percentile of human results up to which a feature may speak for one."""


@dataclass(frozen=True)
class Match:
    """Results of one prompt seen as features: the human one (F,), and each edit by its kind."""

    human: np.ndarray
    edits: dict[str, np.ndarray]


@dataclass(frozen=True)
class Preference:
    """Weights (F,), ceilings (F,) above which a feature counts no more, and the bias that puts 0.5 between people and
    edits.
    """

    weights: np.ndarray
    ceilings: np.ndarray
    bias: float

    def of(self, seen: np.ndarray) -> float:
        """The logit of a result's features (F,)."""
        return float(self.weights @ np.minimum(seen, self.ceilings)) + self.bias


def fit(matches: Sequence[Match], names: Sequence[str]) -> Preference:
    """The preference that features, by name, show for the human results of the matches.

    It is fitted twice: what came out as speaking for a result is cut, the second time, at what nine of ten human
    results have.
    """
    reached = np.percentile([match.human for match in matches], _AS_PEOPLE_GO, axis=0)
    pair = np.array([name.startswith("pair") for name in names])
    sign = np.array([-1 if name in NEVER_BETTER else 1 if name in NEVER_WORSE else 0 for name in names])
    first = _signed(matches, np.full(len(names), np.inf), sign)
    for_it = (first > 0) | (sign > 0)
    ceilings = np.where(for_it & ~pair, reached, np.inf)
    # What has a ceiling speaks for a result or not at all, what has none against it or not at all.
    weights = _signed(matches, ceilings, np.where(pair, 0, np.where(for_it, 1, -1)))
    ceilings[weights <= 0] = np.inf
    plain = Preference(weights, ceilings, 0.0)
    human = np.median([plain.of(match.human) for match in matches])
    edited = np.median([plain.of(edit) for match in matches for edit in match.edits.values()])
    return Preference(weights, ceilings, -float(human + edited) / 2)


def _signed(matches: Sequence[Match], ceilings: np.ndarray, sign: np.ndarray) -> np.ndarray:
    """Weights (F,) of the features up to their ceilings; one that comes out against its sign (-1, 1; 0: either) is set
    to 0 and the rest fitted anew.
    """
    differences = np.array(
        [
            np.minimum(match.human, ceilings) - np.minimum(edit, ceilings)
            for match in matches
            for edit in match.edits.values()
        ]
    )  # (P, F)
    scale = np.maximum(differences.std(axis=0), 1e-3)
    seen = np.clip(differences / scale, -4, 4)
    free = np.ones(len(sign), bool)
    while True:
        weights = np.zeros(len(sign))
        weights[free] = _regressed(seen[:, free])
        wrong = weights * sign < 0
        if not wrong.any():
            signed: np.ndarray = weights / scale
            return signed
        free &= ~wrong


def _regressed(seen: np.ndarray) -> np.ndarray:
    """Weights under which the rows of ``seen`` (P, F) are most likely positive, by Newton's method."""
    weights = np.zeros(seen.shape[1])
    for _ in range(_STEPS_OF_NEWTON):
        chance = 1 / (1 + np.exp(-seen @ weights))
        slope = seen.T @ (1 - chance) - _L2 * weights
        curve = (seen * (chance * (1 - chance))[:, None]).T @ seen + _L2 * np.eye(len(weights))
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def wins(matches: Sequence[Match], preference: Preference) -> dict[str, float]:
    """For each kind of edit the share of matches in which the human result scores higher."""
    return {
        kind: float(np.mean([preference.of(match.human) > preference.of(match.edits[kind]) for match in matches]))
        for kind in matches[0].edits
    }
