"""Do chords stay chords?

    bass lost     share of the clip's chords (three notes and more) at whose place something begins, but on another bass
    harmony kept  how much of a chord's pitch classes is there then, and nothing else (Jaccard, 0-1)
    thin          share of those chords that have fewer than three different pitch classes left, where they had them
    mud           share of the result's chords with two notes nearer than a fifth, both below C2 (48), beyond the clip's
    top leap      semitones by which the largest leap of the top voice exceeds the clip's
    rolls kept    share of the clip's rolled chords that are rolled still

Offers: ``keeps_texture``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.evaluation.musical.parts import ROLLED, UNSAID, share, starts
from models.music.clip import Clip
from models.music.note import Note

_CHORD = 3
_MUD_BELOW, _FIFTH = 48, 7
_ROLL = 1 / 48
"""Beats between the first and the last note of a chord above which it is rolled, not struck."""


def keeps_texture(before: Clip, after: Clip) -> dict[str, float]:
    """All measures of this page, of a result in its clip's time."""
    old, new = starts(before.notes), starts(after.notes)
    pairs = [
        (chord, found[0])
        for chord in old
        if len(chord) >= _CHORD and (found := [start for start in new if abs(start[0].onset - chord[0].onset) < ROLLED])
    ]
    kept = [_jaccard(_classes(chord), _classes(found)) for chord, found in pairs]
    full = [(chord, found) for chord, found in pairs if len(_classes(chord)) >= _CHORD]
    return {
        "bass lost": share([_lowest(chord) % 12 != _lowest(found) % 12 for chord, found in pairs]),
        "harmony kept": float(np.mean(kept)) if kept else UNSAID,
        "thin": share([len(_classes(found)) < _CHORD for _, found in full]),
        "mud": max(0.0, _mud(new) - _mud(old)),
        "top leap": max(0.0, _top_leap(new) - _top_leap(old)),
        "rolls kept": share([_rolled(found) for chord, found in pairs if _rolled(chord)]),
    }


def _classes(start: Sequence[Note]) -> set[int]:
    return {note.pitch % 12 for note in start}


def _lowest(start: Sequence[Note]) -> int:
    return min(note.pitch for note in start)


def _jaccard(one: set[int], other: set[int]) -> float:
    return len(one & other) / len(one | other)


def _mud(groups: Sequence[Sequence[Note]]) -> float:
    low = [sorted(note.pitch for note in start if note.pitch < _MUD_BELOW) for start in groups]
    muddy = [any(0 < high - below < _FIFTH for below, high in zip(row, row[1:], strict=False)) for row in low]
    return float(np.mean(muddy)) if muddy else 0.0


def _top_leap(groups: Sequence[Sequence[Note]]) -> float:
    tops = [max(note.pitch for note in start) for start in groups]
    return float(np.abs(np.diff(tops)).max()) if len(tops) > 1 else 0.0


def _rolled(start: Sequence[Note]) -> bool:
    return len(start) >= _CHORD and start[-1].onset - start[0].onset > _ROLL
