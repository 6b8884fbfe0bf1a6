"""Parts that fit the clips beside them: bass, chords, counter-melody."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.accompaniment.accompany import PARTS, AccompanyOptions, accompany
from models.accompaniment.bass import FIGURES, HIGHEST, LOWEST
from models.accompaniment.counter import gaps
from models.accompaniment.surroundings import Surroundings, common_span
from models.benchmarks.harmony import timed
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip
from models.music.note import Note
from models.music.scale import Scale

A_MINOR = Scale.parse("A minor")


def kicks(*onsets, length=4.0):
    hits = [Note(36, onset, 0.2, 110) for onset in onsets]
    hats = [Note(42, place / 2, 0.1, 70) for place in range(round(length * 2))]
    return Clip((*hits, *hats), length, role="drums")


def chords():
    rows = ((57, 60, 64), (57, 60, 65), (55, 60, 64), (55, 59, 62))
    return Clip(
        tuple(
            Note(pitch, 4 * bar + place, 0.5, 80)
            for bar, row in enumerate(rows)
            for place in (0, 1.5, 2.5)
            for pitch in row
        ),
        16.0,
        role="chords",
    )


def tune():
    pitches = (76, 72, 74, 72, 69, 72, 71, 74)
    return Clip(tuple(Note(pitch, 2.0 * place, 0.9, 90) for place, pitch in enumerate(pitches)), 16.0, role="melody")


def bass_of(clips, **changes):
    return accompany(clips, AccompanyOptions(part="bass", **changes), count=5)


@pytest.mark.parametrize("beats", [(0, 1, 2, 3), (0, 1.5, 2.75), (0, 2.5), (0.75, 1.5, 3.25)])
def test_every_bass_lies_on_the_kick_and_the_chords(beats):
    results = bass_of((kicks(*beats), chords()))
    assert len(results) == 5
    assert all(result.shared >= 0.6 for result in results)
    assert len({result.clip.notes for result in results}) == 5


@given(
    st.lists(st.sampled_from([place / 4 for place in range(16)]), min_size=1, max_size=6, unique=True),
    st.sampled_from(list(FIGURES)),
    st.integers(0, 50),
)
@settings(max_examples=40, deadline=None)
def test_any_kick_gets_a_bass_of_one_voice(beats, figure, seed):
    result = accompany((kicks(*beats), chords()), AccompanyOptions(style=figure, scale=A_MINOR, seed=seed))[0]
    notes = result.clip.notes
    assert result.shared >= 0.6
    assert result.in_scale == 1
    assert all(LOWEST <= note.pitch <= HIGHEST for note in notes)
    assert all(one.end <= other.onset + 1e-6 for one, other in zip(notes, notes[1:], strict=False))
    assert result.clip.length == 16


def test_each_chord_begins_on_its_root():
    for result in bass_of((kicks(0, 1, 2, 3), chords())):
        assert [note.pitch % 12 for note in result.clip.notes if note.onset % 4 == 0] == [9, 5, 0, 7]


def test_a_slash_in_given_chords_is_the_bass():
    result = accompany((kicks(0, 2),), AccompanyOptions(chords=tuple(timed("C:maj G:maj/3")), style="root"))[0]
    assert {note.pitch % 12 for note in result.clip.notes if note.onset % 8 == 4 or note.onset == 4} == {11}


def test_style_words_choose_the_figure():
    for word, figure in (("deep house", "octave"), ("dark trap", "sub"), ("Jazz", "walking"), ("root", "root")):
        assert bass_of((kicks(0, 1, 2, 3), chords()), style=word)[0].manner == figure


def test_a_walking_bass_walks_in_quarters():
    result = bass_of((kicks(0, 1, 2, 3), chords()), style="walking")[0]
    assert [note.onset for note in result.clip.notes] == list(range(16))
    steps = [
        abs(one.pitch - other.pitch)
        for one, other in zip(result.clip.notes[3::4], result.clip.notes[4::4], strict=False)
    ]
    assert max(steps) <= 2


def test_clips_of_different_lengths_meet_in_their_common_span():
    assert common_span((kicks(0, length=6.0), chords())) == 48
    assert bass_of((kicks(0, length=6.0), chords()))[0].clip.length == 48
    assert common_span((replace(chords(), length=100.0), replace(chords(), length=99.0))) == 100


def test_the_counter_melody_speaks_in_the_gaps():
    clips = (kicks(0, 2), chords(), tune())
    around = Surroundings.of(clips, A_MINOR)
    for result in accompany(clips, AccompanyOptions(part="counter", scale=A_MINOR), count=3):
        assert result.in_scale == 1
        assert not {note.onset for note in result.clip.notes} & {note.onset for note in tune().notes}
        assert all(any(start <= note.onset < end for start, end in gaps(around)) for note in result.clip.notes)


def test_without_a_gap_the_counter_melody_holds_the_thirds():
    busy = Clip(tuple(Note(72, place / 2, 0.5) for place in range(32)), 16.0, role="melody")
    given = tuple(timed("A:min F:maj C:maj G:maj"))
    result = accompany((busy,), AccompanyOptions(part="counter", scale=A_MINOR, chords=given))[0]
    assert [note.pitch % 12 for note in result.clip.notes] == [0, 9, 4, 11]


def test_chords_come_in_the_preset_that_the_words_name():
    results = accompany((tune(), kicks(0, 2)), AccompanyOptions(part="chords", style="lofi"), count=2)
    assert [result.manner for result in results] == ["lofi", "lofi"]
    assert results[0].clip.notes != results[1].clip.notes
    assert all(len([note for note in result.clip.notes if note.onset < 0.2]) >= 3 for result in results)


@pytest.mark.parametrize("part", PARTS)
def test_the_same_scene_gives_the_same_part(part):
    clips = (kicks(0, 2), chords(), tune())
    assert accompany(clips, AccompanyOptions(part=part), 2) == accompany(clips, AccompanyOptions(part=part), 2)


def test_what_cannot_be_accompanied_is_said():
    with pytest.raises(EmptyClip, match="only drums"):
        accompany((kicks(0, 2),))
    with pytest.raises(EmptyClip):
        accompany((Clip((), 4.0),))
    with pytest.raises(BadValue, match="different metres"):
        accompany((chords(), replace(tune(), metre=Metre(3, 4))))
    with pytest.raises(BadValue, match="choose from bass"):
        AccompanyOptions(part="trumpet")
