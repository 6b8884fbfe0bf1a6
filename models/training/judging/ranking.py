"""``clipkin train ranking --data DIR``: fit the score on human variations against edits of the same prompts.

It writes ``weights/ranking.json``, card and weights in one, in some minutes. Viewpoints are counted on the train split,
weights are fitted there: logistic regression on the difference of two results of one prompt (Bradley & Terry 1952). The
share of pairs in which the human variation wins is measured on the valid split. Needs scikit-learn.

Offers: ``main``, ``read_corpus``, ``human_pairs``, ``Match``, ``fit``, ``wins``; ``score_trials``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.analysis.arrays import NoteArrays
from models.evaluation.features import FEATURES, NEVER_BETTER, NEVER_WORSE, features, qualities
from models.evaluation.ranking import WEIGHTS, Preference, ranker
from models.evaluation.shape import Ground, Shape
from models.evaluation.viewpoints import DRUMS, PITCHED, Viewpoints, counted, symbols_of
from models.music.clip import ROLES, Clip, Role
from models.music.errors import BadValue
from models.music.similarity import similarity
from models.training.datasets.corpus import PIECE, ROLE, SOURCE, Corpus
from models.training.datasets.pairs import mine
from models.training.datasets.sources import SHIPPED, Piece, read_packed
from models.training.judging.edits import EDITS
from models.training.model_card import said_of, said_of_sources, write_card
from models.training.options import Options

_AS_PEOPLE_GO = 90
"""Percentile of human results up to which a feature may speak for one."""

_PIECES_A_SOURCE = 160
_PAIRS = {"train": 1000, "valid": 400}
"""Most pairs of a role."""

_PAIRS_A_PIECE = 24


def read_corpus(folder: Path, split: str) -> Corpus:
    """Some pieces of each shipped source, spread evenly."""
    by_source: dict[str, list[Piece]] = {}
    for piece in read_packed(folder, SHIPPED):
        if piece.split == split:
            by_source.setdefault(piece.source, []).append(piece)
    return Corpus.build(
        piece for pieces in by_source.values() for piece in pieces[:: max(1, len(pieces) // _PIECES_A_SOURCE)]
    )


def human_pairs(corpus: Corpus, mined: np.ndarray, role: Role, most: int) -> list[tuple[Clip, Clip]]:
    """Up to ``most`` of the mined variation pairs of a role as clips, prompt and variation; few of any one piece."""
    seen: dict[int, int] = {}
    pairs: list[tuple[Clip, Clip]] = []
    for track, first, second, bars, _ in mined[corpus.tracks[mined[:, 0], ROLE] == ROLES.index(role)].tolist():
        piece = int(corpus.tracks[track, PIECE])
        seen[piece] = seen.get(piece, 0) + 1
        if seen[piece] <= _PAIRS_A_PIECE and len(pairs) < most:
            pairs.append((corpus.clip(track, first, bars), corpus.clip(track, second, bars)))
    return pairs


@dataclass(frozen=True)
class Match:
    """Results of one prompt seen as features: the human one (F,), and each edit by its kind."""

    human: np.ndarray
    edits: dict[str, np.ndarray]


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
    human = np.median([plain.logit(match.human) for match in matches])
    edited = np.median([plain.logit(edit) for match in matches for edit in match.edits.values()])
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
    # The result that people made is the first of its pair, then the second: so the classes are even.
    won = np.repeat([1, 0], len(differences))
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise BadValue(
            "The fit of the score needs scikit-learn; install Clipkin with the extra benchmark.", field="ranking"
        ) from error
    regression = LogisticRegression(C=1 / 60, fit_intercept=False, tol=1e-8, max_iter=500)
    scale = np.maximum(differences.std(axis=0), 1e-3)
    seen = np.clip(differences / scale, -4, 4)
    free = np.ones(len(sign), bool)
    while True:
        weights = np.zeros(len(sign))
        weights[free] = regression.fit(np.concatenate([seen, -seen])[:, free], won).coef_[0]
        wrong = weights * sign < 0
        if not wrong.any():
            signed: np.ndarray = weights / scale
            return signed
        free &= ~wrong


def wins(matches: Sequence[Match], preference: Preference) -> dict[str, float]:
    """For each kind of edit the share of matches in which the human result scores higher."""
    return {
        kind: float(np.mean([preference.logit(match.human) > preference.logit(match.edits[kind]) for match in matches]))
        for kind in matches[0].edits
    }


def count_viewpoints(clips: Iterable[Clip], role: Role) -> Viewpoints:
    """What people do in these clips."""
    grounds = (Ground.of_clip(clip, role) for clip in clips)
    symbols = (symbols_of(Shape.of(ground.notes, ground), ground) for ground in grounds)
    return Viewpoints.of_counts(counted(symbols, DRUMS if role == "drums" else PITCHED))


def see(
    prompt: Clip, human: Clip, viewpoints: Viewpoints, rng: np.random.Generator, kinds: Iterable[str] = EDITS
) -> Match | None:
    """The human variation and an edit of each kind as similar as it; None where an edit can't be made."""
    ground = Ground.of_clip(prompt, prompt.role or "melody")
    shape = Shape.of(ground.notes, ground)
    before = qualities(shape, ground, viewpoints)
    wanted = similarity(prompt.notes, human.notes, drums=prompt.drums)
    edits = {}
    for kind in kinds:
        notes = EDITS[kind](prompt, ground.scale, wanted, rng)
        if not notes:
            return None
        edits[kind] = features(Shape.of(NoteArrays.of(notes), ground), shape, before, ground, viewpoints)
    made = features(Shape.of(NoteArrays.of(human.notes), ground), shape, before, ground, viewpoints)
    return Match(made, edits)


def fit_role(
    role: Role, corpora: Mapping[str, Corpus], mined: Mapping[str, np.ndarray], rng: np.random.Generator
) -> tuple[dict, dict[str, float]]:
    """What a card holds of a role: its config and its figures."""
    pairs = {split: human_pairs(corpora[split], mined[split], role, most) for split, most in _PAIRS.items()}
    viewpoints = count_viewpoints((clip for pair in pairs["train"] for clip in pair), role)
    viewpoints = Viewpoints.of_numbers(viewpoints.as_numbers())  # as they will be read
    matches = {
        split: [match for pair in those if (match := see(*pair, viewpoints, rng))] for split, those in pairs.items()
    }
    names = FEATURES["drums" if role == "drums" else "pitched"]
    learned = fit(matches["train"], names)
    config = {
        "bias": round(learned.bias, 4),
        "viewpoints": viewpoints.as_numbers(),
        "weights": {
            name: float(f"{weight:.4g}") for name, weight in zip(names, learned.weights, strict=True) if weight
        },
        "ceilings": {
            name: float(f"{ceiling:.4g}")
            for name, ceiling in zip(names, learned.ceilings, strict=True)
            if np.isfinite(ceiling)
        },
    }
    figures = {f"{role}_over_{kind}": round(share, 4) for kind, share in wins(matches["valid"], learned).items()}
    return config, {
        f"{role}_pairs_train": len(matches["train"]),
        f"{role}_pairs_valid": len(matches["valid"]),
        **figures,
    }


def score_trials(folder: Path, split: str, kind: str = "random", most: int = 200) -> Iterator[tuple[Role, list[bool]]]:
    """For each role, whether the shipped score puts the human variation above an edit of a kind of EDITS.

    The pairs, ``most`` of them, are those that the score's fit is measured on; the weights are taken as they are, with
    the analysis that they meet in use. Raises UnreadableFile without the corpora, EngineUnavailable without weights.
    """
    rng, learned, corpus = np.random.default_rng(0), ranker(), read_corpus(folder, split)
    mined = rng.permutation(mine(corpus))
    for role in ROLES:
        of_role, pairs = learned.roles[role], human_pairs(corpus, mined, role, most)
        matches = [match for pair in pairs if (match := see(*pair, of_role.viewpoints, rng, (kind,)))]
        score = of_role.preference.score
        yield role, [score(match.human) > score(match.edits[kind]) for match in matches]


def main(arguments: Sequence[str]) -> None:
    """The command."""
    options = Options("train ranking", __doc__)
    options.add_argument("--out", type=Path, default=WEIGHTS, help="the .json to write")
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args(arguments)
    rng = np.random.default_rng(chosen.seed)
    corpora = {split: read_corpus(chosen.data, split) for split in _PAIRS}
    mined = {split: rng.permutation(mine(corpus, seed=chosen.seed)) for split, corpus in corpora.items()}
    fitted = {role: fit_role(role, corpora, mined, rng) for role in ROLES}
    config = {role: of_role for role, (of_role, _) in fitted.items()}
    figures = {name: value for _, found in fitted.values() for name, value in found.items()}
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    write_card(chosen.out, _card(corpora["train"], config, figures, chosen.seed))


def _card(corpus: Corpus, config: dict, figures: dict[str, float], seed: int) -> dict:
    pieces = corpus.tracks[:, (SOURCE, PIECE)]
    counts = {name: len(np.unique(pieces[pieces[:, 0] == number, 1])) for number, name in enumerate(corpus.sources)}
    return {
        "name": "ranking",
        **said_of("ranking"),
        **said_of_sources(counts),
        "seed": seed,
        "figures": figures,
        "config": config,
    }
