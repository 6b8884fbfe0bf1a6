"""Which mode the words want, on the clip's own tonic, and what becomes of each degree.

A mode is chosen that the music can bear: no note that must stay, of this clip or of those that play beside it, falls
out of it, and turning the clip's own notes into it doesn't cost more similarity than the dial leaves.

Offers: ``wanted_scale``, ``replacements``.
"""

from __future__ import annotations

from collections.abc import Iterable

from models.analysis.key import clip_scale
from models.constraints.constraints import Freedom
from models.mood.controls import Controls
from models.music.note import Note
from models.music.scale import Scale
from models.music.similarity import OTHER_PITCH_CREDIT

_FOR_THE_MODE = 0.6
"""Share of what the dial leaves that turning notes into another mode may cost."""

_PASSING = 0.03
"""Share of the time below which a class that must stay is passing, and stands against no mode."""


def own_scale(freedom: Freedom) -> Scale | None:
    """The scale that the clip is in, heard with what plays beside it; None for drums and silence."""
    request = freedom.request
    return None if freedom.drums else clip_scale(freedom.prompt, request.context)


def wanted_scale(freedom: Freedom, scale: Scale, controls: Controls, dial: float) -> Scale:
    """The clip's ``scale``, darker or brighter as the words want it; ``dial``: similarity asked for, 0-1."""
    request = freedom.request
    if not freedom.may.repitch or request.scale is not None or request.task == "humanise":
        return scale
    free = [freedom.notes[place] for place in freedom.free]
    fixed = [note for place, note in enumerate(freedom.notes) if place not in freedom.free]
    fixed += [note for clip in request.context if not clip.drums for note in clip.notes]

    def bearable(mode: Scale) -> bool:
        lost = scale.classes - mode.classes
        cost = (1 - OTHER_PITCH_CREDIT) * _share_of(lost, free, timed=False) * dial
        return _share_of(lost, fixed, timed=True) <= _PASSING and cost <= _FOR_THE_MODE * (1 - dial)

    return controls.recoloured(scale, bearable)


def _share_of(classes: Iterable[int], notes: list[Note], *, timed: bool) -> float:
    """Share of the notes, or of their time, that have one of the pitch classes."""
    weights = [note.duration if timed else 1.0 for note in notes]
    there = sum(weight for note, weight in zip(notes, weights, strict=True) if note.pitch % 12 in classes)
    return there / sum(weights) if notes else 0.0


def replacements(before: Scale | None, after: Scale | None) -> list[tuple[int, int]]:
    """Semitones from the root that go, and by how much they move, the third first: it tells major from minor."""
    if before is None or after is None or before == after or before.root != after.root:
        return []
    gone = sorted(before.classes - after.classes, key=lambda pitch: abs((pitch - before.root) % 12 - 3.5))
    moves = []
    for old in gone:
        shift = next((step for step in (1, -1) if (old + step) % 12 in after.classes - before.classes), None)
        if shift is not None:
            moves.append((old, shift))
    return moves
