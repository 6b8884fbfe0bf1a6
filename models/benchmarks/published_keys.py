"""A published way to find keys, to set ours beside on the same pieces.

Source: Joshua Albrecht, Daniel Shanahan: The Use of Large Corpora to Train a New Type of Key-Finding Algorithm, Music
Perception 31 (2013). The nearest, by Euclid's distance, of 24 profiles of pitch classes by duration; on whole pieces.

Offers: ``nearest_profile``.
"""

from __future__ import annotations

import numpy as np

from models.analysis.arrays import NoteArrays, class_histogram

_PROFILES = np.array(
    [
        (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
        (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
    ]
)
"""Of major and minor, from the tonic."""


def nearest_profile(notes: NoteArrays) -> tuple[int, bool]:
    """Tonic 0-11 of at least one note, and whether the key is minor."""
    shares = class_histogram(notes.pitch, notes.duration)
    turned = np.stack([np.roll(_PROFILES, tonic, axis=1) for tonic in range(12)], axis=1)  # (2, 12 tonics, 12)
    minor, tonic = np.unravel_index(np.linalg.norm(turned - shares, axis=2).argmin(), (2, 12))
    return int(tonic), bool(minor)
