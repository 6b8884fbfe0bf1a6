"""``clipkin train originality --data DIR``: build the index of the runs of every piece that an engine may have learned.

It writes ``weights/originality.npz`` and its card ``weights/originality.json`` in seconds. All corpora with notes go
in, whichever ones the shipped engines learned from: the index only finds copies. How much human music shares with it
is measured on pieces that were held back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from models.evaluation.index import COMMON, RunIndex
from models.evaluation.ngrams import RUN, ngrams_of_arrays
from models.evaluation.originality import PERCENTILES, SIZES, WEIGHTS, Borrowing, texture
from models.music.beats import Metre
from models.training.datasets.sources import SHIPPED, TICKS, packed
from models.training.model_card import said_of, said_of_sources, write_card
from models.training.options import Options

SOURCES = (*SHIPPED, "pop909")
"""Corpora that hold notes."""

_CLIP_BARS = (1, 2, 4, 8, 16)
_CLIPS_A_TRACK = 12
_LEAK = 0.3
"""A held-back piece that shares this much of its tune with a training piece is no measure of human borrowing."""


@dataclass(frozen=True)
class Work:
    """A piece: its name, and of each track whether it is drums, and onsets (beats) and pitches, (N,) each."""

    source: str
    name: str
    split: str
    bar: float
    leak: float
    tracks: tuple[tuple[bool, np.ndarray, np.ndarray], ...]


def read_works(folder: Path) -> Iterator[Work]:
    """Every piece with notes, whatever its metre does; raises UnreadableFile when a corpus can't be read."""
    return (_work(*found) for found in packed(folder, SOURCES))


def _work(source: str, entry: dict, notes: np.ndarray) -> Work:
    tracks = []
    for listed in entry["tracks"]:
        rows = notes[listed["start"] : listed["start"] + listed["n"]]
        if len(rows):
            rows = rows[np.append(True, np.any(np.diff(rows[:, :2], axis=0) != 0, axis=1))]  # doubled notes
            tracks.append((listed["role"] == "drums", rows[:, 0] / TICKS, rows[:, 1].astype(np.int64)))
    bar = Metre.parse(entry["time_signature"]).bar if entry["time_signature"] else 4.0
    return Work(source, f"{source}/{entry['id']}", entry["split"], bar, entry.get("leak") or 0.0, tuple(tracks))


def build(works: Sequence[Work]) -> RunIndex:
    """The index of the train split, with the borrowing of the valid split stored in it."""
    train = [work for work in works if work.split == "train"]
    ngrams = (
        [ngrams_of_arrays(onsets, pitches, drums=drums).hashes for drums, onsets, pitches in work.tracks]
        for work in train
    )
    empty = np.zeros(0, np.uint32)
    index = RunIndex.build(
        (work.name, np.concatenate([empty, *found])) for work, found in zip(train, ngrams, strict=True)
    )
    held_back = [
        clip for work in works if work.split == "valid" and work.leak < _LEAK for clip in human_clips(work, index)
    ]
    borrowing = Borrowing.measured(held_back)
    about = {
        "run": RUN,
        "common": COMMON,
        "sizes": SIZES,
        "percentiles": PERCENTILES,
        "clips": {kind: sum(clip[0] == kind for clip in held_back) for kind in borrowing.rows},
        "borrowing": borrowing.rows,
    }
    return replace(index, about=json.dumps(about))


def human_clips(work: Work, index: RunIndex) -> Iterator[tuple[str, int, int]]:
    """Clips of 1 to 16 bars of a piece: texture, notes, and different notes of the longest run that the index shares.

    At most a dozen of each size are taken from a track, spread evenly.
    """
    for drums, onsets, pitches in work.tracks:
        for bars in _CLIP_BARS:
            starts = np.arange(0, onsets[-1] + 1e-6, bars * work.bar)
            for start in starts[:: max(1, len(starts) // _CLIPS_A_TRACK)]:
                first, last = np.searchsorted(onsets, (start, start + bars * work.bar))
                if last - first > RUN:
                    inside = onsets[first:last] - start
                    run = index.longest_run(ngrams_of_arrays(inside, pitches[first:last], drums=drums).hashes)
                    yield texture(inside, drums=drums), last - first, run.distinct + RUN if run else 0


def main(arguments: Sequence[str]) -> None:
    """The command."""
    options = Options("train originality", __doc__)
    options.add_argument("--out", type=Path, default=WEIGHTS, help="the .npz to write; its card goes beside it")
    chosen = options.parse_args(arguments)
    works = list(read_works(chosen.data))
    index = build(works)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    index.save(chosen.out)
    write_card(chosen.out.with_suffix(".json"), _card(works, index, chosen.out.stat().st_size))


def _card(works: Sequence[Work], index: RunIndex, size: int) -> dict:
    train = [work for work in works if work.split == "train"]
    about = json.loads(index.about)
    pieces = {source: sum(work.source == source for work in train) for source in SOURCES}
    return {
        "name": "originality",
        **said_of("originality"),
        **said_of_sources({source: count for source, count in pieces.items() if count}),
        "human_borrowing": {
            "what": "different notes of the longest shared run in clips of 1 to 16 bars of held-back pieces, "
            "those that share their tune with a training piece left out",
            "sizes": [f"up to {size} notes" for size in SIZES] + ["more"],
            "percentiles": PERCENTILES,
            "clips": about["clips"],
            "rows": {kind: [" ".join(map(str, row)) for row in rows] for kind, rows in about["borrowing"].items()},
        },
        "figures": {
            "pieces": len(index.names),
            "runs": len(np.unique(index.hashes)),
            "pairs": len(index.hashes),
            "common_runs": len(index.common),
            "bytes": size,
        },
    }
