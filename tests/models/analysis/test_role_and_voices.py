"""What a clip is for, and which of its notes are the tune and the bass."""

import pytest

from models.analysis.arrays import NoteArrays
from models.analysis.role import find_manner, find_role, rank_roles
from models.analysis.voices import bass_line, melody_line, skyline
from models.music.clip import Clip
from models.music.note import Note


def a_line(pitches, step, duration=None):
    return [Note(pitch, place * step, duration or step) for place, pitch in enumerate(pitches)]


def held(*chords, span=4.0):
    return [Note(pitch, span * place, span, 80) for place, chord in enumerate(chords) for pitch in chord]


TUNE = a_line((60, 62, 64, 65, 67, 65, 64, 62, 60, 64, 67, 72, 71, 67, 64, 62), 0.5)
TRIADS = ((57, 60, 64), (53, 57, 60), (48, 52, 55), (55, 59, 62))
BROKEN = a_line([pitch for triad in TRIADS for pitch in (*triad, triad[0] + 12) * 4], 0.25)
BEAT = [
    *a_line([36] * 16, 1, 0.25),
    *(Note(42, n / 2, 0.1) for n in range(32)),
    *(Note(38, 1 + 2 * n, 0.2) for n in range(8)),
]
CLIPS = {
    "melody": (TUNE, a_line((72, 79, 76, 74, 72, 69, 67, 72, 76, 74), 0.5, 0.4)),
    "chords": (
        held(*TRIADS),
        BROKEN,
        [Note(pitch, 2 * n + at, 0.25) for n in range(8) for at in (0.5, 1.25) for pitch in (57, 60, 64, 67)],
    ),
    "bass": (
        a_line([33] * 8 + [29] * 8 + [36] * 8 + [31] * 8, 0.5, 0.4),
        a_line((36, 33, 29, 31), 4.0),
        a_line((36, 40, 43, 45, 46, 45, 43, 40, 41, 45, 48, 50), 1.0),
    ),
    "drums": (BEAT, a_line([36] * 16, 1.0, 0.25), a_line([42] * 32, 0.25, 0.1)),
}


@pytest.mark.parametrize(("role", "notes"), [(role, notes) for role, several in CLIPS.items() for notes in several])
def test_a_typical_clip_has_its_role(role, notes):
    assert find_role(Clip(tuple(notes), 16.0)) == role


def test_a_role_that_was_given_is_kept():
    assert find_role(Clip(tuple(BEAT), 16.0, role="melody")) == "melody"


def test_no_notes_no_role():
    assert find_role(Clip((), 4.0)) is None
    assert rank_roles(NoteArrays.of(())) == ()


def test_likelihoods_fall_and_add_up_to_1():
    ranked = rank_roles(NoteArrays.of(TUNE))
    assert sum(share for _, share in ranked) == pytest.approx(1)
    assert [share for _, share in ranked] == sorted((share for _, share in ranked), reverse=True)


def test_arpeggios_and_pads_are_told_apart_from_tunes_and_stabs():
    assert find_manner(NoteArrays.of(BROKEN), "chords") == "arpeggio"
    assert find_manner(NoteArrays.of(held(*TRIADS)), "chords") == "pad"
    assert find_manner(NoteArrays.of(TUNE), "melody") is None
    assert find_manner(NoteArrays.of(CLIPS["chords"][2]), "chords") is None
    assert find_manner(NoteArrays.of(BEAT), "drums") is None


def picked(line, notes):
    arrays = NoteArrays.of(notes)
    return [(float(arrays.onset[index]), int(arrays.pitch[index])) for index in line(arrays)]


def test_the_tune_over_held_chords_and_the_bass_under_them_are_found():
    chords = held((45, 52, 57), (41, 48, 53))
    notes = [*TUNE, *chords]
    assert picked(melody_line, notes) == [(note.onset, note.pitch) for note in TUNE]
    assert picked(bass_line, notes) == [(0.0, 45), (4.0, 41)]


def test_the_accompaniment_is_not_taken_for_the_tune_while_it_holds_a_note():
    tune = [Note(76, 0, 4, 100), Note(74, 4, 4, 100), Note(72, 8, 4, 100)]
    inner = a_line([60, 64, 67, 64] * 6, 0.5)
    assert picked(melody_line, [*tune, *inner]) == [(note.onset, note.pitch) for note in tune]
    assert len(skyline(NoteArrays.of([*tune, *inner]))) == 24


@pytest.mark.parametrize("line", [melody_line, bass_line])
def test_one_voice_is_its_own_line_and_silence_has_none(line):
    assert line(NoteArrays.of(TUNE)) == list(range(len(TUNE)))
    assert line(NoteArrays.of(())) == []


PEDAL = [Note(41, bar * 4 + at, 0.5) for bar in range(4) for at in (0, 0.5, 1.5, 2, 2.5, 3.5)] + [
    Note(pitch, 4 + place / 2, 0.5) for place, pitch in enumerate((61, 56, 57, 54, 56, 57, 56, 54))
]


@pytest.mark.parametrize(
    ("name", "role"), [("Synth Bass", "bass"), ("808", "bass"), ("Bass Drum", "drums"), ("Kit", "drums")]
)
def test_a_name_tells_what_the_notes_leave_open(name: str, role: str) -> None:
    assert find_role(Clip(tuple(PEDAL), 16.0, name)) == role
