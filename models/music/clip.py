"""A clip: notes in a stretch of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from models.music.beats import TIGHT, Metre
from models.music.carried import Carried, in_a_row
from models.music.errors import BadValue
from models.music.note import Note

Role = Literal["melody", "chords", "bass", "drums"]
ROLES: tuple[Role, ...] = ("melody", "chords", "bass", "drums")


@dataclass(frozen=True, slots=True)
class Clip:
    """Notes, sorted by onset, then pitch, in a stretch of ``length`` beats.

    tempo   quarter notes a minute
    role    what a file or the user said that it is; None: to be found out by analysis
    key     as a file says it, "A minor"; None where it doesn't, or where the notes contradict it
    carried what the file held besides the notes, to go back with them; two clips are equal without it
    pickup  beats before the first bar line, in [0, bar)
    """

    notes: tuple[Note, ...]
    length: float
    name: str = ""
    tempo: float = 120.0
    metre: Metre = Metre()
    role: Role | None = None
    key: str | None = None
    carried: Carried | None = field(default=None, compare=False, repr=False)
    pickup: float = 0.0

    def __post_init__(self) -> None:
        if not self.length > 0:
            raise BadValue(f"A clip's length must be more than 0 beats, not {self.length}.", field="length")
        object.__setattr__(self, "notes", tuple(sorted(self.notes, key=lambda note: note.order)))

    @property
    def drums(self) -> bool:
        """True when the clip is said to be a drum clip."""
        return self.role == "drums"

    def with_notes(self, notes: Iterable[Note]) -> Clip:
        """This clip with other notes."""
        return replace(self, notes=tuple(notes))

    def cut(self, start: float, end: float) -> Clip:
        """The notes that begin in [start, end) beats, as a clip of their own that starts at 0.

        A note that rings past ``end`` is shortened to it.
        """
        inside = (
            note.moved(onset=note.onset - start, duration=min(note.duration, end - note.onset))
            for note in self.notes
            if start - TIGHT <= note.onset < end - TIGHT
        )
        notes = tuple(note.moved(onset=max(0.0, note.onset)) for note in inside)
        carried = self.carried.cut(start, end) if self.carried else None
        pickup = (self.pickup - start) % self.metre.bar if self.pickup else 0.0
        return replace(self, notes=notes, length=end - start, carried=carried, pickup=pickup)

    @property
    def silence_before(self) -> float:
        """Beats that are missing from the bar that its pickup ends."""
        return self.metre.bar - self.pickup if self.pickup else 0.0

    def later(self, silence: float) -> Clip:
        """This clip behind so many beats of silence, with which its bars begin on bar lines."""
        notes = tuple(note.moved(onset=note.onset + silence) for note in self.notes)
        return replace(self, notes=notes, length=self.length + silence, pickup=0.0)

    def looped(self, length: float) -> Clip:
        """This clip repeated until it fills ``length`` beats; what begins later is dropped, what rings on is cut."""
        offsets = [turn * self.length for turn in range(max(1, -int(-(length - TIGHT) // self.length)))]
        notes = tuple(note.moved(onset=note.onset + offset) for offset in offsets for note in self.notes)
        carried = in_a_row((offset, self.carried) for offset in offsets) if len(offsets) > 1 else self.carried
        return replace(self, notes=notes, length=max(length, self.length), carried=carried).cut(0.0, length)


def without_overlaps(notes: Iterable[Note], length: float) -> tuple[Note, ...]:
    """Notes as Live keeps them: none outside [0, length), none ringing past it, no overlap of the same pitch.

    The earlier of two overlapping notes is cut; of two that begin together the longer stays.
    """
    by_pitch: dict[int, list[Note]] = {}
    for note in sorted(notes, key=lambda note: (note.onset, note.pitch, -note.duration)):
        if not -TIGHT <= note.onset < length - TIGHT:
            continue
        line = by_pitch.setdefault(note.pitch, [])
        if line and note.onset - line[-1].onset < TIGHT:
            continue
        if line and line[-1].end > note.onset + TIGHT:
            line[-1] = line[-1].moved(duration=note.onset - line[-1].onset)
        # A cut below TIGHT would only change the last bits of a note that must come back bit for bit.
        line.append(note if note.end <= length + TIGHT else note.moved(duration=length - note.onset))
    return tuple(sorted((note for line in by_pitch.values() for note in line), key=lambda note: note.order))
