"""Do chords stay chords?

    bass lost     share of the clip's basses that neither begin at their place as the lowest note, in whatever octave,
                  nor come early with a push; a bass begins below E2 (52) and under all that its bar had before
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
_DEEPEST, _PUSHED = 52, 0.6
"""Above E2 a hand plays over somebody else's bass, and may invert; beats by which a bass may come early."""
_MUD_BELOW, _FIFTH = 48, 7
_EARLY = 0.06
"""Beats by which a note may come before the bar line that it belongs to."""
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
    both = [(_classes(chord), _classes(found)) for chord, found in pairs]
    kept = [len(one & other) / len(one | other) for one, other in both]
    return {
        "bass lost": share([not _is_there(bass, new) for bass in _basses(before, old)]),
        "harmony kept": float(np.mean(kept)) if kept else UNSAID,
        "thin": share([len(other) < _CHORD for one, other in both if len(one) >= _CHORD]),
        "mud": max(0.0, _mud(new) - _mud(old)),
        "top leap": max(0.0, _top_leap(new) - _top_leap(old)),
        "rolls kept": share([_rolled(found) for chord, found in pairs if _rolled(chord)]),
    }


def _classes(start: Sequence[Note]) -> set[int]:
    return {note.pitch % 12 for note in start}


def _basses(clip: Clip, chords: Sequence[Sequence[Note]]) -> list[Note]:
    """What the clip's bars stand on: their low notes that nothing before them in the bar lies below."""
    found, ground = [], dict[int, int]()
    for start in chords:
        bass, bar = min(start, key=lambda note: note.pitch), clip.metre.bar_of(start[0].onset + _EARLY)
        if bass.pitch < ground.get(bar, _DEEPEST):
            ground[bar] = bass.pitch
            found.append(bass)
    return found


def _is_there(bass: Note, chords: Sequence[Sequence[Note]]) -> bool:
    """Does a bass begin where it did, or a push before, under what begins with it?"""
    near = [start for start in chords if -_PUSHED < start[0].onset - bass.onset < ROLLED]
    return any((min(note.pitch for note in start) - bass.pitch) % 12 == 0 for start in near)


def _mud(groups: Sequence[Sequence[Note]]) -> float:
    low = [sorted(note.pitch for note in start if note.pitch < _MUD_BELOW) for start in groups]
    muddy = [any(0 < high - below < _FIFTH for below, high in zip(row, row[1:], strict=False)) for row in low]
    return float(np.mean(muddy)) if muddy else 0.0


def _top_leap(groups: Sequence[Sequence[Note]]) -> float:
    tops = [max(note.pitch for note in start) for start in groups]
    return float(np.abs(np.diff(tops)).max()) if len(tops) > 1 else 0.0


def _rolled(start: Sequence[Note]) -> bool:
    return len(start) >= _CHORD and start[-1].onset - start[0].onset > _ROLL
