"""Plans for chords: the bass and the telling tones stay, and nothing muddy, thin or rubbing comes."""

from __future__ import annotations

import numpy as np
import pytest

from models.constraints.similarity_search import apply_edits, search_similarity
from models.engines.kin.planning.chords.plan import CHORD_IDEAS
from models.engines.kin.planning.chords.rhythms import rhythm_of
from models.engines.kin.planning.chords.stands import stands_of, tune_of
from models.engines.kin.planning.chords.strokes import texture_of
from models.engines.kin.planning.chords.voicings import voicings_of
from models.engines.kin.planning.continuation import continued
from models.engines.kin.planning.planner import plan_edits
from models.generator import Request
from models.music.clip import Clip
from models.music.note import Note
from tests.models.engines.kin.test_plans import IDEAS, a_vamp, in_bar, structure_of, variation
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
    assert np.mean(struck) >= (2.5 if CHORD_IDEAS[idea] != "broken" else 2.0)
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


HOUSE = ((36, 63, 67, 70), (32, 60, 63, 67), (29, 56, 60, 63), (31, 59, 62, 65))
PAD = ((40, 59, 64, 68), (49, 61, 64, 68), (45, 57, 61, 64), (47, 59, 63, 66))


def planned(clip: Clip, target: float, idea: int, *, near: float = 0.05) -> tuple[Note, ...]:
    """What a plan makes of a clip, taken whole, which is near enough to the dial."""
    structure = structure_of(clip, "chords", similarity=target)
    whole = search_similarity(plan_edits(structure, target, idea, np.random.default_rng(idea)).edit_set, None)
    assert whole is not None
    assert whole.similarity == pytest.approx(target, abs=near)
    return whole.notes


def struck(shapes: tuple[tuple[int, ...], ...], places: tuple[tuple[float, float], ...]) -> Clip:
    """Each shape for a bar, struck at these places for so long."""
    notes = [a_note(p, 4 * bar + at, long) for bar, shape in enumerate(shapes) for at, long in places for p in shape]
    return a_clip(*notes, length=4.0 * len(shapes), role="chords")


def house() -> Clip:
    return struck(HOUSE, ((0, 0.7), (1.5, 0.45), (2.5, 0.45), (3.5, 0.3)))


def arpeggio(order: tuple[int, ...] = (0, 1, 2, 3, 2, 1, 2, 1)) -> Clip:
    shapes = ((57, 60, 64, 69), (53, 57, 60, 65), (55, 59, 62, 67), (52, 55, 59, 64))
    notes = [
        a_note(shape[order[place % len(order)]], 4 * bar + place / 4, 0.22)
        for bar, shape in enumerate(shapes)
        for place in range(16)
    ]
    return a_clip(*notes, length=16.0, role="chords")


@pytest.mark.parametrize("target", [0.9, 0.7])
@pytest.mark.parametrize("idea", IDEAS)
def test_no_note_is_foreign_to_its_chord(idea, target):
    for clip in (house(), arpeggio()):
        before, after = clip.notes, planned(clip, target, idea)
        for bar in range(4):
            known = {pitch % 12 for _, _, pitch in in_bar(before, bar)}
            ninth = {(min(pitch for _, _, pitch in in_bar(before, bar)) + 2) % 12}
            fourth = {(min(pitch for _, _, pitch in in_bar(before, bar)) + 5) % 12}
            found = {pitch % 12 for _, _, pitch in in_bar(after, bar)}
            assert found <= known | (ninth | fourth if clip == house() else set())
            assert len(known - found) <= (1 if clip == house() else 0)


@pytest.mark.parametrize("idea", IDEAS)
def test_the_top_leads_on_through_bars_that_change_and_bars_that_stay(idea):
    notes = planned(house(), 0.7, idea)
    tops = [max(pitch for _, _, pitch in in_bar(notes, bar)) for bar in range(4)]
    assert max(abs(b - a) for a, b in zip(tops, tops[1:], strict=False)) <= 7


@pytest.mark.parametrize("idea", IDEAS)
def test_a_new_rhythm_is_that_of_all_bars_every_other_one_the_second_half_or_the_last(idea):
    notes = planned(house(), 0.7, idea)
    places = [sorted({round(onset, 2) for onset, _, _ in in_bar(notes, bar)}) for bar in range(4)]
    same = [[place == places[0] for place in places], [place == places[3] for place in places]]
    assert same[0] in ([True] * 4, [True, False] * 2, [True, True, False, False], [True, True, True, False])
    assert same[1] == [True] * 4 or not any(one and other for one, other in zip(*same, strict=True))


@pytest.mark.parametrize("target", [0.9, 0.7])
@pytest.mark.parametrize("idea", IDEAS)
def test_held_chords_are_not_struck_again_but_may_come_in_voice_by_voice(idea, target):
    notes = planned(struck(PAD, ((0, 3.9),)), target, idea)
    assert len(notes) == 16
    late = [note for note in notes if note.onset % 4]
    assert all(note.end % 4 == pytest.approx(3.9) for note in late)
    assert min(note.duration for note in notes if note.onset % 4 == 0) > 3.3


@pytest.mark.parametrize("idea", IDEAS)
def test_an_arpeggio_runs_on_and_stays_one_figure(idea):
    notes = planned(arpeggio(), 0.7, idea)
    assert [(note.onset, note.duration) for note in notes] == [(note.onset, note.duration) for note in arpeggio().notes]
    for bar in range(4):
        for half in (0, 8):
            row = [note.pitch for note in notes if 4 * bar + half / 4 <= note.onset < 4 * bar + half / 4 + 2]
            assert (row[1], row[2]) == (row[5], row[4])  # the figure's second half mirrors its first, as it did


@pytest.mark.parametrize("idea", IDEAS)
def test_a_riff_in_octaves_stays_one(idea):
    tune = (50, 53, 57, 55, 53, 52, 48, 52, 50, 53, 57, 60, 57, 55, 52, 50)
    riff = [a_note(pitch + up, place, 0.9, 100) for place, pitch in enumerate(tune) for up in (0, 12)]
    clip = a_clip(*riff, length=16.0, role="chords")
    assert texture_of(structure_of(clip, "chords")) == "line"
    notes = planned(clip, 0.7, idea, near=0.25)
    for onset in {note.onset for note in notes}:
        low, high = sorted(note.pitch for note in notes if note.onset == onset)
        assert high - low == 12


@pytest.mark.parametrize("idea", IDEAS)
def test_a_tune_stays_above_its_chords(idea):
    tune = ((76, 0, 2), (74, 2, 1), (72, 3, 1), (74, 4, 3), (71, 7, 1), (72, 8, 2), (74, 10, 1), (76, 11, 1))
    tune += ((77, 12, 2), (76, 14, 1), (74, 15, 1))
    shapes = ((48, 55, 60, 64), (43, 50, 55, 59), (45, 52, 57, 60), (41, 48, 53, 57))
    below = [
        a_note(shape[(0, 1, 2, 3, 2, 3, 2, 1)[place]], 4 * bar + place / 2, 0.5, 60)
        for bar, shape in enumerate(shapes)
        for place in range(8)
    ]
    clip = a_clip(*(a_note(p, at, 0.97 * long, 92) for p, at, long in tune), *below, length=16.0, role="chords")
    assert len(tune_of(structure_of(clip, "chords"))) == len(tune)
    sung = [note for note in planned(clip, 0.75, idea) if note.velocity > 75]
    rest = [note for note in planned(clip, 0.75, idea) if note.velocity <= 75]
    assert len(sung) >= len(tune) - 3
    assert all(
        one.pitch > other.pitch
        for one in sung
        for other in rest
        if min(one.end, other.end) - max(one.onset, other.onset) > 0.15
    )


def test_what_rings_into_an_early_chord_ends_there():
    clip = struck(PAD, ((0, 2.0), (2, 1.0), (3.5, 0.5)))
    structure = structure_of(clip, "chords")
    for seed in range(8):
        played = rhythm_of(structure, ("push",), 40.0, np.random.default_rng(seed), {})
        moved = {index: new[0] for index, new in played.items() if new and new[0].onset < structure.notes[index].onset}
        assert moved
        for index, note in moved.items():
            after = [
                (played.get(other, (old,)), other) for other, old in enumerate(structure.notes) if other not in moved
            ]
            assert not [
                other
                for new, other in after
                for one in new
                if one.onset < note.onset - 0.05 and note.onset + 0.05 < one.end <= structure.notes[index].onset
            ]


@pytest.mark.parametrize("number", range(4))
def test_chords_go_on_to_a_full_chord_at_home(number):
    clip = house()
    longer = Clip(clip.notes, 32.0, role="chords")
    request = continued(Request(task="infill", prompts=(longer,), role="chords", region=(16.0, 32.0)), "chords", number)
    assert request is not None
    last = [note for note in request.prompt.notes if note.onset >= 28]
    assert {note.pitch for note in last} == set(HOUSE[0])
    before = {note.pitch for note in request.prompt.notes if 24 <= note.onset < 28}
    assert before == set(HOUSE[3])  # what leads home


def test_stands_are_told_apart_by_their_voices_and_their_bass():
    sevenths = ((60, 64, 67, 71), (57, 60, 64, 67), (53, 57, 60, 64), (55, 59, 62, 65))
    stands = stands_of(structure_of(struck(sevenths, ((0, 4.0),)), "chords"))
    assert [stand.voices for stand in stands] == list(sevenths)


@pytest.mark.parametrize("idea", IDEAS)
def test_the_notes_of_a_broken_chord_go_no_farther_than_a_fifth_and_keep_their_order(idea):
    before, after = arpeggio().notes, planned(arpeggio(), 0.7, idea)
    assert max(abs(new.pitch - old.pitch) for old, new in zip(before, after, strict=True)) <= 7
    for bar in range(4):
        for half in (0, 2):
            row = [place for place, note in enumerate(before) if 4 * bar + half <= note.onset < 4 * bar + half + 2]
            assert all(
                np.sign(before[b].pitch - before[a].pitch) == np.sign(after[b].pitch - after[a].pitch)
                for a in row
                for b in row
            )


def test_broken_chords_come_in_another_order_of_the_same_tones():
    before, after = arpeggio().notes, planned(arpeggio(), 0.7, CHORD_IDEAS.index("broken"))
    assert [note.onset for note in after] == [note.onset for note in before]
    for bar in range(4):
        assert {pitch % 12 for _, _, pitch in in_bar(after, bar)} == {pitch % 12 for _, _, pitch in in_bar(before, bar)}


SEVENTHS = ((60, 64, 67, 71), (57, 60, 64, 67), (53, 57, 60, 64), (55, 59, 62, 65))


@pytest.mark.parametrize("clip", [struck(SEVENTHS, ((0, 4.0),)), house(), struck(PAD, ((0, 3.9),))])
def test_a_voicing_keeps_the_lowest_tone_all_its_tones_and_where_it_lies(clip):
    structure = structure_of(clip, "chords")
    for stand in stands_of(structure):
        for voicing in voicings_of(structure, stand):
            if not stand.basses and min(voicing.pitches) < 55:
                assert min(voicing.pitches) % 12 == stand.voices[0] % 12
            tones = [{p % 12 for p in (*pitches, *stand.basses)} for pitches in (stand.voices, voicing.pitches)]
            assert len(tones[1]) >= len(tones[0])
            assert min(voicing.pitches) >= min(stand.voices[0], max(48, stand.voices[0] - 7))


def test_no_chord_is_pushed_onto_a_note_that_isnt_its_own():
    shapes = struck(((60, 64, 67), (62, 65, 69)) * 2, ((0, 1.0), (2, 1.0)))
    upbeats = [a_note(61, 4 * bar + 3.5, 0.4) for bar in range(4)]
    structure = structure_of(a_clip(*shapes.notes, *upbeats, length=16.0, role="chords"), "chords")
    for seed in range(8):
        played = rhythm_of(structure, ("push",), 40.0, np.random.default_rng(seed), {})
        moved = [note.onset for notes in played.values() for note in notes]
        assert not [onset for onset in moved if onset % 4 == 3.5]
