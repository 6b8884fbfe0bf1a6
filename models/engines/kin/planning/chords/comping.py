"""Another way to play the same chords: the hand takes up another figure of the bar, or breaks its chords.

Each chord is still struck (or begun) where it came, in the loudness and micro-timing of the stroke that it is taken
from; basses and a tune on top stay.

Offers: ``Span``, ``Family``, ``Way``, ``spans_of``, ``inside``, ``ways_of``, ``rubs``, ``FIGURES``, ``GATE``,
``DEEPEST``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.chords.rhythms import Played, bears, is_held
from models.engines.kin.planning.chords.stands import tune_of
from models.engines.kin.planning.chords.strokes import Stroke, hand_of, strokes_of
from models.engines.kin.planning.structure import Structure
from models.music.note import Note

Family = Literal["figure", "broken", "suspension", "turned"]
Way = Callable[["Span"], Played]

FIGURES = {
    4: (
        (0.0, 1.0, 2.0, 3.0),
        (0.0, 1.5),
        (0.0, 1.5, 3.0),
        (0.0, 1.5, 2.0, 3.5),
        (0.0, 0.5, 1.5, 2.0, 2.5, 3.5),
        (0.0, 2.0),
        (0.0, 2.5, 3.5),
        (0.0, 1.0, 1.5, 2.5, 3.5),
    ),
    3: (
        (0.0, 1.0, 2.0),
        (0.0, 1.5),
        (0.0, 1.0, 1.5, 2.5),
        (0.0, 2.0),
        (0.0, 1.0),
        (0.0, 1.0, 1.5, 2.0),
        (0.0, 1.5, 2.5),
    ),
}
"""Where the hand strikes in a bar of so many beats: beat by beat, Charleston, tresillo, pushes and their kin."""
_ORDERS = ((0, 1, 2, 3), (0, 2, 1, 2), (0, 1, 2, 1), (3, 2, 1, 0), (0, 3, 1, 2))
"""In which order the voices of a broken chord come, from the lowest, without those that a chord hasn't."""
_LEGATO, GATE, _WEAK, _SHORTEST = 0.6, 0.95, 0.85, 8
"""Share of their time that bound strokes last, and broken notes do; loudness of a stroke off the beat; steps between
two strokes at least."""
DEEPEST, _STABS = 52, 0.35
"""Below this pitch (E2) the lowest note of a chord is its bass; beats that chords last which are broken."""
_FAST, _FEWEST_BROKEN, _LATE = 150.0, 3, 2 * STEPS // 3
"""The tempo from which chords are broken in beats; the fewest notes of one; the step of a beat of a swung 8th."""
_FEW_STROKES, _ENTRIES = 2, (STEPS // 2, STEPS, 2 * STEPS)
"""Strokes of a bar that chords which are held have at most; steps from one entry of their voices to the next."""


@dataclass(frozen=True)
class Span:
    """Strokes of one chord after the other, and the step at which the next chord comes."""

    strokes: tuple[Stroke, ...]
    end: int

    @property
    def start(self) -> int:
        return self.strokes[0].step

    def source(self, step: int) -> Stroke:
        """The stroke that one at a step is taken from."""
        return min(self.strokes, key=lambda stroke: abs(stroke.step - step))


def ways_of(structure: Structure) -> Iterator[tuple[Family, Way]]:
    """The ways to play a chord that is struck, and what each is: a figure, broken, or a third that is held up."""
    figures, held = FIGURES.get(round(structure.bar / STEPS), ()), is_held(structure)
    for figure in figures:
        if not held or len(figure) <= _FEW_STROKES:
            yield "figure", lambda span, figure=figure: _struck(structure, span, figure)
    for pace in _ENTRIES if held else ():
        yield "broken", lambda span, pace=pace: _entering(structure, span, pace)
    for order in _ORDERS if not held else ():
        yield "broken", lambda span, order=order: _broken(structure, span, order)
    yield "suspension", lambda span: _suspended(structure, span)


def _hand(structure: Structure, stroke: Stroke) -> tuple[int, ...]:
    """What the hand moves of a stroke: no tune."""
    return tuple(index for index in hand_of(structure, stroke) if index not in tune_of(structure))


def spans_of(structure: Structure) -> list[Span]:
    """The chords of a clip that strikes them, as they are struck; those of which something must stay are left out."""
    notes, constraints = structure.notes, structure.constraints
    rows = [stroke for stroke in strokes_of(structure) if _hand(structure, stroke)]
    groups: list[list[Stroke]] = []
    shape = set[int]()
    for stroke in rows:
        # A strum needn't strike all strings.
        upper = {notes[index].pitch for index in stroke.upper}
        same = groups and structure.bar_of(groups[-1][0].step) == structure.bar_of(stroke.step)
        if same and (upper <= shape or shape <= upper):
            groups[-1].append(stroke)
            shape |= upper
        else:
            groups.append([stroke])
            shape = upper
    starts = {group[0].step: group[-1].step for group in groups}
    # A bass that is struck alone begins the next chord, or tells it.
    alone = [stroke.step for stroke in strokes_of(structure) if not _hand(structure, stroke)]
    coming = sorted([*starts, *alone, structure.bars * structure.bar])
    spans = []
    for group, last in zip(groups, starts.values(), strict=True):
        moving = [index for stroke in group for index in _hand(structure, stroke)]
        chords = len(moving) > len(group)  # and no note that leads from one to the next
        if chords and all(index in constraints.free and notes[index].pitch in constraints.allowed for index in moving):
            # The next bar may be another chord's, though nobody strikes it at once.
            sounds = max(structure.bar * (structure.bar_of(last) + 1), *(int(STEPS * notes[i].end) for i in moving))
            spans.append(Span(tuple(group), min(sounds, next(step for step in coming if step > last))))
    return spans


def _played(structure: Structure, span: Span, places: Sequence[int], voices: Callable[[int], slice]) -> Played:
    """The strokes of a span at other places (steps), of each the voices that its number says; {} where none moves."""
    if tuple(places) == tuple(stroke.step for stroke in span.strokes) and voices(0) == slice(None):
        return {}
    notes, own = structure.notes, [*span.strokes]
    gaps = [b.step - a.step for a, b in pairwise(own)] + [span.end - own[-1].step]
    lasting = [
        notes[_hand(structure, stroke)[-1]].duration * STEPS / gap for stroke, gap in zip(own, gaps, strict=True)
    ]
    bound = float(np.median(lasting)) >= _LEGATO
    played: dict[int, list[Note]] = {index: [] for stroke in own for index in _hand(structure, stroke)}
    for number, (place, coming) in enumerate(pairwise([*places, span.end])):
        stroke = span.source(place)
        share = 1.0 if structure.strength(place) >= structure.strength(stroke.step) else _WEAK
        for index in _hand(structure, stroke)[voices(number)]:
            note, room = notes[index], (coming - place) / STEPS
            duration = GATE * room if bound else min(note.duration, room)
            played[index].append(
                note.moved(
                    onset=max(0.0, note.onset + (place - stroke.step) / STEPS),
                    duration=duration,
                    velocity=structure.softer(note.velocity, share),
                )
            )
    return {index: tuple(some) for index, some in played.items() if tuple(some) != (notes[index],)}


def _struck(structure: Structure, span: Span, figure: Sequence[float]) -> Played:
    """The chords of a span struck where a figure of the bar has its strokes, and where the chord comes."""
    bars = range(structure.bar_of(span.start), structure.bar_of(span.end - 1) + 1)
    there = [_swung(structure, bar * structure.bar + round(place * STEPS)) for bar in bars for place in figure]
    return _played(structure, span, inside(structure, span, there), lambda _: slice(None))


def inside(structure: Structure, span: Span, steps: Sequence[int]) -> list[int]:
    """Where a chord comes, and those of the steps behind that the clip's rhythm bears: a skank stays off the beat."""
    inside = (step for step in steps if span.start + _SHORTEST < step <= span.end - _SHORTEST)
    return [span.start, *(step for step in inside if bears(structure, step))]


def _swung(structure: Structure, step: int) -> int:
    """A step where the clip has it: the 8th off the beat late, if only late ones are in it."""
    ticks = {step % STEPS for step in structure.steps}
    late = STEPS // 2 not in ticks and _LATE in ticks
    return step - STEPS // 2 + _LATE if late and step % STEPS == STEPS // 2 else step


def _broken(structure: Structure, span: Span, order: Sequence[int]) -> Played:
    """The chords of a span note by note in 8ths (in beats where that is fast), each as long as to the next."""
    hand = _hand(structure, span.strokes[0])
    if len(hand) < 3 or any(len(stroke.indices) < 3 for stroke in span.strokes):
        return {}
    lengths = [structure.notes[index].duration for stroke in span.strokes for index in _hand(structure, stroke)]
    deep = order[0] and structure.notes[hand[0]].pitch < DEEPEST
    if deep or np.median(lengths) < _STABS:
        return {}  # a bass comes first, and of a stab nothing would be left
    pace = STEPS if structure.prompt.tempo > _FAST else STEPS // 2
    places = inside(structure, span, [_swung(structure, step) for step in range(span.start, span.end, pace)])
    if len(places) < _FEWEST_BROKEN:
        return {}

    def voice(number: int) -> slice:
        some = [place for place in order if place < len(_hand(structure, span.source(places[number])))]
        place = some[number % len(some)]
        return slice(place, place + 1)

    return _played(structure, span, places, voice)


def _suspended(structure: Structure, span: Span) -> Played:
    """The third of a chord that is struck more than once comes late: the fourth above its root is struck first."""
    notes, chord, first = structure.notes, structure.chord(span.start), span.strokes[0]
    thirds = [i for i in first.indices if chord is not None and (notes[i].pitch - chord.root) % 12 in (3, 4)]
    if chord is None or len(span.strokes) < 2 or len(thirds) != 1 or thirds[0] not in _hand(structure, first):
        return {}
    third = notes[thirds[0]]
    fourth = third.pitch + (chord.root + 5 - third.pitch) % 12
    others = [notes[index].pitch for index in first.indices if index != thirds[0]]
    again = any(notes[index].pitch == third.pitch for index in span.strokes[1].indices)
    at_home = fourth % 12 in structure.own_near(span.start) & structure.classes
    if not again or not at_home or rubs(fourth, others) or all((pitch - chord.root) % 12 for pitch in others):
        return {}
    return {thirds[0]: (third.moved(pitch=fourth),)}


def rubs(pitch: int, others: Sequence[int]) -> bool:
    """Does a note lie a semitone from one of the others, or make a whole tone on top of them?"""
    top = max(*others, pitch)
    return any(abs(pitch - other) <= 1 + (max(pitch, other) == top) for other in others)


def _entering(structure: Structure, span: Span, pace: int) -> Played:
    """The voices of a chord that is held come in one after the other, and stay as long as they did."""
    hand = _hand(structure, span.strokes[0])
    if len(span.strokes) > 1 or len(hand) < 3 or 2 * pace * len(hand) > span.end - span.start:
        return {}
    moved = {
        index: (note.moved(onset=note.onset + number * pace / STEPS, duration=note.duration - number * pace / STEPS),)
        for number, index in enumerate(hand)
        if number and (note := structure.notes[index]).duration > 2 * number * pace / STEPS
    }
    return moved if len(moved) == len(hand) - 1 else {}
