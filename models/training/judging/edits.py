"""Variations that no person made, to set beside those that people did: five kinds of edits of a prompt.

    random  notes moved, repitched inside the scale, dropped or added, anywhere
    wrong   the same without regard to the scale
    markov  a stretch of the line rewritten with the intervals and gaps that the prompt has, each drawn after the last
    dull    stretches put on one pitch, played over by another stretch, or thinned out
    rules   a variation of the engine ``rules``

Each comes as near as it can to the similarity asked for, so that similarity tells nothing.

Offers: ``EDITS``, ``random_edit``, ``wrong_edit``, ``markov_edit``, ``dull_edit``, ``rule_edit``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from models.engines.rules.generator import RulesEngine
from models.generator import LARGEST_SEED, Request
from models.music.clip import Clip, Role, without_overlaps
from models.music.errors import ClipkinError
from models.music.note import Note
from models.music.scale import CHROMATIC, Scale
from models.music.similarity import similarity

Rng = np.random.Generator
Notes = tuple[Note, ...]

_MOVES = (-1.0, -0.5, -0.25, 0.25, 0.5, 1.0)
_WIDEST = 7
_TRIES = 14


def random_edit(prompt: Clip, scale: Scale, wanted: float, rng: Rng) -> Notes | None:
    """Changes at random places until the clip is no more similar than ``wanted``."""

    def changed(before: Sequence[Note], now: float | None) -> Sequence[Note]:
        notes, share = list(before), (1 - wanted) / 4 if now is None else (now - wanted) / 2
        for _ in range(max(1, round(len(notes) * share))):
            _change(notes, prompt, scale, rng)
        return notes

    return _step_by_step(prompt, wanted, changed)


def _change(notes: list[Note], prompt: Clip, scale: Scale, rng: Rng) -> None:
    at = int(rng.integers(len(notes)))
    note, how = notes[at], rng.random()
    if how < 0.45:
        notes[at] = note.moved(pitch=_other_pitch(note, prompt, scale, rng))
    elif how < 0.75:
        onset = note.onset + float(rng.choice(_MOVES))
        if 0 <= onset < prompt.length - 1e-6:
            notes[at] = note.moved(onset=onset)
    elif how < 0.875 and len(notes) > 2:
        del notes[at]
    else:
        onset = float(rng.integers(int(prompt.length * 4))) / 4
        notes.append(note.moved(onset=onset, pitch=_other_pitch(note, prompt, scale, rng)))


def _other_pitch(note: Note, prompt: Clip, scale: Scale, rng: Rng) -> int:
    if prompt.drums:
        return int(rng.choice([other.pitch for other in prompt.notes]))
    near = [
        pitch
        for pitch in scale.pitches(max(0, note.pitch - _WIDEST), min(127, note.pitch + _WIDEST))
        if pitch != note.pitch
    ]
    return int(rng.choice(near)) if near else note.pitch


def markov_edit(prompt: Clip, scale: Scale, wanted: float, rng: Rng) -> Notes | None:
    """Stretches rewritten until the clip is no more similar than ``wanted``."""
    return _step_by_step(prompt, wanted, lambda notes, _: _rewritten(tuple(notes), prompt, scale, rng))


def _step_by_step(
    prompt: Clip, wanted: float, change: Callable[[Sequence[Note], float | None], Sequence[Note]]
) -> Notes | None:
    """The prompt changed again and again until it is no more similar than ``wanted``, or the nearest on the way.

    change: notes and their similarity to the prompt, None before it is measured, to other notes
    """
    notes: Sequence[Note] = prompt.notes
    best: Notes | None = None
    nearest, now = np.inf, None
    for _ in range(_TRIES):
        notes = change(notes, now)
        made = without_overlaps(notes, prompt.length)
        if not made:
            return best
        now = similarity(prompt.notes, made, drums=prompt.drums)
        if abs(now - wanted) < nearest:
            best, nearest = made, abs(now - wanted)
        if now <= wanted:
            break
    return best


def _rewritten(notes: Notes, prompt: Clip, scale: Scale, rng: Rng) -> Notes:
    """The notes with one beat to a quarter of the clip replaced by a walk over the prompt's own steps."""
    size = float(rng.integers(1, max(1, int(prompt.length / 4)) + 1))
    start = float(rng.integers(0, max(1, int(prompt.length - size) + 1)))
    kept = [note for note in notes if not start <= note.onset < start + size]
    before = [note for note in kept if note.onset < start] or list(prompt.notes)
    steps = [(b.onset - a.onset, b.pitch - a.pitch) for a, b in zip(prompt.notes, prompt.notes[1:], strict=False)]
    if not steps:
        return notes
    written, note, onset = [], before[-1], start
    for _ in range(64):
        gap, interval = steps[int(rng.integers(len(steps)))]
        if onset >= min(start + size, prompt.length) - 1e-6:
            break
        pitch = min(127, max(0, note.pitch + interval))
        if prompt.drums:
            pitch = int(rng.choice([other.pitch for other in prompt.notes]))
        elif pitch not in scale:
            pitch = scale.nearest(pitch)
        note = note.moved(onset=onset, pitch=pitch, duration=gap if gap > 0 else note.duration)
        written.append(note)
        onset += gap
    return without_overlaps([*kept, *written], prompt.length)


def rule_edit(prompt: Clip, scale: Scale, wanted: float, rng: Rng) -> Notes | None:
    """What the engine ``rules`` makes of the prompt; None where it can't."""
    role: Role = prompt.role or "melody"
    try:
        request = Request(
            prompts=(prompt,),
            similarity=wanted,
            role=role,
            count=1,
            scale=None if prompt.drums else scale,
            seed=int(rng.integers(LARGEST_SEED)),
        )
        return next((variation.clip.notes for variation in RulesEngine().generate(request)), None)
    except ClipkinError:
        return None


def wrong_edit(prompt: Clip, scale: Scale, wanted: float, rng: Rng) -> Notes | None:
    """Random changes that know no scale: so that the score learns what a scale is for."""
    return random_edit(prompt, CHROMATIC, wanted, rng)


def dull_edit(prompt: Clip, scale: Scale, wanted: float, rng: Rng) -> Notes | None:
    """Stretches made poorer until the clip is no more similar than ``wanted``: so that plainness alone isn't worth."""

    def poorer(notes: Sequence[Note], _: float | None) -> Notes:
        size = float(rng.integers(1, max(1, int(prompt.length / 2)) + 1))
        start, other = (float(rng.integers(0, max(1, int(prompt.length - size) + 1))) for _ in range(2))
        inside = [note for note in notes if start <= note.onset < start + size]
        how = rng.random()
        if how < 0.5 and inside:
            pitch = inside[int(rng.integers(len(inside)))].pitch
            changed = [note.moved(pitch=pitch) for note in inside]
        elif how < 0.7:
            changed = [
                note.moved(onset=note.onset - other + start) for note in notes if other <= note.onset < other + size
            ]
        else:
            changed = [note for note in inside if rng.random() < 0.5]
        rest = [note for note in notes if not start <= note.onset < start + size]
        return without_overlaps([*rest, *changed], prompt.length)

    return _step_by_step(prompt, wanted, poorer)


EDITS: Mapping[str, Callable[[Clip, Scale, float, Rng], Notes | None]] = {
    "random": random_edit,
    "wrong": wrong_edit,
    "markov": markov_edit,
    "dull": dull_edit,
    "rules": rule_edit,
}
"""The kinds of edits by name."""
