"""Locks: what must not change when a clip is worked on.

Offers: ``Locks`` (``parse``, ``names``), ``FLAGS``.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.music.errors import BadValue

FLAGS = ("rhythm", "pitch", "contour", "velocity", "top", "bass")


@dataclass(frozen=True, slots=True)
class Locks:
    """What must not change.

    rhythm     the same onsets and durations
    pitch      the same pitches in the same order
    contour    the highest note at each onset goes up, down or stays as before
    velocity   the same sequence of velocities
    top, bass  every note of that line stays (onset, pitch, duration) and no new note lies beyond it
    lanes      these pitches of a drum clip stay as they were
    """

    rhythm: bool = False
    pitch: bool = False
    contour: bool = False
    velocity: bool = False
    top: bool = False
    bass: bool = False
    lanes: frozenset[int] = frozenset()

    @classmethod
    def parse(cls, text: str) -> Locks:
        """The locks that ``text`` names, separated by commas: "rhythm,lane:38"; the reverse of ``str``."""
        flags: dict[str, bool] = {}
        lanes = set()
        for word in filter(None, (part.strip().lower() for part in text.split(","))):
            if word in FLAGS:
                flags[word] = True
            elif word.startswith("lane:") and word[5:].isdecimal() and int(word[5:]) <= 127:
                lanes.add(int(word[5:]))
            else:
                raise BadValue(
                    f'The lock "{word}" is not known; locks are {", ".join(FLAGS)} '
                    "and lane:PITCH, for example lane:38.",
                    field="locks",
                )
        return cls(**flags, lanes=frozenset(lanes))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the locks that are on."""
        return (*(flag for flag in FLAGS if getattr(self, flag)), *(f"lane:{lane}" for lane in sorted(self.lanes)))

    def __str__(self) -> str:
        return ",".join(self.names)
