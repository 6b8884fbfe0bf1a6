"""Words in the form: suggestions for the last one, the mood's vocabulary, styles that follow the task."""

import pytest
from PyQt6.QtCore import Qt

from gui.controls.form import Form
from gui.controls.pieces import WordsField
from gui.language.say import WORDS
from models.generator import FLAGS
from models.mood.words import read_words
from models.tasks.table import TABLE, TASKS


@pytest.fixture
def field(qtbot):
    field = WordsField("Words", 20, r"\s*[,，]\s*", ", ")
    field.suggestions.offer(("dark", "darker", "dreamy", "浪漫"))
    qtbot.addWidget(field)
    field.show()
    field.activateWindow()
    qtbot.waitUntil(field.isActiveWindow, timeout=2000)
    field.setFocus()
    return field


def listed(field):
    model = field.suggestions.completionModel()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


@pytest.mark.parametrize(
    ("typed", "words"),
    [("d", ["dark", "darker", "dreamy"]), ("DAR", ["dark", "darker"]), ("sad, dr", ["dreamy"]), ("sad，浪", ["浪漫"])],
)
def test_the_last_word_is_completed(field, typed, words):
    field.insert(typed)  # the test's keyboard has no Chinese
    field.suggestions.setCompletionPrefix(field.suggestions.splitPath(field.text())[0])
    assert listed(field) == words


@pytest.mark.parametrize(
    ("before", "chosen", "after"),
    [
        ("dr", "dreamy", "dreamy"),
        ("sad, dr", "dreamy", "sad, dreamy"),
        ("dark", "dreamy", "dark, dreamy"),
        ("", "浪漫", "浪漫"),
        ("dark, ", "dreamy", "dark, dreamy"),
    ],
)
def test_a_word_is_chosen_from_all_with_the_keyboard(field, qtbot, before, chosen, after):
    field.show_words(before)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    popup = field.suggestions.popup()
    assert popup.isVisible()
    place = listed(field).index(chosen)
    said = []
    field.typed.connect(said.append)
    popup.setCurrentIndex(field.suggestions.completionModel().index(place, 0))
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert (field.text(), said[-1]) == (after, after)


def test_words_that_are_there_are_not_offered_again(field, qtbot):
    field.show_words("dark, 浪漫")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert listed(field) == ["darker", "dreamy"]


def test_where_only_one_goes_another_takes_its_place(field, qtbot):
    field.suggestions.offer(("house", "techno"), one=True)
    field.show_words("house")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    popup = field.suggestions.popup()
    popup.setCurrentIndex(field.suggestions.completionModel().index(1, 0))
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert field.text() == "techno"


@pytest.mark.parametrize(("typed", "taken"), [("x" * 30, "x" * 20), ("浪漫欢快悲伤忧郁", "浪漫欢快悲伤")])
def test_no_more_bytes_than_the_wire_carries(field, qtbot, typed, taken):
    field.setText(typed)
    assert field.text() == taken


def test_showing_words_emits_nothing(field, qtbot):
    with qtbot.assertNotEmitted(field.typed):
        field.show_words("dark")


@pytest.mark.parametrize("words", WORDS["moods"])
def test_every_mood_that_is_suggested_is_understood(words):
    reading = read_words(words)
    assert not reading.unknown
    assert reading.readings


@pytest.fixture
def form(qtbot, ready):
    form = Form(ready)
    qtbot.addWidget(form)
    form.show_more(True)
    form.show()
    return form


def test_a_mood_is_typed_and_shown(form, ready, qtbot):
    qtbot.keyClicks(form.mood, "dreamy")
    assert ready.wish.mood == "dreamy"
    ready.change(mood="浪漫")
    assert form.mood.text() == "浪漫"


@pytest.mark.parametrize("task", TASKS)
def test_the_style_follows_the_task(form, ready, qtbot, task):
    ready.change(task=task)
    style = form.task.style_words
    assert style.isVisible() == bool(TABLE[task].styles)
    if TABLE[task].styles:
        qtbot.keyClicks(style, TABLE[task].styles[0])
        assert ready.wish.style == TABLE[task].styles[0]
        assert style.suggestions.words == TABLE[task].styles
    ready.change(task="vary")
    ready.change(task=task)
    assert style.text() == ready.wish.style


@pytest.mark.parametrize("task", TASKS)
def test_every_task_says_what_it_does(form, ready, task):
    ready.change(task=task)
    menu = form.task.menu
    assert menu.currentData() == task
    assert form.task.sentence.text().startswith(TABLE[task].sentence)
    assert menu.toolTip().startswith(TABLE[task].sentence)


@pytest.mark.parametrize(
    ("task", "shown"),
    [
        ("vary", "mood engine similarity temperature density count scale seed locks region"),
        ("continue", "mood engine temperature density count scale seed bars"),
        ("generate", "mood engine temperature density count scale seed bars part style"),
        ("voice", "count scale seed locks region style"),
        ("harmonise", "temperature count scale seed style"),
        ("reharmonise", "similarity count scale seed region style"),
        ("accompany", "count engine scale seed part style"),
        ("drums", "temperature count engine seed style"),
        ("arrange", "engine scale seed bars style"),
        ("morph", "engine count scale seed"),
    ],
)
def test_only_what_matters_is_shown(form, ready, task, shown):
    ready.change(task=task)
    widgets = {
        "mood": form.mood,
        "engine": form.engine,
        "similarity": form.similarity,
        "seed": form.seed,
        "temperature": form.temperature,
        "density": form.density,
        "count": form.count,
        "scale": form.scale,
        "locks": form.locks,
        "region": form.task.region,
        "bars": form.task.bars,
        "part": form.task.part,
        "style": form.task.style_words,
    }
    assert {name for name, widget in widgets.items() if widget.isVisible()} == set(shown.split())


def test_a_lock_that_does_not_matter_can_not_be_pressed_and_says_why(form, ready):
    ready.change(task="voice")
    pressable = {flag for flag in FLAGS if form.locks.buttons[flag].isEnabled()}
    assert pressable == {"top", "bass"}
    assert "This task" in form.locks.buttons["rhythm"].toolTip()
    form.locks.buttons["top"].click()
    assert ready.wish.locks.names == ("top",)


@pytest.mark.parametrize(
    ("style", "region", "locks"),
    [("", False, False), ("beat house", False, False), ("fill", True, False), ("groove", True, True)],
)
def test_what_matters_to_drums_follows_the_style(form, ready, style, region, locks):
    ready.change(task="drums", style=style)
    assert (form.task.region.isVisible(), form.locks.buttons["rhythm"].isVisible()) == (region, locks)


@pytest.mark.parametrize(
    ("task", "role", "texts"),
    [
        ("generate", "drums", ["Melody", "Chords", "Bass", "Drums"]),
        ("accompany", "melody", ["Bass line", "Chords", "Drums", "Counter-melody"]),
    ],
)
def test_a_part_is_chosen(form, ready, task, role, texts):
    ready.change(task=task)
    menu = form.task.part
    assert [menu.itemText(place) for place in range(menu.count())] == texts
    menu.activated.emit(menu.findData(role))
    assert ready.wish.part == role
    assert menu.currentData() == role


def test_a_morph_counts_steps(form, ready):
    ready.change(task="morph")
    assert form._count_name.text().replace("&", "") == "Number of steps"
