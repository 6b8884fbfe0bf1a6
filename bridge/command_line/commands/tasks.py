"""The twelve tasks, each a command whose options are those of its row in the table of tasks."""

import argparse
import sys
from functools import partial

from bridge.command_line.command import command, of_task
from models.tasks.table import TABLE


def _makes() -> str:
    """What drums can make, each in a sentence."""
    from models.drums.drums import SENTENCES

    return " ".join(f"{make}: {said}" for make, said in SENTENCES.items())


def run(arguments: argparse.Namespace) -> int:
    """Make the results of one task and write them."""
    from bridge.command_line.request import to_request
    from bridge.command_line.results import Results, tell, tell_song
    from models.studio import Studio

    request = to_request(arguments, arguments.task)
    studio = Studio(patient=True)
    engine = studio.chosen(request, arguments.engine)
    results = Results.of(request, engine, studio.generate(request, arguments.engine, _show))
    return (tell_song if request.task == "arrange" else tell)(arguments, results)


def _show(share: float, stage: str) -> None:
    """Progress on standard error where somebody may be looking."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{stage} {share:4.0%}" if share < 1 else "\r" + " " * 40 + "\r")
        sys.stderr.flush()


for name, row in TABLE.items():
    gist = row.sentence[:1].lower() + row.sentence[1:].rstrip(".")
    below = [lambda parser: setattr(parser, "said_below", _makes)] if name == "drums" else []
    command(name, gist, row.sentence, partial(of_task, task=name), *below)(run)
