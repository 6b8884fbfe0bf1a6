"""Figures on one chord (all the notes that begin together): what a pianist does to a comping part.

As in ``figures``: each takes a setting, an edit set and the indices of the notes of one onset, lowest first, and says
whether the edit set took a move.

Offers: ``invert``, ``retone``, ``thin_chord``, ``thicken``, ``push_chord``, ``strike_again``, ``spread``.
"""

from __future__ import annotations

from models.constraints.edits import EditSet
from models.engines.rules.setting import Setting
from models.music.beats import TIGHT
from models.music.note import Note


def invert(setting: Setting, edit_set: EditSet, group: list[int]) -> bool:
    """The next inversion: the lowest note goes up an octave, or the highest comes down."""
    ways = [(group[0], 12), (group[-1], -12)]
    setting.rng.shuffle(ways)
    return any(
        edit_set.add((index,), (setting.notes[index].moved(pitch=setting.notes[index].pitch + shift),))
        for index, shift in ways
        if 0 <= setting.notes[index].pitch + shift <= 127
    )


def retone(setting: Setting, edit_set: EditSet, group: list[int]) -> bool:
    """Colour the chord: an inner note moves a step of the scale to a second, fourth, sixth or seventh."""
    order = group[1:] + group[:1]
    setting.rng.shuffle(order)
    for index in order:
        note = setting.notes[index]
        steps = [1, -1] if setting.rng.random() < 0.5 else [-1, 1]
        for way in steps:
            pitch = setting.scale.step(note.pitch, way)
            if edit_set.add((index,), (note.moved(pitch=pitch),)):
                return True
    return False


def thin_chord(setting: Setting, edit_set: EditSet, group: list[int]) -> bool:
    """Leave out a doubled tone, else an inner one; a chord of two or fewer stays."""
    if len(group) < 3:
        return False
    classes = [setting.notes[index].pitch % 12 for index in group]
    doubled = [index for place, index in enumerate(group) if classes.index(classes[place]) != place]
    inner = doubled or group[1:-1]
    return edit_set.add((setting.rng.choice(inner),), ())


def thicken(setting: Setting, edit_set: EditSet, group: list[int]) -> bool:
    """Add a tone of the chord, or the octave of its lowest note, inside or just above it."""
    lowest, highest = setting.notes[group[0]], setting.notes[group[-1]]
    chord = setting.chord(lowest.onset)
    tones = chord.classes if chord else {setting.notes[index].pitch % 12 for index in group}
    there = {setting.notes[index].pitch for index in group}
    candidates = [
        pitch
        for pitch in setting.legal(highest.onset, highest.duration)
        if pitch % 12 in tones
        and pitch not in there
        and lowest.pitch < pitch <= highest.pitch + 7
        and min(abs(pitch - other) for other in there) > 1
    ]
    setting.rng.shuffle(candidates)
    for pitch in candidates:
        inner = highest.moved(pitch=pitch, velocity=max(1, round(highest.velocity * 0.92)))
        if edit_set.add((), (inner,)):
            return True
    return False


def push_chord(setting: Setting, edit_set: EditSet, group: list[int]) -> bool:
    """The whole chord comes a grid step or two early, or a step late, and ends where it did."""
    for shift in setting.rng.sample((-setting.step, -2 * setting.step, setting.step), 3):
        moved = _shifted(setting, group, shift)
        if moved and edit_set.add(tuple(group), moved):
            return True
    return False


def _shifted(setting: Setting, group: list[int], shift: float) -> tuple[Note, ...]:
    notes = [setting.notes[index] for index in group]
    if min(note.onset for note in notes) + shift < setting.constraints.start - TIGHT:
        return ()
    if min(note.duration for note in notes) - shift < setting.step / 2:
        return ()
    return tuple(note.moved(onset=note.onset + shift, duration=note.duration - shift) for note in notes)


def strike_again(setting: Setting, edit_set: EditSet, group: list[int]) -> bool:
    """A held chord is struck twice: short and off the beat, then held, or the other way round."""
    notes = [setting.notes[index] for index in group]
    shortest = min(note.duration for note in notes)
    places = int((shortest + TIGHT) / setting.step)
    if places < 2:
        return False
    at = setting.rng.randrange(1, places) * setting.step
    held = 0.5 if setting.rng.random() < 0.4 else 1.0
    first = tuple(note.moved(duration=at * held) for note in notes)
    again = tuple(
        note.moved(
            onset=note.onset + at, duration=note.duration - at, velocity=setting.velocity(note.onset + at, near=note)
        )
        for note in notes
    )
    return edit_set.add(tuple(group), first + again)


def spread(setting: Setting, edit_set: EditSet, group: list[int]) -> bool:
    """Break a held chord: its notes enter one after the other on the grid and ring to its end."""
    notes = [setting.notes[index] for index in group]
    step = setting.step
    if len(notes) < 2 or min(note.duration for note in notes) < len(notes) * step + step:
        return False
    order = list(range(len(notes)))
    if setting.rng.random() < 0.3:
        order.reverse()
    broken = tuple(
        notes[which].moved(onset=notes[which].onset + place * step, duration=notes[which].duration - place * step)
        for place, which in enumerate(order)
    )
    return edit_set.add(tuple(group), broken)
