"""An arrangement becomes files: each clip, each section, the song with its markers."""

from dataclasses import replace
from pathlib import Path

import mido
import pytest

from gui.link.song_files import clip_stem, joined, kept_of_loop, song_of, write_song
from gui.state.values import Result
from models import midi_file
from models.generator import Place, Report, Variation
from models.music.carried import Carried
from models.music.clip import Clip
from models.music.note import Note

TRACKS = ("lead", "beat")


def make_result(section, track, name, pitch=60, **changes):
    clip = Clip((Note(pitch, 0.0, 1.0), Note(pitch, 2.0, 1.0)), 4.0, name=name, **changes)
    return Result(
        1,
        Variation(clip, 1, (0, 1), Report(0.5), Place(section, track, name)),
        Path("x.mid"),
        None,
        None,
        TRACKS[track],
    )


def written(folder, results):
    return write_song(folder, "tune", TRACKS, *song_of(results, len(TRACKS)))


@pytest.fixture
def results():
    return [
        make_result(0, 1, "intro", 36, role="drums"),
        make_result(1, 0, "verse"),
        make_result(1, 1, "verse", 38, role="drums"),
        make_result(2, 0, "outro", 64),
    ]


def test_the_song_has_every_track_from_start_to_end(tmp_path, results):
    song = written(tmp_path, results)
    assert song.path == tmp_path / "tune song.mid"
    beat, lead = sorted(midi_file.read_tracks(song.path), key=lambda clip: clip.name)
    assert [(note.onset, note.pitch) for note in lead.notes] == [(4.0, 60), (6.0, 60), (8.0, 64), (10.0, 64)]
    assert [(note.onset, note.pitch) for note in beat.notes] == [(0.0, 36), (2.0, 36), (4.0, 38), (6.0, 38)]
    assert (beat.name, beat.drums, beat.length, lead.name, lead.length) == ("beat", True, 12.0, "lead", 12.0)


def test_a_marker_stands_where_each_section_begins(tmp_path, results):
    song = written(tmp_path, results)
    file, now, markers = mido.MidiFile(song.path), 0, []
    for message in file.tracks[0]:
        now += message.time
        if message.type == "marker":
            markers.append((now / file.ticks_per_beat, message.text))
    assert markers == [(0.0, "intro"), (4.0, "verse"), (8.0, "outro")]


def test_each_section_is_a_file_with_the_tracks_that_play(tmp_path, results):
    song = written(tmp_path, results)
    assert song.names == ("intro", "verse", "outro")
    assert [path.name for path in song.files] == ["tune 01 intro.mid", "tune 02 verse.mid", "tune 03 outro.mid"]
    assert [[clip.name for clip in midi_file.read_tracks(path)] for path in song.files] == [
        ["beat"],
        ["lead", "beat"],
        ["lead"],
    ]
    assert [[clip is not None for clip in clips] for clips in song.clips] == [
        [False, True],
        [True, True],
        [True, False],
    ]


def test_names_that_a_system_refuses_are_written_otherwise(tmp_path):
    song = write_song(tmp_path, "a/b: c?", TRACKS, *song_of([make_result(0, 0, "intro/1*")], 2))
    assert song.path.name == "a-b- c- song.mid"
    assert song.files[0].name == "a-b- c- 01 intro-1-.mid"
    assert clip_stem("größer", "2 · Bass", Place(2, 1, "副歌")) == "größer 03 副歌 2 - Bass"


@pytest.mark.parametrize(
    ("onset", "pitch", "kept"),
    [(0.0, 60, 0), (2.0, 62, 1), (4.0, 60, 0), (10.0, 62, 1), (4.0, 61, None), (1.0, 60, None)],
)
def test_a_note_of_the_loop_is_kept_in_every_round(onset, pitch, kept):
    loop = Clip((Note(60, 0.0, 1.0), Note(62, 2.0, 1.0)), 4.0)
    variation = Variation(Clip((Note(pitch, onset, 1.0),), 16.0), 1, (None,), Report(0.5), Place(0, 0, "intro"))
    assert kept_of_loop(variation, loop) == (kept,)


def test_what_a_later_section_carries_is_in_the_song(a_clip):
    bend = Carried(channel=2, events=((1.0, b"\xe0\x00\x50"),))
    plain, bent = a_clip(8), replace(a_clip(8), carried=bend)
    [track] = joined(((plain,), (bent,)), ["Lead"])
    assert track.length == plain.length + bent.length
    assert [(onset, message) for onset, message in track.carried.events if message == b"\xe0\x00\x50"] == [
        (plain.length + 1.0, b"\xe0\x00\x50")
    ]
