"""Steps that can be undone: what stood before and after each. All of it is frozen, so a step costs a few references.

Offers: ``Standing``, ``Step``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PyQt6.QtGui import QUndoCommand

from gui.state.rounds import Choice, Round
from gui.state.values import Prompt
from gui.state.wish import Wish


class Standing(NamedTuple):
    """What an undo brings back; the names are those of ``PanelState``."""

    wish: Wish
    prompt: Prompt | None
    second: Prompt | None
    context: tuple[Prompt, ...]
    rounds: tuple[Round, ...]
    chosen: Choice | None
    stars: frozenset[Choice]


class Step(QUndoCommand):
    """From one standing to another; steps with the same ``merges`` in a row are one ("" stands alone)."""

    def __init__(
        self,
        stand: Callable[[dict[str, object]], None],
        before: Standing,
        after: Standing,
        words: str,
        merges: str = "",
    ) -> None:
        super().__init__(words)
        self.before, self.after = before, after
        self._stand, self._merges = stand, merges

    def id(self) -> int:
        """Qt merges only steps of one kind."""
        return 1

    def mergeWith(self, other: QUndoCommand | None) -> bool:  # noqa: N802  (Qt's name)
        """Take a later change of the same control into this step."""
        if not isinstance(other, Step) or not self._merges or other._merges != self._merges:
            return False
        self.after = other.after
        return True

    def redo(self) -> None:
        """Go on."""
        self._stand(self._differing(self.after))

    def undo(self) -> None:
        """Go back; what has come to a round meanwhile stays in it."""
        self._stand(self._differing(self.before))

    def _differing(self, wanted: Standing) -> dict[str, object]:
        """Only what this step is about: a look at another result since then stays."""
        return {
            name: value
            for name, value, old, new in zip(Standing._fields, wanted, self.before, self.after, strict=True)
            if old != new
        }
