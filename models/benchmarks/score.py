"""How often the shipped score puts what people made of a prompt above an edit of it, as similar to it as theirs is.

Offers: ``score_trials``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from models.analysis.arrays import NoteArrays
from models.evaluation.ground import Ground
from models.evaluation.ranking import Ranker, ranker
from models.evaluation.shape import Shape
from models.music.clip import ROLES, Clip, Role
from models.music.similarity import similarity
from models.training.datasets.pairs import mine
from models.training.judging.edits import EDITS
from models.training.judging.ranking import human_pairs, read_corpus


def score_trials(folder: Path, split: str, kind: str = "random", most: int = 200) -> Iterator[tuple[Role, list[bool]]]:
    """For each role, whether the shipped score puts the human variation above an edit of a kind of EDITS.

    The pairs, ``most`` of them, are those that the score's fit is measured on; the weights are taken as they are, with
    the analysis that they meet in use. Raises UnreadableFile without the corpora, EngineUnavailable without weights.
    """
    rng, learned, corpus = np.random.default_rng(0), ranker(), read_corpus(folder, split)
    mined = rng.permutation(mine(corpus))
    for role in ROLES:
        pairs = human_pairs(corpus, mined, role, most)
        tried = [_is_above(learned, prompt, human, kind, rng) for prompt, human in pairs]
        yield role, [above for above in tried if above is not None]


def _is_above(learned: Ranker, prompt: Clip, human: Clip, kind: str, rng: np.random.Generator) -> bool | None:
    """None where the edit can't be made."""
    ground = Ground.of_clip(prompt, prompt.role or "melody")
    edited = EDITS[kind](prompt, ground.scale, similarity(prompt.notes, human.notes, drums=prompt.drums), rng)
    if not edited:
        return None
    shape = Shape.of(ground.notes, ground)
    before = learned.qualities(shape, ground)
    one, other = (
        learned.score(Shape.of(NoteArrays.of(notes), ground), shape, before, ground) for notes in (human.notes, edited)
    )
    return one > other
