"""Figures on a whole bar of a line or of chords: the same words, said otherwise.

Each takes an editor and the number of a bar, changes all that is free in it in one move, and says whether it was taken.

Offers: ``sequence``, ``mirror``, ``rerhythm``.
"""

from __future__ import annotations

from models.constraints.lines import onset_groups
from models.engines.rules.editor import Editor
from models.music.beats import TIGHT
from models.music.note import Note
from models.music.similarity import similarity

_DRAWN = 5
"""Rhythms drawn for one bar."""
_DEGREES = (1, -1, 2, -2, 3, -3)


def _stepped(editor: Editor, notes: list[Note], steps: int) -> list[Note]:
    """Notes so many steps of the scale away."""
    return [note.moved(pitch=editor.scale.step(note.pitch, steps)) for note in notes]


def sequence(editor: Editor, bar: int) -> bool:
    """The bar again on another degree: up or down by one to three steps of the scale."""
    indices = editor.untouched(editor.in_bar(bar))
    notes = [editor.notes[index] for index in indices]
    ways = editor.rng.sample(_DEGREES, 6)
    return len(indices) > 1 and any(editor.add(indices, _stepped(editor, notes, steps)) for steps in ways)


def mirror(editor: Editor, bar: int) -> bool:
    """What rose falls, what fell rises, as many steps of the scale, from the bar's first note on."""
    indices = editor.untouched(editor.in_bar(bar))
    notes = [editor.notes[index] for index in indices]
    if len(indices) < 3 or len({note.onset for note in notes}) < len(indices):
        return False
    axis, scale = editor.scale.nearest(notes[0].pitch), editor.scale

    def steps(pitch: int) -> int:
        """Steps of the scale down from the axis, negative upwards."""
        if pitch >= axis:
            return -sum(step in scale for step in range(axis + 1, pitch + 1))
        return sum(step in scale for step in range(pitch, axis))

    return editor.add(indices, [note.moved(pitch=scale.step(axis, steps(note.pitch))) for note in notes])


def rerhythm(editor: Editor, bar: int, *, deep: bool = False) -> bool:
    """The same notes in the same order to another rhythm, drawn from the grid of the bar.

    deep: the least similar of several drawn, on another degree of the scale where pitches may change
    """
    indices = editor.untouched(editor.in_bar(bar))
    if not indices or len(indices) != len(editor.in_bar(bar)):
        return False
    notes = [editor.notes[index] for index in indices]
    groups = [[notes[number] for number in sorted(group)] for group in onset_groups(notes)]
    (start, end), step = editor.span(bar), min(editor.step, 0.5)
    places = [start + number * step for number in range(int((end - start + TIGHT) / step))]
    if len(places) < len(groups):
        return False
    forms = [_played(editor, groups, sorted(editor.rng.sample(places, len(groups))), end) for _ in range(_DRAWN)]
    if deep:
        if editor.constraints.allowed_edits.repitch:
            forms = [_stepped(editor, form, editor.rng.choice(_DEGREES)) for form in forms]
        forms.sort(key=lambda form: similarity(notes, form))
    return any(editor.add(indices, form) for form in forms)


def _played(editor: Editor, groups: list[list[Note]], onsets: list[float], end: float) -> list[Note]:
    """The groups at other onsets, held to the next one or as long as they were."""
    played = []
    for group, onset, stop in zip(groups, onsets, [*onsets[1:], end], strict=True):
        for note in group:
            room = stop - onset
            fills = note.duration >= room or editor.rng.random() < 0.6
            played.append(note.moved(onset=onset, duration=room if fills else note.duration))
    return played
