"""Adapting: the engine that comes of it, and how few clips are enough."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from bridge.command_line.main import main as command_line
from models.engines.kin import card as cards_of_kin
from models.engines.kin.config import PROFILES
from models.engines.kin.weights import read_network
from models.midi_file import write
from models.sampling.networks.weights import write_tensors
from models.training import session
from models.training.kin import model
from tests.strategies import a_bass_line, a_beat, a_tune


def test_adapting_writes_an_engine_of_its_own(tmp_path: Path, monkeypatch) -> None:
    torch.manual_seed(0)
    tiny = model("tiny").network
    write_tensors(tiny.state_dict(), tmp_path / "kin.safetensors")
    (tmp_path / "kin.json").write_text(json.dumps({"config": PROFILES["tiny"].as_dict(), "profile": "tiny"}))
    monkeypatch.setattr(cards_of_kin, "SHIPPED", tmp_path)
    own = tmp_path / "own"
    monkeypatch.setattr(cards_of_kin, "own_folder", lambda: own)
    monkeypatch.setattr(session, "own_folder", lambda: own)
    clips = tmp_path / "clips"
    clips.mkdir()
    for number in range(12):
        write(clips / f"{number:02}.mid", (a_tune(), a_bass_line(), a_beat())[number % 3])
    assert (
        command_line(
            [
                "train",
                "kin",
                "--adapt",
                str(clips),
                "--name",
                "mine",
                "--minutes",
                "0.02",
                "--runs",
                str(tmp_path / "runs"),
            ]
        )
        == 0
    )
    assert [card.name for card in cards_of_kin.cards()] == ["kin", "mine"]
    changed = read_network("mine").state_dict()
    assert any(not torch.equal(changed[name], value) for name, value in read_network("kin").state_dict().items())


def test_a_mixture_lies_between() -> None:
    old, new = {"a": torch.zeros(3)}, {"a": torch.ones(3)}
    assert session.mixed(old, new, 0.25)["a"].tolist() == [0.25] * 3


@pytest.mark.parametrize("count", [1, 3])
def test_few_clips_are_enough_to_adapt(tmp_path: Path, monkeypatch, count: int) -> None:
    """Of a few clips one is held back, a single one is watched while it is learned."""
    torch.manual_seed(0)
    write_tensors(model("tiny").network.state_dict(), tmp_path / "kin.safetensors")
    (tmp_path / "kin.json").write_text(json.dumps({"config": PROFILES["tiny"].as_dict(), "profile": "tiny"}))
    monkeypatch.setattr(cards_of_kin, "SHIPPED", tmp_path)
    (tmp_path / "clips").mkdir()
    for number in range(count):
        write(tmp_path / "clips" / f"{number}.mid", a_tune())
    run, clips = session.learned_from(tmp_path / "clips", session.plan_of(tmp_path / "run", 0.01), 0, lambda text: None)
    assert clips == count
    assert np.isfinite(run.best_loss)
