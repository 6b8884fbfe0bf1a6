"""Parts out of nothing in a style: the beat, the bass, the chords and the tune of one song."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.accompaniment.in_style import Song
from models.analysis.role import find_role
from models.drums.styles import STYLES, backbeats, kicks
from models.generator import Request
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord, chord_at
from models.music.drum_kit import lane_of
from models.music.errors import Refused
from models.music.scale import Scale
from models.music.similarity import similarity
from models.studio import Studio
from tests.strategies import a_beat, some_chords

STUDIO = Studio()
MAIN = ("rock", "jazz", "classical", "pop", "house", "techno", "trap", "lo-fi", "funk", "bossa", "reggae", "folk")
PARTS = ("drums", "bass", "chords", "melody")
E_MINOR = Scale.parse("E minor")


def made(style, role, **asked):
    return list(STUDIO.generate(Request(task="generate", role=role, style=style, **{"count": 1, **asked})))


def one(style, role, **asked):
    return made(style, role, **asked)[0].clip


def played(clip, lane, bar):
    """Where the loud hits of a drum lie in a bar, in beats, as written: to the next sixteenth."""
    start = bar * clip.metre.bar
    return {
        round(4 * (note.onset - start)) / 4
        for note in clip.notes
        if lane_of(note.pitch) == lane and start - 0.1 <= note.onset < start + clip.metre.bar - 0.1
    }


@pytest.mark.parametrize("style", MAIN)
def test_each_style_has_its_kick_and_backbeat_in_every_bar_before_the_fill(style):
    clip, told = one(style, "drums"), STYLES[style]
    assert (find_role(clip), clip.length) == ("drums", 16.0)
    for bar in range(3):
        struck = {at for lane in ("snare", "rim", "clap") for at in played(clip, lane, bar)}
        assert set(backbeats(clip.metre, told.beats[0], bar)) <= struck
        assert set(kicks(clip.metre, told, told.beats[0], bar)) == played(clip, "kick", bar)
    assert set(kicks(clip.metre, told, told.beats[0], 3)) & {0.0, 1.0} <= played(clip, "kick", 3)


BACKBEATS = {"rock": {1, 3}, "trap": {2}, "house": {1, 3}, "reggae": {2}, "funk": {1, 3}, "pop": {1, 3}}


@pytest.mark.parametrize("style", BACKBEATS)
def test_backbeats_are_where_the_style_has_them(style):
    clip = one(style, "drums")
    loud = {
        round(note.onset % 4, 1)
        for note in clip.notes
        if lane_of(note.pitch) in ("snare", "clap", "rim") and note.velocity >= 80 and note.onset < 12
    }
    assert {round(at) for at in loud} == BACKBEATS[style]


@pytest.mark.parametrize("scale", [None, E_MINOR])
@pytest.mark.parametrize("style", MAIN)
def test_four_parts_of_one_seed_agree(style, scale):
    request = Request(task="generate", style=style, scale=scale)
    song = Song.of(request, 5)
    clips = {role: one(style, role, scale=scale, seed=5) for role in PARTS}
    assert {(clip.tempo, clip.length, clip.metre) for clip in clips.values()} == {(song.tempo, 16.0, Metre())}
    assert {made(style, role, scale=scale, seed=5)[0].report.remarks[0] for role in PARTS} == {song.told}
    for timed in song.chords:
        first = min((n for n in clips["bass"].notes if n.onset >= timed.onset - 0.1), key=lambda n: n.onset)
        assert first.pitch % 12 == timed.chord.bass
        assert 28 <= first.pitch <= 50
    # What isn't of the chord pushes the next one, or is its seventh or ninth.
    near = [
        (n.pitch, chord_at(song.chords, n.onset + 0.13), chord_at(song.chords, n.onset + 0.8))
        for n in clips["chords"].notes
    ]
    assert all(
        pitch in here or pitch in (then or here) or (pitch - here.root) % 12 in (2, 10, 11)
        for pitch, here, then in near
    )
    tune = clips["melody"].notes
    assert all(50 <= note.pitch <= 86 for note in tune)
    assert sum(n.duration for n in tune if n.pitch in chord_at(song.chords, n.onset + 0.05)) >= 0.6 * sum(
        n.duration for n in tune
    )
    if scale:
        assert all(note.pitch in scale for role in PARTS[1:] for note in clips[role].notes)


def test_the_time_of_a_style_is_its_own():
    tempos = {style: one(style, "bass").tempo for style in MAIN}
    assert 118 <= tempos["house"] <= 126
    assert 70 <= tempos["reggae"] <= 80
    assert 134 <= tempos["trap"] <= 150
    late = [note.onset % 1 for note in one("jazz", "drums").notes if lane_of(note.pitch) == "ride"]
    assert any(0.6 <= at <= 0.72 for at in late)
    assert one("rock", "bass", tempo=90.0, metre=Metre(3, 4), bars=5).length == 15.0


@pytest.mark.parametrize("role", PARTS)
def test_four_results_are_four_ideas_and_come_again(role):
    found = made("pop", role, count=4)
    assert [variation.seed for variation in found] == [0, 1, 2, 3]
    assert made("pop", role, seed=2)[0].clip == found[2].clip
    alike = [
        similarity(a.clip.notes, b.clip.notes, drums=role == "drums")
        for place, a in enumerate(found)
        for b in found[:place]
    ]
    assert max(alike) <= (0.92 if role == "drums" else 0.7)


def test_given_chords_and_clips_beside_lead():
    row = (TimedChord(0.0, 4.0, Chord.of(2, "min7")), TimedChord(4.0, 4.0, Chord.of(10, "maj7")))
    roots = {note.onset // 4 % 2: note.pitch % 12 for note in one("techno", "bass", chords=row).notes[::-1]}
    assert roots[0.0] == 2
    kicking = a_beat()
    bass = one("funk", "bass", context=(kicking,), chords=row)
    assert bass.tempo == kicking.tempo
    pad = some_chords()
    heard = Song.of(Request(task="generate", style="house", context=(pad,)), 0)
    assert heard.playing("chords").notes == replace(pad, tempo=heard.tempo).looped(16.0).notes
    assert {note.pitch % 12 for note in heard.part("bass").notes[:1]} == {heard.chords[0].chord.bass}


def test_words_for_chords_lay_the_songs_chords_out_and_mean_nothing_elsewhere():
    song = Song.of(Request(task="generate", style="jazz"), 0)
    clip = one("jazz drop2 hold", "chords")
    assert len({note.onset for note in clip.notes}) == len(song.chords)
    (variation,) = made("jazz drop2", "bass")
    assert "Without effect on bass: drop2." in variation.report.remarks
    with pytest.raises(Refused, match="words are house, techno"):
        made("yodel", "bass")


def test_a_part_keeps_range_voices_and_mood():
    assert all(40 <= note.pitch <= 47 for note in one("rock", "bass", range=(36, 47), seed=1).notes if note.pitch > 39)
    clip = one("pop", "chords", polyphony=2)
    assert all(sum(o.onset <= n.onset < o.end for o in clip.notes) <= 2 for n in clip.notes)
    (sad,) = made("pop", "melody", mood="sad", scale=None)
    assert any(remark.startswith("Mood: sad") for remark in sad.report.remarks)


@pytest.mark.parametrize(
    ("typed", "name"), [("hip hop", "Hip-hop"), ("drum and bass", "Drum-and-bass"), ("boom bap", "Hip-hop")]
)
def test_names_of_two_words_are_styles(typed, name):
    assert made(typed, "bass")[0].report.remarks[0].startswith(f"{name} in ")
