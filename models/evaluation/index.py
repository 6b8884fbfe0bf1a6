"""Which pieces hold which runs of notes, packed small: the index behind originality.

Sorted pairs of an n-gram (32 bits, see ``ngrams``) and a piece. Those that occur in more than ``COMMON`` pieces -
scales, trills, the plain beat - belong to nobody: they are kept apart, without pieces; they prolong a run but make
none.

Offers: ``RunIndex`` (``build``, ``save``, ``load``, ``longest_run``), ``Run``, ``COMMON``.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from models.music.errors import EngineUnavailable

COMMON = 16
_LARGEST = np.iinfo(np.uint16).max
_DAMAGE = (OSError, ValueError, TypeError, AttributeError, LookupError, EOFError, RuntimeError, BadZipFile, zlib.error)
"""What numpy may raise on a file that isn't whole."""


@dataclass(frozen=True)
class Run:
    """Consecutive n-grams that one piece holds as well.

    first, last  places of the first and the last n-gram
    distinct     how many different n-grams there are: a loop that runs four times counts once
    piece        number of the piece
    """

    first: int
    last: int
    distinct: int
    piece: int


@dataclass(frozen=True)
class RunIndex:
    """Pairs sorted by n-gram.

    hashes  (M,) uint32, an n-gram for each piece that holds it
    pieces  (M,) uint16, the number of that piece
    common  (C,) uint32, sorted, n-grams of more than COMMON pieces
    names   of the pieces, by number
    about   what was stored with it, as JSON text
    """

    hashes: np.ndarray
    pieces: np.ndarray
    common: np.ndarray
    names: tuple[str, ...]
    about: str = "{}"

    @classmethod
    def build(cls, pieces: Iterable[tuple[str, np.ndarray]], about: str = "{}") -> RunIndex:
        """The index of pieces given as name and n-grams (any shape of uint32, repetitions allowed)."""
        names, ngrams, owners = [], [], []
        for number, (name, hashes) in enumerate(pieces):
            different = np.unique(hashes)
            names.append(name)
            ngrams.append(different)
            owners.append(np.full(len(different), number, np.uint16))
        hashes = np.concatenate(ngrams or [np.zeros(0, np.uint32)])
        numbers = np.concatenate(owners or [np.zeros(0, np.uint16)])
        order = np.lexsort((numbers, hashes))
        hashes, numbers = hashes[order], numbers[order]
        different, counts = np.unique(hashes, return_counts=True)
        rare = np.repeat(counts <= COMMON, counts)
        return cls(hashes[rare], numbers[rare], different[counts > COMMON], tuple(names), about)

    def save(self, path: Path) -> None:
        """Write the index to ``path`` (.npz), whole or not at all."""
        partial = path.with_suffix(".part")
        with partial.open("wb") as file:
            # Differences of sorted numbers are small, so they pack well.
            np.savez_compressed(
                file,
                steps=np.diff(self.hashes, prepend=np.uint32(0)),
                pieces=self.pieces,
                common=self.common,
                names=np.frombuffer("\n".join(self.names).encode(), np.uint8),
                about=np.frombuffer(self.about.encode(), np.uint8),
            )
        os.replace(partial, path)

    @classmethod
    def load(cls, path: Path) -> RunIndex:
        """Read what ``save`` wrote; raises EngineUnavailable with a sentence when it is missing or damaged."""
        if not path.is_file():
            raise EngineUnavailable(
                f"The originality index {path.name} is missing; install Clipkin again, or build it "
                "with clipkin train originality."
            )
        try:
            # Opened here: numpy leaves a file open that turns out to be no archive.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                index = cls(
                    np.cumsum(stored["steps"], dtype=np.uint32),
                    stored["pieces"],
                    stored["common"],
                    tuple(bytes(stored["names"]).decode().split("\n")),
                    bytes(stored["about"]).decode(),
                )
            if index.hashes.shape != index.pieces.shape or index.hashes.ndim != 1 or len(index.names) > _LARGEST:
                raise ValueError("n-grams and pieces don't belong together")
            if len(index.pieces) and int(index.pieces.max()) >= len(index.names):
                raise ValueError("an n-gram belongs to a piece without a name")
        except _DAMAGE as error:
            raise EngineUnavailable(f"The originality index {path.name} is damaged; install Clipkin again.") from error
        return index

    def longest_run(self, ngrams: np.ndarray, counted: np.ndarray | None = None) -> Run | None:
        """The longest run of ``ngrams`` (G,) that one piece shares, by different n-grams, then by length; None: none.

        counted  (G,) bool: only these may belong to a run
        """
        looked = np.flatnonzero(np.ones(len(ngrams), bool) if counted is None else counted)
        first, counts = np.zeros((2, len(ngrams)), int)
        first[looked] = np.searchsorted(self.hashes, ngrams[looked], side="left")
        # Most are in no piece, which the place says where they would lie.
        found = looked[self.hashes.take(first[looked], mode="clip") == ngrams[looked]] if len(self.hashes) else looked
        counts[found] = np.searchsorted(self.hashes, ngrams[found], side="right") - first[found]
        common = np.append(self.common, np.uint32(0))  # never empty; what lies beyond the last is compared with 0
        at = np.searchsorted(self.common, ngrams)
        bridge = (common[at] == ngrams) & (at < len(self.common))
        if counted is not None:
            bridge &= counted
        where = np.repeat(np.arange(len(ngrams)), counts)  # (H,) place of each hit
        if not len(where):
            return None
        hit = np.arange(len(where)) - np.repeat(np.cumsum(counts) - counts, counts) + first[where]
        piece = self.pieces[hit].astype(np.int64)
        return _longest(ngrams, where, piece, bridge)


def _longest(ngrams: np.ndarray, where: np.ndarray, piece: np.ndarray, bridge: np.ndarray) -> Run:
    """The longest of the runs that hits (place, piece), both (H,), make; common n-grams join what they lie between."""
    order = np.lexsort((where, piece))
    where, piece = where[order], piece[order]
    # Places counted without the common ones: neighbours in this count are neighbours in a run.
    rank = np.cumsum(~bridge)[where]
    begins = np.flatnonzero((np.diff(piece, prepend=-1) != 0) | (np.diff(rank, prepend=-2) > 1))
    lasts = np.append(begins[1:], len(where)) - 1
    _, kind = np.unique(ngrams, return_inverse=True)
    best = None
    spans = where[lasts] - where[begins] + 1
    for run in np.argsort(-spans, kind="stable"):
        if best is not None and spans[run] <= best.distinct:
            break
        start, end = int(where[begins[run]]), int(where[lasts[run]])
        distinct = len(set(kind[start : end + 1].tolist()))
        if best is None or distinct > best.distinct:
            best = Run(start, end, distinct, int(piece[begins[run]]))
    assert best is not None
    return best
