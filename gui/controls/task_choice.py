"""The task, and what it needs: a region of the clip, or how many bars to go on for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QLabel, QSpinBox, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.controls.menu import Menu
from gui.controls.number_box import row, show_number
from gui.controls.region_field import RegionField
from gui.panel_state import PanelState
from gui.wish import TASKS, Wish
from models.generator import MOST_BARS

if TYPE_CHECKING:
    from bridge.messages.greeting import Card

_AT_FIRST = ("vary", "infill", "continue")
"""Tasks that are offered before the server has said what its engines can do."""


class TaskChoice(QWidget):
    """Shows and changes the wish's task, region and bars."""

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.menu = Menu("Task")
        self.bars = QSpinBox()
        self.bars.setRange(1, MOST_BARS)
        self.bars.setAccessibleName("Bars to continue for")
        self.region = RegionField(state)
        self._bars_row = row("&Bars", self.bars)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap(self, 0.3))
        label = QLabel("Tas&k")
        label.setBuddy(self.menu)
        for widget in (label, self.menu, self.region, self._bars_row):
            column.addWidget(widget)
        self.menu.activated.connect(lambda place: state.change(task=self.menu.itemData(place)))
        self.bars.valueChanged.connect(lambda bars: state.change(bars=bars))
        state.engines_changed.connect(self._show_tasks)
        state.wish_changed.connect(self._show)
        self._show_tasks(state.engines)
        self._show(state.wish)

    def _show_tasks(self, cards: tuple[Card, ...]) -> None:
        offered = {task for card in cards if card.available for task in card.tasks} or set(_AT_FIRST)
        self.menu.clear()
        for task, words in TASKS.items():
            if task in offered:
                self.menu.addItem(words, task)
        self._show(self._state.wish)

    def _show(self, wish: Wish) -> None:
        self.menu.setCurrentIndex(max(0, self.menu.findData(wish.task)))
        show_number(self.bars, wish.bars)
        self._bars_row.setVisible(wish.task == "continue")
        self.region.setVisible(wish.task != "continue")
