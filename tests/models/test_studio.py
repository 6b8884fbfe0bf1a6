"""The one road from a request to variations."""

from __future__ import annotations

import pytest

from models.generator import Locks, Request
from models.music.errors import BadValue, EmptyClip, Refused
from models.music.scale import Scale
from models.studio import Studio
from models.tasks.table import SEEDS_APART
from tests.models.constraints.violations import violations
from tests.strategies import a_bass_line, a_beat, a_clip, a_note, a_tune, some_chords


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.mark.parametrize("clip", [a_tune(), a_bass_line(), some_chords(), a_beat()], ids=lambda clip: clip.role)
def test_what_is_asked_for_comes_judged(studio: Studio, clip) -> None:
    request = Request(prompts=(clip,), similarity=0.7, seed=4)
    found = list(studio.generate(request, "rules"))
    assert len(found) == 4
    assert len({variation.clip.notes for variation in found}) == 4
    for variation in found:
        assert not violations(request, variation, clip.role)
        assert 0 <= variation.report.score <= 1
        assert 0 <= variation.report.originality <= 1
        assert variation.report.measures


def test_the_best_of_those_drawn_is_given(studio: Studio) -> None:
    request = Request(prompts=(a_tune(),), similarity=0.6, seed=1, count=2)
    given = [variation.report.score for variation in studio.generate(request, "rules")]
    alone = []
    for seed in range(1, 1 + 4 * SEEDS_APART, SEEDS_APART):
        alone += [variation.report.score for variation in studio.generate(request.but(seed=seed, count=1), "rules")]
    assert max(given) >= max(alone) - 1e-9


def test_a_seed_that_a_variation_carries_makes_it_again(studio: Studio) -> None:
    request = Request(prompts=(a_tune(),), similarity=0.6, seed=10)
    for variation in studio.generate(request, "rules"):
        again = list(studio.generate(request.but(seed=variation.seed, count=1), "rules"))
        assert [one.clip for one in again] == [variation.clip]


def test_the_first_comes_before_the_last_is_made(studio: Studio) -> None:
    stages: list[float] = []
    road = studio.generate(Request(prompts=(a_tune(),)), "rules", lambda share, _: stages.append(share))
    next(road)
    assert max(stages) < 1


@pytest.mark.parametrize(
    ("request_", "engine", "error", "sentence"),
    [
        (Request(prompts=(a_tune(),)), "nobody", BadValue, "not known"),
        (Request(prompts=(a_tune(), a_tune()), task="morph"), "lstm", Refused, "can't morph"),
        (Request(prompts=(a_tune(),)), "grammar", Refused, 'engine "grammar" can\'t vary; choose .*rules'),
        (Request(prompts=(a_beat(),), task="drums"), "harmony", Refused, "can't drums; choose "),
        (Request(prompts=(a_clip(length=4.0),)), "rules", EmptyClip, "no notes"),
        (Request(prompts=(a_tune(),), locks=Locks.parse("rhythm,pitch,velocity")), "rules", Refused, "open a lock"),
    ],
)
def test_what_can_not_be_done_is_a_sentence(studio: Studio, request_, engine, error, sentence) -> None:
    with pytest.raises(error, match=sentence):
        list(studio.generate(request_, engine))


def test_a_cancelled_request_just_ends(studio: Studio) -> None:
    assert list(studio.generate(Request(prompts=(a_tune(),)), "rules", cancelled=lambda: True)) == []


def test_similarity_1_gives_the_same_notes_with_other_velocities(studio: Studio) -> None:
    found = list(studio.generate(Request(prompts=(a_tune(),), similarity=1.0), "rules"))
    before = [(note.pitch, note.onset, note.duration) for note in a_tune().notes]
    assert found
    assert all([(n.pitch, n.onset, n.duration) for n in variation.clip.notes] == before for variation in found)


def test_results_that_repeat_a_training_piece_are_not_offered(studio: Studio, monkeypatch) -> None:
    from dataclasses import replace

    from models.evaluation.judge import Judge

    assess = Judge.assess

    def all_copied(self, variation):
        judged = assess(self, variation)
        return replace(judged, originality=replace(judged.originality, beyond_human=True))

    monkeypatch.setattr(Judge, "assess", all_copied)
    with pytest.raises(Refused, match="training data"):
        list(studio.generate(Request(prompts=(a_tune(),)), "rules"))


def test_a_scale_holds_on_the_whole_road(studio: Studio) -> None:
    scale = Scale.parse("A minor pentatonic")
    for variation in studio.generate(Request(prompts=(a_tune(),), scale=scale), "rules"):
        new = [note for note, kept in zip(variation.clip.notes, variation.kept, strict=True) if kept is None]
        assert all(note.pitch in scale for note in new)


def test_one_note_is_enough(studio: Studio) -> None:
    assert list(studio.generate(Request(prompts=(a_clip(a_note(), role="melody"),)), "rules"))


@pytest.mark.parametrize("lock", ["top", "bass"])
def test_locks_that_leave_an_engine_nothing_are_a_sentence(studio: Studio, lock: str) -> None:
    request = Request(prompts=(a_tune(),), locks=Locks.parse(lock))
    with pytest.raises(Refused, match=f'With {lock} locked the engine "rules" finds nothing .* choose another'):
        next(studio.generate(request, "rules"))


def test_a_stand_in_that_can_not_says_who_may_soon() -> None:
    with pytest.raises(Refused, match="try again in a moment .*weights of kin are still loading"):
        next(Studio().generate(Request(prompts=(a_tune(),), locks=Locks.parse("top"))))
