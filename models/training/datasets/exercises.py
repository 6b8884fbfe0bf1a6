"""Exercises: a prompt with something taken away, and what belongs there; and how each is varied for training.

Five kinds: a variation pair (vary), a stretch, voice or handful of notes taken out (infill), the next bars (continue),
velocity and micro-timing alone (humanise), and a part taken out of its piece whole, which only those can write who
listen to the chords or to what plays beside it (listen; the network is told it is an infill). Varied are the key, the
loudness, the pads, and whether chords are told.

Offers: ``Exercise``, ``vary``, ``taken``; ``forgotten``, ``another_kit``, ``on_kit``, ``played_on``, ``whither``,
``moved``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from models.analysis.harmony import Harmony
from models.engines.kin.config import DRUM, ROLES, STEPS
from models.engines.kin.reading.representation import MICRO_FIELD, ONSET, PITCH, VELOCITY, home_of, home_shift, shifted
from models.music.drum_kit import LANES
from models.training.datasets.corpus import ROLE, Corpus
from models.training.datasets.pairs import same_notes

Rng = np.random.Generator


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


def taken(task: str, corpus: Corpus, track: int, first: int, bars: int, rng: Rng) -> Exercise:
    """An exercise of a task of MAKERS out of a window of a track; what goes on does so for a bar at least."""
    bar, end = corpus.bar(track), first + (max(2, bars) if task == "continue" else bars)
    whole = corpus.window(track, first * bar, end * bar)
    return MAKERS[task](whole, bar, bars, ROLES[corpus.tracks[track, ROLE]], rng)


def infill(whole: np.ndarray, bar: int, bars: int, role: str, rng: Rng) -> Exercise:
    """A stretch of a window, and in it all notes, some, or a voice, taken out."""
    start, end = _stretch(bars * bar, rng)
    inside = (whole[:, ONSET] >= start) & (whole[:, ONSET] < end)
    how = rng.random()
    if how < 0.25:
        inside &= rng.random(len(whole)) < rng.uniform(0.2, 0.9)
    elif how < 0.45 and inside.any():
        inside &= _some_voices(whole, inside, role, rng)
    return Exercise("infill", whole[~inside], np.ones((~inside).sum(), bool), whole, ~inside, (start, end), bars)


def listen(whole: np.ndarray, bar: int, bars: int, role: str, rng: Rng) -> Exercise:
    """A window of which nothing is shown: what it is to be can only be heard around it."""
    nothing = np.zeros(len(whole), bool)
    return Exercise("listen", whole[:0], nothing[:0], whole, nothing, (0, bars * bar), bars)


def go_on(whole: np.ndarray, bar: int, bars: int, role: str, rng: Rng) -> Exercise:
    """The bars after some bars."""
    heard = int(rng.integers(1, bars)) if bars > 1 else 1
    before, bars = whole[:, ONSET] < heard * bar, max(2, bars)
    known = np.ones(before.sum(), bool)
    return Exercise("continue", whole[before], known, whole, before, (heard * bar, bars * bar), bars)


def humanise(whole: np.ndarray, bar: int, bars: int, role: str, rng: Rng) -> Exercise:
    """All notes are known, but not how they were played."""
    bare, known = whole.copy(), np.ones(len(whole), bool)
    bare[:, [VELOCITY, MICRO_FIELD]] = 0
    return Exercise("humanise", bare, known, whole, known, (0, bars * bar), bars)


MAKERS: dict[str, Callable[[np.ndarray, int, int, str, Rng], Exercise]] = {
    "infill": infill, "continue": go_on, "listen": listen, "humanise": humanise,
}  # fmt: skip
"""What makes an exercise of each task out of the rows of a window, the steps of a bar, bars and role."""


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


_UNTOLD = {False: 0.35, True: 0.2}
"""How often nothing is told of the harmony; of a part that is taken out whole less often."""
_UNTOLD_INSIDE = 0.12
"""How often it is told only of what sounds outside the span, as where a clip is continued and nobody gave chords."""
_OTHER_PADS, _COMMON_PADS = 0.25, 3
"""How often a lane of the kit has its pads changed, and among how many of them."""
_TELLS_ITS_KEY = 6
"""Notes from which on what is shown says alone where its white keys are."""


def another_kit(rng: Rng) -> np.ndarray:
    """Another pad for each drum pitch, (128,), none for two: now and then the commonest pads of a lane change places.

    Whoever learns from a few kits must not know a beat by its pads.
    """
    pads = np.arange(DRUM)
    for lane in LANES.values():
        if rng.random() < _OTHER_PADS:
            common = np.array(lane[:_COMMON_PADS])
            pads[common] = rng.permutation(common)
    return pads


def on_kit(rows: np.ndarray, pads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows played on other pads, in order, and which row each of them was."""
    played, drums = rows.copy(), rows[:, PITCH] > DRUM
    played[drums, PITCH] = 1 + DRUM + pads[rows[drums, PITCH] - 1 - DRUM]
    order = np.lexsort((played[:, PITCH], played[:, ONSET]))
    return played[order], order


def played_on(exercise: Exercise, pads: np.ndarray) -> Exercise:
    """The exercise on other pads."""
    (prompt, shown), (result, wanted) = (on_kit(rows, pads) for rows in (exercise.prompt, exercise.result))
    return replace(exercise, prompt=prompt, fixed=exercise.fixed[shown], result=result, given=exercise.given[wanted])


def forgotten(harmony: Harmony, exercise: Exercise, rng: Rng) -> Harmony:
    """What of the harmony is told: often all, often none, now and then only what sounds outside the span."""
    how = rng.random()
    if how < _UNTOLD[exercise.task == "listen"]:
        return Harmony.silent(len(harmony))
    if exercise.task in ("infill", "continue") and how > 1 - _UNTOLD_INSIDE:
        return harmony.without(*exercise.span)
    return harmony


def whither(seen: list[np.ndarray], harmony: Harmony, rng: Rng, *, varied: bool) -> tuple[int, int]:
    """Semitones to the white keys, and how much louder (units of the field); for training a little away from there."""
    rows = np.concatenate(seen)
    shift = home_shift(rows) if (rows[:, PITCH] <= DRUM).sum() >= _TELLS_ITS_KEY else home_of(rows, harmony)
    if not varied:
        return shift, 0
    shift += int(rng.integers(-2, 3)) if rng.random() < 0.15 else 0
    shift += int(rng.choice((-12, 12))) if rng.random() < 0.2 else 0
    return shift, int(rng.integers(-3, 4))


def moved(rows: np.ndarray, shift: int, louder: int) -> np.ndarray:
    """Rows so many semitones higher and so much louder."""
    rows = shifted(rows, shift)
    said = rows[:, VELOCITY] > 0
    rows[said, VELOCITY] = np.clip(rows[said, VELOCITY] + louder, 1, 32)
    return rows
