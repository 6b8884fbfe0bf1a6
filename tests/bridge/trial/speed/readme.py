"""The README's table of speed and promises: latency, dial, locks and loss, measured in one run.

Offers: ``table``, ``write``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from models.generator import Locks
from models.music.errors import ClipkinError
from models.music.locks import FLAGS
from models.studio import Studio
from tests.bridge.trial.loss_relay import Trouble
from tests.bridge.trial.reliability.line import an_echo, round_trip
from tests.bridge.trial.speed.direct import USUAL_LENGTH, Cell, requests_of
from tests.models.constraints.violations import violations

README = Path(__file__).parents[4] / "README.md"
BEGIN, END = "<!-- speed: written by `clipkin benchmark speed --readme`; do not edit -->", "<!-- end of speed -->"
_DIALS = (0.3, 0.5, 0.7, 0.9)
_LOST = Trouble(0.2, 0.1, 0.25)


def table(studio: Studio, cells: Iterable[Cell], peer: tuple[float, float] | None) -> str:
    """A row for each engine that varies, the peer's where it ran, and a sentence on the wire."""
    lines = [
        "| 4 variations of 32 notes | first, s | all, s | off the dial, at most | broken locks |",
        "|---|---|---|---|---|",
    ]
    for cell in cells:
        off, broken, tried = _promises(studio, cell)
        lines.append(f"| `{cell.engine}` | {cell.first_s:.3f} | {cell.all_s:.3f} | {off:.3f} | {broken} of {tried} |")
    if peer is not None:
        lines.append(f"| Magenta.js MusicRNN, its true size | {peer[0]:.3f} | {peer[1]:.3f} | has none | has none |")
    with an_echo() as port:
        exact = sum(round_trip(port, 200, _LOST, seed, back=4)[0] for seed in range(5))
    wire = (
        "Processor time of one core, medians of one run in which each round asks for a clip that is new; asked again, "
        f"a clip comes sooner. Over a wire that loses {_LOST.lost:.0%} of the datagrams, "
        f"doubles {_LOST.repeated:.0%} and reorders {_LOST.reordered:.0%}, {exact} of 5 times 200 notes "
        "went out and four results came back exactly."
    )
    return "\n".join([*lines, "", wire])


def _promises(studio: Studio, cell: Cell) -> tuple[float, int, int]:
    """How far results are from the dial at most; how many of the results under a lock break it, of how many."""
    request = requests_of("vary", cell.role, USUAL_LENGTH, 2)  # type: ignore[arg-type]  # a role
    off = max(
        abs((variation.report.similarity or 0.0) - dial)
        for dial in _DIALS
        for variation in studio.generate(request.but(similarity=dial), cell.engine)
    )
    broken, tried = 0, 0
    for flag in FLAGS:
        locked = request.but(locks=Locks(**{flag: True}))  # type: ignore[arg-type]  # of a flag
        try:
            found = list(studio.generate(locked, cell.engine))
        except ClipkinError:
            continue  # nothing left that this engine could change, and it says so
        broken += sum(bool(violations(locked, variation, cell.role)) for variation in found)  # type: ignore[arg-type]
        tried += len(found)
    return off, broken, tried


def write(text: str) -> None:
    """Put the table into the README."""
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
