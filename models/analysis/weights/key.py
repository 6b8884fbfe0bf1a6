"""Weights of the key model: what each pitch class above the tonic says for a key, by view.

Fitted by ``python -m models.training.analysis.fit``: softmax regression, L2 1e-4, on the train split
of lieder, pop909 and openewld: whole pieces and stretches of 2 to 8 bars. Rounded.
"""

from __future__ import annotations

VIEWS = (
    "all", "bass", "beginning", "beginning bass", "first bass", "ending", "ending bass", "last bass",
)
"""What is looked at, as ``key`` computes it."""

BIAS = (1.30, -1.30)
"""Of major and minor."""

SHARPENING = 0.22
"""The power of the number of notes (in 64) by which scores grow."""

WEIGHTS = {
    ("major", "all"): (1.87, -1.84, 0.62, -1.29, 1.45, 2.12, -2.33, 2.56, -1.60, 0.21, -2.53, 1.10),
    ("major", "bass"): (0.43, 0.16, -1.42, 0.54, -0.35, -0.45, 0.63, 1.25, 0.73, -0.83, -0.56, -0.07),
    ("major", "beginning"): (1.69, -1.61, 0.27, -1.25, 1.56, 0.77, -2.28, 1.23, -0.55, 0.67, -2.20, -0.31),
    ("major", "beginning bass"): (-0.75, 0.71, -0.04, -0.01, -0.34, -0.96, 1.10, -0.49, 0.23, -0.35, 0.71, 0.25),
    ("major", "first bass"): (0.50, -0.21, 0.07, -0.19, 0.15, -0.02, 0.06, 0.12, -0.17, 0.13, -0.40, 0.03),
    ("major", "ending"): (0.92, -0.05, -0.02, -0.98, 0.71, 0.05, -1.28, 0.52, 0.30, 0.02, -2.10, 0.01),
    ("major", "ending bass"): (-0.62, 0.54, 0.14, 0.02, 0.03, -1.06, 1.16, -0.28, 0.08, -0.22, -0.00, 0.28),
    ("major", "last bass"): (0.87, 0.22, -0.26, -0.13, -0.88, -0.54, -0.53, -0.52, -0.15, -0.17, -0.03, -1.17),
    ("minor", "all"): (1.67, -2.43, 1.25, 1.41, -2.65, 0.44, -1.59, 2.82, 1.34, -2.11, -0.66, 0.18),
    ("minor", "bass"): (1.51, -0.59, -1.24, -1.74, 0.23, 0.03, -0.01, 0.48, -0.22, 0.98, 0.57, -0.06),
    ("minor", "beginning"): (2.07, -1.41, 1.23, 1.99, -2.32, 0.62, -0.22, 2.29, 0.67, -3.15, 0.18, 0.08),
    ("minor", "beginning bass"): (-0.42, -0.42, -0.76, 0.10, 0.75, 0.05, 0.11, -0.60, -0.15, 0.98, 0.40, -0.12),
    ("minor", "first bass"): (0.48, -0.10, -0.12, 0.19, -0.22, 0.06, -0.38, 0.11, 0.07, -0.27, -0.09, 0.20),
    ("minor", "ending"): (0.98, -1.55, 0.99, 0.92, -0.31, 0.30, -0.36, 1.18, 0.36, -1.39, -0.18, 0.99),
    ("minor", "ending bass"): (0.09, 0.40, -0.37, 0.06, 0.51, -0.64, 0.47, -0.32, -0.50, 0.83, 0.09, -0.68),
    ("minor", "last bass"): (1.02, 1.06, 0.52, 0.11, 0.45, 0.18, 0.36, -0.10, -0.40, 0.68, -0.45, -0.13),
}
