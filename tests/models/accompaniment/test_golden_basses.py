"""Bass lines that a bass player would sign."""

import pytest

from models.accompaniment.accompany import AccompanyOptions, accompany
from models.benchmarks.harmony import timed
from models.music.clip import Clip
from models.music.note import Note

ROW = "A:min F:maj C:maj G:7"


def line(style, row=ROW, kicks=(0, 2)):
    drums = Clip(tuple(Note(36, onset, 0.2, 110) for onset in kicks), 4.0, role="drums")
    options = AccompanyOptions(part="bass", chords=tuple(timed(row)), style=style)
    return [(note.onset, note.pitch) for note in accompany((drums,), options)[0].clip.notes]


def test_sub_holds_the_roots_with_the_kick():
    assert line("sub") == [(0, 33), (2, 33), (4, 29), (6, 29), (8, 36), (10, 36), (12, 31), (14, 31)]


def test_octaves_answer_the_kick():
    wanted = [
        (place, low) for place, low in ((0, 33), (2, 33), (4, 29), (6, 29), (8, 36), (10, 36), (12, 31), (14, 31))
    ]
    answers = [(place + 0.5, low + 12) for place, low in wanted if place % 4 == 2]
    assert line("octave") == sorted(wanted + answers)


@pytest.mark.parametrize("style", ["root", "octave", "walking", "sub", "syncopated"])
@pytest.mark.parametrize("row", [ROW, "D:min7 G:7 C:maj7 A:7", "E:min C:maj G:maj D:maj"])
def test_every_change_stands_on_its_root(style, row):
    played = dict(line(style, row))
    roots = [chord.chord.root for chord in timed(row)]
    assert [played[4.0 * place] % 12 for place in range(4)] == roots


def test_a_slash_is_played_below():
    assert dict(line("sub", "C:maj G:maj/3 A:min F:maj/5"))[4.0] % 12 == 11


def test_a_walk_leads_into_the_next_root_by_a_step():
    walked = line("walking", kicks=(0, 1, 2, 3))
    assert [onset for onset, _ in walked] == list(range(16))
    for change in (4, 8, 12):
        assert 1 <= abs(dict(walked)[change] - dict(walked)[change - 1]) <= 2


def test_a_rolled_chord_gets_one_bass_note():
    rolled = tuple(
        Note(pitch, 4.0 * bar + late, 3.5)
        for bar, row in enumerate(((45, 60, 64, 67), (41, 57, 60, 64)))
        for late, pitch in zip((0.03, 0.09, 0.15, 0.2), row, strict=True)
    )
    result = accompany((Clip(rolled, 8.0, role="chords"),), AccompanyOptions(part="bass", style="root"))[0]
    notes = result.clip.notes
    assert all(other.onset - one.onset > 0.25 for one, other in zip(notes, notes[1:], strict=False))
    assert [note.pitch % 12 for note in notes if note.onset % 4 < 0.1] == [9, 5]
