"""The commands that only look: ``analyse``, ``suggest``, ``score``, ``engines``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from bridge.command_line import options
from bridge.command_line.piano_roll import Roll, write_picture
from models import midi_file
from models.studio import Studio

if TYPE_CHECKING:
    from models.analysis.analyse import Analysis

Commands = Any  # argparse keeps the type of its subparsers to itself


def add(commands: Commands) -> None:
    """Declare the commands."""
    analysing = commands.add_parser(
        "analyse", help="key, chords, role, rhythm, groove", description="Says what a clip is."
    )
    options.add_prompt(analysing)
    analysing.add_argument("--json", action="store_true", help="one JSON object on standard output")
    analysing.add_argument(
        "--picture", type=Path, metavar="FILE.svg", help="a piano roll with chords and sections drawn in"
    )
    analysing.set_defaults(run=run_analyse)

    suggesting = commands.add_parser(
        "suggest",
        help="which chord could come next, or at a beat, and why",
        description="Chords that could follow a clip's last one, or stand at a beat, each with a reason.",
    )
    options.add_prompt(suggesting)
    suggesting.add_argument("--at", type=float, metavar="BEAT", help="the spot, in beats from the start; else the end")
    suggesting.add_argument("--count", type=int, default=5, help="how many chords (default: 5)")
    suggesting.add_argument("--scale", metavar="NAME", help="the key, where it isn't to be found out")
    suggesting.add_argument("--chords", metavar="TEXT", help='the clip\'s harmony, such as "Am9 | Dm9 | G7 | C"')
    suggesting.add_argument("--json", action="store_true", help="one JSON object on standard output")
    suggesting.set_defaults(run=run_suggest)

    scoring = commands.add_parser(
        "score", help="how a variation compares with its prompt", description="Judges a variation against its prompt."
    )
    options.add_prompt(scoring)
    scoring.add_argument("variation", metavar="VARIATION.mid", type=Path, help="the variation")
    scoring.add_argument("--json", action="store_true", help="one JSON object on standard output")
    scoring.set_defaults(run=run_score)

    listing = commands.add_parser(
        "engines",
        help="the engines and what they can",
        description="Every engine: tasks, roles, data, licence, figures.",
    )
    listing.add_argument("--json", action="store_true", help="one JSON object on standard output")
    listing.set_defaults(run=run_engines)


def run_analyse(arguments: argparse.Namespace) -> int:
    """Print what the clip is, draw it where asked."""
    from models.analysis.analyse import analyse
    from models.analysis.report import to_dict, to_text

    clip = options.read_prompt(arguments)
    found = analyse(clip)
    if arguments.picture:
        title = f"{arguments.prompt.name}: {_what(found)}"
        sections = tuple((section.onset, section.duration, section.letter) for section in found.sections)
        write_picture(arguments.picture, [Roll(title, clip, chords=found.chords, sections=sections)])
    if arguments.json:
        _print_object(to_dict(found))
    else:
        sys.stdout.write(to_text(found) + "\n")
    return 0


def run_suggest(arguments: argparse.Namespace) -> int:
    """Print chords for a spot."""
    from models.harmony.suggest import suggest
    from models.music.chord_track import parse_chord_track
    from models.music.scale import Scale

    clip = options.read_prompt(arguments)
    chords = parse_chord_track(arguments.chords, clip.metre.bar, clip.length) if arguments.chords else ()
    scale = Scale.parse(arguments.scale) if arguments.scale else None
    found = suggest(clip, arguments.at, max(1, arguments.count), scale, chords)
    if arguments.json:
        rows = [
            {"chord": one.chord.label, "numeral": one.numeral, "weight": one.weight, "reason": one.reason}
            for one in found
        ]
        _print_object({"at": arguments.at, "suggestions": rows})
        return 0
    for one in found:
        sys.stdout.write(f"{one.chord.label:<10}{one.numeral:<8}{one.weight:>4.0%}  {one.reason}\n")
    return 0


def _what(found: Analysis) -> str:
    """A few words for a title: what the clip is and its key, or that it is too short to tell."""
    if not found.keys:
        return str(found.role or "no notes")
    return f"{found.role}, {found.key if found.key_is_clear else f'too short to tell its key, perhaps {found.key}'}"


def run_score(arguments: argparse.Namespace) -> int:
    """Print the variation's figures."""
    from models.evaluation.judge import compare

    prompt, variation = options.read_prompt(arguments), midi_file.read(arguments.variation)
    judged = compare(prompt, variation)
    report, found = judged.variation.report, judged.originality
    figures: dict[str, Any] = {
        "similarity": report.similarity,
        "score": report.score,
        "originality": report.originality,
        "shared_notes": found.run_notes,
        "shared_beats": found.run_beats,
        "nearest": found.nearest,
        "beyond_human": found.beyond_human,
        "measures": dict(report.measures),
        "remarks": list(report.remarks),
    }
    if arguments.json:
        _print_object(figures)
        return 0
    for name, value in (figures | figures.pop("measures")).items():
        sys.stdout.write(f"{name}: {value:.3f}\n" if isinstance(value, float) else f"{name}: {value}\n")
    return 0


def run_engines(arguments: argparse.Namespace) -> int:
    """Print the engines' cards."""
    cards = Studio().engines()
    if arguments.json:
        _print_object(
            {
                "engines": [
                    {
                        "name": card.name,
                        "sentence": card.sentence,
                        "tasks": card.tasks,
                        "roles": card.roles,
                        "parameters": card.parameters,
                        "weights": card.weights,
                        "licence": card.licence,
                        "data": card.data,
                        "figures": dict(card.figures),
                        "available": card.available,
                        **({} if card.available else {"reason": card.reason}),
                    }
                    for card in cards
                ]
            }
        )
        return 0
    table = Table("engine", "what it is", "tasks", "roles", "parameters", "available")
    for card in cards:
        table.add_row(
            card.name,
            card.sentence,
            ", ".join(card.tasks),
            ", ".join(card.roles),
            f"{card.parameters:,}" if card.parameters else "-",
            "yes" if card.available else card.reason,
        )
    Console().print(table)
    return 0


def _print_object(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
