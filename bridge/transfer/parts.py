"""A clip as the wire carries it, cut into numbered parts and joined again.

Offers: ``WireClip``, ``split`` and its reverse ``join``, ``checksum``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from bridge.messages import clip as clips
from bridge.messages.clip import Begin, Chords, Counted, Kept, Name, Part, Pickup, Remark, Selected, VariationReport
from bridge.messages.message import Malformed, Numbered

MODULUS = 524287
"""2^19 - 1, prime: no step of the checksum exceeds 2^24, so float32 clients reckon exactly."""


def checksum(numbers: Iterable[int]) -> int:
    """c = 1; for each number v: c = (31 c + v mod M) mod M. It guards the joining, not the bytes (UDP does that)."""
    value = 1
    for number in numbers:
        value = (31 * value + number % MODULUS) % MODULUS
    return value


@dataclass(frozen=True, slots=True)
class WireClip:
    """A clip in numbers; times in ticks.

    notes      8 numbers each: pitch, onset, duration, velocity, mute, probability, deviation, release velocity
    length     ticks, at least 1
    role       0 unknown, 1 melody, 2 chords, 3 bass, 4 drums
    tempo      thousandths of a BPM
    selected   words of 24 bits, bit b of word w is note 24 w + b; empty: every note may change
    chords     5 numbers each: onset, duration, root, mask, bass
    name       "" for none
    kept       of a variation: for each note 0, or 1 + the place of the prompt's note that it is
    report     of a variation: its figures
    remarks    of a variation
    pickup     ticks before the first bar line
    """

    notes: tuple[tuple[int, ...], ...]
    length: int
    role: int = 0
    tempo: int = 120_000
    numerator: int = 4
    denominator: int = 4
    selected: tuple[int, ...] = ()
    chords: tuple[tuple[int, ...], ...] = ()
    kept: tuple[int, ...] = ()
    name: str = ""
    report: VariationReport | None = None
    remarks: tuple[Remark, ...] = ()
    pickup: int = 0

    def guarded(self) -> Iterator[int]:
        """The numbers that the checksum runs over, in wire order."""
        return chain(*self.notes, self.selected, *self.chords, self.kept)


def split(
    clip: WireClip, session: int, transfer: int, request: int = 0, index: int = 0
) -> tuple[Begin, tuple[Numbered, ...]]:
    """The begin and the numbered parts of a clip; raises Malformed when it is too big."""
    if len(clip.notes) > clips.MOST_NOTES:
        raise Malformed(
            f"A clip has at most {clips.MOST_NOTES} notes on the wire, not {len(clip.notes)}.", field="notes"
        )
    parts: list[Numbered] = []
    selected, kept = (tuple((number,) for number in numbers) for numbers in (clip.selected, clip.kept))
    for kind, items in ((Part, clip.notes), (Selected, selected), (Chords, clip.chords), (Kept, kept)):
        size = clips.NUMBERS_PER_PART // kind.ITEM
        for start in range(0, len(items), size):
            some = items[start : start + size]
            parts.append(kind(session, transfer, len(parts), len(some), tuple(chain(*some))))
    if clip.name:
        parts.append(Name(session, transfer, len(parts), clip.name))
    if clip.pickup:
        parts.append(Pickup(session, transfer, len(parts), clip.pickup))
    for said in (*((clip.report,) if clip.report else ()), *clip.remarks):
        parts.append(replace(said, session=session, transfer=transfer, part=len(parts)))
    counts, metre = (len(clip.notes), len(parts)), (clip.numerator, clip.denominator)
    guard = checksum(clip.guarded())
    begin = Begin(session, transfer, request, index, *counts, clip.length, guard, clip.role, clip.tempo, *metre)
    return begin, tuple(parts)


def join(begin: Begin, parts: Mapping[int, Numbered]) -> WireClip:
    """The clip that the parts 0 … ``begin.part_count`` - 1 make; the reverse of ``split``.

    Raises Malformed when kinds, counts or the checksum disagree with ``begin``.
    """
    found: defaultdict[type, list[Any]] = defaultdict(list)
    for place in range(begin.part_count):
        part = parts[place]
        found[type(part)] += part.numbers if isinstance(part, Counted) else (part,)
    if len(found[Name]) > 1:
        raise Malformed("A clip has one name at most.", field="name")

    def rows(kind: type[Counted]) -> tuple[tuple[int, ...], ...]:
        return tuple(zip(*[iter(found[kind])] * kind.ITEM, strict=True))

    head = begin.length, begin.role, begin.tempo, begin.numerator, begin.denominator
    numbers = tuple(found[Selected]), rows(Chords), tuple(found[Kept])
    said = "".join(part.name for part in found[Name]), next(iter(found[VariationReport]), None), tuple(found[Remark])
    clip = WireClip(rows(Part), *head, *numbers, *said, next((part.ticks for part in found[Pickup]), 0))
    if len(clip.notes) != begin.note_count or (clip.kept and len(clip.kept) != begin.note_count):
        raise Malformed("The parts don't hold as many notes as the clip's begin says.", field="note_count")
    if checksum(clip.guarded()) != begin.checksum:
        raise Malformed("The clip's checksum is not that of its parts.", field="checksum")
    return clip
