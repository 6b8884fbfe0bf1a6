"""The server as a process of its own: it lives on when the panel is killed, and the other way round."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path
from typing import IO

COMMAND = (sys.executable, "-m", "bridge.command_line", "serve")

_APART = getattr(subprocess, "DETACHED_PROCESS", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
"""On Windows: neither console nor group shared with ours. Elsewhere it is 0, and a new session does the same."""

_LOG = "server-start.log"
_LONGEST_SENTENCE = 300


class ServerProcess:
    """Starts the server; says why it ended, if it did."""

    def __init__(self, command: tuple[str, ...] = COMMAND, folder: Path | None = None) -> None:
        """folder: where what the server says on standard error is kept; None: nowhere."""
        self._command, self._folder = command, folder
        self._process: subprocess.Popen[bytes] | None = None
        self.any_port = False

    @property
    def running(self) -> bool:
        """True while a process that we started is there."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, any_port: bool = False) -> None:
        """Start the server, unless ours is running; ``any_port``: not on the usual one. Raises OSError."""
        if self.running:
            return
        self.any_port = any_port
        said: IO[bytes] | None = None
        if self._folder is not None:
            with contextlib.suppress(OSError):  # a full or read-only disk must not keep the server from starting
                self._folder.mkdir(parents=True, exist_ok=True)
                said = (self._folder / _LOG).open("wb")
        try:
            self._process = subprocess.Popen(
                (*self._command, *(("--port", "0") if any_port else ())),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said or subprocess.DEVNULL,
                start_new_session=True,
                creationflags=_APART,
            )
        finally:
            if said is not None:
                said.close()

    @property
    def ending(self) -> str:
        """Why the process has ended, in its own last sentence; "" while it runs or none was started."""
        if self._process is None or self._process.poll() is None:
            return ""
        said = ""
        if self._folder is not None and (self._folder / _LOG).is_file():
            lines = (self._folder / _LOG).read_text(encoding="utf-8", errors="replace").split("\n")
            said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        code = self._process.returncode
        return said[:_LONGEST_SENTENCE] or f"The server ended at once (code {code}); try clipkin doctor."

    def stop(self) -> None:
        """End the process that we started; a server that somebody else started stays."""
        if self._process is not None and self.running:
            self._process.terminate()
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(timeout=5)
