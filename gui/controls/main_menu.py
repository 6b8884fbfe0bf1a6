"""The menu of the window: files, pages, presets, how it looks and speaks, help.

A page takes the place of the form, the clip and its results. It is a widget made with the panel's state and its
listening when it is first opened, so that the window doesn't wait for it. Esc or Back leaves it: it is hidden
(``hideEvent`` is where it falls silent), and shown again as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PyQt6.QtGui import QActionGroup
from PyQt6.QtWidgets import QMenu, QWidget

from gui.appearance import add_entry
from gui.hearing.listening import Listening
from gui.language.say import say

PAGES: dict[str, str] = {
    "Record…": "gui.alive.recording:RecordingPage",
    "Jam": "gui.alive.pages:JamPage",
    "Practice": "gui.alive.pages:PracticePage",
    "Music that follows": "gui.alive.pages:FollowPage",
}
"""For each page its entry in the menu, which is its title too (English; ``say`` translates), and where its class is:
``"gui.folder.module:Class"``."""


Command = tuple[str, str, Callable[[], object] | None]
"""Words in the menu ("": none, only keys; "-": a line), keys ("": none), and what it does."""

Choice = tuple[str, Mapping[str, str], str, Callable[[str], object]]
"""Words in the menu, the words of each value, the value that is chosen, and what takes another."""


def main_menu(parent: QWidget, commands: Sequence[Command], choices: Sequence[Choice]) -> QMenu:
    """The menu of the commands that have words, and of what can be chosen: how the panel looks and speaks."""
    menu = QMenu(parent)
    for words, keys, do in commands:
        if words == "-":
            menu.addSeparator()  # Qt shows several in a row as one
        elif words:
            add_entry(menu, f"{say(words)}\t{keys}" if keys else say(words), do)
    menu.addSeparator()
    for words, values, chosen, then in choices:
        below = QMenu(say(words), menu)
        menu.addMenu(below)
        _fill_choices(below, values, chosen, then)
    return menu


def sound_menu(parent: QMenu, listening: Listening) -> None:
    """Below the menu: what is heard, how often, and through what; ports are asked for each time."""
    below = QMenu(say("Sound"), parent)
    parent.addMenu(below)

    def fill() -> None:
        from gui.hearing.output import ports  # with numpy behind it: not before the window

        below.clear()
        for words, name in (("Hear what plays along", "hears_context"), ("Over and over", "loops")):
            switch = add_entry(below, say(words))
            switch.setCheckable(True)
            switch.setChecked(getattr(listening, name))
            switch.toggled.connect(partial(setattr, listening, name))
        below.addSeparator()
        names, why = ports()
        gone = {listening.port: say("{name} (not now)", name=listening.port)} if listening.port else {}
        choices = {"": "Speakers", **gone, **{name: name for name in names}}
        _fill_choices(below, choices, listening.port, listening.choose_port)
        if why:
            add_entry(below, say(why), possible=False)

    below.aboutToShow.connect(fill)


def _fill_choices(below: QMenu, choices: Mapping[str, str], chosen: str, then: Callable[[str], object]) -> None:
    group = QActionGroup(below)
    for value, words in choices.items():
        action = add_entry(below, say(words), partial(then, value))
        action.setCheckable(True)
        action.setChecked(value == chosen)
        group.addAction(action)
