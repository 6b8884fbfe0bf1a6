"""The numbers in which events are told to the network, in training and in writing alike.

Offers: ``event_columns``, ``EVENT_SIZES``, ``PITCH_CLASSES``; ``interval_number``, ``density_number``,
``distance_number``, ``position_number``.
"""

from __future__ import annotations

import numpy as np

from models.engines.lstm.config import DENSITY_EDGES, DISTANCES, DURATION_COUNT, INTERVALS, PITCHES, REST, WAITS
from models.sampling.grid import STEPS

NO_WAIT, NO_DURATION = WAITS, DURATION_COUNT
POSITIONS = 32
"""16ths of a bar that are told apart; 0 is "metre not known"."""
EVENT_SIZES = {
    "wait": WAITS + 1,
    "pitch": PITCHES + 1,
    "pitch_class": 14,
    "duration": DURATION_COUNT + 1,
    "tick": STEPS,
    "place": POSITIONS + 1,
}
"""Of what an event is told as, and how many values each has."""


PITCH_CLASSES = np.append(np.arange(REST) % 12, [12, 13, 13])
"""Of each pitch, of REST and END, and of none."""


def event_columns(wait: np.ndarray, pitch: np.ndarray, duration: np.ndarray, onset: np.ndarray, bar: int) -> np.ndarray:
    """The rows of an event's tables, in the order of ``EVENT_SIZES``, (…, 6); steps, all (…)."""
    columns = (wait, pitch, PITCH_CLASSES[pitch], duration, onset % STEPS, position_number(onset, bar))
    return np.stack(columns, axis=-1)


def interval_number(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Number of the interval between two notes, 1-INTERVALS; 0 where one of them is none."""
    numbers = np.clip(second - first, -(INTERVALS // 2), INTERVALS // 2) + INTERVALS // 2 + 1
    return np.where((first < REST) & (second < REST), numbers, 0)


def density_number(notes: int, steps: int) -> int:
    """The control "density" of so many notes in so many steps."""
    return 1 + int(np.searchsorted(DENSITY_EDGES, notes / max(1, steps) * STEPS))


def distance_number(steps: np.ndarray) -> np.ndarray:
    """Bucket of a distance in steps."""
    fine = np.minimum(steps // 6, 16)
    coarse = np.clip(steps // STEPS - 4, 0, DISTANCES - 18)
    return np.where(steps < 4 * STEPS, fine, 16 + coarse + 1)


def position_number(onset: np.ndarray, bar: int) -> np.ndarray:
    """16th in the bar, from 1; 0 where the metre is not known (bar 0)."""
    return np.minimum(onset % bar // (STEPS // 4) + 1, POSITIONS) if bar else np.zeros_like(onset)
