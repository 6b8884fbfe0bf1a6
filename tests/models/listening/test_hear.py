"""Recordings of known clips come back as them; what is no music is a sentence."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import numpy as np
import pytest

from models.benchmarks.music.recordings import measure_real, note_f1, sung
from models.listening.audio import RATE, Recording, read_recording
from models.listening.hear import Wish, hear
from models.listening.pulse import find_pulse
from models.music.carried import Carried
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip, UnreadableFile
from models.music.note import Note
from models.sound import frames
from models.sound.rendering import render

TUNE = Clip(
    tuple(
        Note(pitch, onset, duration)
        for pitch, onset, duration in (
            (64, 0.0, 0.9), (67, 1.0, 0.45), (69, 1.5, 0.45), (72, 2.0, 1.4), (71, 3.5, 0.4),
            (69, 4.0, 0.9), (67, 5.0, 0.45), (64, 5.5, 0.45), (62, 6.0, 1.9),
        )
    ),
    8.0, tempo=104.0, role="melody",
)  # fmt: skip
CHORDS = Clip(
    tuple(
        Note(pitch, bar * 2.0, 1.8)
        for bar, chord in enumerate(((48, 55, 64), (45, 52, 60), (41, 57, 60), (43, 50, 59)))
        for pitch in chord
    ),
    8.0, tempo=96.0, role="chords",
)  # fmt: skip
BEAT = Clip(
    tuple(
        Note(pitch, onset + bar * 4.0, 0.1, velocity)
        for bar in range(2)
        for pitch, onsets, velocity in (
            (36, (0.0, 2.5), 110), (38, (1.0, 3.0), 105), (42, (0.5, 1.5, 2.0, 3.5), 90),
        )
        for onset in onsets
    ),
    8.0, tempo=110.0, role="drums",
)  # fmt: skip


def recorded(clip, program=0, noise=0.0):
    samples = render([replace(clip, carried=Carried(events=((0.0, bytes([0xC0, program])),)))]).mean(axis=1)
    samples = samples + noise * samples.std() * np.random.default_rng(0).normal(size=len(samples))
    return Recording.of(samples, frames.RATE)


def notes_of(clip):
    return [(note.onset, note.pitch) for note in clip.notes]


def f1(clip, heard):
    """With both in beats: within 50 ms at 60 a minute."""
    return note_f1(notes_of(clip), notes_of(heard))


@pytest.mark.parametrize(("program", "noise"), [(0, 0.0), (24, 0.1), (80, 0.1)])
def test_a_tune_comes_back(program, noise):
    heard = hear(recorded(TUNE, program, noise), Wish("melody", tempo=TUNE.tempo))
    assert f1(TUNE, heard) >= 0.9
    assert heard.length == TUNE.length


def test_a_sung_tune_comes_back():
    heard = hear(Recording.of(sung(TUNE), frames.RATE), Wish("melody", tempo=TUNE.tempo))
    assert f1(TUNE, heard) >= 0.75


def test_chords_come_back():
    assert f1(CHORDS, hear(recorded(CHORDS), Wish("chords", tempo=CHORDS.tempo))) >= 0.9


def test_a_beat_comes_back():
    assert f1(BEAT, hear(recorded(BEAT), Wish("drums", tempo=BEAT.tempo))) >= 0.85


def test_real_recordings_are_judged_by_what_is_told_of_them(tmp_path):
    soundfile = pytest.importorskip("soundfile")
    for name, clip in (("beat", BEAT), ("tune", TUNE)):
        soundfile.write(tmp_path / f"{name}.wav", recorded(clip).samples, RATE)
    second = 60 / TUNE.tempo
    told = [
        {"file": "beat.wav", "as": "drums", "step": 30 / 110, "kick": "x....x..x....x..", "tempo": 55},
        {"file": "tune.wav", "as": "melody", "notes": [[note.onset * second, note.pitch] for note in TUNE.notes]},
        {"file": "tune.wav", "as": "melody", "notes": [[note.onset * second, 40] for note in TUNE.notes]},
    ]
    (tmp_path / "truth.json").write_text(json.dumps(told))
    beat, tempo, tune, wrong = measure_real(tmp_path)
    assert (beat.unit, tune.unit) == ("F1 of 4 hits", "F1 of 9 notes")
    assert min(beat.value, tune.value) >= 0.85
    assert tempo.reached
    assert wrong.value == 0


def test_what_counts_neither_way_is_neither_missed_nor_wrong():
    asked, either = [(0.0, "kick"), (1.0, "snare")], [(0.5, "hat"), (1.0, "hat")]
    assert note_f1(asked, [(0.01, "kick"), (1.04, "snare"), (0.52, "hat")], either) == 1
    assert note_f1(asked, [(0.01, "kick"), (1.06, "snare")], either) == pytest.approx(0.5)
    assert note_f1(asked, [*asked, (0.0, "hat")], either) == pytest.approx(0.8)


@pytest.mark.parametrize("clip", [TUNE, CHORDS, BEAT], ids=["melody", "chords", "drums"])
def test_what_it_is_and_its_tempo_are_heard_and_said(clip):
    heard = hear(recorded(clip))
    assert heard.role == clip.role
    assert min(abs(heard.tempo / clip.tempo / octave - 1) for octave in (0.5, 1, 2)) < 0.02
    assert any("tempo was heard" in remark for remark in heard.carried.remarks)


def test_the_dial_moves_onsets_to_the_grid():
    late = TUNE.with_notes(note.moved(onset=note.onset + 0.06) if note.onset % 1 else note for note in TUNE.notes)
    played, fixed = (hear(recorded(late), Wish("melody", tempo=TUNE.tempo, quantise=dial)) for dial in (0.0, 1.0))
    assert max(abs(note.onset * 4 - round(note.onset * 4)) for note in played.notes) > 0.1
    assert all(note.onset * 4 == round(note.onset * 4) for note in fixed.notes)


@pytest.mark.parametrize(
    "samples",
    [np.zeros(3 * RATE), np.zeros(0), 1e-5 * np.random.default_rng(0).normal(size=RATE), np.eye(1, 2 * RATE, 500)[0]],
    ids=["silence", "nothing", "hiss", "one click"],
)
@pytest.mark.parametrize("kind", ["melody", "chords", "drums", None])
def test_what_is_no_music_is_a_sentence(samples, kind):
    with pytest.raises(EmptyClip, match="recording"):
        hear(Recording.of(samples, RATE), Wish(kind))


def test_a_few_broken_samples_spoil_nothing():
    samples = render([BEAT]).mean(axis=1)
    samples[::20_000] = np.nan
    assert f1(BEAT, hear(Recording.of(samples, frames.RATE), Wish("drums", tempo=BEAT.tempo))) >= 0.8


def test_noise_and_broken_samples_are_a_clip_or_a_sentence():
    rng = np.random.default_rng(0)
    for samples in (rng.normal(size=2 * RATE), np.where(rng.random(RATE) < 0.01, np.nan, 0.5)):
        with contextlib.suppress(EmptyClip):
            assert hear(Recording.of(samples, RATE)).notes


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000, 16_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_any_rate_and_both_channels_are_one_recording(rate, channels):
    seconds = np.arange(rate * 3) / rate
    tone = np.sin(2 * np.pi * 440 * seconds)
    recording = Recording.of(np.stack([tone] * channels, axis=1) * 0.1, rate)
    assert recording.seconds == pytest.approx(3.0, abs=1e-3)
    spectrum = np.abs(np.fft.rfft(recording.samples))
    assert np.argmax(spectrum) * RATE / len(recording.samples) == pytest.approx(440, abs=1)
    expected = np.sin(2 * np.pi * 440 * np.arange(len(recording.samples)) / RATE)
    np.testing.assert_allclose(recording.samples[RATE:-RATE], expected[RATE:-RATE], atol=0.02)


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "mp3"])
def test_every_kind_of_file_is_read(tmp_path, ending):
    soundfile = pytest.importorskip("soundfile")
    path = tmp_path / f"tone.{ending}"
    soundfile.write(path, 0.3 * np.sin(np.arange(44_100) * 0.06), 44_100)
    assert read_recording(path).seconds == pytest.approx(1.0, abs=0.1)


def test_what_is_no_file_is_a_sentence(tmp_path):
    pytest.importorskip("soundfile")
    (tmp_path / "broken.wav").write_bytes(b"RIFF broken")
    for name, says in (("broken.wav", "no recording"), ("none.wav", "check the name")):
        with pytest.raises(UnreadableFile, match=says):
            read_recording(tmp_path / name)
    with pytest.raises(BadValue, match="tempo"):
        hear(recorded(TUNE), Wish(tempo=1000.0))


@pytest.mark.parametrize("tempo", [72.0, 95.0, 128.0, 171.0])
def test_a_pulse_is_found_in_swung_and_shaky_times(tempo):
    rng = np.random.default_rng(int(tempo))
    beats = np.array([0, 1, 1.5, 2, 3, 3.75, 4, 5, 5.5, 6, 7, 7.5, 8, 9.25, 10, 11, 12, 13, 13.5, 14, 15])
    times = 0.4 + beats * 60 / tempo + rng.normal(size=len(beats)) * 0.012
    pulse = find_pulse(times, np.ones(len(times)))
    assert min(abs(pulse.tempo / tempo / octave - 1) for octave in (0.5, 1, 2)) < 0.02
    assert abs((find_pulse(times, np.ones(len(times)), tempo).beats(0.4) + 0.5) % 1 - 0.5) < 0.1
