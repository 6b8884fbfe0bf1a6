"""Fakes and builders for the wire's tests: studios that do as they are told, and a stranger with a bare socket."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from bridge.client.client import Client
from bridge.messages.datagram import decode
from bridge.messages.greeting import PROTOCOL, Hello, Welcome
from bridge.messages.table import pack, unpack
from bridge.port_file import HOST
from bridge.server.serve import Server
from bridge.transfer.parts import split
from bridge.translation.notes import to_wire
from models.generator import Report, Variation
from models.music.clip import Clip
from models.music.note import Note


def make_clip(notes=4, **changes):
    return Clip(
        tuple(Note(36 + index % 60, index * 0.25, 0.2, 1 + index % 127) for index in range(notes)),
        max(1.0, notes * 0.25),
        **changes,
    )


@pytest.fixture
def a_clip():
    return make_clip


@dataclass
class FakeStudio:
    """Gives the prompt, one semitone higher each time. ``gate`` closed: waits before each variation."""

    gate: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None
    calls: list = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    progress_every_s: float | None = None

    def engines(self):
        return (
            SimpleNamespace(
                name="rules",
                sentence="Instant, no weights.",
                tasks=("vary", "infill"),
                roles=("melody", "drums"),
                parameters=None,
                licence="GPL-3.0-or-later",
                data="",
                available=True,
                reason="",
            ),
            SimpleNamespace(
                name="kin",
                sentence="A transformer.",
                tasks=("vary",),
                roles=("melody",),
                parameters=2_500_000,
                licence="GPL-3.0-or-later",
                data="MAESTRO",
                available=False,
                reason="Its weights are missing; run clipkin train kin.",
            ),
        )

    def generate(self, request, engine="auto", on_progress=None, cancelled=None) -> Iterator[Variation]:
        self.calls.append((request, engine))
        if self.error is not None:
            raise self.error
        for number in range(request.count):
            while not self.gate.wait(self.progress_every_s or 0.005):
                on_progress(number / request.count, "drawing")
                if cancelled():
                    self.stopped.set()
                    return
            clip = request.prompt if request.prompts else make_clip(4)
            kept = tuple(None if index == 0 else index for index in range(len(clip.notes)))
            notes = [
                note if index else note.moved(pitch=note.pitch + 1 + number) for index, note in enumerate(clip.notes)
            ]
            yield Variation(
                clip.with_notes(notes),
                request.seed + number,
                kept,
                Report(
                    0.75,
                    0.5,
                    {"rhythm": True, "lane:38": False},
                    0.9,
                    0.8,
                    {"novelty": 0.25},
                    ("The locks allow no less than 0.61.",),
                ),
            )


@pytest.fixture
def studio():
    fake = FakeStudio()
    fake.gate.set()
    return fake


@pytest.fixture
def server(studio, tmp_path):
    with Server(0, studio, folder=tmp_path) as running:
        yield running


@pytest.fixture
def client(server):
    with Client.connect(server.port) as connected:
        yield connected


class Stranger:
    """A client written from PROTOCOL.md with nothing but a socket and the messages."""

    def __init__(self, port, session=None, hello=True):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.port = self.socket.getsockname()[1]
        self.server = (HOST, port)
        self.session = session or random.randint(1, 2**24 - 1)
        self.ears: list = []
        if hello:
            self.say(Hello(self.session, PROTOCOL, self.port, "stranger", "1", ""))
            self.welcome = self.hear(Welcome)

    def say(self, *messages):
        for message in messages:
            self.throw(pack(message))

    def throw(self, datagram):
        self.socket.sendto(datagram, self.server)

    def listen(self, timeout_s=1.0):
        """The next message, of any kind; None when nothing comes."""
        self.socket.settimeout(timeout_s)
        try:
            return unpack(*decode(self.socket.recvfrom(65_507)[0]))
        except TimeoutError:
            return None

    def hear(self, kind, timeout_s=2.0):
        """The next message of a kind; what comes before it is kept in ``ears``."""
        until = time.monotonic() + timeout_s
        while (left := until - time.monotonic()) > 0:
            message = self.listen(left)
            if isinstance(message, kind):
                return message
            if message is not None:
                self.ears.append(message)
        raise AssertionError(f"no {kind.__name__} came in {timeout_s} s")

    def silence(self, kind, timeout_s=0.2):
        """True when no message of a kind comes."""
        until = time.monotonic() + timeout_s
        while (left := until - time.monotonic()) > 0:
            if isinstance(self.listen(left), kind):
                return False
        return True

    def send_clip(self, clip, transfer=1):
        """Send a short clip and wait until it has arrived."""
        from bridge.messages.clip import Ack

        begin, parts = split(to_wire(clip), self.session, transfer)
        self.say(begin, *parts)
        while not self.hear(Ack).done:
            pass

    def close(self):
        self.socket.close()


@pytest.fixture
def stranger(server):
    made = []

    def make(**options):
        made.append(Stranger(server.port, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()
