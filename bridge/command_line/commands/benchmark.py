"""``clipkin benchmark``: figures that anyone can measure again."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from models.music.clip import ROLES
from models.music.errors import BadValue

TRAINED = {
    "analysis": "models.benchmarks.analysis",
    "music": "models.benchmarks.music.music",
    "jsb": "models.benchmarks.chorales.benchmark",
    "adapt": "models.benchmarks.adapting",
}
"""Benchmarks on the training corpora; they run in a process of their own, as training does."""

TAKEN_BY = {
    "data": tuple(TRAINED),
    "minutes": ("jsb", "adapt"),
    "resume": ("jsb",),
    "pairs": ("music",),
    "roles": ("music",),
    "baseline": ("music",),
    "cards": ("music",),
    "picture": ("music",),
}
"""Options, and the subjects that take them."""


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """Declare the command."""
    parser = commands.add_parser(
        "benchmark",
        help="measure the wire, the speed, the music",
        description="Measures; without a subject, the wire and the speed.",
    )
    parser.add_argument("subject", nargs="?", choices=("wire", "speed", "harmony", *TRAINED), help="what to measure")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the corpora, for music and the like")
    parser.add_argument(
        "--minutes", type=float, metavar="M", help="jsb, adapt: train so long; jsb without it measures its last run"
    )
    parser.add_argument("--resume", action="store_true", help="jsb: go on training where the last run stopped")
    parser.add_argument("--pairs", type=int, metavar="N", help="music: human pairs for each role (300)")
    parser.add_argument("--roles", nargs="+", choices=ROLES, help="music: only these roles")
    parser.add_argument("--baseline", type=Path, metavar="DIR", help="music: the run of a network to stand beside kin")
    parser.add_argument("--cards", action="store_true", help="music: write the figures onto the engines' cards")
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="music: draw the judge's figures")
    parser.add_argument("--json", action="store_true", help="rows as JSON on standard output")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure one subject, or the two that need no data."""
    handed_on = _handed_on(arguments)
    if arguments.subject in TRAINED:
        return subprocess.call(
            [sys.executable, "-m", TRAINED[arguments.subject], *handed_on, *(["--json"] if arguments.json else [])]
        )
    if arguments.subject == "harmony":
        return _harmony()
    from bridge.trial.speed_benchmark import print_speed_benchmark, run_speed_benchmark
    from bridge.trial.wire_benchmark import print_wire_benchmark, run_wire_benchmark

    if arguments.subject in (None, "wire"):
        print_wire_benchmark(run_wire_benchmark())
    if arguments.subject in (None, "speed"):
        print_speed_benchmark(run_speed_benchmark(), as_json=arguments.json)
    return 0


def _handed_on(arguments: argparse.Namespace) -> list[str]:
    """The options as the subject's own command takes them; raises BadValue for one that it doesn't take."""
    words: list[str] = []
    for name, subjects in TAKEN_BY.items():
        value = getattr(arguments, name)
        if value is None or value is False:
            continue
        if arguments.subject not in subjects:
            raise BadValue(
                f"The option --{name} belongs to clipkin benchmark {' and '.join(subjects)}; leave it out.", field=name
            )
        words += [f"--{name}", *([] if value is True else map(str, value if isinstance(value, list) else [value]))]
    return words


def _harmony() -> int:
    """Figures of voicing, harmonising, accompanying, drumming and arranging, on shipped tunes."""
    from models.benchmarks import accompaniment as of_accompaniment
    from models.benchmarks import arrangement as of_arrangement
    from models.benchmarks import drums as of_drumming
    from models.benchmarks import harmony as of_harmony
    from models.studio import Studio

    studio = Studio(patient=True)
    table = Table("", "measured", "goal", "")
    for row in (
        *of_harmony.benchmark(),
        *of_accompaniment.benchmark(studio.player("kin")),
        *of_drumming.benchmark(studio.player("rnn")),
        *of_arrangement.benchmark(),
    ):
        table.add_row(row.name, f"{row.value:.3g} {row.unit}", row.goal, "" if row.reached else "missed")
    Console().print(table)
    return 0
