"""Edits of a song: what a track does in a section, how long sections are, where they stand."""

import pytest

from gui.link.song_files import CELL_ACTIONS, SECTION_ACTIONS, SongEdit, edited
from models.music.clip import Clip
from models.music.errors import BadValue
from models.music.note import Note

LEAD = Clip(tuple(Note(60 + place % 5, place * 0.5, 0.5) for place in range(8)), 4.0, name="lead")
BASS = Clip(tuple(Note(36, place, 1.0) for place in range(4)), 4.0, name="bass", role="bass")
NAMES = ("intro", "verse", "outro")
SONG = ((None, BASS), (LEAD.looped(8.0), BASS.looped(8.0)), (LEAD, None))


def vary(clip):
    return clip.with_notes(note.moved(pitch=note.pitch + 1) for note in clip.notes)


def edit(action, section, track=None):
    return edited(NAMES, SONG, SongEdit(action, section, track), (LEAD, BASS), vary)


@pytest.mark.parametrize("action", CELL_ACTIONS)
def test_a_cell_changes_and_nothing_else(action):
    names, sections = edit(action, 1, 0)
    assert (names, sections[0], sections[2], sections[1][1]) == (NAMES, SONG[0], SONG[2], SONG[1][1])
    clip = sections[1][0]
    if action == "out":
        assert clip is None
        return
    assert clip.length == 8.0
    notes, before = len(clip.notes), len(SONG[1][0].notes)
    assert (notes < before) if action == "thin" else (notes > 0)
    if action == "vary":
        assert [note.pitch for note in clip.notes] == [note.pitch + 1 for note in SONG[1][0].notes]


def test_a_silent_track_comes_back_as_its_clip_is():
    assert edit("keep", 0, 0)[1][0][0].notes == LEAD.notes


def test_a_bass_leads_on_with_a_fill():
    assert edit("fill", 1, 1)[1][1][1].notes != SONG[1][1].notes


@pytest.mark.parametrize(
    ("action", "names", "lengths"),
    [
        ("longer", NAMES, [4, 16, 4]),
        ("shorter", NAMES, [4, 4, 4]),
        ("earlier", ("verse", "intro", "outro"), [8, 4, 4]),
        ("later", ("intro", "outro", "verse"), [4, 4, 8]),
        ("again", ("intro", "verse", "verse", "outro"), [4, 8, 8, 4]),
        ("remove", ("intro", "outro"), [4, 4]),
    ],
)
def test_a_section_changes(action, names, lengths):
    assert action in SECTION_ACTIONS
    found, sections = edit(action, 1)
    assert found == names
    assert [next(clip.length for clip in clips if clip) for clips in sections] == lengths


def test_the_last_track_and_the_last_section_stay():
    with pytest.raises(BadValue, match="remove the section"):
        edit("out", 0, 1)
    with pytest.raises(BadValue, match="last one"):
        edited(("intro",), SONG[:1], SongEdit("remove", 0), (LEAD, BASS), vary)
