"""The server as a process of its own, which lives on when the panel is killed, and the other way round; and what looks
after it: is it there, start it when none is or it died, fetch its engines when it is new.

The watch is plain steps on values, driven by ``Link``'s thread; the clock is given.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from gui.state.values import ServerState

if TYPE_CHECKING:
    from bridge.client.client import Client
    from bridge.messages.greeting import Card
    from bridge.port_file import PortFile

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
        with contextlib.ExitStack() as opened:
            said: IO[bytes] | int = subprocess.DEVNULL
            if self._folder is not None:
                with contextlib.suppress(OSError):  # a full or read-only disk must not keep the server from starting
                    self._folder.mkdir(parents=True, exist_ok=True)
                    said = opened.enter_context((self._folder / _LOG).open("wb"))
            self._process = subprocess.Popen(
                (*self._command, *(("--port", "0") if any_port else ())),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,
                creationflags=_APART,
            )

    @property
    def ending(self) -> str:
        """Why the process has ended, in its own last sentence; "" while it runs or none was started."""
        if self._process is None or (code := self._process.poll()) is None:
            return ""
        said = ""
        if self._folder is not None and (self._folder / _LOG).is_file():
            said = (self._folder / _LOG).read_text(encoding="utf-8", errors="replace").strip().split("\n")[-1].strip()
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


PATIENCE_S = 0.6
"""How long a running server has to answer before we start one."""

GIVE_UP_S = 15.0
"""How long a server that we started has to answer."""

DYING_S = 3.0
"""How long a process that was killed may take to end: its threads do so one by one."""

MOST_STARTS, STARTS_WITHIN_S = 3, 60.0
"""A server that dies again and again is not started for ever."""


@dataclass
class ServerWatch:
    """``look`` is called a few times a second; news go out through the three functions.

    port_file  what the running server has written, None where nothing is; its process tells a death at once
    """

    client: Client
    process: ServerProcess
    on_server: Callable[[ServerState], None]
    on_engines: Callable[[tuple[Card, ...]], None]
    tell: Callable[[str], None]
    began: float
    port_file: Callable[[], PortFile | None] = lambda: None
    _server: ServerState = field(default_factory=ServerState)
    _started_at: float | None = None
    _starts: list[float] = field(default_factory=list)
    _epoch: int = 0
    _had_file: bool = False
    _lost_at: float = 0.0

    def look(self, now: float) -> None:
        status = self.client.status
        found = self.port_file() if status.online else None
        self._had_file = self._had_file or found is not None
        # Is the process gone that wrote the port file? Its silence would be noticed seconds later.
        died = self._had_file and (found is None or not is_alive(found.pid))
        if status.online and not died:
            self._started_at = None
            if status.epoch != self._epoch:
                self._greet(status.epoch, status.version)
            self._show(ServerState("online", self.client.port, status.version, status.queue, status.engine))
        elif self._server.online:
            self.tell("The server is gone; it is started again.")
            self._had_file, self._lost_at = False, now
            self._show(ServerState("lost"))
            self._start_when_gone(now)
        elif self._server.standing == "lost":
            self._start_when_gone(now)
        elif self._started_at is not None:
            ending = self.process.ending
            if ending.startswith("Port ") and not self.process.any_port:
                self.tell(f"{ending} Another port is taken.")
                self._begin(now, any_port=True)
            elif ending or status.refusal or now - self._started_at > GIVE_UP_S:
                silent = "The server was started but doesn't answer; try clipkin doctor."
                self._fail(ending or status.refusal or silent)
        elif self._server.standing == "searching" and now - self.began > PATIENCE_S:
            self.start(now)

    def _start_when_gone(self, now: float) -> None:
        """Start another one, once the old one's last threads have ended: until then our process still runs."""
        if not self.process.running or now - self._lost_at > DYING_S:
            self.start(now)

    def start(self, now: float, *, asked: bool = False) -> None:
        """Start a server, unless one is being started; ``asked``: by the user, however often it was before."""
        if self._server.online or self._started_at is not None:
            return
        self._starts = [] if asked else [each for each in self._starts if now - each < STARTS_WITHIN_S]
        if len(self._starts) >= MOST_STARTS:
            self._fail("The server died again and again; copy the diagnostics, and try clipkin doctor.")
            return
        self._starts.append(now)
        self.tell("No server answers; starting one.")
        self._begin(now)

    def _begin(self, now: float, *, any_port: bool = False) -> None:
        try:
            self.process.start(any_port=any_port)
        except OSError as error:
            self._fail(f"The server can't be started ({error.strerror}); try clipkin doctor.")
            return
        self._started_at = now
        self._show(ServerState("starting"))

    def _fail(self, sentence: str) -> None:
        self._started_at = None
        self._show(ServerState("failed", sentence=sentence))
        self.tell(sentence)

    def _greet(self, epoch: int, version: str) -> None:
        """A new run of the server: its list may be another one."""
        from bridge.client.job import ServerSilent  # with all of the client: not before the window

        try:
            self.on_engines(self.client.engines(timeout_s=2.0))
        except ServerSilent:
            return  # the next look asks again
        self.tell(f"The server answers on port {self.client.port} (version {version}).")
        self._epoch = epoch

    def _show(self, server: ServerState) -> None:
        if server != self._server:
            self._server = server
            self.on_server(server)


def is_alive(pid: int) -> bool:
    """Does a process of this number run?"""
    if sys.platform == "win32":
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x00100000, False, pid)  # SYNCHRONIZE
        if not handle:
            return False
        gone = ctypes.windll.kernel32.WaitForSingleObject(handle, 0) == 0
        ctypes.windll.kernel32.CloseHandle(handle)
        return not gone
    try:
        os.kill(pid, 0)
        # A child that has ended but was not waited for is no server any more (told by Linux alone).
        told = Path(f"/proc/{pid}/stat")
        return not told.exists() or ") Z " not in told.read_text(encoding="utf-8", errors="replace")
    except PermissionError:
        return True
    except OSError:
        return False
