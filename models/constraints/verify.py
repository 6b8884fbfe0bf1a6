"""The proof that a finished variation kept its locks, read off the notes again (tests read off the rest).

Written apart from ``constraints`` and ``edits`` on purpose: what makes a promise hold must not be what checks it.

Offers: ``locks_held`` (each lock asked for: did it hold).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from models.generator import Locks
from models.music.beats import TIGHT
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
