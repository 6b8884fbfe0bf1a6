"""The tonic is found where it can be, and only guessed at where it can't."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.analysis.analyse import analyse
from models.analysis.arrays import NoteArrays
from models.analysis.key import FEWEST, RankedKey, clip_scale, find_key, find_scale
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale

C_MAJOR_TUNE = (60, 62, 64, 65, 67, 65, 64, 62, 60, 64, 67, 72, 71, 67, 62, 60)
A_MINOR_TUNE = (69, 71, 72, 74, 76, 74, 72, 71, 69, 72, 76, 77, 76, 68, 71, 69)


def a_tune(pitches, **fields):
    return Clip(tuple(Note(pitch, place / 2, 0.5) for place, pitch in enumerate(pitches)), len(pitches) / 2, **fields)


@pytest.mark.parametrize(("pitches", "key"), [(C_MAJOR_TUNE, "C major"), (A_MINOR_TUNE, "A minor")])
def test_a_plain_tune_has_its_key(pitches, key):
    assert find_key(a_tune(pitches))[0].name == key


@pytest.mark.parametrize("semitones", range(1, 12))
def test_a_transposed_tune_has_the_transposed_key(semitones):
    for pitches in (C_MAJOR_TUNE, A_MINOR_TUNE):
        plain = find_key(a_tune(pitches))
        moved = find_key(a_tune([pitch + semitones for pitch in pitches]))
        assert [(key.tonic + semitones) % 12 for key in plain] == [key.tonic for key in moved]
        assert [key.confidence for key in plain] == pytest.approx([key.confidence for key in moved])


def test_keys_are_spelled_as_musicians_do():
    names = {
        find_key(a_tune([pitch + semitones for pitch in tune]))[0].name
        for tune in (C_MAJOR_TUNE, A_MINOR_TUNE)
        for semitones in range(12)
    }
    assert {"Eb major", "Bb major", "Ab major", "Db major", "F# major", "Bb minor", "Eb minor", "F# minor"} <= names


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 127), st.integers(0, 400), st.integers(1, 200)), min_size=1, max_size=40))
def test_the_confidences_of_all_24_keys_fall_and_add_up_to_1(notes):
    keys = find_key(Clip(tuple(Note(pitch, on / 24, length / 24) for pitch, on, length in notes), 32.0))
    assert len({key.name for key in keys}) == 24
    assert sum(key.confidence for key in keys) == pytest.approx(1)
    assert sorted((key.confidence for key in keys), reverse=True) == [key.confidence for key in keys]


def test_few_notes_leave_it_open():
    few = find_key(a_tune(C_MAJOR_TUNE[: FEWEST - 5]))
    assert few[0].confidence < find_key(a_tune(C_MAJOR_TUNE * 2))[0].confidence
    assert few[0].confidence < 0.6


def test_silence_drums_and_muted_notes_have_no_key():
    assert find_key(Clip((), 4.0)) == ()
    assert find_key(a_tune(C_MAJOR_TUNE, role="drums")) == ()
    assert find_key(Clip((Note(60, 0, 1, mute=True),), 4.0)) == ()


def test_what_plays_beside_it_is_listened_to():
    riff = a_tune((64, 67, 64, 67))
    chords = Clip(tuple(Note(pitch, 0, 8) for pitch in (45, 57, 60, 64)) + (Note(44, 4, 2), Note(45, 6, 2)), 8.0)
    assert find_key(riff, (chords,))[0].name in ("A minor", "A harmonic minor")
    assert find_key(riff)[0].name != "A minor"


@pytest.mark.parametrize(
    ("key", "pitches", "scale"),
    [
        ("C major", (60, 62, 64, 65, 67, 69, 70, 67, 64, 60), "C Mixolydian"),
        ("C major", (60, 62, 64, 66, 67, 69, 71, 67, 64, 60), "C Lydian"),
        ("C major", C_MAJOR_TUNE, "C major"),
        ("C major", (60, 62, 64, 67, 69, 72, 69, 67, 64, 62), "C Major Pentatonic"),
        ("D minor", (62, 64, 65, 67, 69, 71, 72, 69, 65, 62), "D Dorian"),
        ("D minor", (62, 63, 65, 67, 69, 70, 72, 69, 65, 62), "D Phrygian"),
        ("A minor", (*A_MINOR_TUNE, 65), "A Harmonic Minor"),
        ("A minor", (69, 72, 74, 75, 76, 79, 81, 76, 72, 69), "A Minor Blues"),
    ],
)
def test_modes_are_told_by_their_own_note(key, pitches, scale):
    assert str(find_scale(RankedKey(Scale.parse(key), 1.0), NoteArrays.of(a_tune(pitches).notes))) == scale


def test_a_broken_last_chord_ends_where_it_rests():
    broken = Clip(tuple(Note(pitch, place / 4, 1 / 4) for place, pitch in enumerate((60, 64, 67, 72))), 1.0)
    held = Clip(tuple(Note(pitch, place / 4, 1 - place / 4) for place, pitch in enumerate((60, 64, 67, 72))), 1.0)
    assert [NoteArrays.of(clip.notes).last_bass for clip in (broken, held)] == [67, 60]


def test_a_key_that_the_file_says_and_the_notes_allow_is_the_key() -> None:
    tune = tuple(Note(pitch, float(place), 1.0) for place, pitch in enumerate((60, 64, 67, 72, 71, 67, 65, 64, 62, 60)))
    heard, told = Clip(tune, 12.0), Clip(tune, 12.0, key="A minor")
    assert (analyse(heard).key, str(clip_scale(heard))) == ("C major", "C major")
    assert (analyse(told).key, str(analyse(told).scale), str(clip_scale(told))) == ("A minor",) * 3
    confidences = [key.confidence for key in analyse(told).keys]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1)
