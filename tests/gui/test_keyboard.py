"""Everything can be reached and named: by keyboard, and by those who hear the panel."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QKeySequence, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QSizeGrip,
    QWidget,
)

from gui.clips.grid.grid import Grid
from gui.controls.main_menu import PAGES
from gui.language.say import speak
from gui.state.values import Prompt, RunningRequest, ServerState
from gui.status.reports import KEYS, Help
from gui.window import Window
from models.tasks.table import TASKS

CONTROLS = (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    Grid,
    QAbstractItemView,
)


def own(widget):
    """False for what Qt makes inside its own widgets: the line of a spin box, scroll bars."""
    inside = isinstance(widget.parent(), (QAbstractSpinBox, QComboBox)) or widget.objectName().startswith("qt_")
    qts_own = isinstance(widget, (QScrollBar, QSizeGrip, QHeaderView)) or isinstance(widget.parent(), QLineEdit)
    popup = widget.window().windowFlags() & Qt.WindowType.Popup == Qt.WindowType.Popup
    return not (inside or qts_own or popup)


@pytest.fixture
def window(qtbot, ready, a_result):
    window = Window(ready)
    qtbot.addWidget(window)
    made = ready.add_round(ready.order)
    for number in (1, 2):
        ready.add_result(made, a_result(number))
    ready.add_error("The disk is full.")
    window.form.show_more(True)
    window.status.log.setChecked(True)
    window.show()
    return window


def controls(window):
    return [widget for kind in CONTROLS for widget in window.findChildren(kind) if own(widget)]


def test_every_control_has_a_name(window):
    found = controls(window)
    assert len(found) > 40
    assert [type(widget).__name__ for widget in found if not widget.accessibleName()] == []


def test_names_differ(window):
    names = [widget.accessibleName() for widget in controls(window)]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_every_mnemonic_of_a_name_brings_the_keyboard_to_its_control(window):
    labels = [label for label in window.findChildren(QLabel) if "&" in label.text()]
    assert len(labels) >= 7
    assert [label.text() for label in labels if label.buddy() is None] == []


@pytest.mark.parametrize("task", TASKS)
def test_mnemonics_differ(window, ready, task):
    ready.change(task=task)
    texts = [
        widget.text()
        for kind in (QLabel, QAbstractButton)
        for widget in window.findChildren(kind)
        if widget.isVisibleTo(window) and QKeySequence.mnemonic(widget.text()) != QKeySequence()
    ]
    keys = [QKeySequence.mnemonic(text).toString() for text in texts]
    assert len(keys) >= 7
    assert sorted(text for text, key in zip(texts, keys, strict=True) if keys.count(key) > 1) == []


def test_tab_reaches_every_control(window, ready, qapp):
    ready.set_server(ServerState("failed"))
    wanted = {
        widget
        for widget in controls(window)
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    assert len(wanted) > 20
    window.activateWindow()
    reached, widget = set(), window.nextInFocusChain()
    while widget is not window:
        reached.add(widget)
        widget = widget.nextInFocusChain()
    assert wanted <= reached
    assert [
        type(widget).__name__
        for widget in controls(window)
        if isinstance(widget, (QAbstractButton, QComboBox, QAbstractSpinBox))
        and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ] == []


@pytest.mark.parametrize(
    ("key", "modifier", "called"),
    [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, "start"),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, "cancel"),
    ],
)
def test_shortcuts(a_panel, qtbot, ready, a_clip, key, modifier, called):
    panel = a_panel()
    panel.window.show()
    panel.window.activateWindow()
    qtbot.waitUntil(panel.window.isActiveWindow, timeout=2000)
    state, cancelled = panel.state, []
    panel.link.vary = lambda *arguments: cancelled.append("start")
    panel.link.cancel = lambda: cancelled.append("cancel")
    state.set_server(ready.server)
    state.set_prompt(ready.prompt)
    if called == "cancel":
        state.set_work(RunningRequest(1))
    QTest.keyClick(panel.window, key, modifier)
    assert cancelled == [called]


class APage(QLabel):
    """A page as the menu opens one."""

    def __init__(self, state, listening):
        super().__init__("a page")
        self.given = (state, listening)


def test_a_page_takes_the_place_of_the_rest_until_it_is_left(a_panel, qtbot, monkeypatch, a_clip):
    monkeypatch.setitem(PAGES, "Try an example", "a_page:APage")
    monkeypatch.setitem(sys.modules, "a_page", SimpleNamespace(APage=APage))
    panel = a_panel()
    panel.window.show()
    panel.open_page("Try an example")
    page = panel.window.findChild(APage)
    assert page.isVisible()
    assert not panel.window.form.isVisible()
    assert page.given == (panel.state, panel.listening)
    panel.leave()
    assert not page.isVisible()
    assert panel.window.form.isVisible()
    panel.open_page("Try an example")
    assert panel.window.findChildren(APage) == [page]
    panel.state.set_prompt(Prompt(a_clip(8), Path("hummed.mid")))
    assert panel.window.form.isVisible()
    panel.set_language("zh")
    panel.open_page("Try an example")
    assert panel.window.findChild(APage) is not page


def test_a_mnemonic_moves_the_focus(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=2000)
    QTest.keyClick(window, Qt.Key.Key_U, Qt.KeyboardModifier.AltModifier)
    assert window.focusWidget() is window.form.temperature.number


def test_a_clip_can_be_dropped_anywhere(window):
    assert window.acceptDrops()
    assert [
        type(widget).__name__
        for widget in window.findChildren(QWidget)
        if widget.acceptDrops()
        and own(widget)
        and not isinstance(widget, (QLineEdit, QPlainTextEdit))
        and widget.parent() is not None
        and not isinstance(widget.parent(), QPlainTextEdit)
    ] == []


def test_pictures_change_with_the_colours(window, qapp):
    window.grid.grab()
    qapp.sendEvent(window.grid, QEvent(QEvent.Type.PaletteChange))
    assert window.grid._picture is None


def test_the_wheel_changes_nothing_that_has_no_focus(window, ready, qapp):
    box = window.form.similarity.number
    window.form.task.menu.setFocus()
    for control in (box, window.form.similarity.slider, window.form.count, window.form.density, window.form.task.menu):
        turn(control, qapp)
    assert (ready.wish.similarity, ready.wish.count, ready.wish.task) == (0.7, 4, "vary")
    box.setFocus()
    turn(box, qapp)
    assert ready.wish.similarity > 0.7


def turn(widget, qapp):
    place = QPointF(widget.rect().center())
    qapp.sendEvent(
        widget,
        QWheelEvent(
            place,
            QPointF(widget.mapToGlobal(widget.rect().center())),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


def test_tab_follows_the_eye(window):
    """Down the form, then the button below it, then from the head of the other side down to the foot."""
    order, widget = [], window.nextInFocusChain()
    while widget is not window:
        order.append(widget)
        widget = widget.nextInFocusChain()
    path = [
        window.form.task.menu,
        window.form.similarity.number,
        window.form.mood,
        window.form.more,
        window.progress.start,
        window.prompt.button,
        window.undo,
        window.grid,
        window.result.play,
        window.rounds,
        window.status.log,
    ]
    places = [order.index(each) for each in path]
    assert places == sorted(places)


def test_it_fits_a_small_screen_in_both_languages(qtbot, ready, qapp):
    for language in ("en", "zh"):
        speak(language)
        try:
            window = Window(ready)
            qtbot.addWidget(window)
            least = window.minimumSizeHint()
            assert least.width() <= 1014
            assert least.height() <= 560  # of 600, with a frame
        finally:
            speak("en")


def test_the_form_is_equally_wide_whatever_it_shows(window, ready):
    width = window.form.parentWidget().parentWidget().width()
    for task in TASKS:
        ready.change(task=task)
        for more in (False, True):
            window.form.show_more(more)
            assert window.form.parentWidget().parentWidget().width() == width
            assert window.form.minimumSizeHint().width() <= width


def test_help_lists_every_key_of_the_panel(a_panel):
    panel = a_panel()
    told = " ".join(keys for keys, _ in KEYS)
    said = {
        "Escape": "Esc",
        "Ctrl+Enter": "Ctrl+Return",
        "Ctrl+Y": "Ctrl+Shift+Z",
        "F1": "",
        "Ctrl+2": "",
        "Ctrl+3": "",
    }
    assert [keys for _, keys, _ in panel._commands() if said.get(keys, keys) not in told] == []
    panel.show_help()
    assert [each for each in panel.window.findChildren(Help) if each.isVisible()]
