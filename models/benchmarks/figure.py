"""A measured figure beside its goal, and the table of many.

Offers: ``Figure``, ``show``, ``NO_GOAL``; ``tell`` (rows of figures), ``table`` (the same as text).
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

NO_GOAL = (-math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, its value and unit, and the least and the most that it should be, in the same unit."""

    name: str
    value: float
    unit: str = "share"
    goal: tuple[float, float] = NO_GOAL

    @property
    def reached(self) -> bool:
        """Does the value lie within the goal?"""
        return self.goal[0] <= self.value <= self.goal[1]

    @property
    def value_text(self) -> str:
        """The value and its unit: counts whole, all else with three digits."""
        number = f"{self.value:.0f}" if float(self.value).is_integer() else f"{self.value:.3g}"
        return f"{number} {self.unit}".strip()

    @property
    def goal_text(self) -> str:
        """The goal in signs: "≥ 0.6"; "" where there is none."""
        low, high = self.goal
        if low == high:
            return f"{low:g}"
        if high == math.inf:
            return f"≥ {low:g}" if low > -math.inf else ""
        return f"{low:g}–{high:g}" if low > 0 else f"≤ {high:g}"


def show(figures: Iterable[Figure], *, as_json: bool = False, more: Iterable[dict] = ()) -> None:
    """The figures as a table, or as a list of objects, on standard output; more: objects that only JSON has."""
    if as_json:
        rows = [{**asdict(each), "goal": each.goal_text, "reached": each.reached} for each in figures]
        sys.stdout.write(json.dumps([*rows, *more], ensure_ascii=False) + "\n")
        return
    table = Table("", "measured", "goal", "")
    for each in figures:
        table.add_row(each.name, each.value_text, each.goal_text, "" if each.reached else "missed")
    Console().print(table)


def tell(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Rows of figures on standard output: as ``table``, or as a list of objects."""
    sys.stdout.write((json.dumps(rows, indent=1) if as_json else table(rows)) + "\n")


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """The rows as text, a column for each name; numbers that aren't whole with three decimals."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    values = [[row.get(name, "") for name in names] for row in rows]
    cells = [names, *([f"{each:.3f}" if isinstance(each, float) else str(each) for each in row] for row in values)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(line.rstrip() for line in lines)
