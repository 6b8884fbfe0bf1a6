"""A fake Live with the control surface in it, and the real server beside it."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.messages.datagram import decode, encode
from bridge.port_file import HOST
from bridge.server.serve import Server
from max_for_live.live_script.surface.control_surface import CONTEXT, SCALE, SELECTION, ControlSurface
from models.studio import Studio
from tests.max_for_live.live_script.fake_live import Instance, World, module
from tests.max_for_live.live_script.fake_set import Clip, MidiNoteSpecification

PATIENCE_S = 20.0
LONGEST_BEAT_S = 0.010


class Stage:
    """One Live: its set, the control surface, and a command line that asks for variations."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, profile: str = "12.4", **settings: Any) -> None:
        self.world = World(profile, **settings)
        self.song = self.world.song
        self.folder = folder
        monkeypatch.setitem(sys.modules, "Live", module(self.world))
        self.longest_s = 0.0
        self.ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.ear.bind((HOST, 0))
        self.ear.setblocking(False)
        self.order = 0
        self.on_beat: Callable[[], None] = lambda: None
        self.open_set()

    def open_set(self) -> None:
        """As Live does it at its start, and again for each set."""
        self.instance = Instance(self.world)
        self.surface = ControlSurface(self.instance, lambda: time.monotonic() + self.world.cost_s, str(self.folder))

    def beat(self) -> None:
        before = self.world.cost_s
        for timer in self.world.timers:
            if timer.running:
                timer.callback()
        self.longest_s = max(self.longest_s, self.world.cost_s - before)
        self.world.forbidding = max(0, self.world.forbidding - 1)
        self.on_beat()
        time.sleep(0.0005)

    def until(self, come: Callable[[], Any]) -> Any:
        """Beats until something comes."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            found = come()
            if found:
                return found
            self.beat()
        raise AssertionError(f"it didn't come; Live was told {self.instance.messages} {self.instance.log}")

    def connect(self) -> None:
        self.until(lambda: self.surface._link.state == "on")

    def say(self, *tail: Any, reads: int = SCALE | CONTEXT | SELECTION, keep: str = "-", token: str = "") -> None:
        """The datagram of an order; said again with the same number until it is answered."""
        whole = tail or ("vary", "rules", "-", "-", 4, 1000, 700, 7)
        said = [self.order, self.ear.getsockname()[1], token or self.surface._link.token, reads, keep, *whole]
        self.ear.sendto(encode("/clipkin/host/make", said), (HOST, self.surface._link.port))

    def status(self) -> tuple[int, str] | None:
        """The next answer to the present order; None when there is none."""
        try:
            _, (order, state, sentence) = decode(self.ear.recv(65535))
        except BlockingIOError:
            return None
        return (int(state), str(sentence)) if order == self.order else None

    def make(self, *tail: Any, **others: Any) -> tuple[int, str]:
        """Ask, and beat until it has ended: its state and sentence."""
        self.connect()
        self.order += 1
        for _ in range(20_000):
            self.say(*tail, **others)
            answer = self.until(self.status)
            if answer[0]:
                return answer
            for _ in range(5):
                self.beat()
        raise AssertionError("it never ended")

    def put_clip(self, notes: int = 16, track: int = 0, scene: int = 0, **values: Any) -> Clip:
        """A clip with these many notes, with values that need more than integers; selected when the first."""
        slot = self.song.tracks[track].clip_slots[scene]
        slot.clip = Clip(slot, max(4.0, notes / 4), **{"name": "prompt", "color": 0x102030, **values})
        fill(slot.clip, notes)
        self.song.view.detail_clip = self.song.view.detail_clip or slot.clip
        return slot.clip

    def clips(self, track: int = 0) -> list[Clip]:
        return [slot.clip for slot in self.song.tracks[track].clip_slots if slot.clip is not None]

    def close(self) -> None:
        self.surface.disconnect()
        self.ear.close()
        assert self.world.open_steps == 0
        assert self.instance.log == []


def fill(clip: Clip, notes: int) -> None:
    """A line that stays within two octaves; every note has eight values of its own."""
    for place in range(notes):
        velocity, chance = 30.3 + place % 90, 1.0 - place % 4 / 10
        note = MidiNoteSpecification(
            48 + 5 * place % 24, place / 4 + 0.001, 0.2, velocity, place % 7 == 3, chance, float(place % 5), 40.5
        )
        clip.notes[clip.world.next_id] = dict(vars(note))
        clip.world.next_id += 1


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(0, Studio(), folder=tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, server: Server) -> Iterator[Callable[..., Stage]]:
    """Opens a Live beside the server; at the end no undo step is open, and nothing went wrong."""
    opened: list[Stage] = []

    def opens(profile: str = "12.4", folder: Path | None = None, **settings: Any) -> Stage:
        opened.append(Stage(monkeypatch, folder or server._folder, profile, **settings))
        return opened[-1]

    yield opens
    for one in opened:
        one.close()
