"""``clipkin``: reads the command, runs it, turns errors into one sentence and an exit code.

Exit codes: 0 done, 2 bad input, 3 the port is taken, 130 stopped by Ctrl-C.
Each command is a function that ``command`` decorates, in a module that is named here.
"""

import argparse
import logging
import os
import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NoReturn

from bridge.command_line.command import COMMANDS, check_places
from bridge.command_line.commands import serve
from models.music.errors import ClipkinError

_MODULES = ["tasks", "jam", "follow", "practise", "read", "sound", "serve", "examples", "live", "doctor", "benchmark"]
"""Where the commands stand, in the order of the help."""
BAD_INPUT_EXIT = 2
STOPPED_EXIT = 130


class Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong, without the list of options.

    said_below  gives the text below the options; asked for help only, since it may be slow to find
    """

    said_below: Callable[[], str] | None = None

    def format_help(self) -> str:
        """The help's text."""
        self.epilog = self.said_below() if self.said_below else self.epilog
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Print the sentence and leave with exit code 2."""
        unknown = re.match(r"argument COMMAND: invalid choice: '(.*)' \(", message)
        sentence = f'There is no command "{unknown[1]}"' if unknown else message[:1].upper() + message[1:].rstrip(".")
        self.exit(BAD_INPUT_EXIT, f"{sentence}; see {self.prog} --help.\n")


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = Parser(prog="clipkin", description="Variations of a clip, offline. Without a command: the panel.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=Parser)
    for name in _MODULES:
        for declare in COMMANDS[import_module(f"bridge.command_line.commands.{name}").__name__]:
            declare(commands)
    parser.set_defaults(run=serve.run_panel)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; gives the exit code."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=os.environ.get("CLIPKIN_LOG", "WARNING"))
    try:
        chosen = build_parser().parse_args(arguments)
        check_places(chosen)
        return int(chosen.run(chosen))
    except ClipkinError as problem:
        sys.stderr.write(f"{problem.sentence}\n")
        return BAD_INPUT_EXIT
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return STOPPED_EXIT
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does; that is no error of ours.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - must outlive this function
        return 0
