"""Fakes and builders for the wire's tests: studios that do as they are told, and strangers with a bare socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from bridge.client.client import Client
from bridge.server.serve import Server
from models.generator import Report, Variation
from models.music.clip import Clip
from models.music.note import Note
from tests.bridge.trial.reliability.stranger import Stranger


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


@pytest.fixture
def stranger(server):
    made = []

    def make(**options):
        made.append(Stranger(server.port, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()
