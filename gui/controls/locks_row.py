"""The locks: what must not change, as buttons that stay pressed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QLabel, QWidget

from gui.appearance import Tiles, column
from gui.clips.grid.rows import drum_words
from gui.controls.pieces import Toggle
from gui.language.say import WORDS, say
from models.generator import FLAGS, Locks

_IN_A_ROW, _LANES_IN_A_ROW = 3, 2


class LocksRow(QWidget):
    """Emits ``changed`` with the Locks when the user presses one; a drum clip has one for each of its drums too."""

    changed = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self._locks = Locks()
        self.buttons: dict[str, Toggle] = {}
        self.lanes: dict[int, Toggle] = {}
        self._flags, self._lanes = QWidget(), QWidget()
        for flag in FLAGS:
            text, hint = map(say, WORDS["locks"][flag])
            self.buttons[flag] = button = Toggle(text, hint, hint)
            button.switched.connect(lambda on, flag=flag: self._change(**{flag: on}))
        flags, self._lane_tiles = Tiles(self, _IN_A_ROW), Tiles(self, _LANES_IN_A_ROW)
        flags.fill(self.buttons.values())
        self._flags.setLayout(flags)
        self._lanes.setLayout(self._lane_tiles)
        self.setLayout(column(self, QLabel(say("What must not change")), self._flags, self._lanes, space=0.3))

    def list_lanes(self, pitches: Iterable[int], pads: tuple[tuple[int, str], ...] = ()) -> None:
        """Offer a lock for each drum; ``pitches``: the prompt's, none for other clips; ``pads``: Live's names."""
        self.lanes = {}
        for lane in sorted(set(pitches)):
            name = drum_words(lane, pads)
            words = say("Keep the {drum} as it is, pitch {pitch}.", drum=name, pitch=lane)
            self.lanes[lane] = button = Toggle(f"{name[:1].upper()}{name[1:]}".replace("&", "&&"), words, words)
            # Pressed, it is in; else it is not.
            button.switched.connect(lambda _, lane=lane: self._change(lanes=self._locks.lanes ^ {lane}))
        self._lane_tiles.fill(self.lanes.values())

    def show_locks(self, locks: Locks, mattering: tuple[str, ...] = FLAGS, lanes: bool = True) -> None:
        """Show which locks are on; those that don't matter to the task can't be pressed, and say so.

        lanes: whether the drums' own matter
        """
        self._locks = locks
        for flag, button in self.buttons.items():
            button.show_on(getattr(locks, flag) and flag in mattering)
            button.setEnabled(flag in mattering)
            button.setToolTip(say(WORDS["locks"][flag][1]) if flag in mattering else say("This task can't keep it."))
        for lane, button in self.lanes.items():
            button.show_on(lane in locks.lanes)
        self._flags.setVisible(bool(mattering))
        self._lanes.setVisible(lanes and bool(self.lanes))
        self.setVisible(bool(mattering) or (lanes and bool(self.lanes)))

    def _change(self, **changes: Any) -> None:  # noqa: ANN401  (flags, and a set of lanes)
        self._locks = replace(self._locks, **changes)
        self.changed.emit(self._locks)
