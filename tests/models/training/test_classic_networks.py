"""The classic networks as they play equal those that training runs, with the weights that ship."""

from __future__ import annotations

from functools import cache
from importlib import import_module

import numpy as np
import pytest
import torch
from torch import nn

from models.engines.gan.config import BEAT_CELL
from models.engines.lstm.config import DURATION_COUNT, END, LONGEST_WAIT, PITCHES, WAITS
from models.engines.lstm.decoding import Decoder
from models.engines.lstm.events import NO_DURATION
from models.engines.lstm.lines import Lines
from models.engines.lstm.network import Network as LstmNetwork
from models.engines.lstm.sampler import MOST_NEW, LstmSampler
from models.engines.rnn.config import LANES, LOOKBACKS, SYMBOLS, SYMBOLS_OF
from models.engines.vae.config import KINDS, UNSAID
from models.generator import Request
from models.sampling.beatwise import CELLS
from models.sampling.conditions import Conditions
from models.sampling.networks.weights import arrays_of, read_network
from models.sampling.representation.cell_grid import CellGrid
from models.sampling.representation.tokens import REST, SIZE
from models.training.classics import lstm, rnn
from models.training.classics.networks import gan, vae
from models.training.datasets.classics.events import Events
from models.training.datasets.classics.lines import LineBatch, LineExample
from tests.strategies import a_tune

RNG = np.random.default_rng(5)
NEAR = {"rtol": 1e-4, "atol": 2e-4}
TRAINED = {"lstm": lstm, "rnn": rnn, "vae": vae, "gan": gan}


@cache
def both(name: str) -> tuple[nn.Module, object]:
    """A shipped network in torch, and as it plays."""
    trained = TRAINED[name]
    config = next(iter(import_module(f"models.engines.{name}.config").PROFILES.values()))
    network = read_network(name, lambda said: getattr(trained, "Instrument", trained.Network)(type(config)(**said)))
    return network, import_module(f"models.engines.{name}.network").Network(network.config, arrays_of(network))


def normal(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def tensors(*arrays: np.ndarray) -> list[torch.Tensor]:
    return [torch.from_numpy(array) for array in arrays]


def test_rnn_cell_by_cell() -> None:
    network, playing = both("rnn")
    grid, lanes = CellGrid(0.25, 16, 40), RNG.random((3, 40, 3 * LANES)).astype(np.float32)
    symbols = RNG.integers(0, SYMBOLS + 1, (3, 40, 1 + len(LOOKBACKS)))
    known = tensors(lanes, np.tile(grid.positions(32), (3, 1)), np.array([[3, 16]] * 3))
    states = network.write(network.read(*known), *tensors(symbols))
    told, state, found = playing.read(lanes, grid, "drums"), playing.start(3), []
    for cell in range(40):
        state = playing.write(told[:, cell], symbols[:, cell], state)
        found.append(playing.norm(state))
    np.testing.assert_allclose(np.stack(found, axis=1), states, **NEAR)
    last, chosen = found[-1], RNG.integers(0, SYMBOLS, 3)
    theirs = network.logits(*tensors(last, symbols[:, -1, 1:]))
    for drums, those in enumerate(SYMBOLS_OF):
        own = playing.logits(last, symbols[:, -1, 1:], drums=bool(drums))
        np.testing.assert_allclose(own, theirs[:, those], **NEAR)
    for own, theirs in zip(playing.performance(last, chosen), network.performance(*tensors(last, chosen)), strict=True):
        np.testing.assert_allclose(own, theirs, **NEAR)


def test_lstm_hears_and_writes_in_a_draft_what_it_does_in_training(monkeypatch: pytest.MonkeyPatch) -> None:
    network, playing = both("lstm")
    assert isinstance(playing, LstmNetwork)
    conditions = Conditions.of("infill", Request(task="infill", prompts=(a_tune(),), region=(4.0, 9.0)), "melody")
    sampler = LstmSampler(playing, conditions)
    hypotheses, context = sampler.open(np.random.default_rng(1)), sampler.context
    lines = Lines(context, hypotheses, MOST_NEW)
    decoder, write, states = Decoder(playing, lines, 3, 1.0), playing.write, [[] for _ in hypotheses]

    def recorded(*told: object) -> np.ndarray:
        found = write(*told)
        for of, state in zip(lines.of.tolist(), found.copy(), strict=True):
            states[of].append(state)
        return found

    monkeypatch.setattr(playing, "write", recorded)
    while len(lines.of):
        decoder.step([np.random.default_rng(seed) for seed in range(len(hypotheses))])
    for hypothesis, written in zip(hypotheses, states, strict=True):
        of, onset, pitch, duration = np.array([*hypothesis.events, (-1, context.end, END, NO_DURATION)]).T
        events = Events(onset, pitch, duration, (of >= 0) | (pitch == END))
        kept, length = events.kept, len(onset)
        example = LineExample(events, context.chords, 0, 3, context.bar, np.zeros((length, 3), np.float32))
        batch = LineBatch.of([example])
        # In a draft nobody knows what comes before the next kept note.
        batch.kept[0, :-1, 0] = torch.from_numpy(np.diff(onset[kept])[::-1].clip(max=LONGEST_WAIT))
        later = network.read(batch.kept)[:, batch.which[0]]
        assert (~kept).sum() > 1
        theirs = network.write(batch, later)[0]
        assert not kept[: len(written)].all()
        assert kept[len(written) :].all()
        np.testing.assert_allclose(np.stack(written), theirs[: len(written)], **NEAR)


def test_lstm_weighs_each_field_as_in_training() -> None:
    network, playing = both("lstm")
    state, sung = normal(9, network.config.width), RNG.integers(0, PITCHES + 1, 9)
    same = RNG.random((9, 6)) < 0.6
    told = [(RNG.integers(0, 33, 9), (RNG.random((9, 12)) < 0.3).astype(np.float32)), None, None]
    for number, size in enumerate((WAITS, PITCHES, DURATION_COUNT)):
        field, memory, value = playing.fields[number], RNG.integers(0, size + 1, (9, 6)), RNG.integers(0, size, 9)
        normed = field.norm(state)
        theirs = network.logits(number, *tensors(state, memory, same, sung))
        np.testing.assert_allclose(field.logits(normed, memory, same, sung), theirs, **NEAR)
        if number < 2:
            with_it = told[number]
            known = 0.0 if with_it is None else playing.new_place[with_it[0]] + playing.new_chord(with_it[1])
            theirs = network.fold(number, *tensors(state, value, *(with_it or ())))
            np.testing.assert_allclose(field.fold(state, normed, value, known), theirs, **NEAR)


def test_vae_from_window_to_point_to_window() -> None:
    network, playing = both("vae")
    tokens, before = RNG.integers(0, SIZE, (5, CELLS)), RNG.integers(0, UNSAID + 1, (5, CELLS))
    line = network.network.line
    point, cells = playing.line.encode(tokens), playing.line.writer(normal(5, network.config.latent))
    np.testing.assert_allclose(point, line.encode(*tensors(tokens))[0], **NEAR)
    np.testing.assert_allclose(playing.line.writer(point), line.writer(*tensors(point)), **NEAR)
    np.testing.assert_allclose(playing.line.logits(cells, before), line.logits(*tensors(cells, before)), **NEAR)
    beat, loud = network.network.beat, np.maximum(normal(5, CELLS, LANES), 0)
    late, hits = 0.05 * normal(5, CELLS, LANES), (loud > 0.5).astype(np.float32)
    point = playing.beat.encode(loud, late)
    cells = playing.beat.writer(point)
    np.testing.assert_allclose(point, beat.encode(*tensors(loud, late))[0], **NEAR)
    np.testing.assert_allclose(cells, beat.writer(*tensors(point)), **NEAR)
    np.testing.assert_allclose(playing.beat.logits(cells, hits), beat.logits(*tensors(cells, hits)), **NEAR)
    theirs = torch.cat(beat.performance(*tensors(cells)), dim=-1)
    np.testing.assert_allclose(playing.beat.performance(cells), theirs, **NEAR)


@pytest.mark.parametrize("kind", KINDS)
def test_vae_draws_a_window_that_follows_on_another(kind: str) -> None:
    """By the Gaussian's definition: what is drawn for both is the mean, and the spread times one noise."""
    network, playing = both("vae")
    place, noise = network.places[kind], normal(4, 2 * network.config.latent)
    pair = place.mean.numpy() + noise @ place.spread.numpy().T
    first = playing.places[kind].draw(None, noise[:, : network.config.latent])
    later = playing.places[kind].draw(first, noise[:, network.config.latent :])
    np.testing.assert_allclose(np.concatenate([first, later], axis=1), pair, rtol=1e-3, atol=1e-3)


def test_gan_invents_the_same_of_the_same_noise() -> None:
    network, playing = both("gan")
    noise, density = normal(4, network.config.noise), RNG.random(4).astype(np.float32)
    prompt, prompted = RNG.random((4, CELLS, BEAT_CELL)).astype(np.float32), np.array([1, 0, 1, 0], np.float32)
    theirs = network.beat(*tensors(noise, prompt, density, prompted))
    np.testing.assert_allclose(playing.beat(noise, prompt, density, prompted > 0), theirs, **NEAR)

    tokens, chosen = RNG.integers(0, SIZE, (2, 4, CELLS))
    shown = np.repeat(prompted[:, None] > 0, CELLS, axis=1) & (RNG.random((4, CELLS)) < 0.7)
    one_hot = np.eye(SIZE, dtype=np.float32)
    found: list[torch.Tensor] = []

    def choose(cell: int, logits: torch.Tensor) -> torch.Tensor:
        found.append(logits)
        return torch.from_numpy(one_hot[chosen[:, cell]])

    (hint,) = tensors(one_hot[tokens] * shown[..., None])
    network.line.draw(network.line.planned(*tensors(noise), hint, *tensors(density, prompted)), hint, choose)
    line, state, before = playing.line, playing.line.start(4), np.full(4, REST)
    gates = line.gates(noise, tokens, shown, density)
    for cell, theirs in enumerate(found):
        state, before = line.step(gates[:, cell], before, state), chosen[:, cell]
        np.testing.assert_allclose(line.logits(state, tokens[:, cell], shown[:, cell]), theirs, **NEAR)
