"""Builders for the panel's tests, and a server in the same process; Qt draws nowhere."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

# Before Qt is loaded: tests need no screen.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from gui.link.link import Link, UserFolders  # noqa: E402
from gui.link.settings import PanelSettings  # noqa: E402
from gui.panel import Panel  # noqa: E402
from gui.state.panel_state import PanelState  # noqa: E402
from gui.state.values import Prompt, Result, ServerState  # noqa: E402
from models.generator import Report, Variation  # noqa: E402
from models.music.clip import Clip  # noqa: E402
from models.music.note import Note  # noqa: E402
from models.studio import Studio  # noqa: E402


def pytest_collection_modifyitems(items):
    # The offscreen platform says this of every window; it is no warning about ours.
    for item in items:
        if "gui" in item.path.parts:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


def make_clip(notes=8, **changes):
    changes = {"length": max(1.0, notes * 0.5), **changes}
    return Clip(tuple(Note(57 + index % 12, index * 0.5, 0.5, 100) for index in range(notes)), **changes)


def make_card(name="rules", **changes):
    return SimpleNamespace(
        **{
            "name": name,
            "sentence": "Plays by rules.",
            "tasks": ("vary", "infill", "continue"),
            "roles": ("melody",),
            "available": 1,
            "parameters": 0,
            "licence": "",
            "data": "",
            "reason": "-",
            **changes,
        }
    )


def make_result(number=1, behind=True, path=Path("lead-1.mid"), **report):
    prompt = make_clip()
    notes = [note if index % 2 else note.moved(pitch=note.pitch + 1) for index, note in enumerate(prompt.notes)]
    clip = prompt.with_notes(notes)
    kept = tuple(prompt.notes.index(note) if note in prompt.notes else None for note in clip.notes)
    variation = Variation(clip, 41 + number, kept, Report(**{"similarity": 0.7, **report}))
    return Result(number, variation, path, prompt if behind else None, 0.7 if behind else None)


@pytest.fixture
def a_clip():
    return make_clip


@pytest.fixture
def a_card():
    return make_card


@pytest.fixture
def a_result():
    return make_result


@pytest.fixture
def state(qapp):
    return PanelState()


@pytest.fixture
def ready(state):
    """A state with a server, an engine and a prompt."""
    state.set_server(ServerState("online", 11800, "0.1.0"))
    state.set_engines((make_card(),))
    state.set_prompt(Prompt(make_clip(32), Path("lead.mid"), "A minor"))
    return state


class GatedStudio:
    """Gives the prompt a semitone higher; ``gate`` closed: waits before each variation, until cancelled."""

    def __init__(self):
        self.gate, self.requests, self.refusal = threading.Event(), [], None
        self.gate.set()

    def engines(self):
        return (
            SimpleNamespace(
                **vars(make_card()) | {"available": True, "reason": "", "parameters": None, "licence": "", "data": ""}
            ),
        )

    def generate(self, request, engine="auto", on_progress=None, cancelled=None):
        self.requests.append(request)
        if self.refusal:
            raise self.refusal
        for number in range(request.count):
            on_progress(number / request.count, "drawing")
            while not self.gate.wait(0.01):
                if cancelled():
                    return
            clip = request.prompt.with_notes(note.moved(pitch=note.pitch + 1 + number) for note in request.prompt.notes)
            yield Variation(clip, request.seed + number, (None,) * len(clip.notes), Report(0.5))


class UnlearnedStudio:
    """The real studio; the panel sees no engine with weights, and so has none loaded beforehand."""

    def __init__(self, only=None):
        self._studio, self._only = Studio(), only

    def engines(self):
        return tuple(card for card in self._studio.engines() if not card.weights)

    def generate(self, request, engine="auto", on_progress=None, cancelled=None):
        return self._studio.generate(request, self._only or engine, on_progress, cancelled)


@pytest.fixture
def rules_studio():
    return UnlearnedStudio("rules")


@pytest.fixture
def unlearned_studio():
    return UnlearnedStudio()


@pytest.fixture
def studio():
    return GatedStudio()


@pytest.fixture
def places(tmp_path):
    return UserFolders(tmp_path / "settings", tmp_path / "server", tmp_path / "variations")


class NoProcess:
    """A server process that can't be started."""

    running, ending, starts, stops, any_port = False, "", 0, 0, False

    def start(self, *, any_port=False):
        self.starts += 1
        self.any_port = any_port
        self.ending = "Port 11800 can't be used."

    def stop(self):
        self.stops += 1


@pytest.fixture
def no_process():
    return NoProcess()


@pytest.fixture
def a_panel(qtbot, places):
    """Makes panels that are closed at the end; ``process`` is what starts a server."""
    made = []

    def make(process=None, settings=None, notice=""):
        panel = Panel(Link(places, process or NoProcess()), settings or PanelSettings(), notice)
        qtbot.addWidget(panel.window)
        made.append(panel)
        return panel

    yield make
    for panel in made:
        panel.close()


@pytest.fixture
def wait_for():
    """Waits without a window: for processes and threads."""

    def wait(until, timeout_s=10.0):
        end = time.monotonic() + timeout_s
        while not until():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.02)

    return wait
