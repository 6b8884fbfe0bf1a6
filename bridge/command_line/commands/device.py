"""``clipkin device``: writes the Max for Live device and says where it goes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from models.music.errors import BadValue


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """Declare the command."""
    parser = commands.add_parser(
        "device", help="write Clipkin.amxd for Live", description="Writes the frozen Max for Live device."
    )
    parser.add_argument("--out", type=Path, default=Path("."), metavar="DIR", help="folder to write it to")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the device."""
    from max_for_live.build import write_device

    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
        path = write_device(arguments.out)
    except OSError as problem:
        raise BadValue(
            f'The device can\'t be written to "{arguments.out}" ({problem.strerror}); '
            "choose another folder with --out.",
            field="out",
        ) from None
    sys.stdout.write(
        f"{path}\n"
        "Drag it onto a MIDI track in Live 11.1 or later (Suite, or Standard with Max for Live).\n"
        "To keep it at hand, put it into your User Library under Presets/MIDI Effects/Max MIDI Effect.\n"
    )
    return 0
