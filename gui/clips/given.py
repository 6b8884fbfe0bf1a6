"""The clips that are given: prompt and second clip in a line each, and those that play along as buttons."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt
from PyQt6.QtGui import QIcon, QPainter, QPixmap
from PyQt6.QtWidgets import QPushButton, QSizePolicy, QWidget

from gui.appearance import Colours, ElidedLabel, Tiles, button, canvas, column, gap, label, row
from gui.clips.grid.note_layer import LayerShelf
from gui.clips.grid.rows import Rows, words_of
from gui.controls.pieces import Menu
from gui.language.say import say
from gui.state.panel_state import PanelState
from gui.state.values import Prompt
from models.music.clip import Clip
from models.tasks.table import MOST_CONTEXT


class ClipBar(QWidget):
    """The clip in words; ``track`` chooses among the file's, ``button`` is for opening another."""

    def __init__(self, title: str, hint: str, keys: str) -> None:
        """title: what the clip is for; hint: what opening does."""
        super().__init__()
        self.words = ElidedLabel("quiet")
        self.track = Menu(say("Track of the file: {clip}", clip=title))
        self.track.setToolTip(self.track.accessibleName())
        self.button = button(say("Open…"), hint, f"{hint} ({keys}).")
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


_IN_A_ROW = 4


class ContextStrip(QWidget):
    """The clips that play at the same time as the prompt: each is a button that takes it away again; hidden for tasks
    that don't listen. ``add`` is for opening more; dropping files is the window's business.
    """

    def __init__(self, state: PanelState) -> None:
        super().__init__()
        self._state = state
        self._words = ElidedLabel("quiet")
        other = say("Take the other tracks of the prompt's file as context")
        self.tracks = button(say("Its other tracks"), other, other, self._add_tracks)
        hint = say("Open .mid files that play at the same time; or drop them here.")
        self.add = button(say("Add…"), say("Add a .mid file that plays along"), hint)
        self.chips: list[QPushButton] = []
        self._grid = Tiles(self, _IN_A_ROW)
        for place in range(_IN_A_ROW):
            self._grid.setColumnStretch(place, 1)
        head = row(self, label(say("Plays along"), "heading"), self._words, self.tracks, self.add, wide=self._words)
        both = column(self, head, self._grid, space=0.3)
        both.setContentsMargins(0, gap(self, 0.2), 0, gap(self, 0.2))
        self.setLayout(both)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        state.follow("context", self._show_chips)
        state.follow("prompt wish", self._show)

    def _show(self) -> None:
        state, prompt = self._state, self._state.prompt
        self.setVisible(state.wish.takes("context"))
        self.tracks.setVisible(bool(prompt and prompt.others and not state.context))
        self.add.setEnabled(len(state.context) < MOST_CONTEXT)
        words = ""
        if len(state.context) == MOST_CONTEXT:
            words = say("{count} clips: no more can be sent", count=MOST_CONTEXT)
        elif not state.context and prompt and prompt.others and state.wish.row.of_scene:
            words = say("the other tracks of its file: {names}", names=", ".join(clip.name for clip in state.playing))
        elif not state.context:
            words = say("nothing yet: drop .mid files here that play at the same time")
        self._words.setText(words)

    def _show_chips(self) -> None:
        self.chips = []
        for place, clip in enumerate(self._state.context):
            away = say("Take clip {number} away: {name}", number=place + 1, name=clip.label)
            name = self.fontMetrics().elidedText(clip.label, Qt.TextElideMode.ElideRight, gap(self, 5))
            then = partial(self._take_away, place)
            chip = button(f"{name}  ✕".replace("&", "&&"), away, f"{words_of(clip)}\n{away}", then, "chip")
            chip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            chip.setIconSize(QSize(gap(self, 2.6), gap(self, 0.9)))
            chip.setIcon(QIcon(sketch(clip.clip, chip.iconSize(), self)))
            self.chips.append(chip)
        self._grid.fill(self.chips)
        for chip in self.chips:
            chip.show()  # at once, so that it can have the focus
        self._show()

    def _take_away(self, place: int) -> None:
        self._state.set_context(tuple(clip for at, clip in enumerate(self._state.context) if at != place))
        # The keyboard stays where it was.
        (self.chips[min(place, len(self.chips) - 1)] if self.chips else self.add).setFocus()

    def _add_tracks(self) -> None:
        if self._state.prompt is not None:
            self._state.set_context((*self._state.context, *self._state.prompt.siblings))
            self.add.setFocus()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event and event.type() == QEvent.Type.PaletteChange:
            self._show_chips()


def sketch(clip: Clip, size: QSize, widget: QWidget) -> QPixmap:
    """The clip's notes as dashes in a picture of ``size``, in the widget's colours."""
    picture = canvas(widget, size, "transparent")
    painter, area = QPainter(picture), QRectF(0, 0, size.width(), size.height())
    LayerShelf().of_clip(clip, Rows.of([clip])).paint_small(painter, area, Colours.of(widget), clip.length)
    painter.end()
    return picture
