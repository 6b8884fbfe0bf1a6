"""The task, what it gives in a sentence, and what it needs: a region, a length, a part, a style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QSpinBox, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.controls.part_choice import PartChoice
from gui.controls.pieces.menu import Menu
from gui.controls.pieces.number_box import row, show_number
from gui.controls.region_field import RegionField
from gui.controls.style_field import StyleField
from gui.state.panel_state import PanelState
from gui.state.tasks import SHEETS
from gui.state.wish import Wish
from models.tasks.table import TABLE, Task

if TYPE_CHECKING:
    from bridge.messages.greeting import Card


class TaskChoice(QWidget):
    """Shows and changes the wish's task, region, bars, part and style."""

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.menu, self.sentence = Menu("Task"), QLabel()
        self.menu.setMaxVisibleItems(len(SHEETS))
        self.sentence.setObjectName("quiet")
        self.sentence.setWordWrap(True)
        self.bars = QSpinBox()
        self.bars.setSpecialValueText("as it fits")
        self.bars.setAccessibleName("Bars to make")
        self.region, self.part, self.style_words = RegionField(state), PartChoice(), StyleField()
        self._bars_row = row("&Bars", self.bars)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap(self, 0.3))
        label = QLabel("Tas&k")
        label.setBuddy(self.menu)
        for widget in (label, self.menu, self.sentence, self.region, self.part, self._bars_row, self.style_words):
            column.addWidget(widget)
        self._connect(state)
        self._show_tasks(state.engines)
        self._show(state.wish)

    def _connect(self, state: PanelState) -> None:
        self.menu.activated.connect(lambda place: state.change(task=self.menu.itemData(place)))
        self.bars.valueChanged.connect(lambda bars: state.change(bars=bars))
        self.part.chosen.connect(lambda role: state.change(part=role))
        self.style_words.typed.connect(lambda words: state.change(style=words))
        state.engines_changed.connect(self._show_tasks)
        state.wish_changed.connect(self._show)

    def _show_tasks(self, cards: tuple[Card, ...]) -> None:
        self.menu.clear()
        for task, sheet in SHEETS.items():
            reason = why_not(task, cards)
            self.menu.add(sheet.words, task, f"{TABLE[task].sentence}{reason}", possible=not reason)
        self._show(self._state.wish)

    def _show(self, wish: Wish) -> None:
        self.menu.setCurrentIndex(self.menu.findData(wish.task))
        sentence = self.menu.currentData(Qt.ItemDataRole.ToolTipRole)
        self.sentence.setText(sentence)
        self.menu.setToolTip(sentence)
        self.menu.setAccessibleDescription(sentence)
        self.bars.blockSignals(True)  # a shorter range of another task is no wish
        self.bars.setRange(0, wish.row.most_bars)
        self.bars.blockSignals(False)
        show_number(self.bars, wish.bars)
        self._bars_row.setVisible(wish.takes("bars"))
        self.region.setVisible(wish.takes("region"))
        self.part.show_part(wish)
        self.style_words.show_style(wish)


def why_not(task: Task, cards: tuple[Card, ...]) -> str:
    """Why the task can't be chosen, as a sentence that follows its own; "" when it can, or no engine is known yet."""
    usable = [card for card in cards if card.available]
    if usable and not TABLE[task].ranked and not any(task in card.tasks for card in usable):
        return " No engine that is there knows it."
    return ""
