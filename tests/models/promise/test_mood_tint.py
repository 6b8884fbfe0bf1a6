"""Mood words around any engine: heard in the result, and never against a promise."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.generator import Locks, Request
from models.music.errors import EmptyClip, Refused
from models.music.scale import Scale
from models.promise.mood import Tint
from models.promise.proof import breaches
from models.studio import Studio
from tests.strategies import a_tune, requests

WORDS = ("happy energetic", "sad and calm", "darker", "not too busy", "浪漫", "furious", "quiet long notes")


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.mark.parametrize("role", ["melody", "chords", "bass", "drums"])
def test_no_mood_breaks_a_promise(studio: Studio, role) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(requests(role), st.sampled_from(WORDS))
    def hold(request: Request, words: str) -> None:
        asked = request.but(mood=words)
        try:
            found = list(studio.generate(asked, "rules"))
        except (Refused, EmptyClip):
            return
        # The scale may be one that the words chose; what the user asked for counts here.
        for variation in found:
            assert not breaches(asked, variation, role)

    hold()


def velocities(studio: Studio, mood: str, **asked: object) -> float:
    found = list(studio.generate(Request(prompts=(a_tune(),), mood=mood, seed=3, **asked), "rules"))
    notes = [note for variation in found for note in variation.clip.notes]
    return sum(note.velocity for note in notes) / len(notes)


def test_words_are_heard(studio: Studio) -> None:
    assert velocities(studio, "furious") > velocities(studio, "") + 5 > velocities(studio, "calm") + 10


def test_a_velocity_lock_is_stronger_than_words(studio: Studio) -> None:
    locks = Locks.parse("velocity")
    assert velocities(studio, "furious", locks=locks) == velocities(studio, "calm", locks=locks)


def test_the_dial_still_tells_the_truth(studio: Studio) -> None:
    for words in WORDS:
        for variation in studio.generate(Request(prompts=(a_tune(),), mood=words, similarity=0.7), "rules"):
            assert variation.report.similarity == pytest.approx(0.7, abs=0.05)


def test_darker_words_choose_a_darker_scale_where_the_user_chose_none() -> None:
    bright = a_tune().with_notes(note.moved(pitch=Scale.parse("A").nearest(note.pitch)) for note in a_tune().notes)
    tint = Tint.of(Request(prompts=(bright,), mood="very dark and sad"))
    assert tint is not None
    assert tint.asked.scale is not None
    assert 0 in tint.asked.scale  # the minor third above A
    chosen = Tint.of(Request(prompts=(bright,), mood="very dark and sad", scale=Scale.parse("A")))
    assert chosen is not None
    assert chosen.asked.scale == Scale.parse("A")


def test_words_that_are_not_known_are_named(studio: Studio) -> None:
    first = next(iter(studio.generate(Request(prompts=(a_tune(),), mood="qwertish"), "rules")))
    assert any("qwertish" in remark for remark in first.report.remarks)


def test_without_words_nothing_is_tinted() -> None:
    assert Tint.of(Request(prompts=(a_tune(),), mood="  ")) is None
