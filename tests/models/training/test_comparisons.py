"""What a card says of other runs: the baseline, and the run without synthetic material."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from models.music.errors import UnreadableFile
from models.training import session
from models.training.__main__ import main
from models.training.loop import hearing
from models.training.loop.checkpoint import Checkpoint
from models.training.loop.comparisons import compared, learned
from tests.models.training.test_grammars import folder  # noqa: F401 - a fixture


@pytest.fixture
def trained(folder: Path, tmp_path: Path, monkeypatch):  # noqa: ANN201, F811 - pytest's way to share a fixture
    """Training by command into one folder of runs; gives the exit code."""
    for name in ("_FIRST_EXAMPLES", "_SECOND_EXAMPLES", "_LISTENING_EXAMPLES"):
        monkeypatch.setattr(hearing, name, 4)
    monkeypatch.setattr(session, "grow", lambda data: list(GROW(data, count=7)))

    def run(*arguments: str) -> int:
        return main([*arguments, "--data", str(folder), "--profile", "tiny", "--clock", "cpu"])

    return run


GROW = session.grow


def test_a_card_shows_baseline_and_ablation(trained, tmp_path: Path) -> None:
    runs, short = str(tmp_path / "runs"), str(tmp_path / "runs" / "ablation")
    assert trained("kin-lstm", "--minutes", "0.004", "--runs", runs) == 0
    assert trained("kin", "--minutes", "0.004", "--runs", short) == 0
    assert trained("kin", "--minutes", "0.004", "--runs", short, "--synthetic", "0.3") == 0
    assert trained("kin", "--minutes", "0.004", "--runs", runs) == 0
    # The run has had its minutes: it is only exported.
    steps = Checkpoint.load(tmp_path / "runs" / "kin-tiny" / "checkpoint.pt").step
    assert trained("kin", "--minutes", "0.004", "--runs", runs, "--resume", "--out", str(tmp_path / "out")) == 0
    card = json.loads((tmp_path / "out" / "kin.json").read_text(encoding="utf-8"))
    assert card["steps"] == steps
    assert card["baselines"]["kin-lstm"]["nats a note"]["all"] > 0
    assert card["baselines"]["kin-lstm"]["cpu_minutes"] >= 0
    with_it, without = card["ablation"]["with synthetic"], card["ablation"]["without synthetic"]
    assert {"all", "melody", "chords", "bass", "drums"} <= set(with_it["nats a note"])
    assert with_it["nats a note"] != without["nats a note"]
    assert "No synthetic material was used." in card["soft_spots"]


def test_a_card_of_a_run_with_synthetic_material_says_so(trained, tmp_path: Path) -> None:
    arguments = ("kin", "--minutes", "0.004", "--runs", str(tmp_path / "runs"), "--synthetic", "0.25")
    assert trained(*arguments, "--out", str(tmp_path / "out")) == 0
    card = json.loads((tmp_path / "out" / "kin.json").read_text(encoding="utf-8"))
    assert card["synthetic"]["share_of_bass_chords_and_drums"] == 0.25
    assert "groove's drummers" in card["synthetic"]["rules"]
    assert not any(source["source"] == "synthetic" for source in card["sources"])
    assert any("our own rules" in spot for spot in card["soft_spots"])
    assert (tmp_path / "runs" / "kin-tiny-synthetic" / "checkpoint.pt").is_file()
    assert trained("kin", "--runs", str(tmp_path / "runs"), "--synthetic", "0.7") == 2


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
