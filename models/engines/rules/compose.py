"""New material out of the prompt's own: what a gap is filled with and how a clip goes on.

Bar by bar, a model bar of the prompt is taken up: the one at the same place of its phrase, else any. Its rhythm is
kept, now and then with a note more or less; its line is moved by a few steps, bent to the harmony, and led to what
follows; a chord is put in the nearest position of the chord that sounds; drums are copied, with a fill where a phrase
ends. A prompt without notes there lends the rhythm of the grid.

Offers: ``compose``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from models.constraints.edits import EditSet
from models.engines.rules.setting import Setting
from models.music.beats import TIGHT, strength
from models.music.note import Note

_PHRASE = 4
"""Bars after which a phrase is taken to end."""

_SEQUENCES = (0, 0, 0, 1, -1, 2, -2, 3)
"""Steps of the scale by which a motif comes back; as it was more often than moved."""


def compose(setting: Setting, edit_set: EditSet, start: float, end: float, removed: tuple[int, ...]) -> list[Note]:
    """Notes for [start, end), legal beside everything but ``removed``; perhaps none."""
    new: list[Note] = []
    for bar, low, high in _bars(setting, start, end):
        model = list(_onsets(_model(setting, bar, low, high, removed)))
        # One shift for the whole bar: a motif is known by its shape, on whatever degree it stands.
        shift = setting.rng.choice(_SEQUENCES)
        for number, chord in enumerate(model):
            is_last = number == len(model) - 1 and high >= end - TIGHT
            new += _answer(setting, edit_set, chord, new, removed, shift=shift, is_last=is_last)
    return new


def _bars(setting: Setting, start: float, end: float) -> Iterator[tuple[int, float, float]]:
    metre = setting.clip.metre
    bar = metre.bar_of(start)
    while bar * metre.bar < end - TIGHT:
        yield bar, max(start, bar * metre.bar), min(end, (bar + 1) * metre.bar)
        bar += 1


def _model(setting: Setting, bar: int, low: float, high: float, removed: tuple[int, ...]) -> list[Note]:
    """The notes of a model bar, moved to [low, high), varied in their number."""
    gone = set(removed)
    others = {number: [index for index in indices if index not in gone] for number, indices in setting.by_bar.items()}
    filled = [number for number, indices in others.items() if indices]
    same_place = [number for number in filled if (number - bar) % _PHRASE == 0]
    pool = same_place if same_place and setting.rng.random() < 0.6 else filled
    if not pool:
        # Nothing stands outside the gap: its own rhythm is the only model there is.
        return [setting.notes[index] for index in removed] or _from_the_grid(setting, low, high)
    source = setting.rng.choice(pool)
    shift = (bar - source) * setting.clip.metre.bar
    notes = [setting.notes[index].moved(onset=setting.notes[index].onset + shift) for index in others[source]]
    inside = [
        note.moved(duration=min(note.duration, high - note.onset))
        for note in notes
        if low - TIGHT <= note.onset < high - TIGHT
    ]
    return _more_or_less(setting, inside) or _from_the_grid(setting, low, high)


def _more_or_less(setting: Setting, notes: list[Note]) -> list[Note]:
    """Now and then one note fewer on a weak place, or a long one broken in two."""
    density = setting.request.density
    result: list[Note] = []
    for note in notes:
        weak = strength(note.onset, setting.clip.metre) <= 0.4
        if weak and setting.rng.random() < {"low": 0.4, "same": 0.12, "high": 0.03}[density]:
            continue
        half = note.duration / 2
        if (
            setting.constraints.role != "drums"
            and half >= setting.step - TIGHT
            and setting.rng.random() < {"low": 0.0, "same": 0.15, "high": 0.4}[density]
        ):
            result += [note.moved(duration=half), note.moved(onset=note.onset + half, duration=half)]
        else:
            result.append(note)
    return result or notes


def _from_the_grid(setting: Setting, low: float, high: float) -> list[Note]:
    """A plain rhythm where the prompt lends none: each beat, the later ones not always."""
    bottom, top = setting.register
    middle = min(setting.legal(low, high - low) or [60], key=lambda pitch: abs(pitch - (bottom + top) / 2))
    notes, onset = [], low
    while onset < high - TIGHT:
        duration = min(setting.rng.choice((0.5, 1.0, 1.0, 1.5)), high - onset)
        if onset == low or setting.rng.random() < 0.8:
            notes.append(Note(middle, onset, duration, setting.velocity(onset)))
        onset += duration
    return notes


def _onsets(notes: list[Note]) -> Iterator[list[Note]]:
    for _, chord in groupby(sorted(notes, key=lambda note: note.order), key=lambda note: round(note.onset, 6)):
        yield list(chord)


def _answer(
    setting: Setting,
    edit_set: EditSet,
    chord: list[Note],
    new: list[Note],
    removed: tuple[int, ...],
    *,
    shift: int,
    is_last: bool,
) -> list[Note]:
    """New notes in place of the model's notes of one onset, ``shift`` steps of the scale away."""
    answered: list[Note] = []
    for note in chord:
        candidates = [note.pitch] if setting.constraints.drums else setting.legal(note.onset, note.duration)
        free = [
            pitch
            for pitch in candidates
            if pitch in setting.constraints.allowed and _is_free(edit_set, pitch, note, new + answered, removed)
        ]
        if setting.constraints.drums:
            pitch = free[0] if free else None
        elif len(chord) > 1:
            pitch = _nearest_tone(setting, note, free)
        else:
            pitch = _next_of_line(setting, note, free, new[-1].pitch if new else None, shift, is_last)
        if pitch is not None:
            answered.append(note.moved(pitch=pitch, velocity=setting.velocity(note.onset, near=note)))
    return [note for note in answered if setting.constraints.may_lie(note)]


def _next_of_line(
    setting: Setting, note: Note, free: list[int], previous: int | None, shift: int, is_last: bool
) -> int | None:
    """The next pitch of a line: the model's, shifted; the last one comes to rest or leads to what follows."""
    goal = setting.scale.step(note.pitch, shift)
    following = _following(setting, note.end) if is_last else None
    if is_last and following is None:
        chord = setting.chord(note.onset)
        stable = chord.classes if chord else {setting.scale.root, (setting.scale.root + 7) % 12}
        free = [pitch for pitch in free if pitch % 12 in stable] or free
    return setting.pick_pitch(
        free, onset=note.onset, duration=note.duration, around=goal, before=previous, after=following, spread=1.6
    )


def _nearest_tone(setting: Setting, note: Note, free: list[int]) -> int | None:
    """The nearest tone of the chord that sounds, so that a voicing moves as little as it can."""
    chord = setting.chord(note.onset)
    tones = [pitch for pitch in free if chord is None or pitch in chord] or free
    return min(tones, key=lambda pitch: (abs(pitch - note.pitch), pitch), default=None)


def _is_free(edit_set: EditSet, pitch: int, note: Note, new: list[Note], removed: tuple[int, ...]) -> bool:
    return not edit_set.is_taken(pitch, note.onset, note.end, removed) and not any(
        other.pitch == pitch and other.onset < note.end - TIGHT and other.end > note.onset + TIGHT for other in new
    )


def _following(setting: Setting, onset: float) -> int | None:
    """The pitch to lead to: the first note at or behind ``onset``."""
    for note in setting.notes:
        if note.onset >= onset - TIGHT:
            return note.pitch
    return None
