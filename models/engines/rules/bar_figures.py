"""Figures on a whole bar of a line or of chords: the same words, said otherwise.

Each takes a setting, an edit set and the number of a bar, changes all that is free in it in one move, and says whether
the edit set took it.

Offers: ``sequence``, ``mirror``, ``rerhythm``.
"""

from __future__ import annotations

from models.constraints.edits import EditSet
from models.engines.rules.setting import Setting
from models.music.beats import TIGHT
from models.music.note import Note
from models.music.similarity import similarity

_DRAWN = 5
"""Rhythms drawn for one bar."""


def untouched(setting: Setting, edit_set: EditSet, bar: int) -> list[int]:
    """The notes of a bar that may still change."""
    return [
        index
        for index in setting.by_bar.get(bar, ())
        if index in setting.constraints.free and index not in edit_set.touched
    ]


def sequence(setting: Setting, edit_set: EditSet, bar: int) -> bool:
    """The bar again on another degree: up or down by one to three steps of the scale."""
    indices = untouched(setting, edit_set, bar)
    for steps in setting.rng.sample((1, -1, 2, -2, 3, -3), 6):
        moved = tuple(
            setting.notes[index].moved(pitch=setting.scale.step(setting.notes[index].pitch, steps)) for index in indices
        )
        if len(indices) > 1 and edit_set.add(tuple(indices), moved):
            return True
    return False


def mirror(setting: Setting, edit_set: EditSet, bar: int) -> bool:
    """What rose falls, what fell rises, as many steps of the scale, from the bar's first note on."""
    indices = untouched(setting, edit_set, bar)
    if len(indices) < 3 or len({setting.notes[index].onset for index in indices}) < len(indices):
        return False
    axis = setting.scale.nearest(setting.notes[indices[0]].pitch)
    mirrored = tuple(
        note.moved(pitch=setting.scale.step(axis, -_steps_between(setting, axis, note.pitch)))
        for note in (setting.notes[index] for index in indices)
    )
    return edit_set.add(tuple(indices), mirrored)


def _steps_between(setting: Setting, low: int, pitch: int) -> int:
    """Steps of the scale from ``low`` to the pitch, negative downwards."""
    if pitch >= low:
        return sum(step in setting.scale for step in range(low + 1, pitch + 1))
    return -sum(step in setting.scale for step in range(pitch, low))


def rerhythm(setting: Setting, edit_set: EditSet, bar: int, *, deep: bool = False) -> bool:
    """The same notes in the same order to another rhythm, drawn from the grid of the bar.

    deep: the least similar of several drawn, on another degree of the scale where pitches may change
    """
    indices = untouched(setting, edit_set, bar)
    if not indices or len(indices) != len(setting.by_bar[bar]):
        return False
    groups: list[list[int]] = []
    for index in indices:
        if groups and setting.notes[index].onset - setting.notes[groups[-1][0]].onset < TIGHT:
            groups[-1].append(index)
        else:
            groups.append([index])
    metre = setting.clip.metre
    start, end = max(setting.constraints.start, bar * metre.bar), min(setting.constraints.end, (bar + 1) * metre.bar)
    step = min(setting.step, 0.5)
    places = [start + number * step for number in range(int((end - start + TIGHT) / step))]
    if len(places) < len(groups):
        return False
    forms = [_played(setting, groups, sorted(setting.rng.sample(places, len(groups))), end) for _ in range(_DRAWN)]
    if deep:
        before = [setting.notes[index] for index in indices]
        forms = [_transposed(setting, form) for form in forms] if setting.constraints.allowed_edits.repitch else forms
        forms.sort(key=lambda form: similarity(before, form))
    return any(edit_set.add(tuple(indices), form) for form in forms)


def _transposed(setting: Setting, notes: tuple[Note, ...]) -> tuple[Note, ...]:
    steps = setting.rng.choice((1, -1, 2, -2, 3, -3))
    return tuple(note.moved(pitch=setting.scale.step(note.pitch, steps)) for note in notes)


def _played(setting: Setting, groups: list[list[int]], onsets: list[float], end: float) -> tuple[Note, ...]:
    played = []
    for number, group in enumerate(groups):
        stop = onsets[number + 1] if number + 1 < len(onsets) else end
        for index in group:
            note = setting.notes[index]
            room = stop - onsets[number]
            duration = room if note.duration >= room or setting.rng.random() < 0.6 else note.duration
            played.append(note.moved(onset=onsets[number], duration=duration))
    return tuple(played)
