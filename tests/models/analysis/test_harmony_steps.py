"""The chord at each step: right at its edges, transposed as a whole, unknown where nothing is said."""

from __future__ import annotations

import numpy as np

from models.analysis.harmony import STEPS, Harmony
from models.music.chord import Chord, TimedChord
from models.music.clip import Clip
from models.music.note import Note

A_MINOR_OVER_C = Chord.of(9, "min7", bass=0)
G_SEVENTH = Chord.of(7, "7")


def two_chords() -> Harmony:
    return Harmony.of((TimedChord(0, 2, A_MINOR_OVER_C), TimedChord(2, 1, G_SEVENTH)), length=4)


def test_each_step_has_its_chord() -> None:
    harmony = two_chords()
    assert len(harmony) == 4 * STEPS
    assert np.flatnonzero(harmony.members[0]).tolist() == [0, 4, 7, 9]
    assert np.flatnonzero(harmony.members[2 * STEPS]).tolist() == [2, 5, 7, 11]
    assert (harmony.roots[2 * STEPS - 1], harmony.basses[2 * STEPS - 1]) == (9, 0)
    assert (harmony.roots[2 * STEPS], harmony.basses[2 * STEPS]) == (7, 7)
    assert not harmony.members[3 * STEPS :].any()
    assert set(harmony.roots[3 * STEPS :].tolist()) == {-1}
    assert harmony.changes.tolist() == [2 * STEPS, 3 * STEPS]


def test_it_is_transposed_as_a_whole() -> None:
    moved = two_chords().moved(-5)
    assert np.flatnonzero(moved.members[0]).tolist() == [2, 4, 7, 11]  # E minor seven over G
    assert (moved.roots[0], moved.basses[0], moved.roots[-1]) == (4, 7, -1)
    assert (moved.moved(5).sets == two_chords().sets).all()


def test_a_part_can_be_cut_out_or_forgotten() -> None:
    harmony = two_chords()
    assert harmony.between(2 * STEPS, 3 * STEPS).roots.tolist() == STEPS * [7]
    assert not harmony.without(0, 3 * STEPS).sets.any()
    assert (harmony.without(0, STEPS).roots[STEPS:] == harmony.roots[STEPS:]).all()


def test_a_loop_comes_again() -> None:
    again = two_chords().looped(2 * STEPS)
    assert again.roots.tolist() == 4 * STEPS * [9]
    assert two_chords().looped(3 * STEPS).roots[3 * STEPS :].tolist() == STEPS * [9]


def test_given_chords_count_more_than_heard_ones() -> None:
    notes = tuple(Note(pitch, onset, 2.0, 90) for onset in (0.0, 2.0) for pitch in (48, 60, 64, 67))
    clip = Clip(notes, length=4.0)
    assert set(Harmony.heard(clip).roots.tolist()) == {0}
    assert set(Harmony.heard(clip, chords=(TimedChord(0, 4, G_SEVENTH),)).roots.tolist()) == {7}
