"""Parts that fit the clips beside them: bass, chords, counter-melody."""

import itertools
import statistics
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.accompaniment.accompany import PARTS, AccompanyOptions, accompany
from models.accompaniment.bass import HIGHEST, LOWEST
from models.accompaniment.comping import COMPINGS
from models.accompaniment.counter import MANNERS, gaps
from models.accompaniment.figures import FIGURES, PLAYING
from models.accompaniment.surroundings import Surroundings, common_span
from models.benchmarks.harmony import timed
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip
from models.music.note import Note
from models.music.scale import Scale
from models.music.similarity import similarity

A_MINOR = Scale.parse("A minor")
LOCKED = [name for name, figure in FIGURES.items() if figure.lock != "bar"]


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
def test_every_locked_bass_lies_on_the_kick_and_the_chords(beats):
    results = [each for style in LOCKED for each in bass_of((kicks(*beats), chords()), style=style)[:2]]
    assert all(result.shared >= 0.6 for result in results)
    assert len({result.clip.notes for result in results}) == len(results)


@pytest.mark.parametrize("beats", [(0, 1, 2, 3), (0, 1.5, 2.75), (0, 2.5)])
def test_four_basses_are_four_ideas(beats):
    results = bass_of((kicks(*beats), chords()))[:4]
    assert len({result.manner for result in results}) == 4
    pairs = itertools.combinations(results, 2)
    assert statistics.fmean(similarity(one.clip.notes, other.clip.notes) for one, other in pairs) <= 0.7


@given(
    st.lists(st.sampled_from([place / 4 for place in range(16)]), min_size=1, max_size=6, unique=True),
    st.sampled_from(LOCKED),
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
    for word, figure in (("deep house", "offbeats"), ("dark trap", "808"), ("Jazz", "walking"), ("root", "root")):
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


@pytest.mark.parametrize("manner", MANNERS)
def test_the_counter_melody_moves_where_the_tune_rests(manner):
    clips = (kicks(0, 2), chords(), tune())
    around = Surroundings.of(clips, A_MINOR)
    line = accompany(clips, AccompanyOptions(part="counter", style=manner, scale=A_MINOR))[0]
    assert line.in_scale == 1
    assert line.on_chord >= 0.85
    changes = [timed.onset for timed in around.chords]
    for note in line.clip.notes:
        held = any(0 <= note.onset - change <= 1.0 for change in changes)
        assert held or any(start - 0.01 <= note.onset < end for start, end in gaps(around))
    one_voice = zip(line.clip.notes, line.clip.notes[1:], strict=False)
    assert all(note.end <= other.onset + 1e-6 for note, other in one_voice)


def test_the_counter_melody_rubs_with_nothing_and_stays_below():
    clips = (kicks(0, 2), chords(), tune())
    for line in accompany(clips, AccompanyOptions(part="counter", scale=A_MINOR), count=4):
        for note in line.clip.notes:
            above = [other for other in tune().notes if other.onset <= note.onset + 1e-6 < other.end]
            assert all(abs(note.pitch - other.pitch) % 12 not in (1, 11) for other in above)
        assert statistics.fmean(n.pitch for n in line.clip.notes) < statistics.fmean(n.pitch for n in tune().notes)


def test_an_echo_has_the_rhythm_of_what_was_sung():
    sung = Clip(
        tuple(Note(pitch, onset, 0.4) for pitch, onset in ((72, 0.0), (74, 0.5), (76, 1.0), (79, 1.5))),
        8.0,
        role="melody",
    )
    given = tuple(timed("C:maj C:maj"))
    line = accompany((sung,), AccompanyOptions(part="counter", style="echo", chords=given))[0].clip
    answer = [note.onset for note in line.notes if note.onset >= 2][:4]
    assert [onset - answer[0] for onset in answer] == [0.0, 0.5, 1.0, 1.5]


def test_without_a_gap_the_counter_melody_holds_guide_tones_and_passes_on():
    busy = Clip(tuple(Note(79, place / 2, 0.5) for place in range(32)), 16.0, role="melody")
    given = tuple(timed("A:min F:maj C:maj G:maj"))
    asked = AccompanyOptions(part="counter", style="guide", scale=A_MINOR, chords=given)
    line = accompany((busy,), asked)[0].clip.notes
    assert [note.onset for note in line] == [0, 4, 7, 8, 12, 15]
    assert line[0].pitch % 12 == 0
    held = [note for note in line if note.onset % 4 == 0]
    assert all(note.pitch in timed_chord.chord for note, timed_chord in zip(held, given, strict=True))
    assert statistics.fmean(abs(one.pitch - other.pitch) for one, other in itertools.pairwise(line)) <= 4


# Tunes that a reader had: a country song in C, a synth-pop hook in F# minor, a rock riff in E minor; beats and pitches.
TUNES = (
    "0:64 1:64 1.5:67 2.5:69 3:67 4:64 5:62 5.5:60 8:62 9:62 9.5:65 10.5:67 11:65 12:64 13:62 14:60",
    "0:66 1:69 2:73 2.5:71 3:69 4:68 5.5:64 6:66 8:69 9:73 10:76 10.5:74 11:73 12:71 13.5:68 14:69",
    "0:71 1:71 1.5:69 2:67 3:64 4:67 4.5:69 5:71 6:74 7:71 8:71 9:71 9.5:69 10:67 11:64 12:69 12.5:67 13:66 14:64",
)


@pytest.mark.parametrize("row", TUNES)
def test_a_counter_melody_neither_doubles_nor_rubs_nor_stands_still(row):
    told = [(float(word.split(":")[0]), int(word.split(":")[1])) for word in row.split()]
    ends = [onset for onset, _ in told[1:]] + [15.5]
    sung = Clip(
        tuple(Note(p, at, min(1.4, 0.95 * (end - at)), 100) for (at, p), end in zip(told, ends, strict=True)),
        16.0,
        role="melody",
    )
    for found in accompany((sung,), AccompanyOptions(part="counter"), 4):
        notes = found.clip.notes
        for note in notes:
            for other in sung.notes:
                together = min(note.end, other.end) - max(note.onset, other.onset)
                assert together < 0.6 or (note.pitch < other.pitch and note.pitch not in (other.pitch - 1, other.pitch))
        # One pitch is struck again at most once, and never held longer than a bar.
        assert all(len({n.pitch for n in notes[place : place + 3]}) > 1 for place in range(len(notes) - 2))
        assert max(note.duration for note in notes) <= 4.0
        assert found.on_chord >= 0.9


def test_under_a_tune_that_never_rests_four_lines_are_four_ideas():
    busy = Clip(tuple(Note(72, place / 2, 0.5) for place in range(32)), 16.0, role="melody")
    given = tuple(timed("A:min F:maj C:maj G:maj"))
    lines = accompany((busy,), AccompanyOptions(part="counter", scale=A_MINOR, chords=given), count=4)
    assert len({tuple((note.onset, note.pitch) for note in each.clip.notes) for each in lines}) == 4


def test_chords_are_played_as_the_style_does():
    scene = (tune(), kicks(0, 2))
    given = tuple(timed("A:min7 F:maj7 C:maj7 G:7"))
    for style in ("lofi", "house", "rock", "bossa", "funk", "reggae"):
        results = accompany(scene, AccompanyOptions(part="chords", style=style, chords=given), count=4)
        habits = PLAYING["styles"][{"lofi": "lo-fi"}.get(style, style)]["compings"]
        assert {result.manner for result in results} == set(habits)
    skank = accompany(scene, AccompanyOptions(part="chords", style="skank", chords=given))[0].clip.notes
    assert {round(note.onset % 1, 1) for note in skank if note.onset % 1 < 0.55} == {0.5}
    assert max(note.duration for note in skank) < 0.3


def test_every_chord_is_heard_and_a_push_brings_the_next_one_early():
    given = tuple(timed("A:min F:maj C:maj G:maj"))
    for name, comping in COMPINGS.items():
        found = accompany((tune(), kicks(0, 2)), AccompanyOptions(part="chords", style=name, chords=given))[0].clip
        for each in given:
            heard = [n for n in found.notes if each.onset - 0.8 <= n.onset < each.onset + 1.2 and n.pitch in each.chord]
            assert heard, (name, each)
        if ">" in comping.bars:
            early = [note.pitch for note in found.notes if 7.2 < note.onset < 7.95]
            assert any(pitch in given[2].chord and pitch not in given[1].chord for pitch in early), name


def test_chords_leave_the_tune_its_room():
    for result in accompany((tune(), kicks(0, 2)), AccompanyOptions(part="chords"), count=4):
        assert max(note.pitch for note in result.clip.notes) <= max(note.pitch for note in tune().notes)


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


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("row", ["A:min F:maj C:maj G:maj", "A:min7"])
def test_a_counter_melody_is_one_voice_whatever_the_harmony(manner, row):
    quick = tuple(one._replace(onset=one.onset / 2, duration=one.duration / 2) for one in timed(row))
    busy = Clip(tuple(Note(72 - place % 3, place / 2, 0.5) for place in range(32)), 16.0, role="melody")
    for clips in ((busy,), (tune(),)):
        line = accompany(clips, AccompanyOptions(part="counter", style=manner, chords=quick))[0].clip.notes
        assert all(one.end <= other.onset + 1e-6 for one, other in zip(line, line[1:], strict=False))
