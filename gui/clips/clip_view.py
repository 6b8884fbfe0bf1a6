"""A clip that is given: its title, what it is in words, which track of its file, a way to open another, its roll."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QPushButton, QWidget

from gui import layout
from gui.clips.piano_roll import PianoRoll
from gui.clips.roll_rows import describe
from gui.controls.pieces.elided_label import ElidedLabel
from gui.controls.pieces.menu import Menu
from gui.layout import column, label, row
from gui.state.panel_state import PanelState
from gui.state.values import Prompt
from gui.state.wish import Wish


class ClipView(QWidget):
    """Emits ``open_wanted``, and ``track_wanted`` with the place of a track."""

    open_wanted = pyqtSignal()
    track_wanted = pyqtSignal(int)

    def __init__(self, title: str, roll: PianoRoll, button: QPushButton, parent: QWidget | None = None) -> None:
        """button: opens another clip."""
        super().__init__(parent)
        self.roll, self.button = roll, button
        self.words = ElidedLabel()
        self.words.setObjectName("quiet")
        self.track = Menu(f"Track of the file of the {title.lower()}")
        self.track.setToolTip(f"Which track of the file is the {title.lower()}.")
        self.track.activated.connect(self.track_wanted)
        button.clicked.connect(self.open_wanted)
        head = row(self, label(title, "heading"), self.words, self.track, button, wide=self.words)
        self.setLayout(column(self, head, roll, space=0.3, wide=roll))

    def show_clip(self, clip: Prompt | None) -> None:
        """Show the clip, or that there is none."""
        self.words.setText(words(clip))
        self.track.setVisible(clip is not None and len(clip.tracks) > 1)
        if clip is not None:
            self.track.clear()
            self.track.addItems(clip.tracks)
            self.track.setCurrentIndex(clip.track)
            self.roll.show_clip(clip.clip)


class SecondView(ClipView):
    """The clip that a morph ends with; hidden for the other tasks."""

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        hint = "Open the clip to morph into (Ctrl+Shift+O); or drop one here."
        button = layout.button("Open…", "Open a .mid file as the second clip", hint)
        super().__init__("Second clip", PianoRoll("Piano roll of the second clip", lines=9), button, parent)
        state.second_changed.connect(self.show_clip)
        state.wish_changed.connect(self._follow)
        self.show_clip(state.second)
        self._follow(state.wish)

    def _follow(self, wish: Wish) -> None:
        self.setVisible(wish.row.reads == "pair")


def words(clip: Prompt | None) -> str:
    """A clip in words: "lead.mid · 32 notes, C3 to A4, 4 bars · 4/4 · 120 BPM · A minor"."""
    if clip is None:
        return "Drop a .mid file here"
    parts = [clip.path.name, describe(clip.clip), str(clip.clip.metre), f"{clip.clip.tempo:g} BPM"]
    return " · ".join([*parts, clip.key] if clip.key else parts)
