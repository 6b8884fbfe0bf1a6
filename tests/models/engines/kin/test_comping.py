"""Chords that go far are played by another hand: whole chords in another figure, or broken, over the same basses."""

from __future__ import annotations

import numpy as np
import pytest

from models.constraints.similarity_search import search_similarity
from models.engines.kin.planning.chords.hands import hands_of
from models.engines.kin.planning.chords.plan import CHORD_IDEAS
from models.engines.kin.planning.planner import plan_edits
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
