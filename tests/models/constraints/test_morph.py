"""Between two clips lies music of both."""

from __future__ import annotations

import pytest

from models.analysis.arrays import NoteArrays
from models.analysis.key import find_key, find_scale
from models.constraints.morphing.hybrids import hybrids
from models.generator import Request
from models.music.beats import strength
from models.music.chord import Chord, TimedChord, chord_at
from models.music.drum_kit import lane_of
from models.music.similarity import similarity
from models.studio import Studio
from tests.strategies import a_bass_line, a_beat, a_tune, some_chords

PAIRS = {"lines": (a_tune(), a_bass_line()), "chords and line": (some_chords(), a_tune())}


@pytest.mark.parametrize("name", ["lines", "chords and line"])
def test_each_hybrid_has_the_whole_figure_of_one_clip(name: str) -> None:
    first, second = PAIRS[name]
    figures = [{round(note.onset, 3) for note in clip.notes} for clip in (first, second)]
    found = hybrids(first, second, drums=False)
    assert len(found) >= 8
    for notes in found:
        # So no bar is emptier than its model, and no two figures stand side by side.
        assert {round(note.onset, 3) for note in notes} in figures


def test_a_hybrid_has_one_key_and_closes_at_home() -> None:
    first = a_tune()
    second = first.with_notes(note.moved(pitch=note.pitch + 1, onset=note.onset) for note in first.notes)
    keys = [find_scale(find_key(clip)[0], NoteArrays.of(clip.notes)) for clip in (first, second)]
    for notes in hybrids(first, second, drums=False):
        inside = [sum(note.pitch in key for note in notes) / len(notes) for key in keys]
        assert max(inside) >= 0.9


def test_steps_are_as_loud_as_lies_between_and_have_one_touch() -> None:
    first, second = a_tune(), a_bass_line()
    first = first.with_notes(note.moved(velocity=120) for note in first.notes)
    second = second.with_notes(note.moved(velocity=60) for note in second.notes)
    request = Request(task="morph", prompts=(first, second), role="melody", count=4, seed=3)
    steps = list(Studio().generate(request, "rules"))
    assert [{note.velocity for note in step.clip.notes} for step in steps] == [{120}, {100}, {80}, {60}]


def test_a_figure_takes_the_other_clip_s_notes() -> None:
    first, second = a_tune(), a_bass_line()
    figure = hybrids(first, second, drums=False)[0]
    assert [note.onset for note in figure] == [note.onset for note in first.notes]
    assert {note.pitch for note in figure} <= {note.pitch for note in second.notes}


def test_of_two_beats_one_gives_kick_and_snare_the_other_the_rest() -> None:
    first, second = a_beat(), a_beat().with_notes(note.moved(onset=(note.onset + 0.5) % 16) for note in a_beat().notes)
    mixed = hybrids(first, second, drums=True)[0]
    for note in mixed:
        assert note in (first if lane_of(note.pitch) in ("kick", "snare") else second).notes


@pytest.mark.parametrize("role", ["chords", "melody"])
def test_steps_rise_to_the_second_clip(role: str) -> None:
    first, second = (some_chords(), a_tune()) if role == "chords" else (a_tune(), a_bass_line())
    request = Request(task="morph", prompts=(first, second), role=role, count=5, seed=3)
    near = [similarity(second.notes, step.clip.notes) for step in Studio().generate(request, "rules")]
    assert near == sorted(near)
    assert len(near) >= 4
    assert near[-1] == 1


def test_given_chords_hold_in_every_step_between() -> None:
    first = a_tune()
    second = first.with_notes([note.moved(pitch=note.pitch + 5, onset=(note.onset + 1) % 16) for note in first.notes])
    given = tuple(TimedChord(4.0 * bar, 4.0, Chord.of(root)) for bar, root in enumerate((9, 5, 0, 7)))
    request = Request(task="morph", prompts=(first, second), role="melody", count=5, seed=3, chords=given)
    steps = [step.clip for step in Studio().generate(request, "rules")]
    assert (steps[0].notes, steps[-1].notes) == (first.notes, second.notes)
    for step in steps[1:-1]:
        strong = [note for note in step.notes if strength(note.onset, step.metre) >= 0.75]
        assert strong
        for note in strong:
            chord = chord_at(given, note.onset)
            assert chord is not None
            assert note.pitch in chord
