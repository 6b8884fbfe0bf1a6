"""Steps from one clip to another, each nearer to the second by the published similarity.

A step is a hybrid of both (``hybrids``): the figure of one with the notes of the other, or bars of both that answer
each other; each onset is one clip's, each pitch one clip's.
Where none lies near the step's own place, the second clip is taken for the prompt, and an engine's blend for what its
notes become: the dial then takes as much of that as leaves the result so similar to the second clip as the step asks.
Only results nearer than the step before are let through, so the row rises whatever the steps are; the clips themselves
stand at its ends.

Offers: ``morph``, ``hybrids``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np

from models.constraints.constraints import Constraints
from models.constraints.diff import diff
from models.constraints.edits import EditSet
from models.constraints.lines import struck_together
from models.constraints.playing import role_of
from models.constraints.similarity_search import SearchResult, apply_edits, search_similarity, similarity_after
from models.generator import Cancelled, Engine, Locks, OnProgress, Report, Request, Stopped, Variation
from models.music.clip import Clip, without_overlaps
from models.music.drum_kit import lane_of
from models.music.errors import EmptyClip, Refused
from models.music.note import Note
from models.music.similarity import similarity

Blend = Callable[[Clip, Constraints, Sequence[float]], list[list[Note]]]
"""The first clip, the constraints of the second, and how far along (0-1) each blend lies -> the blends' notes."""

NEARNESS = "similarity to the second clip"
_BESIDE = (0.0, -0.12, 0.12)
"""How far beside a step's own place its other blends lie."""
_LEAST_STEP = 1e-3
_MANY = 128
_NEIGHBOURING = 0.75
"""How far from its place a hybrid may lie, in steps of an even row."""
_NEAR_ENOUGH = 0.03
"""A step so near to its own similarity is taken at once."""
_WORTH = 0.02
"""How much nearer a later blend must come to be taken."""

Notes = tuple[Note, ...]

_PUSHED = 0.25
"""Beats by which an onset comes early and belongs to what follows."""


def morph(
    engine: Engine, request: Request, blend: Blend, on_progress: OnProgress, cancelled: Cancelled
) -> Iterator[Variation]:
    """``request.count`` clips from the first prompt to the second, both among them (of one alone: half-way)."""
    first, second = _prepared(engine, request)
    role = role_of(engine, request)
    drums = role == "drums"
    low = similarity(first.notes, second.notes, drums=drums)
    constraints = Constraints.of(_unlocked(request, second), role)
    count = request.count
    steps = _steps(hybrids(first, second, drums=drums), constraints, cancelled)
    places = [number / (count - 1) for number in range(count)] if count > 1 else [0.5]
    nearness = low
    for number, place in enumerate(places):
        if cancelled():
            return
        if place in (0.0, 1.0):
            notes, nearness = (first.notes, low) if place == 0.0 else (second.notes, 1.0)
        else:
            rng = np.random.default_rng((request.seed, number))
            wanted = low + (1 - low) * place
            room = (1 - low) / max(2, count - 1) * _NEIGHBOURING
            hybrid = _nearest_step(steps, wanted, nearness, room)
            if hybrid is not None:
                steps.remove(hybrid)
                notes, nearness = hybrid.notes, hybrid.similarity
                on_progress((number + 1) / len(places), engine.name)
                yield _variation(request, first, notes, nearness, drums=drums)
                continue
            try:
                # The first clip itself is the last resort: parts of both, unblended.
                along = [min(1.0, max(0.0, place + beside)) for beside in _BESIDE]
                proposals = [*blend(first, constraints, along), list(first.notes)]
                edit_sets = [diff(constraints, notes, rng) for notes in proposals]
                found = _nearest(edit_sets, first, wanted, nearness, cancelled)
            except Stopped:
                return
            if found is None:
                continue
            notes, nearness = found.notes, found.similarity
        on_progress((number + 1) / len(places), engine.name)
        yield _variation(request, first, notes, nearness, drums=drums)


def _unlocked(request: Request, second: Clip) -> Request:
    """The second clip, of which nothing is locked or narrowed: what both clips have may lie between them."""
    return request.but(
        task="vary",
        prompts=(second,),
        region=None,
        selected=None,
        locks=Locks(),
        range=request.range or (0, 127),
        similarity=None,
        outside="keep",
        polyphony=request.polyphony or _MANY,
    )


def _steps(mixed: Sequence[Sequence[Note]], constraints: Constraints, cancelled: Cancelled) -> list[SearchResult]:
    """The hybrids as far as scale, range and polyphony allow them, with their similarity to the second clip."""
    rng, found = np.random.default_rng(0), []
    for notes in mixed:
        if cancelled():
            return []
        edits = diff(constraints, list(notes), rng)
        result = apply_edits(edits, edits.edits, similarity_after(edits, edits.edits))
        if result.notes:
            found.append(result)
    return found


def _nearest_step(steps: Sequence[SearchResult], wanted: float, nearness: float, room: float) -> SearchResult | None:
    """The hybrid nearest to the wanted similarity, within ``room`` of it and above ``nearness``."""
    able = [one for one in steps if nearness + _LEAST_STEP < one.similarity < 1 - _LEAST_STEP]
    best = min(able, key=lambda one: abs(one.similarity - wanted), default=None)
    return best if best is not None and abs(best.similarity - wanted) <= room else None


def _prepared(engine: Engine, request: Request) -> tuple[Clip, Clip]:
    """Both clips, the shorter one repeated."""
    first, second = request.prompts
    if not first.notes or not second.notes:
        raise EmptyClip("One of the two clips has no notes; choose two clips that do.", field="prompts")
    drums = [role_of(engine, request.but(prompts=(clip, clip))) == "drums" for clip in (first, second)]
    if drums[0] != drums[1]:
        raise Refused("One clip is a beat and the other is not; choose two beats or two lines.", field="prompts")
    length = max(first.length, second.length)
    first, second = (clip if clip.length == length else clip.looped(length) for clip in (first, second))
    if similarity(first.notes, second.notes, drums=drums[0]) > 1 - _LEAST_STEP:
        raise Refused(
            "The two clips have the same notes, so there is nothing between them; choose another one.", field="prompts"
        )
    return first, second


def _nearest(
    edit_sets: Sequence[EditSet], first: Clip, wanted: float, nearness: float, cancelled: Cancelled
) -> SearchResult | None:
    """The result nearest to the wanted similarity that is above ``nearness``, earlier edit_sets before later ones."""
    best: SearchResult | None = None
    for edit_set in edit_sets:
        found = search_similarity(edit_set, wanted, (first.notes,), cancelled)
        if (
            found is not None
            and nearness + _LEAST_STEP < found.similarity < 1 - _LEAST_STEP
            and (best is None or abs(found.similarity - wanted) < abs(best.similarity - wanted) - _WORTH)
        ):
            best = found
        if best is not None and abs(best.similarity - wanted) <= _NEAR_ENOUGH:
            break
    return best


def _variation(request: Request, first: Clip, notes: tuple[Note, ...], nearness: float, *, drums: bool) -> Variation:
    prompt = request.prompt.notes
    index_of = {note: index for index, note in enumerate(prompt)}
    report = Report(similarity=similarity(prompt, notes, drums=drums), measures={NEARNESS: nearness})
    return Variation(replace(first, notes=notes), request.seed, tuple(index_of.get(note) for note in notes), report)


def hybrids(first: Clip, second: Clip, *, drums: bool) -> list[Notes]:
    """Every hybrid of two clips of one length that is neither of them, each once."""
    length, bar = second.length, second.metre.bar
    mixed = _lanes if drums else _dressed
    ends = [first.notes, second.notes]
    figures = [mixed(first.notes, second.notes, length), mixed(second.notes, first.notes, length)]
    found = list(figures)
    for one, other in permutations([*ends, *figures], 2):
        for takes in _patterns(second.metre.bars(length)):
            notes = [
                note
                for source, wanted in ((one, False), (other, True))
                for note in source
                if takes(int(note.onset // bar)) == wanted
            ]
            cut = [note.moved(duration=min(note.duration, _room(note, bar, length))) for note in notes]
            found.append(without_overlaps(cut, length))
    return [notes for notes in dict.fromkeys(found) if notes and notes not in ends]


def _patterns(bars: int) -> list[Callable[[int], bool]]:
    """Which bars come from the second of two sources: every other one, the second half, of each four the last."""
    if bars < 2:
        return []
    return [
        lambda number: number % 2 == 1,
        lambda number: 2 * number >= bars,
        *([lambda number: number % 4 == 3] if bars >= 4 else []),
    ]


def _room(note: Note, bar: float, length: float) -> float:
    """Beats until the end of the bar in which a note begins: the next bar may be another clip's."""
    return min((note.onset // bar + 1) * bar, length) - note.onset


def _hits(notes: Sequence[Note]) -> list[list[Note]]:
    """What is struck together, each group from its lowest note up."""
    return [[notes[place] for place in group] for group in struck_together(notes)]


def _dressed(figure: Sequence[Note], clothes: Sequence[Note], length: float) -> Notes:
    """The figure's rhythm, lengths and velocities, with the pitches that the other clip has at each place.

    A chord takes what the other breaks up while it lasts; a broken chord breaks up what the other strikes at once.
    """
    hits, other = _hits(figure), _hits(clothes)
    starts = [min(note.onset for note in hit) for hit in other]
    dressed: list[Note] = []
    for number, hit in enumerate(hits):
        onset = min(note.onset for note in hit)
        place = max((place for place, start in enumerate(starts) if start <= onset + _PUSHED), default=0)
        wanted = sorted({note.pitch for note in other[place]})
        if len(hit) > len(wanted):
            end = min((note.onset for note in hits[number + 1]), default=length) if number + 1 < len(hits) else length
            wanted = sorted({*wanted, *(note.pitch for note in clothes if onset <= note.onset < end)})
        ranks = list(range(len(hit)))
        among = len(hit)
        if among == 1 < len(wanted):
            until = starts[place + 1] if place + 1 < len(starts) else length
            own = sorted({note.pitch for note in figure if starts[place] - _PUSHED <= note.onset < until - _PUSHED})
            ranks, among = ([own.index(hit[0].pitch)], len(own)) if hit[0].pitch in own else (ranks, among)
        last, most = among - 1, len(wanted) - 1
        dressed += [
            note.moved(pitch=wanted[round(rank * most / last) if last else most])
            for note, rank in zip(hit, ranks, strict=True)
        ]
    unique = {(round(note.onset, 4), note.pitch): note for note in dressed}
    return without_overlaps(list(unique.values()), length)


def _lanes(figure: Sequence[Note], clothes: Sequence[Note], length: float) -> Notes:
    """Kick and snare of the one beat under what the other plays besides."""
    return without_overlaps([*_backbone(figure, True), *_backbone(clothes, False)], length)


def _backbone(notes: Sequence[Note], inside: bool) -> list[Note]:
    return [note for note in notes if (lane_of(note.pitch) in ("kick", "snare")) == inside]
