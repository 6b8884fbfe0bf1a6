"""A beat to a rhythm."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.drums.beat import write_beat
from models.drums.drums import DrumsOptions, drums
from models.drums.hearing import styles_for, styles_named, styles_of_beat
from models.drums.rhythm import Rhythm, strokes_of, swung
from models.drums.styles import STYLES, backbeats
from models.music.beats import Metre
from models.music.clip import ROLES
from models.music.drum_kit import lane_of
from models.music.errors import EmptyClip
from tests.strategies import a_bass_line, a_clip, a_note, a_tune, clips


def beat_of(clip, style="", count=1, **options):
    return [result.clip for result in drums(clip, DrumsOptions(style=style, **options), count)]


def onsets(clip, lane):
    return [note.onset for note in clip.notes if lane_of(note.pitch) == lane]


@given(st.sampled_from(ROLES).flatmap(lambda role: clips(role)), st.sampled_from(list(STYLES)), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_every_stroke_of_any_rhythm_is_struck(clip, style, seed):
    if all(note.mute for note in clip.notes):
        return
    beat = beat_of(clip, style, seed=seed)[0]
    assert beat.role == "drums"
    assert (beat.length, beat.metre, beat.tempo) == (clip.length, clip.metre, clip.tempo)
    struck = [note.onset for note in beat.notes]
    for stroke in Rhythm.of((clip,), clip.length).strokes:
        assert min(abs(stroke.onset - onset) for onset in struck) <= 1 / 8
    for note in beat.notes:
        assert 0 <= note.onset < beat.length
        assert note.end <= beat.length + 1e-6
        assert 1 <= note.velocity <= 127
        assert lane_of(note.pitch) is not None


def test_house_has_a_kick_on_every_beat_and_claps_between():
    beat = beat_of(a_tune(), "house")[0]
    assert onsets(beat, "kick") == list(range(16))
    assert onsets(beat, "snare") == list(range(1, 16, 2))
    assert {note.pitch for note in beat.notes if lane_of(note.pitch) == "snare"} == {39}


def test_kicks_lie_on_the_accents():
    taps = a_clip(
        *(a_note(60, place, 0.2, 120 if place in (0, 0.75, 2.5) else 60) for place in (0, 0.5, 0.75, 1.5, 2.5, 3.5)),
        length=4.0,
    )
    assert onsets(beat_of(taps, "funk")[0], "kick")[:2] == [0, 0.75]
    assert 2.5 in onsets(beat_of(taps, "rock")[0], "kick")


def test_the_backbeat_follows_the_metre():
    plain = STYLES["rock"].beats[0]
    assert backbeats(Metre(4, 4), plain) == (1.0, 3.0)
    assert backbeats(Metre(3, 4), plain) == (1.0, 2.0)
    assert backbeats(Metre(6, 8), plain) == (1.5,)
    assert backbeats(Metre(4, 4), STYLES["trap"].beats[0]) == (2.0,)


def test_a_pattern_is_read_bar_by_bar_and_carried_to_other_metres():
    first, second = (strokes_of("X--.x...|..o.....", bar, Metre(2, 4)) for bar in (0, 1))
    assert [tuple(stroke) for stroke in first] == [(0.0, 0.75, "X"), (1.0, 0.25, "x")]
    assert [tuple(stroke) for stroke in second] == [(0.5, 0.25, "o")]
    in_threes = strokes_of("X.x.o.x.X.x.o.xx", 0, Metre(4, 4), ternary=True)
    assert [round(stroke.onset, 2) for stroke in in_threes] == [0, 0.67, 1, 1.67, 2, 2.67, 3, 3.67]
    waltz = strokes_of("R-------5---A---", 0, Metre(3, 4))
    assert [(stroke.onset, stroke.sign) for stroke in waltz] == [(0.0, "R"), (2.0, "A")]


def row(pitch, *places, bars=4, velocity=100):
    return [a_note(pitch, 4.0 * bar + place, 0.1, velocity) for bar in range(bars) for place in places]


@pytest.mark.parametrize(
    ("kick", "snare", "tempo", "style"),
    [
        ((0, 1, 2, 3), (1, 3), 124.0, "house"),
        ((0, 1, 2, 3), (1, 3), 135.0, "techno"),
        ((0, 1.5, 2.5), (2,), 142.0, "trap"),
        ((2,), (2,), 74.0, "reggae"),
        ((0, 0.75, 2.5, 2.75), (1, 3), 104.0, "funk"),
        ((0, 2, 2.5), (1, 3), 132.0, "rock"),
        ((0, 2.5), (1, 3), 172.0, "drum-and-bass"),
        ((0, 1.75, 2.5), (1, 3), 88.0, "hip-hop"),
    ],
)
def test_a_beat_is_heard_in_its_style(kick, snare, tempo, style):
    beat = a_clip(*row(36, *kick), *row(38, *snare), *row(42, *(n / 2 for n in range(8))), tempo=tempo, role="drums")
    assert styles_of_beat("", beat)[0] == style
    assert styles_of_beat("bossa nova", beat) == ["bossa"]


def test_hats_swing_with_the_rhythm():
    swing = a_clip(*(a_note(60, beat + late, 0.2) for beat in range(8) for late in (0, 2 / 3 - 0.02)), length=8.0)
    hats = onsets(beat_of(swing, "pop")[0], "closed hat")
    assert all(abs(onset % 1) < 0.01 or 0.6 < onset % 1 < 0.7 for onset in hats)


def test_swung_time_keeps_beats_and_order():
    places = [swung(place / 8, 0.6, 0.25) for place in range(17)]
    assert places == sorted(places)
    assert places[0] == 0
    assert places[2] == pytest.approx(0.3)
    assert places[4] == pytest.approx(0.5)
    assert swung(0.3, 0.6, 0.0) == 0.3


def test_words_and_tempo_choose_the_style():
    assert styles_named("Dark DnB, please") == []
    assert styles_named("dark dnb") == ["drum-and-bass"]
    assert styles_named("Drum and Bass") == ["drum-and-bass"]
    assert styles_for("", 174)[0] == "drum-and-bass"
    assert styles_for("", 124)[0] == "house"
    assert [clip.name for clip in beat_of(a_tune(), "lofi trap", 2)] == ["lo-fi beat", "trap beat"]


def test_several_beats_of_one_style_differ():
    assert len({clip.notes for clip in beat_of(a_bass_line(), "funk", 4)}) == 4


def test_the_ones_of_a_style_that_goes_with_the_bass_are_its_strokes():
    rhythm = Rhythm.of((a_bass_line(),), 16.0)
    notes = write_beat(rhythm, "rock", 0, 0, cover=False)
    strokes = [stroke.onset for stroke in rhythm.strokes]
    assert all(note.onset in strokes for note in notes if note.pitch == 36)


def test_silence_has_no_rhythm():
    with pytest.raises(EmptyClip, match="no rhythm"):
        beat_of(a_clip())
