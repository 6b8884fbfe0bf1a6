"""How an exercise is varied for training: another key nearby, another loudness, other pads, chords untold.

Offers: ``forgotten``, ``another_kit``, ``on_kit``, ``played_on``, ``whither``, ``moved``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.analysis.harmony import Harmony
from models.engines.kin.config import DRUM
from models.engines.kin.reading.representation import ONSET, PITCH, VELOCITY, home_of, home_shift, shifted
from models.music.drum_kit import LANES
from models.training.datasets.exercises import Exercise

_UNTOLD = {False: 0.35, True: 0.2}
"""How often nothing is told of the harmony; of a part that is taken out whole less often."""
_UNTOLD_INSIDE = 0.12
"""How often it is told only of what sounds outside the span, as where a clip is continued and nobody gave chords."""
_OTHER_PADS, _COMMON_PADS = 0.25, 3
"""How often a lane of the kit has its pads changed, and among how many of them."""
_TELLS_ITS_KEY = 6
"""Notes from which on what is shown says alone where its white keys are."""

Rng = np.random.Generator


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


def on_kit(rows: np.ndarray, pads: np.ndarray) -> np.ndarray:
    """Rows played on other pads, in order."""
    return _in_order(_with_pads(rows, pads))[0]


def _with_pads(rows: np.ndarray, pads: np.ndarray) -> np.ndarray:
    played = rows.copy()
    drums = rows[:, PITCH] > DRUM
    played[drums, PITCH] = 1 + DRUM + pads[rows[drums, PITCH] - 1 - DRUM]
    return played


def _in_order(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.lexsort((rows[:, PITCH], rows[:, ONSET]))
    return rows[order], order


def played_on(exercise: Exercise, pads: np.ndarray) -> Exercise:
    """The exercise on other pads."""
    prompt, shown = _in_order(_with_pads(exercise.prompt, pads))
    result, wanted = _in_order(_with_pads(exercise.result, pads))
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
