"""Moves gathered so far, any subset of which keeps every promise.

A move takes notes of the prompt away and puts new ones in their place. An edit set takes a move in only when it is
legal together with *any* choice of the moves taken in before: it is held against the notes as they are and as they
would be. The dial may then choose freely, and no choice has to be tried, mended or thrown away.

Offers: ``Edit``, ``EditSet``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from models.constraints.constraints import Constraints
from models.constraints.lines import direction
from models.music.beats import TIGHT
from models.music.note import Note

_ORDER = attrgetter("order")


@dataclass(frozen=True, slots=True)
class Edit:
    """Prompt notes (indices into ``Constraints.notes``) that go, and the new notes that come."""

    removed: tuple[int, ...]
    added: tuple[Note, ...]


class EditSet:
    """A list of moves that are legal in any combination."""

    def __init__(self, constraints: Constraints) -> None:
        self.constraints = constraints
        self.edits: list[Edit] = []
        self.touched: set[int] = set()
        self._paired: dict[int, Note] = {}
        # Those of the prompt are found out once, since a request makes many edit sets.
        self._by_pitch = {pitch: line.copy() for pitch, line in constraints.spans_by_pitch.items()}
        self._longest_of = {pitch: max(end - onset for onset, end, _ in line) for pitch, line in self._by_pitch.items()}
        self._starts = constraints.spans.copy()
        self._longest = max(self._longest_of.values(), default=0.0)

    @classmethod
    def of(cls, constraints: Constraints, moves: Iterable[Edit]) -> EditSet:
        """The edit set of moves that are known to be legal together."""
        edit_set = cls(constraints)
        for move in moves:
            edit_set.take(move)
        return edit_set

    def _register(self, note: Note) -> None:
        """Remember a new note."""
        pitch, duration, entry = note.pitch, note.duration, (note.onset, note.end, -1)
        insort(self._by_pitch.setdefault(pitch, []), entry)
        insort(self._starts, entry)
        if duration > self._longest:
            self._longest = duration
        if duration > self._longest_of.get(pitch, 0.0):
            self._longest_of[pitch] = duration

    def add(self, removed: tuple[int, ...], added: tuple[Note, ...]) -> bool:
        """Take the move in if it is legal whatever else is chosen; say whether it was taken."""
        move = Edit(tuple(sorted(removed)), tuple(sorted(added, key=_ORDER)) if len(added) > 1 else added)
        if not self.fits(move):
            return False
        self.take(move)
        return True

    def take(self, move: Edit) -> None:
        """Take in a move that is known to be legal."""
        self.edits.append(move)
        self.touched.update(move.removed)
        if len(move.removed) == len(move.added):
            self._paired.update(zip(move.removed, move.added, strict=True))
        for note in move.added:
            self._register(note)

    def fits(self, move: Edit) -> bool:
        """Is the move legal whatever else is chosen?"""
        constraints = self.constraints
        if not constraints.free.issuperset(move.removed) or not self.touched.isdisjoint(move.removed):
            return False
        before = tuple([constraints.notes[index] for index in move.removed])
        if before == move.added or not self._doors_open(before, move.added):
            return False
        latest_end = max([note.end for note in before], default=None)
        for note in move.added:
            if not constraints.may_lie(note, latest_end=latest_end):
                return False
        return (
            not self._collides(move)
            and not self._too_many_voices(move)
            and (not constraints.keeps_order or (self._order_holds(move) and self._contour_holds(move)))
        )

    def _doors_open(self, before: tuple[Note, ...], after: tuple[Note, ...]) -> bool:
        allowed_edits, locks = self.constraints.allowed_edits, self.constraints.request.locks
        if len(after) > len(before) and not allowed_edits.add:
            return False
        if len(after) < len(before) and not allowed_edits.remove:
            return False
        if locks.rhythm and sorted((n.onset, n.duration) for n in before) != sorted(
            (n.onset, n.duration) for n in after
        ):
            return False
        if locks.pitch and [n.pitch for n in before] != [n.pitch for n in after]:
            return False
        return not locks.velocity or [n.velocity for n in before] == [n.velocity for n in after]

    def sounding(self, onset: float, end: float, without: tuple[int, ...] = ()) -> list[tuple[float, float]]:
        """Onset and end of every note, old or new, that sounds in [onset, end)."""
        first, after = bisect_left(self._starts, (onset - self._longest - TIGHT,)), onset + TIGHT
        near = self._starts[first : bisect_right(self._starts, (end - TIGHT, 0.0, -1), first)]
        return [(start, stop) for start, stop, index in near if stop > after and (index < 0 or index not in without)]

    def is_taken(self, pitch: int, onset: float, end: float, without: tuple[int, ...] = ()) -> bool:
        """Does any note of this pitch, old or new, sound in [onset, end)? Ends may touch."""
        line = self._by_pitch.get(pitch)
        if line is None:
            return False
        first = bisect_left(line, (onset - self._longest_of[pitch] - TIGHT,))
        for entry in line[first : bisect_left(line, (end - TIGHT, 0.0, -1), first)]:
            if entry[1] > onset + TIGHT and (entry[2] < 0 or entry[2] not in without):
                return True
        return False

    def _collides(self, move: Edit) -> bool:
        ends: dict[int, float] = {}
        for note in move.added:  # in order
            onset, pitch, end = note.onset, note.pitch, note.end
            before = ends.get(pitch, -1.0)
            if before > onset + TIGHT or self.is_taken(pitch, onset, end, move.removed):
                return True
            ends[pitch] = end if end > before else before
        return False

    def _too_many_voices(self, move: Edit) -> bool:
        cap = self.constraints.polyphony
        if cap is None:
            return False
        spans = [(note.onset, note.end) for note in move.added]
        for onset, end in spans:
            others = self.sounding(onset, end, move.removed)
            others += [span for span in spans if span[0] <= end and span[1] > onset + TIGHT]
            if len(others) <= cap:
                continue
            instants = [onset] + [start for start, _ in others if onset <= start < end - TIGHT]
            if any(
                sum(start <= instant + TIGHT and stop > instant + TIGHT for start, stop in others) > cap
                for instant in instants
            ):
                return True
        return False

    def _variants(self, index: int, new: dict[int, Note]) -> list[Note]:
        """What note ``index`` may turn out to be beside a move: as the move has it, else as it is and as changed."""
        if index in new:
            return [new[index]]
        return [self.constraints.notes[index]] + ([self._paired[index]] if index in self._paired else [])

    def _order_holds(self, move: Edit) -> bool:
        """Does every note keep its place in the row, whatever its neighbours become?"""
        if len(move.removed) != len(move.added):
            return False
        new = dict(zip(move.removed, move.added, strict=True))
        last = len(self.constraints.notes) - 1
        for index, note in new.items():
            if index > 0 and any(other.order >= note.order for other in self._variants(index - 1, new)):
                return False
            if index < last and any(other.order <= note.order for other in self._variants(index + 1, new)):
                return False
        return True

    def _contour_holds(self, move: Edit) -> bool:
        """Do the highest notes rise and fall as before, whatever their neighbours become?"""
        if not self.constraints.request.locks.contour:
            return True
        notes, groups, group_of = self.constraints.notes, self.constraints.groups, self.constraints.group_of
        new = dict(zip(move.removed, move.added, strict=True))
        for index, note in new.items():
            number = group_of[index]
            together = groups[number]
            if note.onset != notes[index].onset and any(
                other not in new or new[other].onset != note.onset for other in together
            ):
                return False
            if note.onset != notes[index].onset and self._meets_a_neighbour(index, note, new):
                return False
            if index != together[-1]:
                continue
            for neighbour in (number - 1, number + 1):
                if not 0 <= neighbour < len(groups):
                    continue
                other = groups[neighbour][-1]
                wanted = direction(notes[other].pitch, notes[index].pitch)
                if any(direction(variant.pitch, note.pitch) != wanted for variant in self._variants(other, new)):
                    return False
        return True

    def _meets_a_neighbour(self, index: int, note: Note, new: dict[int, Note]) -> bool:
        """Would a moved note begin together with one that it stood apart from, so that one of them is no top note?"""
        group_of = self.constraints.group_of
        return any(
            abs(variant.onset - note.onset) < TIGHT
            for neighbour in (index - 1, index + 1)
            if 0 <= neighbour < len(self.constraints.notes) and group_of[neighbour] != group_of[index]
            for variant in self._variants(neighbour, new)
        )
