"""The network: its decoder with a cache says what the whole pass says; weights on disk are checked."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from models.analysis.harmony import Harmony
from models.engines.kin import card as cards_of_kin
from models.engines.kin.config import CONTROL_SIZES, FIELD_SIZES, PROFILES, ROW
from models.engines.kin.layers import chord_features
from models.engines.kin.network import BEAT, PITCH, TICK, Known, Network
from models.engines.kin.playing.decoding import Decoder, FieldStepper, Stepper
from models.engines.kin.reading.chords import CHORD, ChordConditions
from models.engines.kin.reading.copy_features import AHEAD_SIZES, ECHO_SIZES, FORETELLERS, CopyFeatures
from models.engines.kin.reading.representation import rows_of
from models.engines.kin.reading.stream import decoder_rows, encoder_rows
from models.engines.kin.weights import read_decoder, read_network
from models.music.chord import Chord, TimedChord
from models.music.errors import EngineUnavailable
from models.sampling.networks.weights import write_tensors
from tests.strategies import a_tune


@pytest.fixture
def network() -> Network:
    torch.manual_seed(0)
    network = Network(PROFILES["tiny"]).eval()
    nn.init.normal_(network.coming.weight.weight)  # as if it had learned to hear
    return network


def what_is_read() -> tuple[np.ndarray, np.ndarray]:
    """Rows for the encoder and for the decoder."""
    rows, _ = rows_of(a_tune().notes, drums=False)
    fixed = rows[:, 0] < 0
    told = ChordConditions(
        Harmony.of((TimedChord(4.0 * bar, 4.0, Chord.of(root)) for bar, root in enumerate((0, 7, 5))), 16.0)
    )
    decoder, _ = decoder_rows(rows, fixed, 0, CopyFeatures(rows, fixed, 0, 96, told))
    return encoder_rows(rows, fixed, (0, 384), told=told), decoder


def a_reading(network: Network):
    encoder, decoder = map(torch.from_numpy, what_is_read())
    controls = torch.ones(1, len(CONTROL_SIZES), dtype=torch.long)
    return network.read(encoder[None], controls, torch.tensor([[96]]), torch.tensor([[384]])), decoder


def as_it_plays(network: Network):
    """The same network and reading, without torch."""
    decoder = Decoder.of(network)
    return decoder, decoder.encoder.read(what_is_read()[0], np.ones(len(CONTROL_SIZES), int), 96, 384)


@torch.no_grad()
def test_a_prompt_is_read_as_torch_reads_it(network: Network) -> None:
    for layer in (network.beside.weight, network.fields.chord.weight):
        nn.init.normal_(layer.weight)
    reading, (_, read) = a_reading(network)[0], as_it_plays(network)
    assert np.allclose(read.control, reading.control[0, 0], atol=1e-5)
    pairs = np.arange(network.config.width // network.config.heads).reshape(2, -1).T  # side by side
    for mine, theirs in zip(read.sources, reading.sources, strict=True):
        keys, values = (each[0].numpy() for each in theirs)  # (H, S, D)
        assert np.allclose(mine[0].swapaxes(1, 2)[..., pairs.ravel().argsort()], keys, atol=5e-5)
        assert np.allclose(mine[1], np.append(values, np.ones_like(values[..., :1]), axis=-1), atol=1e-5)
    assert (read.bar_steps, read.end) == (96, 384)


def test_playing_needs_no_torch() -> None:
    code = (
        "import sys; from models.studio import Studio; from models.generator import Request\n"
        "from tests.strategies import a_tune\n"
        "found = list(Studio(patient=True).generate(Request(prompts=(a_tune(),), count=1), 'kin'))\n"
        "assert found and 'torch' not in sys.modules, found"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@torch.no_grad()
def test_step_by_step_is_the_same_as_all_at_once(network: Network) -> None:
    reading, rows = a_reading(network)
    whole = network.states(reading, rows[None])[0]  # (T, W)
    decoder, read = as_it_plays(network)
    stepper = Stepper(decoder, [read, read], 1, len(rows))
    for number, row in enumerate(rows):
        state = stepper.step(row[None].repeat(2, 1).numpy())
        assert np.allclose(state, whole[number].expand(2, -1), atol=1e-5)


@torch.no_grad()
def test_those_that_go_on_are_not_touched_by_those_that_ended(network: Network) -> None:
    reading, rows = a_reading(network)
    whole = network.states(reading, rows[None])[0]  # (T, W)
    decoder, read = as_it_plays(network)
    other = decoder.encoder.read(what_is_read()[0][:5], np.ones(len(CONTROL_SIZES), int), 96, 200)
    stepper = Stepper(decoder, [other, read], 2, len(rows))
    for number, row in enumerate(rows.numpy()):
        there = 4 if number < 3 else 2
        if number == 3:
            stepper.keep([1, 3])
        state = stepper.step(row[None].repeat(there, axis=0))
        assert np.allclose(state[-1], whole[number], atol=1e-5)
        assert not np.allclose(state[0], whole[number], atol=1e-3)  # it has read another prompt


@torch.no_grad()
def test_fields_step_by_step_are_those_of_the_network(network: Network) -> None:
    for parameter in network.fields.parameters():  # chords pull from the first, too
        parameter.copy_(torch.randn_like(parameter) / 4)
    rng, chain, states = np.random.default_rng(1), network.fields, torch.randn(9, PROFILES["tiny"].width)
    ahead = torch.from_numpy(np.stack([rng.integers(0, size, 9) for size in AHEAD_SIZES], axis=1))
    echoes = torch.from_numpy(np.stack([rng.integers(0, size, 9) for size in ECHO_SIZES], axis=1))
    chords = torch.tensor([chord_of(2, 5, (2, 5, 9)), [0, 0, 0], chord_of(0, 0, (0, 4, 7))] * 3)
    places, values = torch.from_numpy(rng.integers(0, 17, 9)), [rng.integers(0, size, 9) for size in FIELD_SIZES]
    values[0][:5] = (ahead[:5, 0] - 1).clamp(min=0).numpy()
    known, chosen = Known(places, ahead, echoes, chords, 1.5), [torch.from_numpy(value) for value in values]
    stepper = FieldStepper(Decoder.of(network), states.numpy(), ahead.numpy(), 1.5)
    for field, value in enumerate(values):
        assert np.allclose(stepper.logits(), chain.logits(field, states, known, chosen[:field]), atol=1e-4)
        if field + 1 < len(values):
            states = chain.fold(field, states, chosen[field], known)
            told = {"place": places.numpy(), "chords": chords.numpy()} if field == TICK else {}
            stepper.fold(value, **told, **({"echoes": echoes.numpy()} if field == PITCH else {}))


@torch.no_grad()
def test_a_step_sees_nothing_that_comes_later(network: Network) -> None:
    reading, rows = a_reading(network)
    before = network.states(reading, rows[None])[0]
    changed = rows.clone()
    changed[5:, 2] = 40
    after = network.states(reading, changed[None])[0]
    assert torch.equal(before[:5], after[:5])
    assert not torch.allclose(before[5:], after[5:])


@torch.no_grad()
def test_padding_changes_nothing(network: Network) -> None:
    rows, _ = rows_of(a_tune().notes, drums=False)
    encoder = torch.from_numpy(encoder_rows(rows, rows[:, 0] < 0, (0, 384)))[None]
    padded = torch.cat([encoder, torch.zeros(1, 7, ROW + CHORD, dtype=torch.long)], dim=1)
    others = (torch.ones(1, len(CONTROL_SIZES), dtype=torch.long), torch.tensor([[96]]), torch.tensor([[384]]))
    _, stream = a_reading(network)
    states = [network.states(network.read(shown, *others), stream[None]) for shown in (encoder, padded)]
    assert torch.allclose(*states, atol=1e-5)


def test_losses_are_those_of_the_logits(network: Network) -> None:
    states = torch.randn(3, PROFILES["tiny"].width)
    targets = torch.stack([torch.randint(size, (3,)) for size in FIELD_SIZES], dim=1)
    known = Known(
        torch.ones(3, dtype=torch.long),
        torch.zeros(3, len(AHEAD_SIZES), dtype=torch.long),
        torch.zeros(3, len(ECHO_SIZES), dtype=torch.long),
    )
    losses = network.losses(states, targets, known, torch.ones(3, len(FIELD_SIZES)))
    first = torch.log_softmax(network.fields.logits(0, states, known, []), -1)
    assert torch.allclose(losses[:, 0], -first[range(3), targets[:, 0]], atol=1e-6)
    assert (losses > 0).all()


def chord_of(root: int, bass: int, classes: tuple[int, ...]) -> list[int]:
    return [1 + root, 1 + bass, sum(1 << place for place in classes)]


@torch.no_grad()
def test_a_chord_starts_as_nothing_and_pulls_its_own_tones(network: Network) -> None:
    fields = network.fields
    states = torch.randn(2, PROFILES["tiny"].width)
    a_minor_over_c = torch.tensor([chord_of(9, 0, (9, 0, 4)), [0, 0, 0]])
    known = Known(None, torch.zeros(2, len(AHEAD_SIZES), dtype=torch.long), None, a_minor_over_c)
    assert not fields.pulled(states, known).any()
    assert fields.pull is not None
    torch.nn.init.zeros_(fields.pull.weight)
    # 2 for the fifth above the root, 10 for each member, 100 for the bass
    fields.pull.bias.copy_(torch.tensor([0.0] * 7 + [2.0] + [0.0] * 4 + [10.0, 100.0]))
    heard, unheard = fields.pulled(states, known)
    assert [float(heard[pitch]) for pitch in (60, 64, 69, 62, 48)] == [110, 12, 10, 0, 110]
    chosen = [torch.zeros(2, dtype=torch.long)] * 2
    told, doubled = (
        fields.logits(PITCH, states, replace(known, chord_weight=chord_weight), chosen) for chord_weight in (1.0, 2.0)
    )
    assert torch.allclose((doubled - told)[0], heard, atol=1e-4)  # twice the chord_weight, once more the pull
    assert not heard[128:].any()  # a drum has no place in a chord
    assert not unheard.any()


def test_what_is_said_of_a_chord() -> None:
    features = chord_features(torch.tensor(chord_of(9, 0, (9, 0, 4))))
    assert features[:12].nonzero().flatten().tolist() == [0, 4, 9]
    assert (features[12:24].argmax(), features[24:].argmax(), features.sum()) == (9, 0, 5)
    assert not chord_features(torch.zeros(CHORD, dtype=torch.long)).any()


def test_a_field_points_only_where_memory_was_right_so_far(network: Network) -> None:
    ahead = torch.zeros(1, len(AHEAD_SIZES), dtype=torch.long)
    ahead[0, :3] = torch.tensor([1 + 2, 12, 1 + 64])  # the prompt: two beats later, tick 12, pitch 64
    known = Known(None, ahead, None)
    values, counts = known.pointed(BEAT, [])
    assert (values[0, 0], counts[0].tolist()) == (2, [True] + [False] * (FORETELLERS - 1))
    right, wrong = torch.tensor([2]), torch.tensor([1])
    assert known.pointed(TICK, [right])[1][0, 0]
    assert not known.pointed(TICK, [wrong])[1].any()
    values, counts = known.pointed(PITCH, [right, torch.tensor([12])])
    assert (values[0, 0], counts[0, 0]) == (64, True)
    assert not known.pointed(PITCH, [right, torch.tensor([0])])[1].any()


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: Network) -> Path:
    """A folder with whole weights of a tiny kin, where the engine looks for them."""
    monkeypatch.setattr(cards_of_kin, "SHIPPED", tmp_path)
    write_tensors(network.state_dict(), tmp_path / "kin.safetensors")
    (tmp_path / "kin.json").write_text(json.dumps({"config": PROFILES["tiny"].as_dict()}), encoding="utf-8")
    return tmp_path


def test_weights_come_back_in_half_precision(shelf: Path, network: Network) -> None:
    read = read_network("kin").state_dict()
    for name, value in network.state_dict().items():
        assert torch.equal(read[name], value.to(torch.float16).float())


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def flip(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[3] ^= 0xFF
    path.write_bytes(whole)


def forget_one(path: Path) -> None:
    tensors = load_file(path)
    tensors.pop(sorted(tensors)[0])
    save_file(tensors, path)


def another_shape(path: Path) -> None:
    tensors = load_file(path)
    name = sorted(tensors)[0]
    save_file(tensors | {name: torch.zeros(3)}, path)


def not_a_number(path: Path) -> None:
    tensors = load_file(path)
    name = sorted(tensors)[0]
    save_file(tensors | {name: torch.full_like(tensors[name], float("nan"))}, path)


@pytest.mark.parametrize("harm", [cut, flip, forget_one, another_shape, not_a_number, Path.unlink])
def test_harmed_weights_are_refused_with_a_sentence(shelf: Path, harm) -> None:
    harm(shelf / "kin.safetensors")
    for read in (read_decoder, read_network):
        with pytest.raises(EngineUnavailable, match=r"kin\.safetensors.*\.$"):
            read("kin")


@pytest.mark.parametrize("text", ["", "[]", '{"config": 3}', "{nonsense"])
def test_a_harmed_card_is_refused_with_a_sentence(shelf: Path, text: str) -> None:
    (shelf / "kin.json").write_text(text, encoding="utf-8")
    with pytest.raises(EngineUnavailable, match=r"kin\.json"):
        read_network("kin")
    assert not cards_of_kin.cards()[0].available


def test_a_card_of_another_network_is_refused(shelf: Path) -> None:
    (shelf / "kin.json").write_text('{"config": {"depth": 3}}', encoding="utf-8")
    for read in (read_decoder, read_network):
        with pytest.raises(EngineUnavailable, match="doesn't know"):
            read("kin")


def test_missing_weights_are_said_on_the_card(shelf: Path) -> None:
    (shelf / "kin.safetensors").unlink()
    listed = cards_of_kin.cards()[0]
    assert not listed.available
    assert "kin.safetensors" in listed.reason
