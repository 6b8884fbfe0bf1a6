"""Adapting: the engine that comes of it, and what it gains and costs, measured on pieces that play the user."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from bridge.command_line.main import main as command_line
from models.benchmarks import adapting as benchmark
from models.benchmarks.adapting import main, write_clips
from models.engines.kin import card as cards_of_kin
from models.engines.kin.config import PROFILES
from models.engines.kin.weights import read_network
from models.midi_file import write
from models.music.errors import BadValue
from models.sampling.networks.weights import write_tensors
from models.training import session
from models.training.datasets.sources import read_folder, read_packed
from models.training.kin import Loss
from tests.models.training.test_material import a_packed_corpus
from tests.strategies import a_bass_line, a_beat, a_tune


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    """Corpora of two sources, and a kin of the smallest size."""
    torch.manual_seed(0)
    write_tensors(Loss.of("tiny").network.state_dict(), tmp_path / "kin.safetensors")
    (tmp_path / "kin.json").write_text(json.dumps({"config": PROFILES["tiny"].as_dict(), "profile": "tiny"}))
    monkeypatch.setattr(cards_of_kin, "SHIPPED", tmp_path)
    monkeypatch.setattr(benchmark, "_EXAMPLES", 2)
    a_packed_corpus(tmp_path, pieces=16, bars=4)
    for ending in ("npz", "jsonl"):
        (tmp_path / f"freedoom.{ending}").write_bytes((tmp_path / f"lmms.{ending}").read_bytes())
    return tmp_path


def test_pieces_come_back_from_the_clips_of_the_user(folder: Path) -> None:
    pieces = list(read_packed(folder, ("lmms",)))
    write_clips(pieces[:3], folder / "clips")
    back = list(read_folder(folder / "clips"))
    assert len(back) == 3
    for piece, again in zip(pieces, back, strict=False):
        played = [track for track in piece.tracks if not track.labels]
        assert [track.role for track in again.tracks] == [track.role for track in played]
        assert [len(track.notes) for track in again.tracks] == [len(track.notes) for track in played]


def test_style_and_all_other_music_are_measured_before_and_after(folder: Path, capsys) -> None:
    main(["--data", str(folder), "--source", "lmms", "--minutes", "0.03", "--json"])
    style, general = json.loads(capsys.readouterr().out)
    assert (style["clips"], style["music"]) == (2, "2 fresh pieces of lmms")
    assert style["after"] < style["before"]
    for row in (style, general):
        assert row["change"] == pytest.approx(row["after"] / row["before"] - 1)


def test_too_small_a_source_is_refused(folder: Path) -> None:
    a_packed_corpus(folder, pieces=4, bars=4)
    with pytest.raises(BadValue, match="too few pieces"):
        main(["--data", str(folder), "--source", "lmms"])


def test_adapting_writes_an_engine_of_its_own(tmp_path: Path, monkeypatch) -> None:
    torch.manual_seed(0)
    tiny = Loss.of("tiny").network
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
    write_tensors(Loss.of("tiny").network.state_dict(), tmp_path / "kin.safetensors")
    (tmp_path / "kin.json").write_text(json.dumps({"config": PROFILES["tiny"].as_dict(), "profile": "tiny"}))
    monkeypatch.setattr(cards_of_kin, "SHIPPED", tmp_path)
    (tmp_path / "clips").mkdir()
    for number in range(count):
        write(tmp_path / "clips" / f"{number}.mid", a_tune())
    run, clips = session.learned_from(tmp_path / "clips", session.plan_of(tmp_path / "run", 0.01), 0, lambda text: None)
    assert clips == count
    assert np.isfinite(run.best_loss)


def test_each_kind_of_training_has_its_own_minutes() -> None:
    assert (session.MINUTES, session.CLASSIC_MINUTES, session.ADAPTING_MINUTES) == (90, 12, 3)
