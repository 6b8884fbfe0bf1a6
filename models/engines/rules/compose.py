"""New material out of the prompt's own: what a gap is filled with and how a clip goes on.

Bar by bar, a model bar of the prompt is taken up: the one at the same place of its phrase, else any. Its rhythm is
kept, now and then with a note more or less; its line is moved by a few steps, bent to the harmony, and led to what
follows; a chord is put in the nearest position of the chord that sounds; drums are copied, with a fill where a phrase
ends. A prompt without notes there lends the rhythm of the grid.

Offers: ``compose``.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby

from models.engines.rules.editor import Editor
from models.music.beats import TIGHT, strength
from models.music.note import Note

_PHRASE = 4
"""Bars after which a phrase is taken to end."""

_SEQUENCES = (0, 0, 0, 1, -1, 2, -2, 3)
"""Steps of the scale by which a motif comes back; as it was more often than moved."""
_FEWER = {"low": 0.4, "same": 0.12, "high": 0.03}
_MORE = {"low": 0.0, "same": 0.15, "high": 0.4}


def compose(editor: Editor, start: float, end: float, removed: Collection[int]) -> list[Note]:
    """Notes for [start, end) of one bar, legal beside everything but ``removed``; perhaps none."""
    new: list[Note] = []
    if start >= end - TIGHT:
        return new
    notes = sorted(_model(editor, start, end, removed), key=lambda note: note.order)
    chords = [list(chord) for _, chord in groupby(notes, key=lambda note: round(note.onset, 6))]
    # One shift for the whole bar: a motif is known by its shape, on whatever degree it stands.
    shift = editor.rng.choice(_SEQUENCES)
    for number, chord in enumerate(chords):
        new += _answer(editor, chord, new, removed, shift, number == len(chords) - 1)
    return new


def _model(editor: Editor, low: float, high: float, removed: Collection[int]) -> list[Note]:
    """The notes of a model bar, moved to [low, high), varied in their number."""
    bar, rng = editor.clip.metre.bar_of(low), editor.rng
    others = {number: [index for index in indices if index not in removed] for number, indices in editor.by_bar.items()}
    filled = [number for number, indices in others.items() if indices]
    same_place = [number for number in filled if (number - bar) % _PHRASE == 0]
    pool = same_place if same_place and rng.random() < 0.6 else filled
    if not pool:
        # Nothing stands outside the gap: its own rhythm is the only model there is.
        return [editor.notes[index] for index in removed] or _from_the_grid(editor, low, high)
    source = rng.choice(pool)
    shift = (bar - source) * editor.clip.metre.bar
    notes = [editor.notes[index].moved(onset=editor.notes[index].onset + shift) for index in others[source]]
    inside = [
        note.moved(duration=min(note.duration, high - note.onset))
        for note in notes
        if low - TIGHT <= note.onset < high - TIGHT
    ]
    return _more_or_less(editor, inside) or _from_the_grid(editor, low, high)


def _more_or_less(editor: Editor, notes: list[Note]) -> list[Note]:
    """Now and then one note fewer on a weak place, or a long one broken in two."""
    density, rng = editor.request.density, editor.rng
    result: list[Note] = []
    for note in notes:
        if strength(note.onset, editor.clip.metre) <= 0.4 and rng.random() < _FEWER[density]:
            continue
        half = note.duration / 2
        if not editor.drums and half >= editor.step - TIGHT and rng.random() < _MORE[density]:
            result += [note.moved(duration=half), note.moved(onset=note.onset + half, duration=half)]
        else:
            result.append(note)
    return result or notes


def _from_the_grid(editor: Editor, low: float, high: float) -> list[Note]:
    """A plain rhythm where the prompt lends none: each beat, the later ones not always."""
    middle = sum(editor.register) / 2
    pitch = min(editor.legal(Note(60, low, high - low)) or [60], key=lambda pitch: abs(pitch - middle))
    notes, onset = [], low
    while onset < high - TIGHT:
        duration = min(editor.rng.choice((0.5, 1.0, 1.0, 1.5)), high - onset)
        if onset == low or editor.rng.random() < 0.8:
            notes.append(Note(pitch, onset, duration, editor.velocity(onset)))
        onset += duration
    return notes


def _answer(
    editor: Editor, chord: list[Note], new: list[Note], removed: Collection[int], shift: int, is_last: bool
) -> list[Note]:
    """New notes in place of the model's notes of one onset, ``shift`` steps of the scale away."""
    answered: list[Note] = []
    for note in chord:
        free = [
            pitch
            for pitch in ([note.pitch] if editor.drums else editor.legal(note))
            if pitch in editor.constraints.allowed and _is_free(editor, pitch, note, new + answered, removed)
        ]
        if editor.drums:
            pitch = free[0] if free else None
        elif len(chord) > 1:
            pitch = _nearest_tone(editor, note, free)
        else:
            pitch = _next_of_line(editor, note, free, new[-1].pitch if new else None, shift, is_last)
        if pitch is not None:
            answered.append(note.moved(pitch=pitch, velocity=editor.velocity(note.onset, near=note)))
    return [note for note in answered if editor.constraints.may_lie(note)]


def _next_of_line(
    editor: Editor, note: Note, free: list[int], previous: int | None, shift: int, is_last: bool
) -> int | None:
    """The next pitch of a line: the model's, shifted; the last one comes to rest or leads to what follows."""
    scale, following = editor.scale, None
    if is_last:
        following = next((other.pitch for other in editor.notes if other.onset >= note.end - TIGHT), None)
        if following is None:
            chord = editor.chord(note.onset)
            stable = chord.classes if chord else {scale.root, (scale.root + 7) % 12}
            free = [pitch for pitch in free if pitch % 12 in stable] or free
    return editor.pick_pitch(free, note, scale.step(note.pitch, shift), previous, following, spread=1.6)


def _nearest_tone(editor: Editor, note: Note, free: list[int]) -> int | None:
    """The nearest tone of the chord that sounds, so that a voicing moves as little as it can."""
    chord = editor.chord(note.onset)
    tones = [pitch for pitch in free if chord is None or pitch in chord] or free
    return min(tones, key=lambda pitch: (abs(pitch - note.pitch), pitch), default=None)


def _is_free(editor: Editor, pitch: int, note: Note, new: list[Note], removed: Collection[int]) -> bool:
    return not editor.edit_set.is_taken(pitch, note.onset, note.end, tuple(removed)) and not any(
        other.pitch == pitch and other.onset < note.end - TIGHT and other.end > note.onset + TIGHT for other in new
    )
