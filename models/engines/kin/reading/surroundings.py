"""What surrounds the notes of a request: the harmony that they follow, the register where new ones may lie.

Offers: ``harmony_of``, ``chord_notes``, ``register``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.analysis.harmony import Harmony
from models.constraints.constraints import Constraints
from models.engines.kin.config import STEPS
from models.music.clip import Clip, Role
from models.music.note import Note

_CHORD_FLOOR = 48
_BASIC_DRUMS = (36, 38, 42, 46)
_LOWEST_CLEAR = 28
"""E0, the lowest string of a bass."""


def harmony_of(constraints: Constraints, contexts: Sequence[tuple[Role, Clip]], task: str) -> Harmony:
    """The chords that a result is to follow, see ``Scene``; behind a clip that goes on its own chords come again."""
    request, prompt = constraints.request, constraints.prompt
    heard = [replace(clip, role=role) for role, clip in contexts if role != "drums"]
    # Bass and chords spell their harmony; a tune alone leaves too much open.
    if constraints.drums or not (request.chords or heard or constraints.role in ("chords", "bass")):
        return Harmony.silent(round(prompt.length * STEPS))
    harmony = Harmony.heard(replace(prompt, role=constraints.role), heard, request.chords)
    behind = round(constraints.start * STEPS)
    return harmony.looped(behind) if task == "continue" and behind and not (request.chords or heard) else harmony


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
