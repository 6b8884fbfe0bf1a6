"""How near grooves come to drummers."""

import numpy as np
import pytest

from models.benchmarks.grooves import BEATS, agreement, flat, habits, humanised, takes
from models.music.beats import Metre
from models.training.datasets.sources import Piece, Track


def a_piece(split: str = "valid") -> Piece:
    """Two bars of hats in 8ths and a snare, the offbeats soft and a little late."""
    rows = [(beat / 2 + (0.02 if beat % 2 else 0.0), 42, 0.1, 60 if beat % 2 else 100) for beat in range(16)]
    rows += [(beat, 38, 0.1, 110) for beat in (1.0, 3.0, 5.0, 7.0)]
    notes = np.array(sorted(rows), float)
    return Piece("groove", "a take", split, 120.0, Metre(4, 4), True, (Track("drums", notes),))


def test_takes_are_cut_and_flattened() -> None:
    found = takes([a_piece()], "valid")
    assert len(found) == 1
    clip = flat(found[0])
    assert (len(clip.notes), clip.length) == (20, BEATS)
    assert {note.velocity for note in clip.notes} == {100}
    assert all(note.onset % 0.25 == 0 for note in clip.notes)
    assert takes([a_piece("train")], "valid") == []


def test_a_drummer_agrees_with_himself_and_a_machine_with_nobody() -> None:
    found = takes([a_piece()], "valid")
    own = agreement(found, [take.hits for take in found])
    assert own.loudness == pytest.approx(1)
    assert (own.loudness_error, own.timing_error_ms) == (0, 0)
    nobody = agreement(found, [dict.fromkeys(take.hits, (0.0, 100)) for take in found])
    assert nobody.loudness == nobody.timing == nobody.loudness_spread == 0
    assert nobody.timing_error_ms > 0
    assert agreement(found, habits(found, found)).loudness == pytest.approx(1)


def test_an_engine_is_measured_on_the_hits_of_the_take() -> None:
    take = takes([a_piece()], "valid")[0]
    assert humanised("rules", take, 0).keys() == take.hits.keys()
