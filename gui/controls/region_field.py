"""The region that may change, in beats: the same that is dragged over the prompt's piano roll."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker
from PyQt6.QtWidgets import QLabel, QWidget

from gui.controls.pieces.number_box import NumberBox, show_number
from gui.controls.pieces.toggle import Toggle
from gui.language.say import say
from gui.layout import column, row
from gui.state.panel_state import PanelState
from gui.state.values import Prompt
from gui.state.wish import Wish
from models.music.clip import Clip


class RegionField(QWidget):
    """Shows and changes the wish's region; off: all of the clip may change."""

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.switch = Toggle(
            say("Only the &region"),
            say("Only a region may change"),
            say("Only notes that begin in the region may change. Drag it over the prompt."),
        )
        self.start, self.end = NumberBox(), NumberBox()
        for box, name in (
            (self.start, say("Start of the region in beats")),
            (self.end, say("End of the region in beats")),
        ):
            box.setDecimals(2)
            box.setKeyboardTracking(False)  # "1" on the way to "12" may lie before the start
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.valueChanged.connect(self._typed)
        self.switch.switched.connect(self._switched)
        boxes = row(self, None, self.start, QLabel("–"), self.end, space=0.3)
        self.setLayout(column(self, self.switch, boxes, space=0.2))
        state.prompt_changed.connect(self._fit)
        state.wish_changed.connect(self._show)
        self._fit(state.prompt)

    def _fit(self, prompt: Prompt | None) -> None:
        """A region needs a clip, and lies inside it."""
        self.setEnabled(prompt is not None)
        unit = prompt.clip.metre.unit if prompt else 1.0
        for box in (self.start, self.end):
            with QSignalBlocker(box):
                box.setRange(0.0, prompt.clip.length if prompt else 0.0)
                box.setSingleStep(unit)
        self._show(self._state.wish)

    def _show(self, wish: Wish) -> None:
        length = self._state.prompt.clip.length if self._state.prompt else 0.0
        start, end = wish.region or (0.0, length)
        for widget, value in ((self.start, start), (self.end, end)):
            show_number(widget, value)
            widget.setEnabled(wish.region is not None)
        self.switch.show_on(wish.region is not None)

    def _switched(self, on: bool) -> None:
        prompt = self._state.prompt
        self._state.change(region=first_half(prompt.clip) if on and prompt else None)

    def _typed(self) -> None:
        """A region without length is not taken; the fields go back to the last one."""
        start, end = self.start.value(), self.end.value()
        if start < end:
            self._state.change(region=(start, end))
        else:
            self._show(self._state.wish)


def first_half(clip: Clip) -> tuple[float, float]:
    """The first half of the clip in whole bars: a region to begin with."""
    bars = max(1, clip.metre.bars(clip.length) // 2)
    return (0.0, min(clip.length, bars * clip.metre.bar))
