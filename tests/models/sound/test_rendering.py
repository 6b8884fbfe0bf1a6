"""Samples hold what the notes say: onsets, pitches, loudness, kits, loops. No sound device is needed."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from models.music.carried import Carried
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip
from models.music.note import Note
from models.sound.frames import RATE
from models.sound.performance import PROGRAMS, Tempo, perform
from models.sound.rendering import Rendering, render, wav
from models.sound.voice import voice

SWUNG = (0.0, 1.08, 1.97, 3.02, 4.16, 5.0, 6.07, 6.95)
PITCHES = (60, 64, 67, 72, 55, 62, 69, 57)


def a_clip(pitches=PITCHES, onsets=SWUNG, duration=0.2, length=8.0, **changes):
    notes = (Note(pitch, onset, duration) for pitch, onset in zip(pitches, onsets, strict=True))
    return Clip(tuple(notes), length, **changes)


def onsets_in(samples, expected):
    """Where a note sounds near each time, in seconds: from 20 ms before it on, three times as loud as before."""
    frames = len(samples) // 44 * 44
    bright = np.diff(samples.mean(axis=1), append=0.0)[:frames]
    level = np.sqrt((bright.reshape(-1, 44) ** 2).mean(axis=1))
    found = []
    for second in expected:
        first = max(0, round((second - 0.02) * RATE / 44))
        before = level[max(0, first - 20) : first].max(initial=0.0)
        found.append(
            (first + int(np.argmax(level[first:] > 3 * before + 0.05 * level[first : first + 60].max()))) * 44 / RATE
        )
    return found


def pitch_in(samples, start_s, seconds=0.25):
    """The pitch whose first five harmonics hold most of the energy of a stretch."""
    piece = samples[int(start_s * RATE) : int((start_s + seconds) * RATE)].mean(axis=1)
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)), 1 << 17))
    bins = np.arange(1, 6)[:, None] * 440 * 2 ** ((np.arange(30, 100) - 69) / 12) * (1 << 17) / RATE
    return 30 + int(np.argmax((spectrum[bins.round().astype(int)] / np.arange(1, 6)[:, None]).sum(axis=0)))


@pytest.mark.parametrize("role", ["melody", "chords", "bass"])
@pytest.mark.parametrize("tempo", [90.0, 140.0])
def test_every_onset_sounds_within_5_ms_swing_and_all(tempo, role):
    clip = a_clip(tempo=tempo, role=role)
    expected = [note.onset * 60 / tempo for note in clip.notes]
    assert onsets_in(render([clip]), expected) == pytest.approx(expected, abs=0.005)


def test_drum_hits_sound_within_5_ms():
    clip = a_clip((36, 42, 38, 42, 36, 42, 38, 42), role="drums")
    expected = [note.onset * 0.5 for note in clip.notes]
    assert onsets_in(render([clip]), expected) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    ("role", "pitches"), [("melody", range(40, 97)), ("bass", range(28, 60)), ("drums", range(35, 54))]
)
def test_what_a_role_sounds_as_speaks_within_5_ms(role, pitches):
    speaks = []
    for pitch in pitches:
        level = np.abs(voice(PROGRAMS[role], role == "drums", pitch, 100, RATE // 5)).max(axis=1)[: RATE // 20]
        speaks.append(int(np.argmax(level > 0.1 * level.max())) / RATE)
    assert max(speaks) < 0.005


@pytest.mark.parametrize("program", [0, 33, 24, 80])
def test_every_pitch_sounds(program):
    clip = a_clip(tempo=60.0, carried=Carried(events=((0.0, bytes([0xC0, program])),)), onsets=range(8), duration=0.9)
    samples = render([clip])
    assert [pitch_in(samples, note.onset + 0.1) for note in clip.notes] == [note.pitch for note in clip.notes]


def test_every_program_and_kit_sounds():
    silent = [
        (program, drums)
        for program in range(128)
        for drums, pitch in ((False, 84 if program % 2 else 48), (True, 38))
        if not 0.001 < np.abs(voice.__wrapped__(program, drums, pitch, 100, 3000)).max() < 4
    ]
    assert silent == []


def test_drums_sound_as_drums():
    as_drums, as_notes = (
        render([a_clip((42,), (0.0,), length=1.0, role=role)]).mean(axis=1) for role in ("drums", "melody")
    )
    bright = []
    for samples in (as_drums, as_notes):
        power = np.abs(np.fft.rfft(samples, 1 << 16)) ** 2
        bright.append(power[int(4000 / RATE * (1 << 16)) :].sum() / power.sum())
    assert bright[0] > 0.5 > 0.05 > bright[1]  # a hat is hiss, a low F sharp is not


def test_a_closed_hat_silences_an_open_one():
    alone = render([a_clip((46,), (0.0,), length=4.0, role="drums")])
    closed = render([a_clip((46, 42), (0.0, 0.25), length=4.0, role="drums")])
    late = slice(int(0.4 * RATE), int(0.8 * RATE))
    assert np.abs(closed[late]).max() < 0.3 * np.abs(alone[late]).max()


def test_velocity_is_loudness_and_a_ghost_note_is_heard():
    peaks = [np.abs(render([Clip((Note(60, 0.0, 1.0, velocity),), 1.0)])).max() for velocity in (5, 40, 80, 127)]
    assert 1e-4 < peaks[0] < peaks[1] < peaks[2] < peaks[3]


def test_muted_notes_are_silent_and_a_tempo_change_is_kept():
    clip = Clip((Note(60, 0.0, 1.0, mute=True), Note(62, 2.0, 1.0)), 4.0, carried=Carried(tempos=((1.0, 60.0),)))
    assert [(hit.pitch, hit.start) for hit in perform([clip])] == [(62, 1.5)]
    assert Tempo(clip).beat(1.5) == 2.0


def test_the_pedal_holds_notes():
    pedal = Carried(events=((0.0, bytes([0xB0, 64, 127])), (3.0, bytes([0xB0, 64, 0]))))
    assert perform([Clip((Note(60, 0.0, 0.5),), 4.0, carried=pedal)])[0].held == pytest.approx(1.5)


def test_a_carried_program_wins_over_the_role():
    told = Carried(events=((0.0, bytes([0xC0, 38])),))
    bass, other = a_clip(role="bass"), a_clip(role="bass", carried=told)
    assert [perform([clip])[0].program for clip in (bass, other)] == [33, 38]


def test_context_sounds_along_and_is_repeated():
    beat = Clip((Note(36, 0.0, 0.25),), 1.0, role="drums")
    assert [hit.start for hit in perform([a_clip((60,), (0.0,)), beat]) if hit.drums] == [beat / 2 for beat in range(8)]


def test_what_rings_on_sounds_into_the_next_pass_of_a_loop():
    rendering = Rendering([Clip((Note(60, 3.5, 0.5),), 4.0)])
    while rendering.step():
        pass
    first, second = (rendering.read(place, 2000) for place in (0, rendering.frames))
    assert np.abs(first).max() == 0
    assert np.abs(second).max() > 0.01
    # Reading piece by piece gives what reading at once gives, over the seam, too.
    whole = rendering.read(rendering.frames - 1500, 3000)
    pieces = [rendering.read(rendering.frames - 1500 + place, 500) for place in range(0, 3000, 500)]
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


def test_what_was_said_to_be_ready_is_never_changed():
    rendering = Rendering([a_clip()], start=2.0)
    begin = RATE  # beat 2 at 120 a minute
    assert not rendering.ready(begin, RATE // 4)
    rendering.step()
    assert rendering.ready(begin, RATE // 4)
    early = rendering.read(begin, RATE // 4)
    while rendering.step():
        pass
    np.testing.assert_array_equal(rendering.read(begin, RATE // 4), early)


def test_nothing_exceeds_full_scale():
    loud = Clip(tuple(Note(pitch, 0.0, 2.0, 127) for pitch in range(30, 90)), 2.0)
    assert 0.7 < np.abs(render([loud])).max() <= 1.0


def test_what_cannot_be_heard_is_a_sentence():
    with pytest.raises(EmptyClip, match="no notes"):
        render([Clip((), 4.0)])
    with pytest.raises(BadValue, match="minutes"):
        Rendering([Clip((Note(60, 0.0, 1.0),), 4000.0)])


def test_a_wave_file_is_whole():
    samples = render([a_clip()])
    with wave.open(io.BytesIO(wav(samples))) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, RATE, len(samples))
