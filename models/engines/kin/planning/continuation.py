"""What is to come where nothing is yet: the clip's own bars, gone on with.

A continuation begins as the clip begins or as its second half does, follows its progression, and ends as it ends: the
last note at home. What is taken over so is then varied by plan like any clip, so that it answers and doesn't repeat.

Offers: ``continued``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.analysis.chords import find_chords
from models.analysis.key import clip_scale
from models.generator import Request
from models.music.beats import TIGHT
from models.music.chord import TimedChord, chord_at
from models.music.clip import Clip, Role, without_overlaps
from models.music.note import Note
from models.sampling.context import Context

_EARLY = 0.06
"""Beats by which a note may come before the bar line that it belongs to."""
_LEAST = 3
"""Bars of a continuation of chords that ends at home."""
_AWAY = 7
"""Semitones that the last note goes to be at home."""


def continued(request: Request, role: Role, number: int) -> Request | None:
    """The request to vary what the clip's own bars would be in an empty region; None where it has none to give.

    number  which bars: those of neighbouring numbers differ
    """
    if request.region is None:  # single notes are to be new, not bars
        return None
    prompt, (start, end) = request.prompt, request.region
    bar = prompt.metre.bar
    before = [note for note in prompt.notes if note.onset < start - TIGHT]
    known = int((start + TIGHT) // bar)
    bars = -(-int(round((end - start) / bar * 1000)) // 1000)
    if known < 1 or not before or abs(start - known * bar) > TIGHT:
        return None
    heard = replace(prompt, notes=tuple(before), length=known * bar, role=role)
    chords = _chords(request, heard, known, bars)
    models = _models(chords, known, bars, bar, number)
    if role == "chords" and not any(timed.end > start + TIGHT for timed in request.chords):
        models = _cadence(models, chords, heard)
        chords = _of_bars(chords, [*range(known), *models], bar)
    notes = [
        note.moved(onset=max(start, note.onset + (known + place - model) * bar))
        for place, model in enumerate(models)
        for note in before
        if model * bar - _EARLY <= note.onset < (model + 1) * bar - _EARLY
    ]
    fitting = [note.moved(duration=min(note.duration, end - note.onset)) for note in notes if note.onset < end - TIGHT]
    if not fitting:
        return None
    if role in ("melody", "bass"):
        told = bool(request.chords or Context(request).clips)
        fitting = _brought_home(fitting, heard, chords, bass=role == "bass", told=told)
    after = [note for note in prompt.notes if note.onset >= end - TIGHT]
    whole = Clip(without_overlaps([*before, *fitting, *after], prompt.length), prompt.length)
    return request.but(
        task="vary", prompts=(replace(prompt, notes=whole.notes),), chords=chords if role != "drums" else ()
    )


def _chords(request: Request, heard: Clip, known: int, bars: int) -> tuple[TimedChord, ...]:
    """The chords of the clip and, where the request names none there, its progression once more."""
    bar = heard.metre.bar
    start = known * bar
    named = request.chords
    if not named and heard.role != "drums":
        named = find_chords(heard, Context(request).clips)
    own = [timed for timed in named if timed.onset < start - TIGHT]
    if any(timed.end > start + TIGHT for timed in named) or not own:
        return tuple(named)
    again = [
        TimedChord(timed.onset + start * turn, timed.duration, timed.chord)
        for turn in range(1, 1 + -(-bars // known))
        for timed in own
    ]
    return (*own, *(timed for timed in again if timed.onset < start + bars * bar - TIGHT))


def _models(chords: Sequence[TimedChord], known: int, bars: int, bar: float, number: int) -> list[int]:
    """Which bar of the clip each new one is taken from: over the same root, and the last one at the end."""

    def root(place: int) -> int | None:
        chord = chord_at(chords, place * bar + TIGHT)
        return chord.root if chord else None

    half = known // 2
    begins = (0, half, 0, 2 % known)[number % 4]
    models = []
    for place in range(bars):
        plain = place % known
        wanted = (begins + place) % known
        if place == bars - 1:
            wanted = known - 1
        elif number % 4 == 2 and place >= bars // 2:
            wanted = (place - bars // 2) % known
        models.append(wanted if root(wanted) == root(known + place) else plain)
    return models


def _cadence(models: Sequence[int], chords: Sequence[TimedChord], heard: Clip) -> list[int]:
    """The same bars, but the last one is at home, and the one before it leads back to the clip's start."""
    bar = heard.metre.bar
    heads = [chord_at(chords, place * bar + TIGHT) for place in range(int(heard.length // bar))]
    roots = [None if chord is None else chord.root for chord in heads]
    scale = clip_scale(heard)
    home = scale.root if scale is not None and scale.root in roots else roots[0]
    if len(models) < _LEAST or home is None:
        return list(models)
    ending = chord_at(chords, heard.length - 0.25)
    if ending is not None and ending.root == home:
        return [*models[:-1], len(roots) - 1]
    at_home = max(place for place, root in enumerate(roots) if root == home)
    leads = [len(roots) - 1] if roots[-1] != home else [models[-2]]
    return [*models[:-2], *leads, at_home]


def _of_bars(chords: Sequence[TimedChord], bars: Sequence[int], bar: float) -> tuple[TimedChord, ...]:
    """The chords of some bars, one after the other."""
    found = []
    for place, model in enumerate(bars):
        start, end = model * bar, (model + 1) * bar
        for timed in chords:
            first, last = max(start, timed.onset), min(end, timed.end)
            if last > first + TIGHT:
                found.append(TimedChord(first + (place - model) * bar, last - first, timed.chord))
    return tuple(found)


def _brought_home(
    notes: list[Note], heard: Clip, chords: Sequence[TimedChord], *, bass: bool, told: bool
) -> list[Note]:
    """The last note goes to the tonic, or, over a chord without it, to a tone that the home chord has as well.

    told: somebody said the chords; what only the line itself lets one guess doesn't keep it from home
    """
    last = max(notes, key=lambda note: note.order)
    chord = chord_at(chords, last.onset + TIGHT)
    scale, first = clip_scale(heard), chord_at(chords, 0.0)
    home = first.root if bass and first else scale.root if scale else last.pitch % 12
    at_home = first.classes if first is not None and home in first else frozenset({home})
    free = chord is None or home in chord or bass or not told
    goals = {home} if free or chord is None else set(chord.classes & at_home) or {home}
    own = [note.pitch for note in heard.notes]
    low, high = min(own), max(own)
    near = [
        pitch for pitch in range(max(low, last.pitch - _AWAY), min(high, last.pitch + _AWAY) + 1) if pitch % 12 in goals
    ]
    if not near:
        return notes
    pitch = min(near, key=lambda pitch: (abs(pitch - last.pitch), pitch))
    return [note.moved(pitch=pitch) if note is last else note for note in notes]
