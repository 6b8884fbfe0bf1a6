"""The session as a list: thumbnails, keys, ways, what is dragged out, and what a press adds."""

import time
from pathlib import Path

import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QApplication

from gui.clips.grid.note_layer import LayerShelf
from gui.clips.rounds import round_list
from gui.clips.rounds.round_list import WAYS, ResultBar, RoundList
from gui.clips.rounds.round_model import RoundModel, details, headline, short
from gui.state.values import Choice, Result
from models.generator import Report, Variation
from models.music.clip import Clip
from models.music.note import Note


@pytest.fixture
def rounds(qtbot, ready):
    rounds = RoundList(ready, LayerShelf())
    qtbot.addWidget(rounds)
    rounds.resize(700, 300)
    rounds.show()
    return rounds


def press(state, *results):
    made = state.add_round(state.order)
    for result in results:
        state.add_result(made, result)
    return made


def listed(rounds):
    model = rounds.entries
    return [(entry.round.number, entry.result and entry.result.number) for entry in model._entries]


def test_the_last_round_stands_first_and_none_is_taken_away(rounds, ready, a_result):
    press(ready, a_result(1), a_result(2))
    press(ready, a_result(1))
    assert listed(rounds) == [(2, None), (2, 1), (1, None), (1, 1), (1, 2)]
    ready.history.undo()
    assert listed(rounds) == [(1, None), (1, 1), (1, 2)]
    ready.history.redo()
    assert listed(rounds)[0] == (2, None)


def test_results_come_in_one_by_one_under_their_round(rounds, ready, a_result):
    first = press(ready, a_result(1))
    press(ready, a_result(1))
    ready.add_result(first, a_result(2))
    assert listed(rounds) == [(2, None), (2, 1), (1, None), (1, 1), (1, 2)]


def test_a_head_says_what_was_asked_of_whom_and_when(rounds, ready, a_result):
    made = press(ready, a_result())
    made.engine = "kin"
    words = rounds.entries.index(0).data()
    assert words == f"Vary · lead · kin · seed 1 · {made.began} · 1 result"
    made = press(ready)
    ready.end_round(made, "Nothing can change.")
    assert rounds.entries.index(0).data().endswith("Nothing can change.")


def test_arrows_go_from_result_to_result(rounds, ready, a_result, qtbot):
    press(ready, a_result(1), a_result(2))
    press(ready, a_result(1))
    chosen = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(rounds, key)
        chosen.append(ready.chosen)
    assert chosen == [Choice(1, 1), Choice(1, 2), Choice(1, 1), Choice(2, 1)]


@pytest.mark.parametrize(
    ("key", "way"),
    [
        (Qt.Key.Key_Space, "play"),
        (Qt.Key.Key_S, "star"),
        (Qt.Key.Key_Return, "go_on"),
        (Qt.Key.Key_Backspace, "back"),
        (Qt.Key.Key_M, "more"),
        (Qt.Key.Key_A, "again"),
        (Qt.Key.Key_F, "folder"),
    ],
)
def test_each_way_has_a_key(rounds, ready, a_result, qtbot, key, way):
    press(ready, a_result())
    with qtbot.waitSignal(rounds.wanted, timeout=500) as wanted:
        qtbot.keyClick(rounds, key)
    assert (wanted.args[0], wanted.args[1].choice) == (way, Choice(1, 1))


def test_the_menu_has_every_way_with_its_key(rounds, ready, a_result):
    press(ready, a_result())
    texts = [action.text() for action in rounds.menu_of(rounds.entry).actions()]
    assert texts == [f"{words}\t{key}" for words, key in WAYS.values()]


@pytest.mark.parametrize(("sign", "chosen"), [("play", Choice(1, 2)), ("star", Choice(1, 1))])
def test_signs_on_a_thumbnail_are_clicked(rounds, ready, a_result, qtbot, sign, chosen):
    press(ready, a_result(1), a_result(2))
    area = rounds.visualRect(rounds.entries.index(2))
    place = rounds.painter.place(sign, area).center()
    assert rounds.painter.sign_at(QPointF(place), area) == sign
    with qtbot.waitSignal(rounds.wanted, timeout=500) as wanted:
        qtbot.mouseClick(rounds.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (wanted.args[0], wanted.args[1].choice, ready.chosen) == (sign, Choice(1, 2), chosen)


def test_a_star_is_heard_and_seen(rounds, ready, a_result):
    press(ready, a_result())
    rounds.grab()
    ready.star(Choice(1, 1))
    assert "with a star" in rounds.entries.index(1).data()


def test_what_is_dragged_is_the_results_file(rounds, ready, a_result, monkeypatch):
    press(ready, a_result(path=Path("lead-1.mid").absolute()))
    carried = []
    monkeypatch.setattr(round_list, "drag", lambda source, path, picture: carried.append(path))
    rounds.startDrag(Qt.DropAction.CopyAction)
    assert carried == [Path("lead-1.mid").absolute()]
    model = rounds.entries
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsDragEnabled
    assert rounds.dragEnabled()


def test_the_bar_says_what_the_result_is(qtbot, rounds, ready, a_result):
    bar = ResultBar(ready, rounds)
    qtbot.addWidget(bar)
    assert not bar.handle.isEnabled()
    made = press(ready, a_result(remarks=("Mood: darker.",)))
    made.engine = "kin"
    ready.round_grew.emit(made)
    assert bar.words.text() == "Result 1 · kin · 0.70 similar · 4 of 8 notes kept"
    assert bar.details.text().endswith("Mood: darker.")
    with qtbot.waitSignal(bar.wanted, timeout=500) as wanted:
        bar.ways["more"].click()
    assert wanted.args[0] == "more"
    assert bar.ways["star"].text() == "☆"
    ready.star(Choice(1, 1))
    assert bar.ways["star"].text() == "★"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "0.70 similar · 4 of 8 notes kept"),
        ({"similarity": 0.6}, "0.60 similar (asked 0.70) · 4 of 8 notes kept"),
        ({"measures": {"similarity to the second clip": 0.3}}, "0.70 similar to the prompt · 0.30 to the second clip"),
    ],
)
def test_a_headline(a_result, changes, words):
    assert headline(a_result(**changes)) == words


def test_details_and_what_there_is_room_for(a_result):
    result = a_result(in_scale=0.75, locks={"rhythm": True, "lane:38": False}, originality=0.5, score=0.25)
    parts = ("new notes 75% in scale", "rhythm lock held", "lane 38 lock did not hold", "originality 0.50")
    assert details(result) == " · ".join((*parts, "score 0.25", "seed 42"))
    assert short(result) == "0.70 · 4/8"
    assert short(a_result(behind=False)) == headline(a_result(behind=False)) == "8 notes"


def test_a_card_of_ten_thousand_notes_is_added_within_a_moment(rounds, ready):
    prompt = Clip(tuple(Note(36 + index * 7 % 60, index * 0.1, 0.3) for index in range(10_000)), 1004.0)
    kept = tuple(index if index % 2 else None for index in range(10_000))
    made = press(ready)
    times = []
    for number in range(1, 4):
        notes = (note if index % 2 else note.moved(pitch=note.pitch + 1) for index, note in enumerate(prompt.notes))
        result = Result(number, Variation(prompt.with_notes(notes), 1, kept, Report(0.5)), Path("x.mid"), prompt, 0.5)
        began = time.thread_time()
        ready.add_result(made, result)
        QApplication.processEvents()
        times.append((time.thread_time() - began) * 1000)
    assert min(times) < 30


def test_the_model_follows_the_state_without_a_view(ready, a_result):
    model = RoundModel(ready)
    press(ready, a_result())
    assert model.rowCount() == 2
    assert model.row_of(Choice(1, 1)) == 1
    assert model.row_of(Choice(9, 1)) == -1


def test_a_hand_that_rests_on_a_play_sign_auditions_until_it_leaves(rounds, ready, a_result, qtbot):
    press(ready, a_result(1))
    told = []
    rounds.audition_wanted.connect(told.append)
    area = rounds.visualRect(rounds.entries.index(1))
    qtbot.mouseMove(rounds.view, rounds.painter.place("play", area).center())
    qtbot.waitUntil(lambda: len(told) == 1)
    assert told[0].choice == Choice(1, 1)
    qtbot.mouseMove(rounds.view, area.center())
    qtbot.waitUntil(lambda: told[-1] is None)
