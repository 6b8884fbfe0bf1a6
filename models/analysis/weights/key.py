"""Weights of the key model: what each pitch class above the tonic says for a key, by view.

Fitted by ``python -m models.training.analysis.fit``: softmax regression, L2 1e-4, on the train split
of lieder, pop909, openewld, billboard and rs200: whole pieces and stretches of 2 to 8 bars. Rounded.
"""

from __future__ import annotations

VIEWS = (
    "all",
    "bass",
    "beginning",
    "beginning bass",
    "first bass",
    "ending",
    "ending bass",
    "last bass",
    "minor thirds on bass",
    "major thirds on bass",
)
"""What is looked at, as ``key`` computes it."""

BIAS = (0.80, -0.80)
"""Of major and minor."""

SHARPENING = 0.22
"""The power of the number of notes (in 64) by which scores grow."""

WEIGHTS = {
    ("major", "all"): (1.85, -1.72, 0.62, -0.65, 1.35, 1.85, -2.06, 2.44, -0.80, 0.06, -2.30, 1.21),
    ("major", "bass"): (0.26, 0.34, -1.11, -0.19, -0.34, -0.08, 0.50, 1.13, 0.50, -0.78, -0.04, -0.14),
    ("major", "beginning"): (1.41, -1.57, 0.20, -1.04, 1.84, 0.58, -1.68, 1.14, -0.64, 0.79, -1.85, -0.27),
    ("major", "beginning bass"): (-0.30, 0.70, 0.15, -0.28, -0.47, -0.87, 0.77, -0.28, 0.04, -0.19, 0.51, 0.28),
    ("major", "first bass"): (0.54, -0.18, 0.02, -0.12, 0.15, -0.06, 0.03, 0.10, -0.29, 0.08, -0.23, 0.02),
    ("major", "ending"): (0.68, 0.08, -0.09, -0.71, 0.89, -0.19, -0.92, 0.52, 0.11, 0.17, -1.53, -0.34),
    ("major", "ending bass"): (-0.21, 0.16, 0.33, 0.04, -0.02, -0.78, 0.77, -0.13, -0.22, -0.05, -0.27, 0.43),
    ("major", "last bass"): (0.82, 0.12, -0.04, 0.03, -1.06, -0.21, -0.20, -0.41, -0.17, -0.19, 0.20, -1.23),
    ("major", "minor thirds on bass"): (-1.99, -0.83, 0.31, 1.85, 0.23, -0.10, -0.56, -2.94, -0.81, 0.48, 0.46, 0.00),
    ("major", "major thirds on bass"): (0.25, 0.72, -1.93, -0.05, -2.40, 1.61, 1.89, -0.72, 1.30, -0.86, -0.69, -0.96),
    ("minor", "all"): (1.25, -2.28, 0.92, 0.83, -1.98, 0.40, -1.55, 2.62, 0.54, -1.86, -0.49, -0.24),
    ("minor", "bass"): (1.66, -0.32, -0.59, -1.46, -0.11, -0.41, 0.11, 0.50, -0.29, 0.75, -0.06, 0.17),
    ("minor", "beginning"): (1.88, -1.33, 0.91, 1.57, -1.87, 0.51, -0.19, 2.01, 0.25, -2.63, 0.21, -0.22),
    ("minor", "beginning bass"): (-0.41, -0.36, -0.50, -0.09, 0.41, 0.07, 0.21, -0.46, 0.12, 0.60, 0.23, 0.13),
    ("minor", "first bass"): (0.49, -0.06, -0.12, 0.18, -0.31, 0.01, -0.27, 0.10, 0.03, -0.30, -0.03, 0.22),
    ("minor", "ending"): (0.80, -1.34, 0.56, 0.88, -0.06, 0.23, -0.17, 0.90, 0.08, -1.17, -0.00, 0.61),
    ("minor", "ending bass"): (0.11, 0.36, -0.33, -0.11, 0.12, -0.43, 0.58, -0.14, -0.19, 0.51, -0.12, -0.42),
    ("minor", "last bass"): (0.88, 1.00, 0.38, 0.01, 0.19, 0.37, 0.10, -0.45, -0.38, 0.68, -0.33, -0.09),
    ("minor", "minor thirds on bass"): (1.96, 1.01, -0.35, -0.23, 0.20, 2.45, 0.43, -0.83, -0.23, 0.31, -1.21, 0.39),
    ("minor", "major thirds on bass"): (-1.92, -0.80, 0.15, 0.73, 0.27, -0.97, -0.36, 0.95, 1.43, 1.17, 1.43, -0.21),
}
