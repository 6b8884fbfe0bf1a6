"""Chords that go far are played by another hand: whole chords in another figure, or broken, over the same basses."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from models.constraints.similarity_search import search_similarity
from models.engines.kin.planning.chords.hands import hands_of
from models.engines.kin.planning.chords.plan import CHORD_IDEAS
from models.engines.kin.planning.chords.strokes import strokes_of
from models.engines.kin.planning.planner import plan_edits
from models.evaluation.judge import overlap
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale
from tests.models.engines.kin.test_plans import IDEAS, structure_of
from tests.strategies import a_clip, a_note

STRUM = ((50, 57, 62, 65), (48, 55, 60, 64), (46, 53, 58, 62), (45, 52, 57, 61))
PLACES = ((0, 0.9), (1, 0.4), (1.5, 0.4), (2.5, 0.4), (3, 0.4), (3.5, 0.4))
SWUNG = ((0, 0.9), (1 + 2 / 3, 0.3), (3, 0.6))


def strummed(places: tuple[tuple[float, float], ...] = PLACES) -> Clip:
    """D minor, C, Bb and A major, a bar each."""
    notes = [a_note(p, 4 * bar + at, long) for bar, shape in enumerate(STRUM) for at, long in places for p in shape]
    return a_clip(*notes, length=16.0, role="chords")


def waltz() -> Clip:
    """A bass on one, its chord on two and three."""
    shapes = ((45, 52, 57, 61), (42, 54, 57, 61), (47, 54, 59, 62), (40, 56, 59, 62))
    notes = [a_note(bass, 3 * bar, 0.9) for bar, (bass, *_) in enumerate(shapes)]
    notes += [a_note(p, 3 * bar + at, 0.5) for bar, (_, *hand) in enumerate(shapes) for at in (1, 2) for p in hand]
    return a_clip(*notes, length=12.0, role="chords", metre=Metre(3, 4))


def made(clip: Clip, target: float, idea: int, **others: object) -> tuple[float, tuple[Note, ...]]:
    structure = structure_of(clip, "chords", similarity=target, **others)
    whole = search_similarity(plan_edits(structure, target, idea, np.random.default_rng(idea)).edit_set, None)
    assert whole is not None
    return whole.similarity, whole.notes


def voices(notes: tuple[Note, ...]) -> float:
    """Notes struck together, on average."""
    return len(notes) / len({round(note.onset, 2) for note in notes})


@pytest.mark.parametrize("idea", IDEAS)
def test_half_as_near_the_chords_are_as_full_as_they_were(idea):
    clip = strummed()
    near, notes = made(clip, 0.5, idea)
    assert near == pytest.approx(0.5, abs=0.05)
    assert voices(notes) == 4 or all(note.duration <= 1 for note in notes)  # struck whole, or broken


@pytest.mark.parametrize("idea", IDEAS)
def test_a_chord_out_of_the_scale_does_not_keep_the_others_from_the_dial(idea):
    clip = strummed()
    near, notes = made(clip, 0.7, idea, scale=Scale.parse("D minor"))
    assert near == pytest.approx(0.7, abs=0.05)
    assert voices(notes) > (3.5 if CHORD_IDEAS[idea] != "broken" else 2.5)
    kept = set(clip.notes)
    assert all(note.pitch % 12 != 1 for note in notes if note not in kept), "a new C#"


def test_every_hand_strikes_each_chord_where_it_comes_and_no_other_chord():
    clip = strummed()
    structure = structure_of(clip, "chords", similarity=0.5)
    for played in (hand.played for hand in hands_of(structure)):
        for index, notes in played.items():
            assert {int(note.onset // 4) for note in notes} <= {int(clip.notes[index].onset // 4)}
        left = [note for index, note in enumerate(clip.notes) if index not in played]
        firsts = {round(note.onset, 2) for note in (*left, *(note for some in played.values() for note in some))}
        assert {0, 4, 8, 12} <= firsts


def test_a_chord_above_its_own_bass_ends_where_the_next_bass_comes():
    clip = waltz()
    for hand in hands_of(structure_of(clip, "chords", similarity=0.5)):
        for index, notes in hand.played.items():
            assert all(note.end <= 3 * (clip.notes[index].onset // 3 + 1) + 0.01 for note in notes)


def test_another_hand_swings_where_the_clip_does():
    structure = structure_of(strummed(SWUNG), "chords", similarity=0.5)
    places = {round(n.onset % 1, 2) for hand in hands_of(structure) for some in hand.played.values() for n in some}
    assert 0.67 in places
    assert 0.5 not in places


SKANK = tuple((beat + at, 0.2) for beat in (1, 3) for at in (0, 0.5))
OCTAVES = ((38, 50, 66, 69, 74), (33, 45, 64, 69, 73), (35, 47, 66, 71, 74), (31, 43, 67, 71, 74))


def two_hands() -> Clip:
    """D, A, B minor and G: octaves of the left hand on one, the right hand on each beat."""
    notes = [a_note(p, 4 * bar, 3.9) for bar, shape in enumerate(OCTAVES) for p in shape[:2]]
    notes += [
        a_note(p, 4 * bar + beat, 0.9) for bar, shape in enumerate(OCTAVES) for beat in range(4) for p in shape[2:]
    ]
    return a_clip(*notes, length=16.0, role="chords")


@pytest.mark.parametrize("idea", IDEAS)
@pytest.mark.parametrize("target", [0.7, 0.5])
def test_a_left_hand_in_octaves_stays_where_it_is(idea, target):
    _, notes = made(two_hands(), target, idea)
    left = [(note.onset, note.pitch) for note in two_hands().notes if note.pitch <= 50]
    assert [(note.onset, note.pitch) for note in notes if note.pitch <= 50] == left


@pytest.mark.parametrize("idea", IDEAS)
def test_each_chord_of_a_strum_has_its_bass_where_it_comes(idea):
    for target in (0.7, 0.5):
        _, notes = made(strummed(), target, idea)
        for bar, shape in enumerate(STRUM):
            first = min(
                note.onset for note in notes if note.onset >= 4 * bar - 0.5 and note.pitch % 12 == shape[0] % 12
            )
            assert min(note.pitch for note in notes if abs(note.onset - first) < 0.01) % 12 == shape[0] % 12


def test_a_skank_is_never_struck_on_one_and_three():
    skank = strummed(SKANK)
    for hand in hands_of(structure_of(skank, "chords", similarity=0.5)):
        assert all(note.onset % 4 not in (0, 2) for notes in hand.played.values() for note in notes)


def test_a_suspension_resolves_into_the_third_that_it_holds_up():
    structure = structure_of(strummed(), "chords", similarity=0.7)
    parts = [part for hand in hands_of(structure) if hand.family == "suspension" for part in hand.parts]
    assert parts
    for part in parts:
        ((index, (new,)),) = part.items()
        old = structure.notes[index]
        assert new.onset == old.onset
        assert new.pitch - old.pitch in (1, 2)
        assert any(note.pitch == old.pitch and 0 < note.onset - old.onset <= 1 for note in structure.notes)


@pytest.mark.parametrize("clip", [strummed(), two_hands(), waltz()])
def test_neighbouring_ideas_change_other_things(clip):
    for target in (0.7, 0.5):
        results = [clip.with_notes(made(clip, target, idea)[1]) for idea in IDEAS]
        shared = [overlap(one, other, clip) for one, other in pairwise(results)]
        # What is musical may leave few ways; most neighbours go another one.
        assert np.mean(shared) < 0.8
        assert sum(one < 0.9 for one in shared) >= len(shared) - 1


def test_a_roll_is_one_stroke_and_its_lowest_note_the_bass():
    rolled = [a_note(pitch, 0.04 * place) for place, pitch in enumerate((45, 60, 64, 67))]
    structure = structure_of(a_clip(*rolled, *(note.moved(onset=note.onset + 4) for note in rolled)), "chords")
    strokes = strokes_of(structure)
    assert [len(stroke.indices) for stroke in strokes] == [4, 4]
    assert [structure.notes[index].pitch for stroke in strokes for index in stroke.bass] == [45, 45]


@pytest.mark.parametrize("idea", IDEAS)
@pytest.mark.parametrize("clip", [strummed(), two_hands(), strummed(SKANK)])
def test_all_bars_keep_one_register_and_lose_no_stroke_off_the_beat(clip, idea):
    _, notes = made(clip, 0.7, idea)
    lifts = []
    for bar in range(4):
        old, new = ([n.pitch for n in some if 4 * bar <= n.onset + 0.6 < 4 * bar + 4] for some in (clip.notes, notes))
        lifts.append(np.mean(new) - np.mean(old))
    assert max(abs(b - a) for a, b in pairwise(lifts)) <= 6
    off = {note.onset for note in clip.notes if note.onset % 1}
    assert off <= {note.onset for note in notes}


def test_a_close_keeps_its_rhythm():
    clip = strummed()
    close = [note for note in clip.notes if note.onset < 12] + [a_note(pitch, 12, 3.9) for pitch in STRUM[3]]
    for hand in hands_of(structure_of(a_clip(*close, length=16.0, role="chords"), "chords", similarity=0.5)):
        assert all(note.onset < 12 for notes in hand.played.values() for note in notes)


def test_a_broken_figure_is_answered_the_other_way_round_but_in_the_last_bar():
    shapes = ((48, 55, 60, 63), (44, 56, 60, 63), (46, 53, 58, 62), (43, 55, 59, 62))
    notes = [
        a_note(shape[place if place < 4 else 7 - place], 4 * bar + place / 2, 0.47)
        for bar, shape in enumerate(shapes)
        for place in range(8)
    ]
    structure = structure_of(a_clip(*notes, length=16.0, role="chords"), "chords", similarity=0.7)
    (turned,) = [hand for hand in hands_of(structure) if hand.family == "turned"]
    new = sorted((note for some in turned.played.values() for note in some), key=lambda note: note.onset)
    assert {int(note.onset // 4) for note in new} == {0, 1, 2}
    for bar in range(3):
        row = [note.pitch for note in new if note.onset // 4 == bar]
        assert row == sorted(row)
        assert len(row) >= 3


KEYS = ((52, 55, 59), (48, 52, 55), (55, 59, 62), (50, 54, 57))


@pytest.mark.parametrize("idea", IDEAS)
def test_chords_on_the_beat_stand_on_the_bass_that_they_stood_on(idea):
    clip = a_clip(
        *(a_note(p, 4 * bar + at, 0.9) for bar, shape in enumerate(KEYS) for at in range(4) for p in shape),
        length=16.0, role="chords",
    )  # fmt: skip
    _, notes = made(clip, 0.7, idea)
    for bar, (bass, *_) in enumerate(KEYS):
        assert min(note.pitch for note in notes if note.onset == 4 * bar) == bass


def test_a_hand_of_8ths_above_a_bass_reaches_no_tenth():
    clip = two_hands()
    fast = [replace(note, duration=0.4) for note in clip.notes if note.pitch > 50]
    fast = [note.moved(onset=note.onset + at) for note in fast for at in (0.0, 0.5)]
    clip = clip.with_notes((*(note for note in clip.notes if note.pitch <= 50), *fast))
    for idea in IDEAS:
        _, notes = made(clip, 0.7, idea)
        for onset in {note.onset for note in notes}:
            hand = [note.pitch for note in notes if note.onset == onset and note.pitch > 52]
            assert not hand or max(hand) - min(hand) <= 12


@pytest.mark.parametrize("idea", IDEAS)
def test_a_riff_keeps_the_chord_that_leads_back(idea):
    riff = ((42, 49, 54), (38, 45, 50), (45, 52, 57), (40, 47, 52))
    clip = a_clip(
        *(a_note(p, 4 * bar + at / 2, 0.4) for bar, shape in enumerate(riff) for at in range(8) for p in shape),
        length=16.0, role="chords",
    )  # fmt: skip
    _, notes = made(clip, 0.7, idea)
    played = [{n.pitch for n in notes if 4 * bar <= n.onset < 4 * bar + 0.1} for bar in range(4)]
    assert (played[0], played[3]) == (set(riff[0]), set(riff[3]))
    assert all(one != other for one, other in pairwise(played))
