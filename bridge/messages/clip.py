"""A clip on its way: begin, the kinds of parts, ack and abort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bridge.messages.message import (
    LARGEST,
    MOST_PARTS,
    Code,
    Flag,
    Id,
    Judged,
    Malformed,
    Number,
    Numbered,
    OfTransfer,
    Pairs,
    Sentence,
    SentenceNumbers,
    Text,
    Variadic,
    Whole,
    on_wire,
)

NOTE_NUMBERS = 8
CHORD_NUMBERS = 5
NOTES_PER_PART = 24
NOTE_RANGES = {
    "pitch": (0, 127),
    "onset": (0, LARGEST),
    "duration": (1, LARGEST),
    "velocity": (1, 127),
    "mute": (0, 1),
    "probability": (0, 1000),
    "velocity_deviation": (-127, 127),
    "release_velocity": (0, 127),
}
"""The numbers of a note in their order, each with its least and most."""

NUMBERS_PER_PART = NOTES_PER_PART * NOTE_NUMBERS
CHORDS_PER_PART = NUMBERS_PER_PART // CHORD_NUMBERS
MOST_NOTES = 20_000
MOST_NAME = 60
"""Bytes of a clip's name."""

FIRST_SERVER_TRANSFER = 2**23
"""Transfers from here up are numbered by the server, those below by the client."""

_LockSum = Annotated[int, Whole(0, 63)]


@on_wire("both", "/clipkin/clip/begin")
class Begin(OfTransfer):
    """A clip starts. ``request`` 0: the client's clip; else the variation ``index`` of that request.

    length in ticks; role 0 unknown, 1 melody, 2 chords, 3 bass, 4 drums; tempo in thousandths of a BPM.
    """

    request: Number
    index: Number
    note_count: Number
    part_count: Annotated[int, Whole(0, MOST_PARTS)]
    length: Id
    checksum: Number
    role: Annotated[int, Whole(0, 4)]
    tempo: Id
    numerator: Annotated[int, Whole(1, 99)]
    denominator: Annotated[int, Whole(1, 32)]


@dataclass(frozen=True, slots=True)
class Counted(Numbered):
    """A part whose numbers the checksum guards: ``count`` items of ``ITEM`` numbers each."""

    ITEM = 1
    count: Annotated[int, Whole(0, NUMBERS_PER_PART)]
    numbers: Annotated[tuple[int, ...], Variadic(most=NUMBERS_PER_PART)]

    def check(self) -> None:
        """``count`` is that of ``numbers``, and there is something."""
        if not self.numbers or self.count * self.ITEM != len(self.numbers):
            raise Malformed("The part's count doesn't fit its numbers.", field="count")


@on_wire("both", "/clipkin/clip/part")
class Part(Counted):
    """Notes, 8 numbers each: raises Malformed with the note's number, counted from 0, for one out of range."""

    ITEM = NOTE_NUMBERS

    def check(self) -> None:
        """Every number of every note lies in its range."""
        Counted.check(self)
        for place, (name, (low, high)) in enumerate(NOTE_RANGES.items()):
            column = self.numbers[place::NOTE_NUMBERS]
            if min(column) < low or max(column) > high:
                wrong = next(row for row, number in enumerate(column) if not low <= number <= high)
                raise Malformed(
                    f"Note {self.part * NOTES_PER_PART + wrong} can't be: its {name.replace('_', ' ')} must be "
                    f"{low} to {high}, not {column[wrong]}.",
                    field=name,
                )


@on_wire("both", "/clipkin/clip/selected")
class Selected(Counted):
    """Words of 24 bits, a set bit is a note that may change."""


@on_wire("C→S", "/clipkin/clip/chords")
class Chords(Counted):
    """Chords, 5 numbers each: onset, duration (ticks), root, mask, bass."""

    ITEM = CHORD_NUMBERS


@on_wire("S→C", "/clipkin/clip/kept")
class Kept(Counted):
    """For each note 0, or 1 + the place of the prompt's note that it is."""


@on_wire("both", "/clipkin/clip/name")
class Name(Numbered):
    """The clip's name, at most one in a transfer."""

    name: Annotated[str, Text(MOST_NAME)]


@on_wire("both", "/clipkin/clip/pickup")
class Pickup(Numbered):
    """Ticks of the clip before its first bar line, at most one in a transfer; none: it begins on one."""

    ticks: Id


@on_wire("S→C", "/clipkin/variation/report")
class VariationReport(Numbered):
    """A variation's figures, in ‰, -1 where not judged; locks as sums of bits."""

    seed: Number
    similarity: Judged
    kept: Number
    notes: Number
    in_scale: Judged
    originality: Judged
    score: Judged
    locks_asked: _LockSum
    locks_held: _LockSum
    pairs: Annotated[tuple[tuple[str, int], ...], Pairs(110)]


@on_wire("S→C", "/clipkin/variation/remark")
class Remark(Numbered):
    """A sentence about a variation; two integers for each number taken out of it."""

    sentence: Sentence
    numbers: SentenceNumbers


COUNTED = (Part, Selected, Chords, Kept)
"""The kinds of parts whose numbers the checksum guards, in their order in a transfer."""


@on_wire("both", "/clipkin/clip/ack")
class Ack(OfTransfer):
    """Every part below ``base`` has come, and those of ``bitmap`` beyond it.

    Bit b stands for part base + 1 + b. ``done`` 1 repeats the checksum, else it is 0.
    """

    base: Annotated[int, Whole(0, MOST_PARTS)]
    bitmap: Number
    done: Flag
    checksum: Number


@on_wire("both", "/clipkin/clip/abort")
class Abort(OfTransfer):
    """Drop the transfer, for the reason ``code``."""

    code: Code
