"""Scales as sets of pitch classes.

A scale is a root (pitch class 0-11) and a mask of 12 bits: bit i set means that the class i semitones above the
root belongs to it. Names are Live's, with the usual other ones beside them.

Offers: ``Scale`` (``parse``, ``from_intervals``, ``in``, ``nearest``, ``pitches``, ``step``), ``SCALES``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.music import pitch as pitches
from models.music.errors import BadValue

SCALES: dict[str, tuple[int, ...]] = {
    "Major": (0, 2, 4, 5, 7, 9, 11),
    "Minor": (0, 2, 3, 5, 7, 8, 10),
    "Dorian": (0, 2, 3, 5, 7, 9, 10),
    "Mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "Lydian": (0, 2, 4, 6, 7, 9, 11),
    "Phrygian": (0, 1, 3, 5, 7, 8, 10),
    "Locrian": (0, 1, 3, 5, 6, 8, 10),
    "Whole Tone": (0, 2, 4, 6, 8, 10),
    "Half-whole Dim.": (0, 1, 3, 4, 6, 7, 9, 10),
    "Whole-half Dim.": (0, 2, 3, 5, 6, 8, 9, 11),
    "Minor Blues": (0, 3, 5, 6, 7, 10),
    "Major Blues": (0, 2, 3, 4, 7, 9),
    "Minor Pentatonic": (0, 3, 5, 7, 10),
    "Major Pentatonic": (0, 2, 4, 7, 9),
    "Harmonic Minor": (0, 2, 3, 5, 7, 8, 11),
    "Harmonic Major": (0, 2, 4, 5, 7, 8, 11),
    "Dorian #4": (0, 2, 3, 6, 7, 9, 10),
    "Phrygian Dominant": (0, 1, 4, 5, 7, 8, 10),
    "Melodic Minor": (0, 2, 3, 5, 7, 9, 11),
    "Lydian Augmented": (0, 2, 4, 6, 8, 9, 11),
    "Lydian Dominant": (0, 2, 4, 6, 7, 9, 10),
    "Super Locrian": (0, 1, 3, 4, 6, 8, 10),
    "8-Tone Spanish": (0, 1, 3, 4, 5, 6, 8, 10),
    "Bhairav": (0, 1, 4, 5, 7, 8, 11),
    "Hungarian Minor": (0, 2, 3, 6, 7, 8, 11),
    "Hirajoshi": (0, 2, 3, 7, 8),
    "In-Sen": (0, 1, 5, 7, 10),
    "Iwato": (0, 1, 5, 6, 10),
    "Kumoi": (0, 2, 3, 7, 9),
    "Pelog Selisir": (0, 1, 3, 7, 8),
    "Pelog Tembung": (0, 1, 5, 7, 8),
    "Messiaen 3": (0, 2, 3, 4, 6, 7, 8, 10, 11),
    "Messiaen 4": (0, 1, 2, 5, 6, 7, 8, 11),
    "Messiaen 5": (0, 1, 5, 6, 7, 11),
    "Messiaen 6": (0, 2, 4, 5, 6, 8, 10, 11),
    "Messiaen 7": (0, 1, 2, 3, 5, 6, 7, 8, 9, 11),
    "Chromatic": tuple(range(12)),
}
"""Semitones above the root, by Live's name."""

_ALIASES = {
    "Major": "ionian, maj",
    "Minor": "aeolian, natural minor, min, m",
    "Minor Blues": "blues",
    "Minor Pentatonic": "pentatonic, pentatonic minor",
    "Major Pentatonic": "pentatonic major",
    "Half-whole Dim.": "diminished, octatonic, half-whole diminished",
    "Whole-half Dim.": "whole-half diminished",
    "Whole Tone": "whole-tone, wholetone",
    "Super Locrian": "altered",
}
_BY_LOWER = {
    alias: name for name in SCALES for alias in (name.lower(), *filter(None, _ALIASES.get(name, "").split(", ")))
}


def _mask(intervals: Iterable[int]) -> int:
    return sum({1 << interval % 12 for interval in intervals})


_BY_MASK = {_mask(intervals): name for name, intervals in reversed(SCALES.items())}
"""Of two scales with the same tones the first."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A root 0-11 and a mask of the classes above it; the root itself always belongs to it."""

    root: int
    mask: int

    def __post_init__(self) -> None:
        if not 0 <= self.root <= 11:
            raise BadValue(f"A scale's root must be 0 (C) to 11 (B), not {self.root}.", field="scale")
        if not 1 <= self.mask <= 0xFFF or not self.mask & 1:
            raise BadValue(
                f"A scale's mask must have 12 bits, the lowest set for the root, not {self.mask}.", field="scale"
            )

    @classmethod
    def from_intervals(cls, root: int, intervals: Iterable[int]) -> Scale:
        """The scale with these semitones above ``root`` (as Live's ``scale_intervals`` gives them)."""
        return cls(root % 12, _mask((0, *intervals)))

    @classmethod
    def parse(cls, text: str) -> Scale:
        """The scale that ``text`` names: "A minor", "F# dorian", "C" (major), "Dm", "C 101011010101" (root first).

        Raises BadValue.
        """
        words = text.strip().split(maxsplit=1)
        if not words:
            raise BadValue('The scale is empty; write for example "A minor".', field="scale")
        root_text, kind = words[0], (words[1].strip() if len(words) > 1 else "Major")
        if len(words) == 1 and len(root_text) > 1 and root_text[-1] == "m":
            root_text, kind = root_text[:-1], "Minor"
        try:
            root = pitches.parse_class(root_text)
        except BadValue:
            raise BadValue(
                f'"{text}" is not a scale; write a root and a kind, for example "A minor".', field="scale"
            ) from None
        if len(kind) == 12 and set(kind) <= {"0", "1"}:
            return cls.from_intervals(root, (place for place, bit in enumerate(kind) if bit == "1"))
        kind = kind if kind == "M" else kind.lower()
        known = "Major" if kind == "M" else _BY_LOWER.get(kind)
        if known is None:
            some = ", ".join(name.lower() for name in list(SCALES)[:8])
            raise BadValue(
                f'The scale "{text}" is not known; kinds are for example {some}, '
                "or 12 digits 0 and 1 that begin at the root.",
                field="scale",
            )
        return cls(root, _mask(SCALES[known]))

    def __str__(self) -> str:
        kind = _BY_MASK.get(self.mask)
        if kind is None:
            kind = "".join("1" if self.mask >> place & 1 else "0" for place in range(12))
        elif kind in ("Major", "Minor"):
            kind = kind.lower()
        return f"{pitches.class_name(self.root, flats=bool(self.flats))} {kind}"

    @property
    def flats(self) -> bool | None:
        """Whether its notes are spelled with flats; None for a scale whose signature has neither flats nor sharps."""
        minor = bool(self.mask >> 3 & 1) and not self.mask >> 4 & 1
        signature = (self.root + 3 * minor) % 12  # the tonic of the major key with these notes, about
        if self.mask >> 1 & 1:  # phrygian and its like: a flat more
            signature = (signature + 5) % 12
        elif minor and self.mask >> 9 & 1 and self.mask >> 10 & 1:  # dorian: a sharp more
            signature = (signature + 7) % 12
        return None if signature == 0 else signature in (1, 3, 5, 8, 10) or (signature == 6 and minor)

    @property
    def classes(self) -> frozenset[int]:
        """The pitch classes that belong to the scale."""
        return frozenset((self.root + place) % 12 for place in range(12) if self.mask >> place & 1)

    def __contains__(self, pitch: int) -> bool:
        """True when the pitch (or pitch class) belongs to the scale."""
        return bool(self.mask >> ((pitch - self.root) % 12) & 1)

    def nearest(self, pitch: int) -> int:
        """The pitch 0-127 of the scale nearest to ``pitch``, the lower one of two that are as near."""
        for distance in range(12):
            for candidate in (pitch - distance, pitch + distance):
                if candidate in pitches.PITCHES and candidate in self:
                    return candidate
        raise AssertionError("a scale has a root in every octave")

    def pitches(self, low: int = 0, high: int = 127) -> list[int]:
        """The pitches of the scale from ``low`` to ``high``, both included, rising."""
        return [pitch for pitch in range(low, high + 1) if pitch in self]

    def step(self, pitch: int, steps: int) -> int:
        """The pitch ``steps`` scale steps above (+) or below (-) ``pitch``; stays inside 0-127.

        From a pitch outside the scale the first step reaches the next pitch of the scale in that direction.
        """
        direction = 1 if steps > 0 else -1
        for _ in range(abs(steps)):
            candidate = pitch + direction
            while candidate in pitches.PITCHES and candidate not in self:
                candidate += direction
            if candidate not in pitches.PITCHES:
                break
            pitch = candidate
        return pitch


CHROMATIC = Scale(0, 0xFFF)
"""Every pitch class: the scale of a request without a scale lock."""
