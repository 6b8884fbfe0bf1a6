"""The commands that only look: ``analyse``, ``suggest``, ``score``, ``engines``."""

import argparse
import shutil
import sys
import textwrap
from pathlib import Path
from typing import Any

from bridge.command_line.command import add_json, add_prompt, command, option, picture, print_json, write_picture


@command(
    "analyse",
    "key, chords, role, rhythm, groove",
    "Says what a clip is.",
    add_prompt,
    add_json,
    picture("a piano roll with chords and sections drawn in"),
)
def run_analyse(arguments: argparse.Namespace) -> int:
    """Print what the clip is, draw it where asked."""
    from bridge.command_line.piano_roll import Roll, piano_rolls
    from bridge.command_line.request import read_prompt
    from models.analysis.analyse import analyse
    from models.analysis.report import to_dict, to_text

    clip = read_prompt(arguments)
    found = analyse(clip)
    if arguments.picture:
        key = found.key if not found.keys or found.key_is_clear else f"too short to tell its key, perhaps {found.key}"
        what = f"{found.role}, {key}" if found.keys else str(found.role or "no notes")
        sections = tuple((section.onset, section.duration, section.letter) for section in found.sections)
        roll = Roll(f"{arguments.prompt.name}: {what}", clip, chords=found.chords, sections=sections)
        write_picture(arguments.picture, piano_rolls([roll]))
    remarks = clip.carried.remarks if clip.carried else ()
    if arguments.json:
        return print_json(to_dict(found) | {"remarks": remarks})
    sys.stdout.writelines(f"{line}\n" for line in (to_text(found), *remarks))
    return 0


@command(
    "suggest",
    "which chord could come next, or at a beat, and why",
    "Chords that could follow a clip's last one, or stand at a beat, each with a reason.",
    add_prompt,
    option("--at", type=float, metavar="BEAT", help="the spot, in beats from the start; else the end"),
    option("--count", type=int, default=5, help="how many chords (default: 5)"),
    option("--scale", metavar="NAME", help="the key, where it isn't to be found out"),
    option("--chords", metavar="TEXT", help='the clip\'s harmony, such as "Am9 | Dm9 | G7 | C"'),
    add_json,
)
def run_suggest(arguments: argparse.Namespace) -> int:
    """Print chords for a spot."""
    from bridge.command_line.request import read_prompt
    from models.harmony.suggest import suggest
    from models.music.chord_track import parse_chord_track
    from models.music.scale import Scale

    clip = read_prompt(arguments)
    chords = parse_chord_track(arguments.chords, clip.metre.bar, clip.length) if arguments.chords else ()
    scale = Scale.parse(arguments.scale) if arguments.scale else None
    found = suggest(clip, arguments.at, max(1, arguments.count), scale, chords)
    if arguments.json:
        rows = [
            {"chord": one.chord.label, "numeral": one.numeral, "weight": one.weight, "reason": one.reason}
            for one in found
        ]
        return print_json({"at": arguments.at, "suggestions": rows})
    for one in found:
        sys.stdout.write(f"{one.chord.label:<10}{one.numeral:<8}{one.weight:>4.0%}  {one.reason}\n")
    return 0


@command(
    "score",
    "how a variation compares with its prompt",
    "Judges a variation against its prompt.",
    add_prompt,
    option("variation", metavar="VARIATION.mid", type=Path, help="the variation"),
    add_json,
)
def run_score(arguments: argparse.Namespace) -> int:
    """Print the variation's figures."""
    from bridge.command_line.request import read_prompt
    from models import midi_file
    from models.evaluation.judge import compare

    prompt, variation = read_prompt(arguments), midi_file.read(arguments.variation)
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
        return print_json(figures)
    remarks = figures.pop("remarks")
    for name, value in (figures | figures.pop("measures")).items():
        if value not in (None, "", 0, False) or name in ("similarity", "score"):
            told = f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
            sys.stdout.write(f"{name.replace('_', ' ')}: {told}\n")
    sys.stdout.writelines(f"{remark}\n" for remark in remarks)
    return 0


@command("engines", "the engines and what they can", "Every engine: tasks, roles, data, licence, figures.", add_json)
def run_engines(arguments: argparse.Namespace) -> int:
    """Print the engines' cards."""
    from models.studio import Studio

    cards = Studio().engines()
    if arguments.json:
        rows = [{name: getattr(card, name) for name in _OF_A_CARD} | {"figures": dict(card.figures)} for card in cards]
        reasons = ({} if card.available else {"reason": card.reason} for card in cards)
        return print_json({"engines": [row | reason for row, reason in zip(rows, reasons, strict=True)]})
    width = min(80, shutil.get_terminal_size().columns)
    for card in cards:
        size = f" {card.parameters:,} parameters." if card.parameters else ""
        what = card.sentence + size if card.available else f"Not available: {card.reason}"
        for head, text in ((card.name, what), ("", ", ".join(card.tasks)), ("", ", ".join(card.roles))):
            line = textwrap.fill(f"{head:9}{text}", width, subsequent_indent=" " * 9, break_on_hyphens=False)
            sys.stdout.write(f"{line}\n")
    return 0


_OF_A_CARD = ("name", "sentence", "tasks", "roles", "parameters", "weights", "licence", "data", "figures", "available")
