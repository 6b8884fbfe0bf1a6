"""What a variation has become so far: whole edits, put one by one, and how near to the prompt they leave it.

An edit is what a musician would call one change: it takes notes away and brings others, in every return of a figure
at once. It is kept whole, so that the dial takes or leaves it as one.

Offers: ``EditBuilder``, ``Change``.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from models.constraints.constraints import Constraints
from models.constraints.diff import group_edits
from models.constraints.edits import Edit, EditSet
from models.music.note import Note
from models.music.similarity import OTHER_PITCH_CREDIT, common

_order = attrgetter("order")

Change = tuple[tuple[int, ...], tuple[Note, ...]]
"""Indices of the notes that go in one place, and the notes that come there."""

_NEAR, _HALF_A_NOTE, _FARTHEST = 0.012, 0.45, 0.035
"""How far beyond the dial an edit may go; of few notes about half of what one of them counts."""


class EditBuilder:
    """Edits on the notes of a constraints towards a similarity ``target`` (0-1)."""

    def __init__(self, constraints: Constraints, target: float) -> None:
        self.edit_set = EditSet(constraints)
        self.target = target
        self._drums = constraints.drums
        self._size = self._credit = float(len(constraints.notes))
        self._first = len(constraints.notes)
        self._near = min(_FARTHEST, max(_NEAR, _HALF_A_NOTE / max(1, self._first)))

    @property
    def similarity(self) -> float:
        """To the prompt, nearly: what an edit brings is held against what it takes alone."""
        return self._of(self._credit, self._size)

    @property
    def full(self) -> bool:
        """Is the dial met?"""
        return self.similarity <= self.target + self._near

    def free(self, index: int) -> bool:
        """May this note still be changed?"""
        return index in self.edit_set.constraints.free and index not in self.edit_set.touched

    def too_far(self, others: float) -> bool:
        """Would it lead too far beyond the dial if so many notes got another pitch? Nearly: octaves are nearer."""
        return self._of(self._credit - (1 - OTHER_PITCH_CREDIT) * others, self._size) < self.target - self._near

    def put(self, parts: Sequence[Change]) -> bool:
        """Put an edit, without the parts that are not legal, unless it leads too far beyond the dial; was it put?"""
        legal = [move for part in parts if self.edit_set.fits(move := _move(part))]
        if not legal:
            return False
        removed = tuple(index for move in legal for index in move.removed)
        whole = _move((removed, tuple(note for move in legal for note in move.added)))
        credit, size = self._after(whole.removed, whole.added)
        if self._of(credit, size) < self.target - self._near or (len(legal) > 1 and not self.edit_set.fits(whole)):
            return False
        self.edit_set.take(whole)
        self._credit, self._size = credit, size
        return True

    def take(self, change: Change) -> None:
        """Take a change whatever the dial says; of one that isn't legal as a whole what is legal, note by note."""
        removed, added = change
        if not self.edit_set.add(removed, added):
            for edit in group_edits(self.edit_set.constraints, removed, added, few=0):
                self.edit_set.add(edit.removed, edit.added)
        gone = [index for index in removed if index in self.edit_set.touched]
        come = [note for edit in self.edit_set.edits for note in edit.added]
        self._credit, self._size = self._after(tuple(gone), tuple(come))

    def fill_up(self, edits: Sequence[Edit]) -> None:
        """Take in others' edits behind its own, for where those don't suffice."""
        for edit in edits:
            self.edit_set.add(edit.removed, edit.added)

    def _after(self, removed: tuple[int, ...], added: tuple[Note, ...]) -> tuple[float, float]:
        gone = [self.edit_set.constraints.notes[index] for index in sorted(removed)]
        come = sorted(added, key=_order)
        kept = common(gone, come, drums=self._drums)
        return self._credit - len(gone) + kept, self._size - len(gone) + len(come)

    def _of(self, credit: float, size: float) -> float:
        return 2 * credit / max(1.0, self._first + size)


def _move(part: Change) -> Edit:
    return Edit(tuple(sorted(part[0])), tuple(sorted(part[1], key=_order)))
