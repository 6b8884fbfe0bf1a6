"""Commands that only a checkout of the source has: what measures and what trains is not installed.

Offers: ``add_handing_on``, ``start``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from models.music.errors import BadValue


def add_handing_on(commands: Any, name: str, help: str, run: Callable[[argparse.Namespace], int]) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """Declare a command whose words, options among them, all go to ``run`` as ``rest``."""
    # No character begins an option here.
    parser = commands.add_parser(name, help=help, add_help=False, prefix_chars="\0")
    parser.add_argument("rest", nargs="*")
    parser.set_defaults(run=run)


def start(module: str, words: Sequence[str]) -> int:
    """Run ``main(words)`` of a module; gives its exit code. Raises BadValue where the module isn't there.

    It is imported by name, so that a command line without it starts, and starts without torch.
    """
    try:
        command = import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name is None or not f"{module}.".startswith(f"{missing.name}."):
            raise
        raise BadValue(
            "This part of Clipkin isn't installed; get the source and use `python3 start.py` there.", field="command"
        ) from None
    return int(command.main(list(words)) or 0)
