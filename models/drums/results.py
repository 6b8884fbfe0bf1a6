"""What becomes of a beat: hits that are wanted, or what an engine plays, as variations that keep the promises.

Which engine is asked first was measured on held-out takes of drummers, flattened and put on the grid: how far the
loudness and the timing of what came went with what the drummer had played (``models/benchmarks/groove.py``).

Offers: ``as_wanted``, ``played``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from models.constraints.constraints import Constraints
from models.constraints.edits import EditSet
from models.constraints.result import as_variation
from models.constraints.similarity_search import search_similarity
from models.generator import Engine, Request, Variation
from models.music.beats import TIGHT
from models.music.drum_kit import part_of
from models.music.errors import EngineUnavailable, Refused
from models.music.note import Note

_SHORTEST = 1 / 64
_STROKE = 0.02  # beats within which hits are one stroke


def as_wanted(constraints: Constraints, wanted: Sequence[Note], seed: int, remark: str) -> Variation | None:
    """The clip with these hits in place of its free ones; None where that changes nothing, or leaves nothing.

    A free hit that rings into a new one of its drum is shortened; a new one that a fixed hit rings over isn't struck.
    """
    left = Counter(wanted)
    staying: list[int] = []
    for index in sorted(constraints.free):
        if left[constraints.notes[index]]:
            left[constraints.notes[index]] -= 1
            staying.append(index)
    shown = set(staying)
    fixed = [note for index, note in enumerate(constraints.notes) if index not in constraints.free]
    stays = [constraints.notes[index] for index in staying]
    fresh = _beside_fixed([note for note in left.elements() if constraints.may_lie(note)], fixed, stays)
    struck = {(constraints.notes[index].pitch, round(constraints.notes[index].onset / TIGHT)) for index in staying}
    fresh = [note for note in fresh if (note.pitch, round(note.onset / TIGHT)) not in struck]
    lines: dict[int, list[float]] = {}
    for note in sorted(fresh, key=lambda note: note.onset):
        lines.setdefault(note.pitch, []).append(note.onset)
    cuts = {index: _cut(constraints.notes[index], lines.get(constraints.notes[index].pitch, ())) for index in staying}
    shortened = {index: cut for index, cut in cuts.items() if cut != constraints.notes[index]}
    removed = [index for index in sorted(constraints.free) if index not in shown or index in shortened]
    edit_set = EditSet(constraints)
    if not edit_set.add(tuple(removed), (*shortened.values(), *fresh)):
        return None
    reached = search_similarity(edit_set, None)
    if reached is None:
        return None
    return as_variation(constraints, seed, reached, None).saying(remark)


def _beside_fixed(notes: Sequence[Note], fixed: Sequence[Note], stays: Sequence[Note]) -> list[Note]:
    """New hits, none under a ringing fixed hit of its drum, none ringing into one, into what stays or each other."""
    lines: dict[int, list[Note]] = {}
    for note in fixed:
        lines.setdefault(note.pitch, []).append(note)
    onsets: dict[int, list[float]] = {}
    for note in (*fixed, *stays):
        onsets.setdefault(note.pitch, []).append(note.onset)
    result: list[Note] = []
    ordered = sorted(notes, key=lambda note: (note.pitch, note.onset))
    for place, note in enumerate(ordered):
        line = lines.get(note.pitch, [])
        if any(other.onset - TIGHT < note.onset < other.end - TIGHT for other in line):
            continue
        following = [onset for onset in onsets.get(note.pitch, ()) if onset > note.onset + TIGHT]
        following += [other.onset for other in ordered[place + 1 : place + 2] if other.pitch == note.pitch]
        if following and min(following) < note.end:
            note = note.moved(duration=min(following) - note.onset)
        if note.duration >= _SHORTEST:
            result.append(note)
    return result


def _cut(note: Note, onsets: Sequence[float]) -> Note:
    """A free hit, ending where the next new one of its drum begins; ``onsets`` of those, rising."""
    place = bisect_right(onsets, note.onset + TIGHT)
    if place == len(onsets) or onsets[place] >= note.end - TIGHT:
        return note
    return note.moved(duration=max(_SHORTEST, onsets[place] - note.onset))


def played(request: Request, players: Sequence[Engine], amount: float) -> Iterator[Variation]:
    """The grooves of a beat by the first player that gives any, ``amount`` (0-1) of the way from the clip to the
    drummer; raises what the last one says, Refused without players.
    """
    if not players:
        raise Refused("A groove is played by an engine; choose rnn, kin or rules.", field="engine")
    for player in players[:-1]:
        found = player.generate(request)
        try:
            found, name = chain([next(found)], found), player.name
            break
        except (EngineUnavailable, Refused, StopIteration):
            continue
    else:
        found, name = players[-1].generate(request), players[-1].name
    for variation in found:
        nearer = _together(request, _nearer(request, variation, amount) if amount < 1 else variation)
        yield nearer.saying(f"Played by the engine {name}.")


def _nearer(request: Request, variation: Variation, amount: float) -> Variation:
    """Every hit between where it was and where it came to be; kept ones stay bit for bit.

    In both clips no hit rings into the next of its drum, so between them none does.
    """

    def between(before: float, after: float) -> float:
        return before + amount * (after - before)

    notes = [
        (
            note
            if kept is not None
            else note.moved(
                onset=between(before.onset, note.onset),
                duration=between(before.duration, note.duration),
                velocity=round(between(before.velocity, note.velocity)),
            ),
            kept,
        )
        for before, note, kept in zip(_as_before(request, variation), variation.clip.notes, variation.kept, strict=True)
    ]
    return _ordered(variation, notes)


def _together(request: Request, variation: Variation) -> Variation:
    """Cymbals that one stroke of the clip struck together move as one hit: else the later hat would choke the open one.

    A hit stays apart where it is kept, or where it would ring into another one of its drum.
    """
    pairs = list(zip(_as_before(request, variation), variation.clip.notes, variation.kept, strict=True))
    onsets: dict[int, list[float]] = {}
    for _, note, _ in pairs:
        onsets.setdefault(note.pitch, []).append(note.onset)
    strokes: dict[int, float] = {}
    ends: dict[int, float] = {}
    notes: list[tuple[Note, int | None]] = []
    for before, note, kept in pairs:
        if kept is None and part_of(note.pitch) == "cymbals":
            onset = strokes.setdefault(round(before.onset / _STROKE), note.onset)
            later = onsets[note.pitch][bisect_right(onsets[note.pitch], note.onset) :]
            alone = ends.get(note.pitch, 0.0) <= onset + TIGHT and onset + note.duration <= min(later, default=math.inf)
            note = note.moved(onset=onset) if alone else note
        ends[note.pitch] = note.end
        notes.append((note, kept))
    return _ordered(variation, notes)


def _ordered(variation: Variation, notes: Sequence[tuple[Note, int | None]]) -> Variation:
    """The variation of these notes, each with which one of the clip it kept."""
    rising = sorted(notes, key=lambda item: item[0].order)
    clip = variation.clip.with_notes([note for note, _ in rising])
    return replace(variation, clip=clip, kept=tuple(kept for _, kept in rising))


def _as_before(request: Request, variation: Variation) -> list[Note]:
    """For each hit of a groove the clip's hit that it is."""
    lines: dict[int, list[Note]] = {}
    for note in request.prompt.notes:
        lines.setdefault(note.pitch, []).append(note)
    return [lines[note.pitch].pop(0) for note in variation.clip.notes]
