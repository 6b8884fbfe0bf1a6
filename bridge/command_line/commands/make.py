"""The tasks that make clips: ``vary``, ``infill``, ``continue``, ``humanise``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from bridge.command_line import options
from bridge.command_line.results import Results, Watch, tell
from models.generator import Task
from models.music.errors import BadValue
from models.studio import Studio

Commands = Any  # argparse keeps the type of its subparsers to itself


def add(commands: Commands) -> None:
    """Declare the commands."""
    vary = _task(commands, "vary", "variations of a clip")
    vary.add_argument("--similarity", type=float, default=0.7, help="0-1, 1 is the clip itself (0.7)")
    options.add_changing(vary)

    infill = _task(commands, "infill", "new notes inside a region or in place of chosen notes")
    infill.add_argument("--similarity", type=float, help="0-1; as new as it gets when left out")
    options.add_changing(infill)

    going_on = _task(commands, "continue", "the next bars")
    going_on.add_argument("--bars", type=int, help="how many (as many as the clip has, at most 4)")

    humanise = _task(commands, "humanise", "other velocities and micro-timing, the same notes")
    options.add_changing(humanise)


def _task(commands: Commands, task: Task, help_text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(task, help=help_text, description=help_text)
    options.add_prompt(parser)
    options.add_making(parser)
    parser.set_defaults(run=run, task=task)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Make the results of one task and write them."""
    if arguments.task == "infill" and arguments.region is None and arguments.select is None:
        raise BadValue("Say where to fill in with --region START:END (beats) or --select NOTES.", field="region")
    clip = options.read_prompt(arguments)
    request = options.to_request(arguments, arguments.task, (clip,))
    studio = Studio(patient=True)
    engine = studio.chosen(request, arguments.engine)
    first_ms, variations = None, []
    with Watch() as watch:
        for variation in studio.generate(request, arguments.engine, _progress_line()):
            first_ms = first_ms or watch.so_far_ms
            variations.append(variation)
    results = Results(arguments.task, engine, request.seed, watch.elapsed_ms, first_ms or 0.0, tuple(variations))
    return tell(arguments, results, Path(arguments.prompt).stem)


def _progress_line() -> Any:  # noqa: ANN401 - an OnProgress
    """Progress on standard error where somebody may be looking, else none."""
    if not sys.stderr.isatty():
        return lambda share, stage: None

    def show(share: float, stage: str) -> None:
        sys.stderr.write(f"\r{stage} {share:4.0%}" if share < 1 else "\r" + " " * 40 + "\r")
        sys.stderr.flush()

    return show
