"""Copy features: what a line did some bars ago, and what came next the last time it went as it goes now.

For the second, its own n-grams: the last one to four events are looked for in what has been: note for note; moved, so
that only waits, intervals and durations count (a sequence); and as rhythm alone. The longest match counts, of several
the latest. It is the cache of order n of Kuhn & De Mori (1990) and the repeats that Lempel & Ziv (1977) point back
to, given as features.

Letters in shapes: D lines, T events, L memories.

Offers: ``recalled``, ``intervals_of``, ``LEVELS``, ``DEPTH``.
"""

from __future__ import annotations

import numpy as np

from models.engines.lstm.config import DURATION_COUNT, LONGEST_WAIT, LOOKBACKS, NO_PITCH, REST, WAITS

LEVELS = 3
"""Levels of likeness of n-grams: note for note, moved, rhythm."""
DEPTH = 4
"""Most events that are compared."""

NOTHING = (WAITS, NO_PITCH, DURATION_COUNT)
"""Wait, pitch and duration of what isn't there."""
_NO_INTERVAL = 999
_BARS = np.array(LOOKBACKS)


def intervals_of(pitch: np.ndarray, sung: np.ndarray) -> np.ndarray:
    """Semitones from the pitch sung before, ``sung``; _NO_INTERVAL where one of the two is none."""
    return np.where((pitch < REST) & (sung < REST), pitch - sung, _NO_INTERVAL)


def recalled(
    events: np.ndarray, onsets: np.ndarray, sung: np.ndarray, written: np.ndarray, bar: int
) -> tuple[np.ndarray, np.ndarray]:
    """What came next in each memory, (D, L, 3), one, two and four bars ago first, and how many events matched, (D, E).

    events  (D, T, 4): wait, pitch, duration, interval; onsets (D, T); sung (D,) the last pitch, NO_PITCH: none yet
    written (D,): of so many events a line consists; bar: steps
    """
    lines, there = np.arange(len(events)), np.arange(events.shape[1]) < written[:, None]
    found = np.full((len(events), len(LOOKBACKS) + LEVELS, 3), NOTHING)
    if not events.shape[1]:
        return found, np.zeros((len(events), LEVELS), int)
    last = written - 1
    then = np.where(last >= 0, onsets[lines, last], 0)[:, None] - bar * _BARS  # (D, 3)
    at = ((onsets[:, None] <= then[..., None]) & there[:, None]).sum(2)
    near = np.minimum(at, events.shape[1] - 1)
    waits = onsets[lines[:, None], near] - then
    again = events[lines[:, None], near, :3]
    again[..., 0] = waits
    known = (at < written[:, None]) & (waits <= LONGEST_WAIT)
    found[:, : len(LOOKBACKS)][known] = again[known]

    wait, pitch, duration, interval = np.moveaxis(events, 2, 0)
    rhythm = wait * 64 + duration
    seen = np.stack([rhythm + 8192 * pitch, rhythm + 8192 * (interval + 128), rhythm])  # (E, D, T)
    matched, run = np.zeros(seen.shape, int), there & (np.arange(events.shape[1]) < last[:, None])
    for depth in range(min(DEPTH, events.shape[1])):
        # The event so many before each is that before the last.
        alike = seen[..., : seen.shape[2] - depth] == seen[:, lines, last - depth, None]
        run = run[..., 1 if depth else 0 :] & alike & (last >= depth)[:, None]
        matched[..., depth:] += run
    place = np.arange(events.shape[1])
    best = (matched * len(place) + place).argmax(2)  # (E, D)
    depths = np.take_along_axis(matched, best[..., None], 2)[..., 0]
    copies = events[lines, np.minimum(best + 1, len(place) - 1)]  # (E, D, 4)
    moved = sung + copies[1, :, 3]
    moved = np.where((sung < REST) & (moved >= 0) & (moved < REST), moved, NO_PITCH)
    copies[1, :, 1] = np.where(copies[1, :, 1] < REST, moved, copies[1, :, 1])
    copies[2, :, 1] = NO_PITCH
    found[:, len(LOOKBACKS) :] = np.where(depths[..., None] > 0, copies[..., :3], NOTHING).swapaxes(0, 1)
    return found, depths.T
