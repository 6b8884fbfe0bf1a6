"""Mood words around any engine: heard in the result, and never against a promise."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.analysis.emotion import brightness
from models.benchmarks.mood import run_trials
from models.constraints.prepare import prepare
from models.engines.best import in_mood
from models.generator import Locks, Report, Request, Variation
from models.mood.goal import Quality
from models.mood.mood_control import MoodControl
from models.mood.outcome import HARDLY_HEARD, NOTHING_LEFT, PerceivedMood
from models.music.errors import EmptyClip, Refused
from models.music.scale import Scale
from models.music.similarity import similarity
from models.studio import Studio
from tests.models.constraints.violations import violations
from tests.strategies import a_bass_line, a_beat, a_clip, a_note, a_tune, requests, some_chords

WORDS = (
    "happy energetic",
    "sad and calm",
    "darker",
    "not too busy",
    "浪漫",
    "furious",
    "quiet long notes",
    "sweet",
    "melancholic",
    "joyful",
)


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.mark.parametrize("role", ["melody", "chords", "bass", "drums"])
def test_no_mood_breaks_a_promise(studio: Studio, role) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(requests(role), st.sampled_from(WORDS))
    def hold(request: Request, words: str) -> None:
        asked = request.but(mood=words)
        try:
            found = list(studio.generate(asked, "rules"))
        except (Refused, EmptyClip):
            return
        # The scale may be one that the words chose; what the user asked for counts here.
        for variation in found:
            assert not violations(asked, variation, role)

    hold()


def velocities(studio: Studio, mood: str, **asked: object) -> float:
    found = list(studio.generate(Request(prompts=(a_tune(),), mood=mood, seed=3, **asked), "rules"))
    notes = [note for variation in found for note in variation.clip.notes]
    return sum(note.velocity for note in notes) / len(notes)


def test_words_are_heard(studio: Studio) -> None:
    assert velocities(studio, "furious") > velocities(studio, "") + 5 > velocities(studio, "calm") + 10


@pytest.mark.parametrize(
    ("clip", "locks", "words", "said"),
    [
        (a_beat(), "", "calm", False),
        (a_beat(), "", "furious", False),
        (a_tune(), "", "furious", False),
        (a_tune(), "rhythm,contour,velocity", "calm", True),
        (a_beat(), "rhythm", "sad", False),
    ],
)  # that locks leave nothing of it is said already
def test_what_can_hardly_be_heard_is_said(studio: Studio, clip, locks: str, words: str, said: bool) -> None:
    request = Request(prompts=(clip,), mood=words, locks=Locks.parse(locks), similarity=0.7, seed=3)
    remarks = {remark for variation in studio.generate(request, "rules") for remark in variation.report.remarks}
    assert (HARDLY_HEARD in remarks) == said
    if locks == "rhythm":
        assert any(NOTHING_LEFT in remark for remark in remarks)


def test_a_velocity_lock_is_stronger_than_words(studio: Studio) -> None:
    locks = Locks.parse("velocity")
    assert velocities(studio, "furious", locks=locks) == velocities(studio, "calm", locks=locks)


def test_the_dial_still_tells_the_truth(studio: Studio) -> None:
    for words in WORDS:
        for variation in studio.generate(Request(prompts=(a_tune(),), mood=words, similarity=0.7), "rules"):
            assert variation.report.similarity == pytest.approx(0.7, abs=0.05)


def test_darker_words_choose_a_darker_scale_where_the_user_chose_none() -> None:
    bright = a_tune().with_notes(note.moved(pitch=Scale.parse("A").nearest(note.pitch)) for note in a_tune().notes)
    mood_control = MoodControl.of(Request(prompts=(bright,), mood="very dark and sad"))
    assert mood_control is not None
    assert mood_control.asked.scale is not None
    assert 0 in mood_control.asked.scale  # the minor third above A
    chosen = MoodControl.of(Request(prompts=(bright,), mood="very dark and sad", scale=Scale.parse("A")))
    assert chosen is not None
    assert chosen.asked.scale == Scale.parse("A")


def test_words_that_are_not_known_are_named(studio: Studio) -> None:
    first = next(iter(studio.generate(Request(prompts=(a_tune(),), mood="qwertish"), "rules")))
    assert any("qwertish" in remark for remark in first.report.remarks)


@pytest.mark.parametrize("clip", [a_tune(), a_bass_line(), some_chords(), a_beat()], ids=lambda clip: clip.role)
@pytest.mark.parametrize("dial", [0.3, 0.5, 0.7, 0.85, 0.95])
def test_the_dial_is_met_under_moods(studio: Studio, clip, dial: float) -> None:
    for words in ("joyful energetic", "gloomy and sleepy"):
        request = Request(prompts=(clip,), similarity=dial, mood=words, seed=3)
        found = list(studio.generate(request, "rules"))
        assert len({variation.clip.notes for variation in found}) == 4
        for variation in found:
            value = similarity(clip.notes, variation.clip.notes, drums=clip.drums)
            assert variation.report.similarity == pytest.approx(value, abs=1e-9)
            assert value == pytest.approx(dial, abs=0.05)


@pytest.mark.parametrize("role", ["melody", "chords", "bass", "drums"])
@pytest.mark.parametrize("task", ["infill", "continue", "humanise"])
def test_moods_keep_the_promises_of_every_task(studio: Studio, role, task: str) -> None:
    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(requests(role, task), st.sampled_from(WORDS))
    def hold(request: Request, words: str) -> None:
        asked = request.but(mood=words, bars=2 if task == "continue" else None)
        if task == "continue":
            asked = asked.but(region=None, selected=None)
        try:
            found = list(studio.generate(asked, "rules"))
        except (Refused, EmptyClip):
            return
        for variation in found:
            assert variation.clip.notes
            if task != "continue":
                assert not violations(prepare(asked).request, variation, role)  # without what has no effect
            assert all(
                0 <= note.onset < variation.clip.length and 1 <= note.velocity <= 127
                for note in variation.clip.notes
                if note not in asked.prompt.notes
            )

    hold()


def test_a_continuation_is_heard_in_the_words(studio: Studio) -> None:
    def of(words: str) -> list:
        request = Request(task="continue", prompts=(a_tune(),), mood=words, bars=2, count=2, seed=1)
        return [note for variation in studio.generate(request, "rules") for note in variation.clip.notes]

    excited, calm = of("energetic"), of("calm")
    assert fmean(note.velocity for note in excited) > fmean(note.velocity for note in calm) + 10
    assert all(note.onset >= 0 and note.end <= 8 + 1e-6 for note in excited + calm)


def test_a_brighter_mode_turns_the_clip_s_own_thirds(studio: Studio) -> None:
    def majors(words: str) -> float:
        request = Request(prompts=(a_tune(),), mood=words, similarity=0.6, seed=2)
        pitches = [note.pitch for variation in studio.generate(request, "rules") for note in variation.clip.notes]
        return brightness(np.array(pitches), 9)

    assert majors("joyful") > 0.4 > -0.2 > majors("mournful")


def test_a_mode_is_not_turned_against_what_plays_beside_it() -> None:
    tune, beside = a_tune(), some_chords()
    alone = MoodControl.of(Request(prompts=(tune,), mood="joyful", similarity=0.6))
    together = MoodControl.of(Request(prompts=(tune,), mood="joyful", similarity=0.6, context=(beside,)))
    assert alone is not None
    assert together is not None
    assert alone.asked.scale is not None
    assert 1 in alone.asked.scale  # the major third above A
    assert together.asked.scale is None or 0 in together.asked.scale


@pytest.mark.parametrize(
    ("locks", "words", "said"),
    [
        ("rhythm,pitch", "hopeful", True),
        ("rhythm,pitch", "energetic", False),
        ("rhythm", "hopeful", False),
        ("pitch,velocity", "energetic", False),
    ],
)
def test_locks_that_leave_nothing_of_a_mood_are_said(studio: Studio, locks: str, words: str, said: bool) -> None:
    request = Request(prompts=(a_tune(),), mood=words, locks=Locks.parse(locks), count=1)
    remarks = next(iter(studio.generate(request, "rules"))).report.remarks
    assert any(NOTHING_LEFT in remark for remark in remarks) == said
    assert any("locked, so without" in remark for remark in remarks)


def test_words_turn_moods_under_every_lock(studio: Studio) -> None:
    clips = {clip.role: [clip] for clip in (a_tune(), a_bass_line(), some_chords(), a_beat())}
    trials = list(run_trials(clips, [("rules", 1)], studio))
    applied = [trial for trial in trials if trial.applies]
    assert len(applied) >= 60
    for axis in ("valence", "arousal"):
        listed = [trial.holds for trial in applied if trial.axis == axis]
        assert sum(listed) >= 0.9 * len(listed)
    # Counted apart is only what no lock leaves to a mood, or where all notes are in a locked line.
    assert {(trial.role, trial.locks) for trial in trials if trial.told and trial.axis == "arousal"} <= {
        ("drums", "velocity")
    }
    assert {(trial.role, trial.locks) for trial in trials if trial.moved is None} <= {
        (role, line) for role in ("melody", "bass", "chords", "drums") for line in ("top", "bass")
    }


@pytest.mark.parametrize("dial", [0.5, 0.7, 0.85])
@pytest.mark.parametrize("clip", [a_tune(), a_bass_line()], ids=lambda clip: clip.role)
def test_where_pitches_are_locked_happier_words_play_shorter_notes(studio: Studio, clip, dial: float) -> None:
    def usual_gate(words: str) -> float:
        request = Request(prompts=(clip,), mood=words, locks=Locks.parse("pitch"), similarity=dial, count=1, seed=7)
        return Quality.of(next(iter(studio.generate(request, "rules"))).clip.notes).gate

    assert usual_gate("sweet") < usual_gate("melancholic") - 0.05


@pytest.mark.parametrize("lock", ["top", "bass"])
def test_beside_a_locked_line_of_a_beat_sad_words_strike_fewer_times(studio: Studio, lock: str) -> None:
    def onsets(words: str) -> int:
        request = Request(prompts=(a_beat(),), mood=words, locks=Locks.parse(lock), similarity=0.7, count=1, seed=7)
        found = next(iter(studio.generate(request, "rules")))
        assert not violations(request, found, "drums")
        return len({note.onset for note in found.clip.notes})

    assert onsets("sad") < onsets("happy")


def test_what_stands_in_for_a_locked_control_is_said(studio: Studio) -> None:
    request = Request(prompts=(a_tune(),), mood="sweet", locks=Locks.parse("pitch"), count=1)
    remarks = next(iter(studio.generate(request, "rules"))).report.remarks
    assert any("instead shorter notes" in remark for remark in remarks)


def test_an_ear_hears_what_words_ask_for_and_no_more() -> None:
    tune = a_tune()
    ear = PerceivedMood.of(tune, 0.0, 1.0, 0)
    louder = [note.moved(velocity=note.velocity + 8) for note in tune.notes]
    much_louder = [note.moved(velocity=127) for note in tune.notes]
    assert ear.heard(ear.mood(tune.notes)) == 0
    assert ear.heard(ear.mood(louder)) == ear.heard(ear.mood(much_louder)) == 1
    assert PerceivedMood.of(tune, 0.0, -1.0, 0).heard(ear.mood(louder)) < 0
    assert PerceivedMood.of(tune, 0.0, 0.0, 0).heard(ear.mood(louder)) == 1
    assert ear.heard(ear.mood(())) == 0


def test_snapping_under_a_velocity_lock_keeps_the_order_of_notes(studio: Studio) -> None:
    cluster = a_clip(
        *(a_note(pitch, 0.0, 0.25, velocity) for pitch, velocity in ((28, 1), (34, 1), (36, 1), (37, 1), (38, 2))),
        length=4.0,
        role="bass",
    )
    for scale in ("F mixolydian", "C", "F# minor pentatonic"):
        request = Request(
            task="infill",
            prompts=(cluster,),
            locks=Locks.parse("velocity"),
            outside="snap",
            role="bass",
            scale=Scale.parse(scale),
            count=2,
        )
        for variation in studio.generate(request, "rules"):
            assert not violations(request, variation, "bass")


def test_without_words_nothing_is_tinted() -> None:
    assert MoodControl.of(Request(prompts=(a_tune(),), mood="  ")) is None


def test_as_many_results_come_under_locks_where_what_an_engine_makes_in_the_mood_is_always_the_same() -> None:
    """An engine that has one idea in the mood's scale, and others outside it: four results all the same."""
    request = Request(prompts=(a_tune(),), mood="romantic", similarity=0.6, count=4, locks=Locks.parse("rhythm"))
    control = MoodControl.of(request)
    assert control is not None

    def generate(asked: Request, *_: object) -> Iterator[Variation]:
        for number in range(asked.count):
            up = 1 if asked.similarity != 0.6 else 1 + asked.seed % 7
            notes = [note.moved(pitch=note.pitch + up) for note in asked.prompt.notes]
            yield Variation(asked.prompt.with_notes(notes), asked.seed + number, (None,) * len(notes), Report(0.6))

    seen = {request.prompt.notes}
    for variation in in_mood(control, generate, 6, seen):
        seen.add(variation.clip.notes)
    assert len(seen) > request.count
