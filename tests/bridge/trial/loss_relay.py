"""A UDP relay that loses, repeats and reorders datagrams, for tests and the wire benchmark.

It stands between a client and the server, on 127.0.0.1. The client's datagrams go on from a port of the relay's own,
and the reply port in its hello is changed to that port, so that the answers come back through the relay as well.

Offers: ``Trouble``, ``LossRelay``.
"""

from __future__ import annotations

import heapq
import random
import selectors
import socket
import threading
import time
from dataclasses import dataclass, replace

from bridge.messages.greeting import Hello
from bridge.messages.message import Malformed
from bridge.messages.table import BadDatagram, decode, pack
from bridge.port_file import HOST

_BUFFER = 4 * 2**20
_LARGEST = 65_507


@dataclass(frozen=True)
class Trouble:
    """What happens to datagrams: shares 0-1 lost, repeated, and delayed by up to ``delay_s``, each way.

    corrupted  share whose bits flip: the kernel finds that by UDP's checksum, so they are lost as well
    deaf       ways on which nothing comes through: "forth" to the server, "back" from it
    """

    lost: float = 0.0
    repeated: float = 0.0
    reordered: float = 0.0
    delay_s: float = 0.005
    corrupted: float = 0.0
    deaf: tuple[str, ...] = ()


class LossRelay:
    """Relays one client to the server at ``server_port``, from ``with`` to its end; the client talks to ``port``."""

    def __init__(self, server_port: int, trouble: Trouble, seed: int = 0) -> None:
        self.trouble = trouble
        self.passed = self.dropped = 0
        self._server = (HOST, server_port)
        self._client: tuple[str, int] | None = None
        self._random = random.Random(seed)
        self._front, self._back = _socket(), _socket()
        self.port: int = self._front.getsockname()[1]
        self._late: list[tuple[float, int, bool, bytes]] = []
        self._count = 0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="loss-relay", daemon=True)

    def _run(self) -> None:
        selector = selectors.DefaultSelector()
        selector.register(self._front, selectors.EVENT_READ, True)
        selector.register(self._back, selectors.EVENT_READ, False)
        while not self._closed:
            wait = max(0.0, self._late[0][0] - time.monotonic()) if self._late else 0.05
            for key, _ in selector.select(wait):
                self._relay(key.fileobj, key.data)  # type: ignore[arg-type]  # our sockets
            while self._late and self._late[0][0] <= time.monotonic():
                _, _, forth, datagram = heapq.heappop(self._late)
                self._pass(forth, datagram)
        selector.close()

    def _relay(self, source: socket.socket, forth: bool) -> None:
        try:
            datagram, _ = source.recvfrom(_LARGEST)
        except OSError:
            return
        if forth:
            datagram = self._with_own_reply_port(datagram)
        copies = 2 if self._random.random() < self.trouble.repeated else 1
        for _ in range(copies):
            way = "forth" if forth else "back"
            if way in self.trouble.deaf or self._random.random() < self.trouble.lost + self.trouble.corrupted:
                self.dropped += 1
            elif self._random.random() < self.trouble.reordered:
                self._count += 1
                due = time.monotonic() + self._random.random() * self.trouble.delay_s
                heapq.heappush(self._late, (due, self._count, forth, datagram))
            else:
                self._pass(forth, datagram)

    def _with_own_reply_port(self, datagram: bytes) -> bytes:
        if not datagram.startswith(Hello.ADDRESS.encode()):
            return datagram
        try:
            hello = Hello.from_osc(decode(datagram)[1])
        except (BadDatagram, Malformed):
            return datagram
        # A device listens on another port than it sends from: the hello says where.
        self._client = (HOST, hello.reply_port)
        return pack(replace(hello, reply_port=self._back.getsockname()[1]))

    def _pass(self, forth: bool, datagram: bytes) -> None:
        self.passed += 1
        if forth:
            self._back.sendto(datagram, self._server)
        elif self._client is not None:
            self._front.sendto(datagram, self._client)

    def __enter__(self) -> LossRelay:
        """Begin to relay."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self._thread.join()
        self._front.close()
        self._back.close()


def _socket() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    made.bind((HOST, 0))
    return made
