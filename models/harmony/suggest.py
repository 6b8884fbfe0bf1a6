"""What could come next, or here? Chords for one spot of a clip, the likeliest first, each with a reason in words.

Each chord is weighed as a step of a song: how likely it is after the chords before, how likely what follows is after
it, and how well it takes the notes that sound there. The first ones are of different kinds: of several that do the same
for the ear, the best stands for all.

Offers: ``suggest``, ``Suggestion``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.analysis.chords import find_chords
from models.analysis.key import find_key
from models.analysis.role import find_role
from models.harmony.harmonise import top_line
from models.harmony.progressions import progressions
from models.harmony.symbols import BORROWED, SECONDARY, SYMBOLS, chord_of_symbol, levels, palette, roman, symbol_of
from models.harmony.tune_fit import MISFITS
from models.music.beats import TIGHT
from models.music.chord import FAMILIES, Chord, TimedChord
from models.music.clip import Clip
from models.music.errors import BadValue, EmptyClip
from models.music.note import Note
from models.music.scale import Scale
from models.voicing.extensions import scale_of
from models.voicing.layers import Layers

_PLENTY = 1e-6
_LOOK_BACK = 3
_THE_SAME = 6.0
"""Nats that the chord costs that is there already, or that came just before."""
_COLOURFUL = 0.6
"""How far from the key a suggestion may lie (``symbols.level``)."""
_LEADS = 2.0
"""Nats for the dominant of what follows: songs have it seldom, ears like it."""
_FAR = 0.7
"""Nats that it costs to leave the key."""
_A_KIND = 2
"""Suggestions of one kind of reason at most, before the others had a turn."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A chord for a spot: the chord, its numeral in the key, how it is weighed (0-1, all together 1), and why."""

    chord: Chord
    numeral: str
    weight: float
    reason: str


def suggest(
    source: Clip | Sequence[TimedChord],
    at: float | None = None,
    count: int = 5,
    scale: Scale | None = None,
    chords: Sequence[TimedChord] = (),
) -> list[Suggestion]:
    """Up to ``count`` chords for the beat ``at``; None: what could follow the last chord.

    chords  the clip's harmony, where it is given; scale: its key
    Raises EmptyClip where there is no harmony at all, BadValue for a beat outside the clip.
    """
    clip = source if isinstance(source, Clip) else None
    if clip and not chords and clip.notes and find_role(clip) == "drums":
        raise EmptyClip("Drums have no chords to go on from; choose a clip with pitches, or say the chords.")
    heard = tuple(chords) or (find_chords(clip) if clip else tuple(source))  # type: ignore[arg-type]  # no clip: chords
    if not heard:
        raise EmptyClip("There are no chords to go on from; choose a clip with notes, or say its chords.")
    length = clip.length if clip else heard[-1].end
    if at is not None and not 0 <= at < length:
        raise BadValue(f"Beat {at:g} lies outside the clip, which has {length:g} beats.", field="at")
    key = scale or (find_key(clip)[0].scale if clip and clip.notes else scale_of(heard))
    before = [timed.chord for timed in heard if at is None or timed.end <= at + TIGHT][-_LOOK_BACK:]
    here = None if at is None else next((timed for timed in heard if timed.onset <= at + TIGHT < timed.end), None)
    after = None if at is None else next((timed.chord for timed in heard if timed.onset > at + TIGHT), None)
    if clip is not None and here is not None and here is heard[-1] and len(heard) > 1:
        after = heard[0].chord  # a clip is a loop
    line: Sequence[Note] = ()
    if clip is not None and here is not None:
        # What lies on top of chords goes with them; a tune stays.
        line = Layers.of(clip, heard).tune if find_role(clip) == "chords" else top_line(clip)
    scores = _scores(before, here, after, key, line)
    order = [int(symbol) for symbol in np.argsort(-scores, kind="stable") if np.isfinite(scores[symbol])]
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    found = [
        Suggestion(
            chord := chord_of_symbol(symbol, key.root),
            roman(symbol),
            float(chances[symbol]),
            _reason(symbol, chord, before[-1] if before else None, after, key),
        )
        for symbol in order[: 4 * count]
    ]
    return _of_every_kind(found, count)


def _scores(
    before: Sequence[Chord], here: TimedChord | None, after: Chord | None, key: Scale, line: Sequence[Note]
) -> np.ndarray:
    """Log weight of each symbol, (144,); -inf: not to be used."""
    model, tonic = progressions(), key.root
    history = [symbol_of(chord, tonic) for chord in before]
    history = [symbol for place, symbol in enumerate(history) if place == 0 or symbol != history[place - 1]]
    scores = np.log(model.probabilities(history, begins=False) + _PLENTY)
    if after is not None:
        goal = symbol_of(after, tonic)
        onwards = [model.probabilities([*history, symbol], begins=False)[goal] for symbol in range(SYMBOLS)]
        scores = scores + np.log(np.array(onwards) + _PLENTY)
        for family in ("maj", "7"):
            scores[symbol_of(Chord.of(after.root + 7, family), tonic)] += _LEADS
    for note in line:
        sounding = min(note.end, here.end) - max(note.onset, here.onset) if here is not None else 0.0
        if sounding > TIGHT:
            scores = scores - 1.5 * sounding * MISFITS[(note.pitch - tonic) % 12]
    for chord in [*([here.chord] if here else []), *before[-1:]]:
        scores[symbol_of(chord, tonic)] -= _THE_SAME
    if here is not None and 4 in here.chord.intervals:
        for family in ("maj", "7", "maj7"):
            scores[symbol_of(Chord.of(here.chord.root, family), tonic)] -= _THE_SAME / 2
    scores = scores - _FAR * (levels(key) >= BORROWED)
    allowed = np.zeros(SYMBOLS, dtype=bool)
    allowed[palette(key, _COLOURFUL)] = True
    suspended = np.array([FAMILIES[symbol % len(FAMILIES)] in ("sus2", "aug", "5") for symbol in range(SYMBOLS)])
    return np.where(allowed & ~suspended, scores, -np.inf)


def _of_every_kind(found: Sequence[Suggestion], count: int) -> list[Suggestion]:
    """The best, no root twice and no reason over and over while there are others."""
    chosen: list[Suggestion] = []
    for again in (False, True):
        for one in found:
            kinds = [other.reason.split(":")[0] for other in chosen]
            same = any(other.chord.root == one.chord.root for other in chosen)
            new = not same and kinds.count(one.reason.split(":")[0]) < _A_KIND
            if len(chosen) < count and one not in chosen and (again or new):
                chosen.append(one)
    return sorted(chosen, key=lambda one: -one.weight)


def _reason(symbol: int, chord: Chord, before: Chord | None, after: Chord | None, key: Scale) -> str:
    """Why a chord could stand here, as a musician would say it: a kind, a colon, and what is heard."""
    name, level = chord.label_in(key), float(levels(key)[symbol])
    target = None if after is None else after.label_in(key)
    dominant = 4 in chord.intervals and 11 not in chord.intervals
    if after is not None and dominant and (after.root - chord.root) % 12 == 5:
        return f"leads on: {name} is the dominant of the {target} that follows"
    if after is not None and dominant and (chord.root - after.root) % 12 == 1:
        return f"leads on: {name} slides down a semitone into {target}"
    degree = (chord.root - key.root) % 12
    if before is not None and degree == 0 and level < BORROWED and (chord.root - before.root) % 12 == 5:
        return f"comes home: {before.label_in(key)} resolves to the tonic"
    if degree == 0 and level < BORROWED:
        return "comes home: the tonic"
    if level >= SECONDARY and dominant:
        goal = Chord.of(chord.root + 5, "min" if (chord.root + 8) % 12 in key else "maj")
        return f"leaves the key: a secondary dominant that asks for {goal.label_in(key)}"
    if level >= BORROWED:
        minor = (key.root + 3) % 12 in key
        light = "brighter" if minor else "darker"
        return f"leaves the key: borrowed from the {'major' if minor else 'minor'} on the same tonic, a {light} light"
    if degree == 7 and dominant:
        return "builds tension: the dominant, which asks for the tonic"
    if before is not None:
        shared = len(chord.classes & before.classes)
        step = (chord.root - before.root) % 12
        if step in (3, 4, 8, 9) and shared >= 2:
            return f"stays near: shares {shared} tones with {before.label_in(key)}"
        if step == 5:
            return f"moves on: a fifth down from {before.label_in(key)}, the strongest step there is"
        if step in (1, 2, 10, 11):
            return f"moves on: a step {'up' if step < 3 else 'down'} from {before.label_in(key)}"
        return f"moves away: {roman(symbol)} opens up after {before.label_in(key)}"
    return f"stays in the key: {roman(symbol)} of {key}"
