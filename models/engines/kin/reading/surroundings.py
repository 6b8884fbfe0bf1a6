"""What surrounds the notes of a request: its chords as notes, the register where new ones may lie.

Offers: ``chord_notes``, ``register``.
"""

from __future__ import annotations

import numpy as np

from models.constraints.constraints import Constraints
from models.music.note import Note

_CHORD_FLOOR = 48
_BASIC_DRUMS = (36, 38, 42, 46)
_LOWEST_CLEAR = 28
"""E0, the lowest string of a bass."""


def register(constraints: Constraints) -> np.ndarray:
    """The pitches that may come, (128,): none so low that it only rumbles, unless the clip itself goes there.

    Of a beat all: its constraints know its kit; of one that is to come from nothing the basic drums.
    """
    pitches = np.arange(128)
    if constraints.drums:
        return np.isin(pitches, _BASIC_DRUMS) | bool(constraints.notes)
    return pitches >= min([_LOWEST_CLEAR, *(note.pitch for note in constraints.notes)])


def chord_notes(constraints: Constraints) -> tuple[Note, ...]:
    """The request's chords as close chords above C2, as they were heard at school."""
    return tuple(
        sorted(
            (
                Note(_CHORD_FLOOR + (timed.chord.root + place) % 12, timed.onset, timed.duration, 80)
                for timed in constraints.request.chords
                for place in timed.chord.intervals
            ),
            key=lambda note: note.order,
        )
    )
