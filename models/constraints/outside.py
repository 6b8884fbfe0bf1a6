"""What becomes of the prompt's notes outside the scale: they are kept, snapped to it or dropped.

Offers: ``treat_outside_notes``.
"""

from __future__ import annotations

from models.constraints.lines import bass_line, bounding_notes, top_line
from models.generator import Request
from models.music.clip import Role
from models.music.errors import Refused
from models.music.note import Note


def treat_outside_notes(
    request: Request, role: Role, free: frozenset[int]
) -> tuple[tuple[Note, ...], list[tuple[int, bool]]]:
    """The notes after snapping or dropping those outside the scale, and for each (prompt's index, is it unchanged).

    free: the indices of the prompt that may change; raises Refused where a lock forbids to treat them
    """
    notes = request.prompt.notes
    scale = request.scale
    if scale is None or role == "drums" or request.outside == "keep":
        return notes, [(index, True) for index in range(len(notes))]
    locks = request.locks
    if locks.pitch or locks.contour or (request.outside == "drop" and (locks.rhythm or locks.velocity)):
        raise Refused(
            f'Notes outside the scale can\'t be treated with "{request.outside}" while '
            f"{', '.join(locks.names)} is locked; open that lock or keep those notes.",
            field="outside",
        )
    result: list[tuple[Note, int, bool]] = []
    for index, note in enumerate(notes):
        if index not in free or note.pitch in scale:
            result.append((note, index, True))
        elif request.outside == "snap":
            beside = [other for other in notes if other is not note] + [other for other, _, _ in result]
            pitch = _snapped(request, note, beside)
            result.append((note, index, True) if pitch is None else (note.moved(pitch=pitch), index, False))
    result.sort(key=lambda item: item[0].order)
    return tuple(note for note, _, _ in result), [(index, same) for _, index, same in result]


def _snapped(request: Request, note: Note, beside: list[Note]) -> int | None:
    """The nearest pitch of scale and range that no note beside has and no locked line forbids; None: there is none."""
    assert request.scale is not None
    prompt = request.prompt.notes

    def bounds(line: list[int]) -> list[int]:
        return [other.pitch for other in bounding_notes([prompt[index] for index in line], note.onset, note.duration)]

    low, high = request.range or (0, 127)
    if request.locks.top:
        high = min(high, *(pitch - 1 for pitch in bounds(top_line(prompt))))
    if request.locks.bass:
        low = max(low, *(pitch + 1 for pitch in bounds(bass_line(prompt))))
    taken = {other.pitch for other in beside if other.onset < note.end and other.end > note.onset}
    # Notes that begin together are counted by pitch; locked velocities must not change places.
    together = [other.pitch for other in beside if other.onset == note.onset] if request.locks.velocity else []
    fitting = (
        pitch
        for pitch in request.scale.pitches(low, high)
        if pitch not in taken and all((pitch > other) == (note.pitch > other) for other in together)
    )
    return min(fitting, key=lambda pitch: (abs(pitch - note.pitch), pitch), default=None)
