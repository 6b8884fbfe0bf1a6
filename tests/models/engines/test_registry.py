"""Engines are loaded once, beside whoever waits for them, and a failure is a sentence until it is mended."""

import threading
import time

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
