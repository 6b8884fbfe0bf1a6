"""Controls stand in for those that locks keep still, as far as cues add up."""

import pytest

from models.generator import Request
from models.mood.controls import CONTROLS, stand_ins
from models.studio import Studio
from tests.strategies import a_tune

EVERYTHING = frozenset(CONTROLS)


def test_nothing_stands_in_where_everything_is_free():
    assert not stand_ins(0.8, -0.6, EVERYTHING).sentences()


@pytest.mark.parametrize("valence", [0.6, -0.6])
def test_the_last_free_cue_of_an_axis_carries_all_of_it(valence):
    extra = stand_ins(valence, 0.0, {"articulation", "dynamics"})
    assert extra["articulation"] == pytest.approx(valence)
    assert all(extra[name] == 0 for name in CONTROLS if name != "articulation")


def test_loudness_never_stands_in():
    assert stand_ins(0.5, 0.9, {"dynamics"})["dynamics"] == 0
    assert stand_ins(0.5, 0.9, {"dynamics", "density"})["density"] > 0.5


def test_the_more_is_locked_the_more_the_rest_does():
    few, many = stand_ins(0.7, 0.0, EVERYTHING - {"mode"}), stand_ins(0.7, 0.0, EVERYTHING - {"contour"})
    assert few["register"] > many["register"] > 0


def test_nothing_free_asks_for_nothing():
    assert not stand_ins(1.0, 1.0, set()).sentences()


def test_a_word_for_a_part_changes_that_part_alone() -> None:
    tune = a_tune()
    request = Request(prompts=(tune,), mood="less busy in the second half", similarity=0.8, seed=3, count=2)
    for variation in Studio().generate(request, "rules"):
        first = [note for note in tune.notes if note.onset < tune.length / 2]
        assert [note for note in variation.clip.notes if note.onset < tune.length / 2] == first
        assert variation.clip.notes != tune.notes
