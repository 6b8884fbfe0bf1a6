"""Rounds: what each press asked for and what came of it. None is ever taken away by another.

Offers: ``Round``, ``Choice``, ``result_of``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import NamedTuple

from gui.state.values import Order, Prompt, Result, SongFiles
from gui.state.wish import Wish


class Choice(NamedTuple):
    """A result by its round and its number in it, both from 1."""

    round: int
    number: int


@dataclass(eq=False, slots=True)
class Round:
    """One press, bound to the request that it was: its prompt stays what it was, whatever is opened later.

    number   from 1, the order of the session
    order    what was sent; its request has the seed
    prompt   the clip that it began with; None where the task needs none
    began    the time of day, "14:05"
    engine   who made it, as far as known; "auto" until then
    results  as they came; song: all of an arrangement, once it is whole
    error    why it ended, "" where all went well
    """

    number: int
    wish: Wish
    order: Order
    prompt: Prompt | None = None
    began: str = field(default_factory=lambda: time.strftime("%H:%M"))
    engine: str = ""
    results: list[Result] = field(default_factory=list)
    song: SongFiles | None = None
    error: str = ""
    ended: bool = False

    def result(self, number: int) -> Result | None:
        """The result of this number."""
        return next((result for result in self.results if result.number == number), None)
