"""The proof that a finished variation kept the promise: every rule read off the notes again.

Written apart from ``constraints`` and ``edits`` on purpose: what makes a promise hold must not be what checks it.

Offers: ``locks_held`` (each lock asked for: did it hold), ``violations`` (every promise broken, as sentences).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from models.generator import Locks, Request, Variation
from models.music.beats import TIGHT
from models.music.clip import Role
from models.music.note import Note

Notes = Sequence[Note]
_ROLL = (0.1, 0.3)
"""Beats between the notes of a roll, and from its first to its last."""
_LEGATO = 0.05
"""Beats by which one note rings into the next without sounding with it."""


def locks_held(locks: Locks, before: Notes, after: Notes, kept: Sequence[int | None]) -> dict[str, bool]:
    """For each lock that is on, by name: does ``after`` keep what it names of ``before``?

    ``before`` and ``after`` are sorted by onset, then pitch; ``kept`` gives for each note of ``after`` its index in
    ``before`` or None.
    """
    checks: dict[str, Callable[[], bool]] = {
        "rhythm": lambda: _rhythm(before) == _rhythm(after),
        "pitch": lambda: [note.pitch for note in before] == [note.pitch for note in after],
        "contour": lambda: _contour(before) == _contour(after),
        "velocity": lambda: [note.velocity for note in before] == [note.velocity for note in after],
        "top": lambda: _line_kept(before, after, kept, sign=1),
        "bass": lambda: _line_kept(before, after, kept, sign=-1),
    }
    held = {name: check() for name, check in checks.items() if getattr(locks, name)}
    for lane in sorted(locks.lanes):
        held[f"lane:{lane}"] = [n for n in before if n.pitch == lane] == [n for n in after if n.pitch == lane]
    return held


def _rhythm(notes: Notes) -> list[tuple[float, float]]:
    return sorted((note.onset, note.duration) for note in notes)


def _outermost(notes: Notes, sign: int, *, rolls: bool = True) -> list[Note]:
    """The highest (sign 1) or lowest (-1) note of what begins at once and, with ``rolls``, of a roll that rings on."""
    line: list[Note] = []
    first, last = -9.0, Note(0, -9.0, 0.0)
    for note in notes:
        gap, since = note.onset - last.onset, note.onset - first
        rings = gap < TIGHT or (gap <= _ROLL[0] + TIGHT and last.end - note.onset >= _ROLL[0])
        if rings and since <= _ROLL[1] + TIGHT if rolls else since < TIGHT:
            if (note.pitch - line[-1].pitch) * sign > 0:
                line[-1] = note
        else:
            first = note.onset
            line.append(note)
        last = note
    return line


def _contour(notes: Notes) -> list[int]:
    top = [note.pitch for note in _outermost(notes, 1, rolls=False)]
    return [(b > a) - (b < a) for a, b in zip(top, top[1:], strict=False)]


def _line_kept(before: Notes, after: Notes, kept: Sequence[int | None], sign: int) -> bool:
    """Is every note of the line there, and no new note beyond it while it sounds or since its last onset?

    Of a roll, whose notes ring on while the others come, the line is the outermost note.
    """
    line = _outermost(before, sign)
    there = Counter((note.onset, note.pitch, note.duration) for note in after)
    if any(not there[(note.onset, note.pitch, note.duration)] for note in line):
        return False
    for note, index in zip(after, kept, strict=True):
        if index is not None:
            continue
        # While a roll begins its own outermost note is the one that counts.
        coming = any(TIGHT < member.onset - note.onset <= _ROLL[1] and member.onset < note.end for member in line)
        started = [] if coming else [member for member in line if member.onset <= note.onset + TIGHT]
        bounds = started[-1:] + [m for m in line if m.onset < note.end - _LEGATO and m.end > note.onset + _LEGATO]
        if any((note.pitch - bound.pitch) * sign >= 0 for bound in bounds):
            return False
    return True


def violations(request: Request, variation: Variation, role: Role) -> list[str]:
    """Every promise that the variation broke, as sentences; empty when it kept them all."""
    before, after, kept = request.prompt.notes, variation.clip.notes, variation.kept
    new = [note for note, index in zip(after, kept, strict=True) if index is None]
    found = [
        f"the lock {name} is broken"
        for name, held in locks_held(request.locks, before, after, kept).items()
        if not held
    ]
    if any(index is not None and before[index] != note for note, index in zip(after, kept, strict=True)):
        found.append("a note that is said to be kept has changed")
    if _fixed_outside(request) - {index for index in kept if index is not None}:
        found.append("a note outside the region or selection has changed")
    if request.region and any(not request.region[0] - TIGHT <= note.onset < request.region[1] for note in new):
        found.append("a new note begins outside the region")
    if request.scale and role != "drums" and any(note.pitch not in request.scale for note in new):
        found.append("a new note lies outside the scale")
    if request.range and any(not request.range[0] <= note.pitch <= request.range[1] for note in new):
        found.append("a new note lies outside the range")
    if not after:
        found.append("the result is empty")
    return found + _badly_formed(variation, new)


def _fixed_outside(request: Request) -> set[int]:
    """Indices of the prompt's notes that region and selection don't reach."""
    start, end = request.region or (0.0, float("inf"))
    return {
        index
        for index, note in enumerate(request.prompt.notes)
        if not start <= note.onset < end or (request.selected is not None and index not in request.selected)
    }


def _badly_formed(variation: Variation, new: Notes) -> list[str]:
    found = []
    length = variation.clip.length
    if any(note.onset < 0 or note.onset >= length for note in new):
        found.append("a new note begins outside the clip")
    if any(note.end > length + TIGHT for note in new):
        found.append("a new note rings past the clip's end")
    if any(not (1 <= note.velocity <= 127 and 0 <= note.pitch <= 127 and note.duration > 0) for note in new):
        found.append("a new note has an impossible value")
    by_pitch: dict[int, list[tuple[Note, bool]]] = {}
    marked = set(map(id, new))
    for note in variation.clip.notes:
        by_pitch.setdefault(note.pitch, []).append((note, id(note) in marked))
    for line in by_pitch.values():
        for (first, first_new), (second, second_new) in zip(line, line[1:], strict=False):
            # Two notes of the prompt that overlap already are the prompt's own affair.
            if (first_new or second_new) and first.end > second.onset + TIGHT:
                found.append("a new note overlaps another of its pitch")
                break
    return found
