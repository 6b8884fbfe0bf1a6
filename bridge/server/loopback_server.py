"""The receiving thread: python-osc's blocking server with its traps closed.

python-osc hangs on a bundle's negative size, on patterns, on dated bundles, and takes malformed messages silently
(measured on 1.10.2). So every datagram is checked whole before python-osc sees it, and the one handler only delivers.
"""

import logging
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer

from bridge.messages.message import Atom
from bridge.messages.table import BadDatagram, decode
from bridge.port_file import HOST

MOST_A_SECOND = 20_000
BURST = 1_000
RECEIVE_BUFFER = 2**18
"""Bytes: room for every client's window, little enough that the backlog of a flood is soon worked off."""

Deliver = Callable[[str, tuple[Atom, ...], int], None]
"""Takes address, arguments and the sender's port; must return at once."""

log = logging.getLogger("clipkin.server")


class LoopbackServer(BlockingOSCUDPServer):
    """Receives on 127.0.0.1 only; ``counts`` says what was taken and what was dropped, and why."""

    max_packet_size = 65_507  # so that a big datagram is seen and refused rather than cut
    allow_reuse_address = False

    def __init__(self, port: int, deliver: Deliver) -> None:
        self.counts: Counter[str] = Counter()
        self._deliver = deliver
        self._room, self._refilled_at = float(BURST), time.monotonic()
        self._ending = False
        dispatcher = Dispatcher(strict_timing=False)
        dispatcher.set_default_handler(self._take, needs_reply_address=True)
        super().__init__((HOST, port), dispatcher, family=socket.AF_INET)

    def server_bind(self) -> None:
        """Bind, alone: on Windows a second program could share the port otherwise."""
        if sys.platform == "win32":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        super().server_bind()

    def receive(self) -> None:
        """Take datagrams, one after the other, until ``end``; waits in the socket, so idling costs nothing."""
        while not self._ending:
            try:
                request, source = self.get_request()
            except OSError:
                continue  # Windows reports here that an earlier datagram found nobody
            if not self._ending and self.verify_request(request, source):
                try:
                    self.process_request(request, source)
                except Exception:
                    self.counts["error"] += 1
                    log.exception("a datagram from port %s could not be taken", source[1])

    def end(self) -> None:
        """Make ``receive`` return; it is woken by an empty datagram from itself."""
        self._ending = True
        self.send(b"", self.server_address[1])

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ANN401 - python-osc's signature
        """True for one plain OSC message from this computer, while there aren't too many of them."""
        if client_address[0] != HOST:
            self.counts["foreign"] += 1
            return False
        # There is room while it fills with the time, so that the first datagram after a flood is heard.
        now = time.monotonic()
        self._room = min(float(BURST), self._room + (now - self._refilled_at) * MOST_A_SECOND)
        self._refilled_at = now
        if self._room < 1:
            self.counts["too many"] += 1
            return False
        self._room -= 1
        try:
            decode(request[0])
        except BadDatagram as error:
            self.counts[str(error)] += 1
            return False
        return True

    def _take(self, source: tuple[str, int], address: str, *arguments: Atom) -> None:
        self.counts["taken"] += 1
        self._deliver(address, arguments, source[1])

    def send(self, datagram: bytes, port: int) -> None:
        """Send to a port of this computer; what can't be sent counts as lost."""
        try:
            self.socket.sendto(datagram, (HOST, port))
        except OSError:
            self.counts["unsent"] += 1
