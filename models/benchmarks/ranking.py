"""How often the shipped score puts what people made of a prompt above an edit of it, as similar to it as theirs is.

The pairs are those that ``ranking`` measures its fit on; here the weights are taken as they are, with the analysis
that they meet in use.

Offers: ``tried_by_role``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from models.analysis.arrays import NoteArrays
from models.evaluation.ground import Ground
from models.evaluation.ranking import WEIGHTS, Ranker, ranker
from models.evaluation.shape import Shape
from models.music.clip import ROLES, Clip, Role
from models.music.note import Note
from models.music.similarity import similarity
from models.training.datasets.pairs import mine
from models.training.judging.edits import EDITS
from models.training.judging.ranking import human_pairs, read_corpus


def tried_by_role(
    folder: Path, split: str, kind: str = "random", most: int = 200, seed: int = 0, weights: Path = WEIGHTS
) -> Iterator[tuple[Role, list[bool]]]:
    """For each role, whether the human variation came out above; ``most`` pairs, ``kind`` as in ``EDITS``.

    Raises UnreadableFile when a corpus isn't there, EngineUnavailable when the weights aren't.
    """
    rng, judge, corpus = np.random.default_rng(seed), ranker(weights), read_corpus(folder, split)
    mined = rng.permutation(mine(corpus, seed=seed))
    for role in ROLES:
        pairs = human_pairs(corpus, mined, role, most)
        tried = [_is_above(judge, prompt, human, kind, rng) for prompt, human in pairs]
        yield role, [above for above in tried if above is not None]


def _is_above(judge: Ranker, prompt: Clip, human: Clip, kind: str, rng: np.random.Generator) -> bool | None:
    """None where the edit can't be made."""
    ground = Ground.of_clip(prompt, prompt.role or "melody")
    wanted = similarity(prompt.notes, human.notes, drums=prompt.drums)
    edited = EDITS[kind](prompt, ground.scale, wanted, rng)
    if not edited:
        return None
    shape = Shape.of(ground.notes, ground)
    before = judge.qualities(shape, ground)

    def score(notes: tuple[Note, ...]) -> float:
        return judge.score(Shape.of(NoteArrays.of(notes), ground), shape, before, ground)

    return score(human.notes) > score(tuple(edited))
