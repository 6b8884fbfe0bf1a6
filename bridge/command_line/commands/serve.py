"""``clipkin serve``: the server alone."""

from __future__ import annotations

import argparse
from typing import Any

from bridge.port_file import DEFAULT_PORT


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """Declare the command."""
    parser = commands.add_parser("serve", help="the server alone", description="The server that Live talks to.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"UDP port on 127.0.0.1 ({DEFAULT_PORT})")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    from bridge.server.serve import serve
    from models.studio import Studio
    studio = Studio()
    studio.warm_up()
    return serve(arguments.port, studio)
