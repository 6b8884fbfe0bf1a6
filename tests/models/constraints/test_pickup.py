"""A clip that begins with a pickup: bars are counted from the first bar line, everywhere."""

import mido
import pytest

from models import midi_file
from models.analysis.analyse import analyse
from models.generator import Request
from models.music.clip import Clip
from models.music.note import Note
from models.studio import Studio

TUNE = (67, 60, 64, 67, 72, 71, 69, 67, 65, 64, 65, 67, 64, 62, 64, 62, 60)
"""One beat before the first of four bars of 4/4."""


def a_song(pickup=1.0):
    notes = tuple(Note(pitch, float(place), 0.9) for place, pitch in enumerate(TUNE))
    return Clip(notes, 17.0, pickup=pickup, role="melody")


def made(task, **fields):
    return list(Studio().generate(Request(task=task, prompts=(a_song(),), count=2, seed=4, **fields), "auto"))


def test_a_files_pickup_is_read_and_the_clip_ends_on_a_bar_line(tmp_path):
    track = mido.MidiTrack([mido.MetaMessage("time_signature", numerator=1, denominator=4)])
    for place, pitch in enumerate(TUNE):
        if place == 1:
            track.append(mido.MetaMessage("time_signature", numerator=4, denominator=4))
        track.append(mido.Message("note_on", note=pitch, velocity=90))
        track.append(mido.Message("note_off", note=pitch, time=480))
    mido.MidiFile(type=0, ticks_per_beat=480, tracks=[track]).save(tmp_path / "pickup.mid")
    clip = midi_file.read(tmp_path / "pickup.mid")
    assert (clip.pickup, str(clip.metre), clip.length) == (1.0, "4/4", 17.0)
    assert clip.cut(1, 9).pickup == 0.0
    assert clip.cut(4, 9).pickup == 1.0


def test_analysis_counts_bars_from_the_first_bar_line():
    whole = Clip(tuple(note.moved(onset=note.onset - 1) for note in a_song().notes[1:]), 16.0, role="melody")
    found, plain = analyse(a_song()), analyse(whole)
    assert found.length == 17.0
    changes = {chord.onset for chord in found.chords if chord.onset > 1}
    assert changes == {chord.onset + 1 for chord in plain.chords if chord.onset > 0}
    assert analyse(a_song()).pickup == 1.0


def test_the_next_bars_are_whole_bars():
    assert {variation.clip.length for variation in made("continue", bars=2)} == {8.0}


@pytest.mark.parametrize("task", ["vary", "humanise"])
def test_a_variation_has_the_pickup_and_the_length_of_its_prompt(task):
    before = a_song()
    for variation in made(task):
        assert (variation.clip.length, variation.clip.pickup) == (17.0, 1.0)
        for note, origin in zip(variation.clip.notes, variation.kept, strict=True):
            assert 0 <= note.onset < 17
            if origin is not None and task == "vary":
                assert note == before.notes[origin]


def test_a_region_is_counted_from_the_clips_start():
    before = a_song()
    (variation, *_) = made("infill", region=(1.0, 5.0))
    outside = [note for note in before.notes if not 1 <= note.onset < 5]
    assert [note for note in variation.clip.notes if not 1 <= note.onset < 5] == outside
    assert variation.clip.notes != before.notes


def test_chords_under_a_tune_change_on_its_bar_lines():
    (variation, *_) = made("harmonise")
    strokes = {note.onset for note in variation.clip.notes}
    assert variation.clip.length == 17.0
    assert strokes & {1.0, 5.0, 9.0, 13.0}
    assert all(onset == 0 or (onset - 1) % 1 == 0 for onset in strokes)
    assert {0.0, 1.0} & strokes
