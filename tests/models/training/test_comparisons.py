"""What a card says of another run, the baseline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from bridge.command_line.main import main as command_line
from models.music.errors import UnreadableFile
from models.training.loop import hearing
from models.training.loop.checkpoint import Checkpoint
from models.training.loop.comparisons import compared, learned
from tests.models.training.test_material import a_packed_corpus


def main(arguments: list[str]) -> int:
    """``clipkin train``; gives the exit code."""
    return command_line(["train", *arguments])


@pytest.fixture
def trained(tmp_path: Path, monkeypatch):
    """Training by command into one folder of runs; gives the exit code."""
    for name in ("_FIRST_EXAMPLES", "_SECOND_EXAMPLES", "_LISTENING_EXAMPLES"):
        monkeypatch.setattr(hearing, name, 4)
    folder = a_packed_corpus(tmp_path)

    def run(*arguments: str) -> int:
        return main([*arguments, "--data", str(folder), "--profile", "tiny", "--clock", "cpu"])

    return run


def test_a_card_shows_the_baseline(trained, tmp_path: Path) -> None:
    runs = str(tmp_path / "runs")
    assert trained("kin-lstm", "--minutes", "0.004", "--runs", runs) == 0
    assert trained("kin", "--minutes", "0.004", "--runs", runs) == 0
    # The run has had its minutes: it is only exported.
    steps = Checkpoint.load(tmp_path / "runs" / "kin-tiny" / "checkpoint.pt").step
    assert trained("kin", "--minutes", "0.004", "--runs", runs, "--resume", "--out", str(tmp_path / "out")) == 0
    card = json.loads((tmp_path / "out" / "kin.json").read_text(encoding="utf-8"))
    assert card["steps"] == steps
    assert card["baselines"]["kin-lstm"]["nats a note"]["all"] > 0
    assert card["baselines"]["kin-lstm"]["cpu_minutes"] >= 0
    assert "No synthetic material was used." in card["soft_spots"]


def test_without_other_runs_nothing_is_said(tmp_path: Path) -> None:
    assert compared(tmp_path, "small") == {}


def test_a_run_is_read_as_the_network_that_was_best(trained, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    assert trained("kin-lstm", "--minutes", "0.004", "--runs", str(runs)) == 0
    name, network = learned(runs / "kin-lstm-tiny")
    best = Checkpoint.load(runs / "kin-lstm-tiny" / "checkpoint.pt").best
    assert name == "kin-lstm"
    assert all(torch.equal(value, best[key]) for key, value in network.state_dict().items())


def test_a_run_of_another_network_is_told(trained, tmp_path: Path) -> None:
    assert trained("kin-lstm", "--minutes", "0.004", "--runs", str(tmp_path)) == 0
    path = tmp_path / "kin-lstm-tiny" / "checkpoint.pt"
    run = Checkpoint.load(path)
    run.best.popitem()
    run.save(path)
    with pytest.raises(UnreadableFile, match="train it anew"):
        learned(path.parent)
