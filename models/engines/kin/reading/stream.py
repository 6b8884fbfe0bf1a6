"""What the network is shown, and what it is asked for: rows, controls and targets from notes.

Training and generation both build their inputs here, so that a network meets at work what it met at school.

    encoder   [span start] prompt notes [span end] in order of time, then the notes of the context clips
    decoder   a "begin" row, then the notes from ``opening`` steps on: fixed ones and new ones, until the span's end

A span is the stretch [start, end) of steps in which notes may be new.

Offers: ``encoder_rows``, ``decoder_rows``, ``control_row``, ``targets_of``, ``opening``, ``feel_of``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.engines.kin.config import (
    BEGIN,
    CONTEXT,
    END,
    FIELD_SIZES,
    FIXED,
    LONGEST_WAIT,
    MICRO,
    NEW,
    PROMPT,
    ROLES,
    SPAN_END,
    SPAN_START,
    STEPS,
    TASKS,
)
from models.engines.kin.reading.chords import CHORD, ChordConditions
from models.engines.kin.reading.copy_features import ECHO_SIZES, CopyFeatures
from models.engines.kin.reading.representation import DURATION, MICRO_FIELD, ONSET, PITCH, VELOCITY

KIND = 0
_DENSITY_EDGES = (0.6, 0.9, 1.1, 1.6)
_TEMPO_EDGES = (60, 75, 90, 105, 120, 135, 155)


def _with_kind(rows: np.ndarray, kind: int | np.ndarray) -> np.ndarray:
    return np.column_stack([np.broadcast_to(kind, len(rows)), rows])


def begin_row(onset: int) -> np.ndarray:
    """The row that opens the decoder's stream, (1, 6)."""
    return np.array([[BEGIN, onset, 0, 0, 0, 0]])


def encoder_rows(
    prompt: np.ndarray,
    fixed: np.ndarray,
    span: tuple[int, int],
    contexts: Sequence[tuple[str, np.ndarray]] = (),
    told: ChordConditions | None = None,
) -> np.ndarray:
    """Rows (S, 6 + CHORD) for the encoder: notes, each with the chord that the result is to have at its onset.

    prompt    (N, 5), sorted
    fixed     (N,), True: the note is sure to be in the result; False: it is what the result varies
    contexts  (role, rows (M, 5)) of clips that sound at the same time
    told      the harmony; None: nothing is known of it
    """
    marks = np.array([[SPAN_START, span[0], 0, 0, 0, 0], [SPAN_END, span[1], 0, 0, 0, 0]])
    both = np.concatenate([_with_kind(prompt, np.where(fixed, FIXED, PROMPT)), marks])
    before_notes = np.append(np.ones(len(prompt)), [0, 0])
    both = both[np.lexsort((both[:, 2], before_notes, both[:, 1]))]
    heard = [_with_kind(rows, CONTEXT + ROLES.index(role)) for role, rows in contexts]
    rows = np.concatenate([both, *heard])
    chords = np.zeros((len(rows), CHORD), np.int64) if told is None else told.at(rows[:, 1 + ONSET])
    return np.concatenate([rows, chords], axis=1)


def opening(span: tuple[int, int], bar: int) -> int:
    """Where the decoder's stream begins: a bar before the span, so that it hears what leads there."""
    return max(0, span[0] - bar)


def feel_of(on_grid: bool, velocities: bool) -> int:
    """The control "feel": 1 plain, 2 with velocities, 3 with micro-timing, 4 with both."""
    return 1 + velocities + 2 * (not on_grid)


def without_unsaid(rows: np.ndarray, on_grid: bool, velocities: bool) -> np.ndarray:
    """Rows with "not said" where velocity or micro-timing means nothing."""
    rows = rows.copy()
    if not velocities:
        rows[:, VELOCITY] = 0
    if on_grid:
        rows[:, MICRO_FIELD] = 0
    return rows


def control_row(  # noqa: PLR0913  (one argument for each control)
    *,
    task: str,
    role: str,
    similarity: float | None,
    density: float | None,
    bar_steps: int,
    length: int,
    tempo: float | None,
    feel: int,
) -> np.ndarray:
    """The controls as numbers, (8,), 0 where not said.

    similarity  0-1
    density     notes of the result for each note of the prompt, in the same time
    length      of the window, in bars
    """
    return np.array(
        [
            1 + TASKS.index(task),
            1 + ROLES.index(role),
            0 if similarity is None else 1 + round(10 * similarity),
            0 if density is None else 1 + int(np.searchsorted(_DENSITY_EDGES, density)),
            min(33, bar_steps // (STEPS // 4)) if bar_steps else 0,
            min(17, length),
            1 + int(np.searchsorted(_TEMPO_EDGES, tempo)) if tempo else 0,
            feel,
        ]
    )


def targets_of(notes: np.ndarray, begin: int) -> np.ndarray | None:
    """The six field values of each note and of the end, (N + 1, 6), after a stream that begins at ``begin``.

    None when two notes are too far apart to be written.
    """
    targets = np.zeros((len(notes) + 1, 6), np.int64)
    beats = notes[:, ONSET] // STEPS
    targets[:-1, 0] = np.diff(beats, prepend=begin // STEPS)
    targets[:-1, 1] = notes[:, ONSET] % STEPS
    targets[:-1, 2] = notes[:, PITCH] - 1
    targets[:-1, 3] = notes[:, DURATION] - 1
    targets[:-1, 4] = np.maximum(notes[:, VELOCITY] - 1, 0)
    targets[:-1, 5] = np.where(notes[:, MICRO_FIELD] > 0, notes[:, MICRO_FIELD] - 1, MICRO)
    targets[-1, 0] = END
    if targets[:-1, 0].max(initial=0) > LONGEST_WAIT:
        return None
    assert (targets < np.array(FIELD_SIZES)).all(), "a field is out of its vocabulary"
    return targets


def decoder_rows(
    notes: np.ndarray, fixed: np.ndarray, begin: int, memory: CopyFeatures
) -> tuple[np.ndarray, np.ndarray]:
    """What the decoder knows at each of N + 1 targets: its rows (N + 1, R), and what comes to light (N + 1, E + CHORD).

    A row is the last note, and what ``memory`` had ahead then. To light come, as the target's fields are chosen: how
    its pitch was played before (ECHO_SIZES), and the chord at its onset (CHORD).
    """
    rows = np.concatenate([begin_row(begin), _with_kind(notes, np.where(fixed, FIXED, NEW))])
    ahead, echoes = [memory.ahead()], np.zeros((len(rows), len(ECHO_SIZES) + CHORD), np.int64)
    for number, note in enumerate(notes.tolist()):
        echoes[number] = memory.echo(note[ONSET], note[PITCH]) + memory.chord(note[ONSET])
        memory.write(note)
        ahead.append(memory.ahead())
    return np.concatenate([rows, np.array(ahead)], axis=1), echoes
