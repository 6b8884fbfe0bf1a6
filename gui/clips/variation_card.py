"""One variation: its piano roll over the prompt, its report in words, and the ways to take it along."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from gui.appearance import gap
from gui.clips.drag_out import Carried
from gui.clips.piano_roll import PianoRoll
from gui.clips.report_words import details, headline
from gui.layout import column, label, row
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
        space, report = gap(self), result.variation.report
        head = row(self, label(str(result.number), "heading"), words := label(headline(result), wraps=True), wide=words)
        foot = row(self, words := label(details(result), "quiet", wraps=True), *self.ways(go_on=True), wide=words)
        remarks = [label(remark, "quiet", wraps=True) for remark in report.remarks]
        inside = column(self, head, self.roll, foot, *remarks, wide=self.roll)
        inside.setContentsMargins(space, round(space * 0.8), space, space)
        self.setLayout(inside)

    def face(self) -> QWidget:
        """The notes."""
        return self.roll
