"""Looks after the server: is it there, start it when none is, fetch its engines when it is new.

Plain steps on values, driven by ``Link``'s thread; the clock is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bridge.client.client import Client
from bridge.client.job import ServerSilent
from bridge.messages.greeting import Card
from gui.link.server_process import ServerProcess
from gui.state.values import ServerState

PATIENCE_S = 0.6
"""How long a running server has to answer before we start one."""

GIVE_UP_S = 15.0
"""How long a server that we started has to answer."""


@dataclass
class ServerWatch:
    """``look`` is called a few times a second; news go out through the three functions."""

    client: Client
    process: ServerProcess
    on_server: Callable[[ServerState], None]
    on_engines: Callable[[tuple[Card, ...]], None]
    tell: Callable[[str], None]
    began: float
    _server: ServerState = field(default_factory=ServerState)
    _started_at: float | None = None
    _epoch: int = 0

    def look(self, now: float) -> None:
        """One look at the server."""
        status = self.client.status
        if status.online:
            self._started_at = None
            if status.epoch != self._epoch:
                self._greet(status.epoch, status.version)
            self._show(ServerState("online", self.client.port, status.version, status.queue, status.engine))
        elif self._server.online:
            self.tell("The server is gone.")
            self._show(ServerState("lost"))
        elif self._started_at is not None:
            self._wait_for_it(now, status.refusal)
        elif self._server.standing == "searching" and now - self.began > PATIENCE_S:
            self.start(now)

    def start(self, now: float) -> None:
        """Start a server, unless one answers."""
        if self.client.status.online or self._started_at is not None:
            return
        self.tell("No server answers; starting one.")
        try:
            self.process.start()
        except OSError as error:
            self._fail(f"The server can't be started ({error.strerror}); try clipkin doctor.")
            return
        self._started_at = now
        self._show(ServerState("starting"))

    def _wait_for_it(self, now: float, refusal: str) -> None:
        ending = self.process.ending
        waited = now - (self._started_at or now)
        if ending or refusal or waited > GIVE_UP_S:
            self._fail(ending or refusal or "The server was started but doesn't answer; try clipkin doctor.")

    def _fail(self, sentence: str) -> None:
        self._started_at = None
        self._show(ServerState("failed", sentence=sentence))
        self.tell(sentence)

    def _greet(self, epoch: int, version: str) -> None:
        """A new run of the server: its list may be another one."""
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
