"""A choice of moves, made into a variation with its report.

Offers: ``as_variation``, ``kept_notes``, ``carrying``; ``bearable``, as much of a choice as the
similarity bears.
"""

from __future__ import annotations

from dataclasses import replace

from models.constraints.constraints import Constraints
from models.constraints.edits import Edit, EditSet
from models.constraints.similarity_search import TOLERANCE, SearchResult, similarity_after
from models.constraints.verify import locks_held
from models.generator import Report, Request, Variation
from models.music.note import Note
from models.tasks.table import TABLE

_BARE = ("New notes come without the bends and pressure that the clip's own notes have.",)
_GOES_ON = ("Pedal, controllers and bends stay in the clip; the new bars come without them.",)


def as_variation(
    constraints: Constraints,
    seed: int,
    reached: SearchResult,
    target: float | None,
    bounds: str = "the locks and the number of notes",
) -> Variation:
    """The variation and its report; target: the dial, 0-1, or None; bounds: what may keep the result from there."""
    request = constraints.request
    new = [note for note, index in zip(reached.notes, reached.kept, strict=True) if index is None]
    scale = request.scale if constraints.role != "drums" else None
    inside = sum(note.pitch in scale for note in new) / len(new) if scale and new else 1.0
    remarks = []
    if target is not None and abs(reached.similarity - target) > TOLERANCE:
        remarks.append(f"The similarity is {reached.similarity:.2f}, as near to {target:.2f} as {bounds} let it come.")
    report = Report(
        similarity=reached.similarity,
        in_scale=inside,
        remarks=tuple(remarks),
        locks=locks_held(request.locks, request.prompt.notes, reached.notes, reached.kept),
    )
    return Variation(replace(request.prompt, notes=reached.notes), seed, reached.kept, report)


def kept_notes(before: tuple[Note, ...], after: tuple[Note, ...]) -> tuple[int | None, ...]:
    """For each note of ``after`` the place of the same note in ``before``, each used once; None: a new note."""
    places: dict[Note, list[int]] = {}
    for place in reversed(range(len(before))):
        places.setdefault(before[place], []).append(place)
    return tuple(places[note].pop() if places.get(note) else None for note in after)


def carrying(request: Request, variation: Variation) -> Variation:
    """The variation with what its prompt's file held besides notes; of a clip of another time the instrument alone."""
    carried = request.prompt.carried if request.prompts and request.task not in ("accompany", "arrange") else None
    if carried is None:
        return variation
    if not TABLE[request.task].in_place:
        variation = variation.saying(*_GOES_ON) if request.task == "continue" and carried.is_played else variation
        return replace(variation, clip=replace(variation.clip, carried=carried.instrument))
    own = {(voice.onset, voice.pitch): voice for voice in carried.voices}
    origins = [None if index is None else own.get(request.prompt.notes[index].order) for index in variation.kept]
    voices = tuple(
        replace(voice, onset=note.onset, pitch=note.pitch)
        for note, voice in zip(variation.clip.notes, origins, strict=True)
        if voice
    )
    clip = replace(variation.clip, carried=replace(carried, voices=voices))
    bare = any(voice.events for voice in carried.voices) and len(voices) < len(origins)
    return replace(variation, clip=clip).saying(*(_BARE if bare else ()))


def bearable(edits: EditSet, floor: float) -> list[Edit]:
    """As many edits, from the front, as leave the similarity at ``floor`` (0-1) or more."""
    low, high = 0, len(edits.edits)
    while low < high:
        middle = (low + high + 1) // 2
        if similarity_after(edits, edits.edits[:middle]) >= floor:
            low = middle
        else:
            high = middle - 1
    return edits.edits[:low]
