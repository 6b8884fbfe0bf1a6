"""A section of an arranged song: a row for each track that plays in it, each to be dragged by itself."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QWidget

from gui.appearance import gap
from gui.clips.drag_out import Carried
from gui.clips.piano_roll import PianoRoll
from gui.clips.roll_rows import counted
from gui.controls.pieces.elided_label import ElidedLabel
from gui.layout import column, label, row
from gui.state.values import Result
from models.generator import Place


class SectionCard(QFrame):
    """Rows come in one by one; once the song is there, ``show_file`` offers the section's tracks as one file."""

    wanted = pyqtSignal(str, Path)

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(f"Section {place.section + 1}, {place.section_name}")
        self.rows: list[TrackRow] = []
        self._head = Carried(f"Section {place.section + 1}", None)
        self._words, space = label("", "quiet", wraps=True), gap(self)
        self._buttons = tuple(self._head.ways())
        title = label(f"{place.section + 1}  {place.section_name}", "heading")
        self._head.setLayout(row(self, title, self._words, *self._buttons, wide=self._words))
        for way in self._buttons:
            way.hide()
        self._head.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # until there is something to take along
        self._head.wanted.connect(self.wanted)
        self._column = column(self, self._head, space=0.2)
        self._column.setContentsMargins(space, round(space * 0.6), space, space)
        self.setLayout(self._column)

    def add(self, result: Result) -> None:
        """One more track of the section."""
        track = TrackRow(result)
        self.rows.append(track)
        self._column.addWidget(track, 1)
        track.wanted.connect(self.wanted)
        clip = result.variation.clip
        self._words.setText(counted(clip.metre.bars(clip.length), "bar"))
        for remark in result.variation.report.remarks:
            self._column.addWidget(label(remark, "quiet", wraps=True))

    def show_file(self, path: Path) -> None:
        """The section's tracks lie in one file now."""
        self._head.path = path
        self._head.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._head.setCursor(Qt.CursorShape.OpenHandCursor)
        self._head.setToolTip("Drag the whole section into your DAW: a track for each clip.")
        for way in self._buttons:
            way.show()


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
        across, edge = row(self, name, self.roll, space=0.4, wide=self.roll), gap(self, 0.15)
        across.setContentsMargins(edge, edge, edge, edge)
        self.setLayout(across)

    def face(self) -> QWidget:
        """The notes."""
        return self.roll
