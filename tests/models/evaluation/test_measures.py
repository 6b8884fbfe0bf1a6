"""Measures against clips whose figures can be counted by hand."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from models.analysis.arrays import NoteArrays
from models.evaluation.measures import measure
from models.evaluation.shape import Ground, Shape
from models.generator import Request
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.scale import Scale
from tests.strategies import a_bass_line, a_beat, a_clip, a_note, a_tune, clips, some_chords


def measured(clip: Clip, prompt: Clip | None = None, **wishes: object) -> dict[str, float]:
    """The measures of ``clip`` made of ``prompt`` (else of itself)."""
    request = Request(prompts=(prompt or clip,), **wishes)  # type: ignore[arg-type]
    return measured_on(Ground.of(request), clip)


def measured_on(ground: Ground, clip: Clip) -> dict[str, float]:
    before = Shape.of(ground.notes, ground) if len(ground.notes) else None
    return measure(Shape.of(NoteArrays.of(clip.notes), ground), clip.length, ground, before)


def in_c_major(*pitches: int) -> Clip:
    return a_clip(
        *(a_note(pitch, float(place)) for place, pitch in enumerate(pitches)), length=float(len(pitches)), role="melody"
    )


def test_in_scale_is_a_share():
    clip = in_c_major(60, 62, 64, 66)
    assert measured(clip, scale=Scale.parse("C major"))["in_scale"] == 0.75


def test_on_chord_asks_the_chord_at_the_onset():
    chords = (TimedChord(0, 2, Chord.of(0)), TimedChord(2, 2, Chord.of(7)))
    clip = in_c_major(60, 64, 64, 62)
    assert measured(clip, chords=chords)["on_chord"] == 0.75


def test_density_and_range_are_of_the_result():
    prompt = in_c_major(60, 62, 64, 65)
    found = measured(prompt.with_notes(prompt.notes[:2]), prompt)
    assert (found["density"], found["lowest"], found["highest"]) == (0.5, 60, 62)


def test_the_same_rhythm_is_the_same_groove():
    prompt = a_tune()
    other = prompt.with_notes(replace(note, pitch=60) for note in prompt.notes)
    assert measured(other, prompt)["groove"] == 1.0
    shifted = prompt.with_notes(replace(note, onset=note.onset + 0.25) for note in prompt.notes[:-1])
    assert measured(shifted, prompt)["groove"] == 0.0


def test_a_repeated_bar_is_repetition():
    bar = in_c_major(60, 62, 64, 65)
    assert measured(bar.looped(8.0))["repetition"] == 1.0
    assert measured(bar)["repetition"] == 0.0


def test_entropy_counts_classes():
    assert measured(in_c_major(60, 72, 48, 60))["entropy"] == 0.0
    assert measured(in_c_major(60, 62, 64, 65))["entropy"] == 2.0


def test_leaps_are_above_a_fourth():
    assert measured(in_c_major(60, 65, 60, 67, 60))["leaps"] == 0.5


@pytest.mark.parametrize(("last", "ends"), [(a_note(69, 14.0, 2.0), 1.0), (a_note(70, 15.75, 0.25), 0.0)])
def test_a_phrase_ends_on_a_long_tone_of_the_harmony(last, ends):
    tune = a_tune()
    assert measured(tune.with_notes((*tune.notes[:-1], last)), tune)["phrase_end"] == ends


def test_drums_have_no_scale():
    assert not {"in_scale", "on_chord", "leaps", "phrase_end"} & set(measured(a_beat()))


def test_a_bass_line_is_led_by_its_lowest_notes():
    bass = a_bass_line()
    above = bass.with_notes((*bass.notes, *(replace(note, pitch=note.pitch + 19) for note in bass.notes)))
    assert measured(above)["leaps"] == measured(bass)["leaps"]


def test_a_clip_without_sound_has_no_measures():
    assert measured(a_clip(a_note(mute=True)), a_tune()) == {}


def test_without_a_prompt_nothing_is_compared():
    request = Request(task="generate", role="chords", bars=4)
    clip = some_chords()
    found = measured_on(Ground.of(request, clip), clip)
    assert "in_scale" in found
    assert not {"density", "groove", "on_chord"} & set(found)


@given(clips())
@settings(max_examples=40, deadline=None)
def test_shares_are_shares(clip):
    found = measured(clip)
    for name in ("in_scale", "on_chord", "groove", "repetition", "phrase_end", "leaps"):
        assert 0 <= found.get(name, 0) <= 1 + 1e-4
    assert 0 <= found.get("entropy", 0) <= 3.6
