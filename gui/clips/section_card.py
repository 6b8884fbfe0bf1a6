"""A section of an arranged song: a row for each track that plays in it, each to be dragged by itself."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.clips.drag_out import Carried
from gui.clips.piano_roll import PianoRoll
from gui.clips.roll_rows import counted
from gui.clips.variation_card import card_label
from gui.controls.pieces.elided_label import ElidedLabel
from gui.state.values import Result
from models.generator import Place


class SectionCard(QFrame):
    """Rows come in one by one; once the song is there, ``show_file`` offers the section's tracks as one file."""

    save_wanted = pyqtSignal(Path)
    folder_wanted = pyqtSignal(Path)
    copy_wanted = pyqtSignal(Path)

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(f"Section {place.section + 1}, {place.section_name}")
        self.rows: list[TrackRow] = []
        self._head = Carried(f"Section {place.section + 1}", None)
        across = QHBoxLayout(self._head)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(gap(self, 0.6))
        self._words = card_label("", "quiet")
        across.addWidget(card_label(f"{place.section + 1}  {place.section_name}", "heading"))
        across.addWidget(self._words, 1)
        self._buttons = tuple(self._head.ways())
        for button in self._buttons:
            across.addWidget(button)
            button.hide()
        self._head.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # until there is something to take along
        column, space = QVBoxLayout(self), gap(self)
        column.setContentsMargins(space, round(space * 0.6), space, space)
        column.setSpacing(round(space * 0.4))
        column.addWidget(self._head)
        self._column = column
        self._pass_on(self._head)

    def add(self, result: Result) -> None:
        """One more track of the section."""
        row = TrackRow(result)
        self.rows.append(row)
        self._column.addWidget(row, 1)
        self._pass_on(row)
        clip = result.variation.clip
        self._words.setText(counted(clip.metre.bars(clip.length), "bar"))
        for remark in result.variation.report.remarks:
            self._column.addWidget(card_label(remark, "quiet"))

    def show_file(self, path: Path) -> None:
        """The section's tracks lie in one file now."""
        self._head.path = path
        self._head.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._head.setCursor(Qt.CursorShape.OpenHandCursor)
        self._head.setToolTip("Drag the whole section into your DAW: a track for each clip.")
        for button in self._buttons:
            button.show()

    def _pass_on(self, part: Carried) -> None:
        part.save_wanted.connect(self.save_wanted)
        part.folder_wanted.connect(self.folder_wanted)
        part.copy_wanted.connect(self.copy_wanted)


class TrackRow(Carried):
    """One clip of the song: the track's name and its notes."""

    def __init__(self, result: Result, parent: QWidget | None = None) -> None:
        place = result.place
        where = f"section {place.section + 1}" if place else "song"
        super().__init__(f"{result.track} of {where}", result.path, parent)
        self.result = result
        self.setObjectName("row")
        name = ElidedLabel()
        name.setObjectName("quiet")
        name.setText(result.track)
        name.setFixedWidth(gap(self, 6))
        self.roll = PianoRoll(f"Piano roll of {result.track} of {where}", lines=3, ruler=False, row_names=False)
        self.roll.show_variation(result.variation, None)
        self.roll.setToolTip("Drag this clip into your DAW; Return saves it.")
        self.roll.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleDescription(self.roll.accessibleDescription())
        across = QHBoxLayout(self)
        edge = gap(self, 0.15)
        across.setContentsMargins(edge, edge, edge, edge)
        across.setSpacing(gap(self, 0.4))
        across.addWidget(name)
        across.addWidget(self.roll, 1)

    def face(self) -> QWidget:
        """The notes."""
        return self.roll
