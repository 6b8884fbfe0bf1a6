"""Bass lines that a bass player would sign."""

import pytest

from models.accompaniment.accompany import AccompanyOptions, accompany
from models.accompaniment.figures import FIGURES
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
    roots = ((0, 33), (2, 33), (4, 29), (6, 29), (8, 36), (10, 36), (12, 31), (14, 31))
    answers = [(place + 0.5, low + 12) for place, low in roots if place % 4 == 0 and place < 12]
    assert line("octave") == sorted([*roots, *answers, (15.5, 35)])


def test_funk_goes_with_the_kick_and_pops_between():
    bar = [(0.0, 33), (0.75, 33), (1.5, 45), (2.5, 33)]
    assert line("syncopated", kicks=(0, 0.75, 2.5))[:4] == bar


def test_house_plays_between_the_kicks():
    played = line("offbeats", kicks=(0, 1, 2, 3))
    assert [onset for onset, _ in played[:5]] == [0, 0.5, 1.5, 2.5, 3.5]


def test_an_808_rings_until_the_next_one():
    drums = Clip(tuple(Note(36, onset, 0.2, 110) for onset in (0, 1.5, 2.5)), 4.0, role="drums")
    options = AccompanyOptions(part="bass", chords=tuple(timed(ROW)), style="808")
    notes = accompany((drums,), options)[0].clip.notes
    assert [note.onset for note in notes[:3]] == [0, 1.5, 2.5]
    assert all(abs(note.end - other.onset) < 1e-6 for note, other in zip(notes[:6], notes[1:7], strict=True))


def test_a_bossa_bass_pushes():
    assert line("surdo", "C:maj7 A:7 D:min7 G:7")[:5] == [(0.0, 36), (1.5, 43), (2.0, 43), (3.5, 36), (4.0, 33)]


def test_the_fifth_and_the_seventh_are_those_of_the_chord():
    played = dict(line("two-feel", "B:hdim7 E:aug A:min A:min"))
    assert [played[at] % 12 for at in (2.0, 6.0, 10.0)] == [5, 0, 4]


def test_a_leading_note_goes_to_the_next_root_of_the_next_loop_too():
    played = line("pocket")
    assert played[-1] == (15.5, 35)  # G to A by B's neighbour in the scale, then the loop begins on A


@pytest.mark.parametrize("style", list(FIGURES))
@pytest.mark.parametrize("kicks", [(0, 2), (0, 1, 2, 3), (0.75, 2.5)])
def test_roots_stand_at_nine_of_ten_changes_whatever_the_figure(style, kicks):
    row = "A:min F:maj/3 C:maj G:7/5 D:min7 A:7"
    played = line(style, row, kicks=kicks)
    wanted = [(chord.onset, chord.chord.bass) for chord in timed(row)]
    hit = [any(abs(onset - at) < 0.1 and pitch % 12 == bass for onset, pitch in played) for at, bass in wanted]
    assert sum(hit) >= 0.9 * len(hit)


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
