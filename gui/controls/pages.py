"""Pages that take the place of the form, the clip and its results: one entry of the menu each.

A page is a widget made with the panel's state and its listening when it is first opened, so that the window doesn't
wait for it. Esc or Back leaves it: it is hidden (``hideEvent`` is where it falls silent), and shown again as it was.

Offers: ``PAGES``, ``made``.
"""

from __future__ import annotations

from importlib import import_module

from PyQt6.QtWidgets import QWidget

from gui.hearing.listening import Listening
from gui.state.panel_state import PanelState

PAGES: dict[str, str] = {
    "Record…": "gui.alive.recording:RecordingPage",
    "Jam": "gui.alive.jam:JamPage",
    "Practice": "gui.alive.ear:PracticePage",
    "Music that follows": "gui.alive.follow:FollowPage",
}
"""For each page its entry in the menu, which is its title too (English; ``say`` translates), and where its class is:
``"gui.folder.module:Class"``."""


def made(title: str, state: PanelState, listening: Listening) -> QWidget:
    """The page of that title, new."""
    module, _, name = PAGES[title].partition(":")
    page = getattr(import_module(module), name)(state, listening)
    assert isinstance(page, QWidget)
    return page
