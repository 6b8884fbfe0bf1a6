"""What another hand plays, in how many bars, and how far that goes.

What a player does to a part that is to go farther away than other voicings can carry it, or instead of them: in all
bars, in every other one, in the second half or in the last of four. Chords that are broken are struck together.

Offers: ``Hand``, ``hands_of``, ``another_hand``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models.engines.kin.config import STEPS
from models.engines.kin.planning.chords.comping import (
    DEEPEST,
    FIGURES,
    GATE,
    Family,
    Span,
    Way,
    inside,
    spans_of,
    ways_of,
)
from models.engines.kin.planning.chords.revoicing import PREFERRED
from models.engines.kin.planning.chords.rhythms import Played, closing_bar, is_held
from models.engines.kin.planning.chords.stands import stands_of
from models.engines.kin.planning.chords.strokes import Stroke, is_struck, strokes_of, texture_of
from models.engines.kin.planning.structure import Structure, once
from models.music.similarity import matches

_FIFTH, _FEW_BLOCKS, _THERE, _THINNED, _RUN = 7, 4, 0.2, 0.1, 3
"""Semitones between low notes that are struck together; strokes of a bar at most; beats within which a stroke is where
it was; the share of a clip's notes that a tame hand may take away; the fewest notes that run."""

_LEFT, _SPREAD, _OWN_WAY, _SQUARE, _NEAR_ENOUGH = 0.1, 0.06, 6.0, 3.0, 0.02
"""What another hand had best leave to other voicings, in similarity, and how much chance there is about it; how much
likelier an idea's own way is, how much (log) less likely one that does away with all strokes off the beat; and how much
farther than the dial one may go."""


@dataclass(frozen=True)
class Hand:
    """What another hand plays: parts, one a chord, how near they leave the clip (0-1, nearly), and whether only late.

    late  True: nothing changes in the first half
    square  share of the strokes off the beat that are no longer where they were
    tame    is it so in all bars, and stays what is struck off the beat, and most of the rest?
    way   the number of what it does
    """

    family: Family
    way: int
    parts: tuple[Played, ...]
    similarity: float
    late: bool
    square: float
    tame: bool

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
    struck, found = is_struck(structure), dict[tuple[int, ...], Hand]()
    spans = spans_of(structure) if struck else _figures_of(structure)
    for number, (family, way) in enumerate(ways_of(structure) if struck else _ways_of_broken(structure)):
        close = closing_bar(structure)
        open_ = {place: span for place, span in enumerate(spans) if structure.bar_of(span.end - 1) != close}
        parts = {place: part for place, span in open_.items() if (part := way(span))}
        costs = {place: _cost(structure, part) for place, part in parts.items()}
        everywhere = _everywhere(structure, open_, family)
        for some, late in _extents(structure, spans):
            if len(some) < len(spans) and (family == "turned" or (family == "broken" and is_held(structure))):
                continue  # pads come in voice by voice in all bars or in none, and a figure is one
            able = [place for place in some if place in parts]
            asked = [
                place
                for place in some
                if place in open_ and (family != "turned" or _is_answer(structure, open_[place]))
            ]
            if 2 * len(able) > len(asked):
                credit, size = (sum(costs[place][column] for place in able) for column in (0, 1))
                total = len(structure.notes)
                chosen = tuple(parts[place] for place in able)
                nearness, square = 2 * (total + credit) / (2 * total + size), _square(structure, chosen)
                tame = (everywhere == set(able) or family == "suspension") and not square and size >= -_THINNED * total
                found.setdefault(tuple(map(id, chosen)), Hand(family, number, chosen, nearness, late, square, tame))
    return list(found.values())


def another_hand(
    structure: Structure,
    target: float,
    idea: str,
    rng: np.random.Generator,
    families: Sequence[str] = (),
    *,
    late: bool = False,
    far: bool,
) -> Played:
    """What another hand would play, by chance one of those that come near the dial ``target`` (0-1); {} without any.

    families  of hands; of those nothing is left to other voicings. None: of all, and something is left
    late      those that leave the first half alone
    far       may the groove be another one?
    """
    left = 0.0 if families else _LEFT
    fitting = [
        hand
        for hand in hands_of(structure)
        if hand.similarity >= target - _NEAR_ENOUGH
        and (not families or hand.family in families)
        and (far or (hand.late == late and hand.tame))
        and (far or families or hand.family != "broken" or not is_struck(structure))
        and (hand.late or not late)
    ]
    if not fitting:
        return {}
    odds = np.exp([-abs(hand.similarity - target - left) / _SPREAD - _SQUARE * hand.square for hand in fitting])
    # Each idea has a way of its own, so that those of neighbouring numbers differ.
    own = list(PREFERRED).index(idea)
    odds *= [_OWN_WAY if hand.way % len(PREFERRED) == own else 1 for hand in fitting]
    return fitting[int(rng.choice(len(fitting), p=odds / odds.sum()))].played


def _extents(structure: Structure, spans: Sequence[Span]) -> Iterator[tuple[list[int], bool]]:
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


def _square(structure: Structure, parts: Sequence[Played]) -> float:
    """How many of the strokes off the beat parts would do away with, 0-1."""
    off = [stroke for stroke in strokes_of(structure) if stroke.step % STEPS]
    played = {index: notes for part in parts for index, notes in part.items()}
    onsets = [note.onset for notes in played.values() for note in notes]
    gone = [
        stroke
        for stroke in off
        if played.keys() >= set(stroke.upper)
        and all(abs(onset - structure.notes[min(stroke.indices)].onset) > _THERE for onset in onsets)
    ]
    return len(gone) / len(off) if off else 0.0


def _cost(structure: Structure, part: Played) -> tuple[float, int]:
    """What a part adds to the credit that the clip has with itself, below 0, and to the number of its notes."""
    gone = [structure.notes[index] for index in sorted(part)]
    come = sorted((note for notes in part.values() for note in notes), key=lambda note: note.order)
    return sum(match.credit for match in matches(gone, come)) - len(gone), len(come) - len(gone)


def _everywhere(structure: Structure, spans: Mapping[int, Span], family: Family) -> set[int] | None:
    """The numbers of what is to be played otherwise if a groove is to stay one; None where a bar can't be."""
    if family == "turned":
        return {number for number, span in spans.items() if _is_answer(structure, span)}
    bars = {structure.bar_of(span.start) for span in spans.values()}
    asked = {structure.bar_of(stroke.step) for stroke in strokes_of(structure) if stroke.upper}
    return set(spans) if bars >= asked - {closing_bar(structure)} else None


def _is_answer(structure: Structure, span: Span) -> bool:
    """Does a span begin in the second half of its bar, and not of the last bar, which closes as it does?"""
    bar = structure.bar_of(span.start)
    return 2 * (span.start - structure.bar * bar) >= structure.bar and bar < structure.bars - 1


def _turned(structure: Structure, span: Span) -> Played:
    """A figure that runs up or down through half a bar runs the other way, as loud and long at each place as it was."""
    notes, own = structure.notes, [stroke.indices for stroke in span.strokes]
    pitches = [notes[indices[0]].pitch for indices in own]
    runs = pitches in (sorted(set(pitches)), sorted(set(pitches), reverse=True))
    if not _is_answer(structure, span) or len(own) < _RUN or not runs or any(len(indices) > 1 for indices in own):
        return {}
    places = [notes[index] for (index,) in own]
    return {index: (place.moved(pitch=notes[index].pitch),) for (index,), place in zip(own, places[::-1], strict=True)}


def _ways_of_broken(structure: Structure) -> Iterator[tuple[Family, Way]]:
    yield "turned", lambda span: _turned(structure, span)
    for figure in FIGURES.get(round(structure.bar / STEPS), ()):
        if len(figure) <= _FEW_BLOCKS:
            yield "broken", lambda span, figure=figure: _blocked(structure, span, figure)


def _figures_of(structure: Structure) -> list[Span]:
    """The figures of chords that are broken, each over one voicing: without their basses, and a tune above."""
    notes, free, allowed = structure.notes, structure.constraints.free, structure.constraints.allowed
    stands = [stand for stand in stands_of(structure) if stand.held]
    spans = []
    for stand, coming in zip(stands, [*stands[1:], None], strict=False):
        held = frozenset(stand.held)
        row = [
            Stroke(tuple(i for i in one.indices if i in held), one.step, frozenset()) for one in strokes_of(structure)
        ]
        own = tuple(stroke for stroke in row if stroke.indices)
        end = coming.start if coming is not None else structure.bars * structure.bar
        stood_on = not stand.basses or stand.voices[0] > stand.basses[0]
        if stood_on and all(index in free and notes[index].pitch in allowed for index in held):
            spans.append(Span(own, min(end, structure.bar * (structure.bar_of(own[0].step) + 1))))
    return spans


def _blocked(structure: Structure, span: Span, figure: Sequence[float]) -> Played:
    """The voices of a broken chord struck together, where it begins and where a figure of the bar has its strokes."""
    voices: dict[int, int] = {}
    played: Played = {}
    for stroke in span.strokes:
        for index in stroke.indices:
            voices.setdefault(structure.notes[index].pitch, index)
            played[index] = ()
    muddy = any(a < DEEPEST and b - a < _FIFTH for a, b in pairwise(sorted(voices)))
    if len(voices) < 2 or muddy or max(len(stroke.indices) for stroke in span.strokes) > 2:
        return {}  # what is struck together in part has a figure of its own
    start = structure.bar * structure.bar_of(span.start)
    places = inside(structure, span, [start + round(place * STEPS) for place in figure])
    for index in voices.values():
        note, step = structure.notes[index], structure.steps[index]
        played[index] = tuple(
            note.moved(onset=max(0.0, note.onset + (place - step) / STEPS), duration=GATE * (coming - place) / STEPS)
            for place, coming in pairwise([*places, span.end])
        )
    return played
