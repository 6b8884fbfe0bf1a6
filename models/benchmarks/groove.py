"""``clipkin benchmark groove``: how near the engines' velocity and micro-timing come to what drummers played.

Held-out takes of the Groove MIDI Dataset in 4/4 are put on the grid of 16ths, one hit a cell and lane, all as loud;
each engine humanises them. How far its velocity and timing go with the drummer's is their correlation over the hits
of a take; means of two bars of many takes. A flat beat has none; what all drummers do on average (for each lane and
place in the bar, on the training takes) is what an engine should know at least, and has no chance in it.

Offers: ``main``, ``takes``, ``flat``, ``humanised``, ``averages``, ``agreement``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from models.benchmarks.figure import tell
from models.engines import registry
from models.generator import Request
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.drum_kit import Lane, lane_of, main_pitch
from models.music.note import Note
from models.training.datasets.sources import Piece, read_packed
from models.training.options import Options

BEATS = 8.0
ENGINES = ("rules", "kin", "rnn")
FIGURES = ("velocity: correlation", "error", "spread", "timing: correlation", "error, ms", "spread, ms")
_CELL = 0.25
_STRAY, _FEWEST, _MOST_STRAYS = 0.11, 10, 0.1
_EACH = 2
_EARLY = 0.1
_UNPLAYED = (0.0, 100)

Hits = dict[tuple[int, Lane], tuple[float, int]]
"""For a cell and a lane: beats behind the cell, velocity."""


@dataclass(frozen=True, slots=True)
class Take:
    """Two bars of a drummer."""

    tempo: float
    hits: Hits


def main(arguments: Sequence[str]) -> None:
    """The command: a row of FIGURES for the drummers, their average, and each engine."""
    options = Options("benchmark groove", __doc__, json=True)
    options.add_argument("--takes", type=int, default=80, help="how many (80)")
    chosen = options.parse_args(arguments)
    pieces = list(read_packed(chosen.data, ("groove",)))
    every, known = takes(pieces, "valid"), takes(pieces, "train")
    asked = [every[number] for number in np.random.default_rng(0).permutation(len(every))[: chosen.takes]]
    made = {"the drummers themselves": [take.hits for take in asked], "average of all drummers": averages(known, asked)}
    made |= {engine: [humanised(engine, take, seed) for seed, take in enumerate(asked)] for engine in ENGINES}
    rows = [{"maker": name, "takes": len(asked)} | agreement(asked, hits) for name, hits in made.items()]
    tell(rows, as_json=chosen.json)


def takes(pieces: Iterable[Piece], split: str) -> list[Take]:
    """Two bars each from the beginnings of pieces that lie on 16ths."""
    found = []
    for piece in pieces:
        if piece.split == split and piece.metre == Metre(4, 4):
            for track in piece.tracks:
                for number in range(_EACH):
                    notes = track.notes - (number * BEATS, 0, 0, 0)
                    hits = _hits(notes[(notes[:, 0] >= -_EARLY) & (notes[:, 0] < BEATS - _EARLY)])
                    if len(hits) >= _FEWEST:
                        found.append(Take(piece.tempo or 120.0, hits))
    return found


def _hits(notes: np.ndarray) -> Hits:
    """The loudest hit of each lane in each cell; none where too many lie off the 16ths."""
    cell = np.rint(notes[:, 0] / _CELL).astype(int)
    late = notes[:, 0] - cell * _CELL
    if not len(notes) or (np.abs(late) > _STRAY).mean() > _MOST_STRAYS:
        return {}
    hits: Hits = {}
    for index in np.argsort(notes[:, 3], kind="stable"):
        lane = lane_of(int(notes[index, 1]))
        if lane is not None and 0 <= cell[index] < BEATS / _CELL:
            hits[(int(cell[index]), lane)] = (float(late[index]), int(notes[index, 3]))
    return dict(sorted(hits.items()))


def flat(take: Take) -> Clip:
    """A take as a machine would play it."""
    notes = tuple(Note(main_pitch(lane), cell * _CELL, 0.2, 100) for cell, lane in take.hits)
    return Clip(notes, BEATS, tempo=take.tempo, role="drums")


def humanised(engine: str, take: Take, seed: int) -> Hits:
    """What an engine makes of a flat take."""
    request = Request(task="humanise", prompts=(flat(take),), count=1, seed=seed, role="drums")
    clip = next(iter(registry.load(engine).generate(request))).clip
    cells = [(round(note.onset / _CELL), note) for note in clip.notes]
    played = {(cell, lane_of(note.pitch)): (note.onset - cell * _CELL, note.velocity) for cell, note in cells}
    return {key: played.get(key, _UNPLAYED) for key in take.hits}


def averages(known: Sequence[Take], asked: Sequence[Take]) -> list[Hits]:
    """For takes that are asked for: the mean of the known ones for each lane and place in the bar."""
    told: dict[tuple[int, Lane], list[tuple[float, int]]] = defaultdict(list)
    for take in known:
        for (cell, lane), hit in take.hits.items():
            told[(cell % 16, lane)].append(hit)
    means = {key: tuple(np.mean(hits, axis=0)) for key, hits in told.items()}
    return [{(cell, lane): means.get((cell % 16, lane), _UNPLAYED) for cell, lane in take.hits} for take in asked]


def agreement(real: Sequence[Take], made: Sequence[Hits]) -> dict[str, float]:
    """How near what was made comes to the takes: the means of FIGURES over them; correlations lie in -1 … 1."""
    rows = []
    for take, hits in zip(real, made, strict=True):
        in_ms = (60_000 / take.tempo, 1)
        true = np.array(list(take.hits.values())) * in_ms  # (N, 2)
        got = np.array([hits[key] for key in take.hits]) * in_ms
        errors, spreads = np.abs(true - got).mean(axis=0), got.std(axis=0)
        alike = [
            np.corrcoef(true[:, column], got[:, column])[0, 1]
            if true[:, column].std() > 0 < got[:, column].std()
            else 0.0
            for column in (0, 1)
        ]
        rows.append([value[column] for column in (1, 0) for value in (alike, errors, spreads)])
    return dict(zip(FIGURES, np.mean(rows, axis=0).tolist(), strict=True))
