"""Fit the score: human variations against edits of the same prompts.

    python -m models.training ranking --data FOLDER

writes ``weights/ranking.json``, card and weights in one. Takes some minutes and no accelerator. Habits are counted on
the train split, weights fitted there (logistic regression on the difference of two results of one prompt, L2), and
the share of pairs in which the human variation wins is measured on the valid split.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from models.analysis.arrays import NoteArrays
from models.engines.kin.config import STEPS
from models.engines.kin.reading.representation import note_of
from models.evaluation.features import FEATURES, features, qualities
from models.evaluation.ground import Ground
from models.evaluation.habits import DRUMS, PITCHED, Habits, add, codes_of, counts_of
from models.evaluation.ranking import WEIGHTS
from models.evaluation.shape import Shape
from models.music.beats import Metre
from models.music.clip import ROLES, Clip, Role, without_overlaps
from models.music.errors import BadValue
from models.music.similarity import similarity
from models.training.datasets.corpus import PIECE, ROLE, SOURCE, Corpus
from models.training.datasets.pairs import mine
from models.training.datasets.sources import SHIPPED, Piece, read_packed
from models.training.judging.edits import EDITS
from models.training.judging.notices import notices_of
from models.training.judging.preference import Match, fit, wins

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
            pairs.append((_clip(corpus, track, first, bars, role), _clip(corpus, track, second, bars, role)))
    return pairs


def _clip(corpus: Corpus, track: int, first: int, bars: int, role: Role) -> Clip:
    bar = corpus.bar(track)
    length = bars * bar / STEPS
    # The representation keeps the bar's length, not how it is written.
    eighths = round(2 * bar / STEPS)
    metre = Metre(eighths // 2, 4) if eighths % 2 == 0 else Metre(eighths, 8)
    notes = [note_of(row) for row in corpus.window(track, first * bar, (first + bars) * bar)]
    return Clip(without_overlaps(notes, length), length, metre=metre, role=role)


def count_habits(clips: Iterable[Clip], role: Role) -> Habits:
    """What people do in these clips."""
    counts = counts_of(DRUMS if role == "drums" else PITCHED)
    for clip in clips:
        ground = Ground.of_clip(clip, role)
        add(counts, codes_of(Shape.of(ground.notes, ground), ground))
    return Habits.of_counts(counts)


def see(prompt: Clip, human: Clip, habits: Habits, rng: np.random.Generator) -> Match | None:
    """The human variation and an edit of each kind as similar as it; None where an edit can't be made."""
    ground = Ground.of_clip(prompt, prompt.role or "melody")
    shape = Shape.of(ground.notes, ground)
    before = qualities(shape, ground, habits)
    wanted = similarity(prompt.notes, human.notes, drums=prompt.drums)
    edits = {}
    for kind, edit in EDITS.items():
        notes = edit(prompt, ground.scale, wanted, rng)
        if not notes:
            return None
        edits[kind] = features(Shape.of(NoteArrays.of(notes), ground), shape, before, ground, habits)
    made = features(Shape.of(NoteArrays.of(human.notes), ground), shape, before, ground, habits)
    return Match(made, edits)


def fit_role(
    role: Role, corpora: Mapping[str, Corpus], mined: Mapping[str, np.ndarray], rng: np.random.Generator
) -> tuple[dict, dict[str, float]]:
    """What a card holds of a role: its config and its figures."""
    pairs = {split: human_pairs(corpora[split], mined[split], role, most) for split, most in _PAIRS.items()}
    habits = count_habits((clip for pair in pairs["train"] for clip in pair), role)
    habits = Habits.of_numbers(habits.as_numbers())  # as they will be read
    matches = {split: [match for pair in those if (match := see(*pair, habits, rng))] for split, those in pairs.items()}
    names = FEATURES["drums" if role == "drums" else "pitched"]
    learned = fit(matches["train"], names)
    config = {
        "bias": round(learned.bias, 4),
        "habits": habits.as_numbers(),
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


def main(arguments: Sequence[str]) -> int:
    """The command ``ranking``; raises BadValue for a folder that isn't there."""
    parser = argparse.ArgumentParser(prog="models.training ranking", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with groove.jsonl and so on")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="the .json to write")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    if not chosen.data.is_dir():
        raise BadValue(f"There is no folder {chosen.data}; give the folder of the corpora with --data.", field="data")
    rng = np.random.default_rng(chosen.seed)
    corpora = {split: read_corpus(chosen.data, split) for split in _PAIRS}
    mined = {split: rng.permutation(mine(corpus, seed=chosen.seed)) for split, corpus in corpora.items()}
    config: dict[str, dict] = {}
    figures: dict[str, float] = {}
    for role in ROLES:
        config[role], of_role = fit_role(role, corpora, mined, rng)
        figures |= of_role
        for name, value in of_role.items():
            print(f"{name:28}{value:10}", flush=True)
    card = _card(corpora["train"], config, figures, chosen.seed)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    partial = chosen.out.with_suffix(".part")
    partial.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(partial, chosen.out)
    return 0


def _card(corpus: Corpus, config: dict, figures: dict[str, float], seed: int) -> dict:
    notices = notices_of(corpus.sources)
    pieces = corpus.tracks[:, (SOURCE, PIECE)]
    return {
        "name": "ranking",
        "kind": "logistic regression on the differences of a prompt's and a variation's features, for each role; "
        "habits are log-probabilities in tenths of a nat",
        "use": "scores a variation 0-1: how much it looks like what a person would have made of the prompt",
        "licence": "GPL-3.0-or-later; the notices of the sources apply",
        "data": [
            {
                "source": source,
                "licence": notices[source]["licence"],
                "pieces": len(np.unique(pieces[pieces[:, 0] == number, 1])),
            }
            for number, source in enumerate(corpus.sources)
        ],
        "notices": [notice["notice"] for notice in notices.values()],
        "full_texts": sorted({f"notices/{file}" for notice in notices.values() for file in notice["full_texts"]}),
        "soft_spots": "it knows what sets human variations apart from edits, not what is beautiful; bass is game rock "
        "and Bach, so a house or trap bass is judged by strangers",
        "figures_mean": "share of held-back human variation pairs in which the human variation scores higher than an "
        "edit of the same prompt, as similar to it",
        "seed": seed,
        "figures": figures,
        "config": config,
    }
