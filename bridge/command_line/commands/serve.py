"""``clipkin serve``: the server alone."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from bridge.port_file import DEFAULT_PORT, PortFile, home

ANSWER_S = 0.5


def add(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type of its subparsers to itself
    """Declare the command."""
    parser = commands.add_parser("serve", help="the server alone", description="The server that Live talks to.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"UDP port on 127.0.0.1 ({DEFAULT_PORT})")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped; exit code 3 where the port is taken, also by a server of our own."""
    from bridge.server.serve import PORT_TAKEN_EXIT, serve
    from models.studio import Studio

    if runs_already(arguments.port):
        sys.stderr.write(f"Clipkin's server already runs on port {arguments.port}; use it, or end it first.\n")
        return PORT_TAKEN_EXIT
    studio = Studio()
    studio.warm_up()
    return serve(arguments.port, studio)


def runs_already(port: int) -> bool:
    """Does a server of our own, which the port file names, answer there?"""
    found = PortFile.read(home())
    if found is None or found.port != port:
        return False
    from bridge.client.client import Client

    with Client(port, name="serve") as client:
        return client.wait_online(ANSWER_S)
