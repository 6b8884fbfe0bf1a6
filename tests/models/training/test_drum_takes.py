"""Beats whose every hit is known, and the network that is fitted on them."""

from __future__ import annotations

import numpy as np
import pytest

from models.listening import drums
from models.listening.audio import RATE
from models.music.clip import Clip
from models.music.note import Note
from models.training.analysis import listening
from models.training.analysis.drum_takes import KINDS, _played, invented
from models.training.analysis.listening import examples, fit, write

BEAT = Clip((Note(36, 0.0, 0.1, 110), Note(38, 1.0, 0.1, 110), Note(42, 2.0, 0.1, 20), Note(36, 3.0, 0.1, 110)), 4.0)


@pytest.mark.parametrize("kind", KINDS)
def test_each_hit_that_counts_is_a_rise_of_the_recording(kind):
    (take,) = _played([BEAT], np.random.default_rng(3), (), (kind,))
    assert [group for _, group in take.hits] == ["kick", "snare", "kick"]
    assert [group for _, group in take.ghosts] == ["hat"]  # too soft to be counted
    for second, _ in take.hits:
        at = int(second * RATE)
        before, after = (np.abs(take.recording.samples[part]).max(initial=0) for part in
                         (slice(max(0, at - 300), at), slice(at, at + 1500)))  # fmt: skip
        assert after > before


def test_a_hit_beneath_a_louder_one_of_its_kind_counts_neither_way():
    beneath = Clip((Note(42, 1.0, 0.1, 41), Note(46, 1.0, 0.1, 127), Note(49, 1.0, 0.1, 127)), 4.0)
    (take,) = _played([beneath], np.random.default_rng(0), (), ("kit",))
    assert len(take.ghosts) == 1
    assert len(take.hits) == 2


def test_what_is_fitted_is_what_hits_reads(tmp_path, monkeypatch):
    takes = list(invented(2, seed=1))
    features, struck, known = examples(takes)
    assert features.shape == (len(struck), drums.FEATURES)
    assert set(np.unique(struck)) <= {0.0, 1.0}
    assert known[struck == 1].all()
    monkeypatch.setattr(listening, "UNITS", (8, 8))
    write(tmp_path / "drums.npz", *fit(features, struck, known, 60))
    monkeypatch.setattr(drums, "TABLE", tmp_path / "drums.npz")
    drums._table.cache_clear()
    try:
        found = {hit.group for take in takes for hit in drums.hits(take.recording)}
    finally:
        drums._table.cache_clear()
    assert found  # it has learned something of what it saw
