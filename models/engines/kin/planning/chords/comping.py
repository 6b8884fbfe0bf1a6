"""Another way to play the same chords: the hand takes up another figure of the bar, or breaks its chords.

What a player does to a part that is to go farther away than other voicings can carry it, or instead of them: in all
bars, in every other one, in the second half or in the last of four. Each chord is still struck (or begun) where it
came, in the loudness and micro-timing of the stroke that it is taken from; basses and a tune on top stay.

Offers: ``Hand``, ``hands_of``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.chords.rhythms import Played, is_held
from models.engines.kin.planning.chords.stands import stands_of, tune_of
from models.engines.kin.planning.chords.strokes import Stroke, hand_of, is_struck, strokes_of, texture_of
from models.engines.kin.planning.structure import Structure, once
from models.music.note import Note
from models.music.similarity import matches

Family = Literal["figure", "broken", "suspension"]
_Way = Callable[["_Span"], Played]

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
_LEGATO, _GATE, _WEAK, _SHORTEST = 0.6, 0.95, 0.85, 8
"""Share of their time that bound strokes last, and broken notes do; loudness of a stroke off the beat; steps between
two strokes at least."""
_DEEPEST, _FIFTH, _STABS = 52, 7, 0.35
"""Below this pitch (E2) the lowest note of a chord is its bass, and what is struck together is a fifth apart; beats
that chords last which are broken."""
_FAST, _FEWEST_BROKEN, _LATE = 150.0, 3, 2 * STEPS // 3
"""The tempo from which chords are broken in beats; the fewest notes of one; the step of a beat of a swung 8th."""
_FEW_STROKES, _FEW_BLOCKS, _ENTRIES = 2, 4, (STEPS // 2, STEPS, 2 * STEPS)
"""Strokes of a bar that chords which are held have at most, and those that were broken; steps from one entry of the
voices of held ones to the next."""


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


@dataclass(frozen=True)
class Hand:
    """What another hand plays: parts, one a chord, how near they leave the clip (0-1, nearly), and whether only late.

    late  True: nothing changes in the first half
    way   the number of what it does
    """

    family: Family
    way: int
    parts: tuple[Played, ...]
    similarity: float
    late: bool

    @property
    def played(self) -> Played:
        """All parts."""
        return {index: notes for part in self.parts for index, notes in part.items()}


@once
def hands_of(structure: Structure) -> Sequence[Hand]:
    """Everything that another hand might do; of the same changes each once."""
    edits = structure.constraints.allowed_edits
    if texture_of(structure) != "chords" or not (edits.add and edits.remove):
        return ()
    spans, found = _spans(structure), dict[tuple[int, ...], Hand]()
    for number, (family, way) in enumerate(_ways(structure)):
        parts = {place: part for place, span in enumerate(spans) if (part := way(span))}
        costs = {place: _cost(structure, part) for place, part in parts.items()}
        for some, late in _extents(structure, spans):
            able = [place for place in some if place in parts]
            if 2 * len(able) > len(some):
                credit, size = (sum(costs[place][column] for place in able) for column in (0, 1))
                total = len(structure.notes)
                chosen = tuple(parts[place] for place in able)
                hand = Hand(family, number, chosen, 2 * (total + credit) / (2 * total + size), late)
                found.setdefault(tuple(map(id, chosen)), hand)
    return list(found.values())


def _ways(structure: Structure) -> Iterator[tuple[Family, _Way]]:
    figures, held = _FIGURES.get(round(structure.bar / STEPS), ()), is_held(structure)
    if is_struck(structure):
        for figure in figures:
            if not held or len(figure) <= _FEW_STROKES:
                yield "figure", lambda span, figure=figure: _struck(structure, span, figure)
        for pace in _ENTRIES if held else ():
            yield "broken", lambda span, pace=pace: _entering(structure, span, pace)
        for order in _ORDERS if not held else ():
            yield "broken", lambda span, order=order: _broken(structure, span, order)
        yield "suspension", lambda span: _suspended(structure, span)
    else:
        for figure in figures:
            if len(figure) <= _FEW_BLOCKS:
                yield "broken", lambda span, figure=figure: _blocked(structure, span, figure)
        yield "figure", lambda span: _thinned(structure, span)


def _extents(structure: Structure, spans: Sequence[_Span]) -> Iterator[tuple[list[int], bool]]:
    """The chords that are played otherwise, by number: all, every other bar, the second half, the last of four bars."""
    bars = [structure.bar_of(span.start) for span in spans]
    unit = max(1, min((b - a for a, b in pairwise(bars) if a != b), default=1))
    places = [bar // unit for bar in bars]
    count = max(2, -(-structure.bars // unit))
    yield list(range(len(spans))), False
    yield [number for number, place in enumerate(places) if place % 2], False
    for late in (2 * place >= count for place in range(count)), ((place % 4) == 3 for place in range(count)):
        wanted = {place for place, true in enumerate(late) if true}
        yield [number for number, place in enumerate(places) if place in wanted], True


def _cost(structure: Structure, part: Played) -> tuple[float, int]:
    """What a part adds to the credit that the clip has with itself, below 0, and to the number of its notes."""
    gone = [structure.notes[index] for index in sorted(part)]
    come = sorted((note for notes in part.values() for note in notes), key=lambda note: note.order)
    return sum(match.credit for match in matches(gone, come)) - len(gone), len(come) - len(gone)


def _hand(structure: Structure, stroke: Stroke) -> tuple[int, ...]:
    """What the hand moves of a stroke: no tune."""
    return tuple(index for index in hand_of(structure, stroke) if index not in tune_of(structure))


def _spans(structure: Structure) -> list[_Span]:
    """The clip's chords, as they are struck; those of which something must stay are left out."""
    if not is_struck(structure):
        return _figures_of(structure)
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
            spans.append(_Span(tuple(group), min(sounds, next(step for step in coming if step > last))))
    return spans


def _figures_of(structure: Structure) -> list[_Span]:
    """The figures of chords that are broken, each over one voicing: without their basses, and a tune above."""
    notes, free, allowed = structure.notes, structure.constraints.free, structure.constraints.allowed
    stands = [stand for stand in stands_of(structure) if stand.held]
    spans = []
    for stand, coming in zip(stands, [*stands[1:], None], strict=True):
        held = frozenset(stand.held)
        row = [
            Stroke(tuple(i for i in one.indices if i in held), one.step, frozenset()) for one in strokes_of(structure)
        ]
        own = tuple(stroke for stroke in row if stroke.indices)
        end = coming.start if coming is not None else structure.bars * structure.bar
        stood_on = not stand.basses or stand.voices[0] > stand.basses[0]
        if stood_on and all(index in free and notes[index].pitch in allowed for index in held):
            spans.append(_Span(own, min(end, structure.bar * (structure.bar_of(own[0].step) + 1))))
    return spans


def _blocked(structure: Structure, span: _Span, figure: Sequence[float]) -> Played:
    """The voices of a broken chord struck together, where it begins and where a figure of the bar has its strokes."""
    voices: dict[int, int] = {}
    played: Played = {}
    for stroke in span.strokes:
        for index in stroke.indices:
            voices.setdefault(structure.notes[index].pitch, index)
            played[index] = ()
    muddy = any(a < _DEEPEST and b - a < _FIFTH for a, b in pairwise(sorted(voices)))
    if len(voices) < 2 or muddy:
        return {}
    start = structure.bar * structure.bar_of(span.start)
    places = _inside(structure, span, [start + round(place * STEPS) for place in figure])
    for index in voices.values():
        note, step = structure.notes[index], structure.steps[index]
        played[index] = tuple(
            note.moved(onset=max(0.0, note.onset + (place - step) / STEPS), duration=_GATE * (coming - place) / STEPS)
            for place, coming in pairwise([*places, span.end])
        )
    return played


def _thinned(structure: Structure, span: _Span) -> Played:
    """Every other note of a broken chord, held for the one that isn't struck."""
    strengths = [structure.strength(stroke.step) for stroke in span.strokes]
    weak = {one.step for one, strength in zip(span.strokes, strengths, strict=True) if strength == min(strengths)}
    tones = [
        {structure.notes[index].pitch % 12 for index in one.indices} for one in span.strokes if one.step not in weak
    ]
    every = {structure.notes[index].pitch % 12 for one in span.strokes for index in one.indices}
    if len(span.strokes) < _FEWEST_BROKEN or 3 * len(weak) < len(span.strokes) or set[int]().union(*tones) != every:
        return {}
    played: Played = {}
    for stroke in span.strokes:
        if stroke.step in weak:
            played |= dict.fromkeys(stroke.indices, ())
            continue
        later = (one.step for one in span.strokes if one.step > stroke.step and one.step not in weak)
        for index in stroke.indices:
            note, room = structure.notes[index], (next(later, span.end) - stroke.step) / STEPS
            if note.duration < _GATE * room:
                played[index] = (note.moved(duration=_GATE * room),)
    return played


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
    return _played(structure, span, _inside(structure, span, there), lambda _: slice(None))


def _inside(structure: Structure, span: _Span, steps: Sequence[int]) -> list[int]:
    """Where a chord comes, and the steps behind; none on a stronger place than any of the clip's strokes: a skank."""
    strongest = max(structure.strength(stroke.step) for stroke in strokes_of(structure))
    inside = (step for step in steps if span.start + _SHORTEST < step <= span.end - _SHORTEST)
    return [span.start, *(step for step in inside if structure.strength(step) <= strongest)]


def _swung(structure: Structure, step: int) -> int:
    """A step where the clip has it: the 8th off the beat late, if only late ones are in it."""
    ticks = {step % STEPS for step in structure.steps}
    late = STEPS // 2 not in ticks and _LATE in ticks
    return step - STEPS // 2 + _LATE if late and step % STEPS == STEPS // 2 else step


def _broken(structure: Structure, span: _Span, order: Sequence[int]) -> Played:
    """The chords of a span note by note in 8ths (in beats where that is fast), each as long as to the next."""
    hand = _hand(structure, span.strokes[0])
    if len(hand) < 3 or any(len(stroke.indices) < 3 for stroke in span.strokes):
        return {}
    lengths = [structure.notes[index].duration for stroke in span.strokes for index in _hand(structure, stroke)]
    deep = order[0] and structure.notes[hand[0]].pitch < _DEEPEST
    if deep or np.median(lengths) < _STABS:
        return {}  # a bass comes first, and of a stab nothing would be left
    pace = STEPS if structure.prompt.tempo > _FAST else STEPS // 2
    places = _inside(structure, span, [_swung(structure, step) for step in range(span.start, span.end, pace)])
    if len(places) < _FEWEST_BROKEN:
        return {}

    def voice(number: int) -> slice:
        some = [place for place in order if place < len(_hand(structure, span.source(places[number])))]
        place = some[number % len(some)]
        return slice(place, place + 1)

    return _played(structure, span, places, voice)


def _suspended(structure: Structure, span: _Span) -> Played:
    """The third of a chord that is struck more than once comes late: the fourth above its root is struck first."""
    notes, chord = structure.notes, structure.chord(span.start)
    first = span.strokes[0]
    if chord is None or len(span.strokes) < 2:
        return {}
    thirds = [index for index in first.indices if (notes[index].pitch - chord.root) % 12 in (3, 4)]
    fourth = (chord.root + 5) % 12
    late = [notes[index].pitch + (fourth - notes[index].pitch) % 12 for index in thirds]
    if (
        len(thirds) != 1
        or thirds[0] not in _hand(structure, first)
        or any(abs(notes[index].pitch - late[0]) <= 2 for index in first.indices if index not in thirds)
        or fourth not in structure.own_near(span.start) & structure.classes
        or not any(notes[index].pitch == notes[thirds[0]].pitch for index in span.strokes[1].indices)
        or not any((notes[index].pitch - chord.root) % 12 == 0 for index in first.indices)
    ):
        return {}
    return {thirds[0]: (notes[thirds[0]].moved(pitch=late[0]),)}


def _entering(structure: Structure, span: _Span, pace: int) -> Played:
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
