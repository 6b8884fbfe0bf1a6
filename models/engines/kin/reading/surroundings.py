"""What surrounds the notes of a request: the harmony that they follow, the register and the kit where new ones may lie.

Offers: ``harmony_of``, ``chord_notes``, ``register``, ``kit``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.analysis.harmony import Harmony
from models.constraints.constraints import Constraints
from models.engines.kin.config import STEPS
from models.engines.kin.reading.representation import PITCH
from models.music.clip import Clip, Role
from models.music.drum_kit import lane_of
from models.music.note import Note

_CHORD_FLOOR = 48
_ENOUGH_DRUMS = 3
_BASIC_DRUMS = (36, 38, 42, 46)
_PADS = range(36, 52)
_BEYOND_THE_PADS = (22, 26, 35, 52, 53, 55, 57, 58, 59)
"""What electronic kits and General MIDI have around the sixteen pads: edges of the hats, cymbals, a second tom."""
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


def register(notes: Sequence[Note]) -> np.ndarray:
    """The pitches that may come, (128,): none so low that it only rumbles, unless the clip itself goes there."""
    register = np.ones(128, bool)
    register[: min([_LOWEST_CLEAR, *(note.pitch for note in notes)])] = False
    return register


def kit(rows: np.ndarray) -> np.ndarray:
    """The drum pitches that may come, (128,): the clip's own, and what a kit of that kind has besides.

    A clip at home on the sixteen pads of a rack may use the others; one that goes beyond them is played on a larger
    kit. Of a clip that hardly says what its kit is, or says something of its own, nothing is guessed but the basics.
    """
    used = np.unique(rows[:, PITCH] - 129)
    kit = np.zeros(128, bool)
    kit[used] = True
    if len(used) < _ENOUGH_DRUMS:
        kit[list(_BASIC_DRUMS)] = True
    elif all(lane_of(pitch) for pitch in used.tolist()):
        kit[list(_PADS)] = True
        kit[list(_BEYOND_THE_PADS)] |= not set(used.tolist()) <= set(_PADS)
    return kit


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
