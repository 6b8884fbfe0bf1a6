"""A line on the 16th grid as one number a cell, in any register and key.

HOLD: what sounds goes on; REST: silence; else a note begins, FIRST + its distance from the lowest of SPAN semitones
around the window's centre. The centre is a C (after the way home to the white keys), so windows of all registers and
keys look alike.

Offers: ``tokens_of`` and its reverse ``pitches_of``, ``centre_of``, ``HOLD``, ``REST``, ``FIRST``, ``SIZE``.
"""

from __future__ import annotations

import numpy as np

HOLD, REST, FIRST = 0, 1, 2
REACH = 24
"""Semitones below and above the centre; what lies farther is moved by octaves."""
SIZE = FIRST + 2 * REACH + 1


def centre_of(pitches: np.ndarray, shift: int) -> int:
    """The pitch around which a window is written: a C at home, brought back to the clip's key."""
    mean = float(pitches.mean()) + shift if len(pitches) else 60.0
    return int(12 * round(mean / 12)) - shift


def tokens_of(cells: np.ndarray, centre: int) -> np.ndarray:
    """Tokens of cells: a pitch, -1 where a note is held, -2 where nothing sounds; same shape."""
    above = cells - centre
    above = np.where(above > REACH, REACH - 11 + (above - REACH - 1) % 12, above)
    above = np.where(above < -REACH, -REACH + (above + REACH) % 12, above)
    return np.where(cells >= 0, FIRST + REACH + above, np.where(cells == -1, HOLD, REST))


def pitches_of(tokens: np.ndarray, centre: int) -> np.ndarray:
    """Cells of tokens; the reverse of ``tokens_of`` inside the reach."""
    return np.where(tokens >= FIRST, tokens - FIRST - REACH + centre, np.where(tokens == HOLD, -1, -2))
