"""The wire benchmark: clips out and variations back through a relay that loses, repeats and reorders.

The variations are made by an echo, so that the figures are the wire's alone. Every note must come exactly once.

Offers: ``main``, ``figures``.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence

from models.benchmarks.figure import Figure, show
from models.training.options import Options
from tests.bridge.trial.loss_relay import Trouble
from tests.bridge.trial.reliability.line import LINES, an_echo, round_trip

BACK, ROUNDS = 4, 5
SIZES = (16, 200, 2_000, 10_000)


def main(arguments: Sequence[str]) -> int:
    """The command ``benchmark wire``; 1 where a note was lost."""
    as_json = Options("benchmark wire", __doc__, data="", json=True).parse_args(arguments).json
    found = list(figures())
    show(found, as_json=as_json)
    return int(not all(figure.reached for figure in found))


def figures(
    sizes: Sequence[int] = SIZES, lines: Mapping[str, tuple[Trouble, float]] = LINES, rounds: int = ROUNDS
) -> Iterator[Figure]:
    """Each size on each line, lost, repeated, reordered and corrupted each way as its name says; medians of the rounds.

    Times until the first and the last of ``BACK`` variations were whole, in milliseconds.
    """
    with an_echo() as port:
        for name, (trouble, _) in lines.items():
            for size in sizes:
                trips = [round_trip(port, size, trouble, seed, BACK) for seed in range(rounds)]
                what = f"{name}: {size} notes out, {BACK} × {size} back"
                yield Figure(f"{what}, exact, of {rounds}", sum(right for right, _ in trips), "", (rounds, rounds))
                for which, place in (("first", 0), ("last", -1)):
                    yield Figure(f"{what}, {which}", statistics.median(times[place] for _, times in trips) * 1000, "ms")
