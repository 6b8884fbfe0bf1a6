"""Files that other programs make: what they mean is understood, and what they hold besides notes comes back."""

import struct

import mido
import pytest

from models import midi_file
from models.music.carried import Carried
from models.music.clip import Clip
from models.music.errors import BadValue
from models.music.note import Note


def a_clip(*notes, length=4.0, **fields):
    return Clip(tuple(Note(pitch, onset, duration) for onset, pitch, duration in notes), length, **fields)


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


def test_velocity_zero_ends_a_note_and_running_status_is_followed(tmp_path):
    body = bytes([0, 0x90, 60, 100, 0x83, 0x60, 60, 0, 0, 64, 80, 0x83, 0x60, 64, 0, 0, 0xFF, 0x2F, 0])
    path = tmp_path / "running.mid"
    path.write_bytes(b"MThd" + struct.pack(">LHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">L", len(body)) + body)
    assert midi_file.read(path).notes == (Note(60, 0, 1, 100), Note(64, 1, 1, 80))


def test_what_follows_a_meta_event_of_an_unknown_kind_comes_when_it_should(tmp_path):
    body = bytes([0x83, 0x60, 0xFF, 0x60, 1, 7, 0, 0x90, 60, 100, 0x83, 0x60, 60, 0, 0, 0xFF, 0x2F, 0])
    path = tmp_path / "unknown.mid"
    path.write_bytes(b"MThd" + struct.pack(">LHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">L", len(body)) + body)
    assert midi_file.read(path).notes == (Note(60, 1, 1, 100),)


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
        (0, mido.MetaMessage("set_tempo", tempo=500_000)),
        (0, mido.Message("program_change", program=4, channel=4)),
        (0, mido.Message("control_change", control=64, value=127, channel=4)),
        (0, mido.MetaMessage("marker", text="loop start")),
        (0, mido.MetaMessage("lyrics", text="la")),
        (0, mido.Message("sysex", data=(0x7E, 0x7F, 9, 1))),
        (0, on(60, channel=4)),
        (110, mido.Message("pitchwheel", pitch=2000, channel=4)),
        (110, off(60, channel=4)),
        (0, mido.MetaMessage("set_tempo", tempo=600_000)),
        (0, mido.MetaMessage("key_signature", key="A")),
        (0, mido.MetaMessage("cue_marker", text="drums come in")),
        (660, mido.Message("control_change", control=64, value=0, channel=4)),
        (0, end()),
    ]
    path = save(tmp_path / "rich.mid", events, kind=0, division=220)
    midi_file.write(tmp_path / "back.mid", midi_file.read(path))
    kinds = ("program_change", "control_change", "pitchwheel", "note_on", "marker", "lyrics", "cue_marker", "sysex")
    assert messages(tmp_path / "back.mid", *kinds) == messages(path, *kinds)
    assert (1.0, mido.MetaMessage("set_tempo", tempo=600_000)) in messages(tmp_path / "back.mid", "set_tempo")
    assert (1.0, mido.MetaMessage("key_signature", key="A")) in messages(tmp_path / "back.mid", "key_signature")
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


def on_channels(channels, told=()):
    """Notes one after the other, each on its channel, with what the channel is told before it."""
    played = zip(range(48, 48 + len(channels)), channels, strict=True)
    return [
        event
        for pitch, channel in played
        for event in (
            *((0, message.copy(channel=channel)) for message in told),
            (0, on(pitch, channel=channel)),
            (240, off(pitch, channel=channel)),
        )
    ]


@pytest.mark.parametrize(
    ("events", "clips"),
    [
        (on_channels([0, 1, 2, 3, 2, 1, 3, 5]), [8]),  # a solo on five strings, one note at a time
        (on_channels([0, 6, 12, 9, 0, 6, 12, 9], [mido.Message("pitchwheel", pitch=200)]), [8]),  # MPE unannounced
        (on_channels([0, 6, 12, 9, 0, 6, 12, 9]), [2, 2, 2, 2]),  # far apart, and channel 10: a band
        (on_channels([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]), [4, 4, 4]),  # three players, one after the other
        ([(0, mido.Message("program_change", program=4)), *on_channels([0, 1, 2, 0, 1, 2])], [2, 2, 2]),  # two sounds
    ],
)
def test_channels_are_one_instrument_where_they_play_as_one(tmp_path, events, clips):
    path = save(tmp_path / "voices.mid", [*events, (0, end())], kind=0)
    assert [len(clip.notes) for clip in midi_file.read_tracks(path)] == clips


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
