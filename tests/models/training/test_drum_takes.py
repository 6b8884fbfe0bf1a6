"""Beats whose every hit is known, the kits that play them, and the network that is fitted on them."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
import torch

from models.listening import drums
from models.listening.audio import RATE
from models.music.clip import Clip
from models.music.note import Note
from models.training.analysis import listening
from models.training.analysis.beats import drum_takes
from models.training.analysis.beats.drum_takes import KINDS, _played
from models.training.analysis.beats.kits import kits_of, shipped_kits
from models.training.analysis.listening import examples, fit, write

BEAT = Clip((Note(36, 0.0, 0.1, 110), Note(38, 1.0, 0.1, 110), Note(42, 2.0, 0.1, 20), Note(36, 3.0, 0.1, 110)), 4.0)


@pytest.mark.parametrize("wild", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_each_hit_that_counts_is_a_rise_of_the_recording(kind, wild):
    (take,) = _played([BEAT], np.random.default_rng(3), shipped_kits(), (kind,), wild)
    assert [group for _, group in take.hits] == ["kick", "snare", "kick"]
    assert [group for _, group in take.ghosts] == ["hat"]  # too soft to be counted
    for second, _ in take.hits:
        at = int(second * RATE)
        before, after = (np.abs(take.recording.samples[part]).max(initial=0) for part in
                         (slice(max(0, at - 300), at), slice(at, at + 1500)))  # fmt: skip
        assert after > before


def test_a_hit_beneath_a_louder_one_of_its_kind_counts_neither_way():
    beneath = Clip((Note(42, 1.0, 0.1, 41), Note(46, 1.0, 0.1, 127), Note(49, 1.0, 0.1, 127)), 4.0)
    (take,) = _played([beneath], np.random.default_rng(0), shipped_kits()[:1], ("kit",))
    assert len(take.ghosts) == 1
    assert len(take.hits) == 2


def test_a_folder_of_hydrogens_is_a_kit_with_layers(tmp_path):
    for name, loud in (("soft", 0.1), ("hard", 0.8), ("snare", 0.5), ("hat", 0.5)):
        soundfile.write(tmp_path / f"{name}.wav", loud * np.ones(2205), 22_050)
    layers = "".join(
        f"<layer><filename>{name}.wav</filename><max>{most}</max></layer>"
        for name, most in (("soft", 0.5), ("hard", 1.0))
    )
    others = "".join(
        f"<instrument><name>{name}</name><filename>{file}.wav</filename></instrument>"
        for name, file in (("Snare Rock", "snare"), ("Closed HH", "hat"), ("Cowbell", "hat"))
    )
    (tmp_path / "drumkit.xml").write_text(
        f'<drumkit_info xmlns="http://www.hydrogen-music.org/drumkit"><instrumentList>'
        f"<instrument><name>Kick</name>{layers}</instrument>{others}</instrumentList></drumkit_info>"
    )
    (kit,) = kits_of([tmp_path])
    assert len(kit(36, 127)) == pytest.approx(4410, abs=4)  # at our own rate
    assert [round(float(kit(36, velocity).max()), 2) for velocity in (63, 127)] == [0.1, 0.8]
    assert kit(38, 127).max() == pytest.approx(0.5, abs=0.01)
    assert not len(kit(50, 100))  # it has no tom


def test_what_is_fitted_is_what_hits_reads(tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    takes = list(_played([drum_takes._by_chance(rng) for _ in range(2)], rng, shipped_kits()))
    learned = list(examples(takes))
    assert learned[0].features.shape == (len(learned[0].struck), drums.FEATURES)
    assert all(set(np.unique(lesson.struck)) <= {0.0, 1.0} for lesson in learned)
    assert all(lesson.known[lesson.struck == 1].all() for lesson in learned)
    mean, spread, network = fit(learned, 60)
    write(tmp_path / "drums.npz", mean, spread, network)
    monkeypatch.setattr(drums, "TABLE", tmp_path / "drums.npz")
    drums._table.cache_clear()
    try:
        lesson = learned[0]
        features, apart, _, _, there = listening._padded([lesson])
        logits = network((features - torch.tensor(mean)) / torch.tensor(spread), apart, there)[0].detach().numpy()
        times, rises, strengths = drums.candidates(takes[0].recording)
        shares = drums._shares(rises, times, drums.tempo_of(times, strengths))
        np.testing.assert_allclose(shares[:16], 1 / (1 + np.exp(-logits[:16])), atol=0.1)
        found = {hit.group for take in takes for hit in drums.hits(take.recording)}
    finally:
        drums._table.cache_clear()
    assert found  # it has learned something of what it saw
