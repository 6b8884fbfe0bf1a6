"""A counter-melody: it holds while the tune moves, and moves where the tune rests or holds.

Under the tune lie guide tones, thirds and sevenths that step from chord to chord. Where the tune leaves a gap (found on
the half beat) the line speaks: an echo of what the tune has just played at the chord's pitches, the same turned upside
down, the chord's tones in eighths, or a scale that leads on. First it is settled when the line moves, and where to it
would (``Slot``); then an exact search (Viterbi) over all its notes finds the pitches: on the chord where they rest, no
second, unison or octave with what the tune sounds meanwhile, below it, and by steps.

Without a tune the line may be one itself (``sung``): a rhythm of a style and its contour, which come back.

Offers: ``counter_melody``, ``sung``, ``gaps``, ``MANNERS``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import NamedTuple

import numpy as np

from models.accompaniment.figures import PLAYING
from models.accompaniment.surroundings import Surroundings
from models.drums.rhythm import strokes_of
from models.music.beats import TIGHT, strength
from models.music.chord import chord_at
from models.music.note import Note

MANNERS = ("echo", "guide", "arpeggio", "mirror")
"""Kinds of line, by turns of the seed."""

_STEP = 0.5
_SHORTEST_GAP = 1.0
_HELD = 1.0
"""Beats after which a note that is still held leaves room."""

_BELOW = 7
LOWEST, HIGHEST = 50, 84
_LONGEST, _LEAST_HELD, _LEAST_SPLIT = 3.0, 1.0, 1.5
_FIGURES = ((0.0, 0.5, 1.0, 2.0), (0.0, 1.0, 1.5, 2.0), (0.0, 0.5, 1.5, 2.0), (0.0, 1.0, 2.0))
"""Rhythms of an answer where the tune gives none, in beats."""

_PLACES = {"echo": (0.0, 0.5), "mirror": (0.25, 0.6), "arpeggio": (0.0, 0.25, 0.5)}
"""Where in a stretch without rests each manner begins a note."""

_LOUD, _SOFT = -8, -16
"""Velocity beside that of the scene: the first note of an answer, the others."""

_HOMES, _LIFTS = (72, 69, 74), (0, 2, 5, -2)
"""Where a tune is at home, and how much higher the pairs of its bars lie."""
_WISHES = (-2, 2, -2, 2, -4, 4, -5, 7)
_FAR = 8
"""Semitones from home at which a tune turns round."""

_PITCHES = np.arange(LOWEST, HIGHEST + 1)
_FOREIGN, _AVOIDED, _OUTSIDE, _GUIDES = 9.0, 3.0, 99.0, 2.5
"""What a note costs that is not of its chord where it rests; elsewhere one a semitone above a tone of it; one outside
scale and chord; and what a third or seventh is worth that is held."""
_CLASHES = {0: 9.0, 1: 12.0, 2: 6.0, 11: 6.0, 13: 8.0}
"""What a beat of an interval below or above a sounding note of the tune costs, in semitones; beside them octaves."""
_DOUBLED, _CROSSED, _AGAIN, _TRITONE, _LEAP = 4.0, 8.0, 9.0, 3.0, 1.5


class Slot(NamedTuple):
    """A note that is to come: when (beats), how loud, and where to.

    wishes  semitones from the note before, any of them; (): near
    home    the pitch around which it lies; pull: what a semitone away from it costs, beyond ``free`` of them
    rests   True: a tone of its chord
    tonic   True: the key's, where that is one
    """

    onset: float
    end: float
    loud: int
    home: int
    wishes: tuple[int, ...] = ()
    pull: float = 0.25
    free: int = 0
    rests: bool = True
    tonic: bool = False


def _line(around: Surroundings, slots: Sequence[Slot], gate: float) -> tuple[Note, ...]:
    """The notes of the slots, one at a time: the cheapest row of pitches."""
    if not slots:
        return ()
    step = _PITCHES[None, :] - _PITCHES[:, None]  # (before, after)
    size = np.abs(step)
    moves = _LEAP * np.maximum(0, size - 7) + _AGAIN * (size == 0) + _TRITONE * (size == 6)
    best, ways = _costs(around, slots[0], first=True), []
    for slot in slots[1:]:
        wished = np.min([np.abs(step - wish) for wish in slot.wishes], axis=0) if slot.wishes else 0.8 * size
        total = best[:, None] + moves + wished  # (before, after)
        ways.append(total.argmin(axis=0))
        best = total.min(axis=0) + _costs(around, slot)
    path = [int(best.argmin())]
    for way in reversed(ways):
        path.append(int(way[path[-1]]))
    return tuple(
        Note(LOWEST + place, slot.onset, max(0.2, gate * (slot.end - slot.onset)), max(1, min(127, slot.loud)))
        for slot, place in zip(slots, reversed(path), strict=True)
    )


def _costs(around: Surroundings, slot: Slot, *, first: bool = False) -> np.ndarray:
    """What each pitch costs in a slot, beside where it comes from; (pitches,)."""
    chord = chord_at(around.chords, slot.onset + TIGHT) or around.chords[0].chord
    of_chord, thirds = _among(chord.classes), _among(frozenset((chord.root + each) % 12 for each in (3, 4)))
    cost: np.ndarray = slot.pull * np.maximum(0, np.abs(_PITCHES - slot.home) - slot.free)
    cost += _OUTSIDE * ~(of_chord | _among(frozenset(around.scale.classes)))
    avoided = _among(frozenset((each + 1) % 12 for each in chord.classes))
    firm = slot.rests or strength(slot.onset, around.metre) >= 0.6
    cost += ~of_chord * (_FOREIGN if firm else 1 + (_AVOIDED - 1) * avoided)
    if slot.rests:
        sevenths = _among(frozenset((chord.root + each) % 12 for each in (10, 11)))
        cost -= _GUIDES * (thirds | sevenths) + _GUIDES * (first & thirds)
    if slot.tonic and around.scale.root in chord.classes:
        cost += _FOREIGN * np.not_equal(_PITCHES % 12, around.scale.root)
    for note in around.heard(slot.onset, slot.end):
        sounds = min(1.0, min(note.end, slot.end) - max(note.onset, slot.onset))
        above = _PITCHES - note.pitch
        together = abs(note.onset - slot.onset) <= 1 / 8
        cost += _DOUBLED * (above % 12 == 0) * (sounds + together) + _CROSSED * sounds * (above > 0)
        for size, rub in _CLASHES.items():
            cost += rub * max(sounds, 0.7 * (together or size == 0)) * (np.abs(above) == size)
    near = [note.pitch for note in around.sung(slot.onset - 4.0, slot.onset + 4.0 + TIGHT)]
    top = max(LOWEST + 12, min(HIGHEST, max(near, default=HIGHEST)))  # hardly above the tune
    return cost + 2.0 * np.maximum(0, _PITCHES - top)


@lru_cache(maxsize=256)
def _among(classes: frozenset[int]) -> np.ndarray:
    """Which pitches are of these classes; (pitches,)."""
    return np.isin(_PITCHES % 12, list(classes))


def sung(around: Surroundings, style: str, seed: int) -> tuple[Note, ...]:
    """A tune over the harmony, one note at a time: two bars whose rhythm and contour come back over the chords, higher
    or upside down, and a close on the tonic, or else on a tone of the last chord."""
    chance, metre = Random(seed), around.metre
    tunes = PLAYING["styles"][style]["tunes"]
    contours = [[chance.choice(_WISHES) for _ in range(16)] for _ in range(2)]
    bars, slots = metre.bars(around.length), []
    for bar in range(bars):
        strokes = strokes_of(tunes[seed % len(tunes)], bar, metre, ternary=around.rhythm.ternary)
        home = _HOMES[seed % len(_HOMES)] + _LIFTS[bar // 2 % len(_LIFTS)]
        for place, (onset, held, sign) in enumerate(strokes):
            at, end = around.swung(bar * metre.bar + onset), around.swung(bar * metre.bar + onset + held)
            if at >= around.length - TIGHT:
                continue
            wish = contours[bar % 2][place % 16] * (-1 if bar // 2 % 4 == 2 else 1)
            closes = bar == bars - 1 and place == len(strokes) - 1
            loud = around.loud + (4 if sign == "X" else -4) + round(8 * strength(at, metre))
            head = place == 0 or closes
            slot = Slot(at, min(end, around.length), loud, home, () if head else (wish,), 0.4 if head else 1.5)
            slots.append(slot._replace(free=0 if head else _FAR, rests=head or held >= _HELD, tonic=closes))
    return _line(around, slots, 0.94)


def counter_melody(around: Surroundings, manner: str, seed: int) -> tuple[Note, ...]:
    """A line of one note at a time: guide tones with the harmony, answers in the tune's gaps, or without a tune a
    phrase in the second half of every other bar."""
    chance, bar, bars = Random(seed), around.metre.bar, around.metre.bars(around.length)
    breaths = [((odd + 0.5) * bar, min((odd + 1) * bar, around.length)) for odd in range(int(bars > 1), bars, 2)]
    found, lift = gaps(around) if around.tune else breaths, (0, -4, 3)[seed % 3]
    slots: list[Slot] = []
    for begin, close in _stretches(around):
        mine = [(max(a, begin), min(b, close)) for a, b in found if a < close and b > begin]
        spoken = [(a, b) for a, b in mine if b - a >= _SHORTEST_GAP - TIGHT]
        end = spoken[0][0] if spoken else close
        start = _entrance(around, begin, end)
        if not spoken or end - start >= _LEAST_HELD - TIGHT:
            slots += _held(around, start, end, "" if spoken else manner, lift)
        for number, (a, b) in enumerate(spoken):
            until = spoken[number + 1][0] if number + 1 < len(spoken) else close
            onsets = _rhythm(around, a, b, manner, chance)
            slots += _answer(around, onsets, min(until, onsets[-1] + _LONGEST), manner, chance)
    return _line(around, slots, 0.95)


def gaps(around: Surroundings) -> list[tuple[float, float]]:
    """Stretches (start, end) of a beat and more in which the tune begins no note and has fallen silent or holds one."""
    stretches: list[tuple[float, float]] = []
    for place in (place * _STEP for place in range(round(around.length / _STEP)) if around.tune):
        held = any(place < min(note.end, note.onset + _HELD) - TIGHT for note in around.sung(place - _HELD, place))
        if held or around.sung(place - 1 / 8, place + _STEP - 1 / 8):
            continue
        if stretches and abs(stretches[-1][1] - place) < TIGHT:
            stretches[-1] = (stretches[-1][0], place + _STEP)
        else:
            stretches.append((place, place + _STEP))
    return [(start, end) for start, end in stretches if end - start >= _SHORTEST_GAP - TIGHT]


def _stretches(around: Surroundings) -> list[tuple[float, float]]:
    """The time of each chord, bar by bar; what is shorter than a note belongs to what is before."""
    bar, starts = around.metre.bar, [timed.onset for timed in around.chords]
    starts += [number * bar for number in range(around.metre.bars(around.length))]
    kept: list[float] = []
    for start in sorted(starts):
        if not kept or start - kept[-1] >= _LEAST_HELD - TIGHT:
            kept.append(start)
    return list(zip(kept, [*kept[1:], around.length], strict=True))


def _held(around: Surroundings, start: float, end: float, manner: str, lift: int) -> list[Slot]:
    """A tone held under the tune; where the tune never rests the manners part here: it comes in late and moves on,
    moves on at the half, goes up the chord in steps of a quarter of the time, a beat at least, or holds, and passes on
    to the next in every other bar."""
    span, odd = end - start, around.metre.bar_of(start + TIGHT) % 2
    places: tuple[float, ...] = (0.0,)
    if manner == "guide" and odd and span >= 2 * _LEAST_HELD:
        places = (0.0, 1 - 1 / span)
    elif span >= _LEAST_SPLIT - TIGHT:
        places = _PLACES.get(manner, places)
    onsets = sorted({around.swung(round((start + place * span) * 2) / 2) if place else start for place in places})
    home, slots = _under(around, start) + lift, []
    for number, (at, until) in enumerate(zip(onsets, [*onsets[1:], end], strict=True)):
        passing = manner == "guide" and number > 0
        wishes = (2, -2, 1, -1) if passing else (4, -4, 3, -3) if number else ()
        slots.append(Slot(at, until, around.loud + _SOFT, home, wishes, rests=not passing))
    return slots


def _entrance(around: Surroundings, onset: float, end: float) -> float:
    """When a held tone comes in: with its chord, or a half or a whole beat later where the tune begins a note just
    then."""
    clear = (
        onset + late
        for late in (0.0, 0.5, 1.0)
        if onset + late < end - _LEAST_HELD + TIGHT
        and not around.sung(onset + late - 1 / 8, onset + late + 1 / 8 + TIGHT)
    )
    return next(clear, onset)


def _rhythm(around: Surroundings, start: float, end: float, manner: str, chance: Random) -> list[float]:
    """When the notes of an answer begin: as the tune's last words did, in eighths, or as a figure goes."""
    before = [note.onset for note in around.sung(start - 4.0 - TIGHT, start - TIGHT)][-5:]
    if manner == "arpeggio":
        figure = [place * _STEP for place in range(7)]
    elif manner in ("echo", "mirror") and len(before) >= 3:
        figure = [onset - before[0] for onset in before]
    else:
        figure = list(chance.choice(_FIGURES))
    onsets = [around.swung(round((start + place) * 4) / 4) for place in figure]
    inside = [onset for onset in onsets if onset < end - _STEP + TIGHT]
    if end - start >= 2.0 and manner != "guide" and len(inside) < 3:
        inside = [around.swung(start + place * _STEP) for place in range(3)]
    return inside or [start]


def _answer(around: Surroundings, onsets: list[float], end: float, manner: str, chance: Random) -> list[Slot]:
    """Notes at the onsets, the first and the last of the chord, the last held."""
    tune = [note.pitch for note in around.sung(0.0, onsets[0])[-len(onsets) :]]
    steps = [after - before for before, after in zip(tune, tune[1:], strict=False)]
    leads = chance.choice((1, -1)) * (4 if manner == "arpeggio" else 2)
    slots = []
    for place, (onset, until) in enumerate(zip(onsets, [*onsets[1:], end], strict=True)):
        wish = leads
        if manner in ("echo", "mirror") and 0 < place <= len(steps):
            wish = steps[place - 1] * (1 if manner == "echo" else -1)
        loud = around.loud + (_SOFT if place else _LOUD) + round(6 * strength(onset, around.metre))
        rests = place in (0, len(onsets) - 1) or manner == "arpeggio"
        slots.append(Slot(onset, until, loud, _under(around, onset), (wish,) if place else (), 0.15, 3, rests))
    return slots


def _under(around: Surroundings, onset: float) -> int:
    """Where the line is at home: about a fifth below what the tune does around a time."""
    near = sorted(note.pitch for note in around.sung(onset - 6.0, onset + 6.0 + TIGHT))
    middle = near[len(near) // 2] if near else HIGHEST - 10
    return max(LOWEST + 5, min(HIGHEST - 5, middle - _BELOW))
