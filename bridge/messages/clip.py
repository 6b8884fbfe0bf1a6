"""A clip on its way: begin, the kinds of parts, ack and abort."""

from typing import Annotated

from bridge.messages import message as wire
from bridge.messages.message import Malformed, Numbered, OfTransfer, Text, Whole

NOTE_NUMBERS = 8
NOTES_PER_PART = 24
NOTE_RANGES = {
    "pitch": (0, 127),
    "onset": (0, wire.LARGEST),
    "duration": (1, wire.LARGEST),
    "velocity": (1, 127),
    "mute": (0, 1),
    "probability": (0, 1000),
    "velocity_deviation": (-127, 127),
    "release_velocity": (0, 127),
}
"""The numbers of a note in their order, each with its least and most."""

NUMBERS_PER_PART = NOTES_PER_PART * NOTE_NUMBERS
MOST_NOTES = 20_000
MOST_NAME = 60
"""Bytes of a clip's name."""

FIRST_SERVER_TRANSFER = 2**23
"""Transfers from here up are numbered by the server, those below by the client."""

_LockSum = Annotated[int, Whole(0, 63)]


class Begin(OfTransfer, way="both", address="/clipkin/clip/begin"):
    """A clip starts. ``request`` 0: the client's clip; else the variation ``index`` of that request.

    length in ticks; role 0 unknown, 1 melody, 2 chords, 3 bass, 4 drums; tempo in thousandths of a BPM.
    """

    request: wire.Number
    index: wire.Number
    note_count: wire.Number
    part_count: Annotated[int, Whole(0, wire.MOST_PARTS)]
    length: wire.Id
    checksum: wire.Number
    role: Annotated[int, Whole(0, 4)]
    tempo: wire.Id
    numerator: Annotated[int, Whole(1, 99)]
    denominator: Annotated[int, Whole(1, 32)]


class Counted(Numbered):
    """A part whose numbers the checksum guards: ``count`` items of ``ITEM`` numbers each."""

    ITEM = 1
    count: Annotated[int, Whole(0, NUMBERS_PER_PART)]
    numbers: Annotated[tuple[int, ...], wire.Variadic(most=NUMBERS_PER_PART)]

    def check(self) -> None:
        """``count`` is that of ``numbers``, and there is something."""
        if not self.numbers or self.count * self.ITEM != len(self.numbers):
            raise Malformed("The part's count doesn't fit its numbers.", field="count")


class Part(Counted, way="both", address="/clipkin/clip/part"):
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


class Selected(Counted, way="both", address="/clipkin/clip/selected"):
    """Words of 24 bits, a set bit is a note that may change."""


class Chords(Counted, way="C→S", address="/clipkin/clip/chords"):
    """Chords, 5 numbers each: onset, duration (ticks), root, mask, bass."""

    ITEM = 5


class Kept(Counted, way="S→C", address="/clipkin/clip/kept"):
    """For each note 0, or 1 + the place of the prompt's note that it is."""


class Name(Numbered, way="both", address="/clipkin/clip/name"):
    """The clip's name, at most one in a transfer."""

    name: Annotated[str, Text(MOST_NAME)]


class Pickup(Numbered, way="both", address="/clipkin/clip/pickup"):
    """Ticks of the clip before its first bar line, at most one in a transfer; none: it begins on one."""

    ticks: wire.Id


class VariationReport(Numbered, way="S→C", address="/clipkin/variation/report"):
    """A variation's figures, in ‰, -1 where not judged; locks as sums of bits."""

    seed: wire.Number
    similarity: wire.Judged
    kept: wire.Number
    notes: wire.Number
    in_scale: wire.Judged
    originality: wire.Judged
    score: wire.Judged
    locks_asked: _LockSum
    locks_held: _LockSum
    pairs: Annotated[tuple[tuple[str, int], ...], wire.Pairs(110)]


class Remark(Numbered, way="S→C", address="/clipkin/variation/remark"):
    """A sentence about a variation; two integers for each number taken out of it."""

    sentence: wire.Sentence
    numbers: wire.SentenceNumbers


class Ack(OfTransfer, way="both", address="/clipkin/clip/ack"):
    """Every part below ``base`` has come, and those of ``bitmap`` beyond it.

    Bit b stands for part base + 1 + b. ``done`` 1 repeats the checksum, else it is 0.
    """

    base: Annotated[int, Whole(0, wire.MOST_PARTS)]
    bitmap: wire.Number
    done: wire.Flag
    checksum: wire.Number


class Abort(OfTransfer, way="both", address="/clipkin/clip/abort"):
    """Drop the transfer, for the reason ``code``."""

    code: wire.Code
