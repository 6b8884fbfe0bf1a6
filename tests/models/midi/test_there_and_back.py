"""Files come back as they were written, others' files are understood, and broken ones end in one sentence."""

import io
import re
import shutil
import struct
import subprocess
from dataclasses import replace

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import midi_file
from models.music.beats import Metre
from models.music.clip import Clip, without_overlaps
from models.music.note import Note

METRES = ("4/4", "3/4", "6/8", "7/8", "5/4", "12/8", "2/2")


def a_clip(*notes, length=4.0, **fields):
    return Clip(tuple(Note(pitch, onset, duration) for onset, pitch, duration in notes), length, **fields)


@st.composite
def clips(draw, division=480):
    """Any clip whose times lie on the ticks of a division and whose notes don't overlap."""
    length = draw(st.integers(1, 24 * division))
    notes = draw(
        st.lists(
            st.builds(
                lambda pitch, onset, duration, velocity, release: Note(
                    pitch, onset / division, duration / division, velocity, release_velocity=release
                ),
                st.integers(0, 127),
                st.integers(0, length - 1),
                st.integers(1, length),
                st.integers(1, 127),
                st.integers(0, 127),
            ),
            max_size=30,
        )
    )
    # Cutting subtracts floats; a file's durations are whole ticks.
    cut = (
        note.moved(duration=round(note.duration * division) / division)
        for note in without_overlaps(notes, length / division)
    )
    return Clip(
        tuple(cut),
        length / division,
        name=draw(st.sampled_from(("", "Lead", "旋律 1", "Gitarre Ä"))),
        tempo=draw(st.sampled_from((60.0, 120.0, 174.0))),
        metre=Metre.parse(draw(st.sampled_from(METRES))),
        role=draw(st.sampled_from((None, "drums"))) if notes else None,
        key=draw(st.sampled_from((None, "A minor", "Eb major"))),
    )


@pytest.fixture
def round_trip(tmp_path):
    def there_and_back(written):
        path = tmp_path / "clip.mid"
        midi_file.write(path, written, replacing=True)
        return midi_file.read(path)

    return there_and_back


# ---- there and back


@settings(max_examples=80, deadline=None)
@given(written=st.sampled_from((480, 96, 192, 1024, 13_440)).flatmap(clips))
def test_a_clip_on_the_tick_grid_comes_back_exactly(tmp_path_factory, written):
    path = tmp_path_factory.getbasetemp() / "round.mid"
    midi_file.write(path, written, replacing=True)
    back = midi_file.read(path)
    assert replace(back, key=written.key) == written
    assert back.carried.key == written.key  # though notes of any pitch may contradict it


@settings(max_examples=40, deadline=None)
@given(onset=st.floats(0, 15.5), duration=st.floats(0.001, 3))
def test_a_time_off_every_grid_moves_less_than_a_tick(tmp_path_factory, onset, duration):
    path = tmp_path_factory.getbasetemp() / "off.mid"
    midi_file.write(path, Clip((Note(60, onset, duration),), 16.0), replacing=True)
    (note,) = midi_file.read(path).notes
    assert abs(note.onset - onset) <= 1 / 13_440
    assert abs(note.end - min(16.0, onset + duration)) <= 1 / 13_440


def test_common_clips_are_written_at_480_and_the_wires_septuplets_at_its_own_division():
    def division(*times):
        return struct.unpack(">h", midi_file.encode(a_clip(*((at, 60, 0.01) for at in times)))[12:14])[0]

    sixteenths = Clip((Note(60, 0.25, 0.25), Note(60, 1 / 3, 1 / 3)), 4.0)
    assert struct.unpack(">h", midi_file.encode(sixteenths)[12:14]) == (480,)
    assert division(1 / 7) == 13_440


def test_several_clips_come_back_as_tracks(tmp_path):
    written = (
        a_clip((0, 60, 1), name="lead", tempo=99.0),
        a_clip((1, 40, 2), length=8.0, name="bass", tempo=99.0),
        a_clip((0, 36, 0.25), name="kit", tempo=99.0, role="drums"),
    )
    midi_file.write(tmp_path / "song.mid", written)
    assert midi_file.read_tracks(tmp_path / "song.mid") == written
    assert midi_file.read(tmp_path / "song.mid", track=2) == written[1]
    assert midi_file.read(tmp_path / "song.mid", channel=10) == written[2]
    first = midi_file.read(tmp_path / "song.mid")
    assert first == written[0]
    assert first.carried.remarks == ('Track 1, "lead", was taken; --track takes another: 2 "bass", 3 "kit".',)


def test_seventeen_clips_share_channels_and_never_the_drums(tmp_path):
    midi_file.write(tmp_path / "many.mid", [a_clip((0, 40 + n, 1)) for n in range(17)])
    assert [clip.role for clip in midi_file.read_tracks(tmp_path / "many.mid")] == [None] * 17


def test_muted_notes_are_left_out(round_trip):
    assert round_trip(Clip((Note(60, 0, 1, mute=True), Note(62, 1, 1)), 4.0)).notes == (Note(62, 1, 1),)


def test_a_clip_without_notes_is_a_file_too(round_trip):
    assert round_trip(Clip((), 8.0)) == Clip((), 8.0)


@pytest.mark.parametrize(
    ("key", "read_back"),
    [("G# major", "Ab major"), ("Bb minor", "Bb minor"), ("D dorian", None), ("nonsense", None), ("A#m", None)],
)
def test_a_key_signature_is_written_where_there_is_one(round_trip, key, read_back):
    assert round_trip(a_clip((0, 60, 1), key=key)).key == read_back


# ---- other programs


def partner(name):
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed, so what it makes of our files was not looked at")
    return found


WRITTEN = (
    Clip((Note(60, 1 / 7, 0.3), Note(64, 1, 1, 33, release_velocity=7)), 6.0, "七", key="F# minor"),
    a_clip((0.5, 36, 0.1), role="drums"),
)


@pytest.mark.parametrize("written", [WRITTEN[:1], WRITTEN])
def test_mftext_lists_what_was_written(tmp_path, written):
    midi_file.write(tmp_path / "peer.mid", written)
    listed = subprocess.run(
        [partner("mftext"), str(tmp_path / "peer.mid")],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=20,
        check=True,
    ).stdout
    division = int(re.search(r"division=(\d+)", listed)[1])
    found = re.findall(r"Time=(\d+) +Note (on|off), chan=(\d+) pitch=(\d+) vol=(\d+)", listed)
    heard = {
        (round(int(at) / division, 3), kind, int(channel), int(pitch), int(velocity))
        for at, kind, channel, pitch, velocity in found
    }
    expected = set()
    for clip in written:
        for note in clip.notes:
            channel = 10 if clip.drums else 1
            expected |= {
                (round(note.onset, 3), "on", channel, note.pitch, note.velocity),
                (round(note.end, 3), "off", channel, note.pitch, note.release_velocity),
            }
    assert heard == expected


def test_fluidsynth_plays_what_was_written(tmp_path):
    midi_file.write(tmp_path / "peer.mid", WRITTEN)
    played = subprocess.run(
        [
            partner("fluidsynth"),
            "-ni",
            "-r",
            "8000",
            "-a",
            "file",
            "-F",
            str(tmp_path / "out.raw"),
            str(tmp_path / "peer.mid"),
        ],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
    )
    if not (tmp_path / "out.raw").exists():
        pytest.skip(f"fluidsynth has no sound font here: {(played.stdout + played.stderr)[-80:]}")
    sound = (tmp_path / "out.raw").read_bytes()
    assert len(sound) > 8000 * 4 * 0.5  # at least half a second of 16-bit stereo
    assert any(sound)


def test_mido_agrees_about_times():
    file = mido.MidiFile(file=io.BytesIO(midi_file.encode(a_clip((1.5, 60, 0.5)))))
    ticks, heard = 0, []
    for message in file.tracks[0]:
        ticks += message.time
        if message.type.startswith("note"):
            heard.append((message.type, ticks / file.ticks_per_beat))
    assert heard == [("note_on", 1.5), ("note_off", 2.0)]


def test_markers_of_a_song_are_written_where_they_stand(tmp_path):
    tracks = [a_clip((0, 60, 1)), a_clip((1, 48, 1))]
    midi_file.write(tmp_path / "song.mid", tracks, markers=[(0, "intro"), (2, "drop")])
    tick, found = 0, []
    for message in mido.MidiFile(tmp_path / "song.mid").tracks[0]:
        tick += message.time
        if message.type == "marker":
            found.append((tick / 480, message.text))
    assert found == [(0, "intro"), (2, "drop")]
