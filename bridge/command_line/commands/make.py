"""The tasks that engines do: ``vary``, ``infill``, ``continue``, ``humanise``, ``morph``, ``generate``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from bridge.command_line import options
from bridge.command_line.piano_roll import Roll, write_picture
from bridge.command_line.results import Results, Watch, tell
from models import midi_file
from models.constraints.morph import NEARNESS
from models.generator import Request, Task
from models.music.beats import Metre
from models.music.clip import Clip
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

    morphing = commands.add_parser("morph", help="steps between two clips", description="steps between two clips")
    morphing.add_argument("prompt", metavar="A.mid", type=Path, help="the first clip")
    morphing.add_argument("second", metavar="B.mid", type=Path, help="the clip that it becomes")
    options.add_making(morphing)
    _add_picture(morphing)
    morphing.add_argument("--steps", type=int, default=5, help="how many clips, A and B among them (5)")
    morphing.set_defaults(run=run_morph, task="morph")

    generating = commands.add_parser("generate", help="a clip from nothing", description="a clip from nothing")
    options.add_making(generating)
    _add_picture(generating)
    generating.add_argument("--bars", type=int, default=4, help="how long (4)")
    generating.add_argument("--metre", default="4/4", help="time signature (4/4)")
    generating.add_argument("--tempo", type=float, default=120.0, help="quarter notes a minute (120)")
    generating.set_defaults(run=run_generate, task="generate")


def _task(commands: Commands, task: Task, help_text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(task, help=help_text, description=help_text)
    options.add_prompt(parser)
    options.add_making(parser)
    _add_picture(parser)
    parser.set_defaults(run=run, task=task)
    return parser


def _add_picture(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="the results drawn as piano rolls")


def run(arguments: argparse.Namespace) -> int:
    """Make the results of one task and write them."""
    if arguments.task == "infill" and arguments.region is None and arguments.select is None:
        raise BadValue("Say where to fill in with --region START:END (beats) or --select NOTES.", field="region")
    clip = options.read_prompt(arguments)
    return _make(arguments, options.to_request(arguments, arguments.task, (clip,)), arguments.prompt.stem)


def run_morph(arguments: argparse.Namespace) -> int:
    """Make the steps between two clips."""
    clips = (midi_file.read(arguments.prompt), midi_file.read(arguments.second))
    arguments.count = arguments.steps
    return _make(arguments, options.to_request(arguments, "morph", clips), arguments.prompt.stem)


def run_generate(arguments: argparse.Namespace) -> int:
    """Make clips from nothing."""
    request = options.to_request(arguments, "generate", ())
    request = request.but(metre=Metre.parse(arguments.metre), tempo=arguments.tempo, role=request.role or "melody")
    return _make(arguments, request, request.role or "melody")


def _make(arguments: argparse.Namespace, request: Request, stem: str) -> int:
    studio = Studio(patient=True)
    engine = studio.chosen(request, arguments.engine)
    first_ms, variations = None, []
    with Watch() as watch:
        for variation in studio.generate(request, arguments.engine, _progress_line()):
            first_ms = first_ms or watch.so_far_ms
            variations.append(variation)
    results = Results(arguments.task, engine, request.seed, watch.elapsed_ms, first_ms or 0.0, tuple(variations))
    if arguments.picture and (rolls := _rolls(request, results)):
        write_picture(arguments.picture, rolls)
    return tell(arguments, results, stem)


def _rolls(request: Request, results: Results) -> list[Roll]:
    """The results to draw; a morph's first step is the first clip, other tasks show theirs above."""
    if request.task == "morph":
        return [
            Roll(
                f"step {number} of {len(results.variations)}, {step.report.measures[NEARNESS]:.2f} like the "
                "second clip",
                step.clip,
                _not_in(request.prompts[0], step.clip),
            )
            for number, step in enumerate(results.variations, 1)
        ]
    given = [Roll("the clip", clip) for clip in request.prompts if results.variations]
    return given + [
        Roll.of(f"{request.task} {number}, similarity {variation.report.similarity:.2f}", variation)
        for number, variation in enumerate(results.variations, 1)
    ]


def _not_in(first: Clip, clip: Clip) -> frozenset[int]:
    """Indices of the notes that the first clip doesn't have, or has at another place or pitch."""
    there = {(round(note.onset, 2), note.pitch) for note in first.notes}
    return frozenset(place for place, note in enumerate(clip.notes) if (round(note.onset, 2), note.pitch) not in there)


def _progress_line() -> Any:  # noqa: ANN401 - an OnProgress
    """Progress on standard error where somebody may be looking, else none."""
    if not sys.stderr.isatty():
        return lambda share, stage: None

    def show(share: float, stage: str) -> None:
        sys.stderr.write(f"\r{stage} {share:4.0%}" if share < 1 else "\r" + " " * 40 + "\r")
        sys.stderr.flush()

    return show
