"""NGrams must not change with what a copy may change, and must change with the music."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.evaluation.ngrams import RUN, ngrams_of
from models.music.clip import Clip
from tests.strategies import a_beat, a_clip, a_note, a_tune, clips, some_chords


def moved(clip: Clip, semitones: int = 0, shift: float = 0.0, stretch: float = 1.0, velocity: int = 90) -> Clip:
    """The clip in another key, place, tempo and loudness."""
    return replace(
        clip,
        length=(clip.length + shift) * stretch,
        notes=tuple(
            replace(
                note,
                pitch=note.pitch + semitones,
                onset=(note.onset + shift) * stretch,
                duration=note.duration * stretch,
                velocity=velocity,
            )
            for note in clip.notes
        ),
    )


@pytest.mark.parametrize(
    "change",
    [
        {"semitones": 5},
        {"shift": 4.0},
        {"stretch": 2.0},
        {"stretch": 0.5},
        {"semitones": -7, "shift": 1.0, "stretch": 2.0, "velocity": 20},
    ],
)
def test_a_tune_in_another_key_or_tempo_has_the_same_grams(change):
    assert (ngrams_of(moved(a_tune(), **change)).hashes == ngrams_of(a_tune()).hashes).all()


def test_chords_keep_their_grams_in_another_key():
    assert (ngrams_of(moved(some_chords(), 3)).hashes == ngrams_of(some_chords()).hashes).all()


def test_another_note_changes_only_the_grams_that_hold_it():
    tune = a_tune()
    notes = list(tune.notes)
    notes[10] = replace(notes[10], pitch=notes[10].pitch + 1)
    differs = ngrams_of(tune.with_notes(notes)).hashes != ngrams_of(tune).hashes
    assert np.flatnonzero(differs).tolist() == list(range(10 - RUN, 11))


def test_another_rhythm_changes_the_grams():
    even = a_clip(*(a_note(60 + step, float(step)) for step in range(7)))
    dotted = a_clip(*(a_note(60 + step, step + (0.5 if step % 2 else 0.0)) for step in range(7)))
    assert ngrams_of(even).hashes[0] != ngrams_of(dotted).hashes[0]


def test_drums_are_told_by_lane_and_gap():
    beat = a_beat()
    other_snare = beat.with_notes(replace(note, pitch=40 if note.pitch == 38 else note.pitch) for note in beat.notes)
    assert (ngrams_of(other_snare).hashes == ngrams_of(beat).hashes).all()
    assert not np.isin(ngrams_of(moved(beat, stretch=2.0)).hashes, ngrams_of(beat).hashes).any()


def test_playing_a_little_off_the_grid_changes_no_gram():
    tune = a_tune()
    played = tune.with_notes(
        replace(note, onset=note.onset + 0.02 * (place % 2)) for place, note in enumerate(tune.notes)
    )
    assert (ngrams_of(played).hashes == ngrams_of(tune).hashes).all()


def test_muted_notes_are_not_heard():
    tune = a_tune()
    silent = a_note(100, 1.1, mute=True)
    ngrams = ngrams_of(tune.with_notes((*tune.notes, silent)))
    assert (ngrams.hashes == ngrams_of(tune).hashes).all()
    assert 100 not in [tune.with_notes((*tune.notes, silent)).notes[place].pitch for place in ngrams.order]


@given(clips(), st.integers(-12, 12))
@settings(max_examples=40, deadline=None)
def test_any_clip_has_a_gram_for_each_seven_notes(clip, semitones):
    ngrams = ngrams_of(clip)
    heard = sum(not note.mute for note in clip.notes)
    assert len(ngrams.hashes) == max(0, heard - RUN)
    assert (ngrams_of(moved(clip, semitones)).hashes == ngrams.hashes).all()
