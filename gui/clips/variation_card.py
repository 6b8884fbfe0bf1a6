"""One variation: its piano roll over the prompt, its report in words, and the ways to take it along."""

from __future__ import annotations

from collections.abc import Iterator

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.clips.drag_out import drag
from gui.clips.piano_roll import PianoRoll
from gui.clips.report_words import details, headline
from gui.panel_state import Result


class VariationCard(QFrame):
    """Drag it into the DAW; Return saves it."""

    save_wanted = pyqtSignal(object)
    folder_wanted = pyqtSignal(object)
    copy_wanted = pyqtSignal(object)
    prompt_wanted = pyqtSignal(object)

    def __init__(self, result: Result, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result = result
        self._pressed_at: QPoint | None = None
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Variation {result.number}")
        self.setAccessibleDescription(". ".join((headline(result), details(result), *result.variation.report.remarks)))
        self.roll = PianoRoll(f"Piano roll of variation {result.number}", lines=6, ruler=False)
        self.roll.show_variation(result.variation, result.behind)
        self.roll.setCursor(Qt.CursorShape.OpenHandCursor)
        self.roll.setToolTip("Drag this into your DAW, or into a folder.")
        self._lay_out()

    def _lay_out(self) -> None:
        column, space = QVBoxLayout(self), gap(self)
        column.setContentsMargins(space, round(space * 0.8), space, space)
        column.setSpacing(round(space * 0.6))
        head, foot = QHBoxLayout(), QHBoxLayout()
        for line in (head, foot):
            line.setSpacing(round(space * 0.6))
        head.addWidget(_label(str(self.result.number), "heading"))
        head.addWidget(_label(headline(self.result)), 1)
        foot.addWidget(_label(details(self.result), "quiet"), 1)
        for button in self._buttons():
            foot.addWidget(button)
        column.addLayout(head)
        column.addWidget(self.roll, 1)
        column.addLayout(foot)
        for remark in self.result.variation.report.remarks:
            column.addWidget(_label(remark, "quiet"))

    def _buttons(self) -> Iterator[QPushButton]:
        for text, hint, signal in (
                ("Go on from it", "take it as the next prompt", self.prompt_wanted),
                ("Copy", "copy the file, to paste it into a folder or a DAW", self.copy_wanted),
                ("Save as…", "save as a .mid file", self.save_wanted),
                ("Show in folder", "show the .mid file in its folder", self.folder_wanted)):
            button = QPushButton(text)
            button.setObjectName("flat")
            button.setAccessibleName(f"Variation {self.result.number}: {hint}")
            button.setToolTip(f"{hint[0].upper()}{hint[1:]}.")
            button.clicked.connect(lambda _, signal=signal: signal.emit(self.result))
            yield button

    # ---- events

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802  (Qt's name, as below)
        if event and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.save_wanted.emit(self.result)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event and event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        self._pressed_at = None

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is None or self._pressed_at is None:
            return
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if moved >= QApplication.startDragDistance():
            self._pressed_at = None
            width = self.width() // 3
            drag(self, self.result.path,
                 self.roll.grab().scaledToWidth(width, Qt.TransformationMode.SmoothTransformation))


def _label(text: str, kind: str = "") -> QLabel:
    label = QLabel(text)
    label.setObjectName(kind)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(kind != "heading")
    return label
