"""Does a clip repeat the music that the engines learned from?

Looked for is the longest run of notes, whatever its key and tempo, that one training piece holds as well (``ngrams``,
``index``), counted by its different ngrams, so that a loop played four times counts once. How long is too long is read
off human music: clips of pieces that were held back, by texture and number of notes (after Yin, Reuben, Stepney &
Collins, "Measuring when a music generation algorithm copies too much", SN Computer Science 2022: originality with human
borrowing as its baseline).

    value   1 up to the run that half of the human clips share, 0.5 at their 95th percentile, 0.25 at their 99th,
            0 at twice the 99th

Built by ``clipkin train originality``.

Offers: ``originality``, ``Originality``, ``Borrowing``, ``WEIGHTS``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from models.analysis.arrays import among
from models.evaluation.index import RunIndex
from models.evaluation.ngrams import RUN, ngrams_of
from models.music.beats import TIGHT
from models.music.clip import Clip
from models.music.errors import EngineUnavailable

WEIGHTS = Path(__file__).resolve().parent.parent / "weights" / "originality.npz"

ONE_VOICE = 1.15
"""Notes for each onset below which a clip is a line."""

SIZES = (12, 20, 32, 48, 80, 128, 256)
"""Clips are compared with human ones of their size: up to so many notes, or more."""

PERCENTILES = (50, 95, 99)


@dataclass(frozen=True, slots=True)
class Originality:
    """What a clip shares with the training set.

    value         0-1, 1 = shares no long run; None where it can't be told
    run_notes     notes of the longest shared run, repetitions included; 0: none
    run_beats     from the first to the last onset of it
    nearest       the piece that holds it, "source/name"; "" where no run is shared
    beyond_human  True: longer than what 99 of 100 human clips share
    reason        a sentence where value is None, else ""
    """

    value: float | None
    run_notes: int = 0
    run_beats: float = 0.0
    nearest: str = ""
    beyond_human: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Borrowing:
    """How many different notes human clips share with the training set: by texture, a row for each of SIZES and one
    for more, PERCENTILES across.
    """

    rows: Mapping[str, tuple[tuple[float, float, float], ...]]

    @classmethod
    def measured(cls, clips: Iterable[tuple[str, int, int]]) -> Borrowing:
        """The percentiles of human clips, each given by texture, notes and different notes of its longest run."""
        by_texture: dict[str, list[tuple[int, int]]] = {}
        for texture, notes, shared in clips:
            by_texture.setdefault(texture, []).append((notes, shared))
        rows = {}
        for texture, seen in by_texture.items():
            sized = [[shared for notes, shared in seen if _size(notes) == size] for size in range(len(SIZES) + 1)]
            rows[texture] = _rising([np.percentile(shared or [0], PERCENTILES).tolist() for shared in sized])
        return cls(rows)

    @classmethod
    def read(cls, about: str) -> Borrowing:
        """What is stored in an index; raises ValueError or KeyError for anything else."""
        rows = {
            texture: tuple((float(a), float(b), float(c)) for a, b, c in table)
            for texture, table in json.loads(about)["borrowing"].items()
        }
        if set(rows) != {"line", "chords", "drums"} or any(len(table) != len(SIZES) + 1 for table in rows.values()):
            raise ValueError("the table of human clips is not complete")
        return cls(rows)

    def of(self, texture: str, notes: int) -> tuple[float, float, float]:
        """The percentiles for a clip of this texture and size."""
        return self.rows[texture][_size(notes)]


def originality(
    clip: Clip, new: Sequence[bool] | None = None, *, known: np.ndarray | None = None, path: Path = WEIGHTS
) -> Originality:
    """What ``clip`` shares with the training set; never raises: without an index the value is None, with a reason.

    new      for each note of the clip: False for a note kept from the prompt. Runs of kept notes alone don't count
    known    n-grams, sorted, of clips that the user gave: what the clip has from them doesn't count either
    """
    try:
        index, borrowing = _opened(path)
    except EngineUnavailable as problem:
        return Originality(None, reason=problem.sentence)
    ngrams = ngrams_of(clip)
    counted = np.ones(len(ngrams.hashes), bool)
    if new is not None and len(counted):
        heard = np.asarray(new, bool)[ngrams.order]
        counted &= np.lib.stride_tricks.sliding_window_view(heard, RUN + 1).any(axis=1)
    if known is not None:
        counted &= ~among(ngrams.hashes, known)
    run = index.longest_run(ngrams.hashes, counted)
    if run is None:
        return Originality(1.0)
    half, most, limit = borrowing.of(texture(ngrams.onsets, drums=clip.drums), len(ngrams.order))
    shared = run.distinct + RUN
    value = float(np.interp(shared, (half, most, limit, 2 * limit), (1.0, 0.5, 0.25, 0.0)))
    last = run.last + RUN
    return Originality(
        value,
        last - run.first + 1,
        float(ngrams.onsets[last] - ngrams.onsets[run.first]),
        index.names[run.piece],
        beyond_human=shared > limit,
    )


def texture(onsets: np.ndarray, *, drums: bool) -> str:
    """ "drums", "line" or "chords", by how many notes begin together."""
    if drums:
        return "drums"
    together = len(np.unique(np.rint(onsets / TIGHT)))
    return "line" if len(onsets) < ONE_VOICE * together else "chords"


@cache
def _opened(path: Path) -> tuple[RunIndex, Borrowing]:
    """The index and its human measure; raises EngineUnavailable."""
    index = RunIndex.load(path)
    try:
        return index, Borrowing.read(index.about)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EngineUnavailable(f"The originality index {path.name} is damaged; install Clipkin again.") from error


def _size(notes: int) -> int:
    return int(np.searchsorted(SIZES, notes, side="left"))


def _rising(rows: Sequence[Sequence[float]]) -> tuple[tuple[float, float, float], ...]:
    """Rows that never fall with the size, and rise from one percentile to the next: few clips make ragged figures."""
    result = []
    half = most = limit = 0.0
    for row in rows:
        half = max(half, row[0], RUN + 1)
        most = max(most, row[1], half + 1)
        limit = max(limit, row[2], most + 1)
        result.append((round(half, 1), round(most, 1), round(limit, 1)))
    return tuple(result)
