"""Near-duplicates are told by what was changed, so that a high similarity doesn't make all results one."""

from dataclasses import replace

import pytest

from models.engines.best import _take_best
from models.evaluation.judge import SAME, Judged, overlap
from models.evaluation.originality import Originality
from models.generator import Report, Request, Variation
from models.music.clip import Clip
from tests.strategies import a_note, a_tune


def near_duplicates(one: Clip, other: Clip, prompt: Clip | None) -> bool:
    return overlap(one, other, prompt) > SAME


def with_changes(*places: int, up: int = 1) -> Clip:
    tune = a_tune()
    return tune.with_notes(
        replace(note, pitch=note.pitch + up) if place in places else note for place, note in enumerate(tune.notes)
    )


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (with_changes(3), with_changes(3), True),
        (with_changes(3), with_changes(4), False),
        (with_changes(3), with_changes(3, up=2), False),
        (with_changes(*range(16)), with_changes(*range(15)), True),
        (with_changes(*range(16)), with_changes(*range(10)), False),
        (with_changes(), with_changes(3), False),
    ],
)
def test_overlapping_changes_are_near_duplicates(one, other, alike):
    assert near_duplicates(one, other, a_tune()) is alike
    assert near_duplicates(other, one, a_tune()) is alike


def test_a_hair_of_time_doesnt_tell_two_results_apart():
    early = with_changes(3, 4, 5)
    late = early.with_notes(replace(note, onset=note.onset + 0.01) for note in early.notes)
    assert near_duplicates(early, late, a_tune())


def test_results_that_only_play_otherwise_differ_by_their_playing():
    softer, louder = (
        a_tune().with_notes(replace(note, velocity=velocity) for note in a_tune().notes) for velocity in (40, 110)
    )
    assert not near_duplicates(softer, louder, a_tune())
    assert near_duplicates(softer, softer, a_tune())


def test_without_a_prompt_whole_clips_are_compared():
    one = a_tune()
    assert near_duplicates(one, one.with_notes((*one.notes, a_note(40, 15.5, 0.5))), None)


def judged(clip: Clip, worth: float) -> Judged:
    return Judged(Variation(clip, 0, (), Report(0.7)), Originality(None), worth)


def test_another_idea_comes_before_a_better_one_that_is_mostly_there_already():
    given = [Variation(with_changes(*range(10)), 0, (), Report(0.7))]
    same_idea, another = judged(with_changes(*range(8)), 0.7), judged(with_changes(*range(10, 16)), 0.5)
    assert _take_best([same_idea, another], given, Request(prompts=(a_tune(),))) is another.variation
    assert _take_best([same_idea, another], [], Request(prompts=(a_tune(),))) is same_idea.variation
