"""Plans for chords: the bass and the telling tones stay, and nothing muddy, thin or rubbing comes."""

from __future__ import annotations

import numpy as np
import pytest

from models.constraints.similarity_search import apply_edits
from models.engines.kin.planning.chords.strokes import strokes_of
from models.engines.kin.planning.planner import plan_edits
from models.music.note import Note
from tests.models.engines.kin.test_plans import IDEAS, a_vamp, structure_of, variation
from tests.strategies import a_clip, a_note


@pytest.mark.parametrize("idea", IDEAS)
@pytest.mark.parametrize("target", [0.85, 0.7])
def test_chords_keep_their_bass_and_are_no_thinner(idea, target):
    clip = a_vamp()
    notes = variation(clip, "chords", target, idea)
    for bar in range(4):
        first = [note for note in notes if 4 * bar <= note.onset < 4 * bar + 0.2]
        assert min(note.pitch for note in clip.notes if note.onset == 4 * bar) in {note.pitch for note in first}
    struck = [sum(abs(note.onset - stroke) < 0.2 for note in notes) for stroke in {note.onset for note in notes}]
    assert np.mean(struck) >= 2.5
    assert not any(b.pitch - a.pitch == 1 for a in notes for b in notes if abs(a.onset - b.onset) < 0.2), (
        "a semitone that the clip hasn't"
    )


def sounding(notes: tuple[Note, ...]) -> set[tuple[int, int]]:
    """Pairs of pitches that sound together."""
    return {
        (min(a.pitch, b.pitch), max(a.pitch, b.pitch))
        for a in notes
        for b in notes
        if a is not b and min(a.end, b.end) - max(a.onset, b.onset) > 0.15
    }


@pytest.mark.parametrize("idea", IDEAS)
def test_new_chords_bring_no_mud_no_minor_ninths_and_no_second_on_top(idea):
    clip = a_vamp()
    notes = variation(clip, "chords", 0.7, idea)
    new = {(high - low, low) for low, high in sounding(notes) - sounding(clip.notes)}
    assert not any(gap in (1, 13) or (low < 52 and 0 < gap < 7) for gap, low in new)
    for onset in {note.onset for note in notes}:
        top = sorted(note.pitch for note in notes if abs(note.onset - onset) < 0.01)[-2:]
        assert len(top) < 2 or top[1] - top[0] not in (1, 2)


@pytest.mark.parametrize("idea", IDEAS)
def test_chords_keep_the_tones_that_they_are_known_by(idea):
    clip = a_vamp()
    plan = plan_edits(structure_of(clip, "chords"), 0.7, idea, np.random.default_rng(idea)).edit_set
    notes = apply_edits(plan, plan.edits, 0.0).notes
    thirds_and_sevenths = ({0, 7}, {9, 4}, {4}, {11})
    for bar, tones in enumerate(thirds_and_sevenths):
        assert tones <= {note.pitch % 12 for note in notes if 4 * bar <= note.onset + 0.6 < 4 * bar + 4}


@pytest.mark.parametrize("idea", IDEAS)
def test_power_fifths_stay_fifths(idea):
    roots = (45, 45, 45, 46, 46, 46, 47, 47, 48, 48, 48, 49, 49, 50, 50, 52)
    riff = [a_note(root + up, place / 2, 0.45, 64) for place, root in enumerate(roots) for up in (0, 7)]
    notes = variation(a_clip(*riff, length=8.0, role="chords"), "chords", 0.7, idea)
    assert {high - low for low, high in sounding(notes)} == {7}


@pytest.mark.parametrize("idea", IDEAS)
def test_a_pedal_below_broken_chords_stays_and_is_struck_alone(idea):
    shapes = ((62, 67, 69, 74), (62, 65, 70, 75), (65, 67, 72, 77), (63, 67, 70, 75))
    notes = [
        note
        for bar, (second, *rest) in enumerate(shapes)
        for note in (a_note(55, 4 * bar, 4.0), a_note(second, 4 * bar + 1, 2.0))
        + tuple(a_note(pitch, 4 * bar + 2, 2.0) for pitch in rest)
    ]
    found = variation(a_clip(*notes, length=16.0, role="chords"), "chords", 0.75, idea)
    for bar in range(4):
        assert [(note.pitch, note.duration) for note in found if note.onset == 4 * bar] == [(55, 4.0)]


@pytest.mark.parametrize("idea", IDEAS)
def test_a_plan_of_chords_carries_to_the_dial_on_its_own(idea):
    clip = a_vamp()
    assert plan_edits(structure_of(clip, "chords"), 0.7, idea, np.random.default_rng(idea)).similarity <= 0.74


def test_a_roll_is_one_stroke_and_its_lowest_note_the_bass():
    rolled = [a_note(pitch, 0.04 * place) for place, pitch in enumerate((45, 60, 64, 67))]
    structure = structure_of(a_clip(*rolled, *(note.moved(onset=note.onset + 4) for note in rolled)), "chords")
    strokes = strokes_of(structure)
    assert [len(stroke.indices) for stroke in strokes] == [4, 4]
    assert [structure.notes[index].pitch for stroke in strokes for index in stroke.bass] == [45, 45]
