"""How near grooves come to drummers."""

import json

import numpy as np
import pytest

from models.benchmarks import groove
from models.benchmarks.groove import BEATS, agreement, averages, flat, humanised, takes
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
    assert (own["velocity: correlation"], own["timing: correlation"]) == pytest.approx((1, 1))
    assert (own["error"], own["error, ms"]) == (0, 0)
    nobody = agreement(found, [dict.fromkeys(take.hits, (0.0, 100)) for take in found])
    assert nobody["velocity: correlation"] == nobody["timing: correlation"] == nobody["spread"] == 0
    assert nobody["error, ms"] > 0
    assert agreement(found, averages(found, found))["velocity: correlation"] == pytest.approx(1)


def test_an_engine_is_measured_on_the_hits_of_the_take() -> None:
    take = takes([a_piece()], "valid")[0]
    assert humanised("rules", take, 0).keys() == take.hits.keys()


def test_the_command_has_a_row_for_each_engine(tmp_path, monkeypatch, capsys) -> None:
    pieces = [a_piece(), a_piece("train")]
    monkeypatch.setattr(groove, "read_packed", lambda folder, sources: pieces)
    groove.main(["--data", str(tmp_path), "--takes", "1", "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert [row["maker"] for row in rows[2:]] == list(groove.ENGINES)
    assert rows[0]["velocity: correlation"] == pytest.approx(1)
    groove.main(["--data", str(tmp_path), "--takes", "1"])
    assert "average" in capsys.readouterr().out
