"""``clipkin serve``: the server alone; ``clipkin`` without a command: the panel, where there is a screen."""

import argparse
import os
import subprocess
import sys
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

from bridge.command_line.command import command, option
from bridge.port_file import DEFAULT_PORT, PortFile, home
from models.music.errors import BadValue

if TYPE_CHECKING:
    from models.studio import Studio


ANSWER_S = 0.5


@command(
    "serve",
    "the server alone",
    "The server that Live talks to.",
    option("--port", type=int, default=DEFAULT_PORT, help=f"UDP port on 127.0.0.1 ({DEFAULT_PORT})"),
)
def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped; exit code 3 where the port is taken, also by a server of our own."""
    from bridge.server.serve import PORT_TAKEN_EXIT, serve

    if not 0 <= arguments.port <= 65_535:
        raise BadValue(f"A port is 0 to 65535, not {arguments.port}; 0 takes any that is free.", field="port")
    if runs_already(arguments.port):
        sys.stderr.write(f"Clipkin's server already runs on port {arguments.port}; use it, or end it first.\n")
        return PORT_TAKEN_EXIT
    return serve(arguments.port, cast("Studio", StudioBeside()))


class StudioBeside:
    """A ``Studio`` that is loaded beside the server's first answers: a hello needn't wait for what makes music."""

    def __init__(self) -> None:
        self._studio: Studio
        # Not a daemon: a process that ends while a library is being loaded would be aborted.
        self._loading = Thread(target=self._load, name="load studio")
        self._loading.start()

    def _load(self) -> None:
        from models.studio import Studio

        self._studio = Studio()
        self._studio.warm_up()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a studio has
        self._loading.join()
        return getattr(self._studio, name)


def runs_already(port: int) -> bool:
    """Does a server of our own, which the port file names, answer there?"""
    found = PortFile.read(home())
    if found is None or found.port != port:
        return False
    from bridge.client.client import Client

    with Client(port, name="serve") as client:
        return client.wait_online(ANSWER_S)


def has_screen() -> bool:
    """Can a window be shown? On Linux a display must be named."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM"))


def run_panel(arguments: argparse.Namespace) -> int:
    """Open the panel in a process of its own; it starts the server when none runs."""
    if not has_screen():
        print("There is no screen here, so the panel stays closed and the server runs alone.", flush=True)
        return run(argparse.Namespace(port=DEFAULT_PORT))
    return subprocess.call([sys.executable, "-m", "gui"])
