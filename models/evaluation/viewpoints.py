"""What people usually write after what: small tables of log-probabilities, one for each viewpoint and role.

A viewpoint is a way to see a row of notes as symbols (Conklin & Witten 1995):

    interval  from one note of the line to the next, after the interval before; -13…13 semitones, beyond: the outermost
    degree    of the line's next note, after the one before; semitones above the tonic, major and minor apart
    colour    degree of any note
    gap       to the next onset, after the gap before
    place     of an onset in its beat, the first beat of a bar apart
    stack     semitones from one note to the next above it at one onset
    held      duration compared with the gap to the next onset, in octaves
    lane      where in a bar's beats a drum plays; spell: after what gap it comes again; kit: which drums begin together

Offers: ``Viewpoints`` (``of_counts``, ``surprisal``, ``as_numbers``, ``of_numbers``), ``symbols_of``, ``counted``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from models.evaluation.ngrams import LANES_OF
from models.evaluation.shape import STEPS, Ground, Shape

_WIDEST = 13
_GAP_BOUNDS = np.array([4, 7, 9, 13, 17, 19, 25, 37, 49, 73, 97])
"""Steps below which a gap belongs to each class: 32nds, 16ths, triplets, 8ths … two bars."""
_GAPS = len(_GAP_BOUNDS) + 1
_POSITIONS = 2 * STEPS
_STACKS = 25
_HELD = 9
_LANES = int(LANES_OF.max()) + 1

SIZES: Mapping[str, tuple[int, int]] = {
    "interval": (2 * _WIDEST + 1, 2 * _WIDEST + 1),
    "degree": (24, 12),
    "colour": (2, 12),
    "gap": (_GAPS, _GAPS),
    "place": (1, _POSITIONS),
    "stack": (1, _STACKS),
    "held": (1, _HELD),
    "lane": (_LANES, _POSITIONS),
    "spell": (_LANES, _GAPS),
    "kit": (1, 2**_LANES),
}
PITCHED = ("interval", "degree", "colour", "gap", "place", "stack", "held")
DRUMS = ("gap", "place", "lane", "spell", "kit")

Symbols = dict[str, tuple[np.ndarray, np.ndarray]]

_PRIOR = 8.0
"""Counts that a row's unconditional shares are worth."""

_UNIT = 0.1
"""Nats of one unit in a stored table."""


def symbols_of(shape: Shape, ground: Ground) -> Symbols:
    """For each viewpoint of the role: rows and columns of its table, (K,) both, one for each event of the clip."""
    gaps = np.searchsorted(_GAP_BOUNDS, shape.gaps, side="right")
    symbols: Symbols = {"gap": (gaps[:-1], gaps[1:]), "place": _column(_positions(shape.onsets, ground))}
    return symbols | (_drum_symbols(shape, ground) if ground.role == "drums" else _pitched_symbols(shape, ground))


def _pitched_symbols(shape: Shape, ground: Ground) -> Symbols:
    intervals = np.clip(shape.intervals, -_WIDEST, _WIDEST) + _WIDEST
    degrees = (shape.line - ground.tonic) % 12
    pitch = shape.notes.pitch
    above = np.diff(pitch)[np.diff(shape.steps) == 0]
    ratio = shape.notes.duration[shape.leads[:-1]] / np.maximum(shape.gaps / STEPS, 1 / STEPS)
    held = np.clip(np.rint(2 * np.log2(np.maximum(ratio, 1e-3))) + _HELD // 2 + 1, 0, _HELD - 1).astype(int)
    mode = 12 * ground.minor
    return {
        "interval": (intervals[:-1], intervals[1:]),
        "degree": (mode + degrees[:-1], degrees[1:]),
        "colour": (np.full(len(pitch), int(ground.minor)), (pitch - ground.tonic) % 12),
        "stack": _column(np.minimum(above, _STACKS - 1)),
        "held": _column(held),
    }


def _drum_symbols(shape: Shape, ground: Ground) -> Symbols:
    lanes = LANES_OF[shape.notes.pitch]
    order = np.lexsort((shape.steps, lanes))
    lane, gaps = lanes[order], np.diff(shape.steps[order])
    again = np.diff(lane) == 0
    sets = np.zeros(len(shape.onsets), int)
    np.bitwise_or.at(sets, np.repeat(np.arange(len(shape.onsets)), shape.counts), 1 << lanes)
    return {
        "lane": (lanes, _positions(shape.steps, ground)),
        "kit": _column(sets),
        "spell": (lane[1:][again], np.searchsorted(_GAP_BOUNDS, gaps[again], side="right")),
    }


def _positions(steps: np.ndarray, ground: Ground) -> np.ndarray:
    in_bar = steps % max(STEPS, round(ground.metre.bar * STEPS))
    positions: np.ndarray = in_bar % STEPS + STEPS * (in_bar >= STEPS)
    return positions


def _column(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(len(columns), int), columns


@dataclass(frozen=True)
class Viewpoints:
    """Log-probabilities (nats) of one role's viewpoints: for each name a table of SIZES."""

    tables: Mapping[str, np.ndarray]

    @classmethod
    def of_counts(cls, counts: Mapping[str, np.ndarray]) -> Viewpoints:
        """What counts show: each row is mixed with what is usual without regard to it."""
        tables = {}
        for name, table in counts.items():
            usual = table.sum(axis=0) + 0.5
            mixed = table + _PRIOR * usual / usual.sum()
            tables[name] = np.log(mixed / mixed.sum(axis=1, keepdims=True))
        return cls(tables)

    def surprisal(self, symbols: Symbols) -> dict[str, float]:
        """For each viewpoint the mean surprisal of a clip, nats, and ``worst``, the mean of its worst quarter.

        What a clip does nothing of is no surprise: 0.
        """
        found = {}
        for name, table in self.tables.items():
            rows, columns = symbols[name]
            nats = -table[rows, columns]
            quarter = (len(nats) + 3) // 4
            found[name] = float(nats.sum()) / len(nats) if quarter else 0.0
            found[f"worst {name}"] = float(np.partition(nats, -quarter)[-quarter:].sum()) / quarter if quarter else 0.0
        return found

    def as_numbers(self) -> dict[str, list[str]]:
        """The tables in tenths of a nat, a row as whole numbers in one text; the reverse of ``of_numbers``."""
        return {
            name: [" ".join(map(str, row)) for row in np.rint(-table / _UNIT).astype(int).tolist()]
            for name, table in self.tables.items()
        }

    @classmethod
    def of_numbers(cls, numbers: Mapping[str, list[str]]) -> Viewpoints:
        """Read what ``as_numbers`` gave; raises ValueError for tables of another size."""
        tables = {name: -_UNIT * np.array([row.split() for row in rows], float) for name, rows in numbers.items()}
        if any(table.shape != SIZES.get(name) for name, table in tables.items()):
            raise ValueError("a table of viewpoints has another size")
        return cls(tables)


def counted(clips: Iterable[Symbols], viewpoints: tuple[str, ...]) -> dict[str, np.ndarray]:
    """How often each symbol comes in its row, over clips, for each of the viewpoints."""
    counts = {name: np.zeros(SIZES[name]) for name in viewpoints}
    for symbols in clips:
        for name, table in counts.items():
            np.add.at(table, symbols[name], 1)
    return counts
