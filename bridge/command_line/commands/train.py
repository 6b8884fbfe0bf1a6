"""``clipkin train``: trains an engine, or adapts one to the user's own clips."""

from __future__ import annotations

import argparse
from typing import Any

from bridge.command_line.checkout import add_handing_on, start


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """Declare the command; its options are those of ``python -m models.training``."""
    add_handing_on(commands, "train", "train an engine, or adapt one to your own clips", run)


def run(arguments: argparse.Namespace) -> int:
    """Hand all words on; gives training's exit code."""
    return start("models.training.__main__", arguments.rest)
