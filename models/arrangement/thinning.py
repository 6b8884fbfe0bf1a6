"""Thinning: fewer notes, the telling ones kept, and what is left still a part that somebody plays.

What goes, goes as a whole and in every bar alike: of drums the ghosts, then the light drums from their weakest places
on, the kick last; of chords and basses all strokes on the weakest places, but those that bring a new chord in, which
only lose inner voices; of a tune whole bars, the answers before the calls, so that what stays is sung to its end.

Offers: ``thinned``.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.drums.kit import lane_weight
from models.music.beats import TIGHT, strength
from models.music.clip import Clip
from models.music.note import Note

_GHOST = 0.6
"""Of a drum's usual loudness; softer hits are ghosts."""

_GROUP = 0.2
_NEWS = 2.0
"""What a stroke weighs that brings pitches which did not sound before."""

Unit = tuple[float, ...]


def thinned(clip: Clip, share: float) -> Clip:
    """The clip with at most about ``share`` (0-1) of its notes, a whole unit at least; onsets and pitches unchanged."""
    target = share * len(clip.notes)
    units = _units(clip)
    by_unit: dict[Unit, list[Note]] = {}
    for note in clip.notes:
        by_unit.setdefault(units[note], []).append(note)
    left = len(clip.notes)
    gone: set[Unit] = set()
    for unit in sorted(by_unit)[:-1]:
        if left <= target + TIGHT:
            break
        gone.add(unit)
        left -= len(by_unit[unit])
    return clip.with_notes([note for note in clip.notes if units[note] not in gone]) if gone else clip


def _units(clip: Clip) -> Mapping[Note, Unit]:
    """What goes together with each note, the first to go lowest."""
    if clip.drums:
        return _of_drums(clip)
    if clip.role == "melody" and clip.metre.bars(clip.length) > 1:
        return {note: _bar_rank(clip, note) for note in clip.notes}
    return _of_strokes(clip)


def _of_drums(clip: Clip) -> Mapping[Note, Unit]:
    loud: dict[int, list[int]] = {}
    for note in clip.notes:
        loud.setdefault(note.pitch, []).append(note.velocity)
    usual = {pitch: sorted(own)[len(own) // 2] for pitch, own in loud.items()}
    return {
        note: (
            lane_weight(note.pitch) * (note.velocity >= _GHOST * usual[note.pitch]) * 2
            + strength(note.onset, clip.metre) * (0.4 if lane_weight(note.pitch) < 0.4 else 0.1),
        )
        for note in clip.notes
    }


def _bar_rank(clip: Clip, note: Note) -> Unit:
    """Bars by halves: the last of two goes first, then the last two of four, and so on."""
    bar = clip.metre.bar_of(note.onset)
    return (-float(int(f"{bar:010b}"[::-1], 2)),)


def _of_strokes(clip: Clip) -> Mapping[Note, Unit]:
    """By place, in the bar and in the pattern of strokes; what brings a new chord in, or a new root, weighs most."""
    result: dict[Note, Unit] = {}
    before: frozenset[int] = frozenset()
    bass, head = -1, -1.0
    group: list[Note] = []
    for note in (*clip.notes, None):
        if note is not None and group and note.onset - head <= _GROUP:
            group.append(note)
            continue
        if group:
            classes = frozenset(each.pitch % 12 for each in group)
            lowest = min(each.pitch for each in group) % 12
            if lowest != bass or len(classes - before) * 3 >= len(classes):
                result |= _voices(group, clip)
            else:
                long = 0.2 * min(1.0, max(each.duration for each in group) / 2)
                result |= dict.fromkeys(group, (round(strength(head, clip.metre) + long, 1),))
            before, bass = classes, lowest
        if note is not None:
            head, group = note.onset, [note]
    return result


def _voices(group: list[Note], clip: Clip) -> dict[Note, Unit]:
    """A stroke that brings news stays, with fewer voices: the inner ones go first, the lowest last."""
    rising = sorted(group, key=lambda note: note.pitch)
    if clip.role == "bass" or len(rising) == 1:
        return dict.fromkeys(group, (_NEWS + 9.0,))
    order = [rising[0], rising[-1], *rising[1:-1]]
    return {note: (_NEWS + 1.0 - place / 16,) for place, note in enumerate(order)}
