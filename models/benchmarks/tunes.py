"""A few traditional tunes to measure harmony on where no corpus is at hand: all long in the public domain.

Written as words: a pitch class with an octave (C3 = 60) and, after a colon, beats; "r" rests.

Offers: ``TUNES``, ``tune``.
"""

from __future__ import annotations

from models.music import pitch as pitches
from models.music.beats import Metre
from models.music.clip import Clip
from models.music.note import Note

TUNES: dict[str, tuple[str, str, str]] = {
    "Twinkle": (
        "C major",
        "4/4",
        "C3:1 C3:1 G3:1 G3:1 A3:1 A3:1 G3:2 F3:1 F3:1 E3:1 E3:1 D3:1 D3:1 C3:2 "
        "G3:1 G3:1 F3:1 F3:1 E3:1 E3:1 D3:2 G3:1 G3:1 F3:1 F3:1 E3:1 E3:1 D3:2",
    ),
    "Ode to Joy": (
        "D major",
        "4/4",
        "F#3:1 F#3:1 G3:1 A3:1 A3:1 G3:1 F#3:1 E3:1 D3:1 D3:1 E3:1 F#3:1 F#3:1.5 E3:.5 "
        "E3:2 F#3:1 F#3:1 G3:1 A3:1 A3:1 G3:1 F#3:1 E3:1 D3:1 D3:1 E3:1 F#3:1 E3:1.5 D3:.5 D3:2",
    ),
    "Greensleeves": (
        "A minor",
        "6/8",
        "C4:1 D4:.5 E4:.75 F4:.25 E4:.5 D4:1 B3:.5 G3:.75 A3:.25 B3:.5 C4:1 A3:.5 "
        "A3:.75 G#3:.25 A3:.5 B3:1 G#3:.5 E3:1.5 C4:1 D4:.5 E4:.75 F4:.25 E4:.5 D4:1 B3:.5 "
        "G3:.75 A3:.25 B3:.5 C4:.75 B3:.25 A3:.5 G#3:.75 F#3:.25 G#3:.5 A3:1.5 A3:1.5",
    ),
    "Amazing Grace": (
        "G major",
        "3/4",
        "r:2 D3:1 G3:2 B3:.5 G3:.5 B3:2 A3:1 G3:2 E3:1 D3:2 D3:1 G3:2 B3:.5 G3:.5 "
        "B3:2 A3:1 D4:5 B3:1 D4:2 B3:.5 G3:.5 B3:2 A3:1 G3:2 E3:1 D3:2 D3:1 G3:2 B3:.5 G3:.5 B3:2 A3:1 "
        "G3:3",
    ),
    "Scarborough Fair": (
        "D dorian",
        "3/4",
        "D3:2 D3:1 A3:2 A3:1 E3:1.5 F3:.5 E3:1 D3:3 r:1 A3:1 C4:1 D4:2 C4:1 A3:1 B3:1 G3:1 A3:3 A3:3",
    ),
    "Drunken Sailor": (
        "D dorian",
        "4/4",
        "A3:1 A3:.5 A3:.5 A3:1 A3:.5 A3:.5 A3:1 D3:1 F3:1 A3:1 G3:1 G3:.5 G3:.5 "
        "G3:1 G3:.5 G3:.5 G3:1 C3:1 E3:1 G3:1 A3:1 A3:.5 A3:.5 A3:1 A3:.5 A3:.5 A3:1 B3:1 C4:1 D4:1 "
        "C4:1 A3:1 G3:1 E3:1 D3:2 D3:2",
    ),
    "Frère Jacques": (
        "F major",
        "4/4",
        "F3:1 G3:1 A3:1 F3:1 F3:1 G3:1 A3:1 F3:1 A3:1 A#3:1 C4:2 A3:1 A#3:1 C4:2 "
        "C4:.5 D4:.5 C4:.5 A#3:.5 A3:1 F3:1 C4:.5 D4:.5 C4:.5 A#3:.5 A3:1 F3:1 F3:1 C3:1 F3:2 "
        "F3:1 C3:1 F3:2",
    ),
}
"""Name → key, metre and notes."""


def tune(name: str) -> Clip:
    """The tune as a clip of whole bars."""
    key, metre_text, words = TUNES[name]
    metre, onset, notes = Metre.parse(metre_text), 0.0, []
    for word in words.split():
        place, beats = word.split(":")
        if place != "r":
            notes.append(Note(pitches.parse(place), onset, float(beats), 96))
        onset += float(beats)
    return Clip(tuple(notes), metre.bars(onset) * metre.bar, name=name, metre=metre, role="melody", key=key)
