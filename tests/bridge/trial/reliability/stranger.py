"""A client written from PROTOCOL.md with nothing but a socket and the messages: it says what it likes, also nonsense.

Offers: ``Stranger``.
"""

from __future__ import annotations

import random
import socket
import time
from typing import TypeVar

from bridge.messages.clip import Ack
from bridge.messages.greeting import PROTOCOL, Hello, Ping, Pong, Welcome
from bridge.messages.message import LARGEST, Message
from bridge.messages.table import decode, pack, unpack
from bridge.port_file import HOST
from bridge.transfer.parts import split
from bridge.translation.notes import to_wire
from models.music.clip import Clip

AnyMessage = TypeVar("AnyMessage", bound=Message)


class Stranger:
    """A session with the server at ``port``; hello is said at once, unless it is not to be."""

    def __init__(self, port: int, session: int | None = None, hello: bool = True) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.port: int = self.socket.getsockname()[1]
        self.server = (HOST, port)
        self.session = session or random.randint(1, LARGEST)
        self.ears: list[Message] = []
        self._hello = Hello(self.session, PROTOCOL, self.port, "stranger", "1", "")
        if hello:
            self.say(self._hello)
            self.welcome = self.hear(Welcome)

    def say(self, *messages: Message) -> None:
        """Send messages, one after the other."""
        for message in messages:
            self.throw(pack(message))

    def throw(self, datagram: bytes) -> None:
        """Send any bytes."""
        self.socket.sendto(datagram, self.server)

    def listen(self, timeout_s: float = 1.0) -> Message | None:
        """The next message, of any kind; None when nothing comes."""
        self.socket.settimeout(timeout_s)
        try:
            return unpack(*decode(self.socket.recvfrom(65_507)[0]))
        except TimeoutError:
            return None

    def hear(self, kind: type[AnyMessage], timeout_s: float = 2.0) -> AnyMessage:
        """The next message of a kind; what comes before it is kept in ``ears``. Raises AssertionError for none."""
        until = time.monotonic() + timeout_s
        while (left := until - time.monotonic()) > 0:
            message = self.listen(left)
            if isinstance(message, kind):
                return message
            if message is not None:
                self.ears.append(message)
        raise AssertionError(f"no {kind.__name__} came in {timeout_s} s")

    def silence(self, kind: type[Message], timeout_s: float = 0.2) -> bool:
        """True when no message of a kind comes."""
        until = time.monotonic() + timeout_s
        while (left := until - time.monotonic()) > 0:
            if isinstance(self.listen(left), kind):
                return False
        return True

    def send_clip(self, clip: Clip, transfer: int = 1) -> None:
        """Send a clip and wait until it has arrived; sixteen parts at a time, because nothing is sent again."""
        begin, parts = split(to_wire(clip), self.session, transfer)
        self.say(begin)
        ack = self.hear(Ack)
        while not ack.done:
            self.say(*parts[ack.base : ack.base + 16])
            for _ in parts[ack.base : ack.base + 16]:
                ack = self.hear(Ack)

    def answers_within(self, timeout_s: float) -> float:
        """Seconds until a ping is answered, which is said again every 20 ms; infinity where none is.

        Hello is said with it: whoever has said nothing of its own for a minute is forgotten.
        """
        began = time.monotonic()
        for n in range(1, 1 + max(1, int(timeout_s / 0.02))):
            self.say(self._hello, Ping(self.session, n))
            if not self.silence(Pong, 0.02):
                return time.monotonic() - began
        return float("inf")

    def close(self) -> None:
        """Let the port go, without a word."""
        self.socket.close()

    def __enter__(self) -> Stranger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
