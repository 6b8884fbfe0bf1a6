"""What a new user sees: one large place to drop a clip, an example to try, and whether Live is there."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QWidget

from gui import layout
from gui.appearance import gap
from gui.language.say import say
from gui.layout import column, label, row
from gui.state.panel_state import PanelState


class FirstScreen(QFrame):
    """Emits ``open_wanted``, ``example_wanted``, ``take_wanted``."""

    open_wanted = pyqtSignal()
    example_wanted = pyqtSignal()
    take_wanted = pyqtSignal()

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setObjectName("drop")
        self.open = layout.button(say("Open a clip…"), say("Open a clip"), "Ctrl+O", self.open_wanted)
        self.example = layout.button(say("Try an example"), say("Try an example"), then=self.example_wanted)
        self.example.setObjectName("start")
        title = label(say("Drop a MIDI clip here"), "title")
        what = say("A .mid file, or a clip dragged out of your DAW. Its kin come out: variations, chords, a bass line.")
        words = label(what, "quiet", wraps=True)
        self.live = label("", "quiet")
        for each in (title, words, self.live):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.take = layout.button(say("Take from Live"), say("Take the clip that is selected in Live"), "Ctrl+T")
        self.take.clicked.connect(self.take_wanted)
        buttons = row(self, None, self.example, self.open, self.take, None, space=0.5)
        inside = column(self, None, title, words, buttons, self.live, None, space=1.0)
        inside.setContentsMargins(*[gap(self, 1.5)] * 4)
        self.setLayout(inside)
        for signal in (state.others_changed, state.server_changed, state.live_changed):
            signal.connect(self._show)
        self._show()

    def _show(self) -> None:
        seen, live = self._state.others, self._state.live
        self.take.setVisible(live is not None)
        if live is not None:
            self.live.setText(live.words)
            return
        words = (
            say("Live was at work at {time}.", time=seen) if seen else say("Waiting for Live: the device shows here.")
        )
        self.live.setText(words)
