"""The prompt: what it is in words, its piano roll, and the region dragged over it."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from gui.appearance import Colours, gap
from gui.clips.clip_view import ClipView, words
from gui.clips.piano_roll import PianoRoll
from gui.layout import button
from gui.state.panel_state import PanelState
from gui.state.values import Prompt
from gui.state.wish import Wish

_UNUSED = "not needed for this task; where one is open, its tempo, metre and key are taken"
_FORGIVEN = 0.15
"""Share of a beat by which a hand may miss a beat line."""


class PromptView(ClipView):
    """Shows the state's prompt; a region dragged over the roll goes into its wish."""

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        roll = RegionRoll("Piano roll of the prompt", lines=9)
        hint = "Open a .mid file (Ctrl+O); or drop one anywhere in this window."
        super().__init__("Prompt", roll, button("Open…", "Open a .mid file as the prompt", hint), parent)
        self._region_roll, self._state = roll, state
        roll.region_dragged.connect(lambda region: state.change(region=region))
        state.prompt_changed.connect(self.show_clip)
        state.wish_changed.connect(self._show_wish)
        self.show_clip(state.prompt)

    def show_clip(self, clip: Prompt | None) -> None:
        """Show the prompt, or that the task has no use for one."""
        super().show_clip(clip)
        self._show_wish(self._state.wish)

    def _show_wish(self, wish: Wish) -> None:
        self.words.setText(words(self._state.prompt) if wish.row.clips[1] else _UNUSED)
        self._region_roll.show_region(wish.region if wish.takes("region") else None)


class RegionRoll(PianoRoll):
    """A piano roll over which a region can be dragged; a click without dragging takes it away."""

    region_dragged = pyqtSignal(object)

    def __init__(self, name: str, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(name, lines, parent=parent)
        self._region: tuple[float, float] | None = None
        self._from: float | None = None
        self.setToolTip("Drag over it to choose the region that may change; click to take the region away.")

    def show_region(self, region: tuple[float, float] | None) -> None:
        """Shade what may not change; None: all of it may."""
        if region != self._region:
            self._region = region
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802  (Qt's name, as below)
        super().paintEvent(event)
        painter, colours, field = QPainter(self), Colours.of(self), self.field
        if self.clip is None:
            painter.setPen(QColor(colours.quiet))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "No clip yet")
        elif self._region is not None:
            start, end = (self.x_of(beats) for beats in self._region)
            veil = QColor(colours.roll)
            veil.setAlphaF(0.7)
            painter.fillRect(QRectF(field.left(), field.top(), start - field.left(), field.height()), veil)
            painter.fillRect(QRectF(end, field.top(), field.right() - end, field.height()), veil)
            painter.setPen(QPen(QColor(colours.accent), max(1.0, gap(self, 0.1))))
            painter.drawRect(QRectF(start, field.top(), end - start, field.height()).adjusted(0.5, 0.5, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event and self.clip and event.button() == Qt.MouseButton.LeftButton:
            self._from = self.beats_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event and self._from is not None:
            region = self._between(self._from, self.beats_at(event.position().x()))
            if region is not None:
                self.region_dragged.emit(region)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event and self._from is not None:
            self.region_dragged.emit(self._between(self._from, self.beats_at(event.position().x())))
        self._from = None

    def _between(self, one: float, other: float) -> tuple[float, float] | None:
        """The beats that the two places touch, forgiving a hair; None where they are nearly the same place."""
        if self.clip is None or abs(self.x_of(one) - self.x_of(other)) < gap(self, 0.4):
            return None
        unit, length = self.clip.metre.unit, self.clip.length
        start = int((min(one, other) / unit + _FORGIVEN) // 1) * unit
        end = min(length, -int(-(max(one, other) / unit - _FORGIVEN) // 1) * unit)
        return (start, end) if start < end else None
