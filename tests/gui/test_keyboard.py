"""Everything can be reached and named: by keyboard, and by those who hear the panel."""

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QSizeGrip,
    QWidget,
)

from gui.clips.piano_roll import PianoRoll
from gui.state.values import RunningRequest, ServerState
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
    PianoRoll,
)


def own(widget):
    """False for what Qt makes inside its own widgets: the line of a spin box, scroll bars."""
    inside = isinstance(widget.parent(), (QAbstractSpinBox, QComboBox)) or widget.objectName().startswith("qt_")
    return not inside and not isinstance(widget, (QScrollBar, QSizeGrip)) and not isinstance(widget.parent(), QLineEdit)


@pytest.fixture
def window(qtbot, ready, a_result):
    window = Window(ready)
    qtbot.addWidget(window)
    ready.add_result(a_result(1))
    ready.add_result(a_result(2))
    ready.set_error("The disk is full.")
    window.show_log(True)
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
    assert len(keys) >= 8
    assert sorted(text for text, key in zip(texts, keys, strict=True) if keys.count(key) > 1) == []


def test_tab_reaches_every_control(window, ready, qapp):
    ready.set_server(ServerState("lost"))
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


def test_a_mnemonic_moves_the_focus(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=2000)
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
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
    roll = window.prompt.roll
    roll.grab()
    qapp.sendEvent(roll, QEvent(QEvent.Type.PaletteChange))
    assert roll._picture is None
