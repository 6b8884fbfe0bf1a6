"""``clipkin`` without a command: the panel, or where there is no screen the server alone."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from bridge.port_file import DEFAULT_PORT

_NO_SCREEN = "There is no screen here, so the panel stays closed and the server runs alone."


def has_screen() -> bool:
    """Can a window be shown? On Linux a display must be named."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM"))


def run(arguments: argparse.Namespace) -> int:
    """Open the panel in a process of its own; it starts the server when none runs."""
    if not has_screen():
        from bridge.command_line.commands import serve

        sys.stdout.write(_NO_SCREEN + "\n")
        sys.stdout.flush()
        return serve.run(argparse.Namespace(port=DEFAULT_PORT))
    return subprocess.call([sys.executable, "-m", "gui"])
