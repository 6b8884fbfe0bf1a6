"""Notes with a channel of their own: bends and pressure travel with them."""

import mido

from models import midi_file
from models.generator import Request
from models.music.note import Note
from models.studio import Studio


def on(pitch, channel):
    return mido.Message("note_on", note=pitch, velocity=90, channel=channel)


def off(pitch, channel):
    return mido.Message("note_off", note=pitch, velocity=30, channel=channel)


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


def an_mpe_line(path):
    """Four notes on channels 2 to 5, each bent and pressed, below the settings of a zone."""
    zone = [(0, mido.Message("control_change", control=number, value=value)) for number, value in ((101, 0), (100, 6))]
    events = []
    for n in range(1, 5):
        events += [
            (0, mido.Message("pitchwheel", pitch=100 * n, channel=n)),
            (0, on(60 + n, channel=n)),
            (120, mido.Message("aftertouch", value=10 * n, channel=n)),
            (360, off(60 + n, channel=n)),
        ]
    track = mido.MidiTrack(message.copy(time=delta) for delta, message in [*zone, *events])
    mido.MidiFile(type=0, ticks_per_beat=480, tracks=[track]).save(path)
    return path


VOICED = ("note_on", "note_off", "pitchwheel", "aftertouch", "control_change")


def test_expression_of_single_notes_comes_back(tmp_path):
    path = an_mpe_line(tmp_path / "mpe.mid")
    midi_file.write(tmp_path / "back.mid", midi_file.read(path))
    assert messages(tmp_path / "back.mid", *VOICED) == messages(path, *VOICED)


def test_a_new_note_among_voices_is_at_rest_on_a_channel_that_is_free(tmp_path):
    clip = midi_file.read(an_mpe_line(tmp_path / "mpe.mid"))
    midi_file.write(tmp_path / "more.mid", clip.with_notes([*clip.notes[:3], Note(72, 3.0, 1.0)]))
    last = [each for each in messages(tmp_path / "more.mid", *VOICED) if each[0] == 3.0]
    assert {message.type: message.bytes()[1:] for _, message in last} == {
        "note_on": [72, 100],
        "note_off": [63, 30],
        "pitchwheel": [0, 64],
        "aftertouch": [0],
    }
    assert {message.channel for _, message in last if message.type != "note_off"} == {4}
    midi_file.write(tmp_path / "full.mid", clip.with_notes([*clip.notes, Note(72, 0.25, 3.5)]))
    sounding = messages(tmp_path / "full.mid", "note_on")
    assert sorted(message.note for _, message in sounding) == [61, 62, 63, 64, 72]


def test_an_edit_keeps_the_expression_of_what_is_kept_and_says_what_new_notes_lack(tmp_path):
    clip = midi_file.read(an_mpe_line(tmp_path / "mpe.mid"))
    request = Request(prompts=(clip,), similarity=0.75, count=1, seed=2)
    (variation,) = Studio().generate(request, "rules")
    assert variation.clip.carried.voices
    for voice in variation.clip.carried.voices:
        origin = variation.kept[
            next(i for i, n in enumerate(variation.clip.notes) if n.order == (voice.onset, voice.pitch))
        ]
        assert voice.channel == 2 + origin
        assert voice.events[0] == (0.0, mido.Message("pitchwheel", pitch=100 * (origin + 1)).bin())
    assert any("without the bends" in remark for remark in variation.report.remarks)


def test_where_no_note_is_kept_that_is_said_as_well(tmp_path):
    clip = midi_file.read(an_mpe_line(tmp_path / "mpe.mid"))
    (variation,) = Studio().generate(Request(prompts=(clip,), similarity=0.0, count=1, seed=2), "rules")
    assert not variation.kept_count
    assert any("without the bends" in remark for remark in variation.report.remarks)


def test_what_plays_again_in_a_song_is_told_again(tmp_path):
    loop = midi_file.read(an_mpe_line(tmp_path / "mpe.mid")).looped(8.0)
    assert [voice.onset for voice in loop.carried.voices] == [0, 1, 2, 3, 4, 5, 6, 7]
    midi_file.write(tmp_path / "loop.mid", loop)
    assert len(messages(tmp_path / "loop.mid", "pitchwheel")) == 8
