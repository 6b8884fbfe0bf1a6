"""Thinning: fewer notes, the telling ones kept.

A note's weight is its place in the bar, its length, its loudness, and for drums its lane; the lightest go first. Of
alike notes in different bars those of the odd bars go before those of the even ones, and so on by halves, so that what
is left is spread evenly and not used up towards the end.

Offers: ``thinned``, ``weight``.
"""

from __future__ import annotations

from models.drums.kit import lane_weight
from models.music.beats import strength
from models.music.clip import Clip
from models.music.note import Note

_LONG = 2.0
_FINENESS = 0.05


def thinned(clip: Clip, share: float) -> Clip:
    """The clip with about ``share`` (0-1) of its notes, at least one where it has any; onsets and pitches unchanged."""
    keep = max(1, round(len(clip.notes) * share)) if clip.notes else 0
    if keep >= len(clip.notes):
        return clip
    kept = sorted(clip.notes, key=lambda note: _telling(note, clip))[:keep]
    return clip.with_notes(kept)


def _telling(note: Note, clip: Clip) -> tuple[float, int, float, int]:
    """What notes are sorted by, the most telling first."""
    bar = clip.metre.bar_of(note.onset)
    return (-round(weight(note, clip) / _FINENESS), int(f"{bar:010b}"[::-1], 2), note.onset, -note.pitch)


def weight(note: Note, clip: Clip) -> float:
    """How much a note tells, about 0-2."""
    place = strength(note.onset, clip.metre) + 0.2 * note.velocity / 127
    if clip.drums:
        return place + lane_weight(note.pitch)
    return place + 0.4 * min(1.0, note.duration / _LONG)
