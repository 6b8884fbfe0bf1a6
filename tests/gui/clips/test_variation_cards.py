"""Variations: their words, and the ways to take one along."""

from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPoint, Qt, QUrl
from PyQt6.QtWidgets import QPushButton

from gui.clips import drag_out
from gui.clips.clip_view import words
from gui.clips.drag_out import folder_command, mime_of, paths_in
from gui.clips.report_words import details, headline
from gui.clips.variation_card import VariationCard
from gui.clips.variation_list import VariationList
from gui.state.values import Prompt


@pytest.mark.parametrize(
    ("report", "behind", "text"),
    [
        ({"similarity": 0.7}, True, "0.70 similar · 4 of 8 notes kept"),
        ({"similarity": 0.61}, True, "0.61 similar (asked 0.70) · 4 of 8 notes kept"),
        ({"similarity": 0.0}, False, "8 new notes"),
        (
            {"similarity": 0.4, "measures": {"similarity to the second clip": 0.6}},
            True,
            "0.40 similar to the prompt · 0.60 to the second clip",
        ),
    ],
)
def test_headline(a_result, report, behind, text):
    assert headline(a_result(behind=behind, **report)) == text


@pytest.mark.parametrize(
    ("report", "text"),
    [
        ({}, "new notes 100% in scale · seed 42"),
        (
            {"in_scale": 0.5, "originality": 0.93, "score": 0.8},
            "new notes 50% in scale · originality 0.93 · score 0.80 · seed 42",
        ),
        (
            {"locks": {"rhythm": True, "lane:38": False}},
            "new notes 100% in scale · rhythm lock held · lane 38 lock did not hold · seed 42",
        ),
    ],
)
def test_details(a_result, report, text):
    assert details(a_result(**report)) == text


def test_prompt_in_words(a_clip):
    prompt = Prompt(a_clip(8, tempo=96.0), Path("music/lead.mid"), "A minor")
    assert words(prompt) == "lead.mid · 8 notes, A2 to E3, 1 bar · 4/4 · 96 BPM · A minor"
    assert words(None) == "Drop a .mid file here"


@pytest.mark.parametrize(
    ("names", "taken"), [(["a.mid", "b.MIDI", "c.wav"], ["a.mid", "b.MIDI"]), (["c.als"], []), ([], [])]
)
def test_only_midi_files_are_taken(tmp_path, names, taken):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
    assert [path.name for path in paths_in(mime)] == taken


def test_what_is_dragged_can_be_dropped_again(tmp_path):
    path = tmp_path / "größer & söhne #1.mid"
    assert paths_in(mime_of(path)) == [path]


def test_a_web_address_is_no_file():
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.com/a.mid")])
    assert paths_in(mime) == []


@pytest.mark.parametrize(
    ("platform", "command"),
    [("darwin", ["open", "-R", "a.mid"]), ("win32", ["explorer", "/select,a.mid"]), ("linux", None)],
)
def test_show_in_folder(platform, command):
    assert folder_command(Path("a.mid"), platform) == command


@pytest.fixture
def card(qtbot, a_result):
    card = VariationCard(a_result(2, remarks=("Fewer notes were free.",)))
    qtbot.addWidget(card)
    card.resize(600, 200)
    card.show()
    return card


def test_buttons_and_return_ask(card, qtbot):
    asked = {"Copy": "copy", "Save as…": "save", "Show in folder": "folder", "Go on from it": "prompt"}
    for button in card.findChildren(QPushButton):
        with qtbot.waitSignal(card.wanted, timeout=500) as signal:
            button.click()
        assert signal.args == [asked.pop(button.text()), card.result.path]
    assert not asked
    with qtbot.waitSignal(card.wanted, timeout=500) as signal:
        qtbot.keyClick(card, Qt.Key.Key_Return)
    assert signal.args == ["save", card.result.path]


def test_a_card_says_all_it_shows(card):
    assert card.accessibleName() == "Variation 2"
    assert "0.70 similar" in card.accessibleDescription()
    assert "Fewer notes were free." in card.accessibleDescription()


def test_one_drag_for_each_gesture(card, qtbot, monkeypatch):
    dragged = []
    monkeypatch.setattr(drag_out, "drag", lambda source, path, picture: dragged.append((path, picture.isNull())))
    start = card.roll.geometry().center()
    qtbot.mousePress(card, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 60, 10):
        qtbot.mouseMove(card, start + QPoint(step, 0))
    qtbot.mouseRelease(card, Qt.MouseButton.LeftButton, pos=start)
    assert dragged == [(card.result.path, False)]


def test_cards_come_one_by_one_and_go_together(qtbot, ready, a_result):
    shown = VariationList(ready)
    qtbot.addWidget(shown)
    for number in (1, 2):
        ready.add_result(a_result(number))
        assert [card.result.number for card in shown.cards] == list(range(1, number + 1))
    ready.clear_results()
    assert shown.cards == ()
