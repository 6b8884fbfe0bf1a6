"""One Live for tests and ``clipkin benchmark live``: a fake set, the control surface in it, a client of the server."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge.client.client import Client
from bridge.client.live import FromLive, put_into_live, take_from_live
from bridge.messages.live import BELOW, CONTEXT
from max_for_live.live_script.surface.control_surface import ControlSurface
from models.generator import Request
from models.music.errors import ClipkinError
from tests.max_for_live.live_script.fake_live import Instance, World, module
from tests.max_for_live.live_script.fake_set import Clip, MidiNoteSpecification

PATIENCE_S = 20.0
FOUR = "4 clips are in free slots of this track."
LONGEST_BEAT_S = 0.010


class Stage:
    """One Live: its set, the control surface, and a client of the server that gives it orders."""

    def __init__(self, folder: Path, profile: str = "12.4", **settings: Any) -> None:
        self.world = World(profile, **settings)
        self.song = self.world.song
        self.folder = folder
        sys.modules["Live"] = module(self.world)
        self.longest_s = 0.0
        self._client: Client | None = None
        self.client_folder: Path | None = None  # where the client's server is, if it goes another way
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

    @property
    def client(self) -> Client:
        """A client of the server that the control surface talks to."""
        if self._client is None:
            self._client = Client.connect(name="test", folder=self.client_folder or self.folder)
        return self._client

    def doing(self, action: Callable[[], Any]) -> Any:
        """What a thread of a panel's gets, while Live beats; a refusal as its sentence."""
        ends: queue.SimpleQueue[Any] = queue.SimpleQueue()

        def act() -> None:
            try:
                ends.put((True, action()))
            except ClipkinError as refused:
                ends.put((False, refused.sentence))
            except BaseException as wrong:
                ends.put((wrong, None))
                raise

        threading.Thread(target=act, daemon=True).start()
        went, found = self.until(lambda: None if ends.empty() else ends.get())
        assert isinstance(went, bool), went
        self.refused = not went
        return found

    def take(self, reads: int = CONTEXT) -> Any:
        """Take the selected clip: a ``FromLive``, or the sentence of a refusal."""
        self.connect()
        return self.doing(lambda: take_from_live(self.client, reads))

    def put(self, clips: Any, taken: FromLive | None = None, goes: int = BELOW, places: Any = None) -> str:
        return self.doing(lambda: put_into_live(self.client, clips, taken, goes, places))

    def vary(self, taken: FromLive, **wanted: Any) -> list[Any]:
        """Variations of what was taken, as clips."""
        values = {"count": 4, "similarity": 0.7, "seed": 7, "scale": taken.scale, "selected": taken.selected, **wanted}
        request = Request(prompts=(taken.clip,), context=taken.context, **values)
        return [one.clip for one in self.doing(lambda: list(self.client.vary(request, "rules")))]

    def make(self, reads: int = CONTEXT, **wanted: Any) -> str:
        """Take, vary, put: the last sentence."""
        taken = self.take(reads)
        return taken if self.refused else self.put(self.vary(taken, **wanted), taken)

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
        sys.modules.pop("Live", None)
        if self._client is not None:
            self._client.close()
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
