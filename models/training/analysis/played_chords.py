"""What fits of the analysis hear of harmony that nobody played: songs of which only the chords are known, played in one
plain way, drawn by chance, as a producer might sketch it; and loops such as producers write, with the key that they are
said to be in.

A song is block or broken chords in close position, struck every one, two or four beats, mostly over a bass. Songs'
annotations name a tonic where a song comes to rest; a loop comes to rest nowhere, and its makers name it after where it
begins or what its dominant leads to.

Offers: ``play``, ``made_loop``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from models.analysis.arrays import NoteArrays
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.note import Note

_STROKES = (1.0, 2.0, 4.0)
_BROKEN = 0.35
_WITH_BASS = 0.85
_BASS_FROM, _CHORDS_FROM = 36, (52, 62)
_SHORTEST = 0.25
_FEWEST_CLASSES = 2
"""A single class is no chord to learn a key from."""


def play(chords: Iterable[TimedChord], rng: np.random.Generator) -> NoteArrays:
    """The notes of these chords, onsets as annotated; no notes where there are no chords."""
    stroke, lowest = float(rng.choice(_STROKES)), int(rng.integers(*_CHORDS_FROM))
    broken, with_bass = rng.random() < _BROKEN, rng.random() < _WITH_BASS
    notes: list[Note] = []
    for timed in chords:
        if len(timed.chord.classes) < _FEWEST_CLASSES:
            continue
        pitches = sorted(_from(lowest, name) for name in timed.chord.classes)
        if not with_bass:
            # The bass stands lowest all the same, or an inversion would be another chord.
            pitches = sorted(pitch - 12 * (pitch % 12 == timed.chord.bass) for pitch in pitches)
        for start in np.arange(timed.onset, timed.end - 1e-6, stroke):
            lasts = min(stroke, timed.end - start)
            if with_bass:
                notes.append(Note(_from(_BASS_FROM, timed.chord.bass), start, lasts))
            apart = max(lasts / len(pitches), _SHORTEST) if broken else 0.0
            notes += [
                Note(pitch, start + place * apart, lasts - place * apart)
                for place, pitch in enumerate(pitches)
                if place * apart < lasts - 1e-6
            ]
    return NoteArrays.of(notes)


def _from(lowest: int, name: int) -> int:
    """The first pitch of a class from ``lowest`` on."""
    return lowest + (name - lowest) % 12


_, _minor, _major = re.split(r"^(?:minor|major)\n", Path(__file__).with_suffix(".txt").read_text("utf-8"), flags=re.M)
_LOOPS = {True: _minor.splitlines(), False: _major.splitlines()}
"""In minor, and in major."""
_WORD = re.compile(r"(\d+):?(\w+)")


def made_loop(rng: np.random.Generator) -> tuple[tuple[TimedChord, ...], Metre, bool]:
    """A loop on C of eight bars or so, its metre, and whether it is in minor."""
    minor = bool(rng.random() < 0.5)
    words = _LOOPS[minor][int(rng.integers(len(_LOOPS[minor])))].split()
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
