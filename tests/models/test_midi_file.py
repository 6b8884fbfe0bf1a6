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
from models.music.carried import Carried
from models.music.clip import Clip, without_overlaps
from models.music.errors import BadValue
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
        midi_file.write(path, written)
        return midi_file.read(path)

    return there_and_back


def save(path, *tracks, kind=1, division=480):
    """A file of other people's making: tracks of (ticks since the last, message)."""
    built = [mido.MidiTrack(message.copy(time=delta) for delta, message in track) for track in tracks]
    mido.MidiFile(type=kind, ticks_per_beat=division, tracks=built).save(path)
    return path


def on(pitch, velocity=90, channel=0):
    return mido.Message("note_on", note=pitch, velocity=velocity, channel=channel)


def off(pitch, velocity=30, channel=0):
    return mido.Message("note_off", note=pitch, velocity=velocity, channel=channel)


def end():
    return mido.MetaMessage("end_of_track")


# ---- there and back


@settings(max_examples=80, deadline=None)
@given(written=st.sampled_from((480, 96, 192, 1024, 13_440)).flatmap(clips))
def test_a_clip_on_the_tick_grid_comes_back_exactly(tmp_path_factory, written):
    path = tmp_path_factory.getbasetemp() / "round.mid"
    midi_file.write(path, written)
    back = midi_file.read(path)
    assert replace(back, key=written.key) == written
    assert back.carried.key == written.key  # though notes of any pitch may contradict it


@settings(max_examples=40, deadline=None)
@given(onset=st.floats(0, 15.5), duration=st.floats(0.001, 3))
def test_a_time_off_every_grid_moves_less_than_a_tick(tmp_path_factory, onset, duration):
    path = tmp_path_factory.getbasetemp() / "off.mid"
    midi_file.write(path, Clip((Note(60, onset, duration),), 16.0))
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


# ---- other people's files


def test_velocity_zero_ends_a_note_and_running_status_is_followed(tmp_path):
    body = bytes([0, 0x90, 60, 100, 0x83, 0x60, 60, 0, 0, 64, 80, 0x83, 0x60, 64, 0, 0, 0xFF, 0x2F, 0])
    path = tmp_path / "running.mid"
    path.write_bytes(b"MThd" + struct.pack(">LHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">L", len(body)) + body)
    assert midi_file.read(path).notes == (Note(60, 0, 1, 100), Note(64, 1, 1, 80))


def test_a_note_never_ended_rings_to_the_end_of_the_track(tmp_path):
    path = save(tmp_path / "hanging.mid", [(0, on(60)), (480, on(62)), (480, off(62)), (480, end())])
    assert [(note.pitch, note.duration) for note in midi_file.read(path).notes] == [(60, 3.0), (62, 1.0)]


def test_overlapping_notes_of_a_pitch_are_cut_as_live_cuts_them(tmp_path):
    path = save(
        tmp_path / "overlap.mid", [(0, on(60, 50)), (240, on(60, 70)), (240, off(60)), (480, off(60)), (0, end())]
    )
    assert [(n.onset, n.duration, n.velocity) for n in midi_file.read(path).notes] == [(0, 0.5, 50), (0.5, 1.5, 70)]


def test_a_hit_without_length_gets_one(tmp_path):
    path = save(tmp_path / "hit.mid", [(0, on(36, channel=9)), (0, off(36, channel=9)), (480, end())])
    clip = midi_file.read(path)
    assert clip.role == "drums"
    assert clip.notes[0].duration > 0


def test_an_off_without_a_note_is_nothing(tmp_path):
    path = save(tmp_path / "stray.mid", [(0, off(60)), (480, on(60)), (480, off(60)), (0, end())])
    assert [note.onset for note in midi_file.read(path).notes] == [1.0]


def test_tempo_metre_and_key_come_from_the_conductor_track(tmp_path):
    marks = [
        (0, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(174))),
        (0, mido.MetaMessage("time_signature", numerator=6, denominator=8)),
        (0, mido.MetaMessage("key_signature", key="F#m")),
        (960, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(90))),
        (0, end()),
    ]
    path = save(tmp_path / "song.mid", marks, [(0, on(60)), (480, off(60)), (0, end())])
    clip = midi_file.read(path)
    assert (clip.tempo, str(clip.metre), clip.key, clip.length) == (174.0, "6/8", "F# minor", 3.0)


def test_channels_of_a_type_0_file_are_clips_and_drums_are_known(tmp_path):
    path = save(
        tmp_path / "zero.mid",
        [(0, on(60)), (0, on(36, channel=9)), (480, off(60)), (0, off(36, channel=9)), (0, end())],
        kind=0,
    )
    assert [clip.role for clip in midi_file.read_tracks(path)] == [None, "drums"]
    assert [note.pitch for note in midi_file.read(path).notes] == [60]
    assert [note.pitch for note in midi_file.read(path, channel=10).notes] == [36]


def test_the_tracks_of_a_type_2_file_are_not_mixed(tmp_path):
    path = save(
        tmp_path / "two.mid",
        [(0, on(60)), (480, off(60)), (0, end())],
        [(0, on(72)), (480, off(72)), (0, end())],
        kind=2,
    )
    assert [note.pitch for note in midi_file.read(path).notes] == [60]
    assert [note.pitch for note in midi_file.read(path, track=2).notes] == [72]


@pytest.mark.parametrize(
    ("last_off", "track_end", "length"),
    [
        (1920, 1920, 4.0),  # a full bar
        (1440, 1440, 4.0),  # ends with its last note: the bar is filled up
        (1440, 3840, 8.0),  # a bar of silence is meant
        (1440, 2880, 6.0),  # a bar and a half is meant
        (1440, 1450, 4.0),  # an end that lies on no beat says nothing
        (1440, 192_000, 4.0),  # a hundred bars of silence are a song's end
    ],
)
def test_the_length_is_whole_bars_unless_the_track_ends_on_a_later_beat(tmp_path, last_off, track_end, length):
    path = save(tmp_path / "length.mid", [(0, on(60)), (last_off, off(60)), (track_end - last_off, end())])
    assert midi_file.read(path).length == length


def messages(path, *kinds):
    """(Beats, message without its time) of a file's messages of some kinds."""
    file, found = mido.MidiFile(path), []
    for track in file.tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type in kinds:
                found.append((tick / file.ticks_per_beat, message.copy(time=0)))
    return sorted(found, key=str)


def test_a_pickups_metre_is_not_the_clips(tmp_path):
    marks = [
        (0, mido.MetaMessage("time_signature", numerator=1, denominator=4)),
        (480, mido.MetaMessage("time_signature", numerator=3, denominator=4)),
    ]
    path = save(tmp_path / "pickup.mid", [*marks, (0, on(60)), (480, off(60)), (960, end())])
    clip = midi_file.read(path)
    assert str(clip.metre) == "3/4"
    midi_file.write(tmp_path / "back.mid", clip)
    assert messages(tmp_path / "back.mid", "time_signature") == messages(path, "time_signature")


@pytest.mark.parametrize(
    ("notes", "track_end", "metre", "length"),
    [
        ([(0, 1800)], 1800, (15, 16), 3.75),
        ([(0, 240), (1680, 1790)], 1800, (4, 4), 3.75),  # the end of track is on a 16th
        ([(0, 240), (1680, 1934)], 1934, (4, 4), 4.0),  # rings 29 ms over the bar line
        ([(0, 240), (1680, 2100)], 2100, (4, 4), 8.0),  # rings a whole 8th into the next bar
        ([(0, 240)], 15_360, (4, 4), 32.0),  # a crash on the first of eight bars
    ],
)
def test_a_clip_ends_where_its_track_does_and_a_ringing_note_adds_no_bar(tmp_path, notes, track_end, metre, length):
    events = sorted(event for begin, stop in notes for event in ((begin, 1, on(60)), (stop, 0, off(60))))
    built = [(0, mido.MetaMessage("time_signature", numerator=metre[0], denominator=metre[1]))]
    tick = 0
    for at, _, message in [*events, (track_end, 2, end())]:
        built.append((at - tick, message))
        tick = at
    assert midi_file.read(save(tmp_path / "length.mid", built)).length == length


def test_what_a_file_holds_besides_notes_comes_back(tmp_path):
    events = [
        (0, mido.Message("program_change", program=4, channel=4)),
        (0, mido.Message("control_change", control=64, value=127, channel=4)),
        (0, mido.MetaMessage("marker", text="loop start")),
        (0, on(60, channel=4)),
        (110, mido.Message("pitchwheel", pitch=2000, channel=4)),
        (110, off(60, channel=4)),
        (0, mido.MetaMessage("set_tempo", tempo=600_000)),
        (660, mido.Message("control_change", control=64, value=0, channel=4)),
        (0, end()),
    ]
    path = save(tmp_path / "rich.mid", events, kind=0, division=220)
    midi_file.write(tmp_path / "back.mid", midi_file.read(path))
    kinds = ("program_change", "control_change", "pitchwheel", "note_on", "marker")
    assert messages(tmp_path / "back.mid", *kinds) == messages(path, *kinds)
    assert (1.0, mido.MetaMessage("set_tempo", tempo=600_000)) in messages(tmp_path / "back.mid", "set_tempo")
    assert mido.MidiFile(tmp_path / "back.mid").ticks_per_beat == 220


def test_a_cut_keeps_the_pedal_that_is_down_at_its_start():
    down, up = bytes((0xB0, 64, 127)), bytes((0xB0, 64, 0))
    carried = Carried(events=((0.0, down), (1.0, bytes((0xE0, 0, 80))), (6.0, up)))
    assert carried.cut(4, 8).events == ((0.0, down), (0.0, bytes((0xE0, 0, 80))), (2.0, up))


def test_a_signature_that_the_notes_contradict_is_a_programs_default(tmp_path):
    signature = (0, mido.MetaMessage("key_signature", key="C"))
    tune = [event for pitch in (60, 63, 67, 68, 70, 63, 60, 68) for event in ((0, on(pitch)), (240, off(pitch)))]
    clip = midi_file.read(save(tmp_path / "default.mid", [signature, *tune, (0, end())]))
    assert clip.key is None
    assert clip.carried.key == "C major"


def test_the_voices_of_one_instrument_are_one_clip(tmp_path):
    zone = [(0, mido.Message("control_change", control=number, value=value)) for number, value in ((101, 0), (100, 6))]
    voices = [event for n in range(1, 13) for event in ((0, on(48 + n, channel=n)), (240, off(48 + n, channel=n)))]
    mpe = save(tmp_path / "mpe.mid", [*zone, *voices, (0, end())], kind=0)
    assert [len(clip.notes) for clip in midi_file.read_tracks(mpe)] == [12]  # channel 10 is a voice, no drum
    strings = [(0, on(40 + 5 * n, channel=10 + n)) for n in range(6)]
    released = [(480 * (n == 0), off(40 + 5 * n, channel=10 + n)) for n in range(6)]
    guitar = save(tmp_path / "guitar.mid", [*strings, *released, (0, end())], kind=0)
    assert [len(clip.notes) for clip in midi_file.read_tracks(guitar)] == [6]


def test_drums_beside_a_tune_are_named(tmp_path):
    both = [(0, on(60)), (0, on(36, channel=9)), (480, off(60)), (0, off(36, channel=9)), (0, end())]
    clip = midi_file.read(save(tmp_path / "both.mid", both, kind=0))
    assert clip.carried.remarks == ("Left out: the drums on channel 10 (1 note); --channel takes another channel.",)


def test_a_name_in_latin_1_is_read_as_well(tmp_path):
    path = save(
        tmp_path / "name.mid",
        [(0, mido.MetaMessage("track_name", name="Flöte\x00")), (0, on(60)), (480, off(60)), (0, end())],
    )
    assert midi_file.read(path).name == "Flöte"


@pytest.mark.parametrize("choice", [{"track": 0}, {"track": 2}, {"channel": 0}, {"channel": 17}])
def test_a_track_or_channel_that_is_not_there_is_refused(tmp_path, choice):
    midi_file.write(tmp_path / "one.mid", a_clip((0, 60, 1)))
    with pytest.raises(BadValue, match=r"^[A-Z].*\.$"):
        midi_file.read(tmp_path / "one.mid", **choice)


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
