"""``clipkin train``: starts training, in a process of its own."""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import Any


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """Declare the command; its options are those of ``python -m models.training``."""
    parser = commands.add_parser(
        "train",
        help="train an engine, or adapt one to your own clips",
        add_help=False,
        # No character begins an option here: all of them are handed on.
        prefix_chars="\0",
        description="Trains an engine on a folder of corpora or .mid files.",
    )
    parser.add_argument("rest", nargs="*", metavar="ENGINE --data DIR …", help="see clipkin train --help")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Hand the options on; gives training's exit code."""
    return subprocess.call([sys.executable, "-m", "models.training", *arguments.rest])
