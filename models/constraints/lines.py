"""The lines of a clip: which notes begin together, which is the highest and lowest of them.

Notes are sorted by onset, then pitch; indices count in that order.

Offers: ``onset_groups``, ``top_line``, ``bass_line``, ``direction``.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.music.beats import TIGHT
from models.music.note import Note


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


def top_line(notes: Sequence[Note]) -> list[int]:
    """The highest note at each onset, by index."""
    return [group[-1] for group in onset_groups(notes)]


def bass_line(notes: Sequence[Note]) -> list[int]:
    """The lowest note at each onset, by index."""
    return [group[0] for group in onset_groups(notes)]


def direction(before: int, after: int) -> int:
    """1 when the pitch rises, -1 when it falls, 0 when it stays."""
    return (after > before) - (after < before)
