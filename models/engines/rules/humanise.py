"""Velocity and micro-timing of a hand, on notes whose pitch and place in the bar stay (``hand``).

Offers: ``humanise``.
"""

from __future__ import annotations

from models.engines.rules.editor import Editor
from models.engines.rules.hand import touched
from models.music.beats import TIGHT
from models.music.note import Note

_SHORTEST = 1 / 64


def humanise(editor: Editor, *, timed: bool) -> None:
    """Every free note with another velocity; timed: a few milliseconds earlier or later as well.

    All of it is one move, so that a note may make room for the next; where that can't be, each onset is one.
    """
    constraints = editor.constraints
    whole = editor.drums and not constraints.keeps_order
    struck = touched(
        editor.notes, editor.clip.metre, editor.clip.tempo, editor.seed, drums=whole, width=editor.temperature
    )
    free = sorted(constraints.free)
    softly = {index: editor.notes[index].moved(velocity=struck[index].velocity) for index in free}
    if timed:
        played = {index: struck[index] for index in free if constraints.start <= struck[index].onset}
        moved = _parted(editor.notes, {**softly, **played})
        if editor.add(free, [moved[index] for index in free]):
            return
        for group in constraints.groups:
            mine = [index for index in group if index in constraints.free]
            if mine and not editor.add(mine, [moved[index] for index in mine]):
                editor.add(mine, [softly[index] for index in mine])
        return
    for index in free:
        editor.add((index,), (softly[index],))


def _parted(notes: tuple[Note, ...], moved: dict[int, Note]) -> dict[int, Note]:
    """Notes that ended before another began are shortened so that they still do."""
    result = dict(moved)
    latest: dict[int, int] = {}
    for index, note in enumerate(notes):
        onset = moved.get(index, note).onset
        for pitch, other in list(latest.items()):
            if notes[other].end <= note.onset + TIGHT and other in result and result[other].end > onset:
                result[other] = result[other].moved(duration=max(_SHORTEST, onset - result[other].onset))
            if notes[other].end <= note.onset + TIGHT:
                del latest[pitch]
        latest[note.pitch] = index
    return result
