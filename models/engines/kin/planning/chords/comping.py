"""Another way to play the same chords: the hand takes up another figure of the bar, or breaks its chords.

What a player does to a part that is to go farther away than other voicings can carry it. Each chord is still struck
(or begun) where it came, in the loudness and micro-timing of the stroke that it is taken from; basses and a tune on top
stay.

Offers: ``another_hand``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.chords.rhythms import Played
from models.engines.kin.planning.chords.stands import tune_of
from models.engines.kin.planning.chords.strokes import Stroke, hand_of, is_struck, strokes_of, texture_of
from models.engines.kin.planning.structure import Structure, once
from models.music.note import Note

_FIGURES = {
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
    3: ((0.0, 1.0, 2.0), (0.0, 1.5), (0.0, 1.0, 1.5, 2.5), (0.0, 2.0)),
}
"""Where the hand strikes in a bar of so many beats: beat by beat, Charleston, tresillo, pushes and their kin."""
_ORDERS = ((0, 1, 2, 3), (0, 2, 1, 2), (0, 1, 2, 1), (3, 2, 1, 0), (0, 3, 1, 2))
"""In which order the voices of a broken chord come, from the lowest; of fewer the highest stands for the rest."""
_WITH_BASS, _LEGATO, _GATE, _WEAK, _SHORTEST = 0.7, 0.6, 0.95, 0.85, 8
"""Share of the strokes from which a bass is part of the hand; of their time that bound strokes last, and broken notes
do; loudness of a stroke off the beat; steps between two strokes at least."""
_FAST, _FEWEST_BROKEN, _LATE = 150.0, 3, 2 * STEPS // 3
"""The tempo from which chords are broken in beats; the fewest notes of one; the step of a beat of a swung 8th."""


@dataclass(frozen=True)
class _Span:
    """Strokes of one chord after the other, and the step at which the next chord comes."""

    strokes: tuple[Stroke, ...]
    end: int

    @property
    def start(self) -> int:
        return self.strokes[0].step

    def source(self, step: int) -> Stroke:
        """The stroke that one at a step is taken from."""
        return min(self.strokes, key=lambda stroke: abs(stroke.step - step))


@once
def another_hand(structure: Structure) -> Sequence[Played]:
    """Everything that another hand might do, in all bars that let it."""
    if texture_of(structure) != "chords":
        return ()
    spans = _spans(structure)
    ways: list[Callable[[_Span], Played]] = []
    if is_struck(structure):
        figures = _FIGURES.get(round(structure.bar / STEPS), ())
        ways += [lambda span, figure=figure: _struck(structure, span, figure) for figure in figures]
        ways += [lambda span, order=order: _broken(structure, span, order) for order in _ORDERS]
    found = []
    for way in ways:
        parts = [way(span) for span in spans]
        able = [played for played in parts if played]
        joined = {index: notes for played in able for index, notes in played.items()}
        if joined and joined not in found and 2 * len(able) > len(parts):
            found.append(joined)
    return found


def _hand(structure: Structure, stroke: Stroke) -> tuple[int, ...]:
    """What the hand moves of a stroke: what is above the bass and no tune, and the bass where it is always struck."""
    strokes = [one for one in strokes_of(structure) if hand_of(structure, one)]
    with_bass = sum(bool(one.bass) for one in strokes) >= _WITH_BASS * len(strokes) and len(strokes) > structure.bars
    moving = stroke.indices if with_bass else hand_of(structure, stroke)
    return tuple(index for index in moving if index not in tune_of(structure))


def _spans(structure: Structure) -> list[_Span]:
    """The clip's chords, as they are struck; those of which something must stay are left out."""
    notes, constraints = structure.notes, structure.constraints
    rows = [stroke for stroke in strokes_of(structure) if _hand(structure, stroke)]
    bars = groupby(rows, lambda one: (structure.bar_of(one.step), *(notes[i].pitch for i in hand_of(structure, one))))
    groups = [tuple(group) for _, group in bars]
    starts = {group[0].step: group[-1].step for group in groups}
    # A bass that is struck alone begins the next chord, or tells it.
    alone = [stroke.step for stroke in strokes_of(structure) if not _hand(structure, stroke)]
    coming = sorted([*starts, *alone, structure.bars * structure.bar])
    ends = [next(step for step in coming if step > last) for last in starts.values()]
    return [
        _Span(group, end)
        for group, end in zip(groups, ends, strict=True)
        if all(
            index in constraints.free and notes[index].pitch in constraints.allowed
            for stroke in group
            for index in _hand(structure, stroke)
        )
    ]


def _played(structure: Structure, span: _Span, places: Sequence[int], voices: Callable[[int], slice]) -> Played:
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
            duration = _GATE * room if bound else min(note.duration, room)
            played[index].append(
                note.moved(
                    onset=max(0.0, note.onset + (place - stroke.step) / STEPS),
                    duration=duration,
                    velocity=structure.softer(note.velocity, share),
                )
            )
    return {index: tuple(some) for index, some in played.items() if tuple(some) != (notes[index],)}


def _struck(structure: Structure, span: _Span, figure: Sequence[float]) -> Played:
    """The chords of a span struck where a figure of the bar has its strokes, and where the chord comes."""
    bars = range(structure.bar_of(span.start), structure.bar_of(span.end - 1) + 1)
    there = [_swung(structure, bar * structure.bar + round(place * STEPS)) for bar in bars for place in figure]
    places = [span.start, *(step for step in there if span.start + _SHORTEST < step <= span.end - _SHORTEST)]
    return _played(structure, span, places, lambda _: slice(None))


def _swung(structure: Structure, step: int) -> int:
    """A step where the clip has it: the 8th off the beat late, if only late ones are in it."""
    ticks = {step % STEPS for step in structure.steps}
    late = STEPS // 2 not in ticks and _LATE in ticks
    return step - STEPS // 2 + _LATE if late and step % STEPS == STEPS // 2 else step


def _broken(structure: Structure, span: _Span, order: Sequence[int]) -> Played:
    """The chords of a span note by note in 8ths (in beats where that is fast), each as long as to the next."""
    if len(_hand(structure, span.strokes[0])) < 3 or any(len(stroke.indices) < 3 for stroke in span.strokes):
        return {}
    pace = STEPS if structure.prompt.tempo > _FAST else STEPS // 2
    places = [_swung(structure, step) for step in range(span.start, span.end - pace // 2, pace)]
    if len(places) < _FEWEST_BROKEN:
        return {}

    def voice(number: int) -> slice:
        size = len(_hand(structure, span.source(places[number])))
        place = min(order[number % len(order)], size - 1)
        return slice(place, place + 1)

    return _played(structure, span, places, voice)
