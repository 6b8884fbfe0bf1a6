"""The client: clips go to the server, variations come back, from any thread.

    with Client.connect() as client:
        for variation in client.vary(Request(prompts=(clip,), similarity=0.7)):
            ...

A thread of its own runs the protocol (``ClientProtocol``): it pings, resends, and says hello again when the server
was restarted. Knows neither Qt nor torch.
"""

from __future__ import annotations

import logging
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bridge.client.client_protocol import SILENT, ClientProtocol
from bridge.client.heartbeat import Status
from bridge.client.job import Job, ServerSilent
from bridge.client.live_orders import LiveOrder, LiveOrders
from bridge.messages.greeting import Card
from bridge.messages.live import HostQuery, HostState
from bridge.messages.message import LARGEST, Malformed, Message
from bridge.messages.piece import OfCue
from bridge.messages.table import BadDatagram, decode, unpack
from bridge.port_file import DEFAULT_PORT, HOST, PortFile, home, version
from models.generator import Cancelled, OnProgress, Request, Variation, ignore_progress, never_cancelled

RECEIVE_BUFFER = 4 * 2**20
LARGEST_RECEIVED = 65_507
LONGEST_WAIT_S = 1.0

NO_PORT = 0
"""Where nothing can be sent to."""

log = logging.getLogger("clipkin.client")


def find_port(folder: Path | None = None) -> int:
    """The port of the server that last wrote its port file, else the usual one; 0 in a folder of one's own."""
    found = PortFile.read(home() if folder is None else folder)
    return found.port if found else DEFAULT_PORT if folder is None else NO_PORT


class Client:
    """A connection to the server at ``port`` (None: where the port file says); begins when made, ends with ``close``.

    name  says to the server's log who this is
    """

    def __init__(self, port: int | None = None, *, name: str = "python", folder: Path | None = None) -> None:
        self._wanted_port, self._folder = port, folder
        self.port = find_port(folder) if port is None else port
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        self._socket.bind((HOST, 0))
        self._own_address: tuple[str, int] = self._socket.getsockname()
        session = random.SystemRandom().randint(1, LARGEST)
        self._protocol = ClientProtocol(session, self._own_address[1], name, version(), time.monotonic())
        self._lock = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="clipkin-client", daemon=True)
        self._thread.start()

    @classmethod
    def connect(
        cls, port: int | None = None, *, name: str = "python", timeout_s: float = 3.0, folder: Path | None = None
    ) -> Client:
        """A client whose server has answered; raises ServerSilent when none does in ``timeout_s``."""
        client = cls(port, name=name, folder=folder)
        if not client.wait_online(timeout_s):
            client.close()
            raise ServerSilent(client.status.refusal or SILENT, field="port")
        return client

    @property
    def status(self) -> Status:
        """Is the server there, which run of it, and what is it doing."""
        return self._protocol.status

    def wait_online(self, timeout_s: float) -> bool:
        """Wait until the server has answered; False when it hasn't in ``timeout_s``."""
        with self._lock:
            return self._lock.wait_for(lambda: self._protocol.status.online, timeout_s)

    def engines(self, timeout_s: float = 3.0) -> tuple[Card, ...]:
        """The engines' cards; raises ServerSilent."""
        with self._lock:
            self._protocol.ask_engines(time.monotonic())
            self._send_due()
            if not self._lock.wait_for(lambda: self._protocol.cards_complete, timeout_s):
                raise ServerSilent(SILENT, field="port")
            return tuple(card for _, card in sorted(self._protocol.cards.items()))

    def ask_live_state(self, timeout_s: float) -> HostState | None:
        """Where the user stands in Live, as the server knows it; None when it doesn't answer."""
        with self._lock:
            live = self._protocol.live
            live.state = None
            self._protocol.say(HostQuery(1))
            self._send_due()
            self._lock.wait_for(lambda: live.state is not None, timeout_s)
            return live.state

    def live_orders(self) -> tuple[LiveOrder, ...]:
        """The last orders given to Live, the oldest first."""
        with self._lock:
            return tuple(self._protocol.live.orders.values())

    def order_live(self, begin: Callable[[LiveOrders], LiveOrder], timeout_s: float) -> LiveOrder:
        """Give Live an order and wait until it has ended, or until ``timeout_s``."""
        with self._lock:
            order = begin(self._protocol.live)
            self._send_due()
            until = time.monotonic() + timeout_s
            while not order.ended and time.monotonic() < until:
                self._lock.wait(0.1)  # its end may also be a silence, which nothing announces
        return order

    def say(self, message: Message) -> None:
        """Say one message of a running piece (``bridge.messages.piece``) in our session, once."""
        with self._lock:
            self._protocol.say(message)
            self._send_due()

    def cues(self) -> list[OfCue]:
        """What has come of a running piece since the last call: cues, or what became of one's own."""
        with self._lock:
            return [self._protocol.cues.popleft() for _ in range(len(self._protocol.cues))]

    def start(self, request: Request, engine: str = "auto") -> Job:
        """Put a request on its way; raises BadValue when it can't travel (too long, too many notes)."""
        with self._lock:
            job = self._protocol.start(request, engine, self._cancel, time.monotonic())
            self._send_due()
        return job

    def vary(
        self,
        request: Request,
        engine: str = "auto",
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> Iterator[Variation]:
        """Variations as they come, whatever the request's task; leaving the loop cancels.

        Raises Refused, EmptyClip, EngineUnavailable, Failed as the server says, and ServerSilent when it falls silent.
        """
        return self.start(request, engine).variations(on_progress, cancelled)

    def _cancel(self, job: Job) -> None:
        with self._lock:
            self._protocol.cancel(job, time.monotonic())
            if not self._closed:
                self._send_due()

    def close(self) -> None:
        """Say goodbye, let the port go; running requests end."""
        with self._lock:
            if self._closed:
                return
            self._protocol.close()
            self._closed = True
            self._send_due()
        self._thread.join()
        self._socket.close()

    def __enter__(self) -> Client:
        """The client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        while True:
            with self._lock:
                if self._closed:
                    return
                now = time.monotonic()
                self._protocol.poll(now)
                self._send()
                wait = min(max(0.001, self._protocol.next_due - now), LONGEST_WAIT_S)
            self._socket.settimeout(wait)
            try:
                datagram, source = self._socket.recvfrom(LARGEST_RECEIVED)
            except TimeoutError:
                if self._wanted_port is None and not self._protocol.status.online:
                    self.port = find_port(self._folder)  # it may have been started again on another port
                continue
            except OSError:
                continue  # Windows reports here that an earlier datagram found nobody
            if source == (HOST, self.port) and datagram:
                self._take(datagram)

    def _take(self, datagram: bytes) -> None:
        try:
            message = unpack(*decode(datagram))
        except (BadDatagram, Malformed):
            return
        with self._lock:
            try:
                self._protocol.take(message, time.monotonic())
            except Exception:
                # One message that can't be taken must not end the thread that every request waits for.
                log.exception("a message of the server could not be taken")
            self._lock.notify_all()

    def _send_due(self) -> None:
        """Say what another thread has just asked for, and let our own reckon anew when to wake: it waits on its socket,
        so it gets a datagram from itself.
        """
        self._protocol.poll(time.monotonic())
        self._send()
        self._socket.sendto(b"", self._own_address)

    def _send(self) -> None:
        out, self._protocol.out = self._protocol.out, []
        for datagram in out:
            try:
                self._socket.sendto(datagram, (HOST, self.port))
            except OSError:
                break  # as if lost; what matters is said again
