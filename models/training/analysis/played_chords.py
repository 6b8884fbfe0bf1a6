"""Songs of which only the chords are known, played so that the analysis can hear them.

Each song is played in one plain way, drawn by chance, as a producer might sketch it: block or broken chords in close
position, struck every one, two or four beats, mostly over a bass.

Offers: ``play``.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from models.analysis.arrays import NoteArrays
from models.music.chord import TimedChord
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
