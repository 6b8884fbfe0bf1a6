"""Between two clips lies music of both."""

from __future__ import annotations

import pytest

from models.constraints.morph import hybrids
from models.generator import Request
from models.music.drum_kit import lane_of
from models.music.similarity import similarity
from models.studio import Studio
from tests.strategies import a_bass_line, a_beat, a_tune, some_chords

PAIRS = {"lines": (a_tune(), a_bass_line()), "chords and line": (some_chords(), a_tune())}


@pytest.mark.parametrize("name", ["lines", "chords and line"])
def test_each_onset_and_each_pitch_is_one_clip_s(name: str) -> None:
    first, second = PAIRS[name]
    both = (*first.notes, *second.notes)
    found = hybrids(first, second, drums=False)
    assert len(found) >= 8
    for notes in found:
        assert {round(note.onset, 3) for note in notes} <= {round(note.onset, 3) for note in both}
        assert {note.pitch for note in notes} <= {note.pitch for note in both}


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
