"""The server: ``serve`` runs it until it is told to stop; ``Server`` is the same for programs and tests.

Three threads: one receives and checks (``LoopbackServer``), one speaks the protocol (``ProtocolHandler``), one makes
variations (``Worker``). They share two queues and nothing else.
"""

from __future__ import annotations

import logging
import os
import queue
import random
import secrets
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from bridge.messages.message import LARGEST, Atom
from bridge.port_file import HOST, PortFile, home, version
from bridge.server.log import logged
from bridge.server.loopback_server import LoopbackServer
from bridge.server.protocol_handler import ProtocolHandler
from bridge.server.worker import Event, Studio, Worker
from models.music.errors import ClipkinError

MOST_WAITING_DATAGRAMS = 256
LONGEST_WAIT_S = 1.0
COUNT_EVERY_S = 60.0
"""How often the log says what was dropped, where anything was."""

PORT_TAKEN_EXIT = 3

log = logging.getLogger("clipkin.server")

_Datagram = tuple[str, tuple[Atom, ...], int]


class PortTaken(ClipkinError):
    """The port that the server should listen on can't be had."""


class Server:
    """A server on 127.0.0.1; port 0 takes any free one. Raises PortTaken when made.

    folder  where the port file goes; the user's data folder when None
    """

    def __init__(self, port: int, studio: Studio, *, folder: Path | None = None) -> None:
        self._inbox: queue.SimpleQueue[_Datagram | Event | None] = queue.SimpleQueue()
        try:
            self.socket_server = LoopbackServer(port, self._deliver)
        except OSError as error:
            raise PortTaken(
                f"Port {port} can't be used ({error.strerror}); close the program that has it, "
                "or choose another one with --port.",
                field="port",
            ) from error
        self.port: int = self.socket_server.server_address[1]
        self._folder = home() if folder is None else folder
        self._worker = Worker(studio, self._inbox.put)
        epoch, token = random.SystemRandom().randint(1, LARGEST), secrets.token_hex(16)
        run = {"port": self.port, "epoch": epoch}
        self.handler = ProtocolHandler(studio, self._worker.put, **run, token=token, version=version())
        self.port_file = PortFile(os.getpid(), **run, token=token)
        self._counted_at, self._counted = time.monotonic(), Counter[str]()
        self._receiver = threading.Thread(target=self.socket_server.receive, name="clipkin-receiver", daemon=True)
        self._speaker = threading.Thread(target=self.run, name="clipkin-protocol", daemon=True)

    def _deliver(self, address: str, arguments: tuple[Atom, ...], source: int) -> None:
        """Queue a message, from the receiving thread; a full queue loses it, as the network might."""
        if self._inbox.qsize() < MOST_WAITING_DATAGRAMS:
            self._inbox.put((address, arguments, source))
        else:
            self.socket_server.counts["queue full"] += 1

    def open(self) -> None:
        """Begin to receive and to work, and write the port file."""
        self._receiver.start()
        self._worker.start()
        try:
            self.port_file.write(self._folder)
        except OSError as error:
            log.warning("the port file can't be written (%s); clients need the port %s", error, self.port)

    def run(self) -> None:
        """Speak the protocol until ``stop``."""
        while True:
            now = time.monotonic()
            wait = min(max(0.0, self.handler.next_due(now) - now), LONGEST_WAIT_S)
            try:
                item = self._inbox.get(timeout=wait)
            except queue.Empty:
                pass
            else:
                if item is None:
                    return
                self._take(item)
            self.handler.poll(time.monotonic())
            if time.monotonic() > self._counted_at + COUNT_EVERY_S:
                self._log_dropped()
            out, self.handler.out = self.handler.out, []
            for datagram, port in out:
                self.socket_server.send(datagram, port)

    def _take(self, item: _Datagram | Event) -> None:
        try:
            if isinstance(item, tuple):
                self.handler.take(*item, now=time.monotonic())
            else:
                self.handler.requests.take_event(item, time.monotonic())
        except Exception:
            # One bad message must not end the thread that all clients depend on.
            self.socket_server.counts["error"] += 1
            log.exception("a message could not be answered")

    def _log_dropped(self) -> None:
        """Say how many datagrams were dropped since the last time, and why."""
        self._counted_at = time.monotonic()
        counts = Counter(self.socket_server.counts) + self.handler.dropped
        dropped = counts - self._counted - Counter(taken=counts["taken"])
        self._counted = counts
        if dropped:
            log.warning("dropped: %s", ", ".join(f"{count} × {why}" for why, count in dropped.most_common()))

    def stop(self) -> None:
        """Make ``run`` return; may be called from anywhere."""
        self._inbox.put(None)

    def close(self) -> None:
        """Stop all work, let the port go, take the port file away."""
        self.handler.close(time.monotonic())
        self.socket_server.end()
        self._receiver.join()
        self._worker.stop()
        self.socket_server.server_close()
        self._log_dropped()
        self.port_file.remove(self._folder)

    def __enter__(self) -> Server:
        """Run in threads of its own until the end of the ``with``."""
        self.open()
        self._speaker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._speaker.join()
        self.close()


def serve(port: int, studio: Studio, *, folder: Path | None = None) -> int:
    """Run the server until Ctrl-C or a termination signal; gives the exit code: 0, or 3 when the port is taken."""
    with logged(home() if folder is None else folder):
        try:
            server = Server(port, studio, folder=folder)
        except PortTaken as error:
            sys.stderr.write(f"{error}\n")
            return PORT_TAKEN_EXIT
        before = signal.signal(signal.SIGTERM, lambda *_: server.stop())
        server.open()
        log.info("version %s listens on port %s", version(), server.port)
        # At once: a program that started the server may be waiting for this line.
        print(f"Clipkin's server listens on {HOST}, port {server.port}. Ctrl-C ends it.", flush=True)
        try:
            server.run()
        except KeyboardInterrupt:
            log.info("stopped by Ctrl-C")
        finally:
            server.close()
            signal.signal(signal.SIGTERM, before)
    return 0
