"""What a command of the command line is: its name, what it says of itself, its options, and the function that runs it;
the options of each task, made of its row in the table; and where a command may write, found out before its work begins.

Offers: ``command``, the decorator of that function; ``option``, ``one_of``; ``COMMANDS``, by the module that they
stand in; ``handing_on`` and ``start`` for those that only a checkout of the source has: what measures and what trains.
``of_task``; ``add_prompt``, ``add_json``, ``out``, ``picture`` for the other commands; ``FIELDS``, what a request
calls an option; ``check_places``, ``write_picture``; ``print_json``.
"""

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from models.generator import BASSES, DENSITIES, OUTSIDE_NOTES
from models.music.clip import ROLES
from models.music.errors import BadValue
from models.music.locks import FLAGS
from models.tasks.table import TABLE, Task

Option = Callable[[argparse.ArgumentParser], object]
"""Declares one option, or several that belong together."""
Run = Callable[[argparse.Namespace], int]
"""Gives the exit code; raises ClipkinError."""

COMMANDS: defaultdict[str, list[Callable[[Any], None]]] = defaultdict(list)
"""For each module what declares its commands to argparse's subparsers, in their order."""


def option(*names: str, **how: Any) -> Option:  # noqa: ANN401 - as argparse's ``add_argument`` takes it
    """An option, or a positional argument, as argparse has it."""
    return lambda parser: parser.add_argument(*names, **how)


def one_of(*options: Option, required: bool = False) -> Option:
    """Options of which one can be given, or (``required``) must be."""

    def add(parser: argparse.ArgumentParser) -> None:
        group = parser.add_mutually_exclusive_group(required=required)
        for each in options:
            each(group)  # type: ignore[arg-type]  # a group takes arguments as a parser does

    return add


def command(name: str, help: str, description: str, *options: Option, **how: Any) -> Callable[[Run], Run]:  # noqa: ANN401 - as ``add_parser`` takes it
    """Make a function the command ``name``; help: a line of the list of commands; description: of its own help."""

    def declared(run: Run) -> Run:
        def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
            parser = commands.add_parser(name, help=help, description=description, **how)
            for each in options:
                each(parser)
            parser.set_defaults(run=run)

        COMMANDS[run.__module__].append(add)
        return run

    return declared


def handing_on(name: str, help: str) -> Callable[[Run], Run]:
    """Make a function a command to which all words go, options among them, as ``rest``."""
    # No character begins an option here.
    return command(name, help, "", option("rest", nargs="*"), add_help=False, prefix_chars="\0")


def start(module: str, words: Sequence[str]) -> int:
    """Run ``main(words)`` of a module; gives its exit code. Raises BadValue where the module isn't there.

    It is imported by name, so that a command line without it starts, and starts without torch.
    """
    try:
        found = import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name is None or not f"{module}.".startswith(f"{missing.name}."):
            raise
        raise BadValue(
            "This part of Clipkin isn't installed; get the source and use `python3 start.py` there.", field="command"
        ) from None
    return int(found.main(list(words)) or 0)


AUTO, OFF = "auto", "off"
COUNTER = "counter"
"""What the melody is called among accompaniments, too."""

_OPTIONS: dict[str, dict[str, Any]] = {
    "similarity": {"type": float, "help": "0-1, 1 is the clip itself (as the task likes it)"},
    "temperature": {"type": float, "default": 1.0, "help": "how daring, 0.1-2 (1.0)"},
    "mood": {"default": "", "metavar": "WORDS", "help": 'for example "romantic", "a little darker", 浪漫'},
    "density": {"choices": DENSITIES, "default": "same", "help": "sparser, the same, busier"},
    "range": {"metavar": "LOW:HIGH", "help": "pitches of new notes, for example 48:72 or C2:C4"},
    "polyphony": {"type": int, "metavar": "N", "help": "most notes at once where new ones are"},
    "region": {"metavar": "START:END", "help": "only notes that begin there, in beats, may change"},
    "select": {"metavar": "NOTES", "help": "only these notes may change: 1,4-6, counted in time order"},
    "outside": {
        "choices": OUTSIDE_NOTES,
        "default": "keep",
        "help": "what becomes of the clip's own notes outside the scale (keep)",
    },
    "bars": {"type": int, "help": "how long (as it fits)"},
    "tempo": {"type": float, "help": "quarter notes a minute (as the context, else 120)"},
    "metre": {"help": "time signature (as the context, else 4/4)"},
    "chords": {"metavar": "CHORDS", "help": 'the harmony, in bars: "Am9 | Dm9 | G7 . . G7b9 | C" (as it is heard)'},
    "voices": {"type": int, "help": "notes in a chord, 2-8"},
    "bass": {"choices": BASSES, "help": "where the chord's bass lies"},
    "every": {"type": float, "metavar": "BEATS", "help": "from one chord to the next; as it fits"},
    "amount": {
        "type": float,
        "metavar": "0-1",
        "help": "groove: how far towards the drummer (1); busier, sparser: hits for each hit (0.5)",
    },
}
"""Options that make one field of a request, where the task takes it; what isn't here is said in ``of_task``."""
FIELDS = {name: {"select": "selected"}.get(name, name) for name in _OPTIONS}
"""The field of a request that each of those options fills."""


def of_task(parser: argparse.ArgumentParser, task: Task) -> None:
    """Declare what a task reads and takes."""
    row, of_two, declare = TABLE[task], TABLE[task].reads == "pair", parser.add_argument
    parser.set_defaults(task=task)
    if of_two:
        declare("prompt", metavar="A.mid", type=Path, help="the first clip")
        declare("second", metavar="B.mid", type=Path, help="the clip that it becomes")
    elif row.of_scene:
        what = "the clips that play; one file may have several"
        declare("prompt", metavar="CLIP.mid", type=Path, nargs="+", help=what)
    elif row.clips[1]:
        add_prompt(parser)
    seed = "0" if row.ranked else "random"
    out()(parser)
    declare("--seed", type=int, help=f"the same seed gives the same notes, another others ({seed})")
    declare("--engine", default=AUTO, metavar="NAME", help="see `clipkin engines` (auto)")
    what = "new notes stay in it; auto takes the clip's key"
    declare("--scale", default=AUTO, metavar='auto|off|"A minor"', help=what)
    add_json(parser)
    picture("the results drawn")(parser)
    if "count" in row.takes:
        name, usual, what = ("steps", 5, "clips, both ends among them") if of_two else ("count", 4, "results")
        declare(f"--{name}", dest="count", type=int, default=usual, help=f"{what} ({usual})")
    roles = (*row.parts, *([COUNTER] if row.of_scene else [])) if row.parts else ROLES
    what = f"the part ({row.parts[0]})" if row.parts else "what the clip is (auto)"
    declare("--role", choices=(AUTO, *roles), default=AUTO, help=what)
    if row.locks:
        kept = [*(flag for flag in FLAGS if flag in row.locks), *["lane:38"] * row.keeps_lanes]
        declare("--lock", default="", metavar="NAMES", help=f"what must not change: {','.join(kept)}")
    if "context" in row.takes and not row.of_scene:
        what = "clips that play at the same time"
        declare("--context", type=Path, nargs="+", default=[], metavar="OTHER.mid", help=what)
    for name, how in _OPTIONS.items():
        # Where chords mean nothing a sentence says so: a scene's chord track is given to every task.
        if FIELDS[name] in row.takes or name == "chords":
            declare(f"--{name}", **how)
    if task == "harmonise":
        declare("--colour", type=float, help="0 the key's triads, 0.3 the usual, 1 whatever fits")
    for kind in row.words:
        known = ", ".join(word for word in kind.known if kind.kind != "lane" or not word.isdecimal())
        shape = "NAME|FILE.toml" if kind.kind == "plan" else "WORDS"
        declare(f"--{kind.kind}", default="", metavar=shape, help=known.replace("%", "%%"))


def add_prompt(parser: argparse.ArgumentParser) -> None:
    """The .mid file, or the recording, to work on."""
    parser.add_argument("prompt", metavar="IN.mid", type=Path, help="the clip")
    parser.add_argument("--track", type=int, metavar="N", help="take this track of the file, counted from 1")
    parser.add_argument("--channel", type=int, metavar="N", help="take this channel of the file, 1-16")


def out(folder: str = ".") -> Option:
    """Where results go."""
    return option("--out", type=Path, default=Path(folder), metavar="DIR", help="folder for the results")


add_json = option("--json", action="store_true", help="one JSON object on standard output")
"""For programs that read what is printed."""


def print_json(value: object) -> int:
    """Print one JSON object; gives the exit code."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    return 0


def picture(what: str) -> Option:
    """A picture, under a name that isn't taken."""
    return option("--picture", type=Path, metavar="FILE.svg", help=what)


def check_places(arguments: argparse.Namespace) -> None:
    """Raise BadValue unless the folder of ``--out`` and the picture of ``--picture``, where given, can be written."""
    folder, picture = (vars(arguments).get(name) for name in ("out", "picture"))
    if folder is not None and not _holds(folder):
        raise BadValue(f'The folder "{folder}" can\'t be written; choose another with --out.', field="out")
    if picture is not None and os.path.lexists(picture):
        raise BadValue(f'"{picture}" is there already; choose another name.', field="picture")
    if picture is not None and not _holds(picture.parent):
        raise BadValue(f'The picture "{picture}" can\'t be written; choose another place.', field="picture")


def _holds(folder: Path) -> bool:
    """Can files be written into a folder, which may have to be made first?"""
    try:
        there = next(place for place in (folder, *folder.absolute().parents) if os.path.lexists(place))
    except ValueError:  # a name that no system allows
        return False
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def write_picture(path: Path, text: str) -> None:
    """Write an SVG's text, whole or not at all; raises BadValue when the place is taken or can't be written."""
    from models import midi_file

    midi_file.publish(path, text.encode())
