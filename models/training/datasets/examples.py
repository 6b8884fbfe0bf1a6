"""What the network learns from: an exercise written as rows, controls and targets.

Offers: ``Example``, ``example_of``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.analysis.harmony import Harmony
from models.engines.kin.config import ROLES
from models.engines.kin.reading.chords import ChordConditions
from models.engines.kin.reading.copy_features import CopyFeatures
from models.engines.kin.reading.representation import ONSET
from models.engines.kin.reading.stream import (
    control_row,
    decoder_rows,
    encoder_rows,
    feel_of,
    opening,
    targets_of,
    without_unsaid,
)
from models.training.datasets.corpus import BAR_STEPS, GRID, PIECE, ROLE, START, TEMPO, VELOCITIES, Corpus
from models.training.datasets.exercises import Exercise, another_kit, forgotten, moved, on_kit, played_on, whither

MOST_NOTES = 96
"""Notes of a prompt or a result; denser windows are left out."""
_MOST_CONTEXT = 64
_METRE_SUPPOSED = 0.6
"""How often a piece without a metre is told as 4/4: users' clips have one, and must not be taken for another style."""
_FIXED_WEIGHT = 0.3
"""How much it counts to foresee a note that is given anyway: enough to write nothing needless before it."""

Rng = np.random.Generator
Contexts = list[tuple[str, np.ndarray]]


@dataclass(frozen=True)
class Example:
    """What a batch is made of; S encoder rows, T decoder steps.

    weights  (T, 6): 1 where a field is asked for, less where the note is fixed, 0 where it means nothing
    echoes   (T, E + CHORD): how each target's pitch was played before, and the chord at its onset
    new      (T,): True at new notes and the end, which the reported likelihood counts
    """

    encoder: np.ndarray
    controls: np.ndarray
    bar_steps: int
    end: int
    decoder: np.ndarray
    targets: np.ndarray
    echoes: np.ndarray
    weights: np.ndarray
    new: np.ndarray
    task: str
    role: str


def example_of(
    exercise: Exercise,
    corpus: Corpus,
    track: int,
    context_start: int,
    rng: Rng,
    *,
    context_share: float = 0.4,
    varied: bool = True,
) -> Example | None:
    """Write an exercise; None when it is empty, too long, or can't be written.

    context_start  step of the piece at which the result begins, for the tracks that sound beside it
    varied         True: with changes of octave, key and loudness, for training
    """
    entry = corpus.tracks[track]
    role, bar = ROLES[entry[ROLE]], corpus.bar(track)
    on_grid, velocities = bool(entry[GRID]), bool(entry[VELOCITIES])
    contexts, harmony = _surroundings(exercise, corpus, track, context_start, rng, context_share)
    if varied:  # on other pads, and not all of the harmony told
        harmony, pads = forgotten(harmony, exercise, rng), another_kit(rng)
        exercise, contexts = played_on(exercise, pads), [(name, on_kit(rows, pads)[0]) for name, rows in contexts]
    begin = opening(exercise.span, bar)
    streamed = (exercise.result[:, ONSET] >= begin) & (exercise.result[:, ONSET] < exercise.span[1])
    result, given = exercise.result[streamed], exercise.given[streamed]
    heard = len(exercise.prompt) or contexts or (exercise.task == "listen" and harmony.sets.any())
    if not _can_be_learned(exercise, result, given, bool(heard)):
        return None
    shift, louder = whither([exercise.prompt, *(rows for _, rows in contexts)], harmony, rng, varied=varied)
    told = ChordConditions(harmony.moved(shift))
    prompt, result = (moved(rows, shift, louder) for rows in (exercise.prompt, result))
    prompt, result = (without_unsaid(rows, on_grid, velocities) for rows in (prompt, result))
    contexts = [(name, without_unsaid(moved(rows, shift, louder), True, velocities)) for name, rows in contexts]
    if (targets := targets_of(result, begin)) is None:
        return None
    bar_steps = int(entry[BAR_STEPS]) or (bar if varied and rng.random() < _METRE_SUPPOSED else 0)
    decoder, echoes = decoder_rows(result, given, begin, CopyFeatures(prompt, exercise.fixed, begin, bar, told))
    return Example(
        encoder_rows(prompt, exercise.fixed, exercise.span, contexts, told),
        _controls(exercise, entry, bar_steps, rng),
        bar_steps,
        exercise.span[1],
        decoder,
        targets,
        echoes,
        _weights(exercise.task, role, given, on_grid, velocities),
        np.append(~given, True),
        exercise.task,
        role,
    )


def _surroundings(
    exercise: Exercise, corpus: Corpus, track: int, start: int, rng: Rng, share: float
) -> tuple[Contexts, Harmony]:
    """What sounds beside an exercise that begins at a step of the piece, in its share of cases, and the harmony."""
    length = exercise.span[1] if exercise.task == "continue" else exercise.bars * corpus.bar(track)
    contexts = _contexts(corpus, track, start, length, rng) if rng.random() < share else []
    drums = ROLES[corpus.tracks[track, ROLE]] == "drums"
    return contexts, Harmony.silent(0) if drums else corpus.harmony(track, start, length)


def _can_be_learned(exercise: Exercise, result: np.ndarray, given: np.ndarray, heard: bool) -> bool:
    """Is it neither empty nor too long, with something to write (or play) and something to write it from?"""
    if not len(result) or max(len(result), len(exercise.prompt)) > MOST_NOTES:
        return False
    return exercise.task == "humanise" or (heard and not given.all())


def _controls(exercise: Exercise, entry: np.ndarray, bar_steps: int, rng: Rng) -> np.ndarray:
    """The row of controls of an exercise on a track; similarity, density and tempo are often said, not always."""
    return control_row(
        task="infill" if exercise.task == "listen" else exercise.task,
        role=ROLES[entry[ROLE]],
        similarity=exercise.similarity if rng.random() < 0.8 else None,
        density=_density(exercise) if rng.random() < 0.5 else None,
        bar_steps=bar_steps,
        length=exercise.bars,
        tempo=float(entry[TEMPO]) if rng.random() < 0.7 else None,
        feel=feel_of(bool(entry[GRID]), bool(entry[VELOCITIES])),
    )


def _weights(task: str, role: str, given: np.ndarray, on_grid: bool, velocities: bool) -> np.ndarray:
    weights = np.zeros((len(given) + 1, 6), np.float32)
    if task != "humanise":
        weights[:-1] = np.where(given, 0, 1)[:, None]
        weights[:-1, :3] = np.where(given, _FIXED_WEIGHT, 1)[:, None]
        weights[-1, 0] = 1
        if role == "drums":
            weights[:, 3] = 0  # how long a drum is held means nothing
    else:
        weights[:-1, 4:] = 1
    weights[:, 4] *= velocities
    weights[:, 5] *= not on_grid
    return weights


def _density(exercise: Exercise) -> float | None:
    """Notes of the result for each note of the prompt, in the same time; None without a prompt."""
    start, end = exercise.span
    onsets, before = exercise.result[:, ONSET], exercise.prompt[:, ONSET]
    wanted = ((onsets >= start) & (onsets < end)).sum()
    if exercise.task == "vary":
        return wanted / len(exercise.prompt) if len(exercise.prompt) else None
    shown = ((before < start) | (before >= end)).sum()
    rest = exercise.bars * max(1, end // max(1, exercise.bars)) - (end - start) if exercise.task == "infill" else start
    if exercise.task == "humanise" or not shown or rest <= 0:
        return None
    return (wanted / (end - start)) / (shown / rest)


def _contexts(corpus: Corpus, track: int, start: int, length: int, rng: Rng) -> Contexts:
    """Up to two other tracks of the piece in the same time."""
    piece = corpus.tracks[track, PIECE]
    first, last = np.searchsorted(corpus.tracks[:, PIECE], (piece, piece + 1))
    others = [other for other in range(first, last) if other != track]
    chosen = rng.permutation(others)[:2] if others else []
    heard = []
    for other in chosen:
        rows = corpus.window(int(other), start, start + length)
        if 0 < len(rows) <= _MOST_CONTEXT:
            heard.append((ROLES[corpus.tracks[other, ROLE]], rows))
    return heard


def first_step(corpus: Corpus, track: int) -> int:
    """Onset of a track's first note, in steps."""
    return int(corpus.rows[corpus.tracks[track, START], ONSET])
