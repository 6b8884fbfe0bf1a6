"""Loops of chords such as producers write, with the key that they are said to be in.

Songs' annotations name a tonic where a song comes to rest; a loop comes to rest nowhere, and its makers name it after
where it begins or what its dominant leads to. Degrees are semitones above the tonic.

Offers: ``made_loop``.
"""

from __future__ import annotations

import re

import numpy as np

from models.music.beats import Metre
from models.music.chord import Chord, TimedChord

_MINOR = (
    "0min 8maj 3maj 10maj",
    "0min 10maj 8maj 10maj",
    "0min 10maj 8maj 7maj",
    "0min 5min 8maj 7maj",
    "0min 8maj 5min 7min",
    "0min 8maj 5min 7maj",
    "0min 7min 8maj 5min",
    "0min 3maj 10maj 8maj",
    "0min 3maj 10maj 5maj",
    "0min 8maj 10maj 0min",
    "0min 8maj",
    "0min 10maj",
    "0min 5min",
    "0min 8maj 10maj 5min",
    "0min 5min 10maj 3maj",
    "0min 5maj",
    "0min 5maj 0min 10maj",
    "0min7 5:7",
    "0min 1maj",
    "0min 1maj 0min 10maj",
    "0min",
    "0min 0min 5min 0min",
    "8maj 10maj 0min 0min",
    "8maj 10maj 0min 7min",
    "8maj 7min 5min 0min",
    "8maj 5min 0min 7maj",
    "2hdim7 7:7 0min 0min",
    "0min 2hdim7 7:7 0min",
    "0min 9hdim7 2hdim7 7:7",
    "0min 7:7",
    "0min 7:7 3maj 10maj",
    "0min 2maj 10maj 8maj",
    "0min 8maj 0min 7:7",
    "5min 0min 7maj 0min",
    "0min 3maj 8maj 7maj",
)
_MAJOR = (
    "0maj 7maj 9min 5maj",
    "0maj 9min 5maj 7maj",
    "0maj 5maj 7maj 5maj",
    "0maj 5maj",
    "0maj 5maj 0maj 7maj",
    "0maj 5maj 9min 7maj",
    "0maj 4min 5maj 7maj",
    "0maj 4min 5maj 5min",
    "0maj 2min 5maj 7maj",
    "0maj 9min 2min 7:7",
    "0maj 7maj 5maj 5maj",
    "0maj 10maj 5maj 0maj",
    "0maj 10maj",
    "0maj 2maj",
    "0maj 2maj 0maj 5maj",
    "0maj",
    "0:7 5:7 0:7 7:7",
    "0:7",
    "5maj 7:7 4min 9min",
    "5maj 7maj 0maj 9min",
    "5maj 0maj 7maj 9min",
    "5maj 7maj 9min 0maj",
    "5maj 4:7 9min 0:7",
    "5maj 4:7 9min 2:7 7:7",
    "5maj 4min 2min 7:7",
    "5maj 4min 2min 0maj",
    "5maj 5min 0maj 0maj",
    "2min 7:7 0maj 0maj",
    "2min 7:7 0maj 9:7",
    "2min 7:7 4min 9:7",
    "2min 7:7 0maj 5maj",
    "4min 9:7 2min 7:7",
    "9min 2min 7:7 0maj",
    "9:7 2:7 7:7 0maj",
    "0maj 4:7 9min 5maj",
    "0maj 9:7 2min 7:7",
    "0maj 8maj 10maj 0maj",
    "0maj 7maj 2min 5maj",
)

_WORD = re.compile(r"(\d+):?(\w+)")


def made_loop(rng: np.random.Generator) -> tuple[tuple[TimedChord, ...], Metre, bool]:
    """A loop on C of eight bars or so, its metre, and whether it is in minor."""
    minor = bool(rng.random() < 0.5)
    listed = _MINOR if minor else _MAJOR
    words = listed[int(rng.integers(len(listed)))].split()
    metre = Metre(3, 4) if rng.random() < 0.1 else Metre()
    span = metre.bar * float(rng.choice((0.5, 1.0, 1.0, 1.0, 2.0)))
    bars = int(rng.choice((4, 8)))
    chords: list[TimedChord] = []
    while sum(chord.duration for chord in chords) < bars * metre.bar - 1e-6:
        for word in words:
            degree, family = _WORD.findall(word)[0]
            at = chords[-1].end if chords else 0.0
            chords.append(TimedChord(at, span, Chord.of(int(degree), family)))
    return tuple(chords), metre, minor
