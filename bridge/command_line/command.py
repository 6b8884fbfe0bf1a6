"""What a command of the command line is: its name, what it says of itself, its options, and the function that runs it.

Offers: ``command``, the decorator of that function; ``option``, ``one_of``; ``COMMANDS``, by the module that they
stand in; ``handing_on`` and ``start`` for those that only a checkout of the source has: what measures and what trains.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from models.music.errors import BadValue

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
