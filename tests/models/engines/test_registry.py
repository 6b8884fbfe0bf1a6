"""Engines are loaded once, beside whoever waits for them, and a failure is a sentence until it is mended."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from models.engines import registry
from models.engines.registry import Engines
from models.music.errors import EngineUnavailable


@pytest.mark.parametrize("patient", [True, False])
def test_what_cannot_be_loaded_says_why_and_may_be_mended(monkeypatch, patient):
    def damaged(name):
        raise EngineUnavailable(f"The weights of {name} are damaged.", field="engine")

    engines = Engines(patient=patient)
    monkeypatch.setattr(registry, "load", damaged)
    for _ in range(2):
        with pytest.raises(EngineUnavailable, match="The weights of kin are damaged"):
            engines.get("kin")
    assert {card.name: card.reason for card in engines.cards()}["kin"] == "The weights of kin are damaged."
    monkeypatch.setattr(registry, "load", lambda name: f"the engine {name}")
    assert engines.get("kin") == "the engine kin"
    assert not {card.name: card.reason for card in engines.cards()}["kin"]


def test_an_engine_asked_for_twice_is_loaded_once_beside_those_who_wait(monkeypatch):
    loaded = []

    def slowly(name):
        loaded.append(threading.current_thread())
        time.sleep(0.1)
        return name

    monkeypatch.setattr(registry, "load", slowly)
    engines, got = Engines(), []
    waiting = [threading.Thread(target=lambda: got.append(engines.get("kin"))) for _ in range(3)]
    for thread in waiting:
        thread.start()
    for thread in waiting:
        thread.join()
    assert got == ["kin"] * 3
    assert len(loaded) == 1
    assert not set(loaded) & set(waiting)


def test_every_engine_plays_in_a_server_and_on_the_command_line_without_torch(tmp_path):
    code = """
import sys
from pathlib import Path
import bridge.server.serve
from bridge.command_line.main import main
from models.generator import Request
from models.midi_file import read
from models.studio import Studio
out, studio, played = sys.argv[1], Studio(), []
for card in studio.engines():
    for task, role, name in (("vary", "melody", "lead"), ("vary", "drums", "beat"), ("humanise", "drums", "beat")):
        if card.can(task, role):
            clip = read(Path(f"bridge/examples/{name}.mid"))
            played += studio.generate(Request(task=task, prompts=(clip,), role=role, count=1), card.name)
    if card.can("vary", "melody"):
        assert main(["vary", "bridge/examples/lead.mid", "--engine", card.name, "--count", "1", "--out", out]) == 0
assert len(played) > 10
sys.exit("torch" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parents[3], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
