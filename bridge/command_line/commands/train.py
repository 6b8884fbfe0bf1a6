"""``clipkin train``: starts training, in a process of its own."""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import Any


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """Declare the command; its options are those of ``python -m models.training``."""
    parser = commands.add_parser("train", help="train an engine, or adapt one to your own clips", add_help=False,
                                 description="Trains an engine on a folder of corpora or .mid files.")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="ENGINE --data DIR …", help="see train --help")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Hand the options on; gives training's exit code."""
    return subprocess.call([sys.executable, "-m", "models.training", *arguments.rest])
