"""The variations, listed as they come in, with a legend of how notes are drawn."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.clips.note_sign import NoteSign
from gui.clips.roll_rows import Kind
from gui.clips.variation_card import VariationCard
from gui.panel_state import PanelState, Prompt, Result

_LEGEND: tuple[tuple[Kind, str], ...] = (("kept", "kept"), ("new", "new"), ("gone", "only in the prompt"))


class VariationList(QWidget):
    """Cards one below the other; a sentence says what to do while there are none."""

    save_wanted = pyqtSignal(object)
    folder_wanted = pyqtSignal(object)
    copy_wanted = pyqtSignal(object)
    prompt_wanted = pyqtSignal(object)

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[VariationCard] = []
        self._title = QLabel("Variations")
        self._title.setObjectName("heading")
        self._empty = QLabel()
        self._empty.setObjectName("quiet")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._lay_out()
        state.result_added.connect(self._add)
        state.results_cleared.connect(self._clear)
        state.prompt_changed.connect(self._say_what_to_do)
        self._say_what_to_do(state.prompt)
        for result in state.results:
            self._add(result)

    def _lay_out(self) -> None:
        space = gap(self)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        for kind, words in _LEGEND:
            head.addWidget(NoteSign(kind))
            label = QLabel(words)
            label.setObjectName("quiet")
            head.addWidget(label)
            head.addSpacing(space)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space)
        self._column.addWidget(self._empty, 1)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setAccessibleName("Variations")
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the cards in it take the focus
        area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(round(space * 0.6))
        column.addLayout(head)
        column.addWidget(area, 1)

    @property
    def cards(self) -> tuple[VariationCard, ...]:
        """The cards, in the order in which they came."""
        return tuple(self._cards)

    def _add(self, result: Result) -> None:
        self._empty.hide()
        card = VariationCard(result)
        card.save_wanted.connect(self.save_wanted)
        card.folder_wanted.connect(self.folder_wanted)
        card.copy_wanted.connect(self.copy_wanted)
        card.prompt_wanted.connect(self.prompt_wanted)
        self._cards.append(card)
        self._column.addWidget(card, 1)
        bar = self._area.verticalScrollBar()
        self._area.setMinimumWidth(card.minimumSizeHint().width() + (bar.sizeHint().width() if bar else 0))
        self._title.setText(f"Variations ({len(self._cards)})")

    def _clear(self) -> None:
        for card in self._cards:
            self._column.removeWidget(card)
            card.deleteLater()
        self._cards = []
        self._title.setText("Variations")
        self._empty.show()

    def _say_what_to_do(self, prompt: Prompt | None) -> None:
        self._empty.setText("Press Vary: each variation appears here as soon as it is ready.\n"
                            "Drag it into your DAW." if prompt else
                            "First give Clipkin a clip: drop a .mid file anywhere in this window, or press Open.")
