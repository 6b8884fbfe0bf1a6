"""The benchmark on chorales: frames, the network's chain, and the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from models.benchmarks.learning import chorales as benchmark
from models.benchmarks.learning import frames
from models.benchmarks.learning.chorales import figures_of, main
from models.benchmarks.learning.frames import (
    BEFORE,
    LOWEST,
    PITCHES,
    SILENCE,
    Chorale,
    ChoraleBatch,
    drawn,
    in_order,
    ranges,
    read_chorales,
)
from models.benchmarks.learning.network import ChoraleConfig, ChoraleNetwork, held, move_numbers
from models.music.errors import BadValue, UnreadableFile

TINY = ChoraleConfig(width=24, heads=2, layers=2, hidden=32, dropout=0.0)
FEW = {"train": 3, "valid": 2}


def chorales_on_disk(folder: Path, few: dict[str, int] = FEW) -> Path:
    """Chorales of four held lines that step up and down, in the packed form."""
    rng = np.random.default_rng(0)
    rows, lines = [], []
    for split, count in few.items():
        for number in range(count):
            tracks = []
            for middle in (70, 64, 57, 48):
                start = len(rows)
                onset = 0
                for step in rng.integers(-2, 3, 6):
                    rows.append((onset * 120, middle + int(step), 480, 80))
                    onset += 4
                tracks.append({"role": "inner", "start": start, "n": len(rows) - start})
            lines.append({"id": f"{split}{number}", "split": split, "tracks": tracks, "leak": 0.5 if number else None})
    np.savez(folder / "jsb.npz", notes=np.array(rows, np.int32))
    (folder / "jsb.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return folder


@pytest.fixture
def chorales(tmp_path: Path) -> dict[str, list[Chorale]]:
    return read_chorales(chorales_on_disk(tmp_path), pieces=FEW)


@pytest.fixture
def network() -> ChoraleNetwork:
    torch.manual_seed(0)
    return ChoraleNetwork(TINY).eval()


def test_notes_become_frames_of_sixteenths(chorales) -> None:
    piece = chorales["train"][0]
    assert piece.frames.shape == (24, 4)
    assert (np.diff(piece.frames[:4], axis=0) == 0).all()
    assert abs(piece.frames[0, 0] + LOWEST - 1 - 70) <= 2


def test_other_chorales_than_the_published_ones_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="229"):
        read_chorales(chorales_on_disk(tmp_path))
    with pytest.raises(UnreadableFile, match="jsb can't be read"):
        read_chorales(tmp_path / "nowhere")


def test_transposing_moves_all_but_silence(chorales) -> None:
    piece = replace(chorales["train"][0], frames=np.array([[10, SILENCE, 5, 1]]))
    assert piece.transposed(3).frames.tolist() == [[13, SILENCE, 8, 4]]


def test_training_stays_inside_the_voices_ranges(chorales) -> None:
    lowest, highest = ranges(chorales["train"])
    batches = drawn(chorales["train"], 48, 0)
    seen = set()
    for _ in range(30):
        batch = next(batches)
        sounding = batch.frames[batch.real]
        assert (sounding >= torch.from_numpy(lowest)).all()
        assert (sounding <= torch.from_numpy(highest)).all()
        seen.add(int(sounding[0, 0]))
    assert len(seen) > 1


def test_measuring_takes_every_frame_once_in_its_own_key(chorales) -> None:
    batches = in_order(chorales["valid"], frames=30)
    assert sorted(name for batch in batches for name in batch.names) == ["valid0", "valid1"]
    assert sum(int(batch.real.sum()) for batch in batches) == sum(len(piece.frames) for piece in chorales["valid"])


@pytest.mark.parametrize(("frame", "voice"), [(0, 0), (5, 2), (11, 3)])
def test_a_note_changes_nothing_that_is_told_before_it(chorales, network, frame: int, voice: int) -> None:
    batch = in_order(chorales["valid"][:1])[0]
    changed = batch.frames.clone()
    changed[0, frame, voice] += 1
    before = network(batch)
    after = network(replace(batch, frames=changed))
    order = frame * 4 + voice
    assert torch.equal(before.flatten()[:order], after.flatten()[:order])
    assert not torch.equal(before.flatten()[order:], after.flatten()[order:])


def test_the_chances_of_a_note_add_up(chorales, network) -> None:
    batch = in_order(chorales["valid"][:1])[0]
    chances = torch.zeros(len(batch.frames[0]))
    for number in range(PITCHES):
        other = batch.frames.clone()
        other[0, -1, 3] = number
        chances += torch.exp(-network(replace(batch, frames=other))[:, 3].detach())
    assert float(chances[-1]) == pytest.approx(1, abs=1e-4)


def test_padding_costs_nothing(chorales, network) -> None:
    short = replace(chorales["valid"][0], frames=chorales["valid"][0].frames[:10])
    alone = network(ChoraleBatch.of([short], [0]))
    together = network(ChoraleBatch.of([short, chorales["valid"][1]], [0, 0]))
    assert torch.allclose(alone, together[:10], atol=1e-5)


def test_how_long_a_pitch_is_held() -> None:
    line = torch.tensor([7, 7, 7, 8, 8, 7])[None, :, None].expand(1, 6, 4)
    assert held(line)[0, :, 0].tolist() == [0, 1, 2, 0, 1, 0]


def test_movements_have_numbers_of_their_own() -> None:
    moves = move_numbers()
    assert moves[10, 12] == moves[20, 22] != moves[12, 10]
    assert moves[10, SILENCE] == moves[30, SILENCE] != moves[10, 10]
    assert moves[SILENCE, 10] == moves[BEFORE, 30]


def test_the_benchmark_trains_goes_on_and_measures(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(frames, "PIECES", FEW)
    monkeypatch.setattr(benchmark, "ChoraleConfig", lambda: TINY)
    folder, runs = str(chorales_on_disk(tmp_path)), str(tmp_path / "runs")
    main(["--data", folder, "--runs", runs, "--minutes", "0.01", "--json"])
    first = json.loads(capsys.readouterr().out)
    main(["--data", folder, "--runs", runs, "--minutes", "0.02", "--resume"])
    capsys.readouterr()
    main(["--data", folder, "--runs", runs])
    printed = capsys.readouterr().out
    assert "0.417" in printed
    assert "0.335" in printed
    main(["--data", folder, "--runs", runs, "--json"])
    again = json.loads(capsys.readouterr().out)
    assert again["minutes"] > first["minutes"]
    assert again["nats a note, valid"] <= first["nats a note, valid"]
    with pytest.raises(BadValue, match="give more"):
        main(["--data", folder, "--runs", runs, "--minutes", "0.001", "--resume"])
    with pytest.raises(UnreadableFile, match="no run to go on with"):
        main(["--data", folder, "--runs", str(tmp_path / "empty")])


def test_the_figures_count_every_voice(chorales, network) -> None:
    figures = figures_of(network, in_order(chorales["valid"]))
    voices = [figures[name] for name in ("soprano", "alto", "tenor", "bass")]
    assert figures["all"] == pytest.approx(sum(voices) / 4, rel=1e-5)
    assert figures["changes"] != figures["held"]
