"""Figures on one chord (all the notes that begin together): what a pianist does to a comping part.

As in ``figures``: each takes an editor and the indices of the notes of one onset, lowest first, and says whether a move
was taken.

Offers: ``invert``, ``retone``, ``thin_chord``, ``thicken``, ``push_chord``, ``strike_again``, ``spread``.
"""

from __future__ import annotations

from models.engines.rules.editor import Editor
from models.music.beats import TIGHT
from models.music.note import Note


def _notes(editor: Editor, group: list[int]) -> list[Note]:
    return [editor.notes[index] for index in group]


def invert(editor: Editor, group: list[int]) -> bool:
    """The next inversion: the lowest note goes up an octave, or the highest comes down."""
    ways = [(group[0], editor.notes[group[0]].pitch + 12), (group[-1], editor.notes[group[-1]].pitch - 12)]
    editor.rng.shuffle(ways)
    return any(editor.change(index, pitch=pitch) for index, pitch in ways if 0 <= pitch <= 127)


def retone(editor: Editor, group: list[int]) -> bool:
    """Colour the chord: an inner note moves a step of the scale to a second, fourth, sixth or seventh."""
    order = group[1:] + group[:1]
    editor.rng.shuffle(order)
    for index in order:
        for way in (1, -1) if editor.rng.random() < 0.5 else (-1, 1):
            if editor.change(index, pitch=editor.scale.step(editor.notes[index].pitch, way)):
                return True
    return False


def thin_chord(editor: Editor, group: list[int]) -> bool:
    """Leave out a doubled tone, else an inner one; a chord of two or fewer stays."""
    if len(group) < 3:
        return False
    classes = [note.pitch % 12 for note in _notes(editor, group)]
    doubled = [index for number, index in enumerate(group) if classes.index(classes[number]) != number]
    return editor.add((editor.rng.choice(doubled or group[1:-1]),), ())


def thicken(editor: Editor, group: list[int]) -> bool:
    """Add a tone of the chord, or the octave of its lowest note, inside or just above it."""
    lowest, *_, highest = notes = _notes(editor, group)
    chord = editor.chord(lowest.onset)
    tones = chord.classes if chord else {note.pitch % 12 for note in notes}
    candidates = [
        pitch
        for pitch in editor.legal(highest)
        if pitch % 12 in tones
        and lowest.pitch < pitch <= highest.pitch + 7
        and min(abs(pitch - note.pitch) for note in notes) > 1
    ]
    editor.rng.shuffle(candidates)
    added = highest.moved(velocity=max(1, round(highest.velocity * 0.92)))
    return any(editor.add((), (added.moved(pitch=pitch),)) for pitch in candidates)


def push_chord(editor: Editor, group: list[int]) -> bool:
    """The whole chord comes a grid step or two early, or a step late, and ends where it did."""
    notes, step = _notes(editor, group), editor.step
    earliest, shortest = min(note.onset for note in notes), min(note.duration for note in notes)
    for shift in editor.rng.sample((-step, -2 * step, step), 3):
        if earliest + shift < editor.constraints.start - TIGHT or shortest - shift < step / 2:
            continue
        if editor.add(group, [note.moved(onset=note.onset + shift, duration=note.duration - shift) for note in notes]):
            return True
    return False


def strike_again(editor: Editor, group: list[int]) -> bool:
    """A held chord is struck twice: short and off the beat, then held, or the other way round."""
    notes = _notes(editor, group)
    places = int((min(note.duration for note in notes) + TIGHT) / editor.step)
    if places < 2:
        return False
    at = editor.rng.randrange(1, places) * editor.step
    held = 0.5 if editor.rng.random() < 0.4 else 1.0
    first = [note.moved(duration=at * held) for note in notes]
    again = [note.moved(onset=note.onset + at, duration=note.duration - at) for note in notes]
    struck = [new.moved(velocity=editor.velocity(new.onset, near=note)) for note, new in zip(notes, again, strict=True)]
    return editor.add(group, first + struck)


def spread(editor: Editor, group: list[int]) -> bool:
    """Break a held chord: its notes enter one after the other on the grid and ring to its end."""
    notes, step = _notes(editor, group), editor.step
    if len(notes) < 2 or min(note.duration for note in notes) < len(notes) * step + step:
        return False
    if editor.rng.random() < 0.3:
        notes.reverse()
    late = enumerate(notes)
    return editor.add(group, [n.moved(onset=n.onset + i * step, duration=n.duration - i * step) for i, n in late])
