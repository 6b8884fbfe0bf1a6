"""The reliability programme: ``clipkin benchmark reliability [--long] [--only R4 …] [--keep FILE] [--json] [--write]``.

R1 to R19 of one table of figures, each with the line that it has to pass. On two quiet cores the short form takes about
five minutes, the long one between one and two hours; --keep FILE takes up a run again that was broken off. With --write
the table goes into RELIABILITY.md beside PROTOCOL.md, with date, commit and machine.

Offers: ``main``, ``TRIALS``, ``page``.
"""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from importlib import import_module
from pathlib import Path

from models.benchmarks.figure import Figure, show
from models.training.options import Options
from tests.bridge.trial.reliability.processes import ROOT, sockets, watch_sockets

HERE = "tests.bridge.trial.reliability"
PAGE = ROOT / "bridge" / "RELIABILITY.md"


@dataclass(frozen=True)
class Trial:
    """One row of facts and its module's function, which takes ``long`` and gives the figures."""

    name: str
    subject: str
    module: str
    function: str

    def figures(self, long: bool) -> Iterator[Figure]:
        """Measure; what goes wrong in the measuring is a figure that misses its goal, not the end of the others."""
        measure: Callable[[bool], Iterator[Figure]] = getattr(import_module(self.module), self.function)
        try:
            yield from measure(long)
        except Exception as problem:  # noqa: BLE001 - the table says what happened
            yield Figure(f"{self.name} broke off: {type(problem).__name__}: {problem}", math.nan, "", (1, 1))


TRIALS = (
    Trial("R1", "codec", f"{HERE}.codec", "properties"),
    Trial("R2", "mutated datagrams", f"{HERE}.codec", "mutants"),
    Trial("R2", "mutated files", f"{HERE}.midi_files", "mutated_files"),
    Trial("R3", "flood", f"{HERE}.flood", "flood"),
    Trial("R4", "loss", f"{HERE}.line", "losses"),
    Trial("R5", "black hole", f"{HERE}.line", "silence"),
    Trial("R6", "leaks", f"{HERE}.endurance", "leaks"),
    Trial("R7", "server killed", f"{HERE}.deaths", "kills"),
    Trial("R8", "server stopped, clock jumps", f"{HERE}.deaths", "pauses"),
    Trial("R9", "twins and a thief", f"{HERE}.endurance", "twins"),
    Trial("R10", "port taken", f"{HERE}.deaths", "taken_ports"),
    Trial("R11", "client killed and frozen", f"{HERE}.deaths", "dead_clients"),
    Trial("R12", "disk full", f"{HERE}.files", "full_disk"),
    Trial("R13", "bad weights", f"{HERE}.damage", "bad_weights"),
    Trial("R14", "settings", f"{HERE}.files", "settings"),
    Trial("R15", "cancel", f"{HERE}.endurance", "cancels"),
    Trial("R16", "strangers", f"{HERE}.others", "strangers"),
    Trial("R17", "exported files", f"{HERE}.midi_files", "readers"),
    Trial("R18", "starved", f"{HERE}.line", "starved"),
    Trial("R19", "panel", f"{HERE}.others", "panel"),
)
"""R20 is a person's, with Live: max_for_live/LIVE-PLAN.md. Modules by name, so that torch loads only for R13."""


def main(arguments: Sequence[str]) -> int:
    """The command ``benchmark reliability``; 1 where a line was not passed."""
    options = Options("benchmark reliability", __doc__, data="", json=True)
    options.add_argument("--long", action="store_true", help="the full counts: an hour or two")
    options.add_argument("--only", nargs="+", metavar="R", help="some of them, such as R4 R15")
    options.add_argument("--keep", type=Path, metavar="FILE", help="ended trials' figures, not measured again")
    options.add_argument("--write", action="store_true", help=f"write the table into {PAGE.name} as well")
    chosen = options.parse_args(arguments)
    watch_sockets()
    figures: list[Figure] = []
    kept = json.loads(chosen.keep.read_text(encoding="utf-8")) if chosen.keep and chosen.keep.exists() else {}
    for trial in TRIALS:
        if not chosen.only or trial.name in chosen.only:
            began, place = time.monotonic(), f"{trial.name} {trial.subject}{' long' * chosen.long}"
            found = [Figure(name, value, unit, tuple(goal)) for name, value, unit, goal in kept.get(place, ())] or list(
                trial.figures(chosen.long)
            )
            figures += found
            if chosen.keep and not any(math.isnan(each.value) for each in found):
                kept[place] = [astuple(each) for each in found]
                chosen.keep.write_text(json.dumps(kept), encoding="utf-8")
            sys.stderr.write(f"{place}: {time.monotonic() - began:.0f} s\n")
    used, beyond = sockets()
    figures.append(Figure("sockets used, by kind, address and process", used, ""))
    figures.append(Figure("of them for another computer", beyond, "", (0, 0)))
    show(figures, as_json=chosen.json)
    if chosen.write:
        PAGE.write_text(page(figures, chosen.long), encoding="utf-8")
    return int(not all(figure.reached for figure in figures))


def page(figures: Sequence[Figure], long: bool) -> str:
    """The table as Markdown, with when, what and where it was measured."""
    rows = [
        f"| {each.name} | {each.value_text} | {each.goal_text} | {'' if each.reached else 'missed'} |"
        for each in figures
    ]
    command = "clipkin benchmark reliability --write" + " --long" * long
    head = (
        "# Reliability\n\n"
        f"What `{command}` measured on {time.strftime('%Y-%m-%d')}, commit {_commit()}, {_machine()}. "
        "The programme stands in `tests/bridge/trial/reliability`; the command writes this page, so don't edit it. "
        "Times are those of a machine with the load that is named: a quiet one has one of at most 1.\n\n"
        "| what | measured | pass line | |\n|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=PAGE.parent, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def _machine() -> str:
    others = f", load {os.getloadavg()[2]:.1f} over the last quarter of an hour" if hasattr(os, "getloadavg") else ""
    return (
        f"{os.cpu_count()} cores of {platform.machine()}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}{others}"
    )
