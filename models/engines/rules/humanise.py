"""Velocity and micro-timing of a hand, on notes whose pitch and place in the bar stay.

Louder on strong places than on weak ones, a slow swell over the phrase, a little chance on top; timing moves by less
than a 48th of a beat, weak places later than strong ones, so that the grid stays audible.

Offers: ``humanise``.
"""

from __future__ import annotations

import math

from models.engines.rules.editor import Editor, clamped
from models.music.note import Note

_MOST_SHIFT = 1 / 48
_ACCENT, _SWELL, _CHANCE = 10.0, 5.0, 3.0


def humanise(editor: Editor, *, timed: bool) -> None:
    """Every free note with another velocity; timed: those of each onset a hair earlier or later together as well."""
    if not timed:
        for index in sorted(editor.constraints.free):
            editor.add((index,), (_louder_or_softer(editor, index),))
        return
    for group in editor.constraints.groups:
        if any(index not in editor.constraints.free for index in group):
            continue
        weakness = 1 - editor.strength(group[0])
        shift = max(-_MOST_SHIFT, min(_MOST_SHIFT, editor.rng.gauss(0.25 * weakness, 0.35) * _MOST_SHIFT))
        played = [_louder_or_softer(editor, index) for index in group]
        if not editor.add(group, [_shifted(editor, note, shift) for note in played]):
            editor.add(group, played)


def _louder_or_softer(editor: Editor, index: int) -> Note:
    note = editor.notes[index]
    swell = math.sin(2 * math.pi * note.onset / (4 * editor.clip.metre.bar) + editor.seed)
    change = _ACCENT * (editor.strength(index) - 0.5) + _SWELL * swell + editor.rng.gauss(0, _CHANCE)
    return note.moved(velocity=clamped(note.velocity + change * editor.temperature))


def _shifted(editor: Editor, note: Note, shift: float) -> Note:
    onset = max(editor.constraints.start, note.onset + shift)
    return note.moved(onset=onset, duration=min(note.duration, max(editor.constraints.end, note.end) - onset))
