"""How notes are written for the network, and read back.

A note is a row of five whole numbers, PITCH…MICRO beside its ONSET:
    onset     steps (1/24 beat) from the window's start
    pitch     1 + pitch, drums 1 + 128 + pitch; 0 not said
    duration  1 + index in DURATIONS; 0 not said
    velocity  1 + velocity // 4; 0 not said
    micro     1 + MICRO + units of micro-timing; 0 not said (the clip lies on the grid)
Rows are sorted by onset, then pitch.

Where all onsets of a clip lie on the grid, they are written as they are; else each beat is read on the grid that
fits it (16ths, triplets, 32nds, 16th triplets) and what is left is micro-timing.

Offers: ``rows_of`` and its reverse ``note_of``, ``write_onsets``, ``home_shift``, ``home_of``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.analysis.harmony import Harmony
from models.engines.kin.config import DRUM, DURATIONS, MICRO, MICRO_UNIT, STEPS, VELOCITIES
from models.music.note import Note
from models.sampling import grid

ONSET, PITCH, DURATION, VELOCITY, MICRO_FIELD = range(5)


def write_onsets(onsets: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
    """Steps, micro-timing units and "all on the grid" for onsets in beats, shape (N,) each."""
    steps, late = grid.steps_of(onsets)
    micro = np.clip(np.rint(late / MICRO_UNIT).astype(np.int64), -MICRO, MICRO)
    return steps, micro, not late.any()


def rows_of(notes: Sequence[Note], *, drums: bool) -> tuple[np.ndarray, bool]:
    """The rows of notes, shape (N, 5), in the order given, and whether all onsets lie on the grid."""
    table = np.array([(note.onset, note.pitch, note.duration, note.velocity) for note in notes], dtype=float).reshape(
        -1, 4
    )
    return write(table[:, 0], table[:, 1], table[:, 2], table[:, 3], drums=drums)


def write(
    onsets: np.ndarray, pitches: np.ndarray, durations: np.ndarray, velocities: np.ndarray, *, drums: bool
) -> tuple[np.ndarray, bool]:
    """The rows of notes given as columns (beats, 0-127, beats, 1-127), and whether all onsets lie on the grid."""
    steps, micro, on_grid = write_onsets(onsets)
    rows = np.zeros((len(onsets), 5), np.int64)
    rows[:, ONSET] = steps
    rows[:, PITCH] = 1 + pitches + (DRUM if drums else 0)
    rows[:, DURATION] = 1 + grid.duration_numbers(durations)
    rows[:, VELOCITY] = 1 + np.clip(velocities, 0, 127) // (128 // VELOCITIES)
    rows[:, MICRO_FIELD] = 0 if on_grid else 1 + MICRO + micro
    return rows, on_grid


def note_of(row: Sequence[int]) -> Note:
    """The note that a row with all fields but micro said writes; the reverse of ``rows_of`` on the grid."""
    onset, pitch, duration, velocity, micro = (int(value) for value in row)
    offset = (micro - 1 - MICRO) * MICRO_UNIT if micro else 0.0
    return Note(
        pitch=(pitch - 1) % DRUM,
        onset=max(0.0, onset / STEPS + offset),
        duration=DURATIONS[duration - 1] / STEPS,
        velocity=min(127, (velocity - 1) * (128 // VELOCITIES) + 2),
    )


def home_shift(rows: np.ndarray) -> int:
    """Semitones (-5…6) that bring the pitched rows to the white keys, their likeliest home.

    The network reads and writes all music there, so it needn't learn each habit twelve times.
    """
    return home_of(rows, Harmony.silent(0))


def home_of(rows: np.ndarray, harmony: Harmony) -> int:
    """``home_shift`` of rows and of the chords of a harmony together."""
    pitched = rows[(rows[:, PITCH] > 0) & (rows[:, PITCH] <= DRUM)]
    begins = np.append(0, harmony.changes)[: len(harmony)]
    lengths = np.diff(np.append(begins, len(harmony)))
    chord, tone = np.nonzero(harmony.members[begins])
    pitches = np.append(pitched[:, PITCH] - 1, tone)
    return grid.home_shift(pitches, np.append(grid.DURATIONS[np.maximum(pitched[:, DURATION] - 1, 0)], lengths[chord]))


def shifted(rows: np.ndarray, semitones: int) -> np.ndarray:
    """The rows with their pitched notes moved; a pitch that would leave 0-127 moves back by octaves."""
    moved = rows.copy()
    pitched = (rows[:, PITCH] > 0) & (rows[:, PITCH] <= DRUM)
    pitches = moved[pitched, PITCH] - 1 + semitones
    pitches = np.where(pitches < 0, pitches % 12, pitches)
    pitches = np.where(pitches > 127, 116 + (pitches - 116) % 12, pitches)
    moved[pitched, PITCH] = pitches + 1
    return moved
