"""How it is learned: the loop, its checkpoints, and its picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bridge.command_line.main import main as command_line
from models.engines.kin import card as cards_of_kin
from models.engines.kin.weights import read_network
from models.music.errors import UnreadableFile
from models.training import loop
from models.training.checkpoint import Checkpoint, export
from models.training.datasets.batches import Batch, Drawer, batches, fixed_batches
from models.training.datasets.corpus import Corpus
from models.training.datasets.pairs import mine
from models.training.datasets.sources import read_packed
from models.training.kin import Loss, nats
from models.training.loop import Plan, train
from tests.models.training.test_material import a_packed_corpus


def main(arguments: list[str]) -> int:
    """``clipkin train``; gives the exit code."""
    return command_line(["train", *arguments])


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> tuple[Drawer, list[Batch]]:
    corpus = Corpus.build(read_packed(a_packed_corpus(tmp_path_factory.mktemp("corpus"))))
    pairs = mine(corpus)
    return Drawer(corpus, pairs, valid=False), fixed_batches(
        Drawer(corpus, pairs, valid=True), 512, examples_a_kind=2, seed=0
    )


def a_plan(folder: Path, minutes: float = 0.05, **others: object) -> Plan:
    return Plan("kin", "tiny", minutes, folder, **{"batch_steps": 256, "warm_up": 5, **others})


def first(drawn: Iterator[Batch], count: int) -> Iterator[Batch]:
    """So many batches, then Ctrl-C."""
    for _ in range(count):
        yield next(drawn)
    raise KeyboardInterrupt


def lesson(
    material: tuple, plan: Plan, steps: int, resumed: Checkpoint | None = None, said: list | None = None
) -> Checkpoint:
    drawer, valid = material
    torch.manual_seed(0)
    return train(
        Loss.of("tiny"),
        first(batches(drawer, plan.batch_steps, 1), steps),
        valid,
        replace(plan, minutes=60),
        resumed=resumed,
        say=(said if said is not None else []).append,
        measure=nats,
    )


def test_the_loss_falls(material, tmp_path: Path) -> None:
    plan = a_plan(tmp_path, averaging=0.8, rate=5e-3)
    torch.manual_seed(0)
    before = nats(Loss.of("tiny"), material[1])["all"]
    assert lesson(material, plan, 40).best_loss < before - 1


def test_a_run_stops_well_and_goes_on(material, tmp_path: Path) -> None:
    plan, said = a_plan(tmp_path), []
    run = lesson(material, plan, 4, said=said)
    assert any("stopped" in text for text in said)  # a busy machine says how far it is before
    assert run.step == 4
    back = Checkpoint.load(plan.checkpoint)
    assert (back.step, back.notes) == (run.step, run.notes)
    assert all(torch.equal(back.model[name], run.model[name]) for name in run.model)
    further = lesson(material, plan, 3, resumed=back)
    assert further.step == 7
    assert further.minutes > run.minutes
    assert [point[1] for point in further.curve] == sorted(point[1] for point in further.curve)


def test_the_clock_ends_a_run(material, tmp_path: Path) -> None:
    drawer, valid = material
    run = train(
        Loss.of("tiny"),
        batches(drawer, 256, 0),
        valid,
        a_plan(tmp_path, minutes=0.01),
        resumed=None,
        say=lambda text: None,
        measure=nats,
    )
    assert run.minutes >= 0.01
    assert run.step > 0


def test_minutes_of_the_processor_are_counted_apart(material, tmp_path: Path, monkeypatch) -> None:
    """A run that waits for the processor has had its minutes on the wall, and fewer of the processor."""
    now = {"wall": 0.0, "cpu": 0.0}

    def passing() -> float:
        now["wall"] += 10
        return now["wall"]

    monkeypatch.setitem(loop.CLOCKS, "wall", passing)
    drawer, valid = material
    waited = train(
        Loss.of("tiny"),
        batches(drawer, 256, 0),
        valid,
        a_plan(tmp_path / "wall", minutes=1),
        resumed=None,
        say=lambda text: None,
        measure=nats,
    )
    assert 0 < waited.cpu_minutes < waited.minutes
    given = train(
        Loss.of("tiny"),
        batches(drawer, 256, 0),
        valid,
        a_plan(tmp_path / "cpu", minutes=0.01, clock="cpu"),
        resumed=None,
        say=lambda text: None,
        measure=nats,
    )
    assert given.minutes == pytest.approx(given.cpu_minutes, abs=0.01)
    assert Checkpoint.load(tmp_path / "cpu" / "checkpoint.pt").cpu_minutes == given.cpu_minutes


def test_the_full_size_takes_a_step_in_bfloat16(material, tmp_path: Path, monkeypatch) -> None:
    drawer, _ = material
    monkeypatch.setattr(Checkpoint, "save", lambda self, path: None)  # 150 MB that nobody reads
    plan = replace(a_plan(tmp_path, batch_steps=64, narrow=True, minutes=60), profile="full")
    network = Loss.of("full")
    before = {name: value.clone() for name, value in network.state_dict().items()}
    rng = np.random.default_rng(0)
    valid = [Batch.of([drawer.draw(rng, task="vary", role=role) for role in ("melody", "drums")])]
    run = train(
        network, first(batches(drawer, 64, 0), 1), valid, plan, resumed=None, say=lambda text: None, measure=nats
    )
    assert 8e6 < sum(value.numel() for value in run.model.values()) < 14e6
    assert all(torch.isfinite(value).all() and value.dtype == torch.float32 for value in run.model.values())
    assert not torch.equal(run.model["network.fields.heads.1.weight"], before["network.fields.heads.1.weight"])


def test_a_full_disk_leaves_the_last_whole_checkpoint(material, tmp_path: Path, monkeypatch) -> None:
    plan, said = a_plan(tmp_path), []
    lesson(material, plan, 2)
    whole = plan.checkpoint.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    lesson(material, plan, 2, said=said)
    assert any("make room" in text for text in said)
    assert plan.checkpoint.read_bytes() == whole
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    "harm",
    [
        lambda whole: b"nonsense",
        lambda whole: b"",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:5000] + bytes(3000) + whole[8000:],
    ],
    ids=("nonsense", "empty", "cut", "overwritten"),
)
def test_a_harmed_checkpoint_is_refused_with_a_sentence(material, tmp_path: Path, harm) -> None:
    plan = a_plan(tmp_path)
    lesson(material, plan, 1)
    plan.checkpoint.write_bytes(harm(plan.checkpoint.read_bytes()))
    with pytest.raises(UnreadableFile, match="start again"):
        Checkpoint.load(plan.checkpoint)


def test_a_checkpoint_with_code_in_it_is_not_run(tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple:
            return (Path.touch, (tmp_path / "harmed",))

    torch.save({"engine": Harm()}, tmp_path / "checkpoint.pt")
    with pytest.raises(UnreadableFile, match="start again"):
        Checkpoint.load(tmp_path / "checkpoint.pt")
    assert not (tmp_path / "harmed").exists()


def test_what_is_exported_can_be_played(material, tmp_path: Path, monkeypatch) -> None:
    run = lesson(material, a_plan(tmp_path / "run"), 2)
    export(run, {"data": "a test"}, tmp_path, "kin")
    monkeypatch.setattr(cards_of_kin, "SHIPPED", tmp_path)
    network = read_network("kin").state_dict()
    assert all(torch.equal(value, run.best[f"network.{name}"].half().float()) for name, value in network.items())
    card = cards_of_kin.cards()[0]
    assert card.available
    assert (card.data, card.parameters) == ("a test", sum(value.numel() for value in network.values()))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "no engine"),
        (["kin"], "--data"),
        (["kin", "--data", "nowhere"], "--data"),
        (["kin", "--adapt", "nowhere"], "--name"),
        (["kin", "--adapt", "nowhere", "--name", "../evil"], "--name"),
        (["kin", "--adapt", "nowhere", "--name", "mine"], r".mid"),
    ],
)
def test_a_wrong_command_gives_a_sentence(capsys, arguments: list[str], sentence: str) -> None:
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_going_on_needs_a_run(tmp_path: Path, capsys) -> None:
    folder = a_packed_corpus(tmp_path)
    assert main(["kin", "--data", str(folder), "--profile", "tiny", "--resume", "--runs", str(tmp_path / "runs")]) == 2
    assert "without --resume" in capsys.readouterr().err


def test_a_whole_training_by_command(tmp_path: Path, capsys) -> None:
    folder = a_packed_corpus(tmp_path)
    (tmp_path / "out").mkdir()
    runs, out = str(tmp_path / "runs"), str(tmp_path / "out")
    words = ["--profile", "tiny", "--minutes", "0.01", "--runs", runs, "--out", out]
    assert main(["kin", "--data", str(folder), *words]) == 0
    card = json.loads((tmp_path / "out" / "kin.json").read_text(encoding="utf-8"))
    assert card["sources"][0]["pieces_train"] == 3
    assert card["sources"][0]["pieces_valid"] == 1
    assert card["notices"]
    assert "wrote" in capsys.readouterr().err
