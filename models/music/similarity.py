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

Two clips without notes are 1 similar, one without to one with, 0.

Offers: ``similarity``, ``matches``, ``common``, ``credit_of``, ``Row``.
"""

from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from models.music.note import Note

WINDOW = 0.5
DRUM_WINDOW = 0.25
OCTAVE_CREDIT = 0.5
OTHER_PITCH_CREDIT = 0.25

Row = tuple[float, int, float]
"""Onset, pitch and duration of a note: what is compared."""

_worth = itemgetter(0)


class Match(NamedTuple):
    """Note ``a`` of the first clip and note ``b`` of the second (indices) belong together by ``credit`` (0-1]."""

    a: int
    b: int
    credit: float


def _row(note: Note) -> Row:
    return note.onset, note.pitch, note.duration


def credit_of(one: Row, other: Row, *, drums: bool = False) -> float:
    """How much two notes, by their rows, have in common, 0-1."""
    onset, pitch, duration = one
    other_onset, other_pitch, other_duration = other
    if drums and pitch != other_pitch:
        return 0.0
    closeness = 1 - abs(onset - other_onset) / (DRUM_WINDOW if drums else WINDOW)
    if closeness <= 0:
        return 0.0
    if drums:
        return closeness
    if pitch != other_pitch:
        closeness *= OTHER_PITCH_CREDIT if (pitch - other_pitch) % 12 else OCTAVE_CREDIT
    return closeness * (
        0.5 + 0.5 * (duration / other_duration if duration < other_duration else other_duration / duration)
    )


def _equal(a: Sequence[Row], b: Sequence[Row], drums: bool) -> list[tuple[float, int, int]]:
    """Credit and places of the notes that both have: no other pair's credit is as high as theirs."""
    ours, theirs = ([row[:2] if drums else row for row in rows] for rows in (a, b))
    places: dict[tuple[float, ...], list[int]] = {}
    for at in range(len(b) - 1, -1, -1):
        places.setdefault(theirs[at], []).append(at)
    return [(1.0, index, places[row].pop()) for index, row in enumerate(ours) if places.get(row)]


def _candidates(
    a: Sequence[Row], b: Sequence[Row], drums: bool, free_a: Sequence[bool], free_b: Sequence[bool]
) -> list[tuple[float, int, int]]:
    """Credit and places of every pair of free notes that has any; ``b`` must be sorted by onset."""
    window = DRUM_WINDOW if drums else WINDOW
    onsets = [onset for onset, _, _ in b]
    pairs = []
    for index, (onset, pitch, duration) in enumerate(a):
        if not free_a[index]:
            continue
        for at in range(bisect_left(onsets, onset - window), bisect_left(onsets, onset + window)):
            other_onset, other_pitch, other_duration = b[at]
            if not free_b[at] or (drums and pitch != other_pitch):
                continue
            # ``credit_of``, which it would take twice as long to call
            value = 1 - abs(onset - other_onset) / window
            if pitch != other_pitch:
                value *= OTHER_PITCH_CREDIT if (pitch - other_pitch) % 12 else OCTAVE_CREDIT
            if not drums:
                value *= 0.5 + 0.5 * (
                    duration / other_duration if duration < other_duration else other_duration / duration
                )
            if value > 0:
                pairs.append((value, index, at))
    return pairs


def matches(a: Sequence[Note], b: Sequence[Note], *, drums: bool = False) -> list[Match]:
    """The greedy matching of two note sequences, both sorted by onset, best credit first."""
    return [Match(index, at, value) for value, index, at in _matched([*map(_row, a)], [*map(_row, b)], drums)]


def common(a: Sequence[Note], b: Sequence[Note], *, drums: bool = False) -> float:
    """The sum of the credits of ``matches``."""
    return sum(value for value, _, _ in _matched([*map(_row, a)], [*map(_row, b)], drums))


def _matched(rows_a: Sequence[Row], rows_b: Sequence[Row], drums: bool) -> list[tuple[float, int, int]]:
    """Credit and places of each match."""
    free_a, free_b = [True] * len(rows_a), [True] * len(rows_b)

    def by_what_they_are(pair: tuple[float, int, int]) -> list[Row]:
        # Whichever clip each of them is in: so the measure is symmetric.
        return sorted((rows_a[pair[1]], rows_b[pair[2]]))

    equal = _equal(rows_a, rows_b, drums)
    for _, index, at in equal:
        free_a[index] = free_b[at] = False
    chosen = equal
    pairs, start = sorted(_candidates(rows_a, rows_b, drums, free_a, free_b), key=_worth, reverse=True), 0
    while start < len(pairs):
        value, end = pairs[start][0], start + 1
        while end < len(pairs) and pairs[end][0] == value:
            end += 1
        tied = pairs[start:end]
        if len(tied) > 1:
            tied = sorted((pair for pair in tied if free_a[pair[1]] and free_b[pair[2]]), key=by_what_they_are)
        for pair in tied:
            _, index, at = pair
            if free_a[index] and free_b[at]:
                free_a[index] = free_b[at] = False
                chosen.append(pair)
        start = end
    return chosen


def similarity(a: Sequence[Note], b: Sequence[Note], *, drums: bool = False) -> float:
    """How alike two note sequences, both sorted by onset, are: 0-1, 1 for the same notes."""
    if not a and not b:
        return 1.0
    return 2 * common(a, b, drums=drums) / (len(a) + len(b))
