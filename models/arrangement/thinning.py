"""Thinning: fewer strokes, the telling ones kept, and what is left still a part that somebody plays.

What goes, goes as a whole and in every bar alike. Of drums the ghosts, then what ticks between the pulses from the
weakest places on; never kick and backbeat, nor what ticks on the pulses. Of chords and basses all strokes on the
weakest places; never the first of a bar, nor one that brings a new chord in. Of a tune whole bars, the answers before
the calls, so that what stays is sung to its end.

Offers: ``thinned``.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.music.beats import TIGHT, strength
from models.music.clip import Clip
from models.music.drum_kit import lane_of
from models.music.note import Note

_GHOST = 0.6
"""Of a drum's usual loudness; softer hits are ghosts."""

_GROUP = 0.2
_STRONG = 0.75

Unit = tuple[float, ...]


def thinned(clip: Clip, share: float) -> Clip:
    """The clip with about ``share`` (0-1) of its notes, as far as it can do without the others."""
    target, left = share * len(clip.notes), len(clip.notes)
    by_unit: dict[Unit, set[Note]] = {}
    for note, unit in _units(clip).items():
        by_unit.setdefault(unit, set()).add(note)
    gone: set[Note] = set()
    for unit in sorted(by_unit):
        after = left - len(by_unit[unit])
        if after and abs(after - target) < left - target:
            gone, left = gone | by_unit[unit], after
    return clip.with_notes([note for note in clip.notes if note not in gone]) if gone else clip


def _units(clip: Clip) -> Mapping[Note, Unit]:
    """What goes together with each note that may go, the first to go lowest."""
    if clip.drums:
        return _of_drums(clip)
    if clip.role == "melody":
        # Of every four bars the last goes first, then the second, then the third.
        bars = [(note, clip.metre.bar_of(note.onset) % 4) for note in clip.notes]
        return {note: (-float((0, 2, 1, 3)[bar]),) for note, bar in bars if bar}
    return _of_strokes(clip)


def _of_drums(clip: Clip) -> Mapping[Note, Unit]:
    loud: dict[int, list[int]] = {}
    for note in clip.notes:
        loud.setdefault(note.pitch, []).append(note.velocity)
    units: dict[Note, Unit] = {}
    for note in clip.notes:
        place, in_bar = strength(note.onset, clip.metre), clip.metre.in_bar(note.onset + TIGHT)
        if note.velocity < _GHOST * sorted(loud[note.pitch])[len(loud[note.pitch]) // 2]:
            units[note] = (0.0, place)
        elif lane_of(note.pitch) not in ("kick", "snare") and all(abs(in_bar - p) > _GROUP for p in clip.metre.pulses):
            units[note] = (1.0, place)
    return units


def _of_strokes(clip: Clip) -> Mapping[Note, Unit]:
    """By how strong the place is and how long what is struck there, then by the place in the beat, the last first, and
    every other beat."""
    units: dict[Note, Unit] = {}
    before: frozenset[int] = frozenset()
    bar, group = -1, list[Note]()
    for note in (*clip.notes, None):
        if note is not None and group and note.onset - group[0].onset <= _GROUP:
            group.append(note)
            continue
        if group:
            onset, classes = group[0].onset, frozenset(each.pitch % 12 for each in group)
            news = 3 * len(classes - before) >= len(classes) and strength(onset, clip.metre) >= _STRONG
            if clip.metre.bar_of(onset) == bar and not news:
                long = 0.2 * min(1.0, max(each.duration for each in group) / 2)
                unit = (
                    round(strength(onset, clip.metre) + long, 1),
                    -round(onset % 1.0, 1),
                    -(int(clip.metre.in_bar(onset)) % 2),
                )
                units |= dict.fromkeys(group, unit)
            before, bar = classes, clip.metre.bar_of(onset)
        if note is not None:
            group = [note]
    return units
