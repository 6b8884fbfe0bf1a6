"""What is measured against each other: every engine, and baselines that no engine may fall below.

A maker is given a clip, a similarity and a seed and gives a variation of the clip. Beside them stand variations by
people: pairs of windows of one valid track, as clips. A fifth of the pieces is kept apart: nobody looks at it while
an engine is made, so that a last reading finds it new.

Offers: ``makers``, ``Maker``, ``engines``, ``played``, ``filled``; ``HumanPair``, ``human_pairs``, ``kept_apart``.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.analysis.key import clip_scale
from models.engines import registry
from models.engines.kin.config import ROLES
from models.generator import Engine, Request, Task
from models.music.chord import TimedChord
from models.music.clip import Clip, Role
from models.music.errors import ClipkinError
from models.music.scale import CHROMATIC
from models.music.similarity import similarity
from models.training.datasets.corpus import PIECE, ROLE, VALID, Corpus
from models.training.judging.edits import markov_edit, random_edit

_LEAST_NOTES = 6
_SHARE_APART = 5


def kept_apart(piece: str) -> bool:
    """True for the fifth of the pieces, by name, that waits for a last reading."""
    return zlib.crc32(piece.encode()) % _SHARE_APART == 0


@dataclass(frozen=True)
class HumanPair:
    """A and B by the same person, how alike they are (0-1), and the chords of their piece in the time of each."""

    piece: str
    role: Role
    before: Clip
    after: Clip
    similarity: float
    chords_before: tuple[TimedChord, ...] = ()
    chords_after: tuple[TimedChord, ...] = ()


def human_pairs(corpus: Corpus, pairs: np.ndarray, role: Role, count: int, *, apart: bool = False) -> list[HumanPair]:
    """Up to ``count`` pairs of a role in valid, of 2 or 4 bars, spread over the pieces; similarities of 0.4 and more.

    apart  True: of the pieces that are kept apart, and of no others
    """
    rng = np.random.default_rng(0)
    tracks = corpus.tracks
    fitting = np.array([kept_apart(name) == apart for name in corpus.pieces])
    mine = pairs[
        (tracks[pairs[:, 0], VALID] == 1)
        & (tracks[pairs[:, 0], ROLE] == ROLES.index(role))
        & np.isin(pairs[:, 3], (2, 4))
        & (pairs[:, 4] >= 400)
        & fitting[tracks[pairs[:, 0], PIECE]]
    ]
    mine = mine[rng.permutation(len(mine))]
    # In turns: the first pair of every piece, then the second of every piece, and so on.
    pieces = tracks[mine[:, 0], PIECE]
    turn = np.zeros(len(mine), int)
    seen: dict[int, int] = {}
    for number, piece in enumerate(pieces.tolist()):
        turn[number] = seen.get(piece, 0)
        seen[piece] = turn[number] + 1
    found: list[HumanPair] = []
    for track, first, second, length, _ in mine[np.argsort(turn, kind="stable")].tolist():
        if rng.random() < 0.5:
            first, second = second, first
        before, after = (corpus.clip(track, bar, length) for bar in (first, second))
        if min(len(before.notes), len(after.notes)) >= _LEAST_NOTES:
            # Mined on the grid; the dial is told how alike the clips are as they are played.
            alike = similarity(before.notes, after.notes, drums=before.drums)
            size = corpus.bar(track)
            chords = [corpus.chords_in(track, bar * size, length * size) for bar in (first, second)]
            found.append(HumanPair(corpus.pieces[tracks[track, PIECE]], role, before, after, alike, *chords))
        if len(found) == count:
            break
    return found


Maker = Callable[[Clip, float, int], Clip | None]


def makers() -> dict[str, Maker]:
    """Every maker by name: the baselines, then the engines whose weights are there."""
    return {
        "copy": lambda clip, wanted, seed: clip,
        "random edits": _edited(random_edit),
        "markov edits": _edited(markov_edit),
        **{
            name: lambda clip, wanted, seed, engine=engine: next(
                iter(played(engine, clip, seed, similarity=wanted)), None
            )
            for name, engine in engines().items()
        },
    }


def engines() -> dict[str, Engine]:
    """The engines that can be loaded, by name."""
    return {card.name: registry.load(card.name) for card in registry.cards() if card.available}


def _edited(edit: Callable) -> Maker:
    def make(clip: Clip, wanted: float, seed: int) -> Clip | None:
        scale = CHROMATIC if clip.drums else clip_scale(clip) or CHROMATIC
        notes = edit(clip, scale, wanted, np.random.default_rng(seed))
        return None if notes is None else clip.with_notes(notes)

    return make


def played(engine: Engine, clip: Clip, seed: int, task: Task = "vary", count: int = 1, **asked: Any) -> list[Clip]:  # noqa: ANN401
    """What an engine makes of a clip as a request has it; nothing where it can't."""
    if clip.role not in engine.roles or task not in engine.tasks:
        return []
    request = Request(task=task, prompts=(clip,), role=clip.role, count=count, seed=seed, **asked)
    try:
        return [variation.clip for variation in engine.generate(request)]
    except ClipkinError:
        return []


def filled(engine: Engine, clip: Clip, region: tuple[float, float], seed: int) -> Clip | None:
    """The clip with a region filled anew by an engine that doesn't see what was there."""
    emptied = clip.with_notes(note for note in clip.notes if not region[0] <= note.onset < region[1])
    return next(iter(played(engine, emptied, seed, "infill", region=region)), None) if emptied.notes else None
