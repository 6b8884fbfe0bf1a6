"""The human-or-machine judge: can a classifier tell variations by people from ours?

Both are variations of the same prompts at the same similarity. Logistic regression and gradient boosting look at
``pair_features``; folds are split by piece. The area under the curve is 0.5 where nobody can tell, 1 where it is plain.
The check of the judge itself: people against people, other variations of the same windows, must come out near 0.5.

Judge 2 hears as well: it looks at ``models.evaluation.musical`` beside the old features.

Needs scikit-learn (the extra ``benchmark``).

Offers: ``area``, ``judged``, ``Judged``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from models.benchmarks.music.pair_features import pair_features
from models.evaluation.musical.heard import heard
from models.music.chord import TimedChord
from models.music.clip import Clip
from models.music.errors import BadValue


class Judged(NamedTuple):
    """Piece, prompt, variation, and the chords of the prompt."""

    piece: str
    before: Clip
    after: Clip
    chords: tuple[TimedChord, ...] = ()


def judged(people: Sequence[Judged], machine: Sequence[Judged], seed: int = 0) -> dict[str, float]:
    """Areas under the curve, by kind of classifier, and the larger of the two ("area"); "area 2" is that of judge 2."""
    both = (*people, *machine)
    plain = np.array([list(pair_features(one.before, one.after).values()) for one in both], float)
    musical = np.array([list(heard(one.before, one.after, one.chords).values()) for one in both], float)
    groups = [one.piece for one in both]
    labels = np.repeat([0, 1], [len(people), len(machine)])
    kinds = ("logistic", "boosting")
    found = {kind: area(plain, labels, groups, kind, seed) for kind in kinds}
    hearing = max(area(np.hstack([plain, musical]), labels, groups, kind, seed) for kind in kinds)
    return found | {"area": max(found.values()), "area 2": hearing}


def area(rows: np.ndarray, labels: np.ndarray, groups: Sequence[str], kind: str, seed: int = 0) -> float:
    """Area under the curve of a classifier over five folds that share no piece; NaN is "has no meaning here"."""
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.impute import SimpleImputer
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import roc_auc_score
        from sklearn.model_selection import GroupKFold
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
    except ImportError as error:
        raise BadValue(
            "The judge needs scikit-learn; install Clipkin with the extra benchmark.", field="benchmark"
        ) from error
    chances = np.zeros(len(labels))
    for train, test in GroupKFold(5, shuffle=True, random_state=seed).split(rows, labels, groups):
        logistic = LogisticRegression(C=0.1, max_iter=2000)
        model = (
            make_pipeline(SimpleImputer(), StandardScaler(), logistic)
            if kind == "logistic"
            else HistGradientBoostingClassifier(
                max_iter=80, learning_rate=0.08, max_leaf_nodes=8, min_samples_leaf=15, random_state=seed
            )
        )
        said = ~np.isnan(rows[train]).all(axis=0)
        model.fit(rows[train][:, said], labels[train])
        chances[test] = model.predict_proba(rows[test][:, said])[:, 1]
    return float(roc_auc_score(labels, chances))
