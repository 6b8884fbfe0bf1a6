"""The connection: a UDP socket that never waits, hello until the server answers, then a ping now and then.

``State``: "closed" no socket yet, "hello" asking, "on" welcome.
Offers: ``Link``, ``data_folder``, ``HOST``.
"""

from __future__ import annotations

import json
import os
import random
import socket
import sys
from typing import Any, Callable, Iterator, Sequence

from .osc import Atom, decode, encode

HOST, DEFAULT_PORT, PROTOCOL, VERSION = "127.0.0.1", 11800, 3, "1"
SERVER_FILE = "server.json"
FILE_PAUSE_S, SILENT_S, MOST_A_BEAT = 2.0, 3.0, 64
PING_S, AGAIN_S, MISSED_PINGS = 1.0, 0.4, 6
"""A ping each second, and sooner where one stays without an answer: a server that is gone is noticed within 4 s."""
BACK_S, BACK_FILE_S, BACK_FOR_S = 0.25, 0.5, 10.0
"""While one that was there is gone: the pause between hellos, between looks at its file, and for how long so."""
LARGEST_ID, GOODBYES = 16777215, 3

ABSENT = "Clipkin isn't running. Start the Clipkin app; Live connects by itself."
OLD = "The Clipkin app is older than its part in Live. Update it, then: clipkin live --install."


def data_folder() -> str:
    """The user's data folder of Clipkin, as the server names it; Live's Python lacks what platformdirs needs."""
    home = os.path.expanduser("~")
    if sys.platform == "darwin":
        base = os.path.join(home, "Library", "Application Support")
    elif os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    else:
        base = os.environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    return os.path.join(base, "clipkin")


class Link:
    """The way to the server. ``tell`` gets a sentence; ``run`` is another one after the server was started anew."""

    def __init__(self, tell: Callable[[str], None], folder: str | None) -> None:
        self.state, self.port, self.session, self.token = "closed", 0, random.randint(1, LARGEST_ID), "-"
        self._tell, self._folder = tell, folder or data_folder()
        self._server = (HOST, DEFAULT_PORT)
        self._socket: socket.socket | None = None
        self._pings = self._missed = self._last = 0
        self.run = (0, 0)  # the server's epoch and our session at the last welcome
        self._due = self._file_due = self._since = self._pause = 0.0
        self._told = False

    def number(self) -> int:
        """A transfer's number, never used before in this session."""
        self._last += 1
        return self._last

    # The socket.

    def _open(self, now: float) -> None:
        try:
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._socket.setblocking(False)
            try:
                self._socket.bind((HOST, self.port))
            except OSError:
                self._socket.bind((HOST, 0))
            self.port = self._socket.getsockname()[1]
        except OSError:
            self._broken(now + FILE_PAUSE_S)
            return
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        except OSError:
            pass  # a smaller one serves, with more said twice
        self._greet(now)

    def _broken(self, due: float) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self.state, self._due = None, "closed", due

    def drain(self, now: float, enough: Callable[[], bool]) -> Iterator[tuple[str, list[Atom], bool]]:
        """What has come, at most 64 datagrams: address, arguments, and whether the server said it."""
        for _ in range(MOST_A_BEAT):
            if self._socket is None or enough():
                return
            try:
                datagram, source = self._socket.recvfrom(65535)
                address, arguments = decode(datagram)
            except BlockingIOError:
                return
            except (ConnectionResetError, ValueError):
                continue  # Windows' word for "nobody listens where you sent to", or no message
            except OSError:
                self._broken(now)
                return
            if source[0] == HOST:
                yield address, arguments, source == self._server

    def send(self, address: str, arguments: Sequence[Atom]) -> None:
        """One message to the server, in this session; a full socket loses it, as the network might."""
        try:
            if self._socket is not None:
                self._socket.sendto(encode(address, [self.session] + list(arguments)), self._server)
        except OSError:
            pass  # the next try, or the next drain, tells whether the socket still lives

    def close(self) -> None:
        """Say goodbye and let the port go. A goodbye that got lost would leave orders to nobody for some seconds."""
        for _ in range(GOODBYES if self.state == "on" else 0):
            self.send("/clipkin/client/bye", [])
        self._broken(0.0)

    def _read_file(self) -> dict[str, Any]:
        try:
            with open(os.path.join(self._folder, SERVER_FILE), encoding="utf-8") as file:
                found = json.load(file)
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def tick(self, now: float) -> None:
        """Open, say hello or ping when that is due."""
        if self.state == "hello" and not self._told and now - self._since > SILENT_S:
            self._told = True
            self._tell(ABSENT)
        if now < self._due:
            return
        if self.state == "closed":
            self._open(now)
        elif self.state == "hello":
            self._say_hello(now)
        elif self._missed >= MISSED_PINGS:
            self._greet(now)
        else:
            self._pings, self._missed, self._due = self._pings + 1, self._missed + 1, now + AGAIN_S
            self.send("/clipkin/server/ping", [self._pings])

    def hear(self, now: float) -> None:
        """The server lives, whatever it said."""
        self._missed = 0
        if self.state == "on":
            self._due = now + PING_S

    def _greet(self, now: float) -> None:
        self.state, self._since, self._pause = "hello", now, 0.1
        self._due = self._file_due = 0.0

    def _comes_back(self, now: float) -> bool:
        """Was a server there a moment ago? Then it is looked for more often."""
        return self.run[0] != 0 and now - self._since < BACK_FOR_S

    def _say_hello(self, now: float) -> None:
        comes_back = self._comes_back(now)
        if now >= self._file_due:
            self._file_due = now + (BACK_FILE_S if comes_back else FILE_PAUSE_S)
            found = self._read_file()
            port, token = found.get("port"), found.get("token")
            self._server = (HOST, port if isinstance(port, int) and 0 < port < 65536 else DEFAULT_PORT)
            self.token = token if isinstance(token, str) and token else "-"
        self.send("/clipkin/client/hello", [PROTOCOL, self.port, "live", VERSION, self.token])
        self._due, self._pause = now + self._pause, min(BACK_S if comes_back else 1.0, self._pause * 1.5)

    def take_welcome(self, protocol: int, epoch: int, now: float) -> None:
        """The server answers; a new epoch means that it was restarted and knows nothing of us."""
        if self.state != "hello":
            return
        if protocol != PROTOCOL:
            self._refused(OLD, now)
            return
        self.run = (epoch, self.session)
        self.state, self._told, self._due = "on", False, now + PING_S

    def take_pong(self, epoch: int, now: float) -> None:
        """A pong with another epoch is another server's."""
        if self.state == "on" and epoch != self.run[0]:
            self._greet(now)

    def take_fail(self, code: int, sentence: str, now: float) -> None:
        """A fail that is about no request: our hello was refused, or the server doesn't know us any more."""
        if code == 404 and self.state == "on":
            self._greet(now)
        elif self.state == "hello" and code != 404:
            if code == 409:
                self.session = random.randint(1, LARGEST_ID)  # the number may be another client's
            if code != 401 or not self._comes_back(now):  # else its file is about to have another token
                self._refused(sentence, now)

    def _refused(self, sentence: str, now: float) -> None:
        if not self._told:
            self._told = True
            self._tell(sentence)
        self._due, self._pause = now + 1.0, 1.0
