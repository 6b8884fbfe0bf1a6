"""A clip that is given, in one line: what it is, which track of its file, and a way to open another."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from gui.clips.grid.rows import words_of
from gui.controls.pieces.elided_label import ElidedLabel
from gui.controls.pieces.menu import Menu
from gui.language.say import say
from gui.layout import button, label, row
from gui.state.values import Prompt


class ClipBar(QWidget):
    """Emits ``open_wanted``, and ``track_wanted`` with the place of a track."""

    open_wanted = pyqtSignal()
    track_wanted = pyqtSignal(int)

    def __init__(self, title: str, hint: str, keys: str, parent: QWidget | None = None) -> None:
        """title: what the clip is for; hint: what opening does."""
        super().__init__(parent)
        self.words = ElidedLabel()
        self.words.setObjectName("quiet")
        self.track = Menu(say("Track of the file: {clip}", clip=title))
        self.track.setToolTip(self.track.accessibleName())
        self.track.activated.connect(self.track_wanted)
        self.button = button(say("Open…"), hint, f"{hint} ({keys}).", self.open_wanted)
        self.setLayout(row(self, label(title, "heading"), self.words, self.track, self.button, wide=self.words))
        self.show_clip(None)

    def show_clip(self, clip: Prompt | None, instead: str = "") -> None:
        """Show the clip; ``instead``: what to say of it, or where there is none."""
        self.words.setText(instead or (words_of(clip) if clip else say("Drop a .mid file here")))
        self.track.setVisible(clip is not None and len(clip.tracks) > 1)
        if clip is not None:
            self.track.clear()
            self.track.addItems(clip.tracks)
            self.track.setCurrentIndex(clip.track)
