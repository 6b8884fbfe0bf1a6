"""A song in the list of variations: a card for each section, one for the whole."""

from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton

from gui.clips.song_card import SongPicture, densities
from gui.clips.variation_list import VariationList
from gui.state.values import Result, SongFiles
from models.generator import Place, Report, Variation

TRACKS = ("lead", "beat")
PLAN = (("intro", (1,)), ("drop", (0, 1)))


@pytest.fixture
def results(a_clip):
    made = []
    for section, (name, tracks) in enumerate(PLAN):
        for track in tracks:
            clip = replace(a_clip(16 if track else 4, name=name), length=8.0)
            variation = Variation(clip, 1, (None,) * len(clip.notes), Report(0.5), Place(section, track, name))
            path = Path(f"tune {section} {TRACKS[track]}.mid")
            made.append(Result(len(made) + 1, variation, path, track=TRACKS[track]))
    return made


@pytest.fixture
def song(results):
    clips = ((None, results[0].variation.clip), (results[1].variation.clip, results[2].variation.clip))
    return SongFiles(Path("tune song.mid"), ("intro", "drop"), clips, (Path("1.mid"), Path("2.mid")), TRACKS)


@pytest.fixture
def shown(qtbot, ready, results):
    shown = VariationList(ready)
    qtbot.addWidget(shown)
    shown.show()
    for result in results:
        ready.add_result(result)
    return shown


def test_clips_are_listed_by_section(shown, results):
    assert [[row.result for row in section.rows] for section in shown.sections] == [results[:1], results[1:]]
    assert shown.cards == ()
    assert [section.accessibleName() for section in shown.sections] == ["Section 1, intro", "Section 2, drop"]


def test_each_clip_is_saved_by_return(shown, qtbot, results):
    row = shown.sections[1].rows[0]
    with qtbot.waitSignal(shown.wanted, timeout=500) as saved:
        qtbot.keyClick(row, Qt.Key.Key_Return)
    assert saved.args == ["save", results[1].path]


def visible_buttons(widget):
    return [button for button in widget.findChildren(QPushButton) if button.isVisible()]


def test_a_section_and_the_song_can_be_taken_along_once_all_is_here(shown, ready, qtbot, song):
    assert visible_buttons(shown.sections[0]) == []
    assert shown.song is None
    ready.set_song(song)
    qtbot.waitUntil(shown.song.isVisible, timeout=1000)
    for card, path in ((shown.sections[1], Path("2.mid")), (shown.song, song.path)):
        button = next(button for button in visible_buttons(card) if button.text() == "Save as…")
        with qtbot.waitSignal(shown.wanted, timeout=500) as saved:
            button.click()
        assert saved.args == ["save", path]


def test_the_song_goes_with_its_clips(shown, ready, song):
    ready.set_song(song)
    ready.clear_results()
    assert (shown.sections, shown.song, ready.song) == ((), None, None)


def test_a_list_that_is_made_later_shows_the_song_as_well(shown, ready, qtbot, song):
    ready.set_song(song)
    later = VariationList(ready)
    qtbot.addWidget(later)
    assert later.song is not None
    assert len(later.sections) == 2


def test_densities(song):
    assert list(densities(song, 0)) == [0.0, 0.0, 1.0, 0.0]
    assert list(densities(song, 1)) == [1.0, 1.0, 1.0, 1.0]


def test_the_picture_says_who_plays_where(qtbot, song):
    picture = SongPicture(song)
    qtbot.addWidget(picture)
    assert picture.accessibleDescription() == "intro: beat; drop: lead, beat"
    picture.resize(400, 80)
    image = picture.grab().toImage()
    row = picture.height() - 12  # the beat's, which plays in every bar
    assert len({image.pixelColor(x, row).name() for x in range(100, 400)}) > 1


def test_a_track_that_never_plays_has_no_row(qtbot, song):
    alone = replace(song, clips=((None, song.clips[0][1]), (None, song.clips[1][1])))
    picture = SongPicture(alone)
    qtbot.addWidget(picture)
    assert picture.names == ("beat",)
