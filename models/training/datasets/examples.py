"""One exercise for the network: a prompt with something taken away, and what belongs there.

Five kinds: a variation pair (vary), a stretch, voice or handful of notes taken out (infill), the next bars (continue),
velocity and micro-timing alone (humanise), and a part taken out of its piece whole, which only those can write who
listen to the chords or to what plays beside it (listen; the network is told it is an infill).

Offers: ``Example``, ``Exercise`` and its five makers, ``example_of``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.analysis.harmony import Harmony
from models.engines.kin.config import DRUM, ROLES, STEPS
from models.engines.kin.reading.chords import Told
from models.engines.kin.reading.memory import Memory
from models.engines.kin.reading.representation import MICRO_FIELD, ONSET, PITCH, VELOCITY, home_of, home_shift, shifted
from models.engines.kin.reading.stream import (
    control_row,
    decoder_rows,
    encoder_rows,
    feel_of,
    opening,
    targets_of,
    without_unsaid,
)
from models.training.datasets.corpus import (
    BAR_STEPS,
    COUNT,
    GRID,
    LABELS,
    PIECE,
    ROLE,
    START,
    TEMPO,
    VELOCITIES,
    Corpus,
)
from models.training.datasets.pairs import same_notes

MOST_NOTES = 96
"""Notes of a prompt or a result; denser windows are left out."""
_MOST_CONTEXT = 64
_METRE_SUPPOSED = 0.6
"""How often a piece without a metre is told as 4/4: users' clips have one, and must not be taken for another style."""
_FIXED_WEIGHT = 0.3
"""How much it counts to foresee a note that is given anyway: enough to write nothing needless before it."""

_UNTOLD = {False: 0.35, True: 0.2}
"""How often nothing is told of the harmony; of a part that is taken out whole less often."""
_UNTOLD_INSIDE = 0.12
"""How often it is told only of what sounds outside the span, as where a clip is continued and nobody gave chords."""
_TELLS_ITS_KEY = 6
"""Notes from which on what is shown says alone where its white keys are."""

Rng = np.random.Generator


@dataclass(frozen=True)
class Example:
    """What a batch is made of; S encoder rows, T decoder steps.

    weights  (T, 6): 1 where a field is asked for, less where the note is fixed, 0 where it means nothing
    echoes   (T, E + CHORD): how each target's pitch was played before, and the chord at its onset
    new      (T,): True at new notes and the end, which the reported likelihood counts
    synthetic  True: by rule, never measured on
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
    synthetic: bool = False


@dataclass(frozen=True)
class Exercise:
    """An example before it is written: rows (N, 5) with onsets from the window's start.

    prompt, fixed  what is shown; fixed[i]: note i is in the result
    result, given  the whole answer; given[i]: note i is one of the fixed ones
    """

    task: str
    prompt: np.ndarray
    fixed: np.ndarray
    result: np.ndarray
    given: np.ndarray
    span: tuple[int, int]
    bars: int
    similarity: float | None = None


def vary(corpus: Corpus, pair: np.ndarray, rng: Rng) -> Exercise:
    """A variation pair (track, bar of A, bar of B, bars, similarity): A is shown, B is the answer.

    Some of what both have may be told beforehand.
    """
    track, first, second, bars, similarity = (int(value) for value in pair)
    bar = corpus.bar(track)
    a = corpus.window(track, first * bar, (first + bars) * bar)
    b = corpus.window(track, second * bar, (second + bars) * bar)
    fixed = same_notes(b, a)
    how = rng.random()
    if how < 0.5:
        fixed &= False
    elif how < 0.75:
        fixed &= rng.random(len(a)) < rng.random()
    else:
        start, end = _stretch(bars * bar, rng)
        fixed &= (a[:, ONSET] < start) | (a[:, ONSET] >= end)
    given = same_notes(a[fixed], b)
    return Exercise("vary", a, fixed, b, given, (0, bars * bar), bars, similarity / 1000)


def infill(corpus: Corpus, track: int, first: int, bars: int, rng: Rng) -> Exercise:
    """A stretch of a window, and in it all notes, some, or a voice, taken out."""
    bar = corpus.bar(track)
    whole = corpus.window(track, first * bar, (first + bars) * bar)
    start, end = _stretch(bars * bar, rng)
    inside = (whole[:, ONSET] >= start) & (whole[:, ONSET] < end)
    how = rng.random()
    if how < 0.25:
        inside &= rng.random(len(whole)) < rng.uniform(0.2, 0.9)
    elif how < 0.45 and inside.any():
        inside &= _some_voices(whole, inside, ROLES[corpus.tracks[track, ROLE]], rng)
    return Exercise("infill", whole[~inside], np.ones((~inside).sum(), bool), whole, ~inside, (start, end), bars)


def listen(corpus: Corpus, track: int, first: int, bars: int) -> Exercise:
    """A window of which nothing is shown: what it is to be can only be heard around it."""
    bar = corpus.bar(track)
    whole = corpus.window(track, first * bar, (first + bars) * bar)
    nothing = np.zeros(len(whole), bool)
    return Exercise("listen", whole[:0], nothing[:0], whole, nothing, (0, bars * bar), bars)


def go_on(corpus: Corpus, track: int, first: int, bars: int, rng: Rng) -> Exercise:
    """The bars after some bars."""
    bar = corpus.bar(track)
    heard = int(rng.integers(1, bars)) if bars > 1 else 1
    bars = max(2, bars)
    whole = corpus.window(track, first * bar, (first + bars) * bar)
    before = whole[:, ONSET] < heard * bar
    return Exercise(
        "continue", whole[before], np.ones(before.sum(), bool), whole, before, (heard * bar, bars * bar), bars
    )


def humanise(corpus: Corpus, track: int, first: int, bars: int) -> Exercise:
    """All notes are known, but not how they were played."""
    bar = corpus.bar(track)
    whole = corpus.window(track, first * bar, (first + bars) * bar)
    bare = whole.copy()
    bare[:, [VELOCITY, MICRO_FIELD]] = 0
    known = np.ones(len(whole), bool)
    return Exercise("humanise", bare, known, whole, known, (0, bars * bar), bars)


def _stretch(length: int, rng: Rng) -> tuple[int, int]:
    """A stretch of whole beats in ``length`` steps, often of whole bars' size, sometimes all."""
    beats = max(1, length // STEPS)
    size = beats if rng.random() < 0.15 else int(rng.integers(1, beats + 1))
    start = int(rng.integers(0, beats - size + 1))
    end = length if start + size == beats else (start + size) * STEPS
    return start * STEPS, end


def _some_voices(rows: np.ndarray, inside: np.ndarray, role: str, rng: Rng) -> np.ndarray:
    """Which notes belong to some drum lanes, or lie above or below a pitch."""
    present = np.unique(rows[inside, PITCH])
    if role == "drums":
        lanes = present[rng.random(len(present)) < rng.uniform(0.2, 0.8)]
        return np.isin(rows[:, PITCH], lanes if len(lanes) else present[:1])
    border = rng.choice(present)
    return rows[:, PITCH] >= border if rng.random() < 0.5 else rows[:, PITCH] <= border


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
    length = exercise.span[1] if exercise.task == "continue" else exercise.bars * bar
    contexts = _contexts(corpus, track, context_start, length, rng) if rng.random() < context_share else []
    harmony = Harmony.silent(0) if role == "drums" else corpus.harmony(track, context_start, length)
    if varied:
        harmony = _forgotten(harmony, exercise, rng)
    begin = opening(exercise.span, bar)
    onsets = exercise.result[:, ONSET]
    streamed = (onsets >= begin) & (onsets < exercise.span[1])
    result, given = exercise.result[streamed], exercise.given[streamed]
    if not len(result) or max(len(result), len(exercise.prompt)) > MOST_NOTES:
        return None
    heard = len(exercise.prompt) or contexts or (exercise.task == "listen" and harmony.sets.any())
    if exercise.task != "humanise" and (given.all() or not heard):
        return None
    shift, louder = _whither([exercise.prompt, *(rows for _, rows in contexts)], harmony, rng, varied=varied)
    prompt, result = (_moved(rows, shift, louder) for rows in (exercise.prompt, result))
    contexts = [(name, _moved(rows, shift, louder)) for name, rows in contexts]
    told = Told(harmony.moved(shift))
    on_grid, velocities = bool(entry[GRID]), bool(entry[VELOCITIES])
    prompt, result = (without_unsaid(rows, on_grid, velocities) for rows in (prompt, result))
    contexts = [(name, without_unsaid(rows, True, velocities)) for name, rows in contexts]
    targets = targets_of(result, begin)
    if targets is None:
        return None
    bar_steps = int(entry[BAR_STEPS])
    if not bar_steps and varied and rng.random() < _METRE_SUPPOSED:
        bar_steps = bar
    task = "infill" if exercise.task == "listen" else exercise.task
    controls = control_row(
        task=task,
        role=role,
        similarity=exercise.similarity if rng.random() < 0.8 else None,
        density=_density(exercise) if rng.random() < 0.5 else None,
        bar_steps=bar_steps,
        length=exercise.bars,
        tempo=float(entry[TEMPO]) if rng.random() < 0.7 else None,
        feel=feel_of(on_grid, velocities),
    )
    decoder, echoes = decoder_rows(result, given, begin, Memory(prompt, exercise.fixed, begin, bar, told))
    return Example(
        encoder_rows(prompt, exercise.fixed, exercise.span, contexts, told),
        controls,
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


def _contexts(corpus: Corpus, track: int, start: int, length: int, rng: Rng) -> list[tuple[str, np.ndarray]]:
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


def _forgotten(harmony: Harmony, exercise: Exercise, rng: Rng) -> Harmony:
    """What of the harmony is told: often all, often none, now and then only what sounds outside the span."""
    how = rng.random()
    if how < _UNTOLD[exercise.task == "listen"]:
        return Harmony.silent(len(harmony))
    if exercise.task in ("infill", "continue") and how > 1 - _UNTOLD_INSIDE:
        return harmony.without(*exercise.span)
    return harmony


def _whither(seen: list[np.ndarray], harmony: Harmony, rng: Rng, *, varied: bool) -> tuple[int, int]:
    """Semitones to the white keys, and how much louder (units of the field); for training a little away from there."""
    rows = np.concatenate(seen)
    shift = home_shift(rows) if (rows[:, PITCH] <= DRUM).sum() >= _TELLS_ITS_KEY else home_of(rows, harmony)
    if not varied:
        return shift, 0
    shift += int(rng.integers(-2, 3)) if rng.random() < 0.15 else 0
    shift += int(rng.choice((-12, 12))) if rng.random() < 0.2 else 0
    return shift, int(rng.integers(-3, 4))


def _moved(rows: np.ndarray, shift: int, louder: int) -> np.ndarray:
    rows = shifted(rows, shift)
    said = rows[:, VELOCITY] > 0
    rows[said, VELOCITY] = np.clip(rows[said, VELOCITY] + louder, 1, 32)
    return rows


def plays(corpus: Corpus, track: int) -> bool:
    """True for a track worth learning from."""
    return bool(corpus.tracks[track, COUNT] >= 8 and not corpus.tracks[track, LABELS])


def first_step(corpus: Corpus, track: int) -> int:
    """Onset of a track's first note, in steps."""
    return int(corpus.rows[corpus.tracks[track, START], ONSET])
