"""Build the originality index: the runs of every piece that an engine may have learned from.

    python -m models.training originality --data FOLDER

writes ``weights/originality.npz`` and its card ``weights/originality.json`` in seconds. All corpora with notes go in,
whichever ones the shipped engines learned from: the index only finds copies. How much human music shares with it is
measured on pieces that were held back.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from models.evaluation.grams import RUN, grams_of_arrays
from models.evaluation.index import COMMON, RunIndex
from models.evaluation.originality import PERCENTILES, SIZES, WEIGHTS, Borrowing, texture
from models.music.beats import Metre
from models.music.errors import BadValue, UnreadableFile
from models.training.datasets.sources import SHIPPED
from models.training.judging.notices import notices_of

SOURCES = (*SHIPPED, "pop909")
"""Corpora that hold notes."""

TICKS = 480
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
    found = [source for source in SOURCES if (folder / f"{source}.jsonl").is_file()]
    if not found:
        raise UnreadableFile(
            f"There is no corpus in {folder}; it should hold files such as groove.jsonl and groove.npz.", field="data"
        )
    for source in found:
        try:
            notes = np.load(folder / f"{source}.npz", allow_pickle=False)["notes"]
            entries = [
                json.loads(line) for line in (folder / f"{source}.jsonl").read_text(encoding="utf-8").splitlines()
            ]
        except (OSError, ValueError, KeyError) as error:
            raise UnreadableFile(
                f"The corpus {source} in {folder} can't be read; copy it again.", field="data"
            ) from error
        yield from (_work(source, entry, notes) for entry in entries)


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
    index = RunIndex.build((work.name, _grams(work)) for work in works if work.split == "train")
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


def _grams(work: Work) -> np.ndarray:
    grams = [grams_of_arrays(onsets, pitches, drums=drums).hashes for drums, onsets, pitches in work.tracks]
    return np.concatenate([np.zeros(0, np.uint32), *grams])


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
                    run = index.longest_run(grams_of_arrays(inside, pitches[first:last], drums=drums).hashes)
                    yield texture(inside, drums=drums), last - first, run.distinct + RUN if run else 0


def main(arguments: Sequence[str]) -> int:
    """The command ``originality``; raises BadValue for a folder that isn't there."""
    parser = argparse.ArgumentParser(prog="models.training originality", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with groove.jsonl and so on")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="the .npz to write; its card goes beside it")
    chosen = parser.parse_args(arguments)
    if not chosen.data.is_dir():
        raise BadValue(f"There is no folder {chosen.data}; give the folder of the corpora with --data.", field="data")
    works = list(read_works(chosen.data))
    index = build(works)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    index.save(chosen.out)
    card = _card(works, index, chosen.out.stat().st_size)
    chosen.out.with_suffix(".json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for name, value in card["figures"].items():
        print(f"{name:28}{value:12}")
    return 0


def _card(works: Sequence[Work], index: RunIndex, size: int) -> dict:
    train = [work for work in works if work.split == "train"]
    about = json.loads(index.about)
    notices = notices_of(source for source in SOURCES if any(work.source == source for work in train))
    return {
        "name": "originality",
        "kind": f"index of runs of {RUN + 1} notes (interval and ratio of gaps; drums: lane and gap), hashed to 32 "
        f"bits, with the pieces that hold them; runs found in more than {COMMON} pieces belong to none",
        "use": "finds what a result shares with the training pieces; no note can be read back from it",
        "licence": "GPL-3.0-or-later; the notices of the sources apply",
        "data": [
            {
                "source": source,
                "licence": notice["licence"],
                "tier": notice["tier"],
                "pieces": sum(work.source == source for work in train),
            }
            for source, notice in notices.items()
        ],
        "notices": [notice["notice"] for notice in notices.values()],
        "full_texts": sorted({f"notices/{file}" for notice in notices.values() for file in notice["full_texts"]}),
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
