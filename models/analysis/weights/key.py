"""Weights of the key model: what each pitch class above the tonic says for a key, by view.

Fitted by ``python -m models.training.analysis.fit``: softmax regression, L2 1e-4, on the train split
of lieder, pop909 and openewld: whole pieces and stretches of 2 to 8 bars. Rounded.
"""

from __future__ import annotations

VIEWS = (
    "all", "bass", "beginning", "beginning bass", "first bass", "ending", "ending bass", "last bass",
    "minor thirds on bass", "major thirds on bass",
)
"""What is looked at, as ``key`` computes it."""

BIAS = (0.65, -0.65)
"""Of major and minor."""

SHARPENING = 0.21
"""The power of the number of notes (in 64) by which scores grow."""

WEIGHTS = {
    ("major", "all"): (1.66, -1.73, 0.74, -0.95, 1.27, 1.99, -1.82, 2.44, -1.07, 0.14, -1.97, 1.11),
    ("major", "bass"): (0.54, 0.10, -1.19, 0.30, -0.24, -0.61, 0.47, 1.46, 0.32, -0.71, -0.38, -0.01),
    ("major", "beginning"): (1.65, -1.42, 0.37, -1.06, 1.72, 0.69, -1.98, 1.21, -0.46, 0.71, -2.01, -0.12),
    ("major", "beginning bass"): (-0.50, 0.67, 0.04, -0.19, -0.30, -0.84, 0.85, -0.30, 0.01, -0.17, 0.62, 0.17),
    ("major", "first bass"): (0.50, -0.20, 0.06, -0.17, 0.15, -0.02, 0.02, 0.12, -0.18, 0.13, -0.38, 0.03),
    ("major", "ending"): (0.86, 0.03, 0.09, -0.79, 0.83, -0.04, -1.22, 0.58, 0.41, 0.09, -1.86, 0.09),
    ("major", "ending bass"): (-0.37, 0.43, 0.21, -0.11, 0.08, -0.85, 0.87, -0.13, -0.14, -0.02, -0.10, 0.19),
    ("major", "last bass"): (0.98, 0.12, -0.19, -0.03, -0.86, -0.56, -0.47, -0.49, -0.07, -0.06, -0.06, -1.16),
    ("major", "minor thirds on bass"): (-1.93, -0.65, 0.52, 1.98, 0.20, 0.08, -0.58, -2.88, -0.79, 0.33, 0.74, -0.24),
    ("major", "major thirds on bass"): (0.03, 0.58, -1.94, -0.32, -2.34, 1.05, 2.02, -0.47, 1.24, -1.09, -1.13, -0.40),
    ("minor", "all"): (1.32, -2.10, 0.97, 0.77, -2.11, 0.45, -1.55, 2.45, 0.80, -1.74, -0.65, -0.38),
    ("minor", "bass"): (1.47, -0.41, -0.77, -1.54, -0.06, -0.32, 0.05, 0.58, -0.13, 0.81, 0.05, 0.23),
    ("minor", "beginning"): (1.86, -1.32, 0.94, 1.53, -1.89, 0.51, -0.23, 2.02, 0.25, -2.95, 0.14, -0.13),
    ("minor", "beginning bass"): (-0.45, -0.39, -0.49, 0.17, 0.45, -0.07, 0.18, -0.37, -0.04, 0.65, 0.27, 0.04),
    ("minor", "first bass"): (0.47, -0.16, -0.13, 0.17, -0.23, 0.03, -0.29, 0.12, 0.06, -0.26, -0.04, 0.21),
    ("minor", "ending"): (0.79, -1.53, 0.68, 0.69, -0.12, 0.32, -0.29, 1.00, 0.07, -1.40, -0.05, 0.77),
    ("minor", "ending bass"): (0.17, 0.41, -0.26, 0.07, 0.23, -0.80, 0.53, -0.10, -0.34, 0.60, -0.09, -0.46),
    ("minor", "last bass"): (1.03, 0.95, 0.39, 0.16, 0.33, 0.23, 0.49, -0.23, -0.41, 0.61, -0.48, -0.21),
    ("minor", "minor thirds on bass"): (2.01, 1.04, -0.62, -0.39, 0.18, 2.72, 0.55, -1.01, -0.48, 0.23, -1.16, 0.16),
    ("minor", "major thirds on bass"): (-1.98, -0.81, 0.23, 1.07, 0.23, -1.03, -0.45, 1.14, 1.42, 1.15, 1.81, -0.00),
}
