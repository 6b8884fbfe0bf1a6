"""How alike two clips are: the one definition of the similarity dial.

A soft Dice coefficient of two sets of notes. Each note of one clip is matched with at most one of the other,
greedily, best credit first; similarity = 2 · (sum of credits) / (notes of A + notes of B), in 0-1.

    credit   = time · pitch · duration
    time     = max(0, 1 - |difference of onsets| / w)      w = 1/2 beat, drums 1/4
    pitch    = 1 the same, 1/2 the same class in another octave, 1/4 any other; drums: 0 for another lane
    duration = 1/2 + 1/2 · shorter / longer                drums: 1

What follows: a clip is 1 similar to itself; the measure is symmetric; k notes kept exactly give at least
2k / (|A| + |B|); a change of pitch alone keeps 1/4, or a little less where notes lie closer together than w and the
greedy choice pairs a note with its neighbour. Velocity doesn't count.

Offers: ``similarity``, ``matches``, ``credit``. Two clips without notes are 1 similar, one without to one with, 0.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.music.note import Note

WINDOW = 0.5
DRUM_WINDOW = 0.25
OCTAVE_CREDIT = 0.5
OTHER_PITCH_CREDIT = 0.25


class Match(NamedTuple):
    """Note ``a`` of the first clip and note ``b`` of the second (indices) belong together by ``credit`` (0-1]."""

    a: int
    b: int
    credit: float


def credit(one: Note, other: Note, *, drums: bool = False) -> float:
    """How much two notes have in common, 0-1."""
    window = DRUM_WINDOW if drums else WINDOW
    closeness = 1 - abs(one.onset - other.onset) / window
    if closeness <= 0:
        return 0.0
    if drums:
        return closeness if one.pitch == other.pitch else 0.0
    if one.pitch == other.pitch:
        alike = 1.0
    else:
        alike = OCTAVE_CREDIT if (one.pitch - other.pitch) % 12 == 0 else OTHER_PITCH_CREDIT
    shorter, longer = sorted((one.duration, other.duration))
    return closeness * alike * (0.5 + 0.5 * shorter / longer)


def _candidates(a: Sequence[Note], b: Sequence[Note], drums: bool) -> Iterator[Match]:
    """Every pair with credit; ``b`` must be sorted by onset."""
    window = DRUM_WINDOW if drums else WINDOW
    onsets = [note.onset for note in b]
    for index, note in enumerate(a):
        at = bisect_left(onsets, note.onset - window)
        while at < len(b) and onsets[at] < note.onset + window:
            value = credit(note, b[at], drums=drums)
            if value > 0:
                yield Match(index, at, value)
            at += 1


def matches(a: Sequence[Note], b: Sequence[Note], *, drums: bool = False) -> list[Match]:
    """The greedy matching of two note sequences, both sorted by onset, best credit first."""

    def rank(match: Match) -> tuple[object, ...]:
        # Ties are broken by what the two notes are, whichever clip they are in: so the measure is symmetric.
        one, other = a[match.a], b[match.b]
        return (-match.credit, *sorted(((one.onset, one.pitch, one.duration),
                                        (other.onset, other.pitch, other.duration))))

    free_a, free_b = [True] * len(a), [True] * len(b)
    chosen = []
    for match in sorted(_candidates(a, b, drums), key=rank):
        if free_a[match.a] and free_b[match.b]:
            free_a[match.a] = free_b[match.b] = False
            chosen.append(match)
    return chosen


def similarity(a: Sequence[Note], b: Sequence[Note], *, drums: bool = False) -> float:
    """How alike two note sequences, both sorted by onset, are: 0-1, 1 for the same notes."""
    if not a and not b:
        return 1.0
    return 2 * sum(match.credit for match in matches(a, b, drums=drums)) / (len(a) + len(b))
