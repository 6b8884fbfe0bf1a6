"""The twelve tasks, each a command whose options are those of its row in the table of tasks."""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from bridge.command_line import options
from bridge.command_line.command import command
from bridge.command_line.options import check_places
from models.tasks.table import TABLE

if TYPE_CHECKING:
    from models.generator import OnProgress


def _makes() -> str:
    """What drums can make, each in a sentence."""
    from models.drums.drums import SENTENCES

    return " ".join(f"{make}: {said}" for make, said in SENTENCES.items())


def run(arguments: argparse.Namespace) -> int:
    """Make the results of one task and write them."""
    check_places(arguments)
    from bridge.command_line.request import to_request
    from bridge.command_line.results import Results, tell, tell_song
    from models.studio import Studio

    request = to_request(arguments, arguments.task)
    studio = Studio(patient=True)
    engine = studio.chosen(request, arguments.engine)
    began, times_ms, variations = time.perf_counter(), [], []
    for variation in studio.generate(request, arguments.engine, _progress_line()):
        times_ms.append((time.perf_counter() - began) * 1000)
        variations.append(variation)
    elapsed_ms = (time.perf_counter() - began) * 1000
    results = Results(request, engine, elapsed_ms, times_ms[0] if times_ms else 0.0, tuple(variations))
    return (tell_song if request.task == "arrange" else tell)(arguments, results)


def _progress_line() -> OnProgress:
    """Progress on standard error where somebody may be looking, else none."""
    if not sys.stderr.isatty():
        return lambda share, stage: None

    def show(share: float, stage: str) -> None:
        sys.stderr.write(f"\r{stage} {share:4.0%}" if share < 1 else "\r" + " " * 40 + "\r")
        sys.stderr.flush()

    return show


for name, row in TABLE.items():
    gist = row.sentence[:1].lower() + row.sentence[1:].rstrip(".")
    below = [lambda parser: setattr(parser, "said_below", _makes)] if name == "drums" else []
    command(name, gist, row.sentence, partial(options.add, task=name), *below)(run)
