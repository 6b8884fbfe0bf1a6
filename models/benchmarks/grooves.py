"""How near the engines' grooves come to what drummers played.

Run as ``python -m models.benchmarks.grooves --data DIR``.

Held-out takes of the Groove MIDI Dataset in 4/4 are put on the grid of 16ths, one hit a cell and lane, all as loud;
each engine humanises them. How far its loudness and timing go with the drummer's is their correlation over the hits
of a take; means of two bars of many takes. A flat beat has none; the habit of all drummers (their mean for each lane
and place in the bar, on the training takes) is what an engine should know at least, and has no chance in it.

Offers: ``takes``, ``flat``, ``agreement``, ``Agreement``.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from models.engines import registry
from models.generator import Request
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.drum_kit import Lane, lane_of, main_pitch
from models.music.note import Note
from models.training.datasets.sources import Piece, read_packed

BEATS = 8.0
ENGINES = ("rules", "kin", "rnn")
_CELL = 0.25
_STRAY, _FEWEST, _MOST_STRAYS = 0.11, 10, 0.1
_EACH = 2
_EARLY = 0.1

Hits = dict[tuple[int, Lane], tuple[float, int]]
"""For a cell and a lane: beats behind the cell, velocity."""


@dataclass(frozen=True, slots=True)
class Take:
    """Two bars of a drummer."""

    tempo: float
    hits: Hits


@dataclass(frozen=True, slots=True)
class Agreement:
    """Means over takes: correlation (-1 to 1) and distance of loudness (steps) and timing (ms), and their spreads."""

    loudness: float
    loudness_error: float
    loudness_spread: float
    timing: float
    timing_error_ms: float
    timing_spread_ms: float


def takes(pieces: Iterable[Piece], split: str) -> list[Take]:
    """Two bars each from the beginnings of pieces that lie on 16ths."""
    found = []
    for piece in pieces:
        if piece.split != split or piece.metre != Metre(4, 4):
            continue
        for track in piece.tracks:
            for number in range(_EACH):
                start = number * BEATS
                onset = track.notes[:, 0] - start
                hits = _hits(track.notes[(onset >= -_EARLY) & (onset < BEATS - _EARLY)], start)
                if len(hits) >= _FEWEST:
                    found.append(Take(piece.tempo or 120.0, hits))
    return found


def _hits(notes: np.ndarray, start: float) -> Hits:
    """The loudest hit of each lane in each cell; none where too many lie off the 16ths."""
    onset = notes[:, 0] - start
    cell = np.rint(onset / _CELL).astype(int)
    late = onset - cell * _CELL
    if not len(notes) or (np.abs(late) > _STRAY).mean() > _MOST_STRAYS:
        return {}
    hits: Hits = {}
    for place in np.argsort(notes[:, 3], kind="stable"):
        lane = lane_of(int(notes[place, 1]))
        if lane is not None and 0 <= cell[place] < BEATS / _CELL:
            hits[(int(cell[place]), lane)] = (float(late[place]), int(notes[place, 3]))
    return dict(sorted(hits.items()))


def flat(take: Take) -> Clip:
    """A take as a machine would play it."""
    notes = tuple(Note(main_pitch(lane), cell * _CELL, 0.2, 100) for cell, lane in take.hits)
    return Clip(notes, BEATS, tempo=take.tempo, role="drums")


def humanised(engine: str, take: Take, seed: int) -> Hits:
    """What an engine makes of a flat take."""
    request = Request(task="humanise", prompts=(flat(take),), count=1, seed=seed, role="drums")
    clip = next(iter(registry.load(engine).generate(request))).clip
    played = {}
    for note in clip.notes:
        cell, lane = round(note.onset / _CELL), lane_of(note.pitch)
        if lane is not None:
            played[(cell, lane)] = (note.onset - cell * _CELL, note.velocity)
    return {key: played.get(key, (0.0, 100)) for key in take.hits}


def habits(known: Sequence[Take], asked: Sequence[Take]) -> list[Hits]:
    """For takes that are asked for: the mean of the known ones for each lane and place in the bar."""
    told: dict[tuple[int, Lane], list[tuple[float, int]]] = defaultdict(list)
    for take in known:
        for (cell, lane), hit in take.hits.items():
            told[(cell % 16, lane)].append(hit)
    means = {key: tuple(np.mean(hits, axis=0)) for key, hits in told.items()}
    return [{(cell, lane): means.get((cell % 16, lane), (0.0, 100)) for cell, lane in take.hits} for take in asked]


def agreement(real: Sequence[Take], made: Sequence[Hits]) -> Agreement:
    """How near what was made comes to the takes."""
    rows = []
    for take, hits in zip(real, made, strict=True):
        ms = 60_000 / take.tempo
        true = np.array(list(take.hits.values())) * (ms, 1)  # (N, 2)
        got = np.array([hits[key] for key in take.hits]) * (ms, 1)
        rows.append(
            (
                _correlation(true[:, 1], got[:, 1]),
                np.abs(true - got)[:, 1].mean(),
                got[:, 1].std(),
                _correlation(true[:, 0], got[:, 0]),
                np.abs(true - got)[:, 0].mean(),
                got[:, 0].std(),
            )
        )
    return Agreement(*(float(value) for value in np.mean(rows, axis=0)))


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one, other)[0, 1]) if one.std() > 0 and other.std() > 0 else 0.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="How near grooves come to what drummers played.")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the corpora")
    parser.add_argument("--takes", type=int, default=80, help="how many (80)")
    arguments = parser.parse_args()
    pieces = list(read_packed(arguments.data, ("groove",)))
    every, known = takes(pieces, "valid"), takes(pieces, "train")
    chosen = [every[place] for place in np.random.default_rng(0).permutation(len(every))[: arguments.takes]]
    rows = {"the drummers themselves": [take.hits for take in chosen], "habit of all drummers": habits(known, chosen)}
    rows |= {engine: [humanised(engine, take, seed) for seed, take in enumerate(chosen)] for engine in ENGINES}
    table = Table("", "loudness: correlation", "error", "spread", "timing: correlation", "error, ms", "spread, ms")
    for name, made in rows.items():
        found = agreement(chosen, made)
        table.add_row(
            name,
            f"{found.loudness:.3f}",
            f"{found.loudness_error:.1f}",
            f"{found.loudness_spread:.1f}",
            f"{found.timing:.3f}",
            f"{found.timing_error_ms:.1f}",
            f"{found.timing_spread_ms:.1f}",
        )
    Console().print(f"{len(chosen)} takes of {BEATS:g} beats", table)


if __name__ == "__main__":
    main()
