"""Variations that people made: pairs of windows of one valid track, as clips.

A fifth of the pieces is kept apart: nobody looks at it while an engine is made, so that a last reading finds it new.

Offers: ``HumanPair``, ``human_pairs``, ``kept_apart``.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from models.engines.kin.config import ROLES
from models.music.chord import TimedChord
from models.music.clip import Clip, Role
from models.music.similarity import similarity
from models.training.datasets.corpus import PIECE, ROLE, VALID, Corpus

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
