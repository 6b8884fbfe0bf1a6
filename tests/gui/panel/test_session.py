"""A session of rounds in the whole panel: on from a result and back, again, over a restart, presets."""

import pytest
from PyQt6.QtCore import Qt

from gui.link.settings import PanelSettings
from gui.state.values import Choice
from gui.state.wish import Wish
from models import midi_file


def test_one_goes_on_from_a_result_and_back(panel, qtbot, vary):
    first = panel.state.prompt
    result = vary()[1]
    panel.state.choose(Choice(1, 2))
    qtbot.keyClick(panel.window.rounds, Qt.Key.Key_Return)
    assert (panel.state.prompt.path, panel.state.prompt.clip) == (result.path, result.variation.clip)
    assert len(panel.state.rounds[0].results) == 4
    again = vary()
    assert [result.behind for result in again] == [result.variation.clip] * 4
    panel.state.choose(Choice(1, 1))
    qtbot.keyClick(panel.window.rounds, Qt.Key.Key_Backspace)
    assert panel.state.prompt is first


@pytest.mark.parametrize(("way", "prompt", "similarity"), [("again", "lead", 0.7), ("more", "lead-1", 0.85)])
def test_again_and_more_like_this_are_rounds_with_another_seed(panel, qtbot, studio, way, prompt, similarity, vary):
    vary()
    panel.state.change(similarity=0.1, temperature=2.0)
    panel.window.rounds.wanted.emit(way, panel.window.rounds.entry)
    qtbot.waitUntil(lambda: panel.state.work is None and len(panel.state.rounds) == 2, timeout=10_000)
    request = studio.requests[1]
    assert (panel.state.rounds[1].prompt.path.stem, request.similarity) == (prompt, pytest.approx(similarity))
    assert (request.temperature, request.seed != 5, panel.state.wish.seed_locked) == (1.0, True, True)


def test_a_new_prompt_gets_no_result_of_the_old_one(panel, qtbot, studio, tmp_path, a_clip):
    midi_file.write(tmp_path / "other.mid", a_clip(4))
    studio.gate.clear()
    panel.window.progress.start.click()
    qtbot.waitUntil(lambda: bool(studio.requests), timeout=5000)
    panel.files.open(tmp_path / "other.mid")
    qtbot.waitUntil(lambda: panel.state.work is None, timeout=5000)
    assert (panel.state.prompt.path.stem, panel.state.rounds[0].results, panel.state.chosen) == ("other", [], None)
    studio.gate.set()


def test_a_session_outlasts_the_panel(panel, qtbot, a_panel, vary):
    results = vary()
    panel.window.rounds.wanted.emit("star", panel.window.rounds.entry)
    panel.close()
    again = a_panel()
    again.rounds.read_rounds()
    qtbot.waitUntil(lambda: bool(again.state.rounds), timeout=5000)
    (made,) = again.state.rounds
    assert [result.variation.clip.notes for result in made.results] == [each.variation.clip.notes for each in results]
    assert [result.path for result in made.results] == [result.path for result in results]
    assert (made.prompt.clip.notes, made.prompt.path) == (panel.state.prompt.clip.notes, panel.state.prompt.path)
    assert (again.state.stars, made.order.request.seed) == (frozenset({Choice(1, 1)}), 5)
    again.state.choose(Choice(1, 3))
    assert [lane.title for lane in again.window.grid.lanes] == ["Prompt", "Result 3"]


def test_the_focus_stays_where_it_was_after_a_press(panel, qtbot, vary):
    panel.window.activateWindow()
    qtbot.waitUntil(panel.window.isActiveWindow, timeout=2000)
    panel.window.progress.start.setFocus()
    vary()
    assert panel.window.focusWidget() is panel.window.progress.start


def test_a_preset_is_saved_and_shared(panel, qtbot, tmp_path, a_panel, saved_as):
    panel.state.change(similarity=0.3, mood="dark", chords="Am9", count=7)
    saved_as(tmp_path / "dark.json")
    panel.files.ask_where_to_save_preset()
    other = a_panel(settings=PanelSettings(Wish(seed=99, chords="C")))
    qtbot.waitUntil((tmp_path / "dark.json").exists, timeout=5000)
    other.files.read_preset(tmp_path / "dark.json")
    qtbot.waitUntil(lambda: other.state.wish.mood == "dark", timeout=5000)
    wish = other.state.wish
    assert (wish.similarity, wish.count, wish.seed, wish.chords) == (0.3, 7, 99, "C")
    other.files.read_preset(panel.state.prompt.path)
    qtbot.waitUntil(lambda: "not a preset" in "".join(other.state.errors), timeout=5000)
