"""What people usually write after what: small tables of log-probabilities, one for each habit and role.

    interval  from one note of the line to the next, after the interval before; -13…13 semitones, beyond: the outermost
    degree    of the line's next note, after the one before; semitones above the tonic, major and minor apart
    colour    degree of any note
    gap       to the next onset, after the gap before
    place     of an onset in its beat, the first beat of a bar apart
    stack     semitones from one note to the next above it at one onset
    held      duration compared with the gap to the next onset, in octaves
    lane      where in a bar's beats a drum plays; spell: after what gap it comes again; kit: which drums begin together

Offers: ``Habits`` (``of_counts``, ``surprise``, ``as_numbers``, ``of_numbers``), ``codes_of``, ``counts_of``, ``add``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.evaluation.grams import LANES_OF
from models.evaluation.ground import Ground
from models.evaluation.shape import STEPS, Shape

_WIDEST = 13
_GAP_BOUNDS = np.array([4, 7, 9, 13, 17, 19, 25, 37, 49, 73, 97])
"""Steps below which a gap belongs to each class: 32nds, 16ths, triplets, 8ths … two bars."""
_GAPS = len(_GAP_BOUNDS) + 1
_PLACES = 2 * STEPS
_STACKS = 25
_HELD = 9
_LANES = int(LANES_OF.max()) + 1

SIZES: Mapping[str, tuple[int, int]] = {
    "interval": (2 * _WIDEST + 1, 2 * _WIDEST + 1),
    "degree": (24, 12),
    "colour": (2, 12),
    "gap": (_GAPS, _GAPS),
    "place": (1, _PLACES),
    "stack": (1, _STACKS),
    "held": (1, _HELD),
    "lane": (_LANES, _PLACES),
    "spell": (_LANES, _GAPS),
    "kit": (1, 2**_LANES),
}
PITCHED = ("interval", "degree", "colour", "gap", "place", "stack", "held")
DRUMS = ("gap", "place", "lane", "spell", "kit")

Codes = dict[str, tuple[np.ndarray, np.ndarray]]

_PRIOR = 8.0
"""Counts that a row's unconditional shares are worth."""

_UNIT = 0.1
"""Nats of one unit in a stored table."""


def codes_of(shape: Shape, ground: Ground) -> Codes:
    """For each habit of the role: row and column of its table, (K,) both, for each thing that the clip does."""
    gaps = np.searchsorted(_GAP_BOUNDS, shape.gaps, side="right")
    codes = {"gap": (gaps[:-1], gaps[1:]), "place": _column(_places(shape.onsets, ground))}
    return codes | (_drum_codes(shape, ground) if ground.role == "drums" else _pitched_codes(shape, ground))


def _pitched_codes(shape: Shape, ground: Ground) -> Codes:
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


def _drum_codes(shape: Shape, ground: Ground) -> Codes:
    lanes = LANES_OF[shape.notes.pitch]
    order = np.lexsort((shape.steps, lanes))
    lane, gaps = lanes[order], np.diff(shape.steps[order])
    again = np.diff(lane) == 0
    sets = np.zeros(len(shape.onsets), int)
    np.bitwise_or.at(sets, np.repeat(np.arange(len(shape.onsets)), shape.counts), 1 << lanes)
    return {
        "lane": (lanes, _places(shape.steps, ground)),
        "kit": _column(sets),
        "spell": (lane[1:][again], np.searchsorted(_GAP_BOUNDS, gaps[again], side="right")),
    }


def _places(steps: np.ndarray, ground: Ground) -> np.ndarray:
    in_bar = steps % max(STEPS, round(ground.metre.bar * STEPS))
    places: np.ndarray = in_bar % STEPS + STEPS * (in_bar >= STEPS)
    return places


def _column(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(len(columns), int), columns


@dataclass(frozen=True)
class Habits:
    """Log-probabilities (nats) of one role's habits: for each name a table of SIZES."""

    tables: Mapping[str, np.ndarray]

    @classmethod
    def of_counts(cls, counts: Mapping[str, np.ndarray]) -> Habits:
        """The habits that counts show: each row is mixed with what is usual without regard to it."""
        tables = {}
        for name, table in counts.items():
            usual = table.sum(axis=0) + 0.5
            mixed = table + _PRIOR * usual / usual.sum()
            tables[name] = np.log(mixed / mixed.sum(axis=1, keepdims=True))
        return cls(tables)

    def surprise(self, codes: Codes) -> dict[str, float]:
        """For each habit the mean of what a clip does against it, nats, and ``worst``, the mean of its worst quarter.

        What a clip does nothing of is no surprise: 0.
        """
        found = {}
        for name, table in self.tables.items():
            rows, columns = codes[name]
            nats = -table[rows, columns]
            found[name] = float(nats.mean()) if len(nats) else 0.0
            quarter = (len(nats) + 3) // 4
            found[f"worst {name}"] = float(np.partition(nats, -quarter)[-quarter:].mean()) if len(nats) else 0.0
        return found

    def as_numbers(self) -> dict[str, list[str]]:
        """The tables in tenths of a nat, a row as whole numbers in one text; the reverse of ``of_numbers``."""
        return {
            name: [" ".join(map(str, row)) for row in np.rint(-table / _UNIT).astype(int).tolist()]
            for name, table in self.tables.items()
        }

    @classmethod
    def of_numbers(cls, numbers: Mapping[str, list[str]]) -> Habits:
        """Read what ``as_numbers`` gave; raises ValueError for tables of another size."""
        tables = {name: -_UNIT * np.array([row.split() for row in rows], float) for name, rows in numbers.items()}
        if any(table.shape != SIZES.get(name) for name, table in tables.items()):
            raise ValueError("a table of habits has another size")
        return cls(tables)


def counts_of(role_habits: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Empty counts for the habits named, to be filled by ``add``."""
    return {name: np.zeros(SIZES[name]) for name in role_habits}


def add(counts: dict[str, np.ndarray], codes: Codes) -> None:
    """Count what a clip does."""
    for name, table in counts.items():
        np.add.at(table, codes[name], 1)
