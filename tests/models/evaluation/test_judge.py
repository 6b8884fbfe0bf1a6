"""The judge: reports filled, what was asked for set against what came, copies not offered, nothing raised."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from models.engines.rules.generator import RulesEngine
from models.evaluation.index import RunIndex
from models.evaluation.judge import Judge, compare
from models.evaluation.ngrams import ngrams_of
from models.evaluation.originality import SIZES
from models.generator import Report, Request, Variation
from models.music.clip import Clip
from models.music.scale import Scale
from tests.strategies import a_bass_line, a_beat, a_clip, a_note, a_tune, requests, some_chords

PROMPTS = {"melody": a_tune(), "chords": some_chords(), "bass": a_bass_line(), "drums": a_beat()}


def a_variation(clip: Clip, similarity: float = 0.7) -> Variation:
    return Variation(clip, 1, (None,) * len(clip.notes), Report(similarity))


def other_tune() -> Clip:
    """A tune unlike ``a_tune``."""
    return a_clip(
        *(
            a_note(pitch, place * 0.75, 0.75)
            for place, pitch in enumerate((60, 67, 64, 72, 71, 65, 62, 69, 67, 59, 60, 76, 74, 65, 67, 60))
        ),
        role="melody",
    )


@pytest.fixture
def index(tmp_path):
    """An originality index that holds ``other_tune``."""
    human = {texture: [(8.0, 10.0, 12.0)] * (len(SIZES) + 1) for texture in ("line", "chords", "drums")}
    path = tmp_path / "originality.npz"
    RunIndex.build([("own/tune", ngrams_of(other_tune()).hashes)], json.dumps({"borrowing": human})).save(path)
    return path


@pytest.mark.parametrize("task", ["vary", "continue"])
@pytest.mark.parametrize("role", PROMPTS)
def test_results_of_an_engine_are_judged(role, task):
    request = Request(task=task, prompts=(PROMPTS[role],), role=role, count=3)
    judge = Judge(request)
    for made in RulesEngine().generate(request):
        judged = judge.assess(made)
        report = judged.variation.report
        assert 0 < report.score < 1
        assert 0 <= report.originality <= 1
        assert {"entropy", "density", "groove"} <= set(report.measures)
        unmet = [name for name, value in report.measures.items() if name.startswith("met_") and not value]
        assert judged.worth == pytest.approx(report.score * 0.8 ** len(unmet), abs=1e-4)


@pytest.mark.parametrize(
    ("asked", "notes", "met"),
    [
        ({"range": (60, 70)}, (60, 70), 1),
        ({"range": (60, 70)}, (60, 71), 0),
        ({"scale": Scale.parse("C major")}, (60, 71), 1),
        ({"scale": Scale.parse("C major")}, (60, 70), 0),
        ({"polyphony": 1}, (60, 64), 1),
        ({"density": "low"}, (60,), 1),
        ({"density": "high"}, (60, 62, 64, 65, 67), 1),
        ({"density": "same"}, (60,), 0),
        ({"density": "same"}, (60, 62, 64), 1),
    ],
)
def test_each_thing_asked_for_is_met_or_not(asked, notes, met):
    prompt = a_clip(*(a_note(60, place) for place in (0.0, 1.0, 2.0)), role="melody")
    came = a_clip(*(a_note(pitch, place / 2, 0.5) for place, pitch in enumerate(notes)), role="melody")
    found = Judge(Request(prompts=(prompt,), **asked)).assess(a_variation(came)).variation.report.measures
    (name,) = asked
    assert found[f"met_{name}"] == met


def test_two_notes_at_once_are_too_many_for_one_voice():
    came = a_clip(a_note(60, 0.0, 2.0), a_note(64, 1.0, 2.0), role="melody")
    found = Judge(Request(prompts=(a_tune(),), polyphony=1)).assess(a_variation(came)).variation.report.measures
    assert found["met_polyphony"] == 0


def test_what_was_asked_for_is_set_against_what_came():
    request = Request(
        prompts=(a_tune(),), similarity=0.9, density="low", range=(60, 70), scale=Scale.parse("A minor"), polyphony=1
    )
    found = Judge(request).assess(a_variation(a_tune(), similarity=0.5)).variation.report.measures
    assert {name: value for name, value in found.items() if name.startswith("met_")} == {
        "met_similarity": 0,
        "met_density": 0,
        "met_range": 0,
        "met_scale": 0,
        "met_polyphony": 1,
    }


def test_a_result_that_meets_what_was_asked_for_is_worth_more():
    request = Request(prompts=(a_tune(),), similarity=0.7, count=2)
    first = next(iter(RulesEngine().generate(request)))
    far = replace(first, report=replace(first.report, similarity=0.2))
    judged = Judge(request)
    assert judged.assess(far).worth < judged.assess(first).worth


def test_what_repeats_a_training_piece_is_not_offered(index):
    judged = Judge(Request(prompts=(a_tune(),)), index=index)
    copy = judged.assess(a_variation(other_tune()))
    assert not copy.offered
    assert "own/tune" in copy.variation.report.remarks[-1]


def test_the_users_own_music_is_no_copy(index):
    judged = Judge(Request(prompts=(other_tune(),)), index=index)
    played = other_tune().with_notes(replace(note, velocity=60, onset=note.onset + 0.03) for note in other_tune().notes)
    assert judged.assess(a_variation(played)).variation.report.originality == 1.0


def test_without_weights_nothing_is_told_and_nothing_breaks(tmp_path):
    judged = Judge(Request(prompts=(a_tune(),)), index=tmp_path / "no.npz", weights=tmp_path / "no.json")
    report = judged.assess(a_variation(other_tune())).variation.report
    assert (report.score, report.originality) == (None, None)
    assert len([remark for remark in report.remarks if "missing" in remark]) == 2
    assert report.measures["density"] > 0


def test_a_generated_clip_is_measured_without_a_prompt():
    report = Judge(Request(task="generate", role="melody")).assess(a_variation(other_tune(), 0.0)).variation.report
    assert report.score is None
    assert report.originality is not None
    assert "in_scale" in report.measures
    assert report.remarks == ()


def test_any_two_clips_can_be_compared():
    same = compare(a_tune(), a_tune())
    assert same.variation.report.similarity == 1.0
    assert same.variation.kept == tuple(range(len(a_tune().notes)))
    assert compare(a_tune(), other_tune()).variation.kept.count(None) > 10
    assert compare(a_beat(), a_tune()).variation.report.measures


@given(requests(most=12))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_result_of_any_request_can_be_judged(request):
    judged = Judge(request)
    for notes in ((), request.prompt.notes, request.prompt.notes[:1]):
        report = judged.assess(a_variation(request.prompt.with_notes(notes))).variation.report
        assert report.originality is not None
        assert report.score is None or 0 < report.score < 1
