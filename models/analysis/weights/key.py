"""Weights of the key model: what each pitch class above the tonic says for a key, by view.

Fitted by ``python -m models.training.analysis.fit``: softmax regression, L2 1e-4, on the train split
of lieder, pop909, openewld, billboard and rs200: whole pieces and stretches of 2 to 8 bars. Rounded.
"""

from __future__ import annotations

VIEWS = (
    "all", "bass", "beginning", "beginning bass", "first bass", "ending", "ending bass", "last bass",
    "minor thirds on bass", "major thirds on bass",
)
"""What is looked at, as ``key`` computes it."""

BIAS = (0.62, -0.62)
"""Of major and minor."""

SHARPENING = 0.22
"""The power of the number of notes (in 64) by which scores grow."""

WEIGHTS = {
    ("major", "all"): (1.93, -1.54, 0.48, -0.69, 1.66, 1.79, -2.05, 2.42, -0.66, 0.03, -2.36, 1.29),
    ("major", "bass"): (0.25, 0.08, -0.94, -0.35, -0.52, -0.19, 0.49, 1.35, 0.63, -0.54, -0.08, -0.13),
    ("major", "beginning"): (1.43, -1.49, 0.36, -0.96, 1.52, 0.62, -1.84, 1.19, -0.60, 0.82, -1.84, -0.31),
    ("major", "beginning bass"): (-0.29, 0.68, 0.28, -0.56, -0.35, -0.76, 0.71, -0.48, 0.36, -0.20, 0.39, 0.26),
    ("major", "first bass"): (0.56, -0.29, 0.00, -0.01, 0.25, -0.08, 0.00, 0.17, -0.23, 0.08, -0.31, -0.09),
    ("major", "ending"): (0.67, -0.23, 0.03, -0.66, 0.81, -0.12, -0.72, 0.49, -0.03, 0.31, -1.47, -0.34),
    ("major", "ending bass"): (-0.13, 0.15, 0.28, -0.09, 0.11, -0.69, 0.63, -0.13, -0.41, -0.10, -0.11, 0.56),
    ("major", "last bass"): (0.78, 0.24, -0.12, 0.08, -0.99, -0.28, -0.21, -0.36, 0.09, -0.15, 0.13, -1.32),
    ("major", "minor thirds on bass"): (-2.55, -0.58, 0.41, 1.33, 0.47, -0.31, -0.30, -2.51, -0.61, 0.63, 0.30, 0.03),
    ("major", "major thirds on bass"): (0.22, 0.80, -2.15, 0.01, -2.40, 1.46, 1.73, -0.69, 1.22, -1.32, -0.65, -0.91),
    ("minor", "all"): (1.13, -2.23, 1.03, 0.78, -2.05, 0.42, -1.58, 2.54, 0.51, -2.40, -0.04, -0.41),
    ("minor", "bass"): (1.55, -0.45, -0.67, -1.66, -0.04, -0.28, 0.27, 0.49, -0.21, 0.71, 0.02, 0.21),
    ("minor", "beginning"): (1.91, -1.67, 0.77, 1.73, -1.75, 0.59, -0.24, 1.93, 0.33, -2.39, 0.11, -0.22),
    ("minor", "beginning bass"): (-0.39, -0.01, -0.32, -0.38, 0.35, -0.05, 0.48, -0.40, -0.07, 0.55, 0.20, -0.02),
    ("minor", "first bass"): (0.40, -0.14, -0.21, 0.13, 0.07, -0.04, -0.13, 0.03, 0.03, -0.27, -0.08, 0.16),
    ("minor", "ending"): (0.76, -1.02, 0.64, 0.75, -0.15, 0.42, -0.39, 0.98, 0.03, -1.16, -0.14, 0.54),
    ("minor", "ending bass"): (0.18, 0.43, -0.25, 0.00, -0.02, -0.56, 0.44, -0.34, -0.17, 0.54, -0.12, -0.19),
    ("minor", "last bass"): (0.80, 0.67, 0.27, 0.06, 0.33, 0.32, 0.37, -0.31, -0.30, 0.61, -0.44, -0.29),
    ("minor", "minor thirds on bass"): (1.81, 0.92, -0.40, -0.19, 0.20, 2.57, 0.48, -0.78, -0.56, 0.37, -0.88, 0.13),
    ("minor", "major thirds on bass"): (-1.70, -0.81, 0.45, 0.87, 0.31, -0.87, -0.61, 1.17, 1.38, 1.25, 1.29, -0.03),
}
