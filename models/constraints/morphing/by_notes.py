"""The rhythm of one clip with the pitches that another one has at each place.

Offers: ``by_notes``, ``hits_of``, ``place_of``, ``nearest_of``, ``PUSHED``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from models.constraints.lines import struck_together
from models.music.beats import strength
from models.music.clip import Clip
from models.music.note import Note

PUSHED = 0.25
"""Beats by which an onset comes early and belongs to what follows."""

_SOON = 0.5
"""Beats after a beat on which a clip rests, and before what it plays there off the beat."""

_ROUND = 9
"""Semitones up to which a line goes round a note; what leaps farther is not meant as that."""


def by_notes(hits: Sequence[Sequence[Note]], other: Clip) -> list[Note]:
    """The pitches that the other clip has at each place: the lowest for the lowest, the highest for the highest.

    A chord takes what the other breaks up while it lasts; a broken chord breaks up what the other strikes at once. What
    a line has more notes of, while the other has one, goes round that one as it does in the line, among the other's.
    """
    clothes = hits_of(other.notes)
    starts, own_starts = ([min(note.onset for note in hit) for hit in some] for some in (clothes, hits))
    onsets = [note.onset for note in other.notes]
    among_all = {note.pitch for note in other.notes}
    dressed: list[Note] = []
    stands: tuple[object, int] = (None, 0)
    for number, hit in enumerate(hits):
        onset = own_starts[number]
        place = place_of(onset, clothes, other)
        wanted = sorted({note.pitch for note in clothes[place]})
        if len(hit) > len(wanted):
            end = own_starts[number + 1] if number + 1 < len(hits) else other.length
            meanwhile = other.notes[bisect_left(onsets, onset) : bisect_left(onsets, end)]
            wanted = sorted({*wanted, *(note.pitch for note in meanwhile)})
        ranks, among = list(range(len(hit))), len(hit)
        if among == 1 < len(wanted):
            until = starts[place + 1] if place + 1 < len(starts) else other.length
            # One that began before may have notes that come later: hits are in order of time.
            near = hits[max(0, bisect_left(own_starts, starts[place] - PUSHED) - 1) : bisect_left(own_starts, until)]
            during = [one for many in near for one in many if starts[place] - PUSHED <= one.onset < until - PUSHED]
            own = sorted({note.pitch for note in during})
            ranks, among = ([own.index(hit[0].pitch)], len(own)) if hit[0].pitch in own else (ranks, among)
        if len(hit) == len(wanted) == 1:
            where = (place, onset < starts[place])  # what comes early stands for itself
            stands = stands if stands[0] == where else (where, hit[0].pitch)
            rise = hit[0].pitch - stands[1]
            wanted = [nearest_of(among_all, wanted[0] + rise)] if abs(rise) <= _ROUND else wanted
        wanted = _telling(wanted, len(hit)) if len(hit) > 1 else wanted
        most = len(wanted) - 1
        dressed += [
            note.moved(pitch=wanted[round(rank * most / (among - 1)) if among > 1 else most])
            for note, rank in zip(hit, ranks, strict=True)
        ]
    return dressed


def _telling(chord: list[int], voices: int) -> list[int]:
    """So many pitches of a chord: bass and top stay, what is doubled goes first, the fifth, then what lies close."""
    while len(chord) > max(2, voices):
        inner = range(1, len(chord) - 1)
        doubled = [sum(other % 12 == pitch % 12 for other in chord) > 1 for pitch in chord]
        fifth = [(pitch - chord[0]) % 12 == 7 for pitch in chord]
        gone = max(inner, key=lambda at: (doubled[at], fifth[at], -(chord[at + 1] - chord[at - 1])))
        chord = [*chord[:gone], *chord[gone + 1 :]]
    return chord


def place_of(onset: float, hits: Sequence[Sequence[Note]], clip: Clip) -> int:
    """Which of the hits sounds at an onset: the last that has begun, or, on a beat where it's over, one just after."""
    place = max(0, bisect_right(hits, onset + PUSHED, key=lambda hit: hit[0].onset) - 1)
    if place + 1 < len(hits):
        after = hits[place + 1][0].onset
        is_over = max(note.end for note in hits[place]) <= onset and after - onset <= _SOON
        if is_over and strength(onset, clip.metre) > strength(after, clip.metre):
            return place + 1
    return place


def hits_of(notes: Sequence[Note]) -> list[list[Note]]:
    """What is struck together, each group from its lowest note up."""
    return [[notes[place] for place in group] for group in struck_together(notes)]


def nearest_of(pitches: Iterable[int], pitch: int) -> int:
    """The nearest of at least one pitch, the lower one of two."""
    return min(pitches, key=lambda other: (abs(other - pitch), other))
