"""The lines of a clip: which notes begin together, which is the highest and lowest of them, and what a line leaves
to others.

Notes are sorted by onset, then pitch; indices count in that order.

Offers: ``onset_groups``, ``struck_together``, ``top_line``, ``bass_line``, ``bounding_notes``, ``direction``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from models.music.beats import TIGHT
from models.music.note import Note

ROLLED, WHOLE_ROLL = 0.1, 0.3
"""Beats between the notes of a roll at most (and for which each rings on at least), and from its first to its last."""


def onset_groups(notes: Sequence[Note]) -> list[list[int]]:
    """Indices of the notes that begin at the same time, group by group; the last of a group is its highest."""
    groups: list[list[int]] = []
    for index, note in enumerate(notes):
        if groups and note.onset - notes[groups[-1][0]].onset < TIGHT:
            groups[-1].append(index)
        else:
            groups.append([index])
    for group in groups:
        group.sort(key=lambda index: notes[index].pitch)
    return groups


def struck_together(notes: Sequence[Note]) -> list[list[int]]:
    """The same, but the notes of a roll or a strum, which come one by one and ring on, are one group."""
    groups: list[list[int]] = []
    for index, note in enumerate(notes):
        before = notes[index - 1] if groups else None
        if (
            before is not None
            and note.onset - before.onset <= ROLLED + TIGHT
            and note.onset - notes[groups[-1][0]].onset <= WHOLE_ROLL + TIGHT
            and (note.onset - before.onset < TIGHT or before.end - note.onset >= ROLLED)
        ):
            groups[-1].append(index)
        else:
            groups.append([index])
    for group in groups:
        group.sort(key=lambda index: notes[index].pitch)
    return groups


def top_line(notes: Sequence[Note]) -> list[int]:
    """The highest note of what is struck together, by index."""
    return [group[-1] for group in struck_together(notes)]


def bass_line(notes: Sequence[Note]) -> list[int]:
    """The lowest note of what is struck together, by index."""
    return [group[0] for group in struck_together(notes)]


def bounding_notes(line: tuple[list[float], list[Note]], onset: float, duration: float) -> list[Note]:
    """The notes of a line that bound a new one: those that sound or begin in its time, and the last one before it.

    line: the onsets of its notes and the notes, in time's order; onset, duration: of the new one, in beats
    """
    onsets, notes = line
    if not notes:
        return []
    last = max(0, bisect_right(onsets, onset + TIGHT) - 1)
    bounding = [notes[last]]
    # A line note may ring on under later ones; four bars back is further than one rings in practice, so look at all.
    bounding += [note for note in notes[:last] if note.end > onset + TIGHT]
    bounding += [note for note in notes[last + 1 : bisect_right(onsets, onset + duration - TIGHT)]]
    return bounding


def direction(before: int, after: int) -> int:
    """1 when the pitch rises, -1 when it falls, 0 when it stays."""
    return (after > before) - (after < before)
