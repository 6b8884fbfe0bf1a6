"""Rounds: what each press asked for and what came of it, none ever taken away by another; and steps that can be undone.

All that a step holds is frozen, so one costs a few references.

Offers: ``Round``, ``Choice``, ``Step``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from PyQt6.QtGui import QUndoCommand

from gui.state.values import Order, Prompt, Result, SongFiles
from gui.state.wish import Wish


class Choice(NamedTuple):
    """A result by its round and its number in it, both from 1."""

    round: int
    number: int


@dataclass(eq=False, slots=True)
class Round:
    """One press, bound to the request that it was: its prompt stays what it was, whatever is opened later."""

    number: int  # from 1, the order of the session
    wish: Wish
    order: Order  # what was sent; its request has the seed
    prompt: Prompt | None = None  # the clip that it began with; None where the task needs none
    began: str = field(default_factory=lambda: time.strftime("%H:%M"))
    engine: str = ""  # who made it, as far as known; "auto" until then
    results: list[Result] = field(default_factory=list)  # as they came
    song: SongFiles | None = None  # all of an arrangement, once it is whole
    error: str = ""  # why it ended, "" where all went well
    ended: bool = False

    def result(self, number: int) -> Result | None:
        return next((result for result in self.results if result.number == number), None)


class Step(QUndoCommand):
    """From some values of the state to others; steps with the same ``merges`` in a row are one ("" stands alone).

    before, after  only what the step is about, by name: a look at another result since then stays
    """

    def __init__(
        self,
        stand: Callable[[Mapping[str, object]], None],
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        words: str,
        merges: str = "",
    ) -> None:
        super().__init__(words)
        self.before, self.after = before, after
        self._stand, self._merges = stand, merges

    def id(self) -> int:
        """Qt merges only steps of one kind."""
        return 1

    def mergeWith(self, other: QUndoCommand | None) -> bool:
        """Take a later change of the same control into this step."""
        if not isinstance(other, Step) or not self._merges or other._merges != self._merges:
            return False
        self.after = other.after
        return True

    def redo(self) -> None:
        self._stand(self.after)

    def undo(self) -> None:
        """Go back; what has come to a round meanwhile stays in it."""
        self._stand(self.before)
