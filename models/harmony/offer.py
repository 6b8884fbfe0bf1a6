"""An offer made into a variation: what of the prompt may change, what was kept of it, and what holds.

Region, selection and scale are kept by construction: what they fix isn't given to the algorithms at all.

Offers: ``Offer``, ``offered``, ``rank_of``, ``seed_of``; ``Freed`` (``of``, ``joined``), a prompt parted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models.constraints import lines
from models.constraints.result import kept_notes
from models.constraints.verify import locks_held
from models.generator import Report, Request, Variation
from models.music.beats import TIGHT
from models.music.clip import Clip, without_overlaps
from models.music.errors import EmptyClip
from models.music.note import Note
from models.music.similarity import similarity
from models.tasks.table import MOST_VARIATIONS, TABLE

_SHORTEST = 1 / 32
_EQUALS = 4
"""The first ranks, one for each idea, which are about as good as each other."""
_LATER = MOST_VARIATIONS
"""Seeds from here on, as many as there are later ranks, are the names of those: see ``seed_of``."""


def rank_of(seed: int) -> int:
    """The rank that a row of results begins with: one of the best for any seed, a later one for the seed that such a
    result carries.
    """
    later = seed - _LATER
    return _EQUALS + later if 0 <= later < 2 * MOST_VARIATIONS else seed % _EQUALS


def seed_of(rank: int) -> int:
    """The seed that a result of this rank carries, which makes it again."""
    return rank if rank < _EQUALS else _LATER + rank - _EQUALS


@dataclass(frozen=True, slots=True)
class Offer:
    """A possible result: the whole clip, figures by name, and sentences."""

    clip: Clip
    measures: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def offered(request: Request, offer: Offer, seed: int) -> Variation:
    """The variation that an offer is, with its report; a note kept is one that is bit for bit the prompt's."""
    stands = TABLE[request.task].in_place
    before = request.prompt.notes if stands else ()
    after = offer.clip.notes
    kept = kept_notes(before, after)
    new = [note for note, index in zip(after, kept, strict=True) if index is None]
    inside = sum(note.pitch in request.scale for note in new) / len(new) if request.scale and new else 1.0
    report = Report(
        similarity=similarity(before, after) if stands else 0.0,
        in_scale=inside,
        measures=offer.measures,
        locks=locks_held(request.locks, before, after, kept),
        remarks=offer.remarks,
    )
    return Variation(offer.clip, seed, kept, report)


@dataclass(frozen=True, slots=True)
class Freed:
    """A prompt, parted.

    source         the prompt with those notes alone that may change
    fixed          the others, which stay bit for bit
    region, range  where new notes may begin, in beats, and lie
    """

    source: Clip
    fixed: tuple[Note, ...]
    region: tuple[float, float]
    range: tuple[int, int] | None

    @classmethod
    def of(cls, request: Request) -> Freed:
        """The parts of a request's prompt; raises EmptyClip where nothing is left that may change.

        Of the prompt's own notes outside the scale those of a locked line stay, whatever ``outside`` says.
        """
        prompt = request.prompt
        region = request.region or (0.0, prompt.length)
        found = ((request.locks.top, lines.top_line), (request.locks.bass, lines.bass_line))
        line = {prompt.notes[index] for locked, find in found if locked for index in find(prompt.notes)}
        free, fixed = [], []
        for index, note in enumerate(prompt.notes):
            inside = region[0] <= note.onset < region[1]
            chosen = request.selected is None or index in request.selected
            if note.mute or not (inside and chosen):
                fixed.append(note)
            elif request.scale is None or note.pitch in request.scale:
                free.append(note)
            elif request.outside == "keep" or note in line:
                fixed.append(note)
            elif request.outside == "snap":
                free.append(note.moved(pitch=request.scale.nearest(note.pitch)))
        if not free:
            raise EmptyClip("There is no note here that may change; choose a clip with chords, or free more of it.")
        return cls(prompt.with_notes(free), tuple(fixed), (region[0], min(region[1], prompt.length)), request.range)

    @property
    def free_until_the_end(self) -> Clip:
        """The source as if it ended with the region: for rhythms that fill the time."""
        end = self.region[1]
        return Clip(
            tuple(note if note.end <= end else note.moved(duration=end - note.onset) for note in self.source.notes),
            end,
            metre=self.source.metre,
            role=self.source.role,
        )

    def joined(self, new: Iterable[Note]) -> Clip:
        """The prompt with these notes in place of the free ones; what meets a fixed note of its pitch gives way."""
        lanes: dict[int, list[Note]] = {}
        for note in self.fixed:
            lanes.setdefault(note.pitch, []).append(note)
        notes = list(self.fixed)
        for note in without_overlaps(self._in_range(new), self.source.length):
            if not self.region[0] <= note.onset < self.region[1]:
                continue
            lane = lanes.get(note.pitch, ())
            if any(other.onset - TIGHT < note.onset < other.end - TIGHT for other in lane):
                continue
            end = min((other.onset for other in lane if other.onset >= note.onset), default=float("inf"))
            if end - note.onset >= _SHORTEST:
                notes.append(note if note.end <= end + TIGHT else note.moved(duration=end - note.onset))
        return self.source.with_notes(notes)

    def _in_range(self, new: Iterable[Note]) -> list[Note]:
        """New notes an octave or more nearer where they lie outside the range (figures of broken chords may)."""
        low, high = self.range or (0, 127)
        own = set(self.source.notes)
        placed = []
        for note in new:
            pitch = note.pitch
            if note not in own:
                pitch += 12 * max(0, -(-(low - pitch) // 12)) - 12 * max(0, -(-(pitch - high) // 12))
            if note in own or low <= pitch <= high:
                placed.append(note if pitch == note.pitch else note.moved(pitch=pitch))
        return placed
