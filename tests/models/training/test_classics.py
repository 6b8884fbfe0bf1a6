"""How the classic engines are trained: exercises, masks, baselines, the command from data to weights and a card."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch

from bridge.command_line.main import main as command_line
from models.engines.lstm.memory import Memory, intervals_of
from models.engines.rnn.config import BEGINS, HELD, REST
from models.generator import Request
from models.sampling.networks.shipped import read_card
from models.sampling.representation.tokens import FIRST, HOLD, SIZE
from models.sampling.representation.tokens import REST as SILENCE
from models.training.classics.figures import TEMPERATURES, engine_of
from models.training.classics.markov import Chain, line_nats
from models.training.classics.networks.gan import FARTHEST, intervals
from models.training.classics.rnn import agreeing
from models.training.datasets.classics.events import events_of, recalled
from models.training.datasets.classics.grids import DrumWindows, TuneWindows
from models.training.datasets.classics.lines import LineBatch, LineDrawer
from models.training.datasets.classics.rhythms import RhythmDrawer
from models.training.datasets.corpus import Corpus
from models.training.datasets.sources import read_packed
from models.training.session import CLASSICS
from tests.models.training.test_material import a_packed_corpus


def main(arguments: list[str]) -> int:
    """``clipkin train``; gives the exit code."""
    return command_line(["train", *arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_packed_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def corpus(folder: Path) -> Corpus:
    return Corpus.build(read_packed(folder))


def test_a_long_rest_is_written_as_events_and_the_end_is_known() -> None:
    line = events_of(np.array([0, 240]), np.array([60, 62]), np.array([11, 11]), np.array([True, False]), 384)
    assert line.onset.tolist() == [0, 96, 192, 240, 336, 384]
    assert line.pitch.tolist() == [60, 128, 128, 62, 128, 129]
    assert line.kept.tolist() == [True, False, False, False, False, True]
    assert line.waits.max() <= 96
    assert line.next_kept.tolist() == [0, 5, 5, 5, 5, 5]


def remembered(*events: tuple[int, int, int], bar: int = 96) -> tuple[list[tuple[int, ...]], list[int]]:
    """What a line of events (wait, pitch, duration), all of them notes, recalls."""
    memory, onset, sung = Memory(1, len(events) + 1, bar), 0, np.array([130])
    for wait, pitch, duration in events:
        onset += wait
        row = (np.array([each]) for each in (wait, pitch, duration))
        memory.write(*row, intervals_of(np.array([pitch]), sung), np.array([onset]), np.array([-1]))
        sung = np.array([pitch])
    found, depths = np.empty((1, 3, 6), int), np.empty((1, 3), int)
    memory.recall(found, depths, sung)
    return [tuple(row) for row in found[0].T.tolist()], depths[0].tolist()


def test_the_line_is_looked_up_a_bar_ago() -> None:
    assert remembered((0, 60, 5), (24, 62, 6), (72, 64, 7))[0][0] == (24, 62, 6)
    assert remembered()[0][0] == (97, 130, 41)


def test_a_line_recalls_what_came_next_note_for_note_moved_and_as_rhythm() -> None:
    row = [(24, pitch, 11) for pitch in (60, 62, 64, 65, 67, 69)]
    found, depths = remembered(*row)
    exact, moved, rhythm = found[3:]
    # A third of the row in fourths: not heard before as such, but as steps of a tone behind a tone.
    assert (exact, depths[0]) == ((97, 130, 41), 0)
    assert (moved, depths[1]) == ((24, 70, 11), 2)
    assert (rhythm, depths[2]) == ((24, 130, 11), 4)
    assert remembered(*row, (24, 60, 11), (24, 62, 11))[0][3] == (24, 64, 11)


def test_each_beginning_of_a_line_recalls_what_it_would_alone(corpus: Corpus) -> None:
    drawer, rng = LineDrawer(corpus, valid=False), np.random.default_rng(2)
    lines = [drawer.draw(rng, role=0, how="all").line for _ in range(3)]  # in one batch, however long each is
    found, last = recalled(lines, [96] * 3)
    for line, columns, sung in zip(lines, found, last, strict=True):
        notes = list(zip(line.waits.tolist(), line.pitch.tolist(), line.duration.tolist(), strict=True))
        assert (line.pitch[:-1] < 128).all()
        assert sung[1 : len(notes)].tolist() == line.pitch[:-1].tolist()
        for number in range(len(notes)):
            copies = [tuple(row) for row in columns[number, :18].reshape(3, 6).T.tolist()]
            assert remembered(*notes[:number]) == (copies, columns[number, 18:21].tolist())


def test_symbols_agree_with_the_lanes_that_are_known() -> None:
    known = torch.tensor([[True] + [False] * 8, [True] * 9, [False] * 9])
    agree = agreeing(torch.tensor([0b101, 0b101, HELD]), known, torch.tensor([True, True, False]))
    assert torch.nonzero(agree[1]).flatten().tolist() == [0b101]
    assert all(symbol % 2 == 1 for symbol in torch.nonzero(agree[0]).flatten().tolist())
    assert torch.nonzero(agree[2]).flatten().tolist() == [REST, BEGINS, HELD]


def test_windows_hold_what_the_tracks_do(corpus: Corpus) -> None:
    tunes = TuneWindows.cut(corpus, 32, ("melody",), valid=False)
    beats = DrumWindows.cut(corpus, 32, valid=False)
    # Eighths of a melody and of one drum, two bars of 4/4.
    assert (tunes.pitch >= 0).sum(1).tolist() == [16] * len(tunes.pitch)
    assert (beats.velocity > 0).sum((1, 2)).max() <= 16
    assert set(tunes.length) == {32}


def test_exercises_keep_some_notes_and_ask_for_the_others(corpus: Corpus) -> None:
    drawer, rng = LineDrawer(corpus, valid=False), np.random.default_rng(1)
    examples = [drawer.draw(rng) for _ in range(20)]
    batch = LineBatch.of(examples)
    assert batch.told.shape[:2] == batch.weights.shape[:2]
    for number, example in enumerate(examples):
        new = batch.weights[number, : len(example.line.kept), 1].numpy() > 0
        assert (new == ~example.line.kept).all()
    rhythm = RhythmDrawer(corpus, valid=False).draw(rng, drums=True, how="rest")
    assert rhythm.known is not None
    assert rhythm.known[:4].all()
    assert not rhythm.known[-1].any()


def test_a_chain_foretells_what_it_has_seen() -> None:
    chain = Chain(4)
    contexts = [(1, 2), (1,), ()]
    before = chain.chance(contexts, 3)
    for _ in range(8):
        chain.learn(contexts, 3)
    assert before == pytest.approx(0.25)
    assert chain.chance(contexts, 3) > 0.9
    assert sum(chain.chance(contexts, value) for value in range(4)) == pytest.approx(1)


def test_a_chain_of_lines_learns(corpus: Corpus) -> None:
    drawer, rng = LineDrawer(corpus, valid=False, varied=False), np.random.default_rng(1)
    asked = [drawer.draw(rng, role=0, how="all") for _ in range(4)]
    assert line_nats([drawer.draw(rng, how="all") for _ in range(40)], asked) < line_nats([], asked)


@pytest.mark.parametrize("engine", ["lstm", "rnn", "vae"])
def test_the_cost_falls(corpus: Corpus, engine: str) -> None:
    torch.manual_seed(0)
    recipe = import_module(f"models.training.classics.{engine}")
    model = recipe.Loss.of("tiny").train()
    drawn, valid = recipe.dataset(corpus, 0)

    def cost() -> float:
        torch.manual_seed(1)
        with torch.no_grad():
            return sum(float(model(batch).sum(-1).mean()) for batch in valid)

    before = cost()
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(12):
        batch = next(drawn)
        loss = model(batch).sum(-1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert cost() < before
    assert recipe.measure(model, valid)["all"] > 0


def test_generator_and_critic_are_stepped_apart(corpus: Corpus) -> None:
    torch.manual_seed(0)
    recipe = import_module("models.training.classics.gan")
    model = recipe.Loss.of("tiny")
    drawn, valid = recipe.dataset(corpus, 0)
    model.rounds += recipe.LIKELY_FIRST + -recipe.LIKELY_FIRST % recipe.BEATS_EVERY
    model(next(drawn)).sum().backward()
    assert all(parameter.grad is not None for parameter in model.network.parameters())
    for critic in (model.critic, model.line_critic):
        assert not any(parameter.requires_grad for parameter in critic.parameters())
    assert model.network.beat.densities.any()
    assert model.network.line.densities.any()
    figures = recipe.measure(model, valid)
    assert all(0 <= figures[f"density, {role}"] <= 1 for role in ("drums", "melody"))


def test_a_critic_of_lines_sees_how_far_each_note_is_from_the_last() -> None:
    tokens = torch.tensor([[FIRST + 20, HOLD, FIRST + 22, SILENCE, FIRST + 21] + [SILENCE] * 27])
    seen = intervals(torch.nn.functional.one_hot(tokens, SIZE).float())[0]
    assert torch.nonzero(seen).tolist() == [[2, FARTHEST + 2], [4, FARTHEST - 1]]


@pytest.mark.parametrize("engine", CLASSICS)
def test_one_command_goes_from_data_to_an_engine_that_plays(folder: Path, tmp_path: Path, engine: str) -> None:
    arguments = [
        engine,
        "--data",
        str(folder),
        "--profile",
        "tiny",
        "--minutes",
        "0.01",
        "--runs",
        str(tmp_path / "runs"),
        "--out",
        str(tmp_path / "out"),
    ]
    assert main(arguments) == 0
    card = read_card(engine, tmp_path / "out")
    assert card["parameters"] > 0
    assert card["figures"]
    assert json.dumps(card, allow_nan=False)
    recipe = import_module(f"models.training.classics.{engine}")
    network = recipe.Loss.of("tiny").network
    if engine == "vae":
        network = recipe.Instrument(network.config)
    assert sum(tensor.numel() for tensor in network.state_dict().values()) == card["parameters"]
    player = engine_of(engine, network.eval())
    assert len(list(player.generate(Request(task="generate", role=player.roles[0], bars=2, count=2)))) == 2
    # The run is kept; it has had its minutes.
    assert main([*arguments[:-2], "--resume"]) == 2


@pytest.mark.parametrize("engine", CLASSICS)
def test_a_shipped_card_is_complete_and_a_higher_temperature_gives_more_diversity(engine: str) -> None:
    card = read_card(engine)
    assert {
        "sentence",
        "data",
        "sources",
        "notices",
        "soft_spots",
        "temperature",
        "minutes",
        "machine",
        "curve",
        "parameters",
        "licence",
        "seed",
    } <= card.keys()
    diversity = [name for name in card["figures"] if name.startswith("diversity")]
    for role in {name.split(", ")[1] for name in diversity}:
        rising = [card["figures"][f"diversity, {role}, temperature {temperature:g}"] for temperature in TEMPERATURES]
        assert rising == sorted(rising)
        assert rising[-1] > rising[0] + 0.05
