"""``clipkin drums``: a beat from a rhythm, a groove, a fill, one lane anew, busier and sparser beats."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.command_line import options
from bridge.command_line.results import Results, Watch, tell
from models.drums.drums import MAKES, SENTENCES, DrumsOptions, drums
from models.drums.fill import FILLS
from models.drums.kit import LANE_NAMES
from models.drums.styles import STYLES
from models.generator import Locks, Request, Variation
from models.music.clip import ROLES
from models.studio import Studio


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """Declare the command."""
    makes = " ".join(f"{make}: {SENTENCES[make]}" for make in MAKES)
    parser = commands.add_parser(
        "drums", help="a beat from a rhythm, a groove, a fill, one drum anew, busier, sparser", description=makes
    )
    options.add_prompt(parser, help_text="the beat; for --make beat any clip with a rhythm")
    parser.add_argument("--make", choices=MAKES, default="beat", help="what to make of it (beat)")
    parser.add_argument(
        "--style",
        default="",
        metavar="WORDS",
        help=f"for example {', '.join(tuple(STYLES)[:6])}; of fills {', '.join(FILLS)}, and toms",
    )
    parser.add_argument(
        "--lane",
        default="",
        metavar="NAME|PITCH",
        help=f"which drum --make lane renews: {', '.join(LANE_NAMES)}, or a pitch such as 42",
    )
    parser.add_argument(
        "--region",
        metavar="START:END",
        help="only hits that begin there, in beats, may change; of a fill the last bar when left out",
    )
    parser.add_argument(
        "--lock", default="", metavar="NAMES", help="drums that stay, lane:38; for a groove also rhythm or velocity"
    )
    parser.add_argument(
        "--amount",
        type=float,
        metavar="0-1",
        help="groove: how far towards the drummer (1); busier, sparser: hits for each hit (0.5)",
    )
    parser.add_argument(
        "--engine",
        default=options.AUTO,
        metavar="NAME",
        help="who plays a groove, a fill or a lane: auto, grammar, or see `clipkin engines` (auto)",
    )
    parser.add_argument("--temperature", type=float, default=1.0, help="how freely an engine plays, 0.1-2 (1.0)")
    parser.add_argument("--role", choices=(options.AUTO, *ROLES), default=options.AUTO, help="what the clip is (auto)")
    parser.add_argument("--out", type=Path, default=Path("."), metavar="DIR", help="folder for the results")
    parser.add_argument("--count", type=int, default=4, help="how many results (4)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another choice (0)")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.set_defaults(run=run, task="drums")


def run(arguments: argparse.Namespace) -> int:
    """Make the results and write them."""
    clip = options.read_prompt(arguments)
    clip = clip if arguments.role == options.AUTO else replace(clip, role=arguments.role)
    asked = DrumsOptions(
        make=arguments.make,
        style=arguments.style,
        lane=arguments.lane,
        region=options.span(arguments.region, "region"),
        locks=Locks.parse(arguments.lock),
        amount=arguments.amount,
        engine=arguments.engine,
        seed=arguments.seed,
    )
    studio, players = Studio(patient=True), []

    def ask(request: Request, engine: str) -> Iterator[Variation]:
        players.append(engine)
        return studio.generate(request.but(temperature=arguments.temperature), engine)

    first_ms, variations = 0.0, []
    with Watch() as watch:
        for variation in drums(clip, asked, options.checked_count(arguments.count), ask=ask):
            first_ms = first_ms or watch.so_far_ms
            variations.append(variation)
    manners = [variation.report.remarks[-1] for variation in variations]
    if not arguments.json:
        # Shown beside each file, so not once more below the table.
        variations = [
            replace(each, report=replace(each.report, remarks=each.report.remarks[:-1])) for each in variations
        ]
    engine = players[-1] if players else "grammar"
    results = Results("drums", engine, arguments.seed, watch.elapsed_ms, first_ms, tuple(variations))
    return tell(arguments, results, arguments.prompt.stem, manners)
