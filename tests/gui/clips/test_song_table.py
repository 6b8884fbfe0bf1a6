"""The arrangement view: what it shows, the menus of a cell and of a section, edits that are wanted."""

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt

from gui.clips.grid.note_layer import LayerShelf
from gui.clips.rounds.song_table import SongTable
from gui.link.song_files import CELL_ACTIONS, SECTION_ACTIONS, SongEdit
from gui.state.values import Order, Result, SongFiles
from models.generator import Place, Report, Request, Variation


@pytest.fixture
def table(qtbot, ready, a_clip):
    lead, beat = a_clip(8, name="lead"), a_clip(8, role="drums")
    made = ready.add_round(Order(Request(task="arrange", prompts=(lead,)), "auto", "tune", ("lead", "beat")))
    places = ((0, 1, "intro", beat), (1, 0, "verse", lead), (1, 1, "verse", beat))
    for number, (section, track, name, clip) in enumerate(places, 1):
        variation = Variation(clip, 1, (None,) * 8, Report(0.5), Place(section, track, name))
        ready.add_result(made, Result(number, variation, Path(f"{number}.mid"), track=("lead", "beat")[track]))
    song = SongFiles(
        Path("song.mid"),
        ("intro", "verse"),
        ((None, beat), (lead, beat)),
        (Path("01.mid"), Path("02.mid")),
        ("lead", "beat"),
    )
    ready.set_song(made, song)
    table = SongTable(ready, LayerShelf())
    qtbot.addWidget(table)
    table.show()
    return table


def test_sections_stand_across_and_tracks_down(table):
    heads = [table.horizontalHeaderItem(column).text() for column in range(table.columnCount())]
    assert heads == ["1  intro\n1 bar", "2  verse\n1 bar"]
    assert [table.verticalHeaderItem(row).text() for row in range(2)] == ["lead", "beat"]
    assert table.item(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "lead, intro: silent"
    assert table.item(0, 1).toolTip().startswith("8 notes")
    table.grab()


def test_a_cell_can_be_edited_in_every_way(table, qtbot):
    actions = [action for action in table.menu_of(1, 0).actions() if action.text()]
    assert len(actions) == 2 + len(CELL_ACTIONS) + len(SECTION_ACTIONS)
    for action, clips in zip(actions[:2], (1, 2), strict=True):  # the cell, and its whole section
        with qtbot.waitSignal(table.play_wanted, timeout=500) as played:
            action.trigger()
        assert len(played.args[0]) == clips
    with qtbot.waitSignal(table.edit_wanted, timeout=500) as wanted:
        actions[4].trigger()
    assert wanted.args[0] == SongEdit("thin", 1, 0)
    with qtbot.waitSignal(table.edit_wanted, timeout=500) as wanted:
        actions[-1].trigger()
    assert wanted.args[0] == SongEdit("remove", 1)


@pytest.mark.parametrize(("key", "edit"), [(Qt.Key.Key_Delete, SongEdit("out", 1, 1))])
def test_keys(table, qtbot, key, edit):
    table.setCurrentCell(1, 1)
    with qtbot.waitSignal(table.edit_wanted, timeout=500) as wanted:
        qtbot.keyClick(table, key)
    assert wanted.args[0] == edit
    with qtbot.waitSignal(table.play_wanted, timeout=500) as played:
        qtbot.keyClick(table, Qt.Key.Key_Space)
    assert [len(clip.notes) for clip in played.args[0]] == [8]


def test_a_cell_is_its_file(table):
    assert table._file_at(table.model().index(0, 1)) == Path("2.mid")
    assert table._file_at(table.model().index(0, 0)) is None
