"""Every word of the panel in Chinese: what the sources say, and what a window in Chinese shows."""

import ast
import json
import re
from pathlib import Path

import pytest
from PyQt6.QtCore import QCoreApplication, QEvent
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLabel, QWidget

import gui
from gui.controls.main_menu import PAGES
from gui.language.say import TABLE as CHINESE
from gui.language.say import WORDS, Table, say, speak
from gui.state.values import Choice, Order
from gui.state.wish import PARTS
from gui.status.reports import KEYS
from gui.window import Window
from models.arrangement.plan import PLANS, plan_named
from models.generator import Request
from models.music.drum_kit import LANES
from models.music.scale import SCALES
from models.tasks.table import TABLE, TASKS

SOURCES = Path(gui.__file__).parent
TABLE_OF_WORDS = json.loads(CHINESE.read_text(encoding="utf-8"))


def said_in_sources():
    """Every text that stands in a call of ``say``, joined ones aside."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                words = node.args[0]
                ends = [words.body, words.orelse] if isinstance(words, ast.IfExp) else [words]
                yield from (end.value for end in ends if isinstance(end, ast.Constant))


def said_by_tables():
    yield from (words for sheet in WORDS["tasks"].values() for words in sheet.values())
    yield from (words for parts in PARTS.values() for words in parts.values())
    yield from (row.sentence for row in TABLE.values())
    yield from (words for words, _ in WORDS["ways"].values())
    for table in ("cell actions", "section actions", "engines", "densities", "looks", "drops"):
        yield from WORDS[table].values()
    yield from (words for pair in WORDS["locks"].values() for words in pair)
    for scale in (WORDS["similarity"], WORDS["temperature"]):
        yield from (scale["name"], scale["hint"], *(word for _, word in scale["words"]))
    yield from (*WORDS["steps"], *(words for _, words in KEYS), *LANES, *SCALES, *PAGES)
    for thing in ("note", "bar", "track", "section", "result"):
        yield from (f"{{count}} {thing}", f"{{count}} {thing}s")


def test_every_text_is_in_the_table():
    assert sorted({words for words in (*said_in_sources(), *said_by_tables()) if words not in TABLE_OF_WORDS}) == []


@pytest.mark.parametrize("task", TASKS)
def test_every_style_word_of_a_task_has_a_word_of_its_own(task):
    said = [Table().said(word) for word in TABLE[task].styles]
    assert None not in said
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("plan", PLANS)
def test_every_section_of_a_plan_has_a_name(plan):
    assert None not in [Table().said(section.name) for section in plan_named(plan).sections]


def test_no_place_for_a_value_is_lost():
    places = re.compile(r"{\w+}")
    odd = [
        words for words, chinese in TABLE_OF_WORDS.items() if set(places.findall(words)) != set(places.findall(chinese))
    ]
    assert odd == []


@pytest.fixture
def in_chinese(qapp):
    assert speak("zh") == "zh"
    yield
    speak("en")


def latin(text):
    """Words in Latin letters that are no name, no key and no unit."""
    text = re.sub(r"\(&.\)|\b(Ctrl|Shift|F\d+|Esc|Clipkin|Live|MIDI|BPM|mid|lead|kin|rules|A/B|Return)\b", "", text)
    return re.findall(r"[A-Za-z]{3,}", text)


@pytest.mark.usefixtures("in_chinese")
@pytest.mark.parametrize("task", TASKS)
def test_a_window_in_chinese_shows_no_english(qtbot, ready, a_result, task):
    ready.set_engines(())
    made = ready.add_round(ready.order)
    ready.add_result(made, a_result())
    ready.change(task=task)
    window = Window(ready)
    qtbot.addWidget(window)
    window.form.show_more(True)
    shown = []
    for widget in window.findChildren(QWidget):
        if widget.isVisibleTo(window):
            shown += [widget.accessibleName(), widget.toolTip()]
            if isinstance(widget, (QLabel, QAbstractButton)):
                shown.append(widget.text())
            if isinstance(widget, QComboBox):
                shown += [widget.itemText(place) for place in range(widget.count())]
    chords = "Am9 | Dm9 | G7 . . G7b9 | C"
    scales = {word for scale in SCALES for word in scale.split()}
    english = {text: words for text in shown if (words := [each for each in latin(text) if each not in scales])}
    assert {text for text in english if chords not in text} == set()


@pytest.mark.usefixtures("in_chinese")
def test_words_and_values_are_put_together():
    assert say("{count} of them", count=3) == "3 of them"  # what the table lacks stays as it is
    assert say("seed {seed}", seed=5) == "种子 5"


def test_the_language_is_changed_while_it_runs(a_panel, qtbot):
    panel = a_panel()
    panel.window.show()
    panel.set_language("zh")
    qtbot.addWidget(panel.window)
    try:
        assert panel.window.isVisible()
        assert panel.window.progress.start.text() == "变奏"
    finally:
        panel.set_language("en")
        qtbot.addWidget(panel.window)
    assert panel.window.progress.start.text() == "Vary"


def test_the_window_of_the_language_before_hears_nothing_any_more(a_panel, qtbot, a_result):
    panel = a_panel()
    old, state = panel.window, panel.state
    panel.set_language("zh")
    qtbot.addWidget(panel.window)
    try:
        QCoreApplication.sendPostedEvents(old, QEvent.Type.DeferredDelete)
        with pytest.raises(RuntimeError, match="deleted"):
            old.isVisible()
        state.tell("Saved")  # a slot that fails fails the test
        made = state.add_round(Order(Request(task="generate"), "rules", ""))
        state.add_result(made, a_result())
        state.choose(Choice(1, 1))
        state.star(Choice(1, 1))
        state.add_error("The disk is full.")
        assert panel.window.log.lines.toPlainText().count("\n") == len(state.log) - 1
    finally:
        panel.set_language("en")
        qtbot.addWidget(panel.window)
