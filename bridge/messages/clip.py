"""A clip on its way: begin, the kinds of parts, ack and abort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bridge.messages.message import (
    LARGEST,
    LARGEST_SENTENCE,
    Malformed,
    Message,
    identity,
    number,
    numbers,
    pairs,
    word,
)

NOTE_NUMBERS = 8
CHORD_NUMBERS = 5
NOTES_PER_PART = 24
NUMBERS_PER_PART = NOTES_PER_PART * NOTE_NUMBERS
CHORDS_PER_PART = NUMBERS_PER_PART // CHORD_NUMBERS
MOST_NOTES = 20_000
MOST_PARTS = 2_000
MOST_NAME = 60
"""Bytes of a clip's name."""

FIRST_SERVER_TRANSFER = 2**23
"""Transfers from here up are numbered by the server, those below by the client."""


@dataclass(frozen=True, slots=True)
class Begin(Message):
    """Both ways: a clip starts. ``request`` 0: the client's clip; else the variation ``index`` of that request.

    length in ticks; role 0 unknown, 1 melody, 2 chords, 3 bass, 4 drums; tempo in thousandths of a BPM.
    """

    ADDRESS: ClassVar[str] = "/clipkin/clip/begin"
    session: int = identity()
    transfer: int = identity()
    request: int = number()
    index: int = number()
    note_count: int = number()
    part_count: int = number(0, MOST_PARTS)
    length: int = number(1)
    checksum: int = number()
    role: int = number(0, 4)
    tempo: int = number(1)
    numerator: int = number(1, 99)
    denominator: int = number(1, 32)


@dataclass(frozen=True, slots=True)
class _Counted(Message):
    """A part: ``count`` items of ``ITEM`` numbers each."""

    ITEM: ClassVar[int] = 1
    session: int = identity()
    transfer: int = identity()
    part: int = number(0, MOST_PARTS - 1)
    count: int = number(0, NUMBERS_PER_PART)
    numbers: tuple[int, ...] = numbers(NUMBERS_PER_PART)

    def check(self) -> None:
        """``count`` is that of ``numbers``, and there is something."""
        if not self.numbers or self.count * self.ITEM != len(self.numbers):
            raise Malformed("The part's count doesn't fit its numbers.", field="count")


@dataclass(frozen=True, slots=True)
class Part(_Counted):
    """Both ways: notes, 8 numbers each."""

    ADDRESS: ClassVar[str] = "/clipkin/clip/part"
    ITEM: ClassVar[int] = NOTE_NUMBERS


@dataclass(frozen=True, slots=True)
class Selected(_Counted):
    """Client → server: words of 24 bits, a set bit is a note that may change."""

    ADDRESS: ClassVar[str] = "/clipkin/clip/selected"


@dataclass(frozen=True, slots=True)
class Chords(_Counted):
    """Client → server: chords, 5 numbers each: onset, duration (ticks), root, mask, bass."""

    ADDRESS: ClassVar[str] = "/clipkin/clip/chords"
    ITEM: ClassVar[int] = CHORD_NUMBERS


@dataclass(frozen=True, slots=True)
class Kept(_Counted):
    """Server → client: for each note 0, or 1 + the place of the prompt's note that it is."""

    ADDRESS: ClassVar[str] = "/clipkin/clip/kept"


@dataclass(frozen=True, slots=True)
class Name(Message):
    """Both ways: the clip's name, at most one in a transfer."""

    ADDRESS: ClassVar[str] = "/clipkin/clip/name"
    session: int = identity()
    transfer: int = identity()
    part: int = number(0, MOST_PARTS - 1)
    name: str = word(MOST_NAME)


@dataclass(frozen=True, slots=True)
class VariationReport(Message):
    """Server → client: a variation's figures, in ‰, -1 where not judged; locks as sums of bits."""

    ADDRESS: ClassVar[str] = "/clipkin/variation/report"
    session: int = identity()
    transfer: int = identity()
    part: int = number(0, MOST_PARTS - 1)
    seed: int = number()
    similarity: int = number(-1, 1000)
    kept: int = number()
    notes: int = number()
    in_scale: int = number(-1, 1000)
    originality: int = number(-1, 1000)
    score: int = number(-1, 1000)
    locks_asked: int = number(0, 63)
    locks_held: int = number(0, 63)
    pairs: tuple[tuple[str, int], ...] = pairs(110)


@dataclass(frozen=True, slots=True)
class Remark(Message):
    """Server → client: a sentence about a variation; two integers for each number taken out of it."""

    ADDRESS: ClassVar[str] = "/clipkin/variation/remark"
    session: int = identity()
    transfer: int = identity()
    part: int = number(0, MOST_PARTS - 1)
    sentence: str = word(LARGEST_SENTENCE)
    numbers: tuple[int, ...] = numbers(40)


AnyPart = Part | Selected | Chords | Kept | Name | VariationReport | Remark
"""What is numbered in a transfer."""

COUNTED = (Part, Selected, Chords, Kept)
"""The kinds of parts whose numbers the checksum guards, in their order in a transfer."""


@dataclass(frozen=True, slots=True)
class Ack(Message):
    """Both ways: every part below ``base`` has come, and those of ``bitmap`` beyond it.

    Bit b stands for part base + 1 + b. ``done`` 1 repeats the checksum, else it is 0.
    """

    ADDRESS: ClassVar[str] = "/clipkin/clip/ack"
    session: int = identity()
    transfer: int = identity()
    base: int = number(0, MOST_PARTS)
    bitmap: int = number(0, LARGEST)
    done: int = number(0, 1)
    checksum: int = number()


@dataclass(frozen=True, slots=True)
class Abort(Message):
    """Both ways: drop the transfer, for the reason ``code``."""

    ADDRESS: ClassVar[str] = "/clipkin/clip/abort"
    session: int = identity()
    transfer: int = identity()
    code: int = number(0, 999)
