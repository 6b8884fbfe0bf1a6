"""Fewer or more notes, as asked by hand: they come, or it is said."""

from __future__ import annotations

from statistics import median

import pytest

from models.constraints.similarity_search import TOLERANCE
from models.generator import Locks, Request
from models.mood.goal import Quality
from models.mood.mood_control import MoodControl
from models.mood.outcome import COUNT_LOCKED, HARDLY_COUNTED
from models.music.similarity import similarity
from models.studio import Studio
from tests.models.constraints.violations import violations
from tests.strategies import a_bass_line, a_beat, a_clip, a_note, a_tune, some_chords

CLIPS = {"melody": a_tune, "bass": a_bass_line, "chords": some_chords, "drums": a_beat}


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.mark.parametrize("role", CLIPS)
@pytest.mark.parametrize("task", ["vary", "continue"])
def test_fewer_and_more_notes_are_what_comes_or_it_is_said(studio: Studio, role, task) -> None:
    clip = CLIPS[role]()
    before = Quality.of(clip.notes).onsets / clip.length
    for density, fewest, most in (("low", 0.5, 0.9), ("high", 1.2, 1.9)):
        dial = 0.5 if task == "vary" else None
        asked = Request(task=task, prompts=(clip,), density=density, similarity=dial, seed=3, count=8)
        found = list(studio.generate(asked, "rules"))
        ratios = [Quality.of(variation.clip.notes).onsets / variation.clip.length / before for variation in found]
        assert fewest <= median(ratios) <= most
        for ratio, variation in zip(ratios, found, strict=True):
            assert not violations(asked, variation, role)
            assert (ratio < 1) == (density == "low") or HARDLY_COUNTED[density] in variation.report.remarks


@pytest.mark.parametrize("density", ["low", "high"])
def test_the_number_of_notes_leaves_the_dial_alone(studio: Studio, density) -> None:
    for dial in (0.5, 0.7, 0.9):
        request = Request(prompts=(a_tune(),), density=density, similarity=dial, seed=3)
        for variation in studio.generate(request, "rules"):
            assert similarity(a_tune().notes, variation.clip.notes) == pytest.approx(dial, abs=TOLERANCE)


def test_a_number_of_notes_that_cannot_be_had_is_said(studio: Studio) -> None:
    near = Request(prompts=(a_tune(),), density="high", similarity=0.99, seed=3)
    assert all(HARDLY_COUNTED["high"] in variation.report.remarks for variation in studio.generate(near, "rules"))
    locked = Request(prompts=(a_tune(),), density="high", locks=Locks.parse("rhythm"), seed=3)
    first, *_ = studio.generate(locked, "rules")
    assert COUNT_LOCKED in first.report.remarks
    assert len(first.clip.notes) == len(a_tune().notes)


def test_a_number_of_notes_set_by_hand_is_stronger_than_words(studio: Studio) -> None:
    request = Request(prompts=(a_tune(),), density="low", mood="busy, energetic", similarity=0.5, seed=3)
    assert all(len(variation.clip.notes) < len(a_tune().notes) for variation in studio.generate(request, "rules"))


def test_who_humanises_keeps_the_number_of_notes() -> None:
    assert MoodControl.of(Request(task="humanise", prompts=(a_tune(),), density="high")) is None


@pytest.mark.parametrize("region", [(2.2e-311, 1.0), (2.2e-311, 4.0), (3.5, 4.0)])
@pytest.mark.parametrize("role", ["drums", "chords"])
def test_in_a_region_of_silence_the_number_of_notes_is_counted_too(studio: Studio, region, role) -> None:
    # Two of them begin just behind the only note: hardly any of the clip is left beside it to count in.
    request = Request(task="infill", prompts=(a_clip(a_note(42), length=4.0, role=role),), region=region, seed=1)
    found = list(studio.generate(request.but(density="high"), "rules"))
    assert found
    assert not any(violations(request, variation, role) for variation in found)
