"""The lines of a clip: which notes begin together, which is the highest and lowest of them, and what a line leaves
to others.

Notes are sorted by onset, then pitch; indices count in that order.

Offers: ``onset_groups``, ``struck_together``, ``top_line``, ``bass_line``, ``bounding_notes``, ``direction``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from operator import attrgetter

from models.music.beats import TIGHT
from models.music.note import Note

_onset = attrgetter("onset")
ROLLED, WHOLE_ROLL = 0.1, 0.3
"""Beats between the notes of a roll at most (and for which each rings on at least), and from its first to its last."""


def onset_groups(notes: Sequence[Note]) -> list[list[int]]:
    """Indices of the notes that begin at the same time, group by group; the last of a group is its highest."""
    return _grouped(notes, lambda note, _, first: note.onset - first.onset < TIGHT)


def struck_together(notes: Sequence[Note]) -> list[list[int]]:
    """The same, but the notes of a roll or a strum, which come one by one and ring on, are one group."""

    def rolls_on(note: Note, before: Note, first: Note) -> bool:
        gap = note.onset - before.onset
        in_time = gap <= ROLLED + TIGHT and note.onset - first.onset <= WHOLE_ROLL + TIGHT
        return in_time and (gap < TIGHT or before.end - note.onset >= ROLLED)

    return _grouped(notes, rolls_on)


def _grouped(notes: Sequence[Note], belongs: Callable[[Note, Note, Note], bool]) -> list[list[int]]:
    """Indices group by group, each from its lowest note up; asked of a note, the one before and the group's first."""
    groups: list[list[int]] = []
    for index, note in enumerate(notes):
        if groups and belongs(note, notes[index - 1], notes[groups[-1][0]]):
            groups[-1].append(index)
        else:
            groups.append([index])
    return [sorted(group, key=lambda index: notes[index].pitch) for group in groups]


def top_line(notes: Sequence[Note]) -> list[int]:
    """The highest note of what is struck together, by index; of the same pitch in a roll the first."""
    return [max(group, key=lambda index: notes[index].pitch) for group in struck_together(notes)]


def bass_line(notes: Sequence[Note]) -> list[int]:
    """The lowest note of what is struck together, by index."""
    return [group[0] for group in struck_together(notes)]


def bounding_notes(line: Sequence[Note], onset: float, duration: float) -> list[Note]:
    """The notes of a line that bound a new one: those that sound or begin in its time, and the last one before it.

    line: in time's order; onset, duration: of the new one, in beats
    """
    last = max(0, bisect_right(line, onset + TIGHT, key=_onset) - 1)
    begins = [*line[last : last + 1], *line[last + 1 : bisect_right(line, onset + duration - TIGHT, key=_onset)]]
    # A line note may ring on under later ones; four bars back is further than one rings in practice, so look at all.
    return [*begins, *(note for note in line[:last] if note.end > onset + TIGHT)]


def direction(before: int, after: int) -> int:
    """1 when the pitch rises, -1 when it falls, 0 when it stays."""
    return (after > before) - (after < before)
