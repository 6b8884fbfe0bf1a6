"""A variation as the ground for further moves: as free as the locks leave it, and measured against the prompt.

The prompt's constraints are carried over to the variation's notes, so that an ``EditSet`` takes in only what keeps
every promise. What a mood changes costs similarity; what it costs too much is paid by giving back changes of the
engine.

Offers: ``Canvas`` (``of``, ``edit_set``, ``painted``, ``given_back``, ``settled``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from models.constraints.constraints import Constraints
from models.constraints.diff import group_edits
from models.constraints.edits import Edit, EditSet
from models.constraints.lines import onset_groups
from models.constraints.similarity_search import GOOD_ENOUGH, SearchResult, apply_edits, search_similarity
from models.music.note import Note
from models.music.scale import Scale
from models.music.similarity import similarity


@dataclass(frozen=True)
class Canvas:
    """A result that is still being worked on.

    base  the constraints of the prompt
    here  the same with the result's notes in place of the prompt's; ``here.origin``: the prompt's note, None: a new one
    """

    base: Constraints
    here: Constraints

    @classmethod
    def of(cls, base: Constraints, notes: Sequence[Note], kept: Sequence[int | None]) -> Canvas:
        """The canvas of a result; a note that equals one of the prompt's that is missing is that note again."""
        ordered = sorted(zip(notes, kept, strict=True), key=lambda item: item[0].order)
        there = {index for index in kept if index is not None}
        missing = {note: index for index, note in enumerate(base.prompt.notes) if index not in there}
        origin = [missing.pop(note, None) if index is None else index for note, index in ordered]
        free = {base.origin[place] for place in base.free} - {None}
        here = replace(
            base,
            notes=tuple(note for note, _ in ordered),
            origin=tuple(origin),
            free=frozenset(place for place, index in enumerate(origin) if index is None or index in free),
        )
        return cls(base, here)

    @property
    def notes(self) -> tuple[Note, ...]:
        """The result as it is now."""
        return self.here.notes

    @property
    def reached(self) -> SearchResult:
        """The result with what it kept and its similarity."""
        return SearchResult(self.notes, self.here.origin, self.similarity)

    @cached_property
    def similarity(self) -> float:
        """To the prompt, 0-1."""
        return similarity(self.base.prompt.notes, self.notes, drums=self.base.drums)

    @cached_property
    def inside(self) -> list[int]:
        """The notes in the stretch that may change."""
        return [place for place, note in enumerate(self.notes) if self.base.start <= note.onset < self.base.end]

    @cached_property
    def groups(self) -> list[list[int]]:
        """The notes of each onset in that stretch, lowest first."""
        return [[self.inside[place] for place in group] for group in onset_groups([self.notes[i] for i in self.inside])]

    def is_new(self, place: int) -> bool:
        """Is this note another one than the prompt's? Changing it costs little."""
        return self.here.origin[place] is None

    @property
    def by_cost(self) -> list[int]:
        """The free notes, those first that are new already."""
        return sorted(self.here.free, key=lambda place: (not self.is_new(place), place))

    def edit_set(self, scale: Scale | None = None, *, stretch: bool = True) -> EditSet:
        """An empty edit set of moves on these notes; ``scale``: no new note outside it, whatever the request allows.

        stretch: False keeps nudges, by which the dial is met, from making notes shorter
        """
        here = (
            self.here if stretch else replace(self.here, allowed_edits=replace(self.here.allowed_edits, stretch=False))
        )
        if scale is None or here.drums:
            return EditSet(here)
        inside = frozenset(pitch for pitch in here.allowed if pitch in scale)
        return EditSet(replace(here, allowed=inside or here.allowed))

    def painted(self, edit_set: EditSet, floor: float, ceiling: float = 1.0) -> Canvas:
        """The canvas after as many of the edit set's moves, from the front, as keep the similarity in these bounds."""
        if not edit_set.edits:
            return self
        after = self._after(edit_set, len(edit_set.edits))
        if floor <= after.similarity <= ceiling:
            return after
        low, high = 0, len(edit_set.edits) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if floor <= self._after(edit_set, middle).similarity <= ceiling:
                low = middle
            else:
                high = middle - 1
        return self._after(edit_set, low)

    def bears(self, edit_set: EditSet, floor: float) -> bool:
        """Does the similarity stay at ``floor`` (0-1) or more with all of the edit set's moves?"""
        return self._after(edit_set, len(edit_set.edits)).similarity >= floor

    def _after(self, edit_set: EditSet, count: int) -> Canvas:
        """The canvas after the first ``count`` moves; as it is where that would leave nothing."""
        reached = apply_edits(edit_set, edit_set.edits[:count], 0.0)
        return Canvas.of(self.base, reached.notes, reached.kept) if reached.notes else self

    def settled(self, edit_set: EditSet, goal: float) -> Canvas:
        """The canvas brought down to a similarity of ``goal`` where it is above: by the edit set's moves, or nudges."""
        if self.similarity <= goal + GOOD_ENOUGH:
            return self
        nearer = search_similarity(edit_set, goal)
        if nearer is None or abs(nearer.similarity - goal) >= abs(self.similarity - goal):
            return self
        return Canvas.of(self.base, nearer.notes, nearer.kept)

    def given_back(self, goal: float) -> Canvas:
        """As few notes of the prompt put back in place of new ones as bring the similarity up to ``goal``."""
        edit_set = self.edit_set()
        for move in self._ways_back():
            edit_set.add(move.removed, move.added)
        low, high = 0, len(edit_set.edits)
        while low < high:
            middle = (low + high) // 2
            if self._after(edit_set, middle).similarity < goal - GOOD_ENOUGH:
                low = middle + 1
            else:
                high = middle
        beside = (self._after(edit_set, count) for count in (low, low - 1) if count >= 0)
        return min(beside, key=lambda canvas: abs(canvas.similarity - goal))

    def _ways_back(self) -> list[Edit]:
        """Moves that put notes of the prompt back, from its beginning, by which a listener knows it."""
        base, new = self.base, [place for place in sorted(self.here.free) if self.is_new(place)]
        if base.keeps_order:
            return [Edit((place,), (base.notes[place],)) for place in new]
        there = {index for index in self.here.origin if index is not None}
        gone = [base.notes[place] for place in sorted(base.free) if base.origin[place] not in there]
        return sorted(
            group_edits(self.here, new, gone),
            key=lambda move: min(
                [note.onset for note in move.added] + [self.notes[place].onset for place in move.removed]
            ),
        )
