"""What could come here? The menu of a chord, and what a chosen one becomes in the form."""

from pathlib import Path

import pytest

from gui.clips.grid.grid_picture import Lane
from gui.clips.grid.grid_view import ChordMenu, GridView, chord_track_of
from gui.clips.grid.note_layer import LayerShelf
from gui.link.clip_files import read_prompt
from models.music.beats import Metre
from models.music.chord_track import parse_chord_track

LEAD = Path(__file__).parents[3] / "bridge" / "examples" / "lead.mid"


@pytest.fixture
def prompt():
    return read_prompt(LEAD)


@pytest.fixture
def grid(qtbot, state, prompt):
    state.set_prompt(prompt)
    grid = GridView(state, LayerShelf())
    qtbot.addWidget(grid)
    return grid


def filled(menu):
    menu.aboutToShow.emit()
    return menu


def test_each_chord_comes_with_its_numeral_and_its_reason(grid):
    words = [action.text() for action in filled(grid.chord_menu(grid.lanes[0], 4.0)).actions()]
    assert len(words) == 5
    assert words[0] == "F  bVI  ·  stays near: shares 2 tones with Am"


def test_a_chosen_chord_takes_its_place_in_the_harmony(grid, state, prompt):
    filled(grid.chord_menu(grid.lanes[0], 4.0)).actions()[0].trigger()
    bar = prompt.clip.metre.bar
    chords = parse_chord_track(state.wish.chords, bar, prompt.clip.length)
    assert chords[1].chord.label == "F:maj"
    assert [timed.chord for timed in chords[2:]] == [timed.chord for timed in prompt.chords[2:]]
    state.history.undo()
    assert state.wish.chords == ""


def test_what_follows_is_a_bar_of_its_own(grid, state, prompt):
    filled(grid.chord_menu(grid.lanes[0], None)).actions()[0].trigger()
    heard, _, follows = state.wish.chords.rpartition(" | ")
    bar, length = prompt.clip.metre.bar, prompt.clip.length
    assert [timed.chord for timed in parse_chord_track(heard, bar, length)] == [timed.chord for timed in prompt.chords]
    assert follows == "C"
    assert state.wish.chords.count("|") == prompt.clip.metre.bars(prompt.clip.length)


def test_a_task_without_chords_shows_them_only(grid, state):
    state.change(task="humanise")
    actions = filled(grid.chord_menu(grid.lanes[0], 4.0)).actions()
    assert not any(action.isEnabled() for action in actions)
    assert actions[-1].text() == "This task takes no chords."


def test_where_there_is_no_harmony_it_says_so(qtbot, a_clip):
    menu = ChordMenu(Lane("", a_clip(4, role="drums"), None, None), None, None, None)
    qtbot.addWidget(menu)
    (only,) = filled(menu).actions()
    assert only.text().startswith("Drums have no chords")


@pytest.mark.parametrize("text", ["Am", "Am | F | C | G", "Am . . G | F", "Am G | F C", "Bbø7 | C7/E F | Em9"])
@pytest.mark.parametrize("metre", [Metre(4, 4)])
def test_a_harmony_is_written_as_it_is_read(text, metre):
    chords = parse_chord_track(text, metre.bar, metre.bar * (text.count("|") + 1))
    written = chord_track_of(chords, metre)
    assert written == text
    again = parse_chord_track(written, metre.bar, metre.bar * (text.count("|") + 1))
    assert again == chords


def test_the_menu_of_the_grid_offers_both(grid):
    titles = [action.text() for action in grid.menu_at(4.0, 0).actions() if action.menu()]
    assert titles == ["What could come here?", "What could follow?"]
    assert not [action for action in grid.menu_at(4.0).actions() if action.menu()]
