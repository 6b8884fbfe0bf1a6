"""The clips that are given with the prompt: the second one of a morph, and those that play at the same time."""

from pathlib import Path

import pytest
from PyQt6.QtGui import QColor

from gui.appearance import Colours
from gui.clips.clip_view import SecondView
from gui.clips.context_strip import ContextStrip, sketch
from gui.clips.prompt_view import PromptView
from gui.state.values import Prompt
from models.tasks.table import TABLE, TASKS


@pytest.fixture
def strip(qtbot, ready):
    strip = ContextStrip(ready)
    qtbot.addWidget(strip)
    strip.resize(600, 100)
    strip.show()
    return strip


def clips(a_clip, *names):
    return tuple(Prompt(a_clip(4), Path(f"{name}.mid")) for name in names)


def song_file(a_clip):
    lead, bass = a_clip(8, name="Lead"), a_clip(5, name="Bass")
    return Prompt(lead, Path("song.mid"), "", ("1 · Lead", "2 · Bass"), 0, (bass,))


def test_each_clip_is_a_button_that_takes_it_away(strip, ready, a_clip):
    ready.set_context(clips(a_clip, "bass", "R&B beat", "pad"))
    assert [chip.accessibleName() for chip in strip.chips] == [
        "Take clip 1 out of the context: bass",
        "Take clip 2 out of the context: R&B beat",
        "Take clip 3 out of the context: pad",
    ]
    assert "R&&B beat" in strip.chips[1].text()
    strip.chips[1].click()
    assert [clip.label for clip in ready.context] == ["bass", "pad"]
    assert strip.focusWidget() is strip.chips[1]
    for _ in range(2):
        strip.chips[0].click()
    assert ready.context == ()
    assert strip.focusWidget() is strip.add


def test_a_long_name_ends_in_dots(strip, ready, a_clip, qtbot):
    ready.set_context(clips(a_clip, "a very long name of a clip that nobody can read at once"))
    strip.resize(400, 100)
    qtbot.waitUntil(lambda: "…" in strip.chips[0].text(), timeout=1000)
    assert "a very long name" in strip.chips[0].accessibleName()


@pytest.mark.parametrize("task", TASKS)
def test_it_is_there_for_tasks_that_listen(strip, ready, task):
    ready.change(task=task)
    assert strip.isVisible() == ("context" in TABLE[task].takes)


def test_no_more_can_be_added_than_can_be_sent(strip, ready, a_clip):
    ready.set_context(clips(a_clip, *range(8)))
    assert not strip.add.isEnabled()
    assert "no more" in strip._words.text()


def test_the_other_tracks_of_the_file_are_offered(strip, ready, a_clip):
    assert not strip.tracks.isVisible()
    ready.set_prompt(song_file(a_clip))
    assert strip.tracks.isVisible()
    strip.tracks.click()
    assert [(clip.name, clip.track) for clip in ready.context] == [("Bass", 1)]
    assert not strip.tracks.isVisible()


@pytest.mark.parametrize(("task", "words"), [("vary", "nothing yet"), ("arrange", "the file's other tracks: Bass")])
def test_it_says_what_plays(strip, ready, a_clip, task, words):
    ready.set_prompt(song_file(a_clip))
    ready.change(task=task)
    assert words in strip._words.text()


def test_of_a_file_with_many_tracks_it_says_how_many_are_taken(strip, ready, a_clip):
    clips = tuple(a_clip(2, name=f"part {number}") for number in range(10))
    ready.set_prompt(Prompt(clips[0], Path("song.mid"), "", tuple(map(str, range(10))), 0, clips[1:]))
    ready.change(task="arrange")
    assert strip._words.text().startswith("the first 8 others: part 1, part 2")
    assert len(ready.playing) == 8


def test_the_sketch_shows_the_notes(strip, a_clip):
    picture = sketch(a_clip(8), strip.size(), strip).toImage()
    kept = QColor(Colours.of(strip).kept)
    assert any(picture.pixelColor(x, y) == kept for x in range(picture.width()) for y in range(picture.height()))


def test_the_second_clip(qtbot, ready, a_clip):
    view = SecondView(ready)
    qtbot.addWidget(view)
    assert not view.isVisibleTo(view.parentWidget())
    ready.change(task="morph")
    assert view.isVisible()
    assert view.words.text() == "Drop a .mid file here"
    ready.set_second(song_file(a_clip))
    assert view.words.text().startswith("song.mid · 8 notes")
    assert view.roll.clip == ready.second.clip
    with qtbot.waitSignal(view.track_wanted, timeout=500) as wanted:
        view.track.activated.emit(1)
    assert wanted.args == [1]


@pytest.mark.parametrize(("task", "words"), [("vary", "lead.mid · 32 notes"), ("generate", "not needed")])
def test_the_prompt_says_when_it_is_not_needed(qtbot, ready, task, words):
    view = PromptView(ready)
    qtbot.addWidget(view)
    ready.change(task=task)
    assert view.words.text().startswith(words)
    assert view.words.toolTip() == view.words.text()
