"""One variation: its piano roll over the prompt, its report in words, and the ways to take it along."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.clips.drag_out import Carried
from gui.clips.piano_roll import PianoRoll
from gui.clips.report_words import details, headline
from gui.state.values import Result


class VariationCard(Carried):
    """Drag it into the DAW; Return saves it."""

    def __init__(self, result: Result, parent: QWidget | None = None) -> None:
        super().__init__(f"Variation {result.number}", result.path, parent)
        self.result = result
        self.setObjectName("card")
        self.setAccessibleDescription(". ".join((headline(result), details(result), *result.variation.report.remarks)))
        self.roll = PianoRoll(f"Piano roll of variation {result.number}", lines=6, ruler=False)
        self.roll.show_variation(result.variation, result.behind)
        self.roll.setCursor(Qt.CursorShape.OpenHandCursor)
        self.roll.setToolTip("Drag this into your DAW, or into a folder.")
        self._lay_out()

    def face(self) -> QWidget:
        """The notes."""
        return self.roll

    def _lay_out(self) -> None:
        column, space = QVBoxLayout(self), gap(self)
        column.setContentsMargins(space, round(space * 0.8), space, space)
        column.setSpacing(round(space * 0.6))
        head, foot = QHBoxLayout(), QHBoxLayout()
        for line in (head, foot):
            line.setSpacing(round(space * 0.6))
        head.addWidget(card_label(str(self.result.number), "heading"))
        head.addWidget(card_label(headline(self.result)), 1)
        foot.addWidget(card_label(details(self.result), "quiet"), 1)
        for button in self.ways(go_on=True):
            foot.addWidget(button)
        column.addLayout(head)
        column.addWidget(self.roll, 1)
        column.addLayout(foot)
        for remark in self.result.variation.report.remarks:
            column.addWidget(card_label(remark, "quiet"))


def card_label(text: str, kind: str = "") -> QLabel:
    """Words on a card; ``kind``: "heading", "quiet", or "" for the ordinary."""
    label = QLabel(text)
    label.setObjectName(kind)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(kind != "heading")
    return label
