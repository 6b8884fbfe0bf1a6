"""Steps from one clip to another, each nearer to the second by the published similarity.

A step is a hybrid of both (``hybrids``): the figure of one with the harmony of the other, whole, never a mixture of
single notes. Steps differ from each other and from both clips in at least a sixth of the notes of the fuller one, as
far as there are such hybrids, and each is nearer to the second clip than the one before; where fewer hybrids rise than
were asked for, the row is shorter. The clips themselves stand at its ends.

Offers: ``morph``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, product
from statistics import fmean

from models.constraints.constraints import Constraints, polyphony_of
from models.constraints.continuation import unlocked
from models.constraints.lines import top_line
from models.constraints.morphing.hybrids import hybrids
from models.constraints.playing import role_of
from models.constraints.similarity_search import SearchResult
from models.generator import Cancelled, Engine, OnProgress, Report, Request, Variation
from models.music.beats import TIGHT, Metre
from models.music.clip import Clip, without_overlaps
from models.music.errors import EmptyClip, Refused
from models.music.note import Note
from models.music.similarity import similarity

NEARNESS = "similarity to the second clip"
_LEAST_STEP = 1e-3
_MANY = 128
_FLOORS = (1 / 2, 1 / 3, 1 / 6, 1 / 12, 1 / 24, 0.0)
"""By which share of their notes the steps of a row differ: the first that there is a row for."""
_FROM_ENDS = (1 / 6, 1 / 12, 0.0)
"""By which share they differ from the two clips; a lower one only where no floor between steps gives a row."""
_CLUMSY = 2.0
"""What a share of repeated notes or leaps that neither clip has costs, in similarity off a step's place."""
_FIFTH = 7
_GAP = 1 / 4
"""Beats before a bar line at which a note still fills the bar; the least that one lasts which was cut there."""
_WIDTH = 40
"""How many rows of each length are followed."""

Notes = tuple[Note, ...]


def morph(engine: Engine, request: Request, on_progress: OnProgress, cancelled: Cancelled) -> Iterator[Variation]:
    """Up to ``request.count`` clips from the first prompt to the second, both among them (of one alone: half-way)."""
    first, second = _prepared(engine, request)
    role = role_of(engine, request)
    drums = role == "drums"
    low = similarity(first.notes, second.notes, drums=drums)
    constraints = Constraints.of(_between(request, second), role)
    mixed = []
    # In the scale that is asked for, whole and in parts; then in the clips' own keys, each note in that scale at last.
    for halves, scale in ((False, request.scale), (True, request.scale), *(((True, None),) if request.scale else ())):
        found = hybrids(first, second, drums=drums, chords=request.chords, scale=scale, halves=halves)
        mixed.append(_steps(found, constraints, cancelled))
    count = request.count
    places = [number / (count - 1) for number in range(1, count - 1)] if count > 1 else [0.5]
    row = _row(mixed, (first, second), [low + (1 - low) * place for place in places], low, drums=drums)
    steps = [
        (_as_loud(step.notes, first, second, (number + 1) / (len(row) + 1)), step.similarity)
        for number, step in enumerate(row)
    ]
    if count > 1:
        steps = [(first.notes, low), *steps, (second.notes, 1.0)]
    metres = [clip.metre for clip in request.prompts]
    told = [f"The second clip is in {metres[1]}; its bars were fitted to {metres[0]}."] if len(set(metres)) > 1 else []
    for number, (notes, nearness) in enumerate(steps):
        if cancelled():
            return
        on_progress((number + 1) / len(steps), engine.name)
        yield _variation(request, first, notes, nearness, drums=drums).saying(*told)
        told = []  # once is enough


def _between(request: Request, second: Clip) -> Request:
    """The second clip, of which nothing is locked or narrowed: what both clips have may lie between them."""
    limits = {"range": request.range or (0, 127), "polyphony": request.polyphony or _MANY}
    return unlocked(request, second, task="vary", region=None, outside="keep", **limits)


def _steps(mixed: Sequence[Notes], constraints: Constraints, cancelled: Cancelled) -> list[SearchResult]:
    """The hybrids that scale, range and polyphony allow, with their similarity to the second clip.

    Of a scale each note takes the nearest pitch; a hybrid that still doesn't fit is left out whole, never in part.
    """
    scale, found = constraints.request.scale, []
    for notes in mixed:
        if cancelled():
            return []
        if scale is not None and not constraints.drums:
            snapped = [note.moved(pitch=scale.nearest(note.pitch)) for note in notes]
            unique = {(note.onset, note.pitch): note for note in snapped}
            notes = without_overlaps(unique.values(), constraints.prompt.length)
        fits = all(constraints.may_lie(note) for note in notes)
        if fits and polyphony_of(notes) <= (constraints.polyphony or _MANY):
            value = similarity(constraints.prompt.notes, notes, drums=constraints.drums)
            found.append(SearchResult(tuple(notes), (None,) * len(notes), value))
    return found


def _row(
    mixed: Sequence[Sequence[SearchResult]], ends: Sequence[Clip], wanted: Sequence[float], low: float, *, drums: bool
) -> Sequence[SearchResult]:
    """As many hybrids that rise as there are wanted similarities, each as near to its own as it can be.

    They differ from each other and from both ends by as large a floor as there is a row for, of the first choice of
    hybrids that has one; fewer where not so many rise. What is but a clip in another key serves only where
    nothing else does.
    """
    usual = [max(faults) for faults in zip(*(_clumsy(clip.notes) for clip in ends), strict=True)]
    lengths = range(len(wanted), 0, -1)
    for many, from_ends, moved, steps, floor in product(lengths, _FROM_ENDS, (False, True), mixed, _FLOORS):
        able = [
            one
            for one in sorted(steps, key=lambda one: one.similarity)
            if low + _LEAST_STEP < one.similarity < 1 - _LEAST_STEP
            and all(_difference(one.notes, clip.notes, as_they_are=drums or moved) >= from_ends for clip in ends)
        ]
        costs = [
            _CLUMSY * sum(max(0.0, share - least) for share, least in zip(_clumsy(one.notes), usual, strict=True))
            for one in able
        ]
        row = _nearest_row(able, wanted[:many], floor, costs, drums=drums)
        if row:
            return row
    return []


def _nearest_row(
    able: Sequence[SearchResult], wanted: Sequence[float], floor: float, costs: Sequence[float], *, drums: bool
) -> Sequence[SearchResult]:
    """Of rows through what rises the one that costs least; none where none is so long. Few of each length are followed.

    Each step costs how far it lies off its place, and what its own ``costs`` say.
    """
    rows: list[list[tuple[float, tuple[int, ...]]]] = [[(0.0, ())], *([] for _ in wanted)]
    for place, one in enumerate(able):
        clear = [_difference(one.notes, other.notes, as_they_are=drums) >= floor for other in able[:place]]
        for length in range(len(wanted) - 1, -1, -1):
            cost = abs(one.similarity - wanted[length]) + costs[place]
            longer = [
                (before + cost, (*row, place))
                for before, row in rows[length]
                if all(clear[other] for other in row)
                and (not row or one.similarity > able[row[-1]].similarity + _LEAST_STEP)
            ]
            rows[length + 1] = sorted(rows[length + 1] + longer)[:_WIDTH]
    return [able[place] for place in rows[-1][0][1]] if wanted and rows[-1] else []


def _difference(one: Sequence[Note], other: Sequence[Note], *, as_they_are: bool) -> float:
    """The share of notes (onset and pitch) of the one that the other hasn't, of the two ways round the more; 0-1.

    as_they_are  False: what is but moved to another pitch as a whole is no difference
    """
    shift = 0 if as_they_are else one[0].pitch - other[0].pitch
    mine = {(round(note.onset, 2), note.pitch) for note in one}
    yours = [{(round(note.onset, 2), note.pitch + by) for note in other} for by in dict.fromkeys((0, shift))]
    return min(max(len(mine - each), len(each - mine)) for each in yours) / max(len(one), len(other))


def _clumsy(notes: Sequence[Note]) -> tuple[float, float]:
    """The shares of the top line's steps that repeat the pitch before, and that leap more than a fifth."""
    steps = [abs(notes[after].pitch - notes[one].pitch) for one, after in pairwise(top_line(notes))] or [1]
    return fmean(step == 0 for step in steps), fmean(step > _FIFTH for step in steps)


def _as_loud(notes: Sequence[Note], first: Clip, second: Clip, place: float) -> tuple[Note, ...]:
    """The notes with their accents, on the whole as loud as lies between the clips."""
    mean, one, other = (fmean(note.velocity for note in each) for each in (notes, first.notes, second.notes))
    shift = round(one + place * (other - one) - mean)
    return tuple(note.moved(velocity=max(1, min(127, note.velocity + shift))) for note in notes)


def _prepared(engine: Engine, request: Request) -> tuple[Clip, Clip]:
    """Both clips, the shorter one repeated, and the second in the metre of the first."""
    first, second = request.prompts
    if not first.notes or not second.notes:
        raise EmptyClip("One of the two clips has no notes; choose two clips that do.", field="prompts")
    drums = [role_of(engine, request.but(prompts=(clip, clip))) == "drums" for clip in (first, second)]
    if drums[0] != drums[1]:
        raise Refused("One clip is a beat and the other is not; choose two beats or two lines.", field="prompts")
    second = second if second.metre.bar == first.metre.bar else _rebarred(second, first.metre)
    length = max(first.length, second.length)
    first, second = (clip if clip.length == length else clip.looped(length) for clip in (first, second))
    if similarity(first.notes, second.notes, drums=drums[0]) > 1 - _LEAST_STEP:
        raise Refused(
            "The two clips have the same notes, so there is nothing between them; choose another one.", field="prompts"
        )
    return first, second


def _rebarred(clip: Clip, metre: Metre) -> Clip:
    """A clip in bars of another metre: what a shorter bar has no place for is gone, a longer one is filled as well."""
    old, new, notes = clip.metre.bar, metre.bar, []
    for note in clip.notes:
        bar = clip.metre.bar_of(note.onset + TIGHT)
        start, end = note.onset - bar * old, note.end - bar * old
        if start < new - TIGHT:
            end = end + new - old if end >= old - _GAP else min(end, new)
            notes.append(note.moved(onset=bar * new + start, duration=max(_GAP, end - start)))
    return replace(clip, notes=tuple(notes), length=clip.metre.bars(clip.length) * new, metre=metre)


def _variation(request: Request, first: Clip, notes: tuple[Note, ...], nearness: float, *, drums: bool) -> Variation:
    prompt = request.prompt.notes
    index_of = {note: index for index, note in enumerate(prompt)}
    report = Report(similarity=similarity(prompt, notes, drums=drums), measures={NEARNESS: nearness})
    return Variation(replace(first, notes=notes), request.seed, tuple(index_of.get(note) for note in notes), report)
