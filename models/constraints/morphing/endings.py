"""How a line of two clips' music rests, closes and leads on.

Offers: ``closed``, ``settled``, ``joined``, ``leading``, ``nearest``, ``FIFTH``, ``LOW``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from models.constraints.morphing.by_notes import PUSHED, nearest_of
from models.music.clip import Clip
from models.music.note import Note
from models.music.scale import Scale

LOW = 48
"""The middle pitch below which a line is a bass, whose bars begin on roots."""

_RESTS = 1.25
"""Beats from which a note, with the silence behind it, is the end of a phrase and not a way on."""

FIFTH = 7
"""Semitones within which a line goes on from one part to the next."""

_EARLY = 0.5
"""Beats before a bar from which on a bass may take its root early."""


def closed(notes: list[Note], tones: Collection[int], reach: tuple[int, int]) -> list[Note]:
    """The last note is of these pitch classes, within reach, near to where it was and to the note before."""
    last = notes[-1]
    before = notes[-2].pitch if len(notes) > 1 else last.pitch
    able = [pitch for pitch in range(reach[0], reach[1] + 1) if pitch % 12 in tones] or [nearest(last.pitch, tones)]
    pitch = min(able, key=lambda pitch: (abs(pitch - last.pitch) + abs(pitch - before), abs(pitch - before)))
    return [*notes[:-1], last.moved(pitch=pitch)]


def settled(notes: list[Note], length: float, home: int, scale: Scale) -> list[Note]:
    """A note on which a tune rests half-way is a tone of the tonic's or the dominant's chord."""
    for place, (note, after) in enumerate(pairwise(notes)):
        if note.onset < length / 2 - PUSHED <= after.onset and after.onset - note.onset >= _RESTS:
            tones = [each for each in scale.classes if (each - home) % 12 in (0, 2, 3, 4, 7, 10, 11)]
            return [*notes[:place], note.moved(pitch=nearest(note.pitch, tones)), *notes[place + 1 :]]
    return notes


def joined(before: list[Note], after: list[Note], *, reach: tuple[int, int]) -> list[Note]:
    """Two parts of a line that meet within a fifth, the second in the octave for that; nothing where it lies beyond."""
    leap = after[0].pitch - before[-1].pitch if before and after else 0
    by = -12 * round(leap / 12) if abs(leap) > FIFTH else 0
    moved = [note.pitch + by for note in after]
    if by and not reach[0] <= min(moved) <= max(moved) <= reach[1]:
        return []
    return [*before, *(note.moved(pitch=pitch) for note, pitch in zip(after, moved, strict=True))]


def leading(notes: list[Note], clips: Sequence[Clip], scale: Scale) -> list[Note]:
    """A bass whose last beat of a bar leads to the next bar's other root: by its chord's third or fifth or by step.

    It doesn't take that root away beforehand nor stand on the fourth, unless one of the clips does just so.
    """
    span = clips[0].metre.bar
    theirs = {way for clip in clips for _, way in _ways(clip.notes, span)}
    led = list(notes)
    for place, way in _ways(notes, span):
        root, tone, goal = way
        if way in theirs or root == goal or (tone != goal and (tone - root) % 12 != 5):
            continue
        chord = [each for each in scale.classes if (each - root) % 12 in (3, 4, 7)]
        steps = [each for each in scale.classes if (each - goal) % 12 in (1, 2, 10, 11)]
        tones = {*chord, *steps} - {root, goal, (root + 5) % 12}
        here, there = notes[place].pitch, notes[(place + 1) % len(notes)].pitch
        able = [pitch for pitch in range(max(0, here - 7), min(127, here + 7) + 1) if pitch % 12 in tones]
        pitch = min(able, key=lambda pitch: (abs(pitch - here) + abs(pitch - there), abs(pitch - there)), default=here)
        led[place] = led[place].moved(pitch=pitch)
    return led


def _ways(notes: Sequence[Note], span: float) -> list[tuple[int, tuple[int, int, int]]]:
    """Each note in the last beat of a bar, with the pitch classes of that bar's root, its own and the next bar's root.

    Behind the last bar the first one comes again.
    """
    bars: dict[int, list[int]] = {}
    for place, note in enumerate(notes):
        bars.setdefault(int((note.onset + PUSHED) / span), []).append(place)
    ways = []
    for bar, after in pairwise([*bars.values(), next(iter(bars.values()), [])]):
        root, goal = (notes[each[0]].pitch % 12 for each in (bar, after))
        for place in bar[1:]:
            left = span - (notes[place].onset + PUSHED) % span + PUSHED
            if _EARLY < left <= 1:
                ways.append((place, (root, notes[place].pitch % 12, goal)))
    return ways


def nearest(pitch: int, classes: Collection[int]) -> int:
    """The pitch of one of the classes that is nearest, the lower one of two."""
    near = [other for other in range(max(0, pitch - 11), min(127, pitch + 11) + 1) if other % 12 in classes]
    return nearest_of(near, pitch) if near else pitch
