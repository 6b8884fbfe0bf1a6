"""Weights that are not what their card says are refused with one sentence, before anything is given room."""

import json
import random
import shutil
import time

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from models.engines.lstm.config import LstmConfig
from models.engines.lstm.network import Network
from models.music.errors import EngineUnavailable
from models.sampling.networks.shipped import WEIGHTS, sums_of
from models.sampling.networks.weights import MOST_TENSORS, read_playing


@pytest.fixture
def engine(tmp_path):
    for ending in ("safetensors", "json"):
        shutil.copy(WEIGHTS / f"lstm.{ending}", tmp_path)
    return tmp_path


def read(folder):
    return read_playing("lstm", lambda config, arrays: Network(LstmConfig(**config), arrays), folder)


def refused(folder):
    """The sentence with which the weights are refused, in less than two seconds."""
    began = time.monotonic()
    with pytest.raises(EngineUnavailable) as caught:
        read(folder)
    assert time.monotonic() - began < 2
    return caught.value.sentence


def without_sums(folder):
    card = json.loads((folder / "lstm.json").read_text())
    del card["sha256"]
    (folder / "lstm.json").write_text(json.dumps(card))


@pytest.mark.parametrize("name", sorted(path.stem for path in WEIGHTS.glob("*.safetensors")))
def test_the_card_of_every_engine_holds_the_sums_of_its_weights(name):
    card = json.loads((WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))
    assert card["sha256"] == sums_of(WEIGHTS / f"{name}.safetensors", card["config"])


def test_one_flipped_bit_anywhere_is_refused(engine):
    good, chance = (engine / "lstm.safetensors").read_bytes(), random.Random(3)
    for place in [0, 9, len(good) - 1, *(chance.randrange(len(good)) for _ in range(30))]:
        flipped = bytearray(good)
        flipped[place] ^= 1 << chance.randrange(8)
        (engine / "lstm.safetensors").write_bytes(flipped)
        assert "lstm.safetensors are" in refused(engine)


def test_cut_weights_are_refused(engine):
    good, chance = (engine / "lstm.safetensors").read_bytes(), random.Random(4)
    for length in [0, 1, 8, 9, 1000, *(chance.randrange(len(good)) for _ in range(10))]:
        (engine / "lstm.safetensors").write_bytes(good[:length])
        assert "damaged" in refused(engine) or "not those" in refused(engine)


@pytest.mark.parametrize("length", [20 * 2**30, 2**63, 90 * 2**20])
def test_a_header_that_claims_more_than_there_is_is_refused(engine, length):
    good = (engine / "lstm.safetensors").read_bytes()
    (engine / "lstm.safetensors").write_bytes(length.to_bytes(8, "little") + good[8:])
    without_sums(engine)
    assert "damaged" in refused(engine)


def test_a_header_of_countless_tensors_is_refused(engine):
    entry = {"dtype": "F16", "shape": [0], "data_offsets": [0, 0]}
    header = json.dumps({f"t{number}": entry for number in range(MOST_TENSORS + 1)}).encode()
    (engine / "lstm.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    without_sums(engine)
    assert "damaged" in refused(engine)


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors: tensors.update({next(iter(tensors)): np.full_like(next(iter(tensors.values())), np.nan)}),
        lambda tensors: tensors.popitem(),
        lambda tensors: tensors.update(more=np.zeros(3, np.float16)),
        lambda tensors: tensors.update({next(iter(tensors)): np.zeros(3, np.float16)}),
    ],
    ids=["not a number", "one missing", "one more", "another shape"],
)
def test_weights_of_an_adaptation_without_sums_must_fit_the_network(engine, change):
    tensors = load_file(engine / "lstm.safetensors")
    change(tensors)
    save_file(tensors, engine / "lstm.safetensors")
    without_sums(engine)
    assert "install Clipkin again" in refused(engine)


@pytest.mark.parametrize("config", [{"layers": 10**6}, {"width": 10**9}, {"width": -1}, {"width": "wide"}, {"x": 1}])
@pytest.mark.parametrize("sealed", [True, False])
def test_a_card_that_describes_another_network_is_refused(engine, config, sealed):
    card = json.loads((engine / "lstm.json").read_text())
    card["config"].update(config)
    (engine / "lstm.json").write_text(json.dumps(card))
    if not sealed:
        without_sums(engine)
    assert "install Clipkin again" in refused(engine)


def test_what_was_not_sealed_plays_all_the_same(engine):
    without_sums(engine)
    assert read(engine).told.rows.size > 10_000
