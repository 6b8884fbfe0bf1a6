"""Clips on cells: grids of steps, cells and drums, lines and tokens, there and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.constraints.constraints import Constraints
from models.constraints.playing import in_the_kit
from models.generator import Locks, Request
from models.music.beats import Metre
from models.music.errors import EngineUnavailable
from models.sampling.grid import DURATIONS, duration_numbers, home_shift, steps_of
from models.sampling.networks.shipped import card_of, read_card
from models.sampling.networks.weights import read_network, write_tensors
from models.sampling.representation.cell_grid import CellGrid, stretches
from models.sampling.representation.drum_grid import DrumGrid
from models.sampling.representation.line import HELD, SILENT, Line
from models.sampling.representation.performance import Performance
from models.sampling.representation.tokens import centre_of, pitches_of, tokens_of
from tests.strategies import a_beat, a_clip, a_note, a_tune


def constraints_of(clip: object, role: str, **others: object) -> Constraints:
    return Constraints.of(Request(prompts=(clip,), role=role, **others), role)


def test_onsets_on_the_grid_are_written_as_they_are() -> None:
    steps, late = steps_of(np.array([0.0, 1 / 3, 0.75, 2.5]))
    assert steps.tolist() == [0, 8, 18, 60]
    assert not late.any()


def test_what_is_played_freely_is_a_step_and_a_remainder() -> None:
    steps, late = steps_of(np.array([0.02, 0.53, 0.98]))
    assert steps.tolist() == [0, 12, 24]
    assert late == pytest.approx([0.02, 0.03, -0.02])


def test_durations_have_the_nearest_number() -> None:
    assert DURATIONS[duration_numbers(np.array([0.25, 0.9, 4.0]))].tolist() == [6, 22, 96]


def test_the_white_keys_are_found() -> None:
    e_major = np.array([64, 66, 68, 69, 71, 73, 75])
    assert (e_major + home_shift(e_major, np.ones(7))).tolist() == [60, 62, 64, 65, 67, 69, 71]


@given(st.lists(st.integers(48, 72), min_size=1, max_size=12), st.integers(-5, 6))
@settings(max_examples=40, deadline=None)
def test_tokens_come_back_as_pitches(pitches: list[int], shift: int) -> None:
    cells = np.array([*pitches, HELD, SILENT])
    centre = centre_of(np.array(pitches), shift)
    back = pitches_of(tokens_of(cells, centre), centre)
    inside = np.abs(cells - centre) <= 24
    assert (back[inside | (cells < 0)] == cells[inside | (cells < 0)]).all()
    assert ((back - cells)[cells >= 0] % 12 == 0).all()


def test_triplets_have_three_cells_to_the_beat() -> None:
    straight = CellGrid.of(a_beat())
    triplets = CellGrid.of(a_clip(*(a_note(42, third / 3) for third in range(12)), length=4.0))
    assert (straight.cell, straight.bar, straight.cells) == (0.25, 16, 64)
    assert (triplets.bar, triplets.cells, triplets.cell_of(2 / 3 + 0.01)) == (12, 12, 2)


def test_windows_are_whole_bars_and_make_up_the_clip() -> None:
    clip = a_clip(a_note(60), length=12.0, metre=Metre(3, 4))
    assert CellGrid.of(clip).windows(32) == [(0, 24), (24, 48)]
    assert CellGrid.of(a_clip(a_note(60), length=18.0, metre=Metre(9, 4))).windows(32) == [(0, 32), (32, 64), (64, 72)]


def test_windows_come_back_as_the_clip() -> None:
    grid = CellGrid.of(a_clip(a_note(60), length=9.0))
    cells = np.arange(2 * grid.cells).reshape(grid.cells, 2)
    windows = grid.cut(cells, -1, 32)
    assert windows.shape == (2, 32, 2)
    assert (windows[1, 4:] == -1).all()
    assert (grid.joined(windows[None], 32)[0] == cells).all()


@given(st.integers(0, 2**20), st.integers(1, 40), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_stretches_hold_enough_notes_and_are_no_longer_than_asked(seed: int, wanted: int, longest: int) -> None:
    beats, notes = np.arange(64) // 4, np.ones(64, int)
    number = stretches(beats, notes, wanted, np.random.default_rng(seed), np.unique(beats), longest)
    assert wanted <= (number > 0).sum() < wanted + 4 * longest
    for one in set(number.tolist()) - {0}:
        assert np.ptp(beats[number == one]) < longest


def test_a_beat_comes_back_from_its_hits() -> None:
    beat = a_beat()
    drums = DrumGrid.of(constraints_of(beat, "drums"))
    again = drums.notes(drums.hits, drums.loudness, drums.micro_timing)
    assert sorted(again, key=lambda note: note.order) == list(beat.notes)


def test_a_new_hit_takes_the_clips_own_drum() -> None:
    beat = a_clip(a_note(40, 0.0, velocity=90), a_note(36, 1.0), a_note(44, 2.0), length=4.0, role="drums")
    drums = DrumGrid.of(in_the_kit(constraints_of(beat, "drums")))
    hits = drums.hits.copy()
    hits[4, 1] = True
    new = set(drums.notes(hits, np.full(hits.shape, 0.5), np.zeros(hits.shape))) - set(beat.notes)
    assert [(note.pitch, note.onset, note.velocity) for note in new] == [(40, 1.0, 64)]
    assert {int(pitch) for pitch in drums.pitch} == {36, 40, 44, -1}


def test_a_locked_lane_is_closed() -> None:
    beat = a_beat()
    drums = DrumGrid.of(constraints_of(beat, "drums", locks=Locks(lanes=frozenset({42}))))
    assert drums.pitch[2] == -1
    assert not drums.open()[:, 2].any()


def test_lanes_are_exchanged_one_for_one() -> None:
    beat = a_beat()
    drums = DrumGrid.of(constraints_of(beat, "drums"))
    hits = drums.hits.copy()
    hits[4, 1], hits[4, 0] = False, True  # the first snare becomes a kick
    changed = drums.exchanged(hits)
    assert [note.pitch for note in changed.values()] == [36]
    assert [beat.notes[index].pitch for index in changed] == [38]


def test_a_tune_comes_back_from_its_cells() -> None:
    tune = a_tune()
    line = Line.of(constraints_of(tune, "melody"))
    assert sorted(line.notes(line.cells), key=lambda note: note.order) == list(tune.notes)


def test_a_note_beside_the_line_stays() -> None:
    clip = a_clip(a_note(60, 0.0), a_note(64, 0.0), a_note(67, 1.0), role="melody", length=4.0)
    line = Line.of(constraints_of(clip, "melody"))
    silent = np.full_like(line.cells, SILENT)
    assert line.notes(silent) == [clip.notes[0]]


def test_a_new_note_is_as_loud_and_as_short_as_its_neighbours() -> None:
    performance = Performance(
        tuple(a_note(60, float(beat), 0.9, 120 if beat % 4 == 0 else 60) for beat in range(16)), Metre()
    )
    assert performance.velocity(8.0) > performance.velocity(9.0)
    assert performance.duration(1.0) == 0.9
    assert performance.duration(4.0) == 4.0
    assert Performance((), Metre()).velocity(0.0) > Performance((), Metre()).velocity(0.5)


def test_weights_come_back_in_half_precision(tmp_path: Path) -> None:
    network = torch.nn.Linear(3, 2)
    write_tensors(network.state_dict(), tmp_path / "small.safetensors")
    (tmp_path / "small.json").write_text('{"config": {}}', encoding="utf-8")
    read = read_network("small", lambda config: torch.nn.Linear(3, 2), tmp_path)
    assert torch.equal(read.weight, network.weight.half().float())
    assert not (tmp_path / "small.safetensors.part").exists()


@pytest.mark.parametrize(
    ("stored", "said"), [(b"", "damaged"), (None, "missing"), ("other", "another network"), ("nan", "damaged")]
)
def test_bad_weights_are_refused_with_a_sentence(tmp_path: Path, stored: object, said: str) -> None:
    path = tmp_path / "bad.safetensors"
    (tmp_path / "bad.json").write_text('{"config": {}}', encoding="utf-8")
    if stored == "other":
        write_tensors(torch.nn.Linear(4, 2).state_dict(), path)
    elif stored == "nan":
        write_tensors({"weight": torch.full((2, 3), torch.nan), "bias": torch.zeros(2)}, path)
    elif stored is not None:
        path.write_bytes(stored)
    with pytest.raises(EngineUnavailable, match=said):
        read_network("bad", lambda config: torch.nn.Linear(3, 2), tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"config": 3}'])
def test_a_damaged_card_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.safetensors").write_bytes(b"")
    (tmp_path / "bad.json").write_text(text, encoding="utf-8")
    with pytest.raises(EngineUnavailable, match="damaged|no model card"):
        read_card("bad", tmp_path)


def test_an_engine_without_weights_is_listed_with_the_reason() -> None:
    card = card_of("no-such-engine", "A test.", ("vary",), ("melody",))
    assert not card.available
    assert "no-such-engine.safetensors" in card.reason
